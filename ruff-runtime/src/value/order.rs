//! Order: `<` and its like, and the total order that sorting uses.

use std::cmp::Ordering;

use super::Value;

/// How `lhs` and `rhs` compare by `<` and its like, which order numbers and strings alone. `None` for everything
/// else, which is an error, and with NaN, where every comparison is false.
#[inline]
pub fn compare(lhs: &Value, rhs: &Value) -> Option<Ordering> {
    match (lhs, rhs) {
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        (Value::Float(a), Value::Float(b)) => a.partial_cmp(b),
        (Value::Int(a), Value::Float(b)) => (*a as f64).partial_cmp(b),
        (Value::Float(a), Value::Int(b)) => a.partial_cmp(&(*b as f64)),
        (Value::Short(a), Value::Short(b)) => Some(a.cmp(b)),
        _ => Some(lhs.as_str()?.cmp(rhs.as_str()?)),
    }
}

/// The order of sorting: null, then false and true, then numbers by exact value with NaN last, then strings by their
/// bytes, then everything else, which is all the same to it.
pub fn total_order(lhs: &Value, rhs: &Value) -> Ordering {
    match (lhs, rhs) {
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Float(a), Value::Float(b)) => floats(*a, *b),
        (Value::Int(a), Value::Float(b)) => int_and_float(*a, *b),
        (Value::Float(a), Value::Int(b)) => int_and_float(*b, *a).reverse(),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Short(a), Value::Short(b)) => a.cmp(b),
        _ => match (lhs.as_str(), rhs.as_str()) {
            (Some(a), Some(b)) => a.cmp(b),
            _ => rank(lhs).cmp(&rank(rhs)),
        },
    }
}

fn rank(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Int(_) | Value::Float(_) => 2,
        Value::Short(_) | Value::Str(_) => 3,
        _ => 4,
    }
}

/// NaN last; zeros are equal.
fn floats(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
}

/// Exact: beyond 2^53 an int has no float of its own.
fn int_and_float(int: i64, float: f64) -> Ordering {
    const BEYOND: f64 = 9_223_372_036_854_775_808.0;
    if float.is_nan() || float >= BEYOND {
        return Ordering::Less;
    }
    if float < -BEYOND {
        return Ordering::Greater;
    }
    // In range, so cutting the fraction off is exact; then the fraction decides.
    let whole = float.trunc();
    int.cmp(&(whole as i64)).then_with(|| 0.0_f64.partial_cmp(&(float - whole)).unwrap_or(Ordering::Equal))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_strings_alone_are_ordered() {
        let less = Some(Ordering::Less);
        assert_eq!(compare(&Value::Int(1), &Value::Float(1.5)), less);
        assert_eq!(compare(&Value::str("Z"), &Value::str("a")), less);
        assert_eq!(compare(&Value::str("a"), &Value::str("a text that is longer")), less);
        assert_eq!(compare(&Value::Float(f64::NAN), &Value::Int(1)), None);
        assert_eq!(compare(&Value::Int(1), &Value::str("1")), None);
        assert_eq!(compare(&Value::Null, &Value::Null), None);
        assert_eq!(compare(&Value::Bool(false), &Value::Bool(true)), None);
    }

    #[test]
    fn sorting_knows_an_order_of_everything() {
        let nan = Value::Float(f64::NAN);
        let array = Value::array(vec![]);
        let sorted = [
            Value::Null,
            Value::Bool(false),
            Value::Bool(true),
            Value::Float(f64::NEG_INFINITY),
            Value::Int(i64::MIN),
            Value::Float(-1.5),
            Value::Int(-1),
            Value::Float(-0.5),
            Value::Int(0),
            Value::Float(0.5),
            Value::Float(9_007_199_254_740_992.0),
            Value::Int(9_007_199_254_740_993),
            Value::Int(i64::MAX),
            Value::Float(9_223_372_036_854_775_808.0),
            nan,
            Value::str("B"),
            Value::str("a"),
            array,
        ];
        for (i, a) in sorted.iter().enumerate() {
            for (j, b) in sorted.iter().enumerate() {
                assert_eq!(total_order(a, b), i.cmp(&j), "{a:?} {b:?}");
            }
        }
        assert_eq!(total_order(&Value::Int(1), &Value::Float(1.0)), Ordering::Equal);
        assert_eq!(total_order(&Value::Nothing, &Value::array(vec![])), Ordering::Equal);
    }
}
