//! Where the parser stands among the tokens, and the delimiters it has open.

use super::Parser;
use crate::lexer::{Token, TokenKind};
use crate::source::Span;
use crate::work;

/// A delimiter that waits for its closer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Opened {
    pub(super) kind: TokenKind,
    pub(super) span: Span,
}

impl<'s> Parser<'s> {
    /// Makes the token at `index`, or the first proper one after it, the current one.
    pub(super) fn go_to(&mut self, index: usize) {
        self.at = self.skip_invalid(index);
        if let Some(&token) = self.tokens.get(self.at) {
            self.token = token;
        }
    }

    /// Consumes the current token, unless it is the end.
    pub(super) fn bump(&mut self) {
        if self.token.kind != TokenKind::Eof {
            self.end = self.token.span.hi;
            self.go_to(self.at + 1);
        }
    }

    /// Whether the current token is of that kind.
    pub(super) fn at(&self, kind: TokenKind) -> bool {
        self.token.kind == kind
    }

    /// Whether the current token is of that kind and on the line of the one before.
    pub(super) fn at_same_line(&self, kind: TokenKind) -> bool {
        self.token.kind == kind && !self.token.newline_before
    }

    /// Whether the current token is a name with that text.
    pub(super) fn at_word(&self, text: &str) -> bool {
        self.token.kind == TokenKind::Ident && self.text() == text
    }

    /// Consumes the current token if it is of that kind.
    pub(super) fn eat(&mut self, kind: TokenKind) -> bool {
        let is_here = self.at(kind);
        if is_here {
            self.bump();
        }
        is_here
    }

    /// Consumes the first `length` bytes of the marks that the current token is made of: `>` of `>=`, leaving `rest`.
    pub(super) fn split(&mut self, length: u32, rest: TokenKind) {
        self.end = self.token.span.lo + length;
        self.token =
            Token { span: Span::new(self.end, self.token.span.hi), kind: rest, newline_before: false };
    }

    /// The token `ahead` of the current one, which was not split.
    pub(super) fn peek(&self, ahead: usize) -> Token {
        let mut index = self.at;
        for _ in 0..ahead {
            index = self.skip_invalid(index + 1);
        }
        self.tokens.get(index).copied().unwrap_or(self.token)
    }

    /// The text of the current token.
    pub(super) fn text(&self) -> &'s str {
        self.text_of(self.token.span)
    }

    pub(super) fn text_of(&self, span: Span) -> &'s str {
        self.source.get(span.lo as usize..span.hi as usize).unwrap_or("")
    }

    /// Consumes the current token, an opening delimiter.
    pub(super) fn open(&mut self) {
        self.open.push(Opened { kind: self.token.kind, span: self.token.span });
        self.bump();
    }

    /// Consumes the closer of the delimiter opened last, or fails; `context` is like `to close if block`.
    pub(super) fn close(&mut self, closer: TokenKind, context: &str) {
        if !self.eat_closer(closer) {
            self.fail_unclosed(closer, context, false);
        }
    }

    /// The same for delimiters around a list with commas.
    pub(super) fn close_list(&mut self, closer: TokenKind, context: &str) {
        if !self.eat_closer(closer) {
            self.fail_unclosed(closer, context, true);
        }
    }

    /// Consumes the closer of the delimiter opened last if it is here.
    pub(super) fn eat_closer(&mut self, closer: TokenKind) -> bool {
        let is_here = self.eat(closer);
        if is_here {
            self.open.pop();
        }
        is_here
    }

    /// The index of the first token from `index` on that means something.
    pub(super) fn skip_invalid(&self, mut index: usize) -> usize {
        work::note(1);
        while self.tokens.get(index).is_some_and(|token| token.kind == TokenKind::Invalid) {
            work::note(1);
            index += 1;
        }
        index
    }
}
