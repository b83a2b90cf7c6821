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
    let mut chars = delimiter.chars();
    match (chars.next(), chars.next()) {
        (None, _) => value.chars().map(|char| Str::from_char(char).into()).collect(),
        // Looking for one character is faster than for a string.
        (Some(char), None) => value.split(char).map(Value::str).collect(),
        (Some(char), _) if delimiter.len() <= BRIEF => split_at_brief(value, delimiter, char),
        _ => value.split(delimiter).map(Value::str).collect(),
    }
}

/// Up to how many bytes a delimiter is looked for by its first character: looking at all of it wherever that occurs
/// costs no more than so many bytes each time.
const BRIEF: usize = 8;

fn split_at_brief(value: &str, delimiter: &str, first: char) -> Vec<Value> {
    let bytes = value.as_bytes();
    // A few bytes are compared faster than a function for that is called.
    let continues_at =
        |at: usize| delimiter.bytes().zip(at..).skip(1).all(|(byte, at)| bytes.get(at) == Some(&byte));
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, _) in value.match_indices(first) {
        // A delimiter may hold its first character again.
        if let Some(piece) = value.get(start..at)
            && continues_at(at)
        {
            pieces.push(Value::str(piece));
            start = at + delimiter.len();
        }
    }
    pieces.extend(value.get(start..).map(Value::str));
    pieces
}

/// The texts of `values` in a row, `separator` between them.
///
/// ```ruff
/// join(["a", 2, true], "-")      # => "a-2-true"
/// ```
#[native(family = "strings", method, pure)]
fn join(cx: &mut Cx<'_>, values: &Array, separator: &str) -> NativeResult<String> {
    // What is known beforehand is asked for once, so that nothing is copied as the text grows.
    let lengths = values.iter().map(|value| value.as_str().map_or(0, str::len));
    let known = lengths.sum::<usize>().saturating_add(separator.len().saturating_mul(values.len()));
    cx.check_bytes(known.saturating_sub(separator.len()))?;
    let mut out = String::with_capacity(known);
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            out.push_str(separator);
        }
        write_text(&mut out, value);
        cx.check_size(out.len())?;
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
        assert_eq!(pieces("aaaaa-aab", "aa"), "[\"\", \"\", \"a-\", \"b\"]");
        assert_eq!(pieces("öxöx öx", "öx"), "[\"\", \"\", \" \", \"\"]");
        assert_eq!(pieces("one, two,three,", ", "), "[\"one\", \"two,three,\"]");
        assert_eq!(pieces("a<delimiter>b", "<delimiter>"), "[\"a\", \"b\"]");
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
