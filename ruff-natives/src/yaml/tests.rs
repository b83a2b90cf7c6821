//! YAML read and written. That it reads what it writes is tested with the other formats.

use super::{PARSE_YAML, TO_YAML};
use crate::testing::{call, message, source};
use ruff_runtime::Value;
use ruff_runtime::value::{Dict, Key, Set};

fn read(text: &str) -> String {
    source(call(&PARSE_YAML, vec![Value::str(text)]))
}

fn fail(text: &str) -> String {
    message(call(&PARSE_YAML, vec![Value::str(text)]))
}

fn written(value: Value) -> String {
    call(&TO_YAML, vec![value]).unwrap().as_str().unwrap().to_owned()
}

/// Reads `text` and writes it again.
fn again(text: &str) -> String {
    written(call(&PARSE_YAML, vec![Value::str(text)]).unwrap())
}

fn dict(entries: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    Value::Dict(Dict::from_entries(entries.into_iter().map(|(key, value)| (Key::from(key), value))))
}

#[test]
fn documents() {
    assert_eq!(read(""), "null");
    assert_eq!(read("# nothing\n"), "null");
    assert_eq!(read("%YAML 1.2\n---\nx\n..."), "\"x\"");
    for (text, place) in [
        ("a\n---\nb", "line 2 column 1"),
        ("---\n---\n", "line 2 column 1"),
        ("--- é\r\n...\r\n--- b", "line 3 column 1"),
    ] {
        assert_eq!(fail(text), format!("YAML parse error: expected one document, found another at {place}"));
    }
}

#[test]
fn collections_and_scalars() {
    assert_eq!(
        read("a: [1, 2.5, {b: }]\nc:\n- x y\n- 'it''s'\n- \"\\u00e9\"\n- |\n  l\n   m\n- >-\n  f\n  g"),
        "{\"a\": [1, 2.5, {\"b\": null}], \"c\": [\"x y\", \"it's\", \"é\", \"l\\n m\\n\", \"f g\"]}"
    );
    assert_eq!(read("- '1'\n- \"true\"\n- !foo 1\n- !!str 1"), r#"["1", "true", 1, 1]"#);
}

#[test]
fn keys_are_their_text() {
    assert_eq!(read("1: a\ntrue: b\n~: c\n'2': d"), r#"{"1": "a", "2": "d", "null": "c", "true": "b"}"#);
    assert_eq!(read("<<: {a: 1}"), r#"{"<<": {"a": 1}}"#);
    assert_eq!(fail("? [a]\n: 1"), "YAML parse error: keys of mappings are scalars at line 1 column 3");
    assert_eq!(fail("a: 1\na: 2"), "YAML parse error: duplicate key \"a\" at line 2 column 1");
}

#[test]
fn aliases() {
    assert_eq!(read("- &a [1]\n- *a\n- {k: *a}"), r#"[[1], [1], {"k": [1]}]"#);
    assert_eq!(read("- &a 1\n- *a : x"), r#"[1, {"1": "x"}]"#);
    assert_eq!(
        fail("&a [*a]"),
        "YAML parse error: an alias stands inside of what it stands for at line 1 column 5"
    );
    assert_eq!(
        fail("a: *b"),
        "YAML parse error: while parsing node, found unknown anchor at line 1 column 4"
    );
}

#[test]
fn aliases_cannot_blow_up() {
    let mut text = String::from("- &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let items = vec![format!("*a{}", level - 1); 10].join(", ");
        text.push_str(&format!("- &a{level} [{items}]\n"));
    }
    assert!(fail(&text).starts_with("YAML parse error: aliases expand to too many nodes at line"));
}

#[test]
fn mistakes_have_a_place() {
    let cases = [
        ("a:\n\t- b", "tabs disallowed within this context (block indentation) at line 2 column 2"),
        ("é: *b", "while parsing node, found unknown anchor at line 1 column 4"),
        ("\u{feff}a: *b", "while parsing node, found unknown anchor at line 1 column 4"),
        ("# é\r\nä: x # é\rb:   *b", "while parsing node, found unknown anchor at line 3 column 6"),
        ("é: |\n  é\n\n  ü\nb: *b", "while parsing node, found unknown anchor at line 5 column 4"),
        ("- \"é\\\n  ü\"\n- *b", "while parsing node, found unknown anchor at line 3 column 3"),
        ("a: 1\n\tb: 2", "while scanning a plain scalar, found a tab in what begins at line 1 column 4"),
        ("a:\n  \"b\nc\"", "invalid indentation in quoted scalar at line 2 column 3"),
        (
            "- \"b\n  \\q\"",
            "while parsing a quoted scalar, found unknown escape character in what begins at line 1 column 3",
        ),
        (
            "- 'b\n  c",
            "while scanning a quoted scalar, found unexpected end of stream in what begins at line 1 column 3",
        ),
        ("a: 1e400", "number out of range, a text needs quotes at line 1 column 4"),
        ("a: \"\0\"", "NUL is no character of a YAML text at line 1 column 5"),
        ("a: x\nb: 1 # \0", "NUL is no character of a YAML text at line 2 column 8"),
    ];
    for (text, expected) in cases {
        assert_eq!(fail(text), format!("YAML parse error: {expected}"), "{text:?}");
    }
}

#[test]
fn the_end_of_a_text_is_behind_its_last_character() {
    let sequence = "while parsing a flow sequence, expected ',' or ']'";
    let node = "while parsing a node, did not find expected node content";
    for (text, expected, place) in [
        ("a: [1", sequence, "line 1 column 6"),
        ("a: [1\n", sequence, "line 2 column 1"),
        ("a: [1\n  ", sequence, "line 2 column 3"),
        ("é: [ü # é", sequence, "line 1 column 10"),
        ("[", node, "line 1 column 2"),
        ("\u{feff}[", node, "line 1 column 2"),
        ("a:\n- {b: {", node, "line 2 column 8"),
    ] {
        assert_eq!(fail(text), format!("YAML parse error: {expected} at {place}"), "{text:?}");
    }
}

#[test]
fn messages_show_the_beginning_of_a_long_key() {
    let key = "é".repeat(100_000);
    assert_eq!(
        fail(&format!("? {key}\n: 1\n? {key}\n: 2")),
        format!("YAML parse error: duplicate key \"{}...\" at line 3 column 3", "é".repeat(40))
    );
}

#[test]
fn the_limits_on_depth() {
    let nested = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
    assert_eq!(read(&nested(65)), nested(65));
    for text in [
        nested(66),
        nested(100_000),
        "[".repeat(66),
        "[".repeat(300),
        "{a: ".repeat(300),
        "? {".repeat(300),
        "- ".repeat(10_000),
        format!("{}1{}", "[".repeat(65), "]".repeat(65)),
    ] {
        assert_eq!(fail(&text), "YAML input exceeds maximum nesting depth of 64", "{text}");
    }
    let value = |levels| (0..levels).fold(Value::array(vec![]), |value, _| Value::array(vec![value]));
    assert!(call(&TO_YAML, vec![value(64)]).is_ok());
    assert_eq!(message(call(&TO_YAML, vec![value(65)])), "YAML value exceeds maximum nesting depth of 64");
}

#[test]
fn block_style() {
    let text = "a:\n- 1\n- x\nb:\n  c:\n  - - 1\n    - d: 2\n      e:\n      - 3\n  - []\nf: {}\n";
    assert_eq!(again(text), text);
    assert_eq!(
        written(Value::array(vec![dict([("a", Value::Int(1)), ("b", Value::Nothing)])])),
        "- a: 1\n  b: null\n"
    );
    assert_eq!(written(Value::Null), "null\n");
    let set = Value::Set(Set::from_items([Value::Int(2), Value::some(Value::Int(1))]));
    assert_eq!(written(set), "- 2\n- 1\n");
}

#[test]
fn floats() {
    let floats = [2.0, 0.1, 1e20, -0.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN].map(Value::Float);
    assert_eq!(
        written(Value::array(floats.to_vec())),
        "- 2.0\n- 0.1\n- 1e+20\n- -0.0\n- .inf\n- -.inf\n- .nan\n"
    );
}

#[test]
fn texts_are_quoted_if_need_be() {
    let cases = [
        ("x", "x\n"),
        ("1", "'1'\n"),
        ("true", "'true'\n"),
        ("", "''\n"),
        ("x: y", "'x: y'\n"),
        ("it's", "it's\n"),
        ("- a", "'- a'\n"),
        ("-a", "-a\n"),
        ("a #b", "'a #b'\n"),
        ("a#b:c", "a#b:c\n"),
        ("yes", "yes\n"),
        ("010", "010\n"),
        ("\u{1}", "\"\\x01\"\n"),
        ("a\nb", "|-\n  a\n  b\n"),
        ("a\n\n b\n", "|\n  a\n\n   b\n"),
        ("a\n\n", "|+\n  a\n\n"),
        (" a\nb", "\" a\\nb\"\n"),
    ];
    for (text, expected) in cases {
        assert_eq!(written(Value::str(text)), expected, "{text:?}");
    }
    assert_eq!(written(dict([("a", Value::str("x\ny"))])), "a: |-\n  x\n  y\n");
    assert_eq!(
        written(dict([("a\nb", Value::array(vec![Value::str("x\ny\n")]))])),
        "\"a\\nb\":\n- |\n  x\n  y\n"
    );
}
