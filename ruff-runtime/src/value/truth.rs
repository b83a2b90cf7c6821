//! Truth: what counts as true in conditions.

use super::Value;

impl Value {
    /// Whether conditions take it for true: everything but `false`, `null`, zero and the empty string, array and
    /// dict.
    #[inline]
    pub fn is_truthy(&self) -> bool {
        match self {
            Value::Bool(truth) => *truth,
            Value::Int(int) => *int != 0,
            Value::Float(float) => *float != 0.0,
            Value::Null | Value::Undefined => false,
            Value::Short(text) => !text.is_empty(),
            Value::Array(array) => !array.is_empty(),
            Value::Dict(dict) => !dict.is_empty(),
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Dict, Set};

    #[test]
    fn what_is_false_and_what_is_not() {
        let empty_dict = Value::Dict(Dict::from_entries([]));
        let falsy = [
            Value::Bool(false),
            Value::Null,
            Value::Int(0),
            Value::Float(-0.0),
            Value::str(""),
            Value::array(vec![]),
            empty_dict,
        ];
        assert!(falsy.iter().all(|value| !value.is_truthy()));
        let truthy = [
            Value::str("false"),
            Value::str("0"),
            Value::Nothing,
            Value::some(Value::Int(0)),
            Value::Set(Set::from_items([])),
            Value::Float(f64::NAN),
            Value::array(vec![Value::Null]),
        ];
        assert!(truthy.iter().all(Value::is_truthy));
    }
}
