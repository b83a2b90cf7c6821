//! Operators with two operands: constants in the instruction, constants folded where nothing can go wrong.

use ruff_syntax::ast::BinaryOp;
use ruff_syntax::{Span, Symbol};

use super::Compiler;
use super::expression::{Operand, Want};
use super::function::Reg;
use crate::bytecode::op::{NEGATED, SWAP};
use crate::bytecode::{BinaryKind, Instr, Op};
use crate::value::{Value, on_bits};

/// A binary operation whose operands are where its instruction wants them.
pub(super) enum Ready {
    /// Computed already.
    Known(Value),
    /// The instruction but for its destination.
    Instr(Instr),
}

/// The instructions of an arithmetic operator.
struct Forms {
    plain: Op,
    small: Op,
    constant: Op,
    /// With the constant on the left; the operators that commute use the swap bit instead.
    reversed: Option<Op>,
}

fn forms(op: BinaryOp) -> Option<Forms> {
    let (plain, small, constant, reversed) = match op {
        BinaryOp::Add => (Op::Add, Op::AddI, Op::AddK, None),
        BinaryOp::Sub => (Op::Sub, Op::SubI, Op::SubK, Some(Op::SubR)),
        BinaryOp::Mul => (Op::Mul, Op::MulI, Op::MulK, None),
        BinaryOp::Div => (Op::Div, Op::DivI, Op::DivK, Some(Op::DivR)),
        BinaryOp::Mod => (Op::Mod, Op::ModI, Op::ModK, Some(Op::ModR)),
        _ => return None,
    };
    Some(Forms { plain, small, constant, reversed })
}

/// The instruction of an operator that has one only, and its kind field.
fn without_forms(op: BinaryOp) -> (Op, u8) {
    match op {
        BinaryOp::Ne => (Op::Ne, 0),
        BinaryOp::Lt => (Op::Lt, 0),
        BinaryOp::Le => (Op::Le, 0),
        BinaryOp::Gt => (Op::Gt, 0),
        BinaryOp::Ge => (Op::Ge, 0),
        BinaryOp::In => (Op::In, 0),
        BinaryOp::NotIn => (Op::In, NEGATED),
        BinaryOp::Pow
        | BinaryOp::BitAnd
        | BinaryOp::BitOr
        | BinaryOp::BitXor
        | BinaryOp::Shl
        | BinaryOp::Shr => (Op::Operate, BinaryKind::encode(op)),
        _ => (Op::Eq, 0),
    }
}

impl Compiler<'_> {
    /// Brings the operands of an operator to where its instruction wants them.
    pub(super) fn prepare_binary(&mut self, op: BinaryOp, lhs: Operand, rhs: Operand, span: Span) -> Ready {
        if let (Operand::Constant(lhs), Operand::Constant(rhs)) = (&lhs, &rhs)
            && let Some(value) = fold(op, lhs, rhs)
        {
            return Ready::Known(value);
        }
        let Some(forms) = forms(op) else {
            let (lhs, rhs) = (self.in_register(lhs, span), self.in_register(rhs, span));
            let (op, kind) = without_forms(op);
            return Ready::Instr(Instr::new(op, 0, lhs, rhs).with_kind(kind));
        };
        if let Some(small) = small_int(&rhs) {
            let lhs = self.in_register(lhs, span);
            return Ready::Instr(Instr::new(forms.small, 0, lhs, small));
        }
        if let Some(small) = small_int(&lhs)
            && forms.reversed.is_none()
        {
            let rhs = self.in_register(rhs, span);
            return Ready::Instr(Instr::new(forms.small, 0, rhs, small).with_kind(SWAP));
        }
        if let Some(constant) = self.small_constant(&rhs) {
            let lhs = self.in_register(lhs, span);
            return Ready::Instr(Instr::new(forms.constant, 0, lhs, constant));
        }
        if let Some(constant) = self.small_constant(&lhs) {
            let rhs = self.in_register(rhs, span);
            return Ready::Instr(match forms.reversed {
                Some(reversed) => Instr::new(reversed, 0, rhs, constant),
                None => Instr::new(forms.constant, 0, rhs, constant).with_kind(SWAP),
            });
        }
        let (lhs, rhs) = (self.in_register(lhs, span), self.in_register(rhs, span));
        Ready::Instr(Instr::new(forms.plain, 0, lhs, rhs))
    }

    /// Emits a prepared operation.
    pub(super) fn emit_binary(&mut self, ready: Ready, want: Want, span: Span) -> Operand {
        match ready {
            Ready::Known(value) => self.deliver(Operand::Constant(value), want, span),
            Ready::Instr(instr) => {
                let dest = self.dest(want);
                self.func.emit(Instr { a: dest, ..instr }, span);
                Operand::Register(dest)
            }
        }
    }

    /// `dest = lhs op rhs`
    pub(super) fn operate(&mut self, op: BinaryOp, lhs: Reg, rhs: Operand, dest: Reg, span: Span) {
        let ready = self.prepare_binary(op, Operand::Register(lhs), rhs, span);
        self.emit_binary(ready, Want::Into(dest), span);
    }

    /// The constant that an operand is, if its index fits into 16 bits.
    pub(super) fn small_constant(&mut self, operand: &Operand) -> Option<u16> {
        match operand {
            Operand::Register(_) => None,
            Operand::Constant(value) => small(self.func.tables.constant(value.clone())),
            Operand::Text(symbol) => self.small_text(*symbol),
        }
    }

    /// The constant string that a symbol stands for, if its index fits into 16 bits.
    pub(super) fn small_text(&mut self, symbol: Symbol) -> Option<u16> {
        small(self.func.tables.text(symbol, self.module.interner.text(symbol)))
    }
}

/// An index that fits into 16 bits, as those of all tables but for the largest.
fn small(index: u32) -> Option<u16> {
    u16::try_from(index).ok().filter(|&index| index < u16::MAX)
}

/// The operand as a small int that fits into an instruction.
pub(super) fn small_int(operand: &Operand) -> Option<u16> {
    match operand {
        Operand::Constant(Value::Int(int)) => i16::try_from(*int).ok().map(i16::cast_unsigned),
        _ => None,
    }
}

/// The value of an operation on two constants if it cannot fail. Comparisons are left to the machine: nobody writes
/// them with constants.
fn fold(op: BinaryOp, lhs: &Value, rhs: &Value) -> Option<Value> {
    match (lhs, rhs) {
        (Value::Int(lhs), Value::Int(rhs)) => match op {
            BinaryOp::Add => lhs.checked_add(*rhs),
            BinaryOp::Sub => lhs.checked_sub(*rhs),
            BinaryOp::Mul => lhs.checked_mul(*rhs),
            BinaryOp::Div => lhs.checked_div(*rhs),
            BinaryOp::Mod => lhs.checked_rem(*rhs),
            _ => on_bits(op, *lhs, *rhs),
        }
        .map(Value::Int),
        (Value::Float(lhs), Value::Float(rhs)) => match op {
            BinaryOp::Add => Some(lhs + rhs),
            BinaryOp::Sub => Some(lhs - rhs),
            BinaryOp::Mul => Some(lhs * rhs),
            BinaryOp::Div if *rhs != 0.0 => Some(lhs / rhs),
            _ => None,
        }
        .map(Value::Float),
        _ => None,
    }
}
