//! Equality: `==`, and the exact relation that sets, dict keys and patterns use. The hash that goes with it is
//! [`super::exact_hash`].
//!
//! Nothing here recurses: nested data is walked with a list of what is still to do. Containers are shared, so a value
//! of a few hundred bytes can hold more than could ever be walked: `x := [x, x]` doubles it. Pairs of shared
//! containers are compared once.

use std::collections::HashSet;

use super::string::same_text;
use super::{ErrorValue, Handle, Set, Value};
use crate::heap::{Ref, StructRef};
use crate::work;

/// Floats nearer than this are equal to `==`.
const EPSILON: f64 = f64::EPSILON;

/// Whether `lhs == rhs`: deep, numbers by value with a tolerance, NaN equal to nothing, functions and handles by
/// identity.
#[inline]
pub fn equal(lhs: &Value, rhs: &Value) -> bool {
    same(lhs, rhs, Relation::Loose)
}

/// The exact relation: as `==`, but floats without tolerance and NaN equal to itself. An int and a float of the same
/// mathematical value are equal.
#[inline]
pub fn exactly_equal(lhs: &Value, rhs: &Value) -> bool {
    same(lhs, rhs, Relation::Exact)
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Relation {
    Loose,
    Exact,
}

/// Pairs that are compared before any is remembered: remembering costs more than comparing small things once more.
const PATIENCE: usize = 1000;

/// Pairs that must be the same too for the answer to be yes.
struct Open<'a> {
    pairs: Vec<(&'a Value, &'a Value, Relation)>,
    /// How many there have been.
    met: usize,
    /// Pairs of containers, at least one of which is shared, that have been met after the first [`PATIENCE`]. A pair
    /// that is not in here is met no more often than the one it was found in.
    known: HashSet<(usize, usize, Relation)>,
}

impl<'a> Open<'a> {
    fn push(&mut self, lhs: &'a Value, rhs: &'a Value, relation: Relation) {
        work::note(1);
        self.met += 1;
        if self.met <= PATIENCE || self.is_new(lhs, rhs, relation) {
            self.pairs.push((lhs, rhs, relation));
        }
    }

    #[cold]
    fn is_new(&mut self, lhs: &Value, rhs: &Value, relation: Relation) -> bool {
        let (lhs, rhs) = (lhs.object(), rhs.object());
        let is_shared = lhs.is_shared || rhs.is_shared;
        !is_shared || self.known.insert((lhs.address, rhs.address, relation))
    }
}

#[inline]
fn same(lhs: &Value, rhs: &Value, relation: Relation) -> bool {
    match scalars(lhs, rhs, relation) {
        Some(answer) => answer,
        None => walk(lhs, rhs, relation),
    }
}

/// The answer for values that hold no others; `None` if both hold some.
#[inline]
fn scalars(lhs: &Value, rhs: &Value, relation: Relation) -> Option<bool> {
    let answer = match (lhs, rhs) {
        (Value::Int(a), Value::Int(b)) => a == b,
        (Value::Short(a), Value::Short(b)) => a == b,
        (Value::Str(a), Value::Str(b)) => same_text(a, b),
        (Value::Float(a), Value::Float(b)) => floats(*a, *b, relation),
        (Value::Int(int), Value::Float(float)) | (Value::Float(float), Value::Int(int)) => match relation {
            Relation::Loose => floats(*int as f64, *float, relation),
            Relation::Exact => exact_int(*float) == Some(*int),
        },
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Null, Value::Null) | (Value::Nothing, Value::Nothing) => true,
        (Value::Bytes(a), Value::Bytes(b)) => **a == **b,
        (Value::Native(_, a), Value::Native(_, b)) => std::ptr::eq(*a, *b),
        (Value::Closure(a), Value::Closure(b)) => a.is_same(b),
        (Value::Bound(a), Value::Bound(b)) => a.is_same(b),
        (Value::Host(a), Value::Host(b)) => a.is_same(b),
        (Value::Generator(a), Value::Generator(b)) => a.is_same(b),
        (Value::StructDef(a), Value::StructDef(b)) => a.is_same(b),
        (Value::Module(a), Value::Module(b)) => a.is_same(b),
        (Value::Handle(a), Value::Handle(b)) => Handle::is_same(a, b),
        (Value::Array(_), Value::Array(_))
        | (Value::Dict(_), Value::Dict(_))
        | (Value::Struct(_), Value::Struct(_))
        | (Value::Tagged(_), Value::Tagged(_))
        | (Value::Set(_), Value::Set(_))
        | (Value::Queue(_), Value::Queue(_))
        | (Value::Stack(_), Value::Stack(_))
        | (Value::Error(_), Value::Error(_)) => return None,
        _ => false,
    };
    Some(answer)
}

#[inline]
fn floats(a: f64, b: f64, relation: Relation) -> bool {
    match relation {
        // Equal infinities have no difference.
        Relation::Loose => a == b || (a - b).abs() < EPSILON,
        Relation::Exact => a == b || (a.is_nan() && b.is_nan()),
    }
}

/// The int of the same mathematical value.
pub(super) fn exact_int(float: f64) -> Option<i64> {
    // 2^63 is no int, and everything in this range is cut without loss.
    let fits = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&float);
    (fits && float.trunc() == float).then_some(float as i64)
}

fn walk(lhs: &Value, rhs: &Value, relation: Relation) -> bool {
    let mut open = Open { pairs: vec![(lhs, rhs, relation)], met: 0, known: HashSet::new() };
    while let Some((lhs, rhs, relation)) = open.pairs.pop() {
        if !contents(lhs, rhs, relation, &mut open) {
            return false;
        }
    }
    true
}

/// Whether what two containers hold is the same, as far as can be told at once.
fn contents<'a>(lhs: &'a Value, rhs: &'a Value, relation: Relation, open: &mut Open<'a>) -> bool {
    match (lhs, rhs) {
        (Value::Array(a), Value::Array(b)) => {
            (relation == Relation::Exact && a.is_same(b)) || sequences(a.iter(), b.iter(), relation, open)
        }
        (Value::Dict(a), Value::Dict(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, value)| b.get(key).is_some_and(|other| pair(value, other, relation, open)))
        }
        (Value::Struct(a), Value::Struct(b)) => structs(a, b, relation, open),
        (Value::Tagged(a), Value::Tagged(b)) => {
            a.variant() == b.variant() && sequences(a.payload().iter(), b.payload().iter(), relation, open)
        }
        (Value::Set(a), Value::Set(b)) => sets(a, b, open),
        (Value::Queue(a), Value::Queue(b)) => sequences(a.iter(), b.iter(), relation, open),
        (Value::Stack(a), Value::Stack(b)) => sequences(a.iter(), b.iter(), relation, open),
        (Value::Error(a), Value::Error(b)) => errors(a, b, relation, open),
        _ => false,
    }
}

/// Decides a pair, or leaves it for later if both hold other values.
#[inline]
fn pair<'a>(lhs: &'a Value, rhs: &'a Value, relation: Relation, open: &mut Open<'a>) -> bool {
    scalars(lhs, rhs, relation).unwrap_or_else(|| {
        open.push(lhs, rhs, relation);
        true
    })
}

fn sequences<'a>(
    lhs: impl ExactSizeIterator<Item = &'a Value>,
    rhs: impl ExactSizeIterator<Item = &'a Value>,
    relation: Relation,
    open: &mut Open<'a>,
) -> bool {
    lhs.len() == rhs.len() && lhs.zip(rhs).all(|(a, b)| pair(a, b, relation, open))
}

fn structs<'a>(lhs: &'a StructRef, rhs: &'a StructRef, relation: Relation, open: &mut Open<'a>) -> bool {
    let (mine, other) = (lhs.shape(), rhs.shape());
    if mine.id() == other.id() {
        return sequences(lhs.fields().iter(), rhs.fields().iter(), relation, open);
    }
    mine.name() == other.name()
        && mine.len() == other.len()
        && mine.fields().iter().zip(lhs.fields()).all(|(&field, value)| {
            let found = other.position(field).and_then(|at| rhs.fields().get(usize::from(at)));
            found.is_some_and(|found| pair(value, found, relation, open))
        })
}

fn errors<'a>(
    lhs: &'a Ref<ErrorValue>,
    rhs: &'a Ref<ErrorValue>,
    relation: Relation,
    open: &mut Open<'a>,
) -> bool {
    lhs.fields().len() == rhs.fields().len()
        && lhs.fields().iter().all(|(field, value)| {
            let found = rhs.fields().iter().find(|(other, _)| other == field);
            found.is_some_and(|(_, found)| pair(value, found, relation, open))
        })
}

/// Members of sets are found by the exact relation whatever the question was.
fn sets<'a>(lhs: &'a Set, rhs: &'a Set, open: &mut Open<'a>) -> bool {
    lhs.len() == rhs.len()
        && lhs.members().all(|(hash, member)| {
            let Some(first) = rhs.find_by(hash, |_| true) else { return false };
            if rhs.find_by(hash, |other| !std::ptr::eq(other, first)).is_none() {
                return pair(member, first, Relation::Exact, open);
            }
            // Two members with one 64-bit hash: one day in a million years, so recursing is fine.
            rhs.find_by(hash, |other| exactly_equal(member, other)).is_some()
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::Shape;
    use crate::value::{Dict, Key, Queue, Stack, Sym, exact_hash};

    fn int(int: i64) -> Value {
        Value::Int(int)
    }

    fn float(float: f64) -> Value {
        Value::Float(float)
    }

    fn check(lhs: &Value, rhs: &Value, loose: bool, exact: bool) {
        assert_eq!(equal(lhs, rhs), loose, "{lhs:?} == {rhs:?}");
        assert_eq!(equal(rhs, lhs), loose, "{rhs:?} == {lhs:?}");
        assert_eq!(exactly_equal(lhs, rhs), exact, "{lhs:?} is {rhs:?}");
        assert_eq!(exactly_equal(rhs, lhs), exact, "{rhs:?} is {lhs:?}");
        if exact {
            assert_eq!(exact_hash(lhs), exact_hash(rhs), "hash of {lhs:?} and {rhs:?}");
        } else {
            assert_ne!(exact_hash(lhs), exact_hash(rhs), "hash of {lhs:?} and {rhs:?}");
        }
    }

    #[test]
    fn numbers() {
        check(&float(0.1 + 0.2), &float(0.3), true, false);
        check(&float(1e-17), &float(0.0), true, false);
        check(&float(f64::NAN), &float(-f64::NAN), false, true);
        check(&float(f64::INFINITY), &float(f64::INFINITY), true, true);
        check(&float(f64::INFINITY), &float(f64::NEG_INFINITY), false, false);
        check(&int(1), &float(1.0), true, true);
        check(&int(0), &float(-0.0), true, true);
        check(&int(9_007_199_254_740_993), &float(9_007_199_254_740_992.0), true, false);
        check(&int(i64::MAX), &float(9_223_372_036_854_775_808.0), true, false);
        check(&int(i64::MIN), &float(-9_223_372_036_854_775_808.0), true, true);
        check(&int(9_007_199_254_740_993), &int(9_007_199_254_740_992), false, false);
    }

    #[test]
    fn kinds_are_kept_apart() {
        check(&int(1), &Value::str("1"), false, false);
        check(&int(1), &Value::Bool(true), false, false);
        check(&Value::Null, &Value::Nothing, false, false);
        check(&Value::Null, &int(0), false, false);
        check(&Value::array(vec![]), &Value::Queue(Queue::from_vec(vec![])), false, false);
        check(&Value::ok(int(1)), &Value::some(int(1)), false, false);
        check(&Value::str("a long enough text"), &Value::str("a long enough text"), true, true);
    }

    #[test]
    fn containers_by_content() {
        let array = |items: &[i64]| Value::array(items.iter().map(|&item| int(item)).collect());
        check(&array(&[1, 2]), &Value::array(vec![float(1.0), int(2)]), true, true);
        check(&array(&[1, 2]), &array(&[2, 1]), false, false);
        check(&array(&[1, 2]), &array(&[1, 2, 3]), false, false);
        let dict = |entries: &[(&str, i64)]| {
            Value::Dict(Dict::from_entries(entries.iter().map(|&(key, value)| (Key::from(key), int(value)))))
        };
        check(&dict(&[("a", 1), ("b", 2)]), &dict(&[("b", 2), ("a", 1)]), true, true);
        check(&dict(&[("a", 1), ("b", 2)]), &dict(&[("a", 2), ("b", 1)]), false, false);
        check(&dict(&[("a", 1)]), &dict(&[("b", 1)]), false, false);
        check(&Value::ok(array(&[1])), &Value::ok(array(&[1])), true, true);
        check(&Value::ok(int(1)), &Value::err(int(1)), false, false);
        let stack = |items: Vec<Value>| Value::Stack(Stack::from_vec(items));
        check(&stack(vec![int(1)]), &stack(vec![int(1)]), true, true);
        let nan = || Value::array(vec![float(f64::NAN)]);
        check(&nan(), &nan(), false, true);
    }

    #[test]
    fn sets_whatever_the_order() {
        let set = |items: Vec<Value>| Value::Set(Set::from_items(items));
        let row = |a, b| Value::array(vec![int(a), int(b)]);
        check(&set(vec![int(1), row(1, 2)]), &set(vec![row(1, 2), float(1.0)]), true, true);
        check(&set(vec![row(1, 2), row(3, 4)]), &set(vec![row(1, 4), row(3, 2)]), false, false);
        check(&set(vec![set(vec![int(1)])]), &set(vec![set(vec![int(1)])]), true, true);
        check(&set(vec![set(vec![int(1)])]), &set(vec![set(vec![int(2)])]), false, false);
    }

    #[test]
    fn structs_by_name_and_fields() {
        let make = |name: &str, fields: &[(&str, i64)]| {
            let names = fields.iter().map(|(name, _)| Sym::new(name)).collect();
            let mut values: Vec<Value> = fields.iter().map(|&(_, value)| int(value)).collect();
            Value::Struct(StructRef::new(Shape::new(Sym::new(name), None, names), &mut values))
        };
        let point = make("P", &[("x", 1), ("y", 2)]);
        check(&point, &point.clone(), true, true);
        check(&point, &make("P", &[("y", 2), ("x", 1)]), true, true);
        check(&point, &make("P", &[("x", 2), ("y", 1)]), false, false);
        check(&point, &make("Q", &[("x", 1), ("y", 2)]), false, false);
        check(&point, &make("P", &[("x", 1)]), false, false);
    }

    #[test]
    fn deep_data_needs_no_host_stack() {
        let deep = || {
            (0..200_000).fold(Value::Null, |value, turn| match turn % 3 {
                0 => Value::ok(value),
                1 => Value::Dict(Dict::from_entries([(Key::from("a"), value)])),
                _ => Value::array(vec![value]),
            })
        };
        check(&deep(), &deep(), true, true);
        let sets = || (0..4000).fold(Value::Null, |value, _| Value::Set(Set::from_items([value])));
        check(&sets(), &sets(), true, true);
    }

    /// A value of 40 levels that holds the one below it twice in each, in a container of each kind in turn.
    fn doubled(innermost: Value) -> Value {
        (0..40).fold(innermost, |value, turn| {
            let pair = vec![value.clone(), value.clone()];
            match turn % 4 {
                0 => Value::array(pair),
                1 => Value::Stack(Stack::from_vec(pair)),
                2 => Value::Dict(Dict::from_entries(["a", "b"].map(Key::from).into_iter().zip(pair))),
                _ => Value::array(vec![Value::ok(value.clone()), Value::Set(Set::from_items([value]))]),
            }
        })
    }

    #[test]
    fn shared_parts_are_compared_once() {
        let steps = work::count(|| {
            check(&doubled(int(1)), &doubled(float(1.0)), true, true);
            check(&doubled(int(1)), &doubled(int(2)), false, false);
            check(&doubled(float(f64::NAN)), &doubled(float(f64::NAN)), false, true);
        });
        assert!(steps < 50_000, "{steps} steps");
        let same = doubled(float(f64::NAN));
        assert!(!equal(&same, &same) && exactly_equal(&same, &same));
    }
}
