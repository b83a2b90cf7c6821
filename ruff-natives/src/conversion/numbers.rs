//! Numbers from text and from each other.

use ruff_runtime::native;
use ruff_runtime::native::{Cx, NativeResult};
use ruff_runtime::value::text;
use ruff_runtime::{Value, VmError};
use ruff_syntax::Code;

/// The int that `text` spells: decimal digits with an optional sign, blanks around them ignored.
///
/// Fails with `Cannot parse '{text}' as integer` for anything else.
///
/// ```ruff
/// parse_int(" -42 ")     # => -42
/// ```
#[native(family = "conversion", method, pure)]
fn parse_int(cx: &mut Cx<'_>, text: &str) -> NativeResult<i64> {
    int(text).ok_or_else(|| cx.fail(Code::Conversion, format!("Cannot parse '{text}' as integer")))
}

/// The float that `text` spells: decimal, with an optional exponent, or `inf`, `infinity`, `nan` in any case. Blanks
/// around it are ignored.
///
/// Fails with `Cannot parse '{text}' as float` for anything else.
///
/// ```ruff
/// parse_float("1e3")     # => 1000.0
/// parse_float(" .5")     # => 0.5
/// ```
#[native(family = "conversion", method, pure)]
fn parse_float(cx: &mut Cx<'_>, text: &str) -> NativeResult<f64> {
    float(text).ok_or_else(|| cx.fail(Code::Conversion, format!("Cannot parse '{text}' as float")))
}

/// A number without its fraction, a bool as 1 or 0, a string read as by `parse_int`.
///
/// Fails with `Cannot convert {float} to int` for `NaN`, infinities and floats beyond 64 bits. Fails with `Cannot
/// convert '{text}' to int` for strings that spell no int.
///
/// ```ruff
/// to_int(-3.9)           # => -3
/// to_int("12")           # => 12
/// to_int(true)           # => 1
/// ```
#[native(family = "conversion", method, pure)]
fn to_int(cx: &mut Cx<'_>, #[types(number, string, bool)] value: &Value) -> NativeResult<i64> {
    let converted = match value {
        Value::Int(int) => Some(*int),
        Value::Float(float) => whole(*float),
        Value::Bool(truth) => Some(i64::from(*truth)),
        other => other.as_str().and_then(int),
    };
    converted.ok_or_else(|| cannot_convert(cx, value, "int"))
}

/// A number as a float, a bool as 1 or 0, a string read as by `parse_float`.
///
/// Fails with `Cannot convert '{text}' to float` for strings that spell no float.
///
/// ```ruff
/// to_float("2.50")       # => 2.5
/// to_float(2)            # => 2.0
/// ```
#[native(family = "conversion", method, pure)]
fn to_float(cx: &mut Cx<'_>, #[types(number, string, bool)] value: &Value) -> NativeResult<f64> {
    let converted = match value {
        Value::Int(int) => Some(*int as f64),
        Value::Float(float) => Some(*float),
        Value::Bool(truth) => Some(f64::from(u8::from(*truth))),
        other => other.as_str().and_then(float),
    };
    converted.ok_or_else(|| cannot_convert(cx, value, "float"))
}

fn int(text: &str) -> Option<i64> {
    // Accepts an optional sign and decimal digits, nothing else.
    text.trim().parse().ok()
}

fn float(text: &str) -> Option<f64> {
    // Accepts the same forms, case-insensitive words included.
    text.trim().parse().ok()
}

/// Toward zero; `None` beyond 64 bits.
fn whole(float: f64) -> Option<i64> {
    let fits = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&float);
    fits.then_some(float as i64)
}

#[cold]
fn cannot_convert(cx: &Cx<'_>, value: &Value, kind: &str) -> VmError {
    let shown = match value.as_str() {
        Some(text) => format!("'{text}'"),
        None => text(value),
    };
    cx.fail(Code::Conversion, format!("Cannot convert {shown} to {kind}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{call, message, source};

    #[test]
    fn ints() {
        let parse = |text: &str| call(&PARSE_INT, vec![Value::str(text)]);
        assert_eq!(source(parse("\t+7 ")), "7");
        assert_eq!(source(parse("-9223372036854775808")), "-9223372036854775808");
        for text in ["", " ", "1.0", "0x10", "1_000", "9223372036854775808", "١"] {
            assert_eq!(message(parse(text)), format!("Cannot parse '{text}' as integer"));
        }
        let convert = |value| call(&TO_INT, vec![value]);
        assert_eq!(source(convert(Value::Float(-3.9))), "-3");
        assert_eq!(message(convert(Value::str("3.7"))), "Cannot convert '3.7' to int");
        assert_eq!(message(convert(Value::Float(f64::NAN))), "Cannot convert NaN to int");
        assert_eq!(message(convert(Value::Float(1e19))), "Cannot convert 10000000000000000000 to int");
        assert_eq!(
            message(convert(Value::Null)),
            "to_int() requires a number, string or bool argument for value, got null"
        );
    }

    #[test]
    fn floats() {
        let parse = |text: &str| call(&PARSE_FLOAT, vec![Value::str(text)]);
        for (text, float) in
            [("5.", "5.0"), (".5", "0.5"), ("-1E3", "-1000.0"), ("Infinity", "inf"), ("nAn", "NaN")]
        {
            assert_eq!(source(parse(text)), float);
        }
        for text in ["", ".", "1,5", "1 2", "0x1"] {
            assert_eq!(message(parse(text)), format!("Cannot parse '{text}' as float"));
        }
        assert_eq!(source(call(&TO_FLOAT, vec![Value::Bool(true)])), "1.0");
        assert_eq!(message(call(&TO_FLOAT, vec![Value::str("x")])), "Cannot convert 'x' to float");
    }
}
