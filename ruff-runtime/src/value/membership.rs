//! What is in what.

use super::{KeyRef, Value, equal};

/// Whether `needle` is a part, an element or a key of `value`; `None` if it could not be, being of the wrong kind.
pub fn holds(value: &Value, needle: &Value) -> Option<bool> {
    match value {
        Value::Array(items) => Some(items.iter().any(|item| equal(item, needle))),
        Value::Dict(dict) => KeyRef::from_value(needle).map(|key| dict.contains(key)),
        Value::Set(set) => Some(set.contains(needle)),
        _ => Some(value.as_str()?.contains(needle.as_str()?)),
    }
}
