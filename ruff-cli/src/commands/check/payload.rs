//! What `ruff check --json` prints: a contract with tools.

use ruff_syntax::Severity;
use serde::Serialize;

use super::{Checked, count};
use crate::output;
use crate::render::json::Diagnostic;
use crate::status::Status;

/// The result for one file.
#[derive(Serialize)]
struct FilePayload<'a> {
    command: &'static str,
    file: &'a str,
    status: &'static str,
    statement_count: usize,
    bytecode_instruction_count: usize,
    diagnostics: Vec<Diagnostic<'a>>,
    error_count: usize,
    warning_count: usize,
}

/// The result for several files, or for a directory.
#[derive(Serialize)]
struct FilesPayload<'a> {
    command: &'static str,
    status: &'static str,
    files: Vec<FilePayload<'a>>,
    error_count: usize,
    warning_count: usize,
}

impl<'a> FilePayload<'a> {
    fn new(checked: &'a Checked) -> Self {
        let findings = checked.failure.iter().flat_map(|failure| &failure.findings);
        FilePayload {
            command: "check",
            file: &checked.name,
            status: word(checked.failure.is_none()),
            statement_count: checked.size.map_or(0, |size| size.statements),
            bytecode_instruction_count: checked.size.map_or(0, |size| size.instructions),
            diagnostics: findings.map(Diagnostic::new).collect(),
            error_count: checked.count(Severity::Error),
            warning_count: checked.count(Severity::Warning),
        }
    }
}

/// The result: for a single file its own, else that of all.
pub(super) fn json(all: &[Checked], is_single: bool, status: Status) -> String {
    match all {
        [only] if is_single => output::json(&FilePayload::new(only)),
        _ => output::json(&FilesPayload {
            command: "check",
            status: word(status == Status::SUCCESS),
            files: all.iter().map(FilePayload::new).collect(),
            error_count: count(all, Severity::Error),
            warning_count: count(all, Severity::Warning),
        }),
    }
}

fn word(is_ok: bool) -> &'static str {
    if is_ok { "ok" } else { "error" }
}
