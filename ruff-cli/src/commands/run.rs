//! `ruff run`: runs a program, and tells what it did not catch.

mod payload;

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ruff_natives::{Destinations, SystemHost};
use ruff_runtime::error::Ending;
use ruff_runtime::host::HostResult;
use ruff_runtime::scheduler::UnhandledRejections;
use ruff_runtime::value::write_text;
use ruff_runtime::{Engine, Value, engine};
use ruff_syntax::{Code, Severity, SourceFile, limits};

use crate::args::{GlobalOptions, JsonStream, RunArgs, Unhandled};
use crate::failure::Failure;
use crate::render::Finding;
use crate::reporter::Reporter;
use crate::session::Session;
use crate::status::Status;
use crate::{output, signals, source};

/// How much longer than `--timeout` a builtin may be stuck before the process is ended without a look at where.
const GRACE: Duration = Duration::from_secs(2);

/// What to run.
struct Program {
    file: Arc<SourceFile>,
    /// Where imports look first; `None` for programs without a file of their own.
    directory: Option<PathBuf>,
    args: Vec<String>,
}

/// Runs a program.
pub(crate) fn execute(args: RunArgs, session: &mut Session) -> Result<Status, Failure> {
    if args.interpreter {
        let message = "--interpreter has no effect: Ruff has a single execution engine";
        session.reporter.report(&[Finding::warning(message)]);
    }
    let limit =
        if args.capabilities.is_untrusted { limits::SOURCE_BYTES_UNTRUSTED } else { limits::SOURCE_BYTES };
    let program = load(&args, limit)?;
    let options = engine::Options {
        permissions: args.capabilities.permissions,
        source_bytes: limit,
        json_bytes: args.capabilities.is_untrusted.then_some(limits::JSON_BYTES_UNTRUSTED),
        fuel: args.max_steps,
        time_limit: args.timeout,
        scheduler_timeout: args.scheduler_timeout_ms.or_else(scheduler_timeout),
        workers: args.workers.or_else(workers).unwrap_or(engine::Options::default().workers),
        schedule_seed: args.schedule_seed.unwrap_or_default(),
        virtual_time: args.virtual_time,
        unhandled_rejections: match args.unhandled_rejections {
            None => UnhandledRejections::ByOrigin,
            Some(Unhandled::Strict) => UnhandledRejections::Strict,
            Some(Unhandled::Warn) => UnhandledRejections::Warn,
            Some(Unhandled::Silent) => UnhandledRejections::Silent,
        },
        entry_dir: program.directory,
        yields_last: args.print,
        ..engine::Options::default()
    };
    if let Some(limit) = args.timeout {
        watch(limit, session.options.clone(), args.json_runtime_diagnostics);
    }
    // What is not trusted has no business in the machine's own network.
    let destinations = if args.capabilities.is_untrusted { Destinations::Public } else { Destinations::All };
    let host = SystemHost::with_usual_destinations(program.args, destinations);
    let mut engine = Engine::new(Box::new(host), ruff_natives::registry(), options);
    signals::catch(engine.interrupt());
    let outcome = engine.run(program.file);
    let printed =
        outcome.as_ref().ok().filter(|_| args.print).map_or(Ok(()), |value| print(&mut engine, value));
    let lost = tell_reports(&mut engine, session);
    let flushed = printed.and_then(|()| engine.host().flush());
    let result = match outcome.map_err(Failure::of_run) {
        Ok(_) if lost => Ok(Status::FAILED),
        Ok(_) | Err(Err(Ending::BrokenPipe)) => Ok(Status::SUCCESS),
        Err(Err(Ending::Interrupted)) => signals::end(),
        Err(Err(Ending::Exit(status))) => Ok(Status::of_program(status)),
        // The engine reports limits as errors that nothing caught.
        Err(Err(Ending::Limit | Ending::Cancelled | Ending::Paused)) => Ok(Status::FAILED),
        Err(Ok(failure)) => {
            let failure = with_flag(failure);
            if args.json_runtime_diagnostics == Some(JsonStream::Stdout) && !engine.host().is_at_line_start()
            {
                output::print("\n")?;
            }
            told(failure, args.json_runtime_diagnostics)
        }
    };
    match flushed {
        // A program whose output is lost has not succeeded, but it failed for another reason if it failed.
        Err(error) if matches!(result, Ok(Status::SUCCESS)) => Err(output::unwritable(&error)),
        _ => result,
    }
}

/// The time limit of the environment, if it is one.
#[expect(clippy::disallowed_methods, reason = "the command line reads its own settings")]
fn scheduler_timeout() -> Option<Duration> {
    let milliseconds: u64 = std::env::var("RUFF_SCHEDULER_TIMEOUT_MS").ok()?.parse().ok()?;
    Some(milliseconds).filter(|milliseconds| *milliseconds > 0).map(Duration::from_millis)
}

/// The number of threads for isolates of the environment, if it is one.
#[expect(clippy::disallowed_methods, reason = "the command line reads its own settings")]
fn workers() -> Option<usize> {
    let workers: usize = std::env::var("RUFF_WORKERS").ok()?.parse().ok()?;
    Some(workers).filter(|workers| *workers > 0)
}

fn load(args: &RunArgs, limit: usize) -> Result<Program, Failure> {
    let script = script_args(args)?;
    if !args.eval.is_empty() {
        let file = Arc::new(SourceFile::new("<eval>", args.eval.join("\n")));
        return Ok(Program { file, directory: None, args: script });
    }
    let path = args.file.as_deref().unwrap_or(OsStr::new("-"));
    if path == "-" {
        let file = source::read_stdin("<stdin>", limit)?;
        return Ok(Program { file, directory: None, args: script });
    }
    let file = source::read(path, limit)?;
    let directory = Path::new(path).parent().map(Path::to_owned);
    Ok(Program { file, directory, args: script })
}

/// What `args()` returns. Where code is given there is no file, and the word in its place is the first argument.
fn script_args(args: &RunArgs) -> Result<Vec<String>, Failure> {
    let first = args.file.iter().filter(|_| !args.eval.is_empty());
    let words = first.chain(&args.script_args);
    (1..)
        .zip(words)
        .map(|(n, word): (usize, &OsString)| {
            word.to_str().map(str::to_owned).ok_or_else(|| {
                let message = format!("script argument {n} is not valid UTF-8");
                Failure::usage(Finding::error(Code::CommandLine, message))
            })
        })
        .collect()
}

/// Reports what the program did not ask to know. Answers whether an error was among it.
fn tell_reports(engine: &mut Engine, session: &mut Session) -> bool {
    let reports = engine.take_reports();
    if reports.is_empty() {
        return false;
    }
    // What it printed comes before what is said about it. A failure comes up again.
    let _ = engine.host().flush();
    let has_errors = reports.iter().any(|report| report.severity == Severity::Error);
    let untold = reports.into_iter().filter(|report| !report.is_told);
    let findings: Vec<Finding> = untold.map(Finding::from_report).collect();
    session.reporter.report(&findings);
    has_errors
}

/// Prints what `-p` asks for.
fn print(engine: &mut Engine, value: &Value) -> HostResult<()> {
    if matches!(value, Value::Null) {
        return Ok(());
    }
    let mut text = String::new();
    write_text(&mut text, value);
    text.push('\n');
    engine.host().write_stdout(&text)
}

/// Ends the process some time after `limit`: the engine looks at the clock while code runs and while the program waits
/// for something, not while a builtin is stuck, in reading a pipe say.
fn watch(limit: Duration, options: GlobalOptions, stream: Option<JsonStream>) {
    std::thread::spawn(move || {
        std::thread::sleep(limit.saturating_add(GRACE));
        let message = format!("Resource limit exceeded: time ({}s)", limit.as_secs_f64());
        let failure = Failure::new(Status::TIMEOUT, Finding::error(Code::TimeLimit, message));
        if let Err(failure) = told(with_flag(failure), stream) {
            Reporter::new(&options).fail(&failure);
        }
        Status::TIMEOUT.exit();
    });
}

/// Names the option that sets the limit which was reached.
fn with_flag(mut failure: Failure) -> Failure {
    for finding in &mut failure.findings {
        let flag = match finding.code {
            Code::TimeLimit => "--timeout",
            Code::InstructionLimit => "--max-steps",
            Code::Scheduler if finding.message.starts_with("Scheduler timed out") => "--scheduler-timeout-ms",
            _ => continue,
        };
        finding.help.push(format!("raise it with {flag}=\u{2026}"));
    }
    failure
}

/// Reports a failure to tools if they are to be told, and leaves it to be reported to people else.
fn told(failure: Failure, stream: Option<JsonStream>) -> Result<Status, Failure> {
    match stream {
        Some(stream) => tell_tools(&failure, stream),
        None => Err(failure),
    }
}

/// Reports a failure as JSON, and nothing on standard error besides.
fn tell_tools(failure: &Failure, stream: JsonStream) -> Result<Status, Failure> {
    let text = payload::of_failure(failure);
    match stream {
        JsonStream::Stdout => output::print(&text)?,
        // Where standard error is gone there is nobody to tell.
        JsonStream::Stderr => drop(std::io::stderr().lock().write_all(text.as_bytes())),
    }
    Ok(failure.status)
}
