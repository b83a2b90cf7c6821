//! [`Sample`]: a value that parameters are probed with.

use ruff_runtime::native::{Cx, NativeBody, NativeDef, NativeResult, Param, TypeWord, Undo, Updates};
use ruff_runtime::value::{Bytes, Queue, Set, Stack};
use ruff_runtime::{Engine, Value, VmError};
use ruff_syntax::Code;

/// What the code of samples needs to be declared.
pub(super) const DECLARATIONS: &str = "\
struct Point { x: int, y: int }
enum Color { Red, Green }
func* numbers() { yield 1; yield 2 }
async func promised() { return 7 }
";

/// A value, as it is shown and as it is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sample {
    /// How it is shown.
    pub(super) label: &'static str,
    /// An expression for it that calls no builtin, so that a change of a builtin changes no page but its own.
    pub(super) code: &'static str,
    /// What `type()` says about it.
    pub(super) kind: &'static str,
}

const fn same(kind: &'static str, code: &'static str) -> Sample {
    Sample { label: code, code, kind }
}

const fn given(kind: &'static str, label: &'static str, code: &'static str) -> Sample {
    Sample { label, code, kind }
}

const BYTES: Sample = given("bytes", "bytes", "given(\"bytes\")");
const SET: Sample = given("set", "Set{1, 2}", "given(\"set\")");
const QUEUE: Sample = given("queue", "Queue[1, 2]", "given(\"queue\")");
const STACK: Sample = given("stack", "Stack[1, 2]", "given(\"stack\")");
const STRUCT: Sample = given("struct", "Point", "Point { x: 1, y: 2 }");
const GENERATOR: Sample = given("generator", "generator", "numbers()");
const ARRAY: Sample = same("array", "[3, 1, 2]");
const DICT: Sample = same("dict", "{\"b\": 2, \"a\": 1}");
const TEXT: Sample = same("string", "\"text\"");
const FLOAT: Sample = same("float", "2.5");
const TRUE: Sample = same("bool", "true");
const NULL: Sample = same("null", "null");

/// One of each kind, the empty ones, the numbers at the ends, and texts and elements that are rarely right.
pub(super) const SAMPLES: [Sample; 29] = [
    same("int", "7"),
    same("int", "0"),
    same("int", "-1"),
    same("int", "5000000000"),
    given("int", "9223372036854775807", "given(\"the greatest int\")"),
    given("int", "-9223372036854775808", "given(\"the least int\")"),
    FLOAT,
    given("float", "NaN", "given(\"NaN\")"),
    TEXT,
    same("string", "\"\""),
    same("string", "\"(é\""),
    TRUE,
    NULL,
    ARRAY,
    same("array", "[]"),
    same("array", "[\"a\", null]"),
    DICT,
    same("dict", "{}"),
    SET,
    QUEUE,
    STACK,
    BYTES,
    STRUCT,
    same("tagged", "Color::Red"),
    same("result", "Ok(1)"),
    same("option", "None"),
    given("function", "func(x)", "func(x) { return x }"),
    given("function", "builtin", "given(\"builtin\")"),
    GENERATOR,
];

/// A value for parameters of which the manual page has no example.
pub(super) fn plain(param: &Param) -> Sample {
    match param.types.first() {
        None => same("int", "7"),
        Some(TypeWord::Int | TypeWord::Number | TypeWord::Finite) => same("int", "2"),
        Some(TypeWord::Float) => FLOAT,
        Some(TypeWord::String) => TEXT,
        Some(TypeWord::Bool) => TRUE,
        Some(TypeWord::Null) => NULL,
        Some(TypeWord::Array) => ARRAY,
        Some(TypeWord::Dict) => DICT,
        Some(TypeWord::Bytes) => BYTES,
        Some(TypeWord::Set) => SET,
        Some(TypeWord::Queue) => QUEUE,
        Some(TypeWord::Stack) => STACK,
        Some(TypeWord::Iterator) => GENERATOR,
        Some(TypeWord::Function) => same("function", "callback"),
        Some(TypeWord::Struct) => STRUCT,
        Some(TypeWord::Handle(kind)) => of_kind(kind.word),
    }
}

/// A value of the kind `word`.
pub(super) fn of_kind(word: &'static str) -> Sample {
    match word {
        "ArgParser" => given("struct", "parser", "arg_parser()"),
        "Channel" => given("channel", "channel", "channel()"),
        "TaskHandle" => given("taskhandle", "task", "spawn_task(func() { return 7 })"),
        "Promise" => given("promise", "promise", "promised()"),
        "TaskGroup" => given("taskgroup", "closed group", "task_group(func(g) { return g })"),
        "Semaphore" => given("semaphore", "semaphore", "semaphore(1)"),
        _ => NULL,
    }
}

/// A builtin that is in no family, for probes that hand one over.
static BUILTIN: NativeDef = NativeDef {
    name: "first",
    aliases: &[],
    family: "samples",
    params: &[Param::new("values", &[], true, true)],
    returns: "any",
    capabilities: &[],
    global: true,
    method: false,
    on: None,
    updates: Updates::No,
    undo: Undo::Copy,
    pure: true,
    doc: "The first of `values`.",
    since: "2.0",
    body: NativeBody::Rust(|_, values| Ok(first(values))),
};

/// Lets the programs of `engine` write samples that have no literal.
pub(super) fn register(engine: &mut Engine) {
    engine.register("given", Some(1), value);
    engine.register("callback", None, |_, values| Ok(first(values)));
}

fn first(values: &[Value]) -> Value {
    values.first().cloned().unwrap_or_default()
}

fn value(cx: &mut Cx<'_>, what: &[Value]) -> NativeResult<Value> {
    let numbers = || vec![Value::Int(1), Value::Int(2)];
    Ok(match what.first().and_then(Value::as_str) {
        Some("the greatest int") => Value::Int(i64::MAX),
        Some("the least int") => Value::Int(i64::MIN),
        Some("NaN") => Value::Float(f64::NAN),
        Some("set") => Value::Set(Set::from_items(numbers())),
        Some("queue") => Value::Queue(Queue::from_vec(numbers())),
        Some("stack") => Value::Stack(Stack::from_vec(numbers())),
        Some("bytes") => Value::Bytes(Bytes::from_vec(vec![1, 255])),
        Some("builtin") => Value::Native(0, &BUILTIN),
        _ => return Err(unknown(cx)),
    })
}

fn unknown(cx: &Cx<'_>) -> VmError {
    cx.fail(Code::ArgumentValue, "there is no such sample")
}
