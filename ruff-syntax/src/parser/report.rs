//! Diagnostics of the parser: one mistake, one diagnostic.

use super::Parser;
use crate::diagnostic::{Code, Diagnostic};
use crate::lexer::{Token, TokenKind};
use crate::limits;
use crate::source::Span;
use crate::work;

/// The diagnostics found so far.
pub(super) struct Mistakes {
    lexical: Vec<Diagnostic>,
    /// Where the line of each of them starts.
    lexical_lines: Vec<u32>,
    syntactic: Vec<Diagnostic>,
    omitted: usize,
    /// Where the last one was reported.
    last: Option<u32>,
    /// There was a closing brace that nothing opened; only the first one is worth looking into.
    has_unmatched_brace: bool,
}

impl Mistakes {
    /// Those of the lexer, of which `omitted` were left out.
    pub(super) fn new(source: &str, lexical: Vec<Diagnostic>, omitted: usize) -> Self {
        Mistakes {
            lexical_lines: line_starts(source, &lexical),
            lexical,
            syntactic: Vec::new(),
            omitted,
            last: None,
            has_unmatched_brace: false,
        }
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

    /// Whether the lexer found a mistake between `lo` and the end of the line that `hi` is on.
    fn is_lexical(&self, lo: u32, hi: u32) -> bool {
        let first = self.lexical.partition_point(|diagnostic| diagnostic.primary.span.lo < lo);
        // What comes after so many mistakes would not be shown anyway.
        self.lexical_lines.get(first).map_or(self.lexical.len() == limits::DIAGNOSTICS, |&line| line <= hi)
    }

    fn is_full(&self) -> bool {
        self.syntactic.len() >= limits::DIAGNOSTICS
    }

    /// Whether the last mistake was found at `lo`.
    pub(super) fn was_at(&self, lo: u32) -> bool {
        self.last == Some(lo)
    }

    fn push(&mut self, diagnostic: Diagnostic) {
        self.last = Some(diagnostic.primary.span.lo);
        if self.is_full() {
            self.omitted += 1;
        } else {
            self.syntactic.push(diagnostic);
        }
    }
}

impl Parser<'_> {
    /// Reports a mistake, unless it follows from another one: of the same statement, at the same token, or found by
    /// the lexer between the beginning of the statement and here.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        let span = diagnostic.primary.span;
        let is_lexical = || self.mistakes.is_lexical(self.region.min(span.lo), span.hi);
        // When there are too many, telling consequences apart is no longer worth the time.
        let is_consequence =
            self.quiet || self.mistakes.was_at(span.lo) || (!self.mistakes.is_full() && is_lexical());
        if is_consequence {
            self.mistakes.last = Some(span.lo);
        } else {
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

    /// An error at the current token.
    pub(super) fn error_here(&self, code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, message, self.here())
    }

    /// Where a mistake at the current token is shown.
    fn here(&self) -> Span {
        let span = self.token.span;
        match self.token.kind {
            // After the last token, not on an empty line further down.
            TokenKind::Eof => Span::new(self.end, self.end),
            // The brace that ends the interpolation, not the text after it.
            TokenKind::StrMiddle | TokenKind::StrTail => Span::new(span.lo, span.hi.min(span.lo + 1)),
            _ => span,
        }
    }

    /// Fails at the current token.
    pub(super) fn fail_here(&mut self, code: Code, message: impl Into<String>) {
        let diagnostic = self.error_here(code, message);
        self.fail(diagnostic);
    }

    /// Fails because the current token is not `expected`, something quoted or described.
    pub(super) fn fail_expected(&mut self, expected: &str, context: &str) {
        if self.failed {
            return;
        }
        let message = format!("Expected {expected} {context} but found {}", self.found());
        let mut diagnostic =
            self.error_here(Code::ExpectedToken, message).labelled(format!("expected {expected} here"));
        if self.at(TokenKind::Eq) && expected == "'{'" {
            diagnostic = diagnostic.with_help("compare with '=='");
        }
        self.fail(diagnostic);
    }

    /// Fails because the current token is no name; `message` says which name is missing. A reserved word on the same
    /// line was most likely meant as the name, and is reported but not a failure: answers whether it may be consumed.
    pub(super) fn fail_name(&mut self, message: &str) -> bool {
        let diagnostic = self.error_here(Code::ExpectedName, message);
        if !self.token.kind.is_reserved() || self.token.newline_before {
            self.fail(diagnostic);
            return false;
        }
        let help = format!("{} is a reserved word; choose another name", self.found());
        self.report(diagnostic.with_help(help));
        true
    }

    /// Fails because the delimiter opened last is not closed here; `in_list` when a comma could stand here too.
    pub(super) fn fail_unclosed(&mut self, closer: TokenKind, context: &str, in_list: bool) {
        if !self.failed {
            let diagnostic = self.unclosed(closer, context, in_list);
            self.fail(diagnostic);
        }
    }

    /// Says that the delimiter opened last is not closed here.
    pub(super) fn unclosed(&self, closer: TokenKind, context: &str, in_list: bool) -> Diagnostic {
        let closer_text = closer.fixed_text().unwrap_or("");
        let message = format!("Expected '{closer_text}' {context} but found {}", self.found());
        let mut diagnostic = self
            .error_here(Code::UnclosedDelimiter, message)
            .labelled(format!("expected '{closer_text}' here"));
        if let Some(opened) = self.open.last() {
            diagnostic = diagnostic.with_label(opened.span, "opened here");
        }
        let last = self.last_token();
        let is_empty = last.kind.closer().is_some();
        let is_operand = self.token.kind.starts_expression() && !self.token.newline_before;
        let help = if in_list && is_operand && !is_empty {
            format!("write ',' before {}", self.found())
        } else if closer == TokenKind::RBracket && self.at(TokenKind::Colon) {
            "a part of an array or string is value[start..end]".to_owned()
        } else if is_empty || (closer == TokenKind::RBrace && !in_list) {
            format!("add the missing '{closer_text}'")
        } else {
            format!("add '{closer_text}' after {}", self.text_of(last.span))
        };
        diagnostic.with_help(help)
    }

    /// Whether the last mistake was found at the current token.
    pub(super) fn is_at_mistake(&self) -> bool {
        self.mistakes.was_at(self.here().lo)
    }

    /// Takes what is at the current token for the consequence of the last mistake.
    pub(super) fn excuse_here(&mut self) {
        self.mistakes.last = Some(self.here().lo);
    }

    /// The last consumed token.
    pub(super) fn last_token(&self) -> Token {
        let before = self.tokens.get(..self.at).unwrap_or(&[]);
        let last = before.iter().rev().find(|token| token.kind != TokenKind::Invalid);
        last.copied().unwrap_or(self.token)
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
        let mut diagnostic =
            Diagnostic::error(Code::UnmatchedCloser, message, span).labelled("nothing open to close");
        if closer == TokenKind::RBrace && !std::mem::replace(&mut self.mistakes.has_unmatched_brace, true) {
            diagnostic = self.with_superfluous_suspect(diagnostic);
        }
        self.report(diagnostic);
    }

    /// What the current token is called in messages.
    pub(super) fn found(&self) -> String {
        if self.token.kind == TokenKind::Eof {
            "end of input".to_owned()
        } else {
            quoted(self.text_of(self.here()))
        }
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

/// Where the line of each mistake starts. Nearly all come in order, so that hardly any text is looked at twice.
fn line_starts(source: &str, mistakes: &[Diagnostic]) -> Vec<u32> {
    let (mut from, mut line) = (0, 0);
    let start = |mistake: &Diagnostic| {
        let at = mistake.primary.span.lo;
        if at < from {
            (from, line) = (0, 0);
        }
        let between = source.get(from as usize..at as usize).unwrap_or("");
        work::note(between.len());
        if let Some(end) = between.rfind(['\n', '\r']) {
            line = from + end as u32 + 1;
        }
        from = at;
        line
    };
    mistakes.iter().map(start).collect()
}
