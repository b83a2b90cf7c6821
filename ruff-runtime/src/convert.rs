//! Values of Rust as values of Ruff and back, for programs that embed Ruff.

use std::collections::BTreeMap;

use crate::value::{Dict, Key, Value};

/// A Rust type whose values programs can be given.
pub trait IntoValue {
    /// The value.
    fn into_value(self) -> Value;
}

/// A Rust type that can take values of programs over.
pub trait FromValue: Sized {
    /// What it takes, for error messages of the embedding program.
    const EXPECTED: &'static str;

    /// The value as this type; `None` if it is of another kind.
    fn from_value(value: &Value) -> Option<Self>;
}

impl IntoValue for Value {
    fn into_value(self) -> Value {
        self
    }
}

impl IntoValue for () {
    fn into_value(self) -> Value {
        Value::Null
    }
}

impl IntoValue for i64 {
    fn into_value(self) -> Value {
        Value::Int(self)
    }
}

impl IntoValue for f64 {
    fn into_value(self) -> Value {
        Value::Float(self)
    }
}

impl IntoValue for bool {
    fn into_value(self) -> Value {
        Value::Bool(self)
    }
}

impl IntoValue for &str {
    fn into_value(self) -> Value {
        Value::str(self)
    }
}

impl IntoValue for String {
    fn into_value(self) -> Value {
        Value::string(self)
    }
}

impl<T: IntoValue> IntoValue for Vec<T> {
    fn into_value(self) -> Value {
        Value::array(self.into_iter().map(T::into_value).collect())
    }
}

/// `None` is null.
impl<T: IntoValue> IntoValue for Option<T> {
    fn into_value(self) -> Value {
        self.map_or(Value::Null, T::into_value)
    }
}

impl<T: IntoValue> IntoValue for BTreeMap<String, T> {
    fn into_value(self) -> Value {
        let entries = self.into_iter().map(|(key, value)| (Key::from(key.as_str()), value.into_value()));
        Value::Dict(Dict::from_entries(entries))
    }
}

impl FromValue for Value {
    const EXPECTED: &'static str = "any value";

    fn from_value(value: &Value) -> Option<Self> {
        Some(value.clone())
    }
}

impl FromValue for () {
    const EXPECTED: &'static str = "null";

    fn from_value(value: &Value) -> Option<Self> {
        matches!(value, Value::Null).then_some(())
    }
}

impl FromValue for i64 {
    const EXPECTED: &'static str = "an int";

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Int(int) => Some(*int),
            _ => None,
        }
    }
}

/// Ints are taken too, as the nearest float.
impl FromValue for f64 {
    const EXPECTED: &'static str = "a number";

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Float(float) => Some(*float),
            Value::Int(int) => Some(*int as f64),
            _ => None,
        }
    }
}

impl FromValue for bool {
    const EXPECTED: &'static str = "a bool";

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Bool(truth) => Some(*truth),
            _ => None,
        }
    }
}

impl FromValue for String {
    const EXPECTED: &'static str = "a string";

    fn from_value(value: &Value) -> Option<Self> {
        value.as_str().map(str::to_owned)
    }
}

impl<T: FromValue> FromValue for Vec<T> {
    const EXPECTED: &'static str = "an array";

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Array(array) => array.iter().map(T::from_value).collect(),
            _ => None,
        }
    }
}

/// Null is `None`.
impl<T: FromValue> FromValue for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_value(value).map(Some),
        }
    }
}

/// Struct values are taken too, field by field.
impl<T: FromValue> FromValue for BTreeMap<String, T> {
    const EXPECTED: &'static str = "a dict";

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Dict(dict) => {
                let entries =
                    dict.iter().map(|(key, value)| Some((key.to_str().to_string(), T::from_value(value)?)));
                entries.collect()
            }
            Value::Struct(object) => {
                let fields = object.shape().fields().iter().zip(object.fields());
                fields.map(|(name, value)| Some((name.text().to_string(), T::from_value(value)?))).collect()
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let map = BTreeMap::from([("a".to_owned(), vec![1_i64, 2]), ("b".to_owned(), vec![])]);
        assert_eq!(BTreeMap::from_value(&map.clone().into_value()), Some(map));
        assert_eq!(Option::<String>::from_value(&Value::Null), Some(None));
        assert_eq!(f64::from_value(&2_i64.into_value()), Some(2.0));
        assert_eq!(i64::from_value(&2.5_f64.into_value()), None);
        assert_eq!(Vec::<bool>::from_value(&vec![1_i64].into_value()), None);
    }
}
