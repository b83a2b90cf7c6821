//! New arrays, and single values from arrays.

use ruff_runtime::Value;
use ruff_runtime::VmError;
use ruff_runtime::heap::Ref;
use ruff_runtime::native;
use ruff_runtime::native::{Cx, NativeResult, Rest, Whole};
use ruff_runtime::value::{Array, Bytes, Set};
use ruff_syntax::Code;

use crate::strings::between;

/// An array of `values`.
///
/// ```ruff
/// array(1, "two", [3])           # => [1, "two", [3]]
/// ```
#[native(family = "arrays", pure)]
fn array(values: Rest<'_>) -> Vec<Value> {
    values.into_vec()
}

/// The ints from `start` up to and without `stop`, `step` apart. With one argument they start at 0.
///
/// A negative step counts down. There is nothing if the step leads away from `stop`.
///
/// Fails with `range() step cannot be zero` for a step of 0. Fails with `range() result exceeds maximum size of
/// 268435456 elements` if there would be more.
///
/// ```ruff
/// range(3)                       # => [0, 1, 2]
/// range(2, 5)                    # => [2, 3, 4]
/// range(9, 0, -4)                # => [9, 5, 1]
/// ```
#[native(family = "arrays", pure)]
fn range(
    cx: &mut Cx<'_>,
    start_or_stop: Whole,
    stop: Option<Whole>,
    step: Option<Whole>,
) -> NativeResult<Vec<Value>> {
    let (start, stop) = match stop {
        Some(stop) => (start_or_stop.0, stop.0),
        None => (0, start_or_stop.0),
    };
    let step = step.map_or(1, |step| step.0);
    if step == 0 {
        return Err(cx.fail(Code::ArgumentValue, format!("{}() step cannot be zero", cx.name())));
    }
    let (low, high) = if step > 0 { (start, stop) } else { (stop, start) };
    let distance = if low < high { low.abs_diff(high) } else { 0 };
    let count = usize::try_from(distance.div_ceil(step.unsigned_abs())).unwrap_or(usize::MAX);
    cx.check_elements(count)?;
    let mut items = Vec::with_capacity(count);
    let mut next = start;
    for _ in 0..count {
        items.push(Value::Int(next));
        // Only the number after the last one can overflow.
        next = next.wrapping_add(step);
    }
    Ok(items)
}

/// The elements of both, those of `left` first. Two bytes values are joined likewise.
///
/// Fails with `concat() requires two values of the same type, got {left} and {right}` for an array and a bytes value.
///
/// ```ruff
/// concat([1], [2, 3])            # => [1, 2, 3]
/// ```
#[native(family = "arrays", method, pure, returns = "array or bytes")]
fn concat(
    cx: &mut Cx<'_>,
    #[types(array, bytes)] left: Value,
    #[types(array, bytes)] right: &Value,
) -> NativeResult<Value> {
    match (left, right) {
        (Value::Array(mut left), Value::Array(right)) => {
            cx.check_elements(left.len().saturating_add(right.len()))?;
            left.extend(right.iter().cloned());
            Ok(Value::Array(left))
        }
        (Value::Bytes(left), Value::Bytes(right)) => {
            cx.check_bytes(left.len().saturating_add(right.len()))?;
            let mut bytes = left.into_owned().into_vec();
            bytes.extend_from_slice(right);
            Ok(Value::Bytes(Bytes::from_vec(bytes)))
        }
        (left, right) => Err(different_kinds(cx, &left, right)),
    }
}

#[cold]
fn different_kinds(cx: &Cx<'_>, left: &Value, right: &Value) -> VmError {
    let (left, right) = (left.type_name(), right.type_name());
    let message = format!("{}() requires two values of the same type, got {left} and {right}", cx.name());
    cx.fail(Code::ArgumentType, message)
}

/// The elements, characters or bytes from `start` up to and without `end`. Negative positions count from the end, and
/// both are clamped.
///
/// ```ruff
/// slice([1, 2, 3, 4], 1, 3)      # => [2, 3]
/// slice([1, 2, 3, 4], -2, 99)    # => [3, 4]
/// slice("kennel", -3, -1)        # => "ne"
/// ```
#[native(family = "arrays", method, pure, returns = "array or bytes or string")]
fn slice(#[types(array, bytes, string)] value: Value, start: Whole, end: Whole) -> Value {
    match value {
        Value::Array(mut array) => {
            let (start, end) = (start.nearest_gap(array.len()), end.nearest_gap(array.len()));
            match array.get_mut() {
                Some(array) => array.keep(start, end),
                None => array = Array::from_vec(array.get(start..end).unwrap_or_default().to_vec()),
            }
            Value::Array(array)
        }
        Value::Bytes(bytes) => {
            let (start, end) = (start.nearest_gap(bytes.len()), end.nearest_gap(bytes.len()));
            Value::Bytes(Bytes::from_vec(bytes.get(start..end).unwrap_or_default().to_vec()))
        }
        other => {
            let text = other.to_str().unwrap_or_default();
            let count = text.char_count();
            between(&text, start.nearest_gap(count), end.nearest_gap(count)).into()
        }
    }
}

/// The distinct elements, each where it stands first. 1 and 1.0 are the same.
///
/// ```ruff
/// unique(["b", "a", "b"])        # => ["b", "a"]
/// ```
#[native(family = "arrays", method, pure)]
fn unique(values: Ref<Array>) -> Ref<Array> {
    let distinct = Set::from_items(values.iter().cloned());
    if distinct.len() == values.len() { values } else { Array::from_vec(distinct.iter().cloned().collect()) }
}

/// The sum of the numbers among the elements: an int unless there is a float. Other elements are skipped.
///
/// ```ruff
/// sum([1, 2, 3])                 # => 6
/// sum([1, 0.5])                  # => 1.5
/// ```
#[native(family = "arrays", method, pure, returns = "int or float")]
fn sum(values: &Array) -> NativeResult<Value> {
    let mut ints: i64 = 0;
    let mut rest = values.iter();
    while let Some(value) = rest.next() {
        match value {
            Value::Int(int) => {
                ints = ints.checked_add(*int).ok_or_else(|| {
                    VmError::new(Code::IntegerOverflow, format!("Integer overflow: {ints} + {int}"))
                })?;
            }
            Value::Float(float) => return Ok(Value::Float(sum_floats(ints as f64 + float, rest))),
            _ => {}
        }
    }
    Ok(Value::Int(ints))
}

fn sum_floats<'a>(start: f64, rest: impl Iterator<Item = &'a Value>) -> f64 {
    rest.fold(start, |sum, value| match value {
        Value::Int(int) => sum + *int as f64,
        Value::Float(float) => sum + float,
        _ => sum,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{call, message, source};

    fn ints(items: &[i64]) -> Value {
        Value::array(items.iter().copied().map(Value::Int).collect())
    }

    fn range(args: &[i64]) -> NativeResult<Value> {
        call(&RANGE, args.iter().copied().map(Value::Int).collect())
    }

    #[test]
    fn ranges() {
        assert_eq!(source(range(&[3])), "[0, 1, 2]");
        assert_eq!(source(range(&[-3])), "[]");
        assert_eq!(source(range(&[0, 10, 4])), "[0, 4, 8]");
        assert_eq!(source(range(&[10, 0, -5])), "[10, 5]");
        assert_eq!(source(range(&[0, 10, -1])), "[]");
        assert_eq!(
            source(range(&[i64::MIN, i64::MAX, i64::MAX])),
            "[-9223372036854775808, -1, 9223372036854775806]"
        );
        assert_eq!(source(range(&[i64::MAX, i64::MIN, i64::MIN])), "[9223372036854775807, -1]");
        assert_eq!(source(call(&RANGE, vec![Value::Float(2.9)])), "[0, 1]");
        assert_eq!(message(range(&[0, 1, 0])), "range() step cannot be zero");
        assert_eq!(
            message(range(&[i64::MIN, i64::MAX])),
            "range() result exceeds maximum size of 268435456 elements"
        );
    }

    #[test]
    fn joining_needs_two_of_a_kind() {
        let bytes = Value::Bytes(Bytes::from_vec(vec![1]));
        assert_eq!(source(call(&CONCAT, vec![bytes.clone(), bytes.clone()])), "<bytes: 2>");
        assert_eq!(
            message(call(&CONCAT, vec![ints(&[]), bytes])),
            "concat() requires two values of the same type, got array and bytes"
        );
    }

    #[test]
    fn slices_of_all_kinds() {
        let cut =
            |value: Value, start, end| source(call(&SLICE, vec![value, Value::Int(start), Value::Int(end)]));
        let array = ints(&[1, 2, 3, 4]);
        assert_eq!(cut(array.clone(), -3, -1), "[2, 3]");
        assert_eq!(cut(array.clone(), 3, 1), "[]");
        assert_eq!(cut(array.clone(), -99, 99), "[1, 2, 3, 4]");
        assert_eq!(cut(ints(&[1, 2, 3]), 1, 2), "[2]");
        assert_eq!(cut(ints(&[1, 2, 3]), 2, 1), "[]");
        assert_eq!(source(Ok(array)), "[1, 2, 3, 4]");
        assert_eq!(cut(Value::str("käfer"), 1, -1), "\"äfe\"");
        assert_eq!(cut(Value::Bytes(Bytes::from_vec(vec![1, 2, 3])), 1, 9), "<bytes: 2>");
    }

    #[test]
    fn sums() {
        let sum = |items: Vec<Value>| call(&SUM, vec![Value::array(items)]);
        assert_eq!(source(sum(vec![Value::str("x"), Value::Int(1), Value::Null])), "1");
        assert_eq!(source(sum(vec![Value::Int(1), Value::Float(0.5), Value::Int(2)])), "3.5");
        assert_eq!(
            message(sum(vec![Value::Int(i64::MAX), Value::Int(1)])),
            "Integer overflow: 9223372036854775807 + 1"
        );
    }

    #[test]
    fn distinct_elements() {
        let row = |int| Value::array(vec![int]);
        let items = vec![row(Value::Int(1)), row(Value::Int(2)), row(Value::Float(1.0))];
        assert_eq!(source(call(&UNIQUE, vec![Value::array(items)])), "[[1], [2]]");
    }
}
