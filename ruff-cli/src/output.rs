//! Standard output, for results of the commands themselves.

use std::io::{ErrorKind, Write};

use ruff_syntax::Code;

use crate::failure::Failure;
use crate::render::Finding;
use crate::status::Status;

/// Writes `text` to standard output, at once.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        // Only where there is no signal for it; nobody is left to read anything.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Status::SUCCESS.exit(),
        result => result.map_err(|error| unwritable(&error)),
    }
}

/// The failure to write to standard output.
pub(crate) fn unwritable(error: &dyn std::error::Error) -> Failure {
    let message = format!("Failed to write to standard output: {error}");
    Failure::new(Status::IO, Finding::error(Code::FileNotWritable, message))
}

/// A payload of the command as JSON, in lines.
pub(crate) fn json(payload: &impl serde::Serialize) -> String {
    // Strings and numbers always have a JSON form.
    let mut text = serde_json::to_string_pretty(payload).unwrap_or_default();
    text.push('\n');
    text
}
