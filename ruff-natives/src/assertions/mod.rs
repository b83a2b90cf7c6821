//! Assertions, for tests and everywhere else. A failed one is an ordinary error.

use ruff_runtime::Value;
use ruff_runtime::family;
use ruff_runtime::native;
use ruff_runtime::native::{Cx, Family, NativeResult};
use ruff_runtime::value::{debug_shown, equal, holds, shown};
use ruff_syntax::Code;

/// The builtins of this family.
pub(crate) static FAMILY: Family = family!("assertions": [
    self::ASSERT,
    self::ASSERT_CONTAINS,
    self::ASSERT_EQUAL,
    self::ASSERT_FALSE,
    self::ASSERT_TRUE,
]);

/// Checks that `condition` is truthy; gives `true`.
///
/// Fails with `{message}` if it is not, with `Assertion failed` if there is no message.
///
/// ```ruff
/// assert(1 < 2)                          # => true
/// assert(1 > 2, "math broke")            # fails: math broke
/// ```
#[native(family = "assertions", pure)]
fn assert(cx: &mut Cx<'_>, condition: &Value, message: Option<&Value>) -> NativeResult<bool> {
    if condition.is_truthy() {
        return Ok(true);
    }
    Err(cx.fail(Code::Assertion, message.map_or_else(|| "Assertion failed".to_owned(), shown)))
}

/// Checks that the two are equal by `==`; gives `true`.
///
/// Fails with `Assertion failed: expected {expected}, got {actual}`, the two as `debug` shows them, if they are not.
///
/// ```ruff
/// assert_equal(1 + 1, 2)                 # => true
/// assert_equal(2, 3)                     # fails: Assertion failed: expected Int(3), got Int(2)
/// ```
#[native(family = "assertions", pure)]
fn assert_equal(cx: &mut Cx<'_>, actual: &Value, expected: &Value) -> NativeResult<bool> {
    if equal(actual, expected) {
        return Ok(true);
    }
    let message =
        format!("Assertion failed: expected {}, got {}", debug_shown(expected), debug_shown(actual));
    Err(cx.fail(Code::Assertion, message))
}

/// Checks that `value` is `true`; gives `true`.
///
/// Fails with `Assertion failed: expected true, got false` if it is not.
///
/// ```ruff
/// assert_true(1 < 2)                     # => true
/// ```
#[native(family = "assertions", pure)]
fn assert_true(cx: &mut Cx<'_>, value: bool) -> NativeResult<bool> {
    assert_bool(cx, value, true)
}

/// Checks that `value` is `false`; gives `true`.
///
/// Fails with `Assertion failed: expected false, got true` if it is not.
///
/// ```ruff
/// assert_false(1 > 2)                    # => true
/// ```
#[native(family = "assertions", pure)]
fn assert_false(cx: &mut Cx<'_>, value: bool) -> NativeResult<bool> {
    assert_bool(cx, value, false)
}

/// Checks that `item` is an element of the array or set, a part of the string or a key of the dict; gives `true`.
///
/// Fails with `Assertion failed: {collection} does not contain {item}`, the two as `debug` shows them, if it is not.
///
/// ```ruff
/// assert_contains("kennel", "nn")        # => true
/// ```
#[native(family = "assertions", pure)]
fn assert_contains(
    cx: &mut Cx<'_>,
    #[types(array, string, dict, set)] collection: &Value,
    item: &Value,
) -> NativeResult<bool> {
    if holds(collection, item) == Some(true) {
        return Ok(true);
    }
    let (collection, item) = (debug_shown(collection), debug_shown(item));
    Err(cx.fail(Code::Assertion, format!("Assertion failed: {collection} does not contain {item}")))
}

fn assert_bool(cx: &Cx<'_>, value: bool, expected: bool) -> NativeResult<bool> {
    if value == expected {
        return Ok(true);
    }
    Err(cx.fail(Code::Assertion, format!("Assertion failed: expected {expected}, got {value}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{call, message, source};

    #[test]
    fn success_is_true() {
        assert_eq!(source(call(&ASSERT, vec![Value::Int(1)])), "true");
        assert_eq!(source(call(&ASSERT_EQUAL, vec![Value::Int(1), Value::Float(1.0)])), "true");
        assert_eq!(source(call(&ASSERT_FALSE, vec![Value::Bool(false)])), "true");
    }

    #[test]
    fn failures_say_what_was_there() {
        assert_eq!(message(call(&ASSERT, vec![Value::Null])), "Assertion failed");
        assert_eq!(message(call(&ASSERT, vec![Value::Null, Value::array(vec![Value::Int(1)])])), "[1]");
        assert_eq!(
            message(call(&ASSERT_EQUAL, vec![Value::str("a"), Value::Int(3)])),
            "Assertion failed: expected Int(3), got String(\"a\")"
        );
        assert_eq!(
            message(call(&ASSERT_TRUE, vec![Value::Bool(false)])),
            "Assertion failed: expected true, got false"
        );
        assert_eq!(
            message(call(&ASSERT_TRUE, vec![Value::Int(1)])),
            "assert_true() requires a bool argument for value, got int"
        );
        let array = Value::array(vec![Value::Int(1)]);
        assert_eq!(
            message(call(&ASSERT_CONTAINS, vec![array, Value::Int(2)])),
            "Assertion failed: Array[Int(1)] does not contain Int(2)"
        );
    }
}
