//! Patterns: of bindings, and of `match` arms.

use super::Parser;
use super::words::{Word, word};
use crate::ast::{Literal, Name, Pattern, PatternKind};
use crate::diagnostic::Code;
use crate::lexer::{TokenKind, float_value, int_value};
use crate::source::Span;
use crate::work;

impl Parser<'_> {
    /// A pattern that binds one name; `missing` says which name is missing otherwise.
    pub(super) fn bind_pattern(&mut self, missing: &str) -> Pattern {
        if !self.at(TokenKind::Ident) && !self.fail_name(missing) {
            return self.pattern_hole();
        }
        let name = self.name_here();
        Pattern { kind: PatternKind::Bind(name), span: name.span }
    }

    /// The pattern of a binding.
    pub(super) fn pattern(&mut self) -> Pattern {
        let lo = self.token.span.lo;
        let kind = match self.token.kind {
            TokenKind::Ident if self.at_word("_") => {
                self.bump();
                PatternKind::Wildcard
            }
            TokenKind::Ident => PatternKind::Bind(self.name_here()),
            TokenKind::LBracket => {
                if !self.deeper("pattern") {
                    return self.pattern_hole();
                }
                let kind = self.array_pattern();
                self.depth -= 1;
                kind
            }
            TokenKind::LBrace => self.dict_pattern(),
            _ => match self.fail_name("Expected variable name or pattern") {
                true => PatternKind::Bind(self.name_here()),
                false => PatternKind::Error,
            },
        };
        Pattern { kind, span: self.span_from(lo) }
    }

    fn array_pattern(&mut self) -> PatternKind {
        self.open();
        let mut items = Vec::new();
        while !self.at_pattern_end(TokenKind::RBracket) {
            items.push(self.pattern());
            if !self.eat(TokenKind::Comma) {
                break;
            }
        }
        let rest = self.rest();
        self.close_list(TokenKind::RBracket, "to close array pattern");
        PatternKind::Array { items, rest }
    }

    fn dict_pattern(&mut self) -> PatternKind {
        self.open();
        let mut keys = Vec::new();
        while !self.at_pattern_end(TokenKind::RBrace) {
            if !self.at(TokenKind::Ident) && !self.fail_name("Expected key name in dict pattern") {
                break;
            }
            keys.push(self.name_here());
            if !self.eat(TokenKind::Comma) {
                break;
            }
        }
        let rest = self.rest();
        self.close_list(TokenKind::RBrace, "to close dict pattern");
        PatternKind::Dict { keys, rest }
    }

    fn at_pattern_end(&self, closer: TokenKind) -> bool {
        self.at(closer) || self.at(TokenKind::Ellipsis) || self.failed
    }

    /// `...rest` and a comma after it, if it is there.
    fn rest(&mut self) -> Option<Name> {
        if !self.eat(TokenKind::Ellipsis) {
            return None;
        }
        if !self.at(TokenKind::Ident) && !self.fail_name("Expected variable name after '...'") {
            return None;
        }
        let name = self.name_here();
        self.eat(TokenKind::Comma);
        Some(name)
    }

    /// Whether a bracket or brace that begins a statement opens a pattern that is assigned.
    ///
    /// Looks no further than the pattern goes. No statement begins inside it, so that no token is looked at twice
    /// from here.
    pub(super) fn is_destructuring(&self) -> bool {
        let mut depth = 0_usize;
        for token in self.tokens.get(self.at..).unwrap_or(&[]) {
            work::note(1);
            match token.kind {
                TokenKind::LBracket | TokenKind::LBrace if depth > 0 || token.span == self.token.span => {
                    depth += 1
                }
                TokenKind::RBracket | TokenKind::RBrace if depth > 0 => depth -= 1,
                TokenKind::ColonEq | TokenKind::Eq if depth == 0 => return true,
                TokenKind::Ident | TokenKind::Comma | TokenKind::Ellipsis | TokenKind::Invalid
                    if depth > 0 => {}
                _ => return false,
            }
        }
        false
    }

    /// The pattern of a `case`.
    pub(super) fn case_pattern(&mut self) -> Pattern {
        let lo = self.token.span.lo;
        let kind = match self.token.kind {
            TokenKind::Ident => self.case_name(),
            TokenKind::Minus | TokenKind::Int | TokenKind::Float => self.case_number(),
            TokenKind::Str => PatternKind::Literal(Literal::Str(self.string_here())),
            TokenKind::True => self.case_word(Literal::Bool(true)),
            TokenKind::False => self.case_word(Literal::Bool(false)),
            TokenKind::Null => self.case_word(Literal::Null),
            // Its mistake was reported.
            TokenKind::BadLiteral => {
                self.bump();
                PatternKind::Error
            }
            _ => {
                self.fail_expected("pattern", "after 'case'");
                PatternKind::Error
            }
        };
        Pattern { kind, span: self.span_from(lo) }
    }

    fn case_word(&mut self, literal: Literal) -> PatternKind {
        self.bump();
        PatternKind::Literal(literal)
    }

    fn case_number(&mut self) -> PatternKind {
        let is_negative = self.eat(TokenKind::Minus);
        let literal = match self.token.kind {
            TokenKind::Int => Literal::Int(self.int_here() * if is_negative { -1 } else { 1 }),
            TokenKind::Float => Literal::Float(self.float_here() * if is_negative { -1.0 } else { 1.0 }),
            TokenKind::BadLiteral => {
                self.bump();
                return PatternKind::Error;
            }
            _ => {
                self.fail_expected("number", "after '-' in pattern");
                return PatternKind::Error;
            }
        };
        PatternKind::Literal(literal)
    }

    fn case_name(&mut self) -> PatternKind {
        let first = self.member_here().symbol;
        if word(first) == Some(Word::Underscore) {
            return PatternKind::Wildcard;
        }
        if self.eat(TokenKind::ColonColon) {
            if !self.at(TokenKind::Ident) && !self.fail_name("Expected variant name after '::'") {
                return PatternKind::Error;
            }
            let variant = self.member_here().symbol;
            return PatternKind::Variant { enum_name: Some(first), variant, binders: self.binders() };
        }
        let is_constructor = matches!(word(first), Some(Word::Ok | Word::Err | Word::Some | Word::None));
        if is_constructor || self.at(TokenKind::LParen) {
            return PatternKind::Variant { enum_name: None, variant: first, binders: self.binders() };
        }
        PatternKind::Word(first)
    }

    fn binders(&mut self) -> Option<Vec<Pattern>> {
        if !self.at(TokenKind::LParen) {
            return None;
        }
        self.open();
        let mut binders = Vec::new();
        loop {
            let lo = self.token.span.lo;
            if self.at_word("_") {
                self.bump();
                binders.push(Pattern { kind: PatternKind::Wildcard, span: self.span_from(lo) });
            } else {
                binders.push(self.bind_pattern("Expected binding name in case pattern"));
            }
            if !self.eat(TokenKind::Comma) || self.at(TokenKind::RParen) {
                break;
            }
        }
        self.close_list(TokenKind::RParen, "to close case pattern bindings");
        Some(binders)
    }

    /// Consumes the current token, an int literal, and answers its value.
    pub(super) fn int_here(&mut self) -> i64 {
        // The lexer made sure that it fits.
        let value = int_value(self.text()).unwrap_or(i64::MAX);
        self.bump();
        value
    }

    /// Consumes the current token, a float literal, and answers its value.
    pub(super) fn float_here(&mut self) -> f64 {
        let value = float_value(self.text());
        self.bump();
        value
    }

    fn pattern_hole(&self) -> Pattern {
        Pattern { kind: PatternKind::Error, span: Span::new(self.end, self.end) }
    }

    /// Goes one level deeper, into a `what`, or fails when that is too deep.
    pub(super) fn deeper(&mut self, what: &str) -> bool {
        let limit = crate::limits::EXPRESSION_DEPTH;
        if self.depth < limit {
            self.depth += 1;
            return true;
        }
        let message = format!("Maximum expression nesting depth of {limit} exceeded while parsing {what}");
        self.fail_here(Code::NestingTooDeep, message);
        false
    }
}
