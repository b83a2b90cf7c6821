//! What the command line may say, as clap sees it. [`scan`] comes before: it finds out which words belong to Ruff and
//! which to the script, so that clap only ever reads words of ours.

mod capability;
pub(crate) mod scan;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use thiserror::Error;

pub(crate) use capability::{CapabilityFlags, is_capability_flag};

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "ruff",
    about = "Ruff: A modern programming language",
    version,
    propagate_version = true,
    disable_help_subcommand = true,
    max_term_width = 100
)]
pub(crate) struct CommandLine {
    #[command(flatten)]
    pub(crate) global: GlobalOptions,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options that every command takes.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalOptions {
    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    pub(crate) color: ColorWhen,

    /// Say less: only errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,

    /// Say more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,

    /// How errors and warnings look: with an excerpt of the source, in one line, as one JSON object a line, or as
    /// annotations of GitHub
    #[arg(long, value_name = "FMT", default_value = "full", global = true)]
    pub(crate) error_format: ErrorFormat,

    /// Change to this directory first
    #[arg(short = 'C', long, value_name = "DIR", global = true)]
    pub(crate) cwd: Option<PathBuf>,
}

// The values below have no comments of their own: clap would show them in help, at length.

/// When to use colours; `Auto` is as the terminal and the environment say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum ColorWhen {
    #[default]
    Auto,
    Always,
    Never,
}

/// How findings look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum ErrorFormat {
    #[default]
    Full,
    Short,
    Json,
    Github,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a program
    Run(RunArgs),
    /// Look for errors in programs without running them
    Check(CheckArgs),
    /// Show help for Ruff, a command or a builtin
    Help(HelpArgs),
    /// Show which Ruff this is
    Version,
}

/// `ruff run`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ruff run hello.ruff                  run a program
  ruff hello.ruff one two              the same, with arguments that args() returns
  ruff -p -e '6 * 7'                   evaluate code and print its value
  ruff run --untrusted --allow-clock job.ruff
                                       run with no access to the outside world but the clock

Programs are trusted unless a capability flag is given; then they may do what is allowed and nothing else. \
The flags do not hide timing and do not limit what an allowed destination or program does: code from strangers \
belongs in a container or virtual machine besides.")]
pub(crate) struct RunArgs {
    /// The program, `-` for standard input
    #[arg(value_name = "FILE|-", required_unless_present = "eval")]
    pub(crate) file: Option<OsString>,

    /// What the program's args() returns
    #[arg(value_name = "SCRIPT_ARGS", allow_hyphen_values = true)]
    pub(crate) script_args: Vec<OsString>,

    /// Run CODE instead of a file; several are joined by line ends
    #[arg(short, long, value_name = "CODE", allow_hyphen_values = true)]
    pub(crate) eval: Vec<String>,

    /// With -e: print the value of the last expression, unless it is null
    #[arg(short, long, requires = "eval")]
    pub(crate) print: bool,

    /// Report a failure as JSON, on standard output or on the stream named
    #[arg(long, value_name = "STREAM", num_args = 0..=1, require_equals = true, default_missing_value = "stdout")]
    pub(crate) json_runtime_diagnostics: Option<JsonStream>,

    /// Stop after this many seconds of wall-clock time, with exit status 124
    #[arg(long, value_name = "SECS", value_parser = seconds, allow_negative_numbers = true)]
    pub(crate) timeout: Option<Duration>,

    /// Stop a program that uses fibers after N milliseconds
    #[arg(long, value_name = "N", value_parser = milliseconds)]
    pub(crate) scheduler_timeout_ms: Option<Duration>,

    /// Run isolates on N threads; by default on as many as there are processors
    #[arg(long, value_name = "N", value_parser = workers)]
    pub(crate) workers: Option<usize>,

    /// Let fibers go on in an order that N decides, to find programs that rely on the usual one; 0 is that
    #[arg(long, value_name = "N")]
    pub(crate) schedule_seed: Option<u64>,

    /// Let time stand still while anything goes on, and jump to what is waited for when nothing does
    #[arg(long)]
    pub(crate) virtual_time: bool,

    /// What errors are that nobody awaits: all errors, all warnings, or nothing; by default it depends on what failed
    #[arg(long, value_name = "POLICY")]
    pub(crate) unhandled_rejections: Option<Unhandled>,

    /// Stop after N steps (calls and turns of loops)
    #[arg(long, value_name = "N", value_parser = steps, allow_negative_numbers = true)]
    pub(crate) max_steps: Option<u64>,

    /// Accepted for older scripts; has no effect
    #[arg(long, hide = true)]
    pub(crate) interpreter: bool,

    /// Accepted for older scripts; has no effect
    #[arg(long, hide = true)]
    pub(crate) jit: bool,

    #[command(flatten)]
    pub(crate) capabilities: CapabilityFlags,
}

/// What becomes of errors that nobody awaits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Unhandled {
    Strict,
    Warn,
    Silent,
}

/// Where `--json-runtime-diagnostics` writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum JsonStream {
    Stdout,
    Stderr,
}

/// `ruff check`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ruff check                           check every .ruff file below this directory
  ruff check src main.ruff             check a directory and a file
  ruff check --json main.ruff          the result as JSON
  ruff check --dump bytecode main.ruff see what a program compiles to")]
pub(crate) struct CheckArgs {
    /// Files and directories; `-` for standard input; by default this directory
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<OsString>,

    /// Print the result as JSON
    #[arg(long)]
    pub(crate) json: bool,

    /// The name of standard input in messages
    #[arg(long, value_name = "NAME", default_value = "<stdin>", hide_default_value = true)]
    pub(crate) stdin_filename: String,

    /// Print what the program is turned into, in a form that may change
    #[arg(long, value_name = "STAGE", conflicts_with = "json")]
    pub(crate) dump: Option<Stage>,
}

/// What a program is turned into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Stage {
    Tokens,
    Ast,
    Bytecode,
}

/// `ruff help`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ruff help run                        how to use a command
  ruff help builtin split              the manual page of a builtin
  ruff help builtin                    the names of all builtins")]
pub(crate) struct HelpArgs {
    /// A command, or `builtin`
    #[arg(value_name = "COMMAND")]
    pub(crate) command: Option<String>,

    /// After `builtin`: the name of one
    #[arg(value_name = "NAME", requires = "command")]
    pub(crate) name: Option<String>,
}

/// Why the value of an option is refused.
#[derive(Debug, PartialEq, Eq, Error)]
enum ValueError {
    #[error("must be greater than 0")]
    NotPositive,
    #[error("Scheduler timeout must be greater than 0ms")]
    NoTimeout,
    #[error("not a number")]
    NoNumber,
    #[error("too long a time")]
    TooLong,
    #[error("expected a positive integer")]
    NoCount,
}

/// A number of steps. One that nobody could count to is as good as any other.
fn steps(text: &str) -> Result<u64, ValueError> {
    let is_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Err(_) if is_digits => Ok(u64::MAX),
        Ok(0) | Err(_) => Err(ValueError::NoCount),
        Ok(steps) => Ok(steps),
    }
}

/// A number of threads. More than a program could use are as good as any other.
fn workers(text: &str) -> Result<usize, ValueError> {
    steps(text).map(|count| usize::try_from(count).unwrap_or(usize::MAX))
}

/// A time in milliseconds.
fn milliseconds(text: &str) -> Result<Duration, ValueError> {
    match text.parse() {
        Ok(0) => Err(ValueError::NoTimeout),
        Ok(milliseconds) => Ok(Duration::from_millis(milliseconds)),
        Err(_) => Err(ValueError::NoNumber),
    }
}

/// A time in seconds, with decimals if need be.
fn seconds(text: &str) -> Result<Duration, ValueError> {
    let seconds: f64 = text.parse().map_err(|_| ValueError::NoNumber)?;
    if seconds.is_nan() {
        return Err(ValueError::NoNumber);
    }
    if seconds <= 0.0 {
        return Err(ValueError::NotPositive);
    }
    Duration::try_from_secs_f64(seconds).map_err(|_| ValueError::TooLong)
}
