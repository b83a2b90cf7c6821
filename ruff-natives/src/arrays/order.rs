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
/// Fails with `sort() compare must return a number, got {type}` if `compare` gives anything else.
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
    let items = values.make_mut().as_mut_slice();
    if !sort_ints(items) && !sort_floats(items) && !sort_texts(items) {
        items.sort_by(total_order);
    }
    values
}

/// Sorts ints, if there is nothing else.
fn sort_ints(items: &mut [Value]) -> bool {
    let ints = items.iter().map(|item| if let Value::Int(int) = item { Some(*int) } else { None });
    let Some(mut ints) = ints.collect::<Option<Vec<i64>>>() else { return false };
    // Nobody can tell equal ints apart, so this need not be stable.
    ints.sort_unstable();
    for (item, int) in items.iter_mut().zip(ints) {
        *item = Value::Int(int);
    }
    true
}

/// Sorts floats, if there is nothing else.
fn sort_floats(items: &mut [Value]) -> bool {
    let floats = items.iter().map(|item| if let Value::Float(float) = item { Some(*float) } else { None });
    let Some(mut floats) = floats.collect::<Option<Vec<f64>>>() else { return false };
    floats.sort_by_key(|float| float_rank(*float));
    for (item, float) in items.iter_mut().zip(floats) {
        *item = Value::Float(float);
    }
    true
}

/// An int in the order of the floats: both zeros are one, NaN is last.
fn float_rank(float: f64) -> i64 {
    if float.is_nan() {
        return i64::MAX;
    }
    // Adding zero takes the sign off a zero. Below it the bits run backwards.
    let bits = (float + 0.0).to_bits().cast_signed();
    if bits < 0 { i64::MIN ^ !bits } else { bits }
}

/// Sorts strings, if there is nothing else.
///
/// What all of a range begin with is passed over, the next eight bytes are compared as one number, and only what has
/// the same there is looked at again.
fn sort_texts(items: &mut [Value]) -> bool {
    if !items.iter().all(|item| item.as_str().is_some()) {
        return false;
    }
    let mut texts: Vec<Keyed> = items.iter_mut().map(|item| (0, std::mem::take(item))).collect();
    // Ranges to be sorted whose texts begin with the same bytes, and how many those are.
    let mut open = vec![(0..texts.len(), 0)];
    while let Some((range, same)) = open.pop() {
        let Some(part) = texts.get_mut(range.clone()) else { continue };
        // Nobody can tell equal texts apart, so none of this need be stable.
        if part.len() <= FEW {
            part.sort_unstable_by(|(_, a), (_, b)| a.as_str().cmp(&b.as_str()));
            continue;
        }
        let start = common_prefix(part, same);
        part.iter_mut().for_each(|(key, text)| *key = key_at(bytes(text), start));
        part.sort_unstable_by_key(|(key, _)| *key);
        let mut from = range.start;
        for run in part.chunk_by_mut(|(a, _), (b, _)| a == b) {
            let end = from + run.len();
            if run.iter().all(|(_, text)| bytes(text).len() > start + size_of::<u64>()) {
                open.push((from..end, start + size_of::<u64>()));
            } else {
                run.sort_unstable_by(|(_, a), (_, b)| a.as_str().cmp(&b.as_str()));
            }
            from = end;
        }
    }
    for (item, (_, text)) in items.iter_mut().zip(texts) {
        *item = text;
    }
    true
}

/// A text with some bytes of it as a number, which orders like them.
type Keyed = (u64, Value);

/// So many texts are faster compared as a whole.
const FEW: usize = 16;

fn bytes(text: &Value) -> &[u8] {
    text.as_str().unwrap_or_default().as_bytes()
}

/// How many bytes all texts begin with, which are known to be `same` at least.
fn common_prefix(texts: &[Keyed], same: usize) -> usize {
    let Some(((_, first), others)) = texts.split_first() else { return same };
    let first = bytes(first);
    others.iter().fold(first.len(), |len, (_, text)| {
        let (a, b) = (first.get(same..len).unwrap_or_default(), bytes(text).get(same..).unwrap_or_default());
        same + a.iter().zip(b).take_while(|(a, b)| a == b).count()
    })
}

/// The bytes from `start` on, zeros behind the end.
fn key_at(text: &[u8], start: usize) -> u64 {
    let rest = text.get(start..).unwrap_or_default();
    match rest.first_chunk() {
        Some(chunk) => u64::from_be_bytes(*chunk),
        None => rest.iter().zip(1..).fold(0, |key, (byte, at)| key | u64::from(*byte) << (64 - 8 * at)),
    }
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
        let floats = [2.5, f64::NAN, 0.0, -0.0, f64::NEG_INFINITY, -1.5, -0.5, f64::INFINITY, 0.25];
        assert_eq!(sorted(&floats.map(Value::Float)), "[-inf, -1.5, -0.5, 0.0, -0.0, 0.25, 2.5, inf, NaN]");
    }

    #[test]
    fn strings_by_their_bytes() {
        // Of all lengths, with parts in common, with zeros, and some of them equal.
        let parts = ["", "\0", "a", "ä", "abcdefgh", "abcdefgh\0", "the same beginning ", "x"];
        let mut texts: Vec<String> = Vec::new();
        for a in parts {
            for b in parts {
                texts.extend(parts.map(|c| [a, b, c].concat()));
            }
        }
        for prefix in ["", "what all of them begin with"] {
            let mut texts: Vec<String> = texts.iter().map(|text| [prefix, text].concat()).collect();
            texts.reverse();
            let sorted = call(
                &SORT_NATURALLY,
                vec![Value::array(texts.iter().map(|text| Value::str(text)).collect())],
            );
            texts.sort();
            let Ok(Value::Array(sorted)) = sorted else { panic!("no array") };
            assert_eq!(sorted.iter().filter_map(Value::as_str).collect::<Vec<_>>(), texts);
        }
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
