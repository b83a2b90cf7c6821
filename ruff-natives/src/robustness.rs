//! No arguments crash a builtin: every one written in Rust is called with every combination of awkward values.

use ruff_runtime::Value;
use ruff_runtime::native::{Family, NativeBody, NativeDef};
use ruff_runtime::value::{Bytes, Dict, Key, Queue, Set, Stack};

use crate::FAMILIES;
use crate::testing::call;

fn awkward_values() -> Vec<Value> {
    let deep = (0..4000).fold(Value::Null, |value, _| Value::array(vec![value]));
    let mixed = vec![
        Value::Int(3),
        Value::Float(f64::NAN),
        Value::str("é"),
        Value::Null,
        Value::array(vec![Value::Int(1)]),
    ];
    let entries = [("", Value::Null), ("1", Value::Float(0.5)), ("message", Value::Int(2))];
    vec![
        Value::Null,
        Value::Nothing,
        Value::Bool(true),
        Value::Int(0),
        Value::Int(-1),
        Value::Int(2),
        Value::Int(i64::MIN),
        Value::Int(i64::MAX),
        Value::Float(-0.5),
        Value::Float(f64::NAN),
        Value::Float(f64::INFINITY),
        Value::Float(1e300),
        Value::str(""),
        Value::str("%-05.3d%%%s%"),
        Value::str("\u{1F468}\u{200D}\u{1F469} ǅ \r\n a text with more than a few characters"),
        Value::array(vec![]),
        Value::array(mixed.clone()),
        deep,
        Value::Dict(Dict::from_entries(entries.map(|(key, value)| (Key::from(key), value)))),
        Value::Bytes(Bytes::from_vec(vec![0, 0xff])),
        Value::Set(Set::from_items(mixed.clone())),
        Value::Queue(Queue::from_vec(mixed.clone())),
        Value::Stack(Stack::from_vec(mixed)),
        Value::ok(Value::Int(1)),
    ]
}

/// Calls `def` with `count` arguments in all combinations.
fn call_with_all(def: &'static NativeDef, values: &[Value], count: usize) {
    let combinations = values.len().pow(u32::try_from(count).expect("few arguments"));
    for combination in 0..combinations {
        let mut left = combination;
        let mut args = Vec::with_capacity(count);
        for _ in 0..count {
            args.extend(values.get(left % values.len()).cloned());
            left /= values.len();
        }
        // What comes out does not matter, if only something does.
        let _ = call(def, args);
    }
}

#[test]
fn nothing_crashes() {
    let values = awkward_values();
    for def in FAMILIES.iter().flat_map(|family: &&Family| family.natives) {
        if matches!(def.body, NativeBody::Rust(_)) {
            for count in 0..=def.params.len().min(3) {
                call_with_all(def, &values, count);
            }
        }
    }
}
