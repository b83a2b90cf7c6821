//! Functions of numbers. All results are floats, for ints too: programs rely on the float division that follows.

use ruff_runtime::VmError;
use ruff_runtime::native;
use ruff_runtime::native::{Cx, NativeResult};
use ruff_syntax::Code;

/// The absolute value, as a float.
///
/// ```ruff
/// abs(-7.5)      # => 7.5
/// abs(-4)        # => 4.0
/// ```
#[native(family = "math", method, pure)]
fn abs(value: f64) -> f64 {
    value.abs()
}

/// The square root.
///
/// `NaN` gives `NaN`.
///
/// Fails with `sqrt() domain error: value must be >= 0` for negative numbers.
///
/// ```ruff
/// sqrt(81)       # => 9.0
/// ```
#[native(family = "math", method, pure)]
fn sqrt(cx: &mut Cx<'_>, value: f64) -> NativeResult<f64> {
    if value < 0.0 {
        return Err(domain_error(cx, "value must be >= 0"));
    }
    Ok(value.sqrt())
}

/// The nearest whole number below or equal, as a float.
///
/// ```ruff
/// floor(-2.1)    # => -3.0
/// ```
#[native(family = "math", method, pure)]
fn floor(value: f64) -> f64 {
    value.floor()
}

/// The nearest whole number above or equal, as a float.
///
/// ```ruff
/// ceil(2.1)      # => 3.0
/// ```
#[native(family = "math", method, pure)]
fn ceil(value: f64) -> f64 {
    value.ceil()
}

/// The nearest whole number, halves away from zero, as a float.
///
/// ```ruff
/// round(2.5)     # => 3.0
/// round(-2.5)    # => -3.0
/// ```
#[native(family = "math", method, pure)]
fn round(value: f64) -> f64 {
    value.round()
}

/// The sine of an angle in radians.
///
/// ```ruff
/// sin(0)         # => 0.0
/// ```
#[native(family = "math", pure)]
fn sin(value: f64) -> f64 {
    value.sin()
}

/// The cosine of an angle in radians.
///
/// ```ruff
/// cos(0)         # => 1.0
/// ```
#[native(family = "math", pure)]
fn cos(value: f64) -> f64 {
    value.cos()
}

/// The tangent of an angle in radians.
///
/// ```ruff
/// tan(0)         # => 0.0
/// ```
#[native(family = "math", pure)]
fn tan(value: f64) -> f64 {
    value.tan()
}

/// The natural logarithm.
///
/// `NaN` gives `NaN`.
///
/// Fails with `log() domain error: value must be > 0` for zero and negative numbers.
///
/// ```ruff
/// log(1)         # => 0.0
/// ```
#[native(family = "math", pure)]
fn log(cx: &mut Cx<'_>, value: f64) -> NativeResult<f64> {
    if value <= 0.0 {
        return Err(domain_error(cx, "value must be > 0"));
    }
    Ok(value.ln())
}

/// `E` to the power of `value`; `inf` when that is too large.
///
/// ```ruff
/// exp(0)         # => 1.0
/// ```
#[native(family = "math", pure)]
fn exp(value: f64) -> f64 {
    value.exp()
}

/// `a` to the power of `b`, computed with floats: too large is `inf`, without a real result `NaN`.
///
/// ```ruff
/// pow(2, 10)     # => 1024.0
/// pow(4, 0.5)    # => 2.0
/// ```
#[native(family = "math", pure)]
fn pow(a: f64, b: f64) -> f64 {
    a.powf(b)
}

/// The smaller of two numbers, as a float. If exactly one is `NaN`, the other.
///
/// ```ruff
/// min(4, 2.5)    # => 2.5
/// ```
#[native(family = "math", pure)]
fn min(a: f64, b: f64) -> f64 {
    a.min(b)
}

/// The larger of two numbers, as a float. If exactly one is `NaN`, the other.
///
/// ```ruff
/// max(4, 2.5)    # => 4.0
/// ```
#[native(family = "math", pure)]
fn max(a: f64, b: f64) -> f64 {
    a.max(b)
}

#[cold]
fn domain_error(cx: &Cx<'_>, condition: &str) -> VmError {
    cx.fail(Code::ArgumentValue, format!("{}() domain error: {condition}", cx.name()))
}
