//! Text to tokens.
//!
//! Start at [`lex`]. Tokens remember where they stand and nothing else; with the blanks and comments between them
//! ([`trivia()`]) they tile the source exactly. A mistake becomes a diagnostic and the lexer goes on, so that all
//! lexical mistakes of a file are reported. An interpolated string is several tokens, [`TokenKind::StrHead`] to
//! [`TokenKind::StrTail`], with the tokens of its expressions in between.

mod dump;
mod mark;
mod number;
mod string;
mod text;
mod token;
mod trivia;

pub use dump::dump;
pub(crate) use number::{float_value, int_value};
pub(crate) use text::value as text_value;
pub use token::{Token, TokenKind};
pub use trivia::{Trivia, TriviaKind, trivia};

use std::collections::HashMap;

use crate::diagnostic::{Code, Diagnostic};
use crate::limits;
use crate::source::Span;
use crate::work;
use string::Literal;
use token::word_kind;

/// What the lexer made of a source text.
#[derive(Debug)]
pub struct Lexed {
    /// The tokens, [`TokenKind::Eof`] last.
    pub tokens: Vec<Token>,
    /// The mistakes, at most [`limits::DIAGNOSTICS`], ascending by position.
    pub diagnostics: Vec<Diagnostic>,
    /// How many more mistakes there are.
    pub omitted: usize,
    /// Where the indentation of a string of several lines stands, that of its closing quotes, by where the string does.
    pub(crate) indents: HashMap<u32, Span>,
}

/// Cuts a source text into tokens. Cost: linear in its length.
///
/// `source` is shorter than 4 GiB; what lies behind is ignored.
pub fn lex(source: &str) -> Lexed {
    let mut lexer = Lexer::new(source);
    lexer.run();
    let Lexer { tokens, diagnostics, omitted, indents, .. } = lexer;
    Lexed { tokens, diagnostics, omitted, indents }
}

/// A `${` that waits for its `}`.
struct Interpolation {
    /// The string around it.
    literal: Literal,
    /// Where its `${` stands.
    opening: Span,
    /// How many `{` inside it are open.
    braces: u32,
}

struct Lexer<'s> {
    source: &'s str,
    bytes: &'s [u8],
    at: u32,
    tokens: Vec<Token>,
    /// The interpolations around us, the innermost last.
    interpolations: Vec<Interpolation>,
    /// How many of them were given up at the current token.
    given_up: usize,
    /// Where the lines of strings of several lines start that are underway, those of the innermost string last.
    lines: Vec<u32>,
    indents: HashMap<u32, Span>,
    diagnostics: Vec<Diagnostic>,
    omitted: usize,
}

impl<'s> Lexer<'s> {
    fn new(source: &'s str) -> Self {
        let bytes = source.as_bytes();
        let bytes = bytes.get(..u32::MAX as usize).unwrap_or(bytes);
        Lexer {
            source,
            bytes,
            at: 0,
            // Ordinary programs have a token every four to five bytes, blanks included.
            tokens: Vec::with_capacity(bytes.len() / 4 + 1),
            interpolations: Vec::new(),
            given_up: 0,
            lines: Vec::new(),
            indents: HashMap::new(),
            diagnostics: Vec::new(),
            omitted: 0,
        }
    }

    fn run(&mut self) {
        if self.source.starts_with('\u{feff}') {
            self.at = 3;
        }
        loop {
            let newline_before = self.skip_trivia();
            let lo = self.at;
            let kind = self.token();
            let token = Token { kind, newline_before, span: Span::new(lo, self.at) };
            if kind == TokenKind::Eof {
                self.close_given_up();
                return self.tokens.push(token);
            }
            self.tokens.push(token);
            self.close_given_up();
        }
    }

    /// Gives up the interpolations around us after a mistake.
    fn give_up_interpolations(&mut self) {
        self.given_up += self.interpolations.len();
        self.interpolations.clear();
    }

    /// Every string has an end, an empty one if need be, so that nobody who looks for it has to look far.
    fn close_given_up(&mut self) {
        let end = self.tokens.last().map_or(0, |token| token.span.hi);
        for _ in 0..std::mem::take(&mut self.given_up) {
            let span = Span::new(end, end);
            self.tokens.push(Token { kind: TokenKind::StrTail, newline_before: false, span });
        }
    }

    /// Consumes the next token, which starts right here.
    fn token(&mut self) -> TokenKind {
        let Some(byte) = self.byte(0) else { return self.end() };
        match byte {
            b'r' if self.byte(1) == Some(b'"') => self.string(),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.word(),
            b'0'..=b'9' => self.number(),
            b'"' => self.string(),
            b'}' => self.closing_brace(),
            _ => self.mark(byte),
        }
    }

    fn end(&mut self) -> TokenKind {
        // The innermost one is where the mistake is; those around it are its victims.
        self.report_interpolation();
        TokenKind::Eof
    }

    fn closing_brace(&mut self) -> TokenKind {
        match self.interpolations.last_mut() {
            Some(interpolation) if interpolation.braces == 0 => self.string_after_interpolation(),
            Some(interpolation) => {
                interpolation.braces -= 1;
                self.at += 1;
                TokenKind::RBrace
            }
            None => {
                self.at += 1;
                TokenKind::RBrace
            }
        }
    }

    fn word(&mut self) -> TokenKind {
        let lo = self.at;
        self.skip_word();
        let text = self.text(lo);
        // Counting characters is only worth it when there may be too many.
        if text.len() > limits::IDENTIFIER_CHARS && text.chars().count() > limits::IDENTIFIER_CHARS {
            let message = format!("Identifier exceeds max length of {} characters", limits::IDENTIFIER_CHARS);
            self.report(Diagnostic::error(Code::IdentifierTooLong, message, Span::new(lo, self.at)));
        }
        word_kind(text)
    }

    /// Skips letters, digits and `_`, of any script.
    fn skip_word(&mut self) {
        while let Some(byte) = self.byte(0) {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => self.at += 1,
                0..=0x7f => return,
                _ => match self.char() {
                    Some(char) if char.is_alphanumeric() => self.at += char.len_utf8() as u32,
                    _ => return,
                },
            }
        }
    }

    /// The byte `ahead` of the current one.
    fn byte(&self, ahead: u32) -> Option<u8> {
        work::note(1);
        self.bytes.get((self.at + ahead) as usize).copied()
    }

    /// The character that starts here.
    fn char(&self) -> Option<char> {
        self.source.get(self.at as usize..)?.chars().next()
    }

    /// The text from `lo` to here.
    fn text(&self, lo: u32) -> &'s str {
        self.source.get(lo as usize..self.at as usize).unwrap_or("")
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        if self.diagnostics.len() < limits::DIAGNOSTICS {
            self.diagnostics.push(diagnostic);
        } else {
            self.omitted += 1;
        }
    }

    /// Reports the null byte here and steps over it.
    fn report_null(&mut self) {
        let span = Span::new(self.at, self.at + 1);
        self.at += 1;
        self.report(Diagnostic::error(Code::NullByte, "Null byte is not allowed in source", span));
    }
}

#[cfg(test)]
mod tests;
