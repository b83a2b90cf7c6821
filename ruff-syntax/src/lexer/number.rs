//! Numeric literals: how far they go, and what they mean.

use std::borrow::Cow;

use super::{Lexer, TokenKind};
use crate::diagnostic::{Code, Diagnostic};
use crate::limits;
use crate::source::Span;

impl Lexer<'_> {
    /// Consumes a number, with the letters that may be glued to it.
    pub(super) fn number(&mut self) -> TokenKind {
        let lo = self.at;
        let radix = self.byte(1).and_then(radix).filter(|_| self.byte(0) == Some(b'0'));
        let (kind, is_complete) = match radix {
            Some(radix) => {
                self.at += 2;
                (TokenKind::Int, self.skip_digits(radix))
            }
            None => self.decimal(),
        };
        let digits_end = self.at;
        self.skip_word();
        let text = self.text(lo);
        let mistake = if text.len() > limits::NUMBER_CHARS && text.chars().count() > limits::NUMBER_CHARS {
            let message =
                format!("Numeric literal exceeds max length of {} characters", limits::NUMBER_CHARS);
            Some((Code::NumberTooLong, message))
        } else if !is_complete || self.at > digits_end {
            Some((Code::MalformedNumber, format!("Malformed numeric literal: {text}")))
        } else if overflows(kind, text) {
            Some((Code::NumberOverflow, format!("Numeric literal overflow: {text}")))
        } else {
            None
        };
        let Some((code, message)) = mistake else { return kind };
        let mut diagnostic = Diagnostic::error(code, message, Span::new(lo, self.at));
        if code == Code::NumberOverflow && kind == TokenKind::Int {
            diagnostic = diagnostic.with_help(format!("the largest int is {}", i64::MAX));
        } else if code == Code::MalformedNumber
            && let Some(help) = help(text)
        {
            diagnostic = diagnostic.with_help(help);
        }
        self.report(diagnostic);
        TokenKind::BadLiteral
    }

    /// Consumes a decimal number; answers whether every part of it has digits.
    fn decimal(&mut self) -> (TokenKind, bool) {
        let mut kind = TokenKind::Int;
        let mut is_complete = self.skip_digits(10);
        if self.byte(0) == Some(b'.') && self.byte(1).is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
            is_complete &= self.skip_digits(10);
            kind = TokenKind::Float;
        }
        if matches!(self.byte(0), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.byte(0), Some(b'+' | b'-')) {
                self.at += 1;
            }
            is_complete &= self.skip_digits(10);
            kind = TokenKind::Float;
        }
        (kind, is_complete)
    }

    /// Consumes digits and `_`; answers whether there was a digit, and one on either side of every `_`.
    fn skip_digits(&mut self, radix: u32) -> bool {
        let (mut is_after_digit, mut is_well_formed) = (false, true);
        while let Some(byte) = self.byte(0) {
            if char::from(byte).is_digit(radix) {
                is_after_digit = true;
            } else if byte == b'_' {
                is_well_formed &= is_after_digit;
                is_after_digit = false;
            } else {
                break;
            }
            self.at += 1;
        }
        is_well_formed && is_after_digit
    }
}

/// The base of a literal that begins with `0` and this byte.
fn radix(letter: u8) -> Option<u32> {
    match letter {
        b'x' => Some(16),
        b'o' => Some(8),
        b'b' => Some(2),
        _ => None,
    }
}

fn overflows(kind: TokenKind, text: &str) -> bool {
    match kind {
        // Fifteen hexadecimal digits and eighteen decimal ones always fit.
        TokenKind::Int => text.len() > 17 && int_value(text).is_none(),
        _ => (text.len() > 300 || text.contains(['e', 'E'])) && float_value(text).is_infinite(),
    }
}

fn help(text: &str) -> Option<&'static str> {
    match text.as_bytes() {
        [b'0', b'X' | b'O' | b'B', ..] => Some("the prefixes are 0x, 0o and 0b"),
        _ if text.contains('_') => Some("'_' stands between two digits: 1_000"),
        _ => None,
    }
}

/// The value of an int literal, if it is one that fits.
pub(crate) fn int_value(text: &str) -> Option<i64> {
    let text = without_separators(text);
    let radix = text.as_bytes().get(1).copied().and_then(radix);
    match radix {
        Some(radix) => i64::from_str_radix(text.get(2..)?, radix).ok(),
        None => text.parse().ok(),
    }
}

/// The value of a float literal.
pub(crate) fn float_value(text: &str) -> f64 {
    without_separators(text).parse().unwrap_or(f64::MAX)
}

fn without_separators(text: &str) -> Cow<'_, str> {
    if text.contains('_') { Cow::Owned(text.replace('_', "")) } else { Cow::Borrowed(text) }
}
