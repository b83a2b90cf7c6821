//! Errors while a program runs.
//!
//! Inside the machine an error is a [`VmError`]: one pointer, cheap to hand upwards. A [`Trace`] holds raw code
//! positions, which become lines and names only when somebody looks. What leaves the engine is a [`RuntimeError`],
//! with positions, call stack and cause spelled out.

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use ruff_syntax::diagnostic::Area;
use ruff_syntax::{Code, Diagnostic, Label, SourceFile, Span};

use crate::analysis::Refusal;
use crate::bytecode::Chunk;
use crate::value::{ErrorValue, Str, Sym, Value};

/// The error of everything that can fail in the machine and in natives; one pointer wide.
pub struct VmError(Box<Fault>);

const _: () = assert!(size_of::<VmError>() == size_of::<usize>());

/// What a [`VmError`] holds.
pub struct Fault {
    /// The stable code.
    pub code: Code,
    /// One line for people.
    pub message: Str,
    /// Likely fixes.
    pub help: Vec<String>,
    /// Background.
    pub notes: Vec<String>,
    /// Where it was raised; filled in by the machine.
    pub trace: Option<Rc<Trace>>,
    /// What it is about, where that is not the code that raised it.
    pub subject: Option<Arc<Subject>>,
    /// The error that led to this one.
    pub cause: Option<Value>,
    /// What `throw` was given, when it was not a plain string.
    pub thrown: Option<Value>,
    /// Which of several things failed.
    pub index: Option<usize>,
    /// Why all of several things failed.
    pub errors: Option<Value>,
    /// What failed after it, and because of it: the field `suppressed`.
    pub suppressed: Vec<Value>,
    /// A request to end the program, which nothing catches.
    pub ending: Option<Ending>,
    /// All fields that printing shows, if the error was caught before and somebody looked at them.
    pub fields: Option<Vec<(Sym, Value)>>,
}

impl VmError {
    /// An error with a code and a message.
    #[cold]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        VmError(Box::new(Fault {
            code,
            message: Str::from_string(message.into()),
            help: Vec::new(),
            notes: Vec::new(),
            trace: None,
            subject: None,
            cause: None,
            thrown: None,
            index: None,
            errors: None,
            suppressed: Vec::new(),
            ending: None,
            fields: None,
        }))
    }

    /// The request to end the process with `status`.
    #[cold]
    pub fn exit(status: i32) -> Self {
        VmError::ending(Ending::Exit(status))
    }

    /// The end of a program whose standard output nobody reads any more.
    #[cold]
    pub fn broken_pipe() -> Self {
        VmError::ending(Ending::BrokenPipe)
    }

    /// The end of a wait of the host before its time, after [`HostErrorKind::Interrupted`](crate::host::HostErrorKind).
    #[cold]
    pub fn interrupted() -> Self {
        VmError::ending(Ending::Interrupted)
    }

    /// The end of a fiber that was cancelled.
    #[cold]
    pub(crate) fn cancelled() -> Self {
        VmError::ending(Ending::Cancelled)
    }

    /// An error of a limit that the embedder or command line set, which nothing catches.
    #[cold]
    pub fn limit(code: Code, message: impl Into<String>) -> Self {
        let mut error = VmError::new(code, message);
        error.0.ending = Some(Ending::Limit);
        error
    }

    /// There is not enough memory for a result.
    #[cold]
    pub fn out_of_memory(what: &str) -> Self {
        VmError::new(Code::MemoryLimit, format!("Out of memory: there is no room for the result of {what}"))
    }

    /// The end of the program for a reason that is no error.
    #[cold]
    pub(crate) fn ending(ending: Ending) -> Self {
        let mut error = VmError::new(Code::Thrown, "exit");
        error.0.ending = Some(ending);
        error
    }

    /// Adds a likely fix.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.0.help.push(help.into());
        self
    }

    /// Adds background.
    #[must_use]
    pub fn with_notes(mut self, notes: impl IntoIterator<Item = String>) -> Self {
        self.0.notes.extend(notes);
        self
    }

    /// Says what it is about, where that is not the code that raises it.
    #[must_use]
    pub fn about(mut self, subject: Subject) -> Self {
        self.0.subject = Some(Arc::new(subject));
        self
    }

    /// What it holds.
    pub fn fault(&self) -> &Fault {
        &self.0
    }

    /// What it holds, for changing.
    pub fn fault_mut(&mut self) -> &mut Fault {
        &mut self.0
    }

    /// What it holds.
    pub fn into_fault(self) -> Fault {
        *self.0
    }

    /// Whether it is no error: the isolate gives way to others.
    pub(crate) fn is_pause(&self) -> bool {
        self.0.ending == Some(Ending::Paused)
    }

    /// Whether `try` can catch it: everything but a request to end.
    pub fn is_catchable(&self) -> bool {
        self.0.ending.is_none()
    }
}

impl std::fmt::Debug for VmError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.0.code, self.0.message)
    }
}

/// A way to end a program that `try` does not catch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// `exit(n)`: this status.
    Exit(i32),
    /// Standard output is closed: end quietly.
    BrokenPipe,
    /// A limit was reached; reported like an error.
    Limit,
    /// The fiber was cancelled; the program goes on.
    Cancelled,
    /// The isolate gives way to others; it goes on later. No program ends like that.
    Paused,
    /// Somebody asked for it, see [`Interrupt`](crate::interrupt::Interrupt).
    Interrupted,
}

/// A place in a module's text that an error of its import is about.
#[derive(Debug)]
pub struct Subject {
    /// The module's file.
    pub file: Arc<SourceFile>,
    /// The place, with a few words.
    pub primary: Label,
    /// Other places that explain it.
    pub secondary: Vec<Label>,
    /// How many more mistakes there are in the file.
    pub more: usize,
}

/// The frames that were live when an error was raised, innermost first, as raw code positions.
pub struct Trace {
    /// Tells errors apart: counts those that an isolate has raised. 0 says nothing.
    pub number: u64,
    /// Innermost first.
    pub points: Vec<TracePoint>,
    /// Frames left out between the innermost and the outermost kept ones, and where.
    pub omitted: Option<(usize, usize)>,
    /// Where the error went on when somebody awaited a promise: positions in `points`, each the first of the fiber that
    /// awaited.
    pub awaits: Vec<usize>,
    /// What [`Trace::stack`] answers, made on first use.
    pub stack: OnceCell<Value>,
}

/// What stands for an await in a stack of names.
pub const AWAITED: &str = "-- awaited at --";

/// One frame of a [`Trace`].
#[derive(Clone)]
pub struct TracePoint {
    /// The code that ran.
    pub chunk: Arc<Chunk>,
    /// The index of the instruction that was running.
    pub at: u32,
}

impl TracePoint {
    /// The bytes of source that the instruction came from.
    pub fn span(&self) -> Span {
        self.chunk.span_at(self.at as usize)
    }
}

impl Trace {
    /// An array of the names of the live functions, outermost first; the top level has none. One text stands for all
    /// that were left out.
    pub fn stack(&self) -> &Value {
        self.stack.get_or_init(|| {
            let (inner, outer) = self.points.split_at(self.omitted.map_or(0, |(after, _)| after));
            let gap = self.omitted.map(|(_, count)| format!("… {count} more"));
            let names = |points: &[TracePoint]| {
                let mut names = Vec::with_capacity(points.len());
                for (index, point) in points.iter().enumerate().rev() {
                    if !point.chunk.is_hidden() {
                        names.push(point.chunk.name());
                    }
                    // Where frames were left out, nobody noted awaits.
                    if self.awaits.contains(&index) {
                        names.push(AWAITED.to_owned());
                    }
                }
                names
            };
            let names = names(outer).into_iter().chain(gap).chain(names(inner));
            Value::array(names.map(Value::string).collect())
        })
    }

    /// This, and behind it `awaiting`: the frames of the fiber that an await raised the error in.
    pub(crate) fn awaited_by(&self, awaiting: Trace) -> Trace {
        /// Awaits of an error that are told about.
        const AWAITS: usize = 16;
        let mut points = self.points.clone();
        let mut awaits = self.awaits.clone();
        if awaits.len() < AWAITS && self.omitted.is_none() && awaiting.omitted.is_none() {
            awaits.push(points.len());
            points.extend(awaiting.points);
        }
        Trace { number: self.number, points, omitted: self.omitted, awaits, stack: OnceCell::new() }
    }

    /// The innermost frame of the program itself, natives written in Ruff left out.
    pub fn innermost(&self) -> Option<&TracePoint> {
        self.points.iter().find(|point| !point.chunk.is_internal())
    }

    /// The 1-based line of the failing expression, 0 if unknown.
    pub fn line(&self) -> u32 {
        self.innermost().map_or(0, |point| point.chunk.file().line_at(point.span().lo))
    }
}

/// One frame of a call stack, spelled out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The function's name, `Struct.method` for methods, `<lambda>` for lambdas.
    pub function: String,
    /// The file it stands in.
    pub file: String,
    /// 1-based line of the expression that was running.
    pub line: u32,
    /// 1-based column.
    pub column: u32,
}

/// Causes spelled out for one error.
const CAUSES: usize = 100;

/// Why a program did not run to its end, spelled out for people and tools.
#[derive(Debug)]
pub struct RuntimeError {
    /// The stable code.
    pub code: Code,
    /// One line for people.
    pub message: String,
    /// Likely fixes.
    pub help: Vec<String>,
    /// The source of the failing expression, unknown for errors raised outside any program text. For a mistake in the
    /// text of an imported module, that place.
    pub location: Option<Location>,
    /// What is at the location, in a few words, possibly none.
    pub label: String,
    /// Other places in the file of the location that explain the error.
    pub secondary: Vec<Label>,
    /// Background.
    pub notes: Vec<String>,
    /// Live functions, innermost first; the top level has no entry.
    pub frames: Vec<Frame>,
    /// Frames missing in `frames` when the stack was deep: after how many of them, and how many.
    pub omitted: Option<(usize, usize)>,
    /// Positions in `frames` before which a promise was awaited: what follows is the fiber that awaited it.
    pub awaits: Vec<usize>,
    /// The error that led to this one.
    pub cause: Option<Box<RuntimeError>>,
}

/// A place in a source.
pub type Location = (Arc<SourceFile>, Span);

impl std::fmt::Display for RuntimeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for RuntimeError {}

impl RuntimeError {
    /// Spells out an uncaught error.
    pub fn from_vm(error: VmError) -> RuntimeError {
        let fault = error.into_fault();
        let trace = fault.trace;
        RuntimeError {
            code: fault.code,
            message: fault.message.to_string(),
            help: fault.help,
            cause: fault.cause.and_then(|cause| match cause {
                Value::Error(error) => Some(Box::new(RuntimeError::from_value(&error))),
                _ => None,
            }),
            ..RuntimeError::at(trace.as_deref(), fault.subject.as_deref())
        }
        .with_notes(&fault.notes, &fault.suppressed)
    }

    /// Spells out an error that the program caught and kept.
    pub fn from_value(error: &ErrorValue) -> RuntimeError {
        // A program can make chains of any length, on which neither this nor dropping it may recurse.
        let mut chain = Vec::new();
        let mut next = error.cause();
        while let Some(Value::Error(cause)) = next
            && chain.len() < CAUSES
        {
            chain.push(RuntimeError::without_cause(cause));
            next = cause.cause();
        }
        let spell = |cause: Option<Box<RuntimeError>>, error| Some(Box::new(RuntimeError { cause, ..error }));
        let cause = chain.into_iter().rev().fold(None, spell);
        RuntimeError { cause, ..RuntimeError::without_cause(error) }
    }

    fn without_cause(error: &ErrorValue) -> RuntimeError {
        RuntimeError {
            code: error.code,
            message: error.message().to_string(),
            ..RuntimeError::at(error.trace.as_deref(), error.subject.as_deref())
        }
        .with_notes(&error.notes, &error.suppressed)
    }

    /// Adds the background of an error, and what failed later.
    fn with_notes(mut self, notes: &[String], later: &[Value]) -> RuntimeError {
        /// Errors that are shown one by one.
        const SHOWN: usize = 10;
        self.notes.extend_from_slice(notes);
        for error in later.iter().take(SHOWN) {
            let Value::Error(error) = error else { continue };
            let place = error.trace.as_deref().and_then(location).map(|(file, span)| {
                let at = file.position(span.lo);
                format!(" at {}:{}:{}", file.name(), at.line, at.column)
            });
            self.notes.push(format!("later error{}: {}", place.unwrap_or_default(), error.message()));
        }
        if let Some(more @ 1..) = later.len().checked_sub(SHOWN) {
            let errors = if more == 1 { "error" } else { "errors" };
            self.notes.push(format!("{more} more later {errors}"));
        }
        self
    }

    /// An error of which only the place is known.
    fn at(trace: Option<&Trace>, subject: Option<&Subject>) -> RuntimeError {
        let mut error = RuntimeError {
            code: Code::Thrown,
            message: String::new(),
            help: Vec::new(),
            location: trace.and_then(location),
            label: String::new(),
            secondary: Vec::new(),
            notes: Vec::new(),
            frames: trace.map(frames).unwrap_or_default(),
            omitted: trace.and_then(omitted),
            awaits: trace.map(awaits).unwrap_or_default(),
            cause: None,
        };
        if let Some(subject) = subject {
            let importer = error.location.replace((subject.file.clone(), subject.primary.span));
            error.label.clone_from(&subject.primary.message);
            error.secondary.clone_from(&subject.secondary);
            error.notes.extend(importer.map(|(file, span)| {
                let at = file.position(span.lo);
                format!("imported at {}:{}:{}", file.name(), at.line, at.column)
            }));
            if subject.more > 0 {
                let more = subject.more;
                let mistakes = if more == 1 { "mistake" } else { "mistakes" };
                error.notes.push(format!("{more} more {mistakes} in {}", subject.file.name()));
            }
        }
        error
    }
}

fn location(trace: &Trace) -> Option<Location> {
    trace.innermost().map(|point| (point.chunk.file().clone(), point.span()))
}

fn omitted(trace: &Trace) -> Option<(usize, usize)> {
    let (after, count) = trace.omitted?;
    Some((trace.points.iter().take(after).filter(|point| !point.chunk.is_hidden()).count(), count))
}

/// The positions among the visible frames where a promise was awaited.
fn awaits(trace: &Trace) -> Vec<usize> {
    let shown = |end: usize| trace.points.iter().take(end).filter(|point| !point.chunk.is_hidden()).count();
    trace.awaits.iter().map(|&end| shown(end)).collect()
}

fn frames(trace: &Trace) -> Vec<Frame> {
    let visible = trace.points.iter().filter(|point| !point.chunk.is_hidden());
    visible
        .map(|point| {
            let file = point.chunk.file();
            let at = file.position(point.span().lo);
            Frame {
                function: point.chunk.name(),
                file: file.name().to_owned(),
                line: at.line,
                column: at.column,
            }
        })
        .collect()
}

/// Why a program could not be run, or did not run to its end.
#[derive(Debug)]
pub enum RunError {
    /// The source has lexical or syntax errors: exit status 3.
    Syntax {
        /// The source.
        file: Arc<SourceFile>,
        /// What is wrong, in source order.
        diagnostics: Vec<Diagnostic>,
        /// How many more there are.
        omitted: usize,
    },
    /// The source has other errors found before running: exit status 4.
    Compile {
        /// The source.
        file: Arc<SourceFile>,
        /// What is wrong, in source order.
        diagnostics: Vec<Diagnostic>,
        /// How many more there are.
        omitted: usize,
    },
    /// An error that nothing caught: exit status 4.
    Uncaught(Box<RuntimeError>),
    /// The program asked to end.
    Ended(Ending),
}

/// One line: the first thing that is wrong, with its place.
impl std::fmt::Display for RunError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            RunError::Syntax { file, diagnostics, .. } | RunError::Compile { file, diagnostics, .. } => {
                let Some(first) = diagnostics.first() else { return f.write_str(file.name()) };
                let at = file.position(first.primary.span.lo);
                write!(f, "{}:{}:{}: {}", file.name(), at.line, at.column, first.message)
            }
            RunError::Uncaught(error) => match &error.location {
                Some((file, span)) => {
                    let at = file.position(span.lo);
                    write!(f, "{}:{}:{}: {error}", file.name(), at.line, at.column)
                }
                None => error.fmt(f),
            },
            RunError::Ended(Ending::Exit(status)) => write!(f, "the program ended with status {status}"),
            RunError::Ended(Ending::BrokenPipe) => f.write_str("nobody reads the program's output any more"),
            RunError::Ended(Ending::Limit) => f.write_str("the program reached a limit"),
            RunError::Ended(Ending::Interrupted) => f.write_str("the program was interrupted"),
            RunError::Ended(Ending::Cancelled | Ending::Paused) => f.write_str("the program was cancelled"),
        }
    }
}

impl std::error::Error for RunError {}

impl From<Refusal> for RunError {
    fn from(refusal: Refusal) -> Self {
        let area = refusal.area();
        let Refusal { file, diagnostics, omitted } = refusal;
        match area {
            Area::Lexer | Area::Parser => RunError::Syntax { file, diagnostics, omitted },
            _ => RunError::Compile { file, diagnostics, omitted },
        }
    }
}
