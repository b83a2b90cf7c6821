//! Arrays and iterators cut up, paired and counted.

use ruff_runtime::Value;
use ruff_runtime::native;
use ruff_runtime::native::{Cx, NativeResult, Whole};
use ruff_runtime::value::Array;

/// The first `count` elements; none if `count` is not positive. Of an iterator, a lazy iterator.
///
/// ```ruff
/// take([1, 2, 3], 2)             # => [1, 2]
/// ```
#[native(family = "arrays", method, returns = "array or iterator", ruff = "prelude/take.ruff")]
fn take(#[types(array, iterator)] values: &Value, count: Whole);

/// The lazy case of `take`.
#[native(family = "arrays", name = "__take_lazily", ruff = "prelude/take_lazily.ruff")]
fn take_lazily(values: &Value, count: i64);

/// All elements but the first `count`. Of an iterator, a lazy iterator.
///
/// ```ruff
/// skip([1, 2, 3], 2)             # => [3]
/// ```
#[native(family = "arrays", method, returns = "array or iterator", ruff = "prelude/skip.ruff")]
fn skip(#[types(array, iterator)] values: &Value, count: Whole);

/// The lazy case of `skip`.
#[native(family = "arrays", name = "__skip_lazily", ruff = "prelude/skip_lazily.ruff")]
fn skip_lazily(values: &Value, count: i64);

/// Pieces of `size` elements in a row; the last may be shorter. Everything in one piece if `size` is not positive. Of
/// an iterator, a lazy iterator.
///
/// ```ruff
/// chunk([1, 2, 3, 4, 5], 2)      # => [[1, 2], [3, 4], [5]]
/// ```
#[native(family = "arrays", method, returns = "array or iterator", ruff = "prelude/chunk.ruff")]
fn chunk(#[types(array, iterator)] values: &Value, size: Whole);

/// `chunk` of an array.
#[native(family = "arrays", name = "__chunk_array", pure)]
fn chunk_array(values: &Array, size: Whole) -> Vec<Value> {
    let size = if size.count() == 0 { usize::MAX } else { size.count() };
    values.chunks(size).map(|piece| Value::array(piece.to_vec())).collect()
}

/// The lazy case of `chunk`.
#[native(family = "arrays", name = "__chunk_lazily", ruff = "prelude/chunk_lazily.ruff")]
fn chunk_lazily(values: &Value, size: i64);

/// The elements, those of arrays among them in the array's place: one level. Of an iterator, a lazy iterator.
///
/// ```ruff
/// flatten([[1, 2], 3, [[4]]])    # => [1, 2, 3, [4]]
/// ```
#[native(family = "arrays", method, returns = "array or iterator", ruff = "prelude/flatten.ruff")]
fn flatten(#[types(array, iterator)] values: &Value);

/// `flatten` of an array.
#[native(family = "arrays", name = "__flatten_array", pure)]
fn flatten_array(cx: &mut Cx<'_>, values: &Array) -> NativeResult<Vec<Value>> {
    let size = |value: &Value| if let Value::Array(items) = value { items.len() } else { 1 };
    cx.check_elements(values.iter().map(size).fold(0, usize::saturating_add))?;
    let mut flat = Vec::with_capacity(values.len());
    for value in values.iter() {
        match value {
            Value::Array(items) => flat.extend_from_slice(items),
            other => flat.push(other.clone()),
        }
    }
    Ok(flat)
}

/// The lazy case of `flatten`.
#[native(family = "arrays", name = "__flatten_lazily", ruff = "prelude/flatten_lazily.ruff")]
fn flatten_lazily(values: &Value);

/// Pairs of an element of each, `[left, right]`, until the shorter one ends. If one is an iterator, a lazy iterator.
///
/// ```ruff
/// zip([1, 2, 3], ["a", "b"])     # => [[1, "a"], [2, "b"]]
/// ```
#[native(family = "arrays", method, returns = "array or iterator", ruff = "prelude/zip.ruff")]
fn zip(#[types(array, iterator)] left: &Value, #[types(array, iterator)] right: &Value);

/// `zip` of two arrays.
#[native(family = "arrays", name = "__zip_arrays", pure)]
fn zip_arrays(left: &Array, right: &Array) -> Vec<Value> {
    left.iter().zip(right.iter()).map(|(left, right)| pair(left.clone(), right.clone())).collect()
}

/// The lazy case of `zip`; the second argument is an iterator.
#[native(family = "arrays", name = "__zip_lazily", ruff = "prelude/zip_lazily.ruff")]
fn zip_lazily(left: &Value, right: &Value);

/// The elements of an array as an iterator.
#[native(family = "arrays", name = "__iterate", ruff = "prelude/iterate.ruff")]
fn iterate(values: &Value);

/// Pairs of position and element, `[index, element]`, from 0. Of an iterator, a lazy iterator.
///
/// ```ruff
/// enumerate(["a", "b"])          # => [[0, "a"], [1, "b"]]
/// ```
#[native(family = "arrays", method, returns = "array or iterator", ruff = "prelude/enumerate.ruff")]
fn enumerate(#[types(array, iterator)] values: &Value);

/// `enumerate` of an array.
#[native(family = "arrays", name = "__enumerate_array", pure)]
fn enumerate_array(values: &Array) -> Vec<Value> {
    values.iter().zip(0..).map(|(value, index)| pair(Value::Int(index), value.clone())).collect()
}

/// The lazy case of `enumerate`.
#[native(family = "arrays", name = "__enumerate_lazily", ruff = "prelude/enumerate_lazily.ruff")]
fn enumerate_lazily(values: &Value);

/// Every run of `size` elements in a row. None if `size` is not positive or there are not so many elements.
///
/// ```ruff
/// windows([1, 2, 3], 2)          # => [[1, 2], [2, 3]]
/// ```
#[native(family = "arrays", method, pure)]
fn windows(cx: &mut Cx<'_>, values: &Array, size: Whole) -> NativeResult<Vec<Value>> {
    let size = size.count();
    if size == 0 || size > values.len() {
        return Ok(Vec::new());
    }
    let count = values.len() - size + 1;
    cx.check_elements(count.saturating_mul(size))?;
    Ok(values.windows(size).map(|window| Value::array(window.to_vec())).collect())
}

/// A count as an int, however large it was.
#[native(family = "arrays", name = "__whole", pure)]
fn whole(count: Whole) -> i64 {
    count.0
}

fn pair(first: Value, second: Value) -> Value {
    Value::array(vec![first, second])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{call, source};

    fn ints(items: &[i64]) -> Value {
        Value::array(items.iter().copied().map(Value::Int).collect())
    }

    #[test]
    fn sizes_that_make_no_sense() {
        let pieces = |def, size| source(call(def, vec![ints(&[1, 2, 3]), Value::Int(size)]));
        assert_eq!(pieces(&CHUNK_ARRAY, 0), "[[1, 2, 3]]");
        assert_eq!(pieces(&CHUNK_ARRAY, -1), "[[1, 2, 3]]");
        assert_eq!(pieces(&CHUNK_ARRAY, i64::MAX), "[[1, 2, 3]]");
        assert_eq!(pieces(&WINDOWS, 0), "[]");
        assert_eq!(pieces(&WINDOWS, 4), "[]");
        assert_eq!(source(call(&CHUNK_ARRAY, vec![ints(&[]), Value::Int(0)])), "[]");
    }

    #[test]
    fn pairs_and_levels() {
        assert_eq!(source(call(&ZIP_ARRAYS, vec![ints(&[1]), ints(&[2, 3])])), "[[1, 2]]");
        assert_eq!(source(call(&ENUMERATE_ARRAY, vec![ints(&[7, 8])])), "[[0, 7], [1, 8]]");
        let nested = Value::array(vec![ints(&[1]), Value::Int(2), Value::array(vec![ints(&[3])])]);
        assert_eq!(source(call(&FLATTEN_ARRAY, vec![nested])), "[1, 2, [3]]");
    }
}
