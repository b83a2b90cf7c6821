//! Numeric literals.

use super::{Lexer, TokenKind};
use crate::diagnostic::{Code, Diagnostic};
use crate::limits;
use crate::source::Span;

impl Lexer<'_> {
    /// Consumes a number, with the letters that may be glued to it.
    pub(super) fn number(&mut self) -> TokenKind {
        let lo = self.at;
        self.skip_digits();
        let mut kind = TokenKind::Int;
        if self.byte(0) == Some(b'.') && self.byte(1).is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
            self.skip_digits();
            kind = TokenKind::Float;
        }
        let digits_end = self.at;
        self.skip_word();
        let text = self.text(lo);
        let mistake = if text.len() > limits::NUMBER_CHARS && text.chars().count() > limits::NUMBER_CHARS {
            let message =
                format!("Numeric literal exceeds max length of {} characters", limits::NUMBER_CHARS);
            Some((Code::NumberTooLong, message))
        } else if self.at > digits_end {
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
        }
        self.report(diagnostic);
        TokenKind::BadLiteral
    }

    fn skip_digits(&mut self) {
        while self.byte(0).is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
    }
}

fn overflows(kind: TokenKind, text: &str) -> bool {
    match kind {
        // Eighteen digits always fit.
        TokenKind::Int => text.len() > 18 && text.parse::<i64>().is_err(),
        _ => text.len() > 300 && text.parse::<f64>().is_ok_and(f64::is_infinite),
    }
}
