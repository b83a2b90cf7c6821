//! Reading source files, with the checks that come before the first token: readable, not too large, UTF-8.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::sync::Arc;

use ruff_syntax::{Code, Diagnostic, SourceFile, Span};

use crate::failure::Failure;
use crate::render::Finding;
use crate::status::Status;

/// Reads the file at `path`, of at most `limit` bytes.
#[expect(clippy::disallowed_methods, reason = "sources named on the command line are ours to read")]
pub(crate) fn read(path: &OsStr, limit: usize) -> Result<Arc<SourceFile>, Failure> {
    let name = path.to_string_lossy();
    let file = File::open(path).map_err(|error| unreadable(&name, &error.to_string()))?;
    let size = file.metadata().map_or(0, |metadata| if metadata.is_file() { metadata.len() } else { 0 });
    read_all(&name, file, size, limit)
}

/// Reads standard input, of at most `limit` bytes, under the name `name`.
pub(crate) fn read_stdin(name: &str, limit: usize) -> Result<Arc<SourceFile>, Failure> {
    read_all(name, std::io::stdin().lock(), 0, limit)
}

/// Reads from `reader`, which announces `size` bytes, or 0 when it does not know.
fn read_all(name: &str, reader: impl Read, size: u64, limit: usize) -> Result<Arc<SourceFile>, Failure> {
    let limit_u64 = u64::try_from(limit).unwrap_or(u64::MAX);
    if size > limit_u64 {
        return Err(too_large(name, size, limit));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 1);
    let read = reader.take(limit_u64.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|error| unreadable(name, &error.to_string()))?;
    if bytes.len() > limit {
        return Err(too_large(name, bytes.len() as u64, limit));
    }
    let text = String::from_utf8(bytes).map_err(|error| not_utf8(name, &error))?;
    Ok(Arc::new(SourceFile::new(name, text)))
}

fn unreadable(name: &str, reason: &str) -> Failure {
    let message = format!("Failed to read .ruff file '{name}': {reason}");
    Failure::new(Status::IO, Finding::error(Code::FileNotReadable, message))
}

fn not_utf8(name: &str, error: &std::string::FromUtf8Error) -> Failure {
    let valid = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
    let line = valid.iter().filter(|byte| **byte == b'\n').count() + 1;
    let mut failure = unreadable(name, "stream did not contain valid UTF-8");
    for finding in &mut failure.findings {
        finding.notes.push(format!("the first invalid byte is in line {line}, at offset {}", valid.len()));
    }
    failure
}

/// A file that is not read at all, so there is no text to show.
fn too_large(name: &str, size: u64, limit: usize) -> Failure {
    let message = format!("Source size {size} bytes exceeds maximum allowed {limit} bytes");
    let diagnostic = Diagnostic::error(Code::SourceTooLarge, message, Span::default());
    Failure::of_source(Status::SYNTAX, &Arc::new(SourceFile::new(name, "")), vec![diagnostic], 0)
}
