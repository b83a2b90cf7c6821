//! Parts of strings.

use ruff_runtime::native;
use ruff_runtime::native::{Cx, NativeResult, Whole};
use ruff_runtime::value::Str;

/// The characters from `start` up to and without `end`. Both are clamped into the string; negative is 0.
///
/// ```ruff
/// substring("kennel", 1, 4)      # => "enn"
/// substring("kennel", 4, 99)     # => "el"
/// ```
#[native(family = "strings", alias = "substr", method, pure)]
fn substring(value: Str, start: Whole, end: Whole) -> Str {
    between(&value, start.count(), end.count())
}

/// The character at `index`, which counts from the end when negative; `""` outside.
///
/// ```ruff
/// char_at("naïve", 2)            # => "ï"
/// char_at("abc", -1)             # => "c"
/// ```
#[native(family = "strings", method, pure)]
fn char_at(value: Str, index: Whole) -> Str {
    value.char_at(index.0).unwrap_or_default()
}

/// The string without whitespace at both ends.
///
/// ```ruff
/// trim("\t pup \n")              # => "pup"
/// ```
#[native(family = "strings", method, pure)]
fn trim(value: Str) -> Str {
    part(&value, value.trim())
}

/// The string without whitespace at its start.
///
/// ```ruff
/// trim_start("  pup ")           # => "pup "
/// ```
#[native(family = "strings", method, pure)]
fn trim_start(value: Str) -> Str {
    part(&value, value.trim_start())
}

/// The string without whitespace at its end.
///
/// ```ruff
/// trim_end("  pup ")             # => "  pup"
/// ```
#[native(family = "strings", method, pure)]
fn trim_end(value: Str) -> Str {
    part(&value, value.trim_end())
}

/// The string cut to `length` characters, the last of which are `suffix`, if it is longer than that.
///
/// A suffix longer than `length` is all that is left.
///
/// ```ruff
/// truncate("a long sentence", 9, "...")      # => "a long..."
/// truncate("short", 9, "...")                # => "short"
/// ```
#[native(family = "strings", method, pure)]
fn truncate(cx: &mut Cx<'_>, value: Str, length: Whole, suffix: Str) -> NativeResult<Str> {
    let length = length.count();
    if value.char_count() <= length {
        return Ok(value);
    }
    let kept = between(&value, 0, length.saturating_sub(suffix.char_count()));
    cx.check_bytes(kept.len().saturating_add(suffix.len()))?;
    Ok(Str::concat(kept, &suffix))
}

/// The characters from `start` up to and without `end`, as far as there are any.
pub(crate) fn between(value: &Str, start: usize, end: usize) -> Str {
    if start >= end {
        return Str::default();
    }
    let range = value.byte_offset(start)..value.byte_offset(end);
    part(value, value.get(range).unwrap_or_default())
}

/// `part` of `value` as a string of its own, shared if it is the whole.
fn part(value: &Str, part: &str) -> Str {
    if part.len() == value.len() { value.clone() } else { Str::new(part) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{call, source};
    use ruff_runtime::Value;

    #[test]
    fn substrings_are_clamped() {
        let cut = |start, end| {
            source(call(&SUBSTRING, vec![Value::str("käfer"), Value::Int(start), Value::Int(end)]))
        };
        assert_eq!(cut(1, 3), "\"äf\"");
        assert_eq!(cut(-5, 2), "\"kä\"");
        assert_eq!(cut(3, i64::MAX), "\"er\"");
        assert_eq!(cut(2, 1), "\"\"");
        assert_eq!(cut(9, 10), "\"\"");
        assert_eq!(cut(i64::MIN, i64::MIN), "\"\"");
    }

    #[test]
    fn truncation() {
        let cut = |length, suffix| {
            source(call(&TRUNCATE, vec![Value::str("Hello"), Value::Int(length), Value::str(suffix)]))
        };
        assert_eq!(cut(5, "..."), "\"Hello\"");
        assert_eq!(cut(4, "..."), "\"H...\"");
        assert_eq!(cut(2, "..."), "\"...\"");
        assert_eq!(cut(-1, ""), "\"\"");
    }
}
