//! Expressions.
//!
//! Start at [`Parser::expr`]. What is underway lies on a stack of its own ([`Pending`]): an operator that waits for
//! its right operand, a bracket that waits for its closer. The loop alternates between two states: an operand is
//! expected (`operand`), or one is complete and the next token tells how it goes on (`postfix`, operators, closers).

mod operand;
mod pending;
mod postfix;

pub(super) use pending::{Pending, Scratch};

use super::Parser;
use crate::ast::{BinaryOp, Expr, ExprId, ExprKind};
use crate::diagnostic::Code;
use crate::lexer::TokenKind;
use crate::source::Span;
use pending::Infix;

/// How tightly `..` binds.
const RANGE_LEVEL: u8 = 7;
/// How tightly `-`, `!` and `~` bind.
const UNARY_LEVEL: u8 = 14;
/// How tightly `**` binds.
const POWER_LEVEL: u8 = 15;
/// How tightly `await` binds: a promise has no powers.
const AWAIT_LEVEL: u8 = 16;

/// Whether a block follows the expression, so that its `{` must not be taken for a struct literal's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Head {
    /// No.
    No,
    /// A block follows.
    Plain,
    /// A block follows, or a `=>` that makes no lambda.
    Guard,
    /// The arms of a `match` follow, which may begin with `default:`.
    Match,
}

/// What comes after a complete operand.
enum Next {
    /// Another operand.
    Operand,
    /// This operand, which took in the one before.
    Value(ExprId),
    /// Nothing: the expression is complete.
    Done(ExprId),
}

impl Parser<'_> {
    /// Parses an expression.
    pub(super) fn expr(&mut self, head: Head) -> ExprId {
        let outer = std::mem::replace(&mut self.head, (head, self.open.len()));
        let value = self.run(self.pending.len());
        self.head = outer;
        value
    }

    /// Parses until nothing is underway but what lies below `base`.
    fn run(&mut self, base: usize) -> ExprId {
        loop {
            let Some(mut value) = self.operand() else { continue };
            loop {
                match self.go_on(value, base) {
                    Next::Operand => break,
                    Next::Value(next) => value = next,
                    Next::Done(value) => return value,
                }
            }
        }
    }

    fn go_on(&mut self, value: ExprId, base: usize) -> Next {
        if self.failed {
            return self.give_up(value, base);
        }
        if let Some(next) = self.postfix(value) {
            return next;
        }
        if let Some((op, level)) = self.infix() {
            // What associates to the right waits for its right operand.
            let is_right = op == Infix::Binary(BinaryOp::Pow);
            let lhs = self.reduce(value, level + u8::from(is_right), base);
            return self.operator(op, level, lhs);
        }
        let value = self.reduce(value, 0, base);
        if self.pending.len() == base {
            return Next::Done(value);
        }
        self.in_delimiters(value)
    }

    /// The operator with two operands at the current token, and how tightly it binds.
    fn infix(&self) -> Option<(Infix, u8)> {
        if self.at(TokenKind::Bang) && self.peek(1).kind == TokenKind::In {
            return infix(TokenKind::In).map(|(_, level)| (Infix::Binary(BinaryOp::NotIn), level));
        }
        infix(self.token.kind)
    }

    /// Consumes an operator, whose left operand is complete.
    fn operator(&mut self, op: Infix, level: u8, lhs: ExprId) -> Next {
        if let (Infix::Range { .. }, ExprKind::Range { .. }) = (op, &self.exprs[lhs].kind) {
            let diagnostic = self.error_here(Code::Syntax, "Ranges cannot be chained");
            self.fail(diagnostic.with_help("a range has two bounds: start..end"));
            return Next::Value(lhs);
        }
        let mut op_span = self.token.span;
        if op == Infix::Binary(BinaryOp::NotIn) {
            self.bump();
            op_span = op_span.to(self.token.span);
        }
        self.bump();
        if let Infix::Range { inclusive: false } = op
            && self.is_range_open()
        {
            let lo = self.lo(lhs);
            let range = ExprKind::Range { start: Some(lhs), end: None, inclusive: false };
            return Next::Value(self.add(range, lo));
        }
        self.pending.push(Pending::Infix { op, level, op_span, lhs });
        Next::Operand
    }

    /// Whether a `..` that was just consumed needs no end: it is the last token of an index.
    fn is_range_open(&self) -> bool {
        self.at(TokenKind::RBracket) && matches!(self.pending.last(), Some(Pending::Index { .. }))
    }

    /// Completes the operators underway that bind at least as tightly as `level`; 0 completes all of them.
    fn reduce(&mut self, mut value: ExprId, level: u8, base: usize) -> ExprId {
        while self.pending.len() > base {
            match self.pending.last() {
                Some(&Pending::Infix { level: other, .. }) if other >= level => {}
                Some(&Pending::Prefix { op, .. }) if op.level() >= level => {}
                _ => break,
            }
            value = self.complete(value);
        }
        value
    }

    /// Closes what is underway after a mistake, out to the innermost string that can go on.
    fn give_up(&mut self, mut value: ExprId, base: usize) -> Next {
        while self.pending.len() > base {
            if let Some(&Pending::Interpolation { open, .. }) = self.pending.last()
                && self.resume_in_string(open)
            {
                return self.in_delimiters(value);
            }
            value = self.complete(value);
        }
        Next::Done(value)
    }

    /// Adds an expression that starts at `lo` and ends with the last consumed token.
    fn add(&mut self, kind: ExprKind, lo: u32) -> ExprId {
        let span = self.span_from(lo);
        self.exprs.push(Expr { kind, span })
    }

    /// Adds a hole after the last consumed token.
    fn hole(&mut self) -> ExprId {
        self.exprs.push(Expr { kind: ExprKind::Error, span: Span::new(self.end, self.end) })
    }

    fn lo(&self, expr: ExprId) -> u32 {
        self.exprs[expr].span.lo
    }
}

/// The operator with two operands that a token is, and how tightly it binds.
fn infix(kind: TokenKind) -> Option<(Infix, u8)> {
    let (op, level) = match kind {
        TokenKind::PipeGt => return Some((Infix::Pipe, 1)),
        TokenKind::QuestionQuestion => (BinaryOp::Coalesce, 2),
        TokenKind::OrOr => (BinaryOp::Or, 3),
        TokenKind::AndAnd => (BinaryOp::And, 4),
        TokenKind::EqEq => (BinaryOp::Eq, 5),
        TokenKind::BangEq => (BinaryOp::Ne, 5),
        TokenKind::Lt => (BinaryOp::Lt, 6),
        TokenKind::Le => (BinaryOp::Le, 6),
        TokenKind::Gt => (BinaryOp::Gt, 6),
        TokenKind::Ge => (BinaryOp::Ge, 6),
        TokenKind::In => (BinaryOp::In, 6),
        TokenKind::DotDot => return Some((Infix::Range { inclusive: false }, RANGE_LEVEL)),
        TokenKind::DotDotEq => return Some((Infix::Range { inclusive: true }, RANGE_LEVEL)),
        TokenKind::Or => (BinaryOp::BitOr, 8),
        TokenKind::Caret => (BinaryOp::BitXor, 9),
        TokenKind::And => (BinaryOp::BitAnd, 10),
        TokenKind::Shl => (BinaryOp::Shl, 11),
        TokenKind::Shr => (BinaryOp::Shr, 11),
        TokenKind::Plus => (BinaryOp::Add, 12),
        TokenKind::Minus => (BinaryOp::Sub, 12),
        TokenKind::Star => (BinaryOp::Mul, 13),
        TokenKind::Slash => (BinaryOp::Div, 13),
        TokenKind::Percent => (BinaryOp::Mod, 13),
        TokenKind::StarStar => (BinaryOp::Pow, POWER_LEVEL),
        _ => return None,
    };
    Some((Infix::Binary(op), level))
}
