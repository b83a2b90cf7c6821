//! What values look like, in each of the three styles.

use super::*;
use crate::heap::Ref;
use crate::shape::Shape;
use crate::value::{Bytes, Dict, ErrorValue, Queue, Set, Stack, Sym, Variant};

fn int(int: i64) -> Value {
    Value::Int(int)
}

fn check(value: &Value, printed: &str, debugged: &str, source: &str) {
    assert_eq!(text(value), printed);
    assert_eq!(debug_text(value), debugged);
    assert_eq!(source_text(value), source);
}

#[test]
fn floats_never_have_an_exponent() {
    let cases = [
        (1.0, "1", "1.0"),
        (2.50, "2.5", "2.5"),
        (0.1 + 0.2, "0.30000000000000004", "0.30000000000000004"),
        (1e20, "100000000000000000000", "100000000000000000000.0"),
        (1e23, "100000000000000000000000", "100000000000000000000000.0"),
        (1e15, "1000000000000000", "1000000000000000.0"),
        (-999_999_999_999_999.0, "-999999999999999", "-999999999999999.0"),
        (1e-7, "0.0000001", "0.0000001"),
        (f64::INFINITY, "inf", "inf"),
        (f64::NEG_INFINITY, "-inf", "-inf"),
        (f64::NAN, "NaN", "NaN"),
        (-0.0, "-0", "-0.0"),
        (0.0, "0", "0.0"),
    ];
    for (float, printed, source) in cases {
        check(&Value::Float(float), printed, &format!("Float({printed})"), source);
    }
}

#[test]
fn scalars() {
    check(&int(-5), "-5", "Int(-5)", "-5");
    check(&Value::Bool(true), "true", "Bool(true)", "true");
    check(&Value::Null, "null", "Null", "null");
    check(&Value::Nothing, "None", "None", "None");
    check(
        &Value::str("a \"b\"\n${c} $d"),
        "a \"b\"\n${c} $d",
        "String(\"a \"b\"\n${c} $d\")",
        "\"a \\\"b\\\"\\n\\${c} $d\"",
    );
    check(&Value::Bytes(Bytes::from_vec(vec![1, 2])), "<bytes: 2>", "Bytes(2 bytes)", "<bytes: 2>");
}

#[test]
fn containers() {
    let items = || vec![int(1), Value::str("x"), Value::array(vec![])];
    check(&Value::array(items()), "[1, x, []]", "Array[Int(1), String(\"x\"), Array[]]", "[1, \"x\", []]");
    let dict = Dict::from_entries([(Key::from("b"), Value::array(items())), (Key::from("a\""), Value::Null)]);
    check(
        &Value::Dict(dict),
        "{\"a\"\": null, \"b\": [1, x, []]}",
        "Dict{a\": Null, b: Array[Int(1), String(\"x\"), Array[]]}",
        "{\"a\\\"\": null, \"b\": [1, \"x\", []]}",
    );
    let numbers = Dict::from_entries([10, 9].map(|key| (Key::Int(key), Value::Null)));
    check(
        &Value::Dict(numbers),
        "{\"9\": null, \"10\": null}",
        "Dict{9: Null, 10: Null}",
        "{\"9\": null, \"10\": null}",
    );
    check(&Value::Dict(Dict::from_entries([])), "{}", "Dict{}", "{}");
    check(&Value::Set(Set::from_items([int(2), int(1)])), "Set{2, 1}", "Set{Int(2), Int(1)}", "Set{2, 1}");
    check(
        &Value::Queue(Queue::from_vec(vec![int(2), int(1)])),
        "Queue[2, 1]",
        "Queue[Int(2), Int(1)]",
        "Queue[2, 1]",
    );
    check(&Value::Stack(Stack::from_vec(vec![])), "Stack[]", "Stack[]", "Stack[]");
}

#[test]
fn structs_and_variants() {
    let object = |fields: &[&str]| {
        let names = fields.iter().map(|name| Sym::new(name)).collect();
        let mut values: Vec<Value> = (1..).map(Value::Int).take(fields.len()).collect();
        Value::Struct(StructRef::new(Shape::new(Sym::new("S"), None, names), &mut values))
    };
    check(&object(&["b", "a"]), "S { a: 2, b: 1 }", "S{a: Int(2), b: Int(1)}", "S { a: 2, b: 1 }");
    check(&object(&[]), "S {  }", "S{}", "S {  }");
    let variant = Variant::new(Sym::new("E"), Sym::new("A"));
    check(&Value::Tagged(Tagged::new(variant, &mut [])), "E::A", "E::A", "E::A");
    let pair = Tagged::new(variant, &mut [int(1), Value::str("x")]);
    check(&Value::Tagged(pair), "E::A(1,x)", "E::A(Int(1),String(\"x\"))", "E::A(1,\"x\")");
    check(&Value::ok(Value::some(int(1))), "Ok(Some(1))", "Ok(Some(Int(1)))", "Ok(Some(1))");
}

#[test]
fn errors() {
    let error = |message: &str, cause| {
        let mut fault = ErrorValue::throw(Value::str(message)).into_fault();
        fault.cause = cause;
        Value::Error(Ref::new(ErrorValue::from_fault(fault)))
    };
    check(
        &error("z", None),
        "Error { line: 0, message: z, stack: [] }",
        "Error{line: Int(0), message: String(\"z\"), stack: Array[]}",
        "Error { line: 0, message: \"z\", stack: [] }",
    );
    let chain = error("z", Some(Value::array(vec![error("y", None)])));
    assert_eq!(
        text(&chain),
        "Error { cause: [Error { line: 0, message: y, stack: [] }], line: 0, message: z, stack: [] }"
    );
}

#[test]
fn deep_data_needs_no_host_stack() {
    let deep = (0..100_000).fold(Value::Null, |value, _| Value::ok(Value::array(vec![value])));
    assert_eq!(text(&deep).len(), 100_000 * 6 + 4);
}

#[test]
fn texts_larger_than_strings_are_left_unfinished() {
    let limit = MAX_BYTES;
    let part = Value::string("x".repeat(1 << 22));
    let items = Value::array(vec![part; 1000]);
    let length = text(&Value::array(vec![items; 1000])).len();
    assert!(length > limit && length < limit + (1 << 23), "{length}");
}

#[test]
fn messages_do_not_show_what_is_too_large_to_show() {
    let part = Value::string("x".repeat(1 << 22));
    let small = Value::array(vec![int(1)]);
    let large = Value::array(vec![part; 65]);
    assert_eq!([shown(&small), shown(&large)], ["[1]", "<array too large to show>"]);
    assert_eq!([debug_shown(&small), debug_shown(&large)], ["Array[Int(1)]", "<array too large to show>"]);
}
