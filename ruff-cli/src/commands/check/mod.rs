//! `ruff check`: looks for errors in programs without running them.

mod dump;
mod paths;
mod payload;

use std::sync::Arc;

use ruff_natives::SystemHost;
use ruff_runtime::engine::{self, Engine, ProgramSize};
use ruff_syntax::{Severity, SourceFile, limits};

use crate::args::CheckArgs;
use crate::failure::Failure;
use crate::session::Session;
use crate::status::Status;
use crate::{output, source};
use paths::Input;

/// What came out for one file.
struct Checked {
    name: String,
    /// What it compiles to, if it does.
    size: Option<ProgramSize>,
    failure: Option<Failure>,
}

/// Checks files.
pub(crate) fn execute(args: &CheckArgs, session: &mut Session) -> Result<Status, Failure> {
    if let Some(stage) = args.dump {
        return dump::execute(args, stage);
    }
    let inputs = paths::expand(&args.paths);
    let mut engine = engine();
    let mut all = Vec::with_capacity(inputs.files.len());
    for input in &inputs.files {
        let checked = check(&mut engine, input, args);
        if !args.json {
            tell(&checked, session)?;
        } else if let Some(failure) = checked.failure.as_ref().filter(|failure| failure.status == Status::IO)
        {
            session.reporter.fail(failure);
        }
        all.push(checked);
    }
    for failure in &inputs.failures {
        session.reporter.fail(failure);
    }
    let status = worst(all.iter().filter_map(|checked| checked.failure.as_ref()).chain(&inputs.failures));
    if args.json {
        // A single file that cannot be read has no result.
        if !inputs.is_single || status != Status::IO {
            output::print(&payload::json(&all, inputs.is_single, status))?;
        }
        return Ok(status);
    }
    let (errors, warnings) = (count(&all, Severity::Error), count(&all, Severity::Warning));
    session.reporter.summarize(errors, warnings);
    if status == Status::SUCCESS && !inputs.is_single && !session.options.quiet {
        let files = all.len();
        let (s, ws) = (if files == 1 { "" } else { "s" }, if warnings == 1 { "" } else { "s" });
        output::print(&format!("checked {files} file{s}: {errors} errors, {warnings} warning{ws}\n"))?;
    }
    Ok(status)
}

/// An engine that never runs anything.
fn engine() -> Engine {
    Engine::new(Box::new(SystemHost::new(Vec::new())), ruff_natives::registry(), engine::Options::default())
}

fn check(engine: &mut Engine, input: &Input, args: &CheckArgs) -> Checked {
    let name = input.name(&args.stdin_filename);
    // Nothing runs, so that nothing can ask to end.
    let result = read(input, args).and_then(|file| match engine.check(&file) {
        Ok(size) => Ok(Some(size)),
        Err(error) => Failure::of_run(error).map_or(Ok(None), Err),
    });
    match result {
        Ok(size) => Checked { name, size, failure: None },
        Err(failure) => Checked { name, size: None, failure: Some(failure) },
    }
}

fn read(input: &Input, args: &CheckArgs) -> Result<Arc<SourceFile>, Failure> {
    match input {
        Input::Stdin => source::read_stdin(&args.stdin_filename, limits::SOURCE_BYTES),
        Input::File(path) => source::read(path, limits::SOURCE_BYTES),
    }
}

/// Tells people about one file.
fn tell(checked: &Checked, session: &mut Session) -> Result<(), Failure> {
    if let Some(failure) = &checked.failure {
        session.reporter.fail(failure);
        return Ok(());
    }
    let name = &checked.name;
    match checked.size {
        _ if session.options.quiet => Ok(()),
        Some(ProgramSize { statements, instructions }) if session.options.verbose > 0 => {
            output::print(&format!(
                "check passed: {name} (statements={statements}, bytecode_instructions={instructions})\n"
            ))
        }
        _ => output::print(&format!("check passed: {name}\n")),
    }
}

/// The status of a command that failed for several reasons: what could not be read outweighs everything.
fn worst<'a>(failures: impl Iterator<Item = &'a Failure>) -> Status {
    failures.map(|failure| failure.status).max().unwrap_or(Status::SUCCESS)
}

fn count(all: &[Checked], severity: Severity) -> usize {
    all.iter().map(|checked| checked.count(severity)).sum()
}

impl Checked {
    fn count(&self, severity: Severity) -> usize {
        let Some(failure) = &self.failure else { return 0 };
        let omitted = if severity == Severity::Error { failure.omitted } else { 0 };
        failure.findings.iter().filter(|finding| finding.severity == severity).count() + omitted
    }
}
