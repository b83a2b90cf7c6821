//! Operators, punctuation, and characters that are neither.

use super::{Lexer, TokenKind};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::work;

impl Lexer<'_> {
    /// Consumes an operator or punctuation mark, the longest that fits; else an invalid character.
    pub(super) fn mark(&mut self, first: u8) -> TokenKind {
        let second = self.byte(1).unwrap_or(0);
        let (kind, length) = match pair(first, second) {
            Some(kind) => match self.byte(2).and_then(|third| triple(kind, third)) {
                Some(kind) => (kind, 3),
                None => (kind, 2),
            },
            None => (single(first), 1),
        };
        if kind == TokenKind::Invalid {
            return self.invalid();
        }
        self.at += length;
        if kind == TokenKind::LBrace
            && let Some(interpolation) = self.interpolations.last_mut()
        {
            interpolation.braces += 1;
        }
        kind
    }

    /// Consumes characters that no token starts with.
    fn invalid(&mut self) -> TokenKind {
        let Some(char) = self.char() else {
            // Unreachable, as positions lie between characters; but the lexer must get on.
            self.at = self.bytes.len() as u32;
            return TokenKind::Invalid;
        };
        let lo = self.at;
        match char {
            '\0' => {
                self.report_null();
                return TokenKind::Invalid;
            }
            '\'' | '`' if self.skip_quoted(char) => {
                self.report_invalid(char, lo);
                return TokenKind::BadLiteral;
            }
            // A name in another script: one mistake, and still a name.
            _ if char.is_alphabetic() => {
                self.skip_word();
                self.report_invalid(char, lo);
                return TokenKind::Ident;
            }
            _ => {}
        }
        // A run of the same character is one mistake.
        while self.char() == Some(char) {
            self.at += char.len_utf8() as u32;
        }
        self.report_invalid(char, lo);
        TokenKind::Invalid
    }

    /// Skips text in foreign quotes if it ends on its line.
    fn skip_quoted(&mut self, quote: char) -> bool {
        let rest = self.source.get(self.at as usize + 1..).unwrap_or("");
        let end = rest.find([quote, '\n', '\r']).unwrap_or(rest.len());
        work::note(end);
        let is_closed = rest.get(end..).is_some_and(|rest| rest.starts_with(quote));
        if is_closed {
            self.at += end as u32 + 2;
        }
        is_closed
    }

    fn report_invalid(&mut self, char: char, lo: u32) {
        let span = Span::new(lo, lo + char.len_utf8() as u32);
        let shown = if char.is_control() || is_invisible(char) {
            char.escape_unicode().to_string()
        } else {
            char.to_string()
        };
        let mut diagnostic =
            Diagnostic::error(Code::InvalidCharacter, format!("Invalid character: '{shown}'"), span);
        if let Some(help) = help(char) {
            diagnostic = diagnostic.with_help(help);
        }
        self.report(diagnostic);
    }
}

/// The mark that a mark of two characters becomes with a third one.
fn triple(pair: TokenKind, third: u8) -> Option<TokenKind> {
    Some(match (pair, third) {
        (TokenKind::DotDot, b'.') => TokenKind::Ellipsis,
        (TokenKind::DotDot, b'=') => TokenKind::DotDotEq,
        (TokenKind::StarStar, b'=') => TokenKind::StarStarEq,
        (TokenKind::Shl, b'=') => TokenKind::ShlEq,
        (TokenKind::Shr, b'=') => TokenKind::ShrEq,
        (TokenKind::QuestionQuestion, b'=') => TokenKind::QuestionQuestionEq,
        _ => return None,
    })
}

fn pair(first: u8, second: u8) -> Option<TokenKind> {
    Some(match (first, second) {
        (b':', b'=') => TokenKind::ColonEq,
        (b':', b':') => TokenKind::ColonColon,
        (b'=', b'=') => TokenKind::EqEq,
        (b'!', b'=') => TokenKind::BangEq,
        (b'<', b'=') => TokenKind::Le,
        (b'>', b'=') => TokenKind::Ge,
        (b'+', b'=') => TokenKind::PlusEq,
        (b'-', b'=') => TokenKind::MinusEq,
        (b'*', b'=') => TokenKind::StarEq,
        (b'/', b'=') => TokenKind::SlashEq,
        (b'%', b'=') => TokenKind::PercentEq,
        (b'&', b'&') => TokenKind::AndAnd,
        (b'|', b'|') => TokenKind::OrOr,
        (b'|', b'>') => TokenKind::PipeGt,
        (b'?', b'?') => TokenKind::QuestionQuestion,
        (b'?', b'.') => TokenKind::QuestionDot,
        (b'-', b'>') => TokenKind::Arrow,
        (b'=', b'>') => TokenKind::FatArrow,
        (b'.', b'.') => TokenKind::DotDot,
        (b'*', b'*') => TokenKind::StarStar,
        (b'<', b'<') => TokenKind::Shl,
        (b'>', b'>') => TokenKind::Shr,
        (b'&', b'=') => TokenKind::AndEq,
        (b'|', b'=') => TokenKind::OrEq,
        (b'^', b'=') => TokenKind::CaretEq,
        _ => return None,
    })
}

fn single(byte: u8) -> TokenKind {
    match byte {
        b'(' => TokenKind::LParen,
        b')' => TokenKind::RParen,
        b'{' => TokenKind::LBrace,
        b'[' => TokenKind::LBracket,
        b']' => TokenKind::RBracket,
        b',' => TokenKind::Comma,
        b';' => TokenKind::Semicolon,
        b':' => TokenKind::Colon,
        b'.' => TokenKind::Dot,
        b'=' => TokenKind::Eq,
        b'<' => TokenKind::Lt,
        b'>' => TokenKind::Gt,
        b'+' => TokenKind::Plus,
        b'-' => TokenKind::Minus,
        b'*' => TokenKind::Star,
        b'/' => TokenKind::Slash,
        b'%' => TokenKind::Percent,
        b'!' => TokenKind::Bang,
        b'?' => TokenKind::Question,
        b'&' => TokenKind::And,
        b'|' => TokenKind::Or,
        b'^' => TokenKind::Caret,
        b'~' => TokenKind::Tilde,
        _ => TokenKind::Invalid,
    }
}

fn is_invisible(char: char) -> bool {
    // Showing these as they are would show nothing.
    char.is_whitespace() || matches!(char, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{feff}')
}

fn help(char: char) -> Option<&'static str> {
    Some(match char {
        '\'' | '`' | '\u{2018}' | '\u{2019}' | '\u{201c}' | '\u{201d}' => {
            "strings are written with double quotes: \"text\""
        }
        '\\' => "a line needs no mark to continue on the next one",
        char if char.is_alphabetic() => "a name starts with a letter from a to z or '_'",
        char if is_invisible(char) => "delete it, or use an ordinary space",
        _ => return None,
    })
}
