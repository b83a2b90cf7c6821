//! Sorting.

use ruff_runtime::Value;
use ruff_runtime::heap::Ref;
use ruff_runtime::native;
use ruff_runtime::native::{Cx, NativeResult, Whole};
use ruff_runtime::value::{Array, total_order};
use ruff_syntax::Code;

/// The elements in ascending order: `null`, `false`, `true`, numbers, strings by code point, then everything else.
/// What is equal keeps its order.
///
/// With `compare` the order is what it says: `compare(a, b)` is negative when `a` comes first, positive when `b`
/// does, 0 when they are equal.
///
/// ```ruff
/// sort([3, 1.5, 2])                                  # => [1.5, 2, 3]
/// sort(["b", "a", "C"])                              # => ["C", "a", "b"]
/// sort([1, 3, 2], func(a, b) { return b - a })       # => [3, 2, 1]
/// ```
#[native(family = "arrays", method, updates = result, ruff = "prelude/sort.ruff")]
fn sort(values: Ref<Array>, #[types(function)] compare: Option<&Value>) -> Ref<Array>;

/// The natural order, for `sort`.
#[native(family = "arrays", name = "__sort_naturally", pure)]
fn sort_naturally(mut values: Ref<Array>) -> Ref<Array> {
    let is_sorted = values.windows(2).all(|pair| match pair {
        [a, b] => total_order(a, b).is_le(),
        _ => true,
    });
    if is_sorted {
        return values;
    }
    let ints: Option<Vec<i64>> =
        values.iter().map(|value| if let Value::Int(int) = value { Some(*int) } else { None }).collect();
    let items = values.make_mut().as_mut_slice();
    match ints {
        Some(mut ints) => {
            // Nobody can tell equal ints apart, so this need not be stable.
            ints.sort_unstable();
            for (item, int) in items.iter_mut().zip(ints) {
                *item = Value::Int(int);
            }
        }
        None => items.sort_by(total_order),
    }
    values
}

/// Adds the elements `start` to `end` of `from` to `to`, for `sort`.
#[native(family = "arrays", name = "__sort_copy")]
fn sort_copy(mut to: Ref<Array>, from: &Array, start: Whole, end: Whole) -> Ref<Array> {
    to.extend(from.get(start.count()..end.count()).unwrap_or_default().iter().cloned());
    to
}

/// Refuses what a comparator answered unless it is a number, for `sort`.
#[native(family = "arrays", name = "__sort_check")]
fn sort_check(cx: &mut Cx<'_>, order: &Value) -> NativeResult<()> {
    match order {
        Value::Int(_) | Value::Float(_) => Ok(()),
        other => {
            let message = format!("sort() compare must return a number, got {}", other.type_name());
            Err(cx.fail(Code::ArgumentType, message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{call, message, source};

    #[test]
    fn the_natural_order() {
        let sorted = |items: &[Value]| source(call(&SORT_NATURALLY, vec![Value::array(items.to_vec())]));
        assert_eq!(sorted(&[3, 1, 2, 1].map(Value::Int)), "[1, 1, 2, 3]");
        assert_eq!(
            sorted(&[Value::Float(1.5), Value::Int(1), Value::Float(f64::NAN), Value::Int(0)]),
            "[0, 1, 1.5, NaN]"
        );
        let mixed = [
            Value::array(vec![]),
            Value::str("a"),
            Value::Nothing,
            Value::Int(1),
            Value::Bool(true),
            Value::Null,
        ];
        assert_eq!(sorted(&mixed), "[null, true, 1, \"a\", [], None]");
        assert_eq!(sorted(&[Value::Float(1.0), Value::Int(1), Value::Int(0)]), "[0, 1.0, 1]");
    }

    #[test]
    fn a_comparator_answers_numbers() {
        assert!(call(&SORT_CHECK, vec![Value::Float(f64::NAN)]).is_ok());
        assert_eq!(
            message(call(&SORT_CHECK, vec![Value::Bool(true)])),
            "sort() compare must return a number, got bool"
        );
    }
}
