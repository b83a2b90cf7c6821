//! What plain scalars mean: the core schema of YAML 1.2, in which a number with a zero in front is a string.

use std::borrow::Cow;

use ruff_runtime::Value;

/// The value of a scalar without quotes; none for a number that is too large for a float.
pub(super) fn value(text: &str) -> Option<Value> {
    Some(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        ".nan" | ".NaN" | ".NAN" => Value::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Value::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Value::Float(f64::NEG_INFINITY),
        _ => match number(text) {
            Some(Value::Float(float)) if float.is_infinite() => return None,
            Some(number) => number,
            None => Value::str(text),
        },
    })
}

/// The key that a scalar without quotes is: bools, nulls and ints in the form in which they are printed.
pub(super) fn key(text: &str) -> Cow<'_, str> {
    match value(text) {
        Some(Value::Null) => "null".into(),
        Some(Value::Bool(truth)) => if truth { "true" } else { "false" }.into(),
        Some(Value::Int(int)) => int.to_string().into(),
        _ => text.into(),
    }
}

/// Whether a scalar without quotes would be read as `text`.
pub(super) fn is_string(text: &str) -> bool {
    value(text).is_some_and(|value| value.as_str().is_some())
}

fn number(text: &str) -> Option<Value> {
    if let Some(digits) = text.strip_prefix("0x") {
        return based(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return based(digits, 8);
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return None;
    }
    if unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        if unsigned.len() > 1 && unsigned.starts_with('0') {
            return None;
        }
        if let Ok(int) = text.parse() {
            return Some(Value::Int(int));
        }
    }
    // Digits, a point, an exponent: the words for infinity and the like cannot begin like that.
    text.parse().ok().map(Value::Float)
}

fn based(digits: &str, radix: u32) -> Option<Value> {
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    let int = i64::from_str_radix(digits, radix).ok();
    Some(int.map_or_else(
        || {
            let float = digits.chars().filter_map(|digit| digit.to_digit(radix));
            Value::Float(float.fold(0.0, |sum, digit| sum * f64::from(radix) + f64::from(digit)))
        },
        Value::Int,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruff_runtime::value::source_text;

    #[test]
    fn the_core_schema() {
        let cases = [
            ("0", "0"),
            ("-12", "-12"),
            ("+7", "7"),
            ("0x1F", "31"),
            ("0o17", "15"),
            ("9223372036854775808", "9223372036854776000.0"),
            ("0xFFFFFFFFFFFFFFFF", "18446744073709552000.0"),
            ("1.5", "1.5"),
            (".5", "0.5"),
            ("5.", "5.0"),
            ("1e3", "1000.0"),
            ("-1.5E+2", "-150.0"),
            ("-.inf", "-inf"),
            ("+.INF", "inf"),
            (".nan", "NaN"),
            ("~", "null"),
            ("True", "true"),
        ];
        for (text, expected) in cases {
            assert_eq!(source_text(&value(text).unwrap()), expected, "{text}");
        }
    }

    #[test]
    fn what_stays_a_string() {
        for text in [
            "yes",
            "no",
            "on",
            "off",
            "010",
            "-010",
            "00",
            "2024-01-01",
            "1_000",
            "0x",
            "0xg",
            "0b1",
            "-0x1",
            "inf",
            "nan",
            "infinity",
            "+",
            "-",
            ".",
            "1e",
            "e1",
            "tRUE",
            "-.nan",
            "1 2",
            "0o8",
            "--1",
        ] {
            assert!(is_string(text), "{text}");
        }
    }

    #[test]
    fn what_is_too_large_for_a_float_is_no_value() {
        for text in ["1e400", "-1e400", &"9".repeat(400), &format!("0x{}", "f".repeat(400))] {
            assert!(value(text).is_none(), "{text}");
            assert!(!is_string(text), "{text}");
            assert_eq!(key(text), text);
        }
    }

    #[test]
    fn keys_are_texts() {
        for (text, expected) in
            [("1", "1"), ("0x10", "16"), ("~", "null"), ("TRUE", "true"), ("1.50", "1.50"), ("x", "x")]
        {
            assert_eq!(key(text), expected);
        }
    }
}
