//! Help for Ruff as a whole, for one command, and for one builtin.

mod builtin;

use std::io::IsTerminal;

use ruff_syntax::Code;

use crate::args::HelpArgs;
use crate::dispatch::unknown_command;
use crate::failure::Failure;
use crate::output;
use crate::render::{Finding, Look};
use crate::session::Session;
use crate::status::Status;

/// The commands in groups, in the order of the overview.
const GROUPS: [(&str, &[&str]); 3] =
    [("Run", &["run"]), ("Check", &["check"]), ("Environment", &["version", "help"])];

/// `ruff help [COMMAND]`, `ruff help builtin [NAME]`.
pub(crate) fn execute(clap: &clap::Command, args: &HelpArgs, session: &Session) -> Result<Status, Failure> {
    let Some(name) = &args.command else { return overview(clap, true) };
    if name == "builtin" {
        return builtin::execute(program(clap), args.name.as_deref(), stdout_look(session));
    }
    if let Some(surplus) = &args.name {
        let message = format!("unexpected argument '{surplus}' found");
        return Err(Failure::usage(Finding::error(Code::CommandLine, message)));
    }
    match clap.find_subcommand(name) {
        Some(command) => output::print(&command.clone().render_help().to_string()).map(|()| Status::SUCCESS),
        None => Err(unknown_command(clap, name)),
    }
}

/// What standard output can show.
#[expect(clippy::disallowed_methods, reason = "what the terminal can do is no business of programs")]
fn stdout_look(session: &Session) -> Look {
    let stdout = std::io::stdout();
    let size = || terminal_size::terminal_size_of(&stdout);
    let width = stdout.is_terminal().then(|| size().map_or(0, |(width, _)| usize::from(width.0)));
    Look::detect(session.options.color, width, |name| std::env::var(name).ok())
}

/// `ruff --help`, or the short form that `ruff` alone and `ruff -h` print.
pub(crate) fn overview(clap: &clap::Command, is_long: bool) -> Result<Status, Failure> {
    let program = program(clap);
    let about = clap.get_about().map(ToString::to_string).unwrap_or_default();
    let mut text = format!(
        "{about}\n\nUsage: {program} [OPTIONS] COMMAND [ARGS]\n       {program} [OPTIONS] FILE [SCRIPT_ARGS]\n       \
         {program} [OPTIONS] -e CODE [SCRIPT_ARGS]\n       {program} [OPTIONS] - [SCRIPT_ARGS]\n"
    );
    for (group, commands) in GROUPS {
        text.push_str(&format!("\n{group}:\n"));
        for command in commands.iter().filter_map(|name| clap.find_subcommand(name)) {
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            text.push_str(&format!("  {:10} {about}\n", command.get_name()));
        }
    }
    if is_long {
        let options = clap
            .clone()
            .help_template("{all-args}")
            .mut_subcommands(|command| command.hide(true))
            .render_help();
        text.push_str(&format!("\n{}\n", options.to_string().trim_end()));
        text.push_str(&format!(
            "\nExamples:\n  {program} hello.ruff              run a program, like `{program} run hello.ruff`\n  \
             {program} -p -e '6 * 7'           evaluate code and print its value\n  \
             {program} check src               look for errors without running anything\n"
        ));
    } else {
        text.push_str(&format!("\n`{program} --help` and `{program} help COMMAND` tell more.\n"));
    }
    output::print(&text).map(|()| Status::SUCCESS)
}

/// How `command`, or Ruff as a whole, is used, in one line.
pub(crate) fn usage(clap: &clap::Command, command: Option<&str>) -> String {
    match command.and_then(|name| clap.find_subcommand(name)) {
        Some(command) => command.clone().render_usage().to_string(),
        None => format!("Usage: {} [OPTIONS] [COMMAND|FILE] [ARGS]", program(clap)),
    }
}

/// The name Ruff was called by.
pub(crate) fn program(clap: &clap::Command) -> &str {
    clap.get_bin_name().unwrap_or("ruff")
}
