//! Life cycles of handles: what each action does in each state, tried along every path.
//!
//! A kind of handle has a [`LifeCycle`]: code that makes one, actions, and a model in Rust that says what each action
//! gives. [`assert_lifecycle`] runs every sequence of actions up to a length as a program of its own and compares.
//! [`assert_stream_lifecycle`] is that for what gives some values and then no more, [`assert_one_shot_lifecycle`] for what
//! gives its result once.

use std::sync::Arc;

use allocation_counter::measure;
use ruff_runtime::engine::Options;
use ruff_runtime::error::RunError;
use ruff_runtime::value::source_text;
use ruff_runtime::{Engine, Value};
use ruff_syntax::SourceFile;

use crate::corpus::Outcome;
use crate::host::{TestHost, World};

/// Calls and loop turns of a program. None needs more than a few hundred.
const FUEL: u64 = 100_000;

/// How many actions a program takes at most that is looked at for leaks.
const MEASURED: usize = 2;

/// A kind of handle.
pub struct LifeCycle<'a> {
    /// What `type()` says of it.
    pub kind: &'a str,
    /// What the program declares.
    pub declarations: &'a str,
    /// An expression that makes one.
    pub make: &'a str,
    /// Expressions over the handle `h`, perhaps with statements and `; ` before them.
    pub actions: &'a [&'a str],
    /// What the program gives last, when the handle is gone.
    pub afterwards: Option<&'a str>,
    /// A model of a new handle.
    pub model: &'a dyn Fn() -> Model,
}

/// Says what the action with that position gives, in source form, and does it. [`fails`] is what an error gives; the
/// position behind the last is that of [`LifeCycle::afterwards`].
pub type Model = Box<dyn FnMut(usize) -> String>;

/// What an action gives that raises an error.
pub fn fails(message: &str) -> String {
    format!("\"fails: {message}\"")
}

/// Tries every sequence of up to `length` actions, and panics if one gives anything else than the model says, or
/// leaves memory behind.
pub fn assert_lifecycle(cycle: &LifeCycle<'_>, length: usize) {
    let kind = format!("{}h := {}\ntype(h)", cycle.declarations, cycle.make);
    assert_eq!(evaluate(&kind), Ok(format!("\"{}\"", cycle.kind)));
    let mut paths: Vec<Vec<usize>> = vec![vec![]];
    for taken in 0..=length {
        for path in &paths {
            try_path(cycle, path);
            if taken <= MEASURED {
                let left = measure(|| drop(run(&program(cycle, path)))).bytes_current;
                assert_eq!(left, 0, "bytes left behind by\n{}", program(cycle, path));
            }
        }
        let longer = |path: &Vec<usize>| {
            let path = path.clone();
            (0..cycle.actions.len()).map(move |action| [&path[..], &[action]].concat())
        };
        paths = paths.iter().flat_map(longer).collect();
    }
}

fn try_path(cycle: &LifeCycle<'_>, path: &[usize]) {
    let mut model = (cycle.model)();
    let mut expected: Vec<String> = path.iter().map(|action| model(*action)).collect();
    if cycle.afterwards.is_some() {
        expected.push(model(cycle.actions.len()));
    }
    let program = program(cycle, path);
    let given = match run(&program) {
        Ok(Value::Array(given)) => given.iter().map(source_text).collect(),
        Ok(other) => vec![source_text(&other)],
        Err(outcome) => vec![outcome.to_string()],
    };
    assert_eq!(given, expected, "{}, after\n{program}", cycle.kind);
}

/// The program that does the actions of `path` and gives what they gave.
fn program(cycle: &LifeCycle<'_>, path: &[usize]) -> String {
    let mut program = format!("{}mut h := {}\nmut given := []\n", cycle.declarations, cycle.make);
    let mut add = |code: &str| {
        let (before, code) = code.rsplit_once("; ").unwrap_or(("", code));
        program.push_str(&format!("try {{ {before}; given = [...given, {code}] }} except e {{ "));
        program.push_str("given = [...given, \"fails: \" + e.message] }\n");
    };
    for action in path {
        add(cycle.actions.get(*action).copied().unwrap_or_default());
    }
    if let Some(code) = cycle.afterwards {
        program.push_str("h = null\n");
        program.push_str(&format!("given = [...given, {code}]\n"));
    }
    program.push_str("given\n");
    program
}

/// Runs a program in a world of its own; gives its last expression in source form.
pub fn evaluate(program: &str) -> Result<String, Box<Outcome>> {
    run(program).map(|value| source_text(&value))
}

fn run(program: &str) -> Result<Value, Box<Outcome>> {
    let options = Options { fuel: Some(FUEL), yields_last: true, ..Options::default() };
    let host = TestHost::new(World::default());
    let mut engine = Engine::new(Box::new(host), ruff_natives::registry(), options);
    let failed = |error: RunError| Box::new(Outcome::from(error));
    engine.run(Arc::new(SourceFile::new("lifecycle.ruff", program))).map_err(failed)
}

/// What gives its result once and can be cancelled before: first it gives it, then no more; cancelled once, it never does.
pub struct OneShot<'a> {
    /// What `type()` says of it.
    pub kind: &'a str,
    /// An expression that makes one.
    pub make: &'a str,
    /// Its result in source form, or the message of its error.
    pub result: Result<&'a str, &'a str>,
    /// The message for who comes too late.
    pub consumed: &'a str,
    /// The message for who comes when it was cancelled.
    pub cancelled: &'a str,
}

/// Where a [`OneShot`] is.
#[derive(Debug, Clone, Copy)]
enum Shot {
    Fresh,
    Consumed,
    Cancelled,
}

/// Tries every way to use and to cancel a handle that gives its result once.
pub fn assert_one_shot_lifecycle(handle: &OneShot<'_>) {
    let raised = |result: Result<&str, &str>| result.map_or_else(fails, str::to_owned);
    let (first, consumed, cancelled) =
        (raised(handle.result), fails(handle.consumed), fails(handle.cancelled));
    let model = || -> Model {
        let mut state = Shot::Fresh;
        let (first, consumed, cancelled) = (first.clone(), consumed.clone(), cancelled.clone());
        Box::new(move |action| {
            let is_cancelling = action == 1;
            let given = match state {
                Shot::Fresh if is_cancelling => "true".to_owned(),
                _ if is_cancelling => "false".to_owned(),
                Shot::Fresh => first.clone(),
                Shot::Consumed => consumed.clone(),
                Shot::Cancelled => cancelled.clone(),
            };
            state = match state {
                Shot::Fresh if is_cancelling => Shot::Cancelled,
                Shot::Fresh => Shot::Consumed,
                settled => settled,
            };
            given
        })
    };
    let cycle = LifeCycle {
        kind: handle.kind,
        declarations: "",
        make: handle.make,
        actions: &["await h", "h.cancel()"],
        afterwards: None,
        model: &model,
    };
    assert_lifecycle(&cycle, 4);
}

/// What gives some values, one after the other, and then no more.
pub struct Stream<'a> {
    /// What `type()` says of it.
    pub kind: &'a str,
    /// What the program declares.
    pub declarations: &'a str,
    /// An expression that makes one.
    pub make: &'a str,
    /// The values in source form.
    pub values: &'a [&'a str],
    /// The message of the error that it raises instead of its end.
    pub error: Option<&'a str>,
}

/// The ways to use up what gives values, in the order of [`stream`]'s positions.
pub const STREAM_ACTIONS: [&str; 4] =
    ["h.next()", "first(h)", "h.collect()", "h.any(func(x) { return true })"];

/// The declarations that [`STREAM_ACTIONS`] need.
pub const STREAM_DECLARATIONS: &str = "\
func first(values) {
    for value in values { return Some(value) }
    return None
}
";

/// Tries every way to use a handle that gives some values: to its end, beyond it, in parts, and left unfinished. After
/// its end or its error it stays at its end.
pub fn assert_stream_lifecycle(handle: &Stream<'_>) {
    let values: Vec<String> = handle.values.iter().map(|value| (*value).to_owned()).collect();
    let error = handle.error.map(|message| Raised(message.to_owned()));
    let model = || -> Model {
        let events = values.clone().into_iter().map(Ok).chain(error.clone().map(Err));
        stream(Box::new(events))
    };
    let cycle = LifeCycle {
        kind: handle.kind,
        declarations: &format!("{STREAM_DECLARATIONS}{}", handle.declarations),
        make: handle.make,
        actions: &STREAM_ACTIONS,
        afterwards: None,
        model: &model,
    };
    assert_lifecycle(&cycle, handle.values.len() + 2);
}

/// What asking for a value gives: the value in source form, or the error.
pub type Event = Result<String, Raised>;

/// An error that the program raises: its message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raised(pub String);

/// Values, and at most one error, after which there is nothing more.
pub type Events = Box<dyn Iterator<Item = Event>>;

/// What [`STREAM_ACTIONS`] give of `events`.
pub fn stream(mut events: Events) -> Model {
    let mut has_failed = false;
    Box::new(move |action| {
        let mut next = || {
            let event = if has_failed { None } else { events.next() };
            has_failed |= matches!(event, Some(Err(_)));
            event
        };
        let option = |event: Option<Event>| match event {
            Some(Ok(value)) => format!("Some({value})"),
            Some(Err(Raised(message))) => fails(&message),
            None => "None".to_owned(),
        };
        match action {
            0 | 1 => option(next()),
            2 => match std::iter::from_fn(next).collect::<Result<Vec<_>, _>>() {
                Ok(values) => format!("[{}]", values.join(", ")),
                Err(Raised(message)) => fails(&message),
            },
            _ => match next() {
                Some(Err(Raised(message))) => fails(&message),
                event => event.is_some().to_string(),
            },
        }
    })
}
