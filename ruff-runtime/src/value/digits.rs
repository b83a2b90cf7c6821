//! The decimal text of numbers.

/// The text of an int: at most 20 characters.
pub struct Digits {
    /// Filled from the end.
    bytes: [u8; Digits::MAX],
    start: u8,
}

impl Digits {
    /// The length of the text of the smallest int.
    pub const MAX: usize = 20;

    /// Writes `int` in decimal.
    #[inline]
    pub fn new(int: i64) -> Self {
        let mut bytes = [b'0'; Digits::MAX];
        let mut left = int.unsigned_abs();
        let mut start = Digits::MAX;
        loop {
            start -= 1;
            // A digit.
            bytes[start] = b'0' + (left % 10) as u8;
            left /= 10;
            if left == 0 {
                break;
            }
        }
        if int < 0 {
            start -= 1;
            bytes[start] = b'-';
        }
        // At most 20.
        Digits { bytes, start: start as u8 }
    }

    /// The text.
    #[inline]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.bytes.get(usize::from(self.start)..).unwrap_or_default()).unwrap_or_default()
    }
}

/// Adds the shortest digits that read back as `float`, with a point only if there is a fraction. `false`, and nothing
/// is added, if it has more than a few decimals or is large, which takes a real algorithm.
pub fn push_plain_float(out: &mut String, float: f64) -> bool {
    const LIMIT: f64 = 1e15;
    if float.is_nan() || float.abs() >= LIMIT || (float == 0.0 && float.is_sign_negative()) {
        return false;
    }
    // A whole number below 2^53 divided by a power of ten is rounded as its decimal text would be read. So if the
    // quotient is the float, the text is right; and fewer decimals did not do, so it is the shortest.
    let mut scale = 1.0;
    for decimals in 0..=4 {
        let scaled = (float * scale).round();
        if scaled.abs() < LIMIT && scaled / scale == float {
            push_decimal(out, scaled as i64, decimals);
            return true;
        }
        scale *= 10.0;
    }
    false
}

/// Adds a number of tenths, hundredths, …
fn push_decimal(out: &mut String, number: i64, decimals: usize) {
    let digits = Digits::new(number);
    if decimals == 0 {
        return out.push_str(digits.as_str());
    }
    let (sign, digits) = match digits.as_str().strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", digits.as_str()),
    };
    let padding = "0000".get(..(decimals + 1).saturating_sub(digits.len())).unwrap_or_default();
    let whole = digits.len().saturating_sub(decimals);
    let (whole, fraction) = digits.split_at(whole);
    match padding.split_at_checked(1) {
        Some((zero, padding)) => out.extend([sign, zero, ".", padding, fraction]),
        None => out.extend([sign, whole, ".", fraction]),
    }
}

/// The int whose decimal text is exactly `text`: no plus, no leading zeros, no `-0`.
#[inline]
pub(super) fn exact_int(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    match *bytes.first()? {
        b'0' => (bytes.len() == 1).then_some(0),
        b'1'..=b'9' => parse(bytes, false),
        b'-' if matches!(bytes.get(1), Some(b'1'..=b'9')) => parse(bytes.get(1..)?, true),
        _ => None,
    }
}

fn parse(digits: &[u8], is_negative: bool) -> Option<i64> {
    if digits.len() >= Digits::MAX {
        return None;
    }
    let mut number: u64 = 0;
    for digit in digits {
        let digit = digit.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        // 19 digits stay below 2^64.
        number = number * 10 + u64::from(digit);
    }
    if is_negative { 0_i64.checked_sub_unsigned(number) } else { i64::try_from(number).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_ints() {
        for int in [0, 7, -7, 10, 99, 100, 1234567890123, i64::MAX, i64::MIN] {
            assert_eq!(Digits::new(int).as_str(), int.to_string());
            assert_eq!(exact_int(&int.to_string()), Some(int));
        }
    }

    #[test]
    fn plain_floats_look_like_all_others() {
        let mut random: u64 = 1;
        for decimals in 0..7 {
            for _ in 0..2000 {
                random =
                    random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let whole = (random >> (random & 63)).cast_signed() as f64;
                for float in [whole, -whole, random as f64].map(|float| float / 10_f64.powi(decimals)) {
                    let mut out = String::new();
                    if push_plain_float(&mut out, float) {
                        assert_eq!(out, float.to_string());
                    }
                }
            }
        }
        for (float, text) in
            [(0.05, "0.05"), (-0.001, "-0.001"), (0.0001, "0.0001"), (12.5, "12.5"), (0.0, "0")]
        {
            let mut out = String::new();
            assert!(push_plain_float(&mut out, float));
            assert_eq!(out, text);
        }
        assert!(!push_plain_float(&mut String::new(), 0.1 + 0.2));
        assert!(!push_plain_float(&mut String::new(), -0.0));
        assert!(!push_plain_float(&mut String::new(), f64::INFINITY));
    }

    #[test]
    fn only_the_very_text_of_an_int_is_one() {
        for text in
            ["", "-", "+1", "01", "-0", "-01", "1 ", "1a", "a", "9223372036854775808", "-9223372036854775809"]
        {
            assert_eq!(exact_int(text), None, "{text}");
        }
        assert_eq!(exact_int("99999999999999999999999"), None);
    }
}
