//! New dicts.

use ruff_runtime::Value;
use ruff_runtime::heap::Ref;
use ruff_runtime::native;
use ruff_runtime::native::NativeResult;
use ruff_runtime::value::{Dict, Key, Str, text};

/// An empty dict.
///
/// ```ruff
/// dict()                                     # => {}
/// ```
#[native(family = "dicts", pure)]
fn dict() -> Ref<Dict> {
    Dict::with_capacity(0)
}

/// The entries of both: those of `left` in their order, then the new ones of `right`. Where both have a key the value
/// of `right` wins.
///
/// ```ruff
/// merge({"a": 1, "b": 1}, {"b": 2})          # => {"a": 1, "b": 2}
/// ```
#[native(family = "dicts", method, pure)]
fn merge(mut left: Ref<Dict>, right: &Dict) -> Ref<Dict> {
    left.extend(right);
    left
}

/// The entries of both, as `merge` does. As a method on a variable it changes that.
///
/// ```ruff
/// update({"a": 1}, {"c": 3})                 # => {"a": 1, "c": 3}
/// ```
#[native(family = "dicts", method, pure, updates = result)]
fn update(left: &mut Ref<Dict>, right: &Dict) -> NativeResult<()> {
    left.extend(right);
    Ok(())
}

/// A dict with the values as keys and the keys as values. Of values that are no string, int, float or bool the entry
/// is dropped; of equal ones the last in the order of `keys` stays.
///
/// ```ruff
/// invert({"x": "one", "y": 2})               # => {"2": "y", "one": "x"}
/// ```
#[native(family = "dicts", method, pure)]
fn invert(value: &Dict) -> Ref<Dict> {
    let inverted = |(key, value): (&Key, &Value)| {
        let name = match value {
            Value::Int(int) => Key::from(*int),
            Value::Float(_) | Value::Bool(_) => Key::from(Str::from_string(text(value))),
            other => Key::from(other.to_str()?),
        };
        Some((name, key.to_value()))
    };
    Dict::from_entries(value.sorted().into_iter().filter_map(inverted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{call, source};

    fn dict(entries: &[(&str, Value)]) -> Value {
        Value::Dict(Dict::from_entries(entries.iter().map(|(key, value)| (Key::from(*key), value.clone()))))
    }

    #[test]
    fn merging_leaves_the_arguments_alone() {
        let left = dict(&[("a", Value::Int(1)), ("b", Value::Int(1))]);
        let right = dict(&[("c", Value::Int(3)), ("b", Value::Int(2))]);
        let merged = call(&MERGE, vec![left.clone(), right.clone()]).unwrap();
        let Value::Dict(entries) = &merged else { panic!("no dict") };
        let order: Vec<String> = entries.iter().map(|(key, _)| key.to_string()).collect();
        assert_eq!(order, ["a", "b", "c"]);
        assert_eq!(source(call(&UPDATE, vec![left.clone(), right])), "{\"a\": 1, \"b\": 2, \"c\": 3}");
        assert_eq!(source(Ok(left)), "{\"a\": 1, \"b\": 1}");
    }

    #[test]
    fn inverting_drops_what_cannot_be_a_key() {
        let entries = dict(&[
            ("b", Value::str("x")),
            ("a", Value::str("x")),
            ("c", Value::Null),
            ("d", Value::Float(2.0)),
            ("e", Value::Bool(true)),
        ]);
        assert_eq!(source(call(&INVERT, vec![entries])), "{\"2\": \"d\", \"true\": \"e\", \"x\": \"b\"}");
    }
}
