//! Ranges written with `..`: their bounds, and the array that they are where nothing better is known.

use ruff_syntax::Span;
use ruff_syntax::ast::{ExprId, ExprKind};

use super::Compiler;
use super::expression::{Operand, Want};
use super::function::Reg;
use crate::bytecode::op::{BOUND, INCLUSIVE};
use crate::bytecode::{Instr, Op};
use crate::value::Value;

impl Compiler<'_> {
    /// Whether an expression is written as a range.
    pub(super) fn is_range(&self, id: ExprId) -> bool {
        matches!(self.kind(self.strip(id)), ExprKind::Range { .. })
    }

    /// Evaluates the bounds of a range into the next two registers, the second one behind its last int; answers the first.
    /// Whoever uses them makes sure that they are ints.
    pub(super) fn bounds(&mut self, range: ExprId, span: Span) -> Reg {
        let first = self.func.alloc_run(2);
        let ExprKind::Range { start, end, inclusive } = self.kind(self.strip(range)) else { return first };
        let (Some(start), Some(end)) = (*start, *end) else { return first };
        self.lower_into(start, first);
        let next = match self.kind(self.strip(end)) {
            ExprKind::Int(end) if *inclusive => end.checked_add(1),
            _ => None,
        };
        if let Some(next) = next {
            self.func.load(first + 1, Value::Int(next), span);
            return first;
        }
        self.lower_into(end, first + 1);
        if *inclusive {
            self.func.emit(Instr::new(Op::AddI, first + 1, first + 1, 1).with_kind(BOUND), span);
        }
        first
    }

    /// Evaluates the bounds of a slice into the next two registers; answers the first, and the kind field.
    pub(super) fn slice_bounds(&mut self, range: ExprId, span: Span) -> (Reg, u8) {
        let first = self.func.alloc_run(2);
        let ExprKind::Range { start, end, inclusive } = self.kind(self.strip(range)) else {
            return (first, 0);
        };
        for (bound, register, missing) in [(start, first, 0), (end, first + 1, i64::MAX)] {
            match bound {
                Some(bound) => self.lower_into(*bound, register),
                None => self.func.load(register, Value::Int(missing), span),
            }
        }
        (first, if *inclusive { INCLUSIVE } else { 0 })
    }

    /// A range as an array.
    pub(super) fn range_value(&mut self, id: ExprId, want: Want, span: Span) -> Operand {
        let mark = self.func.next();
        let bounds = self.bounds(id, span);
        self.func.free_from(mark);
        let dest = self.dest(want);
        self.func.op(Op::Range, dest, bounds, 0, span);
        Operand::Register(dest)
    }
}
