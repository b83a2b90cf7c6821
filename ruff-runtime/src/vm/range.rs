//! Ranges, slices and membership: `a..b`, `v[a..b]`, `x in c`.

use ruff_syntax::Code;
use ruff_syntax::ast::BinaryOp;

use super::arithmetic::invalid_binary;
use super::index::invalid_slice;
use super::{Vm, VmResult};
use crate::bytecode::Instr;
use crate::bytecode::op::{INCLUSIVE, KILL_B, KILL_C, NEGATED};
use crate::error::VmError;
use crate::value::{Value, equal, holds};

impl Vm {
    /// `Range`
    #[inline(never)]
    pub(super) fn range(&mut self, instr: Instr) -> VmResult {
        self.check_bounds(instr.b)?;
        self.call_plain_builtin("range", &[instr.b, instr.b + 1], instr.a)
    }

    /// `Slice`
    #[inline(never)]
    pub(super) fn slice(&mut self, instr: Instr) -> VmResult {
        let sliced = self.reg(instr.b);
        if sliced.as_str().is_none() && !matches!(sliced, Value::Array(_) | Value::Bytes(_)) {
            return Err(invalid_slice(sliced));
        }
        self.check_bounds(instr.c)?;
        if instr.kind & INCLUSIVE != 0
            && let &Value::Int(last) = self.reg(instr.c + 1)
        {
            // Behind the last element, however many there are.
            let end = if last == -1 { i64::MAX } else { last.saturating_add(1) };
            self.set_reg(instr.c + 1, Value::Int(end));
        }
        self.call_plain_builtin("slice", &[instr.b, instr.c, instr.c + 1], instr.a)?;
        if instr.a != instr.b {
            self.release(instr, instr.b, KILL_B);
        }
        Ok(())
    }

    /// `In`
    #[inline(never)]
    pub(super) fn is_in(&mut self, instr: Instr) -> VmResult {
        let (item, container) = (self.reg(instr.b), self.reg(instr.c));
        let Some(truth) = holds(container, item) else {
            return Err(invalid_binary(BinaryOp::In, item, container));
        };
        self.release(instr, instr.b, KILL_B);
        self.release(instr, instr.c, KILL_C);
        self.set_reg(instr.a, Value::Bool(truth != (instr.kind & NEGATED != 0)));
        Ok(())
    }

    /// `InRange`
    #[inline(never)]
    pub(super) fn is_in_range(&mut self, instr: Instr) -> VmResult {
        self.check_bounds(instr.c)?;
        let item = self.reg(instr.b);
        let nearest = match *item {
            Value::Int(int) => Some(int),
            // Too large ones saturate, and are not equal to where they end up.
            Value::Float(float) => Some(float.round() as i64).filter(|&int| equal(&Value::Int(int), item)),
            _ => None,
        };
        let bound = |at: u16| match *self.reg(instr.c + at) {
            Value::Int(bound) => bound,
            _ => 0,
        };
        let truth = nearest.is_some_and(|int| (bound(0)..bound(1)).contains(&int));
        self.set_reg(instr.a, Value::Bool(truth != (instr.kind & NEGATED != 0)));
        Ok(())
    }

    /// Checks that the bounds of a range, in two registers, are ints.
    pub(super) fn check_bounds(&self, first: u16) -> VmResult {
        self.check_bound(first)?;
        self.check_bound(first + 1)
    }

    /// Checks that a bound of a range is an int.
    pub(super) fn check_bound(&self, register: u16) -> VmResult {
        match self.reg(register) {
            Value::Int(_) => Ok(()),
            other => {
                let message = format!("Range bounds must be ints, got {}", other.type_name());
                Err(VmError::new(Code::InvalidOperation, message))
            }
        }
    }
}
