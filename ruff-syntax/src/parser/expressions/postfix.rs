//! After an operand: calls, members, indices, and how lists go on.

use super::super::Parser;
use super::Next;
use super::pending::{Callee, DictEntry, Pending};
use crate::ast::{Arg, ExprId, ExprKind, FieldInit, InterpolationPart, Member};
use crate::diagnostic::Code;
use crate::lexer::TokenKind;
use crate::limits;

impl Parser<'_> {
    /// Consumes what belongs to the operand before it, if the current token does.
    pub(super) fn postfix(&mut self, value: ExprId) -> Option<Next> {
        let is_same_line = !self.token.newline_before;
        match self.token.kind {
            TokenKind::LParen if is_same_line => {
                let lo = self.lo(value);
                Some(next(self.open_args(Callee::Value(value), lo)))
            }
            TokenKind::LBracket if is_same_line => Some(self.open_index(value, false)),
            TokenKind::Dot => Some(self.member_of(value, false)),
            TokenKind::QuestionDot if self.peek(1).kind == TokenKind::LBracket => {
                self.bump();
                Some(self.open_index(value, true))
            }
            TokenKind::QuestionDot => Some(self.member_of(value, true)),
            TokenKind::Question => {
                let lo = self.lo(value);
                self.bump();
                Some(Next::Value(self.add(ExprKind::Try(value), lo)))
            }
            _ => None,
        }
    }

    fn open_index(&mut self, object: ExprId, optional: bool) -> Next {
        if !self.deeper("expression") {
            return Next::Value(object);
        }
        self.open();
        self.pending.push(Pending::Index { object, optional });
        Next::Operand
    }

    fn member_of(&mut self, object: ExprId, optional: bool) -> Next {
        let lo = self.lo(object);
        self.bump();
        // A reserved word on the next line more likely begins a statement.
        let is_member =
            self.at(TokenKind::Ident) || (self.token.kind.is_reserved() && !self.token.newline_before);
        if !is_member {
            let dot = if optional { "?." } else { "." };
            let message = format!("Expected field or method name after '{dot}'");
            self.fail_here(Code::ExpectedName, message);
            let member = Member { symbol: self.interner.intern(""), span: self.span_from(self.end) };
            return Next::Value(self.add(ExprKind::Field { object, member, optional }, lo));
        }
        let member = self.member_here();
        if self.at_same_line(TokenKind::LParen) {
            return next(self.open_args(Callee::Method { object, member, optional }, lo));
        }
        Next::Value(self.add(ExprKind::Field { object, member, optional }, lo))
    }

    /// Opens the arguments of `callee`, whose expression starts at `lo`.
    pub(super) fn open_args(&mut self, callee: Callee, lo: u32) -> Option<ExprId> {
        let first = self.scratch.args.len();
        if !self.deeper("expression") {
            return Some(self.called(callee, lo, first));
        }
        self.open();
        if self.eat_closer(TokenKind::RParen) {
            self.depth -= 1;
            return Some(self.called(callee, lo, first));
        }
        let is_spread = self.eat_spread(callee);
        self.pending.push(Pending::Args { callee, lo, first, is_spread });
        None
    }

    /// Consumes the `...` of an argument, where it may be spread.
    fn eat_spread(&mut self, callee: Callee) -> bool {
        matches!(callee, Callee::Value(_) | Callee::Method { .. }) && self.eat(TokenKind::Ellipsis)
    }

    /// Goes on inside the innermost delimiters, one of whose parts is complete.
    pub(super) fn in_delimiters(&mut self, value: ExprId) -> Next {
        match self.pending.last().copied() {
            Some(Pending::Args { callee, lo, first, is_spread }) => {
                self.after_arg(Arg { value, is_spread }, callee, lo, first)
            }
            Some(Pending::Array { lo, first, is_spread }) => self.after_element(value, lo, first, is_spread),
            Some(Pending::Dict { lo, first, entry }) => self.after_entry(value, lo, first, entry),
            Some(Pending::Struct { name, first, member }) => {
                let closing = "to close struct literal";
                if !self.eat(TokenKind::Comma) {
                    return self.close_with(value, TokenKind::RBrace, closing, true);
                }
                self.scratch.fields.push(FieldInit { member, value });
                self.pending.pop();
                if self.eat_closer(TokenKind::RBrace) {
                    self.depth -= 1;
                    return Next::Value(self.struct_value(name, first));
                }
                next(self.struct_field(name, first))
            }
            Some(Pending::Interpolation { lo, first, .. }) => self.after_interpolation(value, lo, first),
            Some(Pending::Index { .. }) => {
                self.close_with(value, TokenKind::RBracket, "to close index expression", false)
            }
            _ => self.close_with(value, TokenKind::RParen, "to close parenthesized expression", false),
        }
    }

    /// Closes the innermost delimiters, of which `value` is the last part.
    fn close_with(&mut self, value: ExprId, closer: TokenKind, closing: &str, in_list: bool) -> Next {
        if in_list {
            self.close_list(closer, closing);
        } else {
            self.close(closer, closing);
        }
        Next::Value(self.complete(value))
    }

    fn after_arg(&mut self, arg: Arg, callee: Callee, lo: u32, first: usize) -> Next {
        if let Callee::Constructor { qualified: false, .. } = callee {
            return self.close_with(arg.value, TokenKind::RParen, closing_args(callee), false);
        }
        if !self.eat(TokenKind::Comma) {
            return self.close_with(arg.value, TokenKind::RParen, closing_args(callee), true);
        }
        self.scratch.args.push(arg);
        if !self.eat_closer(TokenKind::RParen) {
            let is_spread = self.eat_spread(callee);
            return self.replace_pending(Pending::Args { callee, lo, first, is_spread });
        }
        self.drop_pending();
        Next::Value(self.called(callee, lo, first))
    }

    fn after_element(&mut self, value: ExprId, lo: u32, first: usize, is_spread: bool) -> Next {
        if !self.eat(TokenKind::Comma) {
            return self.close_with(value, TokenKind::RBracket, "to close array literal", true);
        }
        self.push_element(value, is_spread);
        if self.eat_closer(TokenKind::RBracket) {
            self.drop_pending();
            return Next::Value(self.array(lo, first));
        }
        if self.scratch.elements.len() - first >= limits::LITERAL_ITEMS {
            self.fail_too_large("Array literal exceeds maximum element count of");
        }
        let is_spread = self.eat(TokenKind::Ellipsis);
        self.replace_pending(Pending::Array { lo, first, is_spread })
    }

    fn after_entry(&mut self, value: ExprId, lo: u32, first: usize, entry: DictEntry) -> Next {
        if let DictEntry::Key = entry {
            if !self.eat(TokenKind::Colon) {
                self.fail_colon();
            }
            return self.replace_pending(Pending::Dict { lo, first, entry: DictEntry::Value { key: value } });
        }
        if !self.eat(TokenKind::Comma) {
            return self.close_with(value, TokenKind::RBrace, "to close dictionary literal", true);
        }
        self.push_entry(value, entry);
        if self.eat_closer(TokenKind::RBrace) {
            self.drop_pending();
            return Next::Value(self.dict(lo, first));
        }
        if self.scratch.entries.len() - first >= limits::LITERAL_ITEMS {
            self.fail_too_large("Dictionary literal exceeds maximum item count of");
        }
        let entry = self.entry_start();
        self.replace_pending(Pending::Dict { lo, first, entry })
    }

    fn fail_colon(&mut self) {
        if !self.failed {
            let diagnostic = self.error_here(Code::ExpectedDictColon, "Expected ':' in dictionary literal");
            self.fail(diagnostic.labelled(format!("found {}", self.found())));
        }
    }

    fn fail_too_large(&mut self, message: &str) {
        self.fail_here(Code::LiteralTooLarge, format!("{message} {}", limits::LITERAL_ITEMS));
    }

    fn after_interpolation(&mut self, value: ExprId, lo: u32, first: usize) -> Next {
        if !matches!(self.token.kind, TokenKind::StrMiddle | TokenKind::StrTail) {
            self.fail_here(Code::InvalidInterpolation, "Invalid interpolated string expression");
            return Next::Value(value);
        }
        self.scratch.parts.push(InterpolationPart::Expr(value));
        self.push_text(lo);
        if self.eat(TokenKind::StrMiddle) {
            return Next::Operand;
        }
        self.eat_closer(TokenKind::StrTail);
        self.drop_pending();
        Next::Value(self.interpolated(lo, first))
    }

    /// Forgets the innermost expression underway, which is complete.
    pub(super) fn drop_pending(&mut self) {
        self.pending.pop();
        self.depth -= 1;
    }

    /// Changes what is known of the innermost expression underway.
    fn replace_pending(&mut self, pending: Pending) -> Next {
        if let Some(last) = self.pending.last_mut() {
            *last = pending;
        }
        Next::Operand
    }
}

fn next(operand: Option<ExprId>) -> Next {
    operand.map_or(Next::Operand, Next::Value)
}

fn closing_args(callee: Callee) -> &'static str {
    use crate::ast::Constructor;
    match callee {
        Callee::Value(_) => "to close function call arguments",
        Callee::Method { .. } => "to close method call arguments",
        Callee::Variant { .. } => "to close tag expression arguments",
        Callee::Throw => "to close throw(...) arguments",
        Callee::Constructor { constructor: Constructor::Ok, .. } => "to close Ok(...)",
        Callee::Constructor { constructor: Constructor::Err, .. } => "to close Err(...)",
        Callee::Constructor { constructor: Constructor::Some, .. } => "to close Some(...)",
        Callee::Constructor { constructor: Constructor::None, .. } => "to close None",
    }
}
