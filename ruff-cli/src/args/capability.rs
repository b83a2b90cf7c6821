//! The flags that say what a program may do: `--untrusted`, `--allow-…` and `--deny-…`.

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use ruff_runtime::capability::{Capability, Permissions};

/// What the flags grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CapabilityFlags {
    pub(crate) permissions: Permissions,
    /// The program is not trusted, which lowers limits.
    pub(crate) is_untrusted: bool,
}

const UNTRUSTED: &str = "untrusted";
const ALLOW_ALL: &str = "allow-all";
const ALLOW_NET: &str = "allow-net";

struct Flag {
    capability: Capability,
    allow: &'static str,
    /// Another name, which help does not show.
    synonym: Option<&'static str>,
    deny: &'static str,
}

const fn flag(
    capability: Capability,
    allow: &'static str,
    synonym: Option<&'static str>,
    deny: &'static str,
) -> Flag {
    Flag { capability, allow, synonym, deny }
}

const FLAGS: [Flag; 12] = [
    flag(Capability::FsRead, "allow-fs-read", Some("allow-read"), "deny-fs-read"),
    flag(Capability::FsWrite, "allow-fs-write", Some("allow-write"), "deny-fs-write"),
    flag(Capability::FsDelete, "allow-fs-delete", None, "deny-fs-delete"),
    flag(Capability::ProcessExec, "allow-process-exec", Some("allow-run"), "deny-process-exec"),
    flag(Capability::ShellExec, "allow-shell-exec", None, "deny-shell-exec"),
    flag(Capability::EnvRead, "allow-env-read", Some("allow-env"), "deny-env-read"),
    flag(Capability::EnvWrite, "allow-env-write", None, "deny-env-write"),
    flag(Capability::NetClient, "allow-net-client", None, "deny-net-client"),
    flag(Capability::NetServer, "allow-net-server", None, "deny-net-server"),
    flag(Capability::Database, "allow-database", None, "deny-database"),
    flag(Capability::Clock, "allow-clock", None, "deny-clock"),
    flag(Capability::Random, "allow-random", None, "deny-random"),
];

/// Whether a word is one of the flags, with or without a value. Such a word among the script's arguments is probably
/// a mistake.
pub(crate) fn is_capability_flag(word: &str) -> bool {
    let Some(name) = word.strip_prefix("--").and_then(|word| word.split('=').next()) else { return false };
    let known = |flag: &Flag| name == flag.allow || name == flag.deny || flag.synonym == Some(name);
    [UNTRUSTED, ALLOW_ALL, ALLOW_NET].contains(&name) || FLAGS.iter().any(known)
}

impl Args for CapabilityFlags {
    fn augment_args(command: Command) -> Command {
        let switch = |name| Arg::new(name).long(name).action(ArgAction::SetTrue).help_heading("Capabilities");
        let mut command = command
            .arg(switch(UNTRUSTED).help("Allow nothing that is not listed, and lower the limits"))
            .arg(switch(ALLOW_ALL).short('A').help("Allow everything, which is the default"));
        for flag in &FLAGS {
            let name = flag.capability.name();
            command = command.arg(
                switch(flag.allow)
                    .aliases(flag.synonym)
                    .help(format!("Allow {name}, and only what is listed")),
            );
        }
        command = command.arg(switch(ALLOW_NET).help("Allow network-client and network-server"));
        for flag in &FLAGS {
            command = command.arg(switch(flag.deny).help(format!("Deny {}", flag.capability.name())));
        }
        command
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for CapabilityFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let has = |name| matches.get_flag(name);
        let is_untrusted = has(UNTRUSTED) && !has(ALLOW_ALL);
        let mut listed = Permissions::none();
        for flag in FLAGS.iter().filter(|flag| has(flag.allow)) {
            listed = listed.with(flag.capability);
        }
        if has(ALLOW_NET) {
            listed = listed.with(Capability::NetClient).with(Capability::NetServer);
        }
        let nothing_said = !has(UNTRUSTED) && listed == Permissions::none();
        let allowed = if has(ALLOW_ALL) || nothing_said { Permissions::all() } else { listed };
        let permissions = FLAGS
            .iter()
            .filter(|flag| has(flag.deny))
            .fold(allowed, |allowed, flag| allowed.without(flag.capability));
        Ok(CapabilityFlags { permissions, is_untrusted })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags(words: &[&'static str]) -> CapabilityFlags {
        let command = CapabilityFlags::augment_args(Command::new("test").no_binary_name(true));
        CapabilityFlags::from_arg_matches(&command.try_get_matches_from(words).unwrap()).unwrap()
    }

    #[test]
    fn every_capability_has_its_flag() {
        for capability in Capability::ALL {
            let flag = FLAGS.iter().find(|flag| flag.capability == *capability).unwrap();
            assert_eq!(capability.flag(), format!("--{}", flag.allow));
            assert_eq!(flag.deny, flag.allow.replace("allow", "deny"));
        }
    }

    #[test]
    fn programs_are_trusted_unless_something_is_said() {
        assert_eq!(flags(&[]).permissions, Permissions::all());
        assert_eq!(flags(&["--untrusted"]).permissions, Permissions::none());
        let clock = Permissions::none().with(Capability::Clock);
        assert_eq!(flags(&["--allow-clock"]).permissions, clock);
        assert_eq!(flags(&["--untrusted", "--allow-clock"]).permissions, clock);
        assert_eq!(flags(&["--untrusted", "--allow-all"]).permissions, Permissions::all());
        assert!(!flags(&["--untrusted", "-A"]).is_untrusted);
    }

    #[test]
    fn denials_win() {
        let but_net = Permissions::all().without(Capability::NetClient);
        assert_eq!(flags(&["--deny-net-client"]).permissions, but_net);
        assert_eq!(flags(&["--allow-all", "--deny-net-client"]).permissions, but_net);
        let server = Permissions::none().with(Capability::NetServer);
        assert_eq!(flags(&["--allow-net", "--deny-net-client"]).permissions, server);
    }

    #[test]
    fn synonyms_work() {
        assert_eq!(flags(&["--allow-read"]), flags(&["--allow-fs-read"]));
        assert!(is_capability_flag("--allow-run=git"));
        assert!(!is_capability_flag("--allowed"));
    }
}
