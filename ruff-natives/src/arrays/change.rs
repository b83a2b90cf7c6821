//! Arrays with something added, taken out or turned around.
//!
//! As functions they leave the program's array alone; as methods on a variable they change it. An array without
//! another owner is changed in place either way.

use ruff_runtime::Value;
use ruff_runtime::VmError;
use ruff_runtime::heap::Ref;
use ruff_runtime::native;
use ruff_runtime::native::{Cx, NativeResult, Whole};
use ruff_runtime::value::{Array, Bytes, Dict, KeyRef, Queue, Set, Stack, equal};
use ruff_syntax::Code;

/// The array with `item` at its end.
///
/// ```ruff
/// push([1], 2)                   # => [1, 2]
/// ```
#[native(family = "arrays", alias = "append", method, pure, updates = result, undo = shorten)]
fn push(cx: &Cx<'_>, values: &mut Ref<Array>, item: Value) -> NativeResult<()> {
    values.check_room_for(1, || format!("{}()", cx.name()))?;
    values.push(item);
    Ok(())
}

/// The array without its last element, and that element: `[rest, last]`. Of an empty array `[[], 0]`.
///
/// ```ruff
/// pop([1, 2, 3])                 # => [[1, 2], 3]
/// ```
#[native(family = "arrays", method, pure, updates = rest, undo = put_back)]
fn pop(values: &mut Ref<Array>) -> NativeResult<Value> {
    if values.is_empty() {
        return Ok(Value::Int(0));
    }
    Ok(values.make_mut().pop().unwrap_or_default())
}

/// The array with `item` at `index`, before what stands there. Negative positions count from the end.
///
/// Fails with `insert() index {index} out of bounds for array of length {length}` for a position that the array does
/// not have; the one behind its last element counts.
///
/// ```ruff
/// insert([1, 3], 1, 2)           # => [1, 2, 3]
/// insert([1, 3], -1, 2)          # => [1, 2, 3]
/// ```
#[native(family = "arrays", method, pure, updates = result)]
fn insert(cx: &mut Cx<'_>, values: &mut Ref<Array>, index: Whole, item: Value) -> NativeResult<()> {
    let gap = index.gap(values.len()).ok_or_else(|| out_of_bounds(cx, index, values))?;
    values.insert(gap, item);
    Ok(())
}

/// The array without its first element equal to `item`; or the dict without the entry `item`, and what the entry
/// held: `[rest, value]`, of a dict without such an entry `[dict, 0]`.
///
/// Fails with `remove() requires a string or int argument for item, got {type}` for what cannot be a key of a dict.
///
/// ```ruff
/// remove([1, 2, 1], 1)                   # => [2, 1]
/// remove({"a": 1, "b": 2}, "a")          # => [{"b": 2}, 1]
/// ```
#[native(family = "arrays", method, pure, updates = rest_on_dict)]
fn remove(
    cx: &mut Cx<'_>,
    #[types(array, dict)] value: &mut Value,
    item: &Value,
) -> NativeResult<Option<Value>> {
    match value {
        Value::Array(values) => {
            if let Some(index) = values.iter().position(|value| equal(value, item)) {
                values.make_mut().remove(index);
            }
            Ok(None)
        }
        Value::Dict(dict) => {
            let Some(key) = KeyRef::from_value(item) else {
                return Err(cx.bad_type("a string or int", "item", item.type_name()));
            };
            if !dict.contains(key) {
                return Ok(Some(Value::Int(0)));
            }
            Ok(dict.make_mut().remove(key))
        }
        _ => Ok(None),
    }
}

/// The array without the element at `index`, and that element: `[rest, element]`. Negative positions count from the
/// end.
///
/// Fails with `remove_at() index {index} out of bounds for array of length {length}` if there is no element at
/// `index`.
///
/// ```ruff
/// remove_at(["a", "b"], 0)       # => [["b"], "a"]
/// ```
#[native(family = "arrays", method, pure, updates = rest)]
fn remove_at(cx: &mut Cx<'_>, values: &mut Ref<Array>, index: Whole) -> NativeResult<Value> {
    let at = index.index(values.len()).ok_or_else(|| out_of_bounds(cx, index, values))?;
    Ok(values.make_mut().remove(at).unwrap_or_default())
}

/// An empty value of the same kind.
///
/// ```ruff
/// clear([1, 2])                  # => []
/// clear({"a": 1})                # => {}
/// ```
#[native(family = "arrays", method, pure, updates = result)]
fn clear(#[types(array, dict, set, queue, stack, bytes)] value: &mut Value) -> NativeResult<()> {
    *value = match value {
        Value::Dict(_) => Value::Dict(Dict::from_entries([])),
        Value::Set(_) => Value::Set(Set::from_items([])),
        Value::Queue(_) => Value::Queue(Queue::from_vec(Vec::new())),
        Value::Stack(_) => Value::Stack(Stack::from_vec(Vec::new())),
        Value::Bytes(_) => Value::Bytes(Bytes::from_vec(Vec::new())),
        _ => Value::array(Vec::new()),
    };
    Ok(())
}

/// The array with its elements in reverse order.
///
/// ```ruff
/// reverse([1, 2, 3])             # => [3, 2, 1]
/// ```
#[native(family = "arrays", method, pure, updates = result)]
fn reverse(values: &mut Ref<Array>) -> NativeResult<()> {
    values.make_mut().as_mut_slice().reverse();
    Ok(())
}

#[cold]
fn out_of_bounds(cx: &Cx<'_>, index: Whole, values: &Array) -> VmError {
    let message =
        format!("{}() index {} out of bounds for array of length {}", cx.name(), index.0, values.len());
    cx.fail(Code::IndexOutOfBounds, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{call, message, source};
    use ruff_runtime::value::Key;

    fn array() -> Value {
        Value::array(vec![Value::Int(1), Value::Int(2)])
    }

    #[test]
    fn arguments_stay_as_they_are() {
        let kept = array();
        assert_eq!(source(call(&PUSH, vec![kept.clone(), Value::Int(3)])), "[1, 2, 3]");
        assert_eq!(source(call(&POP, vec![kept.clone()])), "[[1], 2]");
        assert_eq!(source(call(&REVERSE, vec![kept.clone()])), "[2, 1]");
        assert_eq!(source(call(&CLEAR, vec![kept.clone()])), "[]");
        assert_eq!(source(Ok(kept)), "[1, 2]");
        assert_eq!(source(call(&POP, vec![Value::array(vec![])])), "[[], 0]");
    }

    #[test]
    fn positions_count_from_both_ends() {
        let insert = |index| call(&INSERT, vec![array(), Value::Int(index), Value::Null]);
        assert_eq!(source(insert(2)), "[1, 2, null]");
        assert_eq!(source(insert(-2)), "[null, 1, 2]");
        assert_eq!(message(insert(3)), "insert() index 3 out of bounds for array of length 2");
        assert_eq!(message(insert(-3)), "insert() index -3 out of bounds for array of length 2");
        let remove = |index| call(&REMOVE_AT, vec![array(), Value::Int(index)]);
        assert_eq!(source(remove(-1)), "[[1], 2]");
        assert_eq!(message(remove(2)), "remove_at() index 2 out of bounds for array of length 2");
    }

    #[test]
    fn removing() {
        assert_eq!(source(call(&REMOVE, vec![array(), Value::Float(2.0)])), "[1]");
        assert_eq!(source(call(&REMOVE, vec![array(), Value::Null])), "[1, 2]");
        let dict = || Value::Dict(Dict::from_entries([(Key::from("1"), Value::Null)]));
        assert_eq!(source(call(&REMOVE, vec![dict(), Value::Int(1)])), "[{}, null]");
        assert_eq!(source(call(&REMOVE, vec![dict(), Value::str("2")])), "[{\"1\": null}, 0]");
        assert_eq!(
            message(call(&REMOVE, vec![dict(), Value::Null])),
            "remove() requires a string or int argument for item, got null"
        );
    }
}
