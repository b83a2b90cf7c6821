//! Strings made of others: replacing, repeating, padding.

use ruff_runtime::native;
use ruff_runtime::native::{Cx, NativeResult, Whole};
use ruff_runtime::value::Str;

/// The string with every `from` replaced by `to`, from left to right. `from` is plain text.
///
/// An empty `from` puts `to` before every character and at the end.
///
/// ```ruff
/// replace("a.b.c", ".", "/")     # => "a/b/c"
/// replace("ab", "", "-")         # => "-a-b-"
/// ```
#[native(family = "strings", alias = "replace_str", method, pure)]
fn replace(cx: &mut Cx<'_>, value: &str, from: &str, to: &str) -> NativeResult<String> {
    let mut bytes = from.bytes();
    match (bytes.next(), bytes.next()) {
        // Looking for one ASCII character is faster than for a string.
        (Some(byte), None) => replaced(cx, value, value.match_indices(char::from(byte)), to),
        _ => replaced(cx, value, value.match_indices(from), to),
    }
}

/// `value` with every one of `matches` replaced by `to`.
fn replaced<'a>(
    cx: &Cx<'_>,
    value: &'a str,
    matches: impl Iterator<Item = (usize, &'a str)>,
    to: &str,
) -> NativeResult<String> {
    let mut out = String::with_capacity(value.len());
    let mut start = 0;
    for (at, found) in matches {
        out.push_str(value.get(start..at).unwrap_or_default());
        out.push_str(to);
        start = at + found.len();
        cx.check_size(out.len() + value.len() - start)?;
    }
    out.push_str(value.get(start..).unwrap_or_default());
    Ok(out)
}

/// The string `count` times in a row.
///
/// Fails with `repeat() result exceeds maximum size of 268435456 bytes` if the string would be longer.
///
/// ```ruff
/// repeat("ab", 3)                # => "ababab"
/// ```
#[native(family = "strings", method, pure)]
fn repeat(cx: &mut Cx<'_>, value: &str, count: Whole) -> NativeResult<String> {
    cx.check_bytes(value.len().saturating_mul(count.count()))?;
    Ok(if value.is_empty() { String::new() } else { value.repeat(count.count()) })
}

/// The string with the first character of `pad_char` before it until it has `width` characters. An empty `pad_char`
/// stands for a blank.
///
/// Fails with `pad_left() result exceeds maximum size of 268435456 bytes` if the string would be longer.
///
/// ```ruff
/// pad_left("42", 5, "0")         # => "00042"
/// ```
#[native(family = "strings", alias = "pad_start", method, pure)]
fn pad_left(cx: &mut Cx<'_>, value: Str, width: Whole, pad_char: &str) -> NativeResult<Str> {
    let mut padded = padding(cx, &value, width, pad_char)?;
    if padded.is_empty() {
        return Ok(value);
    }
    padded.push_str(&value);
    Ok(padded.into())
}

/// The string with the first character of `pad_char` behind it until it has `width` characters. An empty `pad_char`
/// stands for a blank.
///
/// Fails with `pad_right() result exceeds maximum size of 268435456 bytes` if the string would be longer.
///
/// ```ruff
/// pad_right("ab", 4, ".")        # => "ab.."
/// ```
#[native(family = "strings", alias = "pad_end", method, pure)]
fn pad_right(cx: &mut Cx<'_>, value: Str, width: Whole, pad_char: &str) -> NativeResult<Str> {
    let padding = padding(cx, &value, width, pad_char)?;
    Ok(Str::concat(value, &padding))
}

/// The string with its characters in reverse order. Combining marks move too.
///
/// ```ruff
/// str_reverse("añb")             # => "bña"
/// ```
#[native(family = "strings", method, pure)]
fn str_reverse(value: &str) -> String {
    value.chars().rev().collect()
}

/// What `value` needs to have `width` characters.
fn padding(cx: &Cx<'_>, value: &Str, width: Whole, pad_char: &str) -> NativeResult<String> {
    let missing = width.count().saturating_sub(value.char_count());
    let char = pad_char.chars().next().unwrap_or(' ');
    cx.check_bytes(missing.saturating_mul(char.len_utf8()).saturating_add(value.len()))?;
    Ok(std::iter::repeat_n(char, missing).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{call, message, source};
    use ruff_runtime::Value;

    #[test]
    fn padding_in_characters() {
        let pad = |width, with| source(call(&PAD_LEFT, vec![Value::str("äb"), width, Value::str(with)]));
        assert_eq!(pad(Value::Int(4), "ßx"), "\"ßßäb\"");
        assert_eq!(pad(Value::Float(3.9), ""), "\" äb\"");
        assert_eq!(pad(Value::Int(-1), "x"), "\"äb\"");
        assert_eq!(
            message(call(&PAD_RIGHT, vec![Value::str("a"), Value::Int(i64::MAX), Value::str("x")])),
            "pad_right() result exceeds maximum size of 268435456 bytes"
        );
    }

    #[test]
    fn too_large_results_are_refused_before_they_are_built() {
        let repeat = |text: &str, count| call(&REPEAT, vec![Value::str(text), Value::Int(count)]);
        assert_eq!(source(repeat("ab", -3)), "\"\"");
        assert_eq!(source(repeat("", i64::MAX)), "\"\"");
        assert_eq!(
            message(repeat("ab", i64::MAX)),
            "repeat() result exceeds maximum size of 268435456 bytes"
        );
        let long = Value::string("x".repeat(100_000));
        let replaced = call(&REPLACE, vec![long.clone(), Value::str("x"), long]);
        assert_eq!(message(replaced), "replace() result exceeds maximum size of 268435456 bytes");
    }

    #[test]
    fn replacing() {
        let replaced = |text, from, to| source(call(&REPLACE, [text, from, to].map(Value::str).to_vec()));
        assert_eq!(replaced("aaa", "aa", "b"), "\"ba\"");
        assert_eq!(replaced("a.b.", ".", "é"), "\"aébé\"");
        assert_eq!(replaced("äöü", "ö", ""), "\"äü\"");
        assert_eq!(replaced("äb", "", "-"), "\"-ä-b-\"");
        assert_eq!(replaced("", "", "-"), "\"-\"");
    }
}
