//! From strings to arrays and back.

use ruff_runtime::Value;
use ruff_runtime::native;
use ruff_runtime::native::{Cx, NativeResult};
use ruff_runtime::value::{Array, Str, write_text};

/// The pieces of `value` between the `delimiter`s, in order. Delimiters side by side have `""` between them.
///
/// An empty delimiter cuts between characters.
///
/// ```ruff
/// split("x;y;;z", ";")           # => ["x", "y", "", "z"]
/// split("hé", "")                # => ["h", "é"]
/// ```
#[native(family = "strings", method, pure)]
fn split(value: &str, delimiter: &str) -> Vec<Value> {
    let mut bytes = delimiter.bytes();
    match (bytes.next(), bytes.next()) {
        (None, _) => value.chars().map(|char| Str::from_char(char).into()).collect(),
        // Looking for one ASCII character is faster than for a string.
        (Some(byte), None) => value.split(char::from(byte)).map(Value::str).collect(),
        _ => value.split(delimiter).map(Value::str).collect(),
    }
}

/// The texts of `values` in a row, `separator` between them.
///
/// ```ruff
/// join(["a", 2, true], "-")      # => "a-2-true"
/// ```
#[native(family = "strings", method, pure)]
fn join(cx: &mut Cx<'_>, values: &Array, separator: &str) -> NativeResult<String> {
    let mut out = String::new();
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            out.push_str(separator);
        }
        write_text(&mut out, value);
        cx.check_bytes(out.len())?;
    }
    Ok(out)
}

/// The lines of a string, without their line ends: `\n` or `\r\n`. A line end at the very end starts no other line.
///
/// ```ruff
/// lines("one\ntwo\r\nthree\n")   # => ["one", "two", "three"]
/// ```
#[native(family = "strings", method, pure)]
fn lines(value: &str) -> Vec<Value> {
    value.lines().map(Value::str).collect()
}

/// The words of a string: what stands between whitespace.
///
/// ```ruff
/// words("  three  little\twords ")   # => ["three", "little", "words"]
/// ```
#[native(family = "strings", method, pure)]
fn words(value: &str) -> Vec<Value> {
    value.split_whitespace().map(Value::str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{call, source};

    #[test]
    fn splitting() {
        let pieces = |text, delimiter| source(call(&SPLIT, [text, delimiter].map(Value::str).to_vec()));
        assert_eq!(pieces("", ","), "[\"\"]");
        assert_eq!(pieces("", ""), "[]");
        assert_eq!(pieces("a::b::", "::"), "[\"a\", \"b\", \"\"]");
        assert_eq!(pieces("aöb", "ö"), "[\"a\", \"b\"]");
    }

    #[test]
    fn lines_keep_a_lone_carriage_return() {
        let lines = |text| source(call(&LINES, vec![Value::str(text)]));
        assert_eq!(lines("a\rb\r\n\nc"), "[\"a\\rb\", \"\", \"c\"]");
        assert_eq!(lines(""), "[]");
    }

    #[test]
    fn joining_shows_what_printing_shows() {
        let values = Value::array(vec![Value::Null, Value::array(vec![Value::str("x")]), Value::Float(2.0)]);
        assert_eq!(source(call(&JOIN, vec![values, Value::str(", ")])), "\"null, [x], 2\"");
    }
}
