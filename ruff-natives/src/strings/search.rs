//! How large something is and what is in it.

use ruff_runtime::native;
use ruff_runtime::native::{Cx, NativeResult};
use ruff_runtime::value::{equal, holds};
use ruff_runtime::{Value, VmError};

/// The number of characters of a string, of elements, of entries or of bytes.
///
/// ```ruff
/// len("naïve")                   # => 5
/// len({"a": 1})                  # => 1
/// ```
#[native(family = "strings", method, pure)]
fn len(#[types(string, array, dict, bytes, set, queue, stack)] value: &Value) -> i64 {
    to_int(size(value))
}

/// Whether there is nothing in it. A string of blanks is not empty.
///
/// ```ruff
/// is_empty("")                   # => true
/// is_empty(" ")                  # => false
/// ```
#[native(family = "strings", method, pure)]
fn is_empty(#[types(string, array, dict, bytes, set, queue, stack)] value: &Value) -> bool {
    match value.as_str() {
        Some(text) => text.is_empty(),
        None => size(value) == 0,
    }
}

/// The number of characters of a string, like `len`.
///
/// ```ruff
/// count_chars("naïve")           # => 5
/// ```
#[native(family = "strings", method, pure)]
fn count_chars(#[types(string)] value: &Value) -> i64 {
    to_int(size(value))
}

/// Whether `needle` is in `value`: 1 or 0 for a part of a string, a bool for an element of an array or a set and for
/// a key of a dict.
///
/// Fails with `contains() requires a string argument for needle, got {type}` for anything but a string in a string.
/// Fails with `contains() requires a string or int argument for needle, got {type}` for what cannot be a key of a
/// dict.
///
/// ```ruff
/// contains("kennel", "nn")       # => 1
/// contains([1, 2], 2)            # => true
/// contains({"a": 1}, "b")        # => false
/// ```
#[native(family = "strings", method, pure, returns = "int or bool")]
fn contains(
    cx: &mut Cx<'_>,
    #[types(string, array, dict, set)] value: &Value,
    needle: &Value,
) -> NativeResult<Value> {
    match holds(value, needle) {
        Some(answer) if value.as_str().is_some() => Ok(Value::Int(answer.into())),
        Some(answer) => Ok(Value::Bool(answer)),
        None => Err(wrong_needle(cx, value, needle)),
    }
}

/// The position of the first `needle`: in characters of a string, in elements of an array; -1 if there is none.
///
/// Fails with `index_of() requires a string argument for needle, got {type}` for anything but a string in a string.
///
/// ```ruff
/// index_of("naïve", "v")         # => 3
/// index_of([4, 5], 6)            # => -1
/// ```
#[native(family = "strings", method, pure)]
fn index_of(cx: &mut Cx<'_>, #[types(string, array)] value: &Value, needle: &Value) -> NativeResult<i64> {
    let position = match (value, value.as_str(), needle.as_str()) {
        (Value::Array(items), ..) => items.iter().position(|item| equal(item, needle)),
        (_, Some(text), Some(needle)) => {
            let before = text.find(needle).and_then(|at| text.get(..at));
            before.map(|before| before.chars().count())
        }
        _ => return Err(wrong_needle(cx, value, needle)),
    };
    Ok(position.map_or(-1, to_int))
}

/// Whether a string starts with `prefix`.
///
/// ```ruff
/// starts_with("kennel", "ken")   # => true
/// ```
#[native(family = "strings", method, pure)]
fn starts_with(value: &str, prefix: &str) -> bool {
    value.starts_with(prefix)
}

/// Whether a string ends with `suffix`.
///
/// ```ruff
/// ends_with("kennel", "ken")     # => false
/// ```
#[native(family = "strings", method, pure)]
fn ends_with(value: &str, suffix: &str) -> bool {
    value.ends_with(suffix)
}

/// The number of characters, elements, entries or bytes.
fn size(value: &Value) -> usize {
    match value {
        Value::Short(text) => text.char_count(),
        Value::Str(text) => text.char_count(),
        Value::Array(items) => items.len(),
        Value::Dict(dict) => dict.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::Set(set) => set.len(),
        Value::Queue(queue) => queue.len(),
        Value::Stack(stack) => stack.len(),
        _ => 0,
    }
}

fn to_int(size: usize) -> i64 {
    // Nothing in memory has 2^63 parts.
    i64::try_from(size).unwrap_or(i64::MAX)
}

#[cold]
fn wrong_needle(cx: &Cx<'_>, value: &Value, needle: &Value) -> VmError {
    let types = if matches!(value, Value::Dict(_)) { "a string or int" } else { "a string" };
    cx.bad_type(types, "needle", needle.type_name())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{call, message, source};
    use ruff_runtime::value::{Dict, Key, Queue, Set};

    #[test]
    fn sizes() {
        let family = Value::str("\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}");
        assert_eq!(source(call(&LEN, vec![family])), "5");
        assert_eq!(source(call(&LEN, vec![Value::str("a text that is no longer short: ä")])), "33");
        assert_eq!(source(call(&LEN, vec![Value::Queue(Queue::from_vec(vec![Value::Null]))])), "1");
        assert_eq!(
            message(call(&LEN, vec![Value::Int(1)])),
            "len() requires a string, array, dict, bytes, set, queue or stack argument for value, got int"
        );
    }

    #[test]
    fn needles() {
        let contains = |value: &Value, needle| call(&CONTAINS, vec![value.clone(), needle]);
        let array = Value::array(vec![Value::array(vec![Value::Int(1)])]);
        assert_eq!(source(contains(&array, Value::array(vec![Value::Float(1.0)]))), "true");
        assert_eq!(source(contains(&Value::str("abc"), Value::str(""))), "1");
        let dict = Value::Dict(Dict::from_entries([(Key::from("1"), Value::Null)]));
        assert_eq!(source(contains(&dict, Value::Int(1))), "true");
        assert_eq!(
            source(contains(&Value::Set(Set::from_items([Value::Int(1)])), Value::Float(1.0))),
            "true"
        );
        assert_eq!(
            message(contains(&Value::str("abc"), Value::Int(1))),
            "contains() requires a string argument for needle, got int"
        );
        assert_eq!(
            message(contains(&dict, Value::Null)),
            "contains() requires a string or int argument for needle, got null"
        );
    }

    #[test]
    fn positions() {
        let index = |value, needle| source(call(&INDEX_OF, vec![value, needle]));
        assert_eq!(index(Value::str("äöü"), Value::str("ü")), "2");
        assert_eq!(index(Value::str("äöü"), Value::str("")), "0");
        assert_eq!(index(Value::str("äöü"), Value::str("x")), "-1");
        assert_eq!(index(Value::array(vec![Value::Int(4), Value::Int(5)]), Value::Float(5.0)), "1");
    }
}
