//! Diagnostics of the parser: one mistake, one diagnostic.

use super::Parser;
use crate::diagnostic::{Code, Diagnostic};
use crate::lexer::{Token, TokenKind};
use crate::limits;
use crate::source::Span;

/// The diagnostics found so far.
pub(super) struct Mistakes {
    lexical: Vec<Diagnostic>,
    syntactic: Vec<Diagnostic>,
    omitted: usize,
    /// Where the last one was reported.
    last: Option<u32>,
}

impl Mistakes {
    /// Those of the lexer, of which `omitted` were left out.
    pub(super) fn new(lexical: Vec<Diagnostic>, omitted: usize) -> Self {
        Mistakes { lexical, syntactic: Vec::new(), omitted, last: None }
    }

    /// All of them in order, and the number of those left out.
    pub(super) fn finish(self) -> (Vec<Diagnostic>, usize) {
        let mut all = self.lexical;
        all.extend(self.syntactic);
        all.sort_by_key(|diagnostic| (diagnostic.primary.span.lo, diagnostic.code));
        let omitted = self.omitted + all.len().saturating_sub(limits::DIAGNOSTICS);
        all.truncate(limits::DIAGNOSTICS);
        (all, omitted)
    }

    /// Whether the lexer found a mistake between `lo` and `hi`; the end counts.
    fn is_lexical(&self, lo: u32, hi: u32) -> bool {
        let first = self.lexical.partition_point(|diagnostic| diagnostic.primary.span.lo < lo);
        match self.lexical.get(first) {
            Some(diagnostic) => diagnostic.primary.span.lo <= hi,
            // What comes after so many mistakes would not be shown anyway.
            None => self.lexical.len() == limits::DIAGNOSTICS,
        }
    }

    fn push(&mut self, diagnostic: Diagnostic) {
        self.last = Some(diagnostic.primary.span.lo);
        if self.syntactic.len() < limits::DIAGNOSTICS {
            self.syntactic.push(diagnostic);
        } else {
            self.omitted += 1;
        }
    }
}

impl Parser<'_> {
    /// Reports a mistake, unless it follows from another one: of the same statement, at the same token, or found by
    /// the lexer between the beginning of the statement and here.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        let span = diagnostic.primary.span;
        if !self.quiet
            && self.mistakes.last != Some(span.lo)
            && !self.mistakes.is_lexical(self.region.min(span.lo), span.hi)
        {
            self.mistakes.push(diagnostic);
        }
        self.quiet = true;
    }

    /// Reports a mistake at the current token and lets the source end here until somebody takes over.
    pub(super) fn fail(&mut self, diagnostic: Diagnostic) {
        if !self.failed {
            self.report(diagnostic);
            self.failed = true;
            let end = Span::new(self.end, self.end);
            self.token = Token { span: end, kind: TokenKind::Eof, newline_before: true };
        }
    }

    /// Fails at the current token.
    pub(super) fn fail_here(&mut self, code: Code, message: impl Into<String>) {
        let diagnostic = Diagnostic::error(code, message, self.token.span);
        self.fail(diagnostic);
    }

    /// Fails because the current token is not `expected`, something quoted or described.
    pub(super) fn fail_expected(&mut self, expected: &str, context: &str) {
        if !self.failed {
            let message = format!("Expected {expected} {context} but found {}", self.found());
            let diagnostic = Diagnostic::error(Code::ExpectedToken, message, self.token.span)
                .labelled(format!("expected {expected} here"));
            self.fail(diagnostic);
        }
    }

    /// Fails because the current token is no name; `message` says which name is missing.
    pub(super) fn fail_name(&mut self, message: &str) {
        let mut diagnostic = Diagnostic::error(Code::ExpectedName, message, self.token.span);
        if self.token.kind.is_reserved() {
            let help = format!("{} is a reserved word; choose another name", self.found());
            diagnostic = diagnostic.with_help(help);
        }
        self.fail(diagnostic);
    }

    /// Fails because the delimiter opened last is not closed here; `in_list` when a comma could stand here too.
    pub(super) fn fail_unclosed(&mut self, closer: TokenKind, context: &str, in_list: bool) {
        if self.failed {
            return;
        }
        let closer_text = closer.fixed_text().unwrap_or("");
        let message = format!("Expected '{closer_text}' {context} but found {}", self.found());
        let mut diagnostic = Diagnostic::error(Code::UnclosedDelimiter, message, self.token.span)
            .labelled(format!("expected '{closer_text}' here"));
        if let Some(opened) = self.open.last() {
            diagnostic = diagnostic.with_label(opened.span, "opened here");
        }
        let is_operand = self.token.kind.starts_expression() && !self.token.newline_before;
        let help = if in_list && is_operand {
            format!("write ',' before {}", self.found())
        } else if closer == TokenKind::RBrace && !in_list {
            "add the missing '}'".to_owned()
        } else {
            format!("add '{closer_text}' after {}", self.last_text())
        };
        self.fail(diagnostic.with_help(help));
    }

    /// The text of the last consumed token.
    fn last_text(&self) -> &str {
        let before = self.tokens.get(..self.at).unwrap_or(&[]);
        let last = before.iter().rev().find(|token| token.kind != TokenKind::Invalid);
        last.map_or("", |token| self.text_of(token.span))
    }

    /// Consumes a token of that kind or fails.
    pub(super) fn expect(&mut self, kind: TokenKind, context: &str) {
        if !self.eat(kind) && !self.failed {
            let text = kind.fixed_text().unwrap_or("");
            self.fail_expected(&format!("'{text}'"), context);
        }
    }

    /// Reports a closing delimiter that nothing opened.
    pub(super) fn report_unmatched(&mut self, closer: TokenKind, span: Span) {
        let (name, text) = match closer {
            TokenKind::RBrace => ("brace", "}"),
            TokenKind::RParen => ("parenthesis", ")"),
            _ => ("bracket", "]"),
        };
        let message = format!("Unmatched closing {name} '{text}'");
        self.report(Diagnostic::error(Code::UnmatchedCloser, message, span).labelled("nothing open to close"));
    }

    /// What the current token is called in messages.
    pub(super) fn found(&self) -> String {
        if self.token.kind == TokenKind::Eof { "end of input".to_owned() } else { quoted(self.text()) }
    }
}

/// Source text in quotes, shortened when it is long.
fn quoted(text: &str) -> String {
    const SHOWN: usize = 40;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("'{}…'", text.get(..end).unwrap_or("")),
        None => format!("'{text}'"),
    }
}
