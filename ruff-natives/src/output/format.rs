//! `format`: values in a template.

use ruff_runtime::native;
use ruff_runtime::native::{Cx, NativeResult, Rest};
use ruff_runtime::value::{text, write_text};
use ruff_runtime::{Value, VmError};
use ruff_syntax::Code;

/// Replaces the placeholders of `template` by `values`, from left to right.
///
/// `%s` stands for any value, `%d` for a number without its fraction (or a bool as 1 or 0), `%f` for a number, `%%`
/// for a percent sign; any other `%` stays. Between `%` and the letter may stand flags (`-` left, `+` sign, `0` fill
/// with zeros), a width, and after a point a precision: digits of `%f`, characters of `%s`. Surplus values are
/// ignored.
///
/// Fails with `format() missing argument for placeholder %{letter}` if there are fewer values than placeholders.
/// Fails with `format() %{letter} requires numeric argument, got {type}` for `%d` or `%f` with a value of another
/// kind. Fails with `format() result exceeds maximum size of 268435456 bytes` if the text would be longer.
///
/// ```ruff
/// format("%s has %d items (%d%%)", "cart", 3, 40)    # => "cart has 3 items (40%)"
/// format("[%6.2f] [%-4s] [%03d]", 3.14159, "ab", 7)   # => "[  3.14] [ab  ] [007]"
/// ```
#[native(family = "output", method, pure)]
fn format(cx: &mut Cx<'_>, template: &str, values: Rest<'_>) -> NativeResult<String> {
    let mut out = String::with_capacity(template.len() + 16);
    let mut values = values.iter();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        if let Some(after) = after.strip_prefix('%') {
            out.push('%');
            rest = after;
            continue;
        }
        match Placeholder::read(after) {
            Some((placeholder, after)) => {
                let letter = placeholder.letter;
                let missing = || {
                    cx.fail(
                        Code::ArgumentValue,
                        format!("{}() missing argument for placeholder %{letter}", cx.name()),
                    )
                };
                placeholder.write(cx, &mut out, values.next().ok_or_else(missing)?)?;
                cx.check_size(out.len())?;
                rest = after;
            }
            None => {
                out.push('%');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    Ok(out)
}

/// What stands behind a `%`.
struct Placeholder {
    left: bool,
    plus: bool,
    zeros: bool,
    width: usize,
    precision: Option<usize>,
    letter: char,
}

impl Placeholder {
    /// Reads a whole placeholder at the start of `text`, without its `%`, and what follows it.
    fn read(text: &str) -> Option<(Placeholder, &str)> {
        let flags = text.find(|char| !matches!(char, '-' | '+' | '0')).unwrap_or(text.len());
        let (flags, rest) = text.split_at(flags);
        let (width, rest) = number(rest)?;
        let (precision, rest) = match rest.strip_prefix('.') {
            Some(rest) => {
                let (precision, rest) = number(rest)?;
                (Some(precision.unwrap_or(0)), rest)
            }
            None => (None, rest),
        };
        let letter = rest.chars().next().filter(|letter| matches!(letter, 's' | 'd' | 'f'))?;
        let placeholder = Placeholder {
            left: flags.contains('-'),
            plus: flags.contains('+'),
            zeros: flags.contains('0'),
            width: width.unwrap_or(0),
            precision,
            letter,
        };
        Some((placeholder, rest.get(1..)?))
    }

    fn write(&self, cx: &Cx<'_>, out: &mut String, value: &Value) -> NativeResult<()> {
        cx.check_bytes(out.len().saturating_add(self.width).saturating_add(self.precision.unwrap_or(0)))?;
        let mut text = match self.letter {
            's' => self.text(value),
            'd' => whole(value).ok_or_else(|| self.not_a_number(cx, value))?,
            _ => self.float(value).ok_or_else(|| self.not_a_number(cx, value))?,
        };
        let is_number = self.letter != 's';
        if is_number && self.plus && !text.starts_with('-') {
            text.insert(0, '+');
        }
        let missing = self.width.saturating_sub(text.chars().count());
        if self.left {
            out.push_str(&text);
            out.extend(std::iter::repeat_n(' ', missing));
        } else if self.zeros && is_number {
            let (sign, digits) = text.split_at(usize::from(text.starts_with(['-', '+'])));
            out.push_str(sign);
            out.extend(std::iter::repeat_n('0', missing));
            out.push_str(digits);
        } else {
            out.extend(std::iter::repeat_n(' ', missing));
            out.push_str(&text);
        }
        Ok(())
    }

    fn text(&self, value: &Value) -> String {
        let text = text(value);
        match self.precision {
            Some(precision) => text.chars().take(precision).collect(),
            None => text,
        }
    }

    fn float(&self, value: &Value) -> Option<String> {
        let float = match value {
            Value::Int(int) => *int as f64,
            Value::Float(float) => *float,
            _ => return None,
        };
        match (self.precision, value) {
            (Some(precision), _) => Some(fixed(float, precision)),
            (None, value) => {
                let mut text = String::new();
                write_text(&mut text, value);
                Some(text)
            }
        }
    }

    #[cold]
    fn not_a_number(&self, cx: &Cx<'_>, value: &Value) -> VmError {
        let got = value.type_name();
        let message = format!("{}() %{} requires numeric argument, got {got}", cx.name(), self.letter);
        cx.fail(Code::ArgumentType, message)
    }
}

/// `float` with that many digits behind the point.
fn fixed(float: f64, precision: usize) -> String {
    /// The smallest float has so many; all behind them are zeros, and formatting knows no more than 65,535 digits.
    const DIGITS: usize = 1074;
    let digits = precision.min(DIGITS);
    let mut text = format!("{float:.digits$}");
    if float.is_finite() {
        text.extend(std::iter::repeat_n('0', precision - digits));
    }
    text
}

/// The digits at the start of `text`, if there are any, and what follows them; `None` if the number is absurd.
fn number(text: &str) -> Option<(Option<usize>, &str)> {
    let end = text.find(|char: char| !char.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    if digits.is_empty() { Some((None, rest)) } else { Some((Some(digits.parse().ok()?), rest)) }
}

/// A number without its fraction.
fn whole(value: &Value) -> Option<String> {
    match value {
        Value::Int(int) => Some(int.to_string()),
        Value::Bool(truth) => Some(i64::from(*truth).to_string()),
        // `+ 0.0` takes the sign off a zero.
        Value::Float(float) => Some(format!("{}", float.trunc() + 0.0)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{call, message};

    fn formatted(template: &str, values: &[Value]) -> String {
        let args = [&[Value::str(template)], values].concat();
        text(&call(&FORMAT, args).unwrap())
    }

    #[test]
    fn placeholders() {
        let float = Value::Float(-3.75);
        assert_eq!(formatted("%s %d %f", &[Value::str("a"), float.clone(), Value::Int(3)]), "a -3 3");
        assert_eq!(formatted("%d%d", &[Value::Bool(true), Value::Float(-0.5)]), "10");
        assert_eq!(
            formatted("%5d|%-5d|%05d|%+d", &[Value::Int(-7), Value::Int(7), Value::Int(-7), Value::Int(7)]),
            "   -7|7    |-0007|+7"
        );
        assert_eq!(
            formatted("%.2f %06.1f %.0f", &[float.clone(), float, Value::Float(2.5)]),
            "-3.75 -003.8 2"
        );
        assert_eq!(
            formatted(
                "%8s|%-8s|%.2s|%03s",
                &[Value::str("äb"), Value::str("äb"), Value::str("äbc"), Value::str("x")]
            ),
            "      äb|äb      |äb|  x"
        );
    }

    #[test]
    fn any_number_of_digits() {
        let text = formatted("%.70000f", &[Value::Float(-0.5)]);
        assert_eq!((text.len(), text.trim_end_matches('0')), (70_003, "-0.5"));
        assert_eq!(formatted("%.70000f", &[Value::Float(f64::INFINITY)]), "inf");
        assert!(formatted("%.1075f", &[Value::Float(5e-324)]).ends_with("50"));
    }

    #[test]
    fn what_is_no_placeholder_stays() {
        assert_eq!(formatted("100% done, 5%", &[]), "100% done, 5%");
        assert_eq!(formatted("{} %x %% %5", &[Value::Int(1)]), "{} %x % %5");
    }

    #[test]
    fn failures() {
        let fail = |template: &str, values: &[Value]| {
            message(call(&FORMAT, [&[Value::str(template)], values].concat()))
        };
        assert_eq!(fail("%s %d", &[Value::Int(1)]), "format() missing argument for placeholder %d");
        assert_eq!(fail("%d", &[Value::str("x")]), "format() %d requires numeric argument, got string");
        assert_eq!(
            fail("%999999999d", &[Value::Int(1)]),
            "format() result exceeds maximum size of 268435456 bytes"
        );
    }
}
