//! Where an operand is expected: literals, names, and everything that opens something.

use std::borrow::Cow;

use super::super::Parser;
use super::super::words::{Word, word};
use super::Head;
use super::pending::{Callee, DictEntry, Pending, Prefix};
use crate::ast::{Constructor, ExprId, ExprKind, Func, InterpolationPart, Member, Name, Stmt};
use crate::diagnostic::Code;
use crate::lexer::{TokenKind, text_value};
use crate::symbol::Symbol;

impl<'s> Parser<'s> {
    /// Consumes an operand, or the beginning of one; then there is none yet, and another operand is expected.
    pub(super) fn operand(&mut self) -> Option<ExprId> {
        match self.token.kind {
            TokenKind::Ident => self.name_operand(),
            TokenKind::Int | TokenKind::Float | TokenKind::Str => Some(self.literal()),
            TokenKind::True => Some(self.word_literal(ExprKind::Bool(true))),
            TokenKind::False => Some(self.word_literal(ExprKind::Bool(false))),
            TokenKind::Null => Some(self.word_literal(ExprKind::Null)),
            // Its mistake was reported.
            TokenKind::BadLiteral => Some(self.word_literal(ExprKind::Error)),
            TokenKind::SelfWord => {
                let name = self.name_here();
                Some(self.add(ExprKind::Name(name), name.span.lo))
            }
            TokenKind::Minus => self.prefix(Prefix::Neg, "unary expression"),
            TokenKind::Bang => self.prefix(Prefix::Not, "unary expression"),
            TokenKind::Tilde => self.prefix(Prefix::BitNot, "unary expression"),
            TokenKind::DotDot | TokenKind::DotDotEq
                if matches!(self.pending.last(), Some(Pending::Index { .. })) =>
            {
                self.range_to()
            }
            TokenKind::Await => self.prefix(Prefix::Await, "unary expression"),
            TokenKind::Yield => self.yielded(),
            TokenKind::LParen if self.opens_lambda(self.at) => {
                let lo = self.token.span.lo;
                Some(self.short_lambda(|parser| parser.lambda(lo, false)))
            }
            TokenKind::LParen => self.paren(),
            TokenKind::LBracket => self.open_array(),
            TokenKind::LBrace => self.open_dict(),
            TokenKind::StrHead => self.open_string(),
            TokenKind::Async if self.is_async_lambda() => {
                let lo = self.token.span.lo;
                self.bump();
                Some(self.short_lambda(|parser| parser.lambda(lo, true)))
            }
            TokenKind::Func | TokenKind::Async => {
                let lo = self.token.span.lo;
                let func = Box::new(self.func_expr());
                Some(self.add(ExprKind::Func(func), lo))
            }
            TokenKind::If | TokenKind::Match => Some(self.control()),
            _ => {
                self.fail_operand();
                Some(self.hole())
            }
        }
    }

    fn fail_operand(&mut self) {
        let mut diagnostic = self.error_here(Code::ExpectedExpression, "Expected expression");
        let help = match (self.last_token().kind, self.token.kind) {
            (_, kind) if kind.is_reserved() && !self.token.newline_before => {
                Some(format!("{} is a reserved word", self.found()))
            }
            (TokenKind::Plus, TokenKind::Plus) => Some("there is no '++'; write x += 1".to_owned()),
            (_, TokenKind::FatArrow) if self.token.newline_before => {
                Some("'=>' stands on the line of its parameters".to_owned())
            }
            (TokenKind::DotDot, _) => Some("only an index may leave out a bound of a range".to_owned()),
            _ => None,
        };
        if let Some(help) = help {
            diagnostic = diagnostic.with_help(help);
        }
        self.fail(diagnostic);
    }

    /// `if` or `match` where a value is expected.
    fn control(&mut self) -> ExprId {
        if !self.deeper("expression") {
            return self.hole();
        }
        let lo = self.token.span.lo;
        let kind = if self.at(TokenKind::If) { self.if_stmt() } else { self.match_stmt() };
        self.depth -= 1;
        let stmt = Stmt { kind, span: self.span_from(lo) };
        self.add(ExprKind::Control(Box::new(stmt)), lo)
    }

    fn literal(&mut self) -> ExprId {
        let lo = self.token.span.lo;
        let kind = match self.token.kind {
            TokenKind::Int => ExprKind::Int(self.int_here()),
            TokenKind::Float => ExprKind::Float(self.float_here()),
            _ => ExprKind::Str(self.string_here()),
        };
        self.add(kind, lo)
    }

    fn word_literal(&mut self, kind: ExprKind) -> ExprId {
        let lo = self.token.span.lo;
        self.bump();
        self.add(kind, lo)
    }

    fn prefix(&mut self, op: Prefix, what: &str) -> Option<ExprId> {
        if !self.deeper(what) {
            return Some(self.hole());
        }
        self.pending.push(Pending::Prefix { op, lo: self.token.span.lo });
        self.bump();
        None
    }

    /// A range without a start, in an index.
    fn range_to(&mut self) -> Option<ExprId> {
        let lo = self.token.span.lo;
        let inclusive = self.at(TokenKind::DotDotEq);
        let operand = self.prefix(Prefix::RangeTo { inclusive }, "expression");
        if operand.is_none() && !inclusive && self.at(TokenKind::RBracket) {
            self.drop_pending();
            return Some(self.add(ExprKind::Range { start: None, end: None, inclusive }, lo));
        }
        operand
    }

    fn yielded(&mut self) -> Option<ExprId> {
        let lo = self.token.span.lo;
        let operand = self.prefix(Prefix::Yield, "expression");
        if operand.is_none() && !self.has_operand_on_line() {
            self.drop_pending();
            return Some(self.add(ExprKind::Yield(None), lo));
        }
        operand
    }

    fn paren(&mut self) -> Option<ExprId> {
        if !self.deeper("expression") {
            return Some(self.hole());
        }
        self.pending.push(Pending::Paren { lo: self.token.span.lo });
        self.open();
        None
    }

    fn open_array(&mut self) -> Option<ExprId> {
        if !self.deeper("array literal") {
            return Some(self.hole());
        }
        let (lo, first) = (self.token.span.lo, self.scratch.elements.len());
        self.open();
        if self.eat_closer(TokenKind::RBracket) {
            self.depth -= 1;
            return Some(self.array(lo, first));
        }
        let is_spread = self.eat(TokenKind::Ellipsis);
        self.pending.push(Pending::Array { lo, first, is_spread });
        None
    }

    fn open_dict(&mut self) -> Option<ExprId> {
        if !self.deeper("dictionary literal") {
            return Some(self.hole());
        }
        let (lo, first) = (self.token.span.lo, self.scratch.entries.len());
        self.open();
        if self.eat_closer(TokenKind::RBrace) {
            self.depth -= 1;
            return Some(self.dict(lo, first));
        }
        let entry = self.entry_start();
        self.pending.push(Pending::Dict { lo, first, entry });
        None
    }

    pub(super) fn entry_start(&mut self) -> DictEntry {
        if self.eat(TokenKind::Ellipsis) { DictEntry::Spread } else { DictEntry::Key }
    }

    fn open_string(&mut self) -> Option<ExprId> {
        if !self.deeper("expression") {
            return Some(self.hole());
        }
        let (lo, first) = (self.token.span.lo, self.scratch.parts.len());
        self.push_text(lo);
        self.open();
        let open = self.open.len();
        self.pending.push(Pending::Interpolation { lo, first, open });
        None
    }

    /// Notes the literal text of the current token, if there is any; its string starts at `lo`.
    pub(super) fn push_text(&mut self, lo: u32) {
        let text = self.text_value(lo);
        if !text.is_empty() {
            let symbol = self.interner.intern(&text);
            self.scratch.parts.push(InterpolationPart::Text(symbol));
        }
    }

    /// Consumes the current token, a string literal, and answers its value.
    pub(in crate::parser) fn string_here(&mut self) -> Symbol {
        let value = self.text_value(self.token.span.lo);
        let symbol = self.interner.intern(&value);
        self.bump();
        symbol
    }

    /// The value of the current token, a part of the string literal that starts at `lo`.
    fn text_value(&self, lo: u32) -> Cow<'s, str> {
        let indent = self.indents.get(&lo).map(|&indent| self.text_of(indent));
        text_value(self.text(), indent)
    }

    fn name_operand(&mut self) -> Option<ExprId> {
        let Member { symbol, span } = self.member_here();
        if self.at_same_line(TokenKind::FatArrow) && self.allows_lambda() {
            let name = self.new_name(symbol, span);
            return Some(self.short_lambda(|parser| parser.lambda_of(name)));
        }
        let special = word(symbol);
        if self.at(TokenKind::ColonColon) {
            return self.variant(Member { symbol, span });
        }
        match special {
            Some(Word::Ok) => return self.constructor(Constructor::Ok, span.lo, "'Ok'"),
            Some(Word::Err) => return self.constructor(Constructor::Err, span.lo, "'Err'"),
            Some(Word::Some) => return self.constructor(Constructor::Some, span.lo, "'Some'"),
            Some(Word::None) => {
                let callee = Callee::Constructor { constructor: Constructor::None, qualified: false };
                let first = self.scratch.args.len();
                return Some(self.called(callee, span.lo, first));
            }
            Some(Word::Throw) if self.at_same_line(TokenKind::LParen) => {
                return self.open_args(Callee::Throw, span.lo);
            }
            _ => {}
        }
        let name = self.new_name(symbol, span);
        if self.at_same_line(TokenKind::LBrace) && self.is_struct_literal() {
            return self.open_struct(name);
        }
        Some(self.add(ExprKind::Name(name), span.lo))
    }

    fn short_lambda(&mut self, parse: impl FnOnce(&mut Self) -> Func) -> ExprId {
        let func = parse(self);
        let lo = func.span.lo;
        self.add(ExprKind::Func(Box::new(func)), lo)
    }

    fn constructor(&mut self, constructor: Constructor, lo: u32, text: &str) -> Option<ExprId> {
        if !self.at(TokenKind::LParen) {
            self.fail_here(Code::ExpectedToken, format!("Expected '(' after {text}"));
            return Some(self.hole());
        }
        // Exactly one argument, unlike the spelling with `Result::` or `Option::`, whose arguments the resolver counts.
        let first = self.scratch.args.len();
        let callee = Callee::Constructor { constructor, qualified: false };
        if !self.deeper("expression") {
            return Some(self.called(callee, lo, first));
        }
        self.open();
        self.pending.push(Pending::Args { callee, lo, first, is_spread: false });
        None
    }

    /// `Name::Variant`; the name was just consumed.
    fn variant(&mut self, owner: Member) -> Option<ExprId> {
        self.bump();
        let lo = owner.span.lo;
        if !self.at(TokenKind::Ident) && !self.fail_name("Expected variant name after '::'") {
            return Some(self.hole());
        }
        let variant = self.member_here();
        let constructor = match (word(owner.symbol), word(variant.symbol)) {
            (Some(Word::Result), Some(Word::Ok)) => Some(Constructor::Ok),
            (Some(Word::Result), Some(Word::Err)) => Some(Constructor::Err),
            (Some(Word::Option), Some(Word::Some)) => Some(Constructor::Some),
            (Some(Word::Option), Some(Word::None)) => Some(Constructor::None),
            _ => None,
        };
        if let Some(constructor) = constructor {
            return self.optional_args(Callee::Constructor { constructor, qualified: true }, lo);
        }
        let name = self.new_name(owner.symbol, owner.span);
        if self.at_same_line(TokenKind::LParen) {
            return self.open_args(Callee::Variant { name, variant }, lo);
        }
        Some(self.add(ExprKind::Variant { name, variant, args: None }, lo))
    }

    /// Arguments if there are any, else none.
    fn optional_args(&mut self, callee: Callee, lo: u32) -> Option<ExprId> {
        if self.at_same_line(TokenKind::LParen) {
            return self.open_args(callee, lo);
        }
        let first = self.scratch.args.len();
        Some(self.called(callee, lo, first))
    }

    /// Whether the `{` after a name opens a struct literal.
    fn is_struct_literal(&self) -> bool {
        let (head, open) = self.head;
        let is_in_head = head != Head::No && self.open.len() == open;
        let first = self.peek(1).kind;
        if first == TokenKind::RBrace {
            return !is_in_head;
        }
        let is_field = first.is_member_name() && self.peek(2).kind == TokenKind::Colon;
        // `match x { default: { …` begins with an arm.
        let may_be_arm = is_in_head && head == Head::Match && first == TokenKind::Default;
        is_field && !(may_be_arm && self.peek(3).kind == TokenKind::LBrace)
    }

    fn open_struct(&mut self, name: Name) -> Option<ExprId> {
        if !self.deeper("expression") {
            return Some(self.hole());
        }
        let first = self.scratch.fields.len();
        self.open();
        if self.eat_closer(TokenKind::RBrace) {
            self.depth -= 1;
            return Some(self.struct_value(name, first));
        }
        self.struct_field(name, first)
    }

    /// `field:` of a struct literal; its value is expected next.
    pub(super) fn struct_field(&mut self, name: Name, first: usize) -> Option<ExprId> {
        if !self.token.kind.is_member_name() {
            self.fail_unclosed(TokenKind::RBrace, "to close struct literal", false);
        }
        let member = if self.failed {
            Member { symbol: name.symbol, span: self.span_from(self.end) }
        } else {
            self.member_here()
        };
        self.expect(TokenKind::Colon, "after field name in struct literal");
        if self.failed {
            self.depth -= 1;
            return Some(self.struct_value(name, first));
        }
        self.pending.push(Pending::Struct { name, first, member });
        None
    }
}
