//! What `--json-runtime-diagnostics` writes: a contract with tools.

use ruff_syntax::Code;
use serde::Serialize;

use crate::failure::Failure;
use crate::output;
use crate::render::json::Diagnostic;
use crate::status::Status;

/// The version of the contract. A field removed or changed makes a new one; a field added does not.
const CONTRACT_VERSION: &str = "1.0.0";

/// A program that failed, or did not compile.
#[derive(Serialize)]
struct RuntimePayload<'a> {
    command: &'static str,
    status: &'static str,
    kind: &'static str,
    contract_version: &'static str,
    exit_code: i32,
    diagnostic: Diagnostic<'a>,
    runtime_kind: &'static str,
    /// Outermost first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    call_stack: Vec<&'a str>,
    /// Innermost first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    frames: Vec<Frame<'a>>,
    /// All of them, when a program has several errors that keep it from being run.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    diagnostics: Vec<Diagnostic<'a>>,
}

#[derive(Serialize)]
struct Frame<'a> {
    function: &'a str,
    file: &'a str,
    line: u32,
    column: u32,
}

impl<'a> Frame<'a> {
    fn new(frame: &'a ruff_runtime::error::Frame) -> Self {
        Frame { function: &frame.function, file: &frame.file, line: frame.line, column: frame.column }
    }
}

/// A program with lexical or syntax errors.
#[derive(Serialize)]
struct SyntaxPayload<'a> {
    command: &'static str,
    status: &'static str,
    kind: &'static str,
    contract_version: &'static str,
    exit_code: i32,
    message: &'a str,
    diagnostics: Vec<Diagnostic<'a>>,
}

/// The payload about a program that did not run to its end.
pub(super) fn of_failure(failure: &Failure) -> String {
    let exit_code = failure.status.code();
    let Some(first) = failure.findings.first() else { return String::new() };
    let diagnostics: Vec<Diagnostic<'_>> = failure.findings.iter().map(Diagnostic::new).collect();
    if failure.status == Status::SYNTAX {
        return output::json(&SyntaxPayload {
            command: "run",
            status: "error",
            kind: "parse_error",
            contract_version: CONTRACT_VERSION,
            exit_code,
            message: &first.message,
            diagnostics,
        });
    }
    output::json(&RuntimePayload {
        command: "run",
        status: "error",
        kind: if is_limit(first.code) { "resource_limit" } else { "runtime_diagnostic" },
        contract_version: CONTRACT_VERSION,
        exit_code,
        diagnostic: Diagnostic::new(first),
        runtime_kind: runtime_kind(first.code),
        call_stack: first.stack.frames.iter().rev().map(|frame| frame.function.as_str()).collect(),
        frames: first.stack.frames.iter().map(Frame::new).collect(),
        diagnostics: if diagnostics.len() > 1 { diagnostics } else { Vec::new() },
    })
}

fn is_limit(code: Code) -> bool {
    matches!(code, Code::TimeLimit | Code::MemoryLimit | Code::InstructionLimit | Code::ResourceLimit)
}

/// The kinds that older tools tell apart.
fn runtime_kind(code: Code) -> &'static str {
    match code {
        Code::ArgumentType => "Type Error",
        Code::UndefinedVariable => "Undefined Variable",
        Code::UndefinedFunction => "Undefined Function",
        Code::DivisionByZero => "Division By Zero",
        Code::InvalidOperation => "Invalid Operation",
        _ => "Runtime Error",
    }
}
