//! Objects of the embedding program: handles with methods of their own.
#![forbid(unsafe_code)]

use std::cell::Cell;
use std::sync::Arc;

use ruff_runtime::engine::Options;
use ruff_runtime::host::NoHost;
use ruff_runtime::native::{Cx, Family, NativeResult, Object, ObjectKind, Registry};
use ruff_runtime::value::{Handle, source_text};
use ruff_runtime::{Engine, Value, family, native};
use ruff_syntax::SourceFile;

static COUNTER: ObjectKind = ObjectKind { type_name: "counter", word: "Counter" };

static FAMILY: Family = family!("counters": [self::ADD, self::IS_AHEAD_OF, self::TOTAL]);
static FAMILIES: &[&Family] = &[&FAMILY];

#[derive(Default)]
struct Counter {
    total: Cell<i64>,
}

impl Object for Counter {
    const KIND: &'static ObjectKind = &COUNTER;
}

/// Adds to the counter.
#[native(family = "counters", on = "Counter")]
fn add(cx: &mut Cx<'_>, counter: &Counter, amount: i64) -> NativeResult<i64> {
    let Some(total) = counter.total.get().checked_add(amount) else {
        return Err(cx.bad_value("amount", "smaller", &Value::Int(amount)));
    };
    counter.total.set(total);
    Ok(total)
}

/// Whether the counter has come further than `other`.
#[native(family = "counters", on = "Counter")]
fn is_ahead_of(counter: &Counter, other: &Counter) -> bool {
    counter.total > other.total
}

/// What the counter has come to.
#[native(family = "counters", on = "Counter")]
fn total(counter: &Counter) -> i64 {
    counter.total.get()
}

/// The value of the last expression of `program`, or its error.
fn value_of(program: &str) -> String {
    let options = Options { yields_last: true, ..Options::default() };
    let mut engine = Engine::new(Box::new(NoHost), Registry::new(FAMILIES), options);
    engine.register("counter", Some(0), |_, _| Ok(Value::Handle(Handle::new(Counter::default()))));
    match engine.run(Arc::new(SourceFile::new("test.ruff", program))) {
        Ok(value) => source_text(&value),
        Err(error) => error.to_string(),
    }
}

#[test]
fn copies_of_a_handle_lead_to_one_object() {
    assert_eq!(value_of("a := counter()\nb := [a]\na.add(2)\nb[0].add(3)\na.total()"), "5");
    assert_eq!(value_of("a := counter()\n[a == a, a == counter()]"), "[true, false]");
    assert_eq!(value_of("counter()"), "<counter>");
}

#[test]
fn calls_are_checked() {
    let fails = |call: &str, message: &str| {
        assert_eq!(value_of(&format!("a := counter()\n{call}")), format!("test.ruff:2:1: {message}"));
    };
    fails("a.add()", "Counter.add expects 1 arguments, got 0");
    fails("a.total(1)", "Counter.total expects 0 arguments, got 1");
    fails("a.add(\"x\")", "Counter.add() requires an int argument for amount, got string");
    fails("a.is_ahead_of(1)", "Counter.is_ahead_of() requires a counter argument for other, got int");
    fails("a.subtract(1)", "Counter has no method 'subtract'");
    assert_eq!(value_of("a := counter()\na.add(1)\na.is_ahead_of(counter())"), "true");
    assert_eq!(
        value_of("a := counter()\na.add(9223372036854775807)\na.add(1)"),
        "test.ruff:3:1: Counter.add() amount must be smaller, got 1"
    );
}
