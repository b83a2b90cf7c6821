//! Which Ruff this is.

use crate::failure::Failure;
use crate::output;
use crate::status::Status;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// `ruff --version`: a line that tools may rely on.
pub(crate) fn short() -> Result<Status, Failure> {
    output::print(&format!("ruff {VERSION}\n")).map(|()| Status::SUCCESS)
}

/// `ruff version`: a line that tells this Ruff from other programs of the name.
pub(crate) fn execute() -> Result<Status, Failure> {
    let target = env!("RUFF_TARGET");
    let commit = option_env!("RUFF_COMMIT").map(|commit| format!(", {commit}")).unwrap_or_default();
    output::print(&format!("Ruff programming language {VERSION} ({target}{commit})\n"))
        .map(|()| Status::SUCCESS)
}
