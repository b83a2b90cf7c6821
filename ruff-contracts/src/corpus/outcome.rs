//! [`Outcome`]: what a run did, as plain data that can leave the thread of the engine.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use ruff_runtime::RuntimeError;
use ruff_runtime::error::{Ending, RunError};
use ruff_runtime::scheduler::Unfinished;
use ruff_syntax::{Diagnostic, SourceFile, Span};

/// The place of an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// The file's name.
    pub file: String,
    /// 1-based line.
    pub line: u32,
    /// 1-based column.
    pub column: u32,
}

/// A function that was active.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Its name.
    pub function: String,
    /// The line it was at.
    pub line: u32,
}

/// A diagnostic, or the error that ended the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The diagnostic code.
    pub code: String,
    /// The message.
    pub message: String,
    /// Where; unknown is a mistake of the engine.
    pub site: Option<Site>,
    /// Help lines.
    pub help: Vec<String>,
    /// Background.
    pub notes: Vec<String>,
    /// Active functions, innermost first.
    pub frames: Vec<Frame>,
    /// The error that led to this one.
    pub cause: Option<Box<Report>>,
}

/// What a run did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Standard output.
    pub stdout: String,
    /// Standard error, without diagnostics.
    pub stderr: String,
    /// The exit status that the command line would end with.
    pub status: i32,
    /// What went wrong.
    pub reports: Vec<Report>,
    /// Calls and loop turns.
    pub fuel_used: u64,
    /// The milliseconds that it took by its clock.
    pub clock: u64,
    /// It came to its end.
    pub has_ended: bool,
    /// What had not when it had.
    pub unfinished: Unfinished,
}

impl Outcome {
    /// Takes over why a run did not reach its end.
    pub(super) fn fail(&mut self, error: RunError) {
        match error {
            RunError::Syntax { file, diagnostics, .. } => self.refuse(3, &file, &diagnostics),
            RunError::Compile { file, diagnostics, .. } => self.refuse(4, &file, &diagnostics),
            RunError::Uncaught(error) => {
                self.status = 4;
                self.reports = vec![Report::uncaught(&error)];
            }
            RunError::Ended(Ending::Exit(status)) => self.status = status,
            RunError::Ended(Ending::BrokenPipe) => self.status = 141,
            RunError::Ended(Ending::Limit | Ending::Cancelled | Ending::Paused) => self.status = 4,
            RunError::Ended(Ending::Interrupted) => self.status = 130,
        }
    }

    /// Takes over what the program did not ask to know. An error that ended it comes last, as on the command line.
    pub(super) fn tell(&mut self, reports: &[ruff_runtime::scheduler::Report]) {
        let untold = reports.iter().filter(|report| !report.is_told);
        let told = untold.map(|report| Report::uncaught(&report.error));
        self.reports.splice(0..0, told);
    }

    fn refuse(&mut self, status: i32, file: &Arc<SourceFile>, diagnostics: &[Diagnostic]) {
        self.status = status;
        self.reports = diagnostics.iter().map(|diagnostic| Report::found(file, diagnostic)).collect();
    }
}

impl From<RunError> for Outcome {
    fn from(error: RunError) -> Outcome {
        let mut outcome = Outcome::default();
        outcome.fail(error);
        outcome
    }
}

impl Report {
    fn found(file: &SourceFile, diagnostic: &Diagnostic) -> Report {
        Report {
            code: diagnostic.code.to_string(),
            message: diagnostic.message.clone(),
            site: Some(Site::new(file, diagnostic.primary.span)),
            help: diagnostic.help.clone(),
            notes: Vec::new(),
            frames: Vec::new(),
            cause: None,
        }
    }

    fn uncaught(error: &RuntimeError) -> Report {
        let frame =
            |frame: &ruff_runtime::error::Frame| Frame { function: frame.function.clone(), line: frame.line };
        Report {
            code: error.code.to_string(),
            message: error.message.clone(),
            site: error.location.as_ref().map(|(file, span)| Site::new(file, *span)),
            help: error.help.clone(),
            notes: error.notes.clone(),
            frames: error.frames.iter().map(frame).collect(),
            cause: error.cause.as_deref().map(|cause| Box::new(Report::uncaught(cause))),
        }
    }

    /// The active functions as programs write them: `f (3), g (7)`.
    pub fn call_stack(&self) -> String {
        let frames: Vec<_> =
            self.frames.iter().map(|frame| format!("{} ({})", frame.function, frame.line)).collect();
        frames.join(", ")
    }
}

impl Site {
    fn new(file: &SourceFile, span: Span) -> Site {
        let position = file.position(span.lo);
        // Modules are found below the search root `.`, programs are named without it.
        let name = file.name().trim_start_matches("./");
        Site { file: name.to_owned(), line: position.line, column: position.column }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.site {
            Some(site) => write!(f, "{}:{}:{}: ", site.file, site.line, site.column)?,
            None => write!(f, "nowhere: ")?,
        }
        write!(f, "{} {}", self.code, clip(&self.message))
    }
}

/// How many lines of output a failure shows.
const SHOWN_LINES: usize = 40;

/// How many characters of a line a failure shows.
const SHOWN_CHARS: usize = 200;

/// The beginning of a text that may be very long.
pub(super) fn clip(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(SHOWN_CHARS) {
        Some((end, _)) => Cow::Owned(format!("{}… {} bytes", text.get(..end).unwrap_or(""), text.len())),
        None => Cow::Borrowed(text),
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "status {}", self.status)?;
        if self.unfinished != Unfinished::default() {
            writeln!(f, "leaves {}", self.unfinished)?;
        }
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            for (index, line) in text.lines().enumerate() {
                if index == SHOWN_LINES {
                    writeln!(f, "{name} … {} more lines", text.lines().count() - index)?;
                    break;
                }
                writeln!(f, "{name} | {}", clip(line))?;
            }
        }
        for report in &self.reports {
            writeln!(f, "error  | {report}")?;
            report.help.iter().try_for_each(|help| writeln!(f, "         help: {help}"))?;
            report.notes.iter().try_for_each(|note| writeln!(f, "         note: {note}"))?;
            if !report.frames.is_empty() {
                writeln!(f, "         call stack: {}", report.call_stack())?;
            }
            if let Some(cause) = &report.cause {
                writeln!(f, "         cause: {cause}")?;
            }
        }
        Ok(())
    }
}
