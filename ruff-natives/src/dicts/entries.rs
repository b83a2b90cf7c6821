//! The entries of a dict.

use ruff_runtime::Value;
use ruff_runtime::native;
use ruff_runtime::value::{Dict, KeyRef};

/// The keys, sorted by bytes, or as numbers if all are ints.
///
/// ```ruff
/// keys({"b": 1, "a": 2})         # => ["a", "b"]
/// keys({10: 1, 9: 2})            # => ["9", "10"]
/// ```
#[native(family = "dicts", method, pure)]
fn keys(value: &Dict) -> Vec<Value> {
    value.sorted().into_iter().map(|(key, _)| key.to_value()).collect()
}

/// The values in the order of `keys`.
///
/// ```ruff
/// values({"b": 1, "a": 2})       # => [2, 1]
/// ```
#[native(family = "dicts", method, pure)]
fn values(value: &Dict) -> Vec<Value> {
    value.sorted().into_iter().map(|(_, value)| value.clone()).collect()
}

/// Pairs of key and value, `[key, value]`, in the order of `keys`.
///
/// ```ruff
/// items({"b": 1, "a": 2})        # => [["a", 2], ["b", 1]]
/// ```
#[native(family = "dicts", method, pure)]
fn items(value: &Dict) -> Vec<Value> {
    let pair =
        |(key, value): (&ruff_runtime::value::Key, &Value)| Value::array(vec![key.to_value(), value.clone()]);
    value.sorted().into_iter().map(pair).collect()
}

/// 1 if the dict has an entry `key`, else 0. An int and its decimal text are the same key.
///
/// ```ruff
/// has_key({"a": null}, "a")      # => 1
/// has_key({1: "x"}, "1")         # => 1
/// ```
#[native(family = "dicts", method, pure)]
fn has_key(value: &Dict, #[types(string, int)] key: &Value) -> i64 {
    KeyRef::from_value(key).is_some_and(|key| value.contains(key)).into()
}

/// The value of the entry `key`; without such an entry `default`, or `null`. Of `null` instead of a dict likewise, so
/// that look-ups can be chained.
///
/// ```ruff
/// get({"a": 1}, "a")             # => 1
/// get({}, "z")                   # => null
/// get({}, "z", "other")          # => "other"
/// ```
#[native(family = "dicts", method, pure)]
fn get(
    #[types(dict, null)] value: &Value,
    #[types(string, int)] key: &Value,
    default: Option<Value>,
) -> Value {
    let found = match (value, KeyRef::from_value(key)) {
        (Value::Dict(dict), Some(key)) => dict.get(key).cloned(),
        _ => None,
    };
    found.or(default).unwrap_or_default()
}

/// The value of the entry `key`, without such an entry `default`.
///
/// ```ruff
/// get_default({"a": 1}, "z", 9)  # => 9
/// ```
#[native(family = "dicts", method, pure)]
fn get_default(value: &Dict, #[types(string, int)] key: &Value, default: Value) -> Value {
    KeyRef::from_value(key).and_then(|key| value.get(key).cloned()).unwrap_or(default)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{call, message, source};
    use ruff_runtime::value::Key;

    fn dict() -> Value {
        Value::Dict(Dict::from_entries(
            ["b", "a", "7"].iter().zip(1..).map(|(&key, at)| (Key::from(key), Value::Int(at))),
        ))
    }

    #[test]
    fn in_the_order_of_keys() {
        assert_eq!(source(call(&KEYS, vec![dict()])), "[\"7\", \"a\", \"b\"]");
        assert_eq!(source(call(&VALUES, vec![dict()])), "[3, 2, 1]");
        assert_eq!(source(call(&ITEMS, vec![dict()])), "[[\"7\", 3], [\"a\", 2], [\"b\", 1]]");
    }

    #[test]
    fn looking_up() {
        assert_eq!(source(call(&HAS_KEY, vec![dict(), Value::Int(7)])), "1");
        assert_eq!(source(call(&HAS_KEY, vec![dict(), Value::str("z")])), "0");
        assert_eq!(source(call(&GET, vec![dict(), Value::str("a")])), "2");
        assert_eq!(source(call(&GET, vec![Value::Null, Value::str("a"), Value::Int(9)])), "9");
        assert_eq!(source(call(&GET, vec![dict(), Value::str("z")])), "null");
        assert_eq!(
            message(call(&GET, vec![dict(), Value::Float(1.0)])),
            "get() requires a string or int argument for key, got float"
        );
        assert_eq!(
            message(call(&GET, vec![Value::Int(1), Value::str("a")])),
            "get() requires a dict or null argument for value, got int"
        );
    }
}
