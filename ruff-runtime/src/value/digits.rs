//! The decimal text of ints, without an allocation.

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
    fn only_the_very_text_of_an_int_is_one() {
        for text in
            ["", "-", "+1", "01", "-0", "-01", "1 ", "1a", "a", "9223372036854775808", "-9223372036854775809"]
        {
            assert_eq!(exact_int(text), None, "{text}");
        }
        assert_eq!(exact_int("99999999999999999999999"), None);
    }
}
