//! Comparisons beyond the dispatch loop's fast paths: as values and as branches, with overloads.

use ruff_syntax::ast::BinaryOp;

use super::arithmetic::{invalid_binary, overload};
use super::{Vm, VmResult};
use crate::bytecode::op::{KILL_A, KILL_B, KILL_C, SENSE};
use crate::bytecode::{Instr, Op};
use crate::fiber::ReturnMode;
use crate::heap::Ref;
use crate::value::{Closure, Value, compare, equal, exactly_equal};

fn operator(op: Op) -> BinaryOp {
    match op {
        Op::Ne | Op::JumpNe | Op::JumpNeI | Op::JumpNeK => BinaryOp::Ne,
        Op::Lt | Op::JumpLt | Op::JumpLtI | Op::JumpLtK => BinaryOp::Lt,
        Op::Le | Op::JumpLe | Op::JumpLeI | Op::JumpLeK => BinaryOp::Le,
        Op::Gt | Op::JumpGt | Op::JumpGtI | Op::JumpGtK => BinaryOp::Gt,
        Op::Ge | Op::JumpGe | Op::JumpGeI | Op::JumpGeK => BinaryOp::Ge,
        _ => BinaryOp::Eq,
    }
}

/// `lhs op rhs` without overloads.
fn holds(op: BinaryOp, lhs: &Value, rhs: &Value) -> VmResult<bool> {
    match op {
        BinaryOp::Eq => return Ok(equal(lhs, rhs)),
        BinaryOp::Ne => return Ok(!equal(lhs, rhs)),
        _ => {}
    }
    let numbers = match (lhs, rhs) {
        (Value::Float(lhs), Value::Float(rhs)) => Some((*lhs, *rhs)),
        (Value::Float(lhs), Value::Int(rhs)) => Some((*lhs, *rhs as f64)),
        (Value::Int(lhs), Value::Float(rhs)) => Some((*lhs as f64, *rhs)),
        _ => None,
    };
    if let Some((lhs, rhs)) = numbers {
        // NaN is in no order with anything.
        return Ok(match op {
            BinaryOp::Lt => lhs < rhs,
            BinaryOp::Le => lhs <= rhs,
            BinaryOp::Gt => lhs > rhs,
            _ => lhs >= rhs,
        });
    }
    let Some(order) = compare(lhs, rhs) else { return Err(invalid_binary(op, lhs, rhs)) };
    Ok(match op {
        BinaryOp::Lt => order.is_lt(),
        BinaryOp::Le => order.is_le(),
        BinaryOp::Gt => order.is_gt(),
        _ => order.is_ge(),
    })
}

/// What decides a comparison.
enum Outcome {
    Known(bool),
    /// The result of this method, negated or not.
    Method(Ref<Closure>, bool),
}

fn outcome(op: BinaryOp, lhs: &Value, rhs: &Value) -> VmResult<Outcome> {
    if let Value::Struct(object) = lhs
        && let Some(def) = object.shape().def()
    {
        if let Some(method) = def.operator(overload(op)) {
            return Ok(Outcome::Method(method, false));
        }
        if op == BinaryOp::Ne
            && let Some(method) = def.operator(overload(BinaryOp::Eq))
        {
            return Ok(Outcome::Method(method, true));
        }
    }
    holds(op, lhs, rhs).map(Outcome::Known)
}

impl Vm {
    /// A comparison whose result goes into a register.
    #[inline(never)]
    pub(super) fn compare(&mut self, instr: Instr) -> VmResult {
        let op = operator(instr.op);
        match outcome(op, self.reg(instr.b), self.reg(instr.c))? {
            Outcome::Known(truth) => {
                self.release(instr, instr.b, KILL_B);
                self.release(instr, instr.c, KILL_C);
                self.set_reg(instr.a, Value::Bool(truth));
                Ok(())
            }
            Outcome::Method(method, negated) => {
                let (lhs, rhs) = (self.reg(instr.b).clone(), self.reg(instr.c).clone());
                let mode = if negated { ReturnMode::Negate } else { ReturnMode::Plain };
                self.call_operator(method, lhs, Some(rhs), instr.a, mode)
            }
        }
    }

    /// A comparison that decides a branch.
    #[inline(never)]
    pub(super) fn compare_branch(&mut self, instr: Instr) -> VmResult {
        let op = operator(instr.op);
        let number;
        let rhs = match instr.op {
            Op::JumpEqI | Op::JumpNeI | Op::JumpLtI | Op::JumpLeI | Op::JumpGtI | Op::JumpGeI => {
                number = Value::Int(i64::from(instr.imm_b()));
                &number
            }
            Op::JumpEqK | Op::JumpNeK | Op::JumpLtK | Op::JumpLeK | Op::JumpGtK | Op::JumpGeK => {
                self.constant(instr.b)
            }
            _ => self.reg(instr.b),
        };
        match outcome(op, self.reg(instr.a), rhs)? {
            Outcome::Known(truth) => {
                self.release(instr, instr.a, KILL_A);
                if matches!(
                    instr.op,
                    Op::JumpEq | Op::JumpNe | Op::JumpLt | Op::JumpLe | Op::JumpGt | Op::JumpGe
                ) {
                    self.release(instr, instr.b, KILL_B);
                }
                self.branch_if(instr, truth)
            }
            Outcome::Method(method, negated) => {
                let (lhs, rhs) = (self.reg(instr.a).clone(), rhs.clone());
                let mode = if negated { ReturnMode::BranchNegated } else { ReturnMode::Branch };
                self.call_operator(method, lhs, Some(rhs), crate::bytecode::op::NO_REGISTER, mode)
            }
        }
    }

    /// Takes the branch of a compare-and-branch if the comparison says so.
    pub(super) fn branch_if(&mut self, instr: Instr, truth: bool) -> VmResult {
        if truth != (instr.kind & SENSE != 0) {
            return Ok(());
        }
        self.frame_mut().jump_by(i32::from(instr.imm_c()));
        self.tick()
    }

    /// `JumpTrue` and `JumpFalse`
    #[inline(never)]
    pub(super) fn jump_if_truthy(&mut self, instr: Instr) -> VmResult {
        let truth = self.reg(instr.a).is_truthy();
        self.release(instr, instr.a, KILL_A);
        if truth != (instr.op == Op::JumpTrue) {
            return Ok(());
        }
        self.frame_mut().jump_by(instr.wide_operand());
        self.tick()
    }

    /// `JumpUnlessExact`
    #[inline(never)]
    pub(super) fn jump_unless_exact(&mut self, instr: Instr) -> VmResult {
        if exactly_equal(self.reg(instr.a), self.constant(instr.b)) {
            return Ok(());
        }
        self.frame_mut().jump_by(i32::from(instr.imm_c()));
        self.tick()
    }

    /// `ToBool`
    #[inline(never)]
    pub(super) fn truth(&mut self, instr: Instr) -> VmResult {
        let truth = self.reg(instr.b).is_truthy();
        self.release(instr, instr.b, KILL_B);
        self.set_reg(instr.a, Value::Bool(truth));
        Ok(())
    }

    /// Releases an operand that dies in its instruction.
    #[inline]
    pub(super) fn release(&mut self, instr: Instr, at: u16, kill: u8) {
        if instr.kind & kill != 0 {
            drop(self.take_reg(at));
        }
    }
}
