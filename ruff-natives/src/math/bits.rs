//! Ints as 64 bits in two's complement.

use ruff_runtime::native;
use ruff_runtime::native::{Cx, NativeResult};
use ruff_syntax::Code;

/// The bits set in both.
///
/// ```ruff
/// bit_and(13, 6)     # => 4
/// ```
#[native(family = "math", pure)]
fn bit_and(left: i64, right: i64) -> i64 {
    left & right
}

/// The bits set in one or both.
///
/// ```ruff
/// bit_or(9, 6)       # => 15
/// ```
#[native(family = "math", pure)]
fn bit_or(left: i64, right: i64) -> i64 {
    left | right
}

/// The bits set in exactly one.
///
/// ```ruff
/// bit_xor(13, 6)     # => 11
/// ```
#[native(family = "math", pure)]
fn bit_xor(left: i64, right: i64) -> i64 {
    left ^ right
}

/// All bits turned over.
///
/// ```ruff
/// bit_not(41)        # => -42
/// ```
#[native(family = "math", pure)]
fn bit_not(value: i64) -> i64 {
    !value
}

/// The bits of `left` moved up by `right` places. What moves out is lost.
///
/// Fails with `bit_shl() expects a shift amount between 0 and 63` for another number of places.
///
/// ```ruff
/// bit_shl(5, 3)      # => 40
/// ```
#[native(family = "math", pure)]
fn bit_shl(cx: &mut Cx<'_>, left: i64, right: i64) -> NativeResult<i64> {
    Ok(left << amount(cx, right)?)
}

/// The bits of `left` moved down by `right` places. The sign stays.
///
/// Fails with `bit_shr() expects a shift amount between 0 and 63` for another number of places.
///
/// ```ruff
/// bit_shr(-16, 2)    # => -4
/// ```
#[native(family = "math", pure)]
fn bit_shr(cx: &mut Cx<'_>, left: i64, right: i64) -> NativeResult<i64> {
    Ok(left >> amount(cx, right)?)
}

fn amount(cx: &Cx<'_>, right: i64) -> NativeResult<u32> {
    match u32::try_from(right) {
        Ok(amount @ 0..=63) => Ok(amount),
        _ => {
            let message = format!("{}() expects a shift amount between 0 and 63", cx.name());
            Err(cx.fail(Code::ArgumentValue, message))
        }
    }
}
