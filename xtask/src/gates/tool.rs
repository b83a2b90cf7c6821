//! Programs that gates need and cargo does not bring, at the versions that the gates were written for.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;

use crate::cargo::cargo;
use crate::release::Run;

/// A program from a crate.
pub(super) struct Tool {
    /// Name of the crate, and of the program.
    pub(super) name: &'static str,
    pub(super) version: &'static str,
    /// How it is built, besides what every build has.
    pub(super) options: &'static [&'static str],
}

/// Checks licences, advisories, bans and sources of dependencies.
pub(super) const CARGO_DENY: Tool = Tool { name: "cargo-deny", version: "0.20.2", options: &[] };

/// Builds the book. What serves it while it is written is left out.
pub(super) const MDBOOK: Tool =
    Tool { name: "mdbook", version: "0.5.4", options: &["--no-default-features", "--features", "search"] };

impl Tool {
    /// A command that runs the tool with these arguments. It is installed where this program is built, once.
    pub(super) fn command(&self, run: &Run, arguments: &[&str]) -> anyhow::Result<Command> {
        let directory = tools()?.join(format!("{}-{}", self.name, self.version));
        let program = directory.join("bin").join(format!("{}{}", self.name, std::env::consts::EXE_SUFFIX));
        if !program.exists() {
            self.install(run, &directory)?;
        }
        let mut command = Command::new(program);
        command.args(arguments);
        Ok(command)
    }

    fn install(&self, run: &Run, directory: &Path) -> anyhow::Result<()> {
        let mut install = cargo(&["install", "--locked", self.name, "--version", self.version, "--root"]);
        // Its parts are of no use to anybody else: built in a directory of their own, they go when it is done.
        install.arg(directory).args(self.options).env_remove("CARGO_TARGET_DIR");
        let finished = run.finish(install)?;
        let culprits = finished.culprits(|_| None);
        anyhow::ensure!(
            culprits.is_empty(),
            "{} {} is not installed, and cannot be: {}",
            self.name,
            self.version,
            culprits.join("; ")
        );
        Ok(())
    }
}

/// Beside the directory of this program's profile: the same for every tree that it looks at.
fn tools() -> anyhow::Result<PathBuf> {
    let program = std::env::current_exe()?;
    let target = program.ancestors().nth(2).context("this program lies in no target directory")?;
    Ok(target.join("tools"))
}
