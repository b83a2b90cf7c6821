//! Starting cargo.

use std::process::Command;

/// A command that runs cargo with these arguments.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    // Cargo tells its subcommands which cargo they run under; a task started by hand takes the one on the path.
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments);
    command
}
