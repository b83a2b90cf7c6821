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
use crate::lexer::TokenKind;
use crate::source::Span;
use pending::{Infix, Prefix};

/// Whether a block follows the expression, so that its `{` must not be taken for a struct literal's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Head {
    /// No.
    No,
    /// A block follows.
    Plain,
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
        if let Some((op, level)) = infix(self.token.kind) {
            let lhs = self.reduce(value, level, base);
            let op_span = self.token.span;
            self.bump();
            self.pending.push(Pending::Infix { op, level, op_span, lhs });
            return Next::Operand;
        }
        let value = self.reduce(value, 0, base);
        if self.pending.len() == base {
            return Next::Done(value);
        }
        self.in_delimiters(value)
    }

    /// Completes the operators underway that bind at least as tightly as `level`; 0 completes all of them.
    fn reduce(&mut self, mut value: ExprId, level: u8, base: usize) -> ExprId {
        while self.pending.len() > base {
            match self.pending.last() {
                Some(&Pending::Infix { level: other, .. }) if other >= level => {}
                Some(Pending::Prefix { op: Prefix::Yield, .. }) if level == 0 => {}
                Some(Pending::Prefix { op: Prefix::Neg | Prefix::Not | Prefix::Await, .. }) => {}
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
        TokenKind::Plus => (BinaryOp::Add, 7),
        TokenKind::Minus => (BinaryOp::Sub, 7),
        TokenKind::Star => (BinaryOp::Mul, 8),
        TokenKind::Slash => (BinaryOp::Div, 8),
        TokenKind::Percent => (BinaryOp::Mod, 8),
        _ => return None,
    };
    Some((Infix::Binary(op), level))
}
