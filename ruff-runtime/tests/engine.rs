//! The embedding API as a program that embeds Ruff sees it.

use ruff_runtime::convert::{FromValue, IntoValue};
use ruff_runtime::engine::Options;
use ruff_runtime::error::{Ending, RunError};
use ruff_runtime::host::NoHost;
use ruff_runtime::native::Registry;
use ruff_runtime::{Engine, Value, VmError};
use ruff_syntax::{Code, SourceFile};

fn engine(options: Options) -> Engine {
    Engine::new(Box::new(NoHost), Registry::default(), options)
}

fn keeping() -> Engine {
    engine(Options { keep_globals: true, ..Options::default() })
}

fn run(engine: &mut Engine, source: &str) -> Result<Value, RunError> {
    engine.run(SourceFile::new("test.ruff", source).into())
}

fn message(result: Result<Value, RunError>) -> (Code, String) {
    match result {
        Err(RunError::Uncaught(error)) => (error.code, error.message),
        other => panic!("an uncaught error was expected, not {other:?}"),
    }
}

#[test]
fn functions_of_both_sides_call_each_other() {
    let mut engine = keeping();
    engine.register("twice", Some(1), |_, args| match args {
        [Value::Int(int)] => Ok((int * 2).into_value()),
        _ => Err(VmError::new(Code::ArgumentType, "twice() requires an int")),
    });
    run(&mut engine, "func quadruple(n) { return twice(twice(n)) }\nmut count := 3").unwrap();
    let result = engine.call("quadruple", &[5_i64.into_value()]).unwrap();
    assert_eq!(i64::from_value(&result), Some(20));
    assert_eq!(engine.global("count").and_then(|count| i64::from_value(&count)), Some(3));
    assert!(engine.global("nothing").is_none());
    assert_eq!(message(engine.call("quadruple", &[true.into_value()])).1, "twice() requires an int");
    assert_eq!(message(engine.call("quadruple", &[])).1, "quadruple expects 1 arguments, got 0");
    assert_eq!(message(engine.call("nothing", &[])).0, Code::UndefinedVariable);
}

#[test]
fn a_function_of_another_engine_is_refused() {
    let (mut one, mut other) = (keeping(), keeping());
    run(&mut one, "mut a := 1\nmut b := 2\nfunc f() { return b }\nfunc* g() { yield b }").unwrap();
    run(&mut other, "func apply(f) { return f() }").unwrap();
    let foreign = [one.global("f").unwrap()];
    let expected = (Code::NotCallable, "Cannot call f: it belongs to another engine".to_owned());
    assert_eq!(message(other.call("apply", &foreign)), expected);
    let generator = one.call("g", &[]).unwrap();
    run(&mut other, "func drain(g) { for x in g { return x } }").unwrap();
    let expected = (Code::NotCallable, "Cannot call g: it belongs to another engine".to_owned());
    assert_eq!(message(other.call("drain", &[generator])), expected);
}

#[test]
fn limits_end_a_run_and_nothing_catches_them() {
    let mut engine = engine(Options { fuel: Some(1_000), ..Options::default() });
    let source = "try {\n    loop { }\n} except e { }";
    match run(&mut engine, source) {
        Err(RunError::Uncaught(error)) => {
            assert_eq!(error.code, Code::InstructionLimit);
            let (file, span) = error.location.unwrap();
            assert_eq!(file.position(span.lo).line, 2);
        }
        other => panic!("the limit was expected, not {other:?}"),
    }
    assert_eq!(engine.fuel_used(), 1_000);
}

#[test]
fn another_thread_interrupts_a_run() {
    let mut engine = keeping();
    let interrupt = engine.interrupt();
    engine.register("started", Some(0), move |_, _| {
        let interrupt = interrupt.clone();
        std::thread::spawn(move || interrupt.request());
        Ok(Value::Null)
    });
    let source = "mut log := []\nfunc f() {\n    try {\n        started()\n        loop { }\n    } except e {\n        \
                  log := [\"caught\"]\n    } finally {\n        log := [...log, \"clean\"]\n    }\n}\nf()";
    for _ in 0..2 {
        let result = run(&mut engine, source);
        assert!(matches!(result, Err(RunError::Ended(Ending::Interrupted))), "{result:?}");
        let log = engine.global("log").and_then(|log| Vec::<String>::from_value(&log));
        assert_eq!(log, Some(vec!["clean".to_owned()]));
    }
    assert!(run(&mut engine, "1").is_ok());
}

#[test]
fn the_last_expression_is_the_result_if_asked_for() {
    let mut engine = engine(Options { yields_last: true, ..Options::default() });
    assert_eq!(i64::from_value(&run(&mut engine, "x := 20\nx + 1").unwrap()), Some(21));
    assert!(matches!(run(&mut engine, "x := 20").unwrap(), Value::Null));
}
