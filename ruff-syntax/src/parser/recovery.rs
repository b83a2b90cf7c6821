//! Going on after a mistake.
//!
//! A region is what has at most one diagnostic: a statement, a member of a struct, an arm of a `match`. When one
//! fails, [`Parser::leave_region`] skips to where the next one starts. Where a block must follow, it is looked for on
//! the line of the mistake first, so that its statements are not lost.

use super::Parser;
use super::cursor::Opened;
use crate::lexer::{Token, TokenKind};
use crate::source::Span;
use crate::work;

/// What a region holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RegionKind {
    Statement,
    Member,
    Arm,
}

/// The region around the one that was entered.
pub(super) struct OuterRegion {
    was_quiet: bool,
    /// How many delimiters were open.
    open: usize,
    /// Where the inner region starts.
    at: usize,
}

/// Openers met while skipping.
#[derive(Default)]
struct Skipped {
    open: Vec<TokenKind>,
    /// How many of them are braces.
    braces: usize,
    /// How many of them are strings with interpolations.
    strings: usize,
}

impl Skipped {
    fn new(open: &[Opened]) -> Self {
        let mut skipped = Skipped::default();
        // Angle brackets need not close: they may be comparisons just as well.
        let brackets = open.iter().map(|opened| opened.kind).filter(|kind| kind.closer().is_some());
        brackets.for_each(|kind| skipped.push(kind));
        skipped
    }

    fn push(&mut self, opener: TokenKind) {
        self.count(Some(opener), 1);
        self.open.push(opener);
    }

    fn pop(&mut self) -> Option<TokenKind> {
        let opener = self.open.pop();
        self.count(opener, -1);
        opener
    }

    fn closes_last(&self, closer: TokenKind) -> bool {
        self.open.last().is_some_and(|opener| opener.closer() == Some(closer))
    }

    fn count(&mut self, opener: Option<TokenKind>, by: isize) {
        match opener {
            Some(TokenKind::LBrace) => self.braces = self.braces.saturating_add_signed(by),
            Some(TokenKind::StrHead) => self.strings = self.strings.saturating_add_signed(by),
            _ => {}
        }
    }

    /// Takes a token into account; answers whether it closes something around us instead.
    fn pass(&mut self, kind: TokenKind) -> bool {
        match kind {
            TokenKind::LParen | TokenKind::LBracket | TokenKind::LBrace | TokenKind::StrHead => {
                self.push(kind)
            }
            TokenKind::RBrace if self.braces == 0 => return true,
            TokenKind::RBrace => while self.pop() != Some(TokenKind::LBrace) {},
            TokenKind::RParen | TokenKind::RBracket if self.closes_last(kind) => {
                self.pop();
            }
            TokenKind::StrMiddle | TokenKind::StrTail if self.strings == 0 => return true,
            TokenKind::StrTail => while self.pop() != Some(TokenKind::StrHead) {},
            _ => {}
        }
        false
    }
}

impl Parser<'_> {
    /// Begins a region at the current token.
    pub(super) fn enter_region(&mut self) -> OuterRegion {
        self.region = self.token.span.lo;
        // The rest of a line that has a mistake is not worth another one.
        let is_quiet = self.is_at_mistake() && !self.token.newline_before;
        let was_quiet = std::mem::replace(&mut self.quiet, is_quiet);
        OuterRegion { was_quiet, open: self.open.len(), at: self.at }
    }

    /// Ends a region; after a mistake, skips what is left of it.
    pub(super) fn leave_region(&mut self, outer: &OuterRegion, kind: RegionKind) {
        if self.failed {
            self.recover(outer, kind);
        }
        if self.at == outer.at && self.tokens.get(self.at) == Some(&self.token) {
            // Nothing was consumed: without this we would stay here for ever.
            self.bump();
        }
        self.quiet = outer.was_quiet;
        self.region = self.token.span.lo;
    }

    /// Skips to where the next region can start. The delimiters opened in this one count as open.
    fn recover(&mut self, outer: &OuterRegion, kind: RegionKind) {
        self.resume(self.at);
        let mut skipped = Skipped::new(self.open.get(outer.open..).unwrap_or(&[]));
        self.open.truncate(outer.open);
        let is_in_braces = self.open.iter().any(|opened| opened.kind == TokenKind::LBrace);
        while self.token.kind != TokenKind::Eof && !self.is_fresh_start(&skipped, kind) {
            let ends_here = match self.token.kind {
                TokenKind::Semicolon => skipped.braces == 0,
                TokenKind::Comma => kind != RegionKind::Statement && skipped.open.is_empty(),
                _ => false,
            };
            // What closes something around us ends the region, if there is anything around us.
            if skipped.pass(self.token.kind) && (is_in_braces || self.token.kind != TokenKind::RBrace) {
                break;
            }
            self.bump();
            if ends_here {
                break;
            }
        }
        // A region that starts with a brace has one too many.
        let starts_with_brace =
            self.tokens.get(outer.at).is_some_and(|token| token.kind == TokenKind::LBrace);
        self.forgiven += skipped.braces + usize::from(starts_with_brace);
    }

    /// Whether the current token most likely begins a new region, given the delimiters open before it.
    fn is_fresh_start(&self, skipped: &Skipped, kind: RegionKind) -> bool {
        let token = self.token;
        match kind {
            RegionKind::Arm => {
                skipped.braces == 0 && matches!(token.kind, TokenKind::Case | TokenKind::Default)
            }
            RegionKind::Member => {
                skipped.open.is_empty() && token.newline_before && token.kind.is_member_name()
            }
            RegionKind::Statement if skipped.open.is_empty() => self.may_be_statement(),
            // A bracket may have been forgotten, but what looks like an argument may be one.
            RegionKind::Statement => {
                token.newline_before
                    && (skipped.braces == 0 || self.is_first_on_line(token))
                    && self.is_surely_statement()
            }
        }
    }

    /// Whether the current token, with no bracket open, likely begins a statement or continues one around us.
    fn may_be_statement(&self) -> bool {
        let kind = self.token.kind;
        if self.is_stray_continuation() {
            return true;
        }
        if self.token.newline_before {
            return kind.begins_statement() || (kind.starts_expression() && kind != TokenKind::Minus);
        }
        // These two stand together, and the second one is no beginning.
        kind.begins_statement() && !matches!(kind, TokenKind::From | TokenKind::Import)
    }

    /// Whether the current token begins a statement for certain, if it begins anything.
    fn is_surely_statement(&self) -> bool {
        match self.token.kind {
            TokenKind::Func => self.peek(1).kind == TokenKind::Ident,
            TokenKind::Ident | TokenKind::SelfWord => {
                matches!(self.peek(1).kind, TokenKind::ColonEq | TokenKind::Eq)
            }
            kind => kind.begins_statement(),
        }
    }

    /// Whether no blank stands before the token on its line.
    fn is_first_on_line(&self, token: Token) -> bool {
        let before = (token.span.lo as usize).checked_sub(1).and_then(|at| self.source.as_bytes().get(at));
        matches!(before, None | Some(b'\n' | b'\r'))
    }

    /// After a mistake, looks for the `{` of the block that must follow, up to the end of the line, and goes on
    /// there. The delimiters opened since `base` are given up then.
    pub(super) fn resume_at_block(&mut self, base: usize) -> bool {
        let mut skipped = Skipped::new(self.open.get(base..).unwrap_or(&[]));
        let mut index = self.at;
        while let Some(token) = self.tokens.get(index) {
            // Also where the next search would start, so that no token is looked at by many.
            let continues_other = skipped.braces == 0 && continues_statement(token.kind);
            let is_elsewhere = token.newline_before || token.kind.begins_statement() || continues_other;
            let ends_head = matches!(
                token.kind,
                TokenKind::Eof
                    | TokenKind::Semicolon
                    | TokenKind::ColonEq
                    | TokenKind::Func
                    | TokenKind::Async
            );
            if ends_head || (is_elsewhere && index > self.at) {
                break;
            }
            if token.kind == TokenKind::LBrace && skipped.braces == 0 && !self.begins_literal(index) {
                self.open.truncate(base);
                self.resume(index);
                return true;
            }
            work::note(1);
            if skipped.pass(token.kind) {
                break;
            }
            index += 1;
        }
        // If the block is there but for its opening brace, its closing one is left over.
        self.forgiven += 1;
        false
    }

    /// After a mistake, looks for the arms of a `match`: after a `{` on the line, or right here.
    pub(super) fn resume_at_arms(&mut self, base: usize) {
        let next = self.tokens.get(self.at).map_or(TokenKind::Eof, |token| token.kind);
        if matches!(next, TokenKind::Case | TokenKind::Default) {
            self.resume(self.at);
            self.open.truncate(base);
            self.open.push(Opened { kind: TokenKind::LBrace, span: Span::new(self.end, self.end) });
        } else if self.resume_at_block(base) {
            self.open();
        }
    }

    /// Whether the brace at `index` begins like a struct literal.
    fn begins_literal(&self, index: usize) -> bool {
        let kind = |at: usize| self.tokens.get(at).map_or(TokenKind::Eof, |token| token.kind);
        kind(index + 1).is_member_name() && kind(index + 2) == TokenKind::Colon
    }

    /// After a mistake inside an interpolation, goes on at the next part of the string, which the lexer always
    /// provides. The delimiters opened since `base` are given up then.
    pub(super) fn resume_in_string(&mut self, base: usize) -> bool {
        let mut inner = 0_usize;
        for (index, token) in self.tokens.iter().enumerate().skip(self.at) {
            work::note(1);
            match token.kind {
                TokenKind::StrHead => inner += 1,
                TokenKind::StrTail | TokenKind::StrMiddle if inner == 0 => {
                    self.open.truncate(base);
                    self.resume(index);
                    return true;
                }
                TokenKind::StrTail => inner -= 1,
                _ => {}
            }
        }
        false
    }

    /// Skips the braces that start at the current token and what is between them, after a mistake was reported.
    pub(super) fn skip_braces(&mut self) {
        let mut skipped = Skipped::default();
        self.resume(self.at);
        loop {
            skipped.pass(self.token.kind);
            self.bump();
            if skipped.braces == 0 || self.token.kind == TokenKind::Eof {
                return;
            }
        }
    }

    /// Takes over after a mistake: the token at `index` is the next one.
    fn resume(&mut self, index: usize) {
        self.failed = false;
        if index > self.at
            && let Some(last) = self.tokens.get(index - 1)
        {
            self.end = last.span.hi;
        }
        self.go_to(index);
    }

    /// Whether a brace too many or too few is the consequence of a mistake that was reported.
    pub(super) fn forgive_brace(&mut self) -> bool {
        let is_forgiven = self.forgiven > 0;
        self.forgiven -= usize::from(is_forgiven);
        is_forgiven
    }

    /// Whether the current token continues a statement, which is not the one we are in.
    pub(super) fn is_stray_continuation(&self) -> bool {
        continues_statement(self.token.kind) || self.at_finally()
    }

    /// Whether `finally` and its block are here.
    pub(super) fn at_finally(&self) -> bool {
        self.at_word("finally") && self.peek(1).kind == TokenKind::LBrace && {
            let begins_field = self.peek(2).kind.is_member_name() && self.peek(3).kind == TokenKind::Colon;
            !begins_field
        }
    }

    /// Reports a closing delimiter that nothing opened, and steps over it.
    pub(super) fn unmatched_closer(&mut self) {
        let span = self.token.span;
        let kind = self.token.kind;
        self.bump();
        if kind == TokenKind::RBrace && self.forgive_brace() {
            return;
        }
        self.report_unmatched(kind, span);
        if !self.token.newline_before {
            self.excuse_here();
        }
    }
}

/// Whether it is a reserved word that continues a statement.
fn continues_statement(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Else | TokenKind::Case | TokenKind::Default | TokenKind::Except)
}
