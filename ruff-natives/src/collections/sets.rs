//! Sets: distinct values in the order in which they came. 1 and 1.0 are one value, NaN equals itself.

use ruff_runtime::Value;
use ruff_runtime::heap::Ref;
use ruff_runtime::native;
use ruff_runtime::native::NativeResult;
use ruff_runtime::value::{Array, Set};

/// A set of the distinct `values`; an empty one without them.
///
/// ```ruff
/// set_to_array(Set(["b", "a", "b"]))             # => ["b", "a"]
/// ```
#[native(family = "collections", name = "Set", pure)]
fn set(values: Option<&Array>) -> Ref<Set> {
    Set::from_items(values.into_iter().flat_map(|values| values.iter().cloned()))
}

/// The set with `item` in it.
///
/// ```ruff
/// set_to_array(set_add(Set([1]), 2))             # => [1, 2]
/// ```
#[native(family = "collections", method, pure, updates = result, undo = shorten)]
fn set_add(set: &mut Ref<Set>, item: Value) -> NativeResult<()> {
    set.add(item);
    Ok(())
}

/// Whether `item` is in the set.
///
/// ```ruff
/// set_has(Set([1, [2]]), [2])                    # => true
/// ```
#[native(family = "collections", method, pure)]
fn set_has(set: &Set, item: &Value) -> bool {
    set.contains(item)
}

/// The set without `item`.
///
/// ```ruff
/// set_to_array(set_remove(Set([1, 2]), 1))       # => [2]
/// ```
#[native(family = "collections", method, pure, updates = result)]
fn set_remove(set: &mut Ref<Set>, item: &Value) -> NativeResult<()> {
    // A shared set is not copied for nothing.
    if set.contains(item) {
        set.make_mut().remove(item);
    }
    Ok(())
}

/// The values that are in one or both, those of `left` first.
///
/// ```ruff
/// set_to_array(set_union(Set([1, 2]), Set([3, 2])))              # => [1, 2, 3]
/// ```
#[native(family = "collections", method, pure)]
fn set_union(mut left: Ref<Set>, right: &Set) -> Ref<Set> {
    for item in right.iter() {
        left.add(item.clone());
    }
    left
}

/// The values that are in both, in the order of `left`.
///
/// ```ruff
/// set_to_array(set_intersect(Set([1, 2, 3]), Set([3, 2])))       # => [2, 3]
/// ```
#[native(family = "collections", method, pure)]
fn set_intersect(left: &Set, right: &Set) -> Ref<Set> {
    Set::from_items(left.iter().filter(|item| right.contains(item)).cloned())
}

/// The values of `left` that are not in `right`.
///
/// ```ruff
/// set_to_array(set_difference(Set([1, 2, 3]), Set([2])))         # => [1, 3]
/// ```
#[native(family = "collections", method, pure)]
fn set_difference(left: &Set, right: &Set) -> Ref<Set> {
    Set::from_items(left.iter().filter(|item| !right.contains(item)).cloned())
}

/// The values as an array.
///
/// ```ruff
/// set_to_array(Set([3, 1, 3]))                   # => [3, 1]
/// ```
#[native(family = "collections", method, pure)]
fn set_to_array(set: &Set) -> Vec<Value> {
    set.iter().cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{call, message, source};

    fn ints(items: &[i64]) -> Value {
        Value::Set(Set::from_items(items.iter().copied().map(Value::Int)))
    }

    #[test]
    fn operations_leave_their_arguments_alone() {
        let (left, right) = (ints(&[1, 2, 3]), ints(&[3, 4]));
        assert_eq!(source(call(&SET_UNION, vec![left.clone(), right.clone()])), "Set{1, 2, 3, 4}");
        assert_eq!(source(call(&SET_INTERSECT, vec![left.clone(), right.clone()])), "Set{3}");
        assert_eq!(source(call(&SET_DIFFERENCE, vec![left.clone(), right])), "Set{1, 2}");
        assert_eq!(source(call(&SET_ADD, vec![left.clone(), Value::Float(2.0)])), "Set{1, 2, 3}");
        assert_eq!(source(call(&SET_REMOVE, vec![left.clone(), Value::Float(2.0)])), "Set{1, 3}");
        assert_eq!(source(Ok(left)), "Set{1, 2, 3}");
    }

    #[test]
    fn making_one() {
        assert_eq!(source(call(&SET, vec![])), "Set{}");
        assert_eq!(
            message(call(&SET, vec![Value::Int(1)])),
            "Set() requires an array argument for values, got int"
        );
    }
}
