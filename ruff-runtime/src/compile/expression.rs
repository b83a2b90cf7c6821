//! Expressions: where a value is wanted, and what becomes of each kind of expression.
//!
//! Start at [`Compiler::lower`]. An expression whose evaluation starts with its leftmost part — operators, calls, members —
//! is lowered by `spine`, without recursion along that side; everything else here.

use ruff_syntax::Span;
use ruff_syntax::ast::{Arg, Constructor, ExprId, ExprKind, UnaryOp};

use super::Compiler;
use super::function::Reg;
use crate::bytecode::Op;
use crate::bytecode::op::NO_REGISTER;
use crate::value::Value;
use ruff_syntax::{Code, Symbol};

/// Where a value is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Want {
    /// Anywhere; a variable's own register or a constant will do.
    Any,
    /// In this register.
    Into(Reg),
    /// Nowhere: only the effects count.
    Nothing,
}

/// Where a value is.
#[derive(Clone)]
pub(super) enum Operand {
    /// In a register.
    Register(Reg),
    /// Known now.
    Constant(Value),
    /// The string that a symbol stands for.
    Text(Symbol),
}

impl<'a> Compiler<'a> {
    /// Lowers an expression and answers where its value is: for [`Want::Any`] wherever it is cheapest, for
    /// [`Want::Into`] in that register. Values underway take registers from the next free one on.
    pub(super) fn lower(&mut self, id: ExprId, want: Want) -> Operand {
        let id = self.strip(id);
        let expr = &self.module.exprs[id];
        match &expr.kind {
            ExprKind::Null => self.constant(Value::Null, want, expr.span),
            ExprKind::Bool(truth) => self.constant(Value::Bool(*truth), want, expr.span),
            ExprKind::Int(int) => self.constant(Value::Int(*int), want, expr.span),
            ExprKind::Float(float) => self.constant(Value::Float(*float), want, expr.span),
            ExprKind::Str(symbol) => self.deliver(Operand::Text(*symbol), want, expr.span),
            ExprKind::Name(name) => self.read(name, want),
            ExprKind::Error => self.constant(Value::Null, want, expr.span),
            _ if self.starts_left(id).is_some() => self.spine(id, want),
            _ => self.whole(id, want),
        }
    }

    /// Lowers an expression into a register.
    pub(super) fn lower_into(&mut self, id: ExprId, dest: Reg) {
        self.lower(id, Want::Into(dest));
    }

    /// Lowers an expression into some register: a variable's own, or a new one.
    pub(super) fn lower_any(&mut self, id: ExprId) -> Reg {
        let span = self.span(id);
        let operand = self.lower(id, Want::Any);
        self.in_register(operand, span)
    }

    /// Lowers an expression into some register where nothing that `later` does can change it.
    pub(super) fn lower_before(&mut self, id: ExprId, later: &[ExprId]) -> Reg {
        let register = self.lower_any(id);
        let later_updates = later.iter().any(|&later| self.effects.updates(later));
        if later_updates { self.unshared(register, self.span(id)) } else { register }
    }

    /// A register with the same value that is no variable's.
    pub(super) fn unshared(&mut self, register: Reg, span: Span) -> Reg {
        if !self.func.is_variable(register) {
            return register;
        }
        let copy = self.func.alloc();
        self.func.copy(copy, register, span);
        copy
    }

    /// Puts an operand into a register if it is in none.
    pub(super) fn in_register(&mut self, operand: Operand, span: Span) -> Reg {
        match operand {
            Operand::Register(register) => register,
            operand => {
                let dest = self.func.alloc();
                self.move_into(dest, operand, span);
                dest
            }
        }
    }

    /// Puts an operand into the register `dest`.
    pub(super) fn move_into(&mut self, dest: Reg, operand: Operand, span: Span) {
        match operand {
            Operand::Register(register) => self.func.copy(dest, register, span),
            Operand::Constant(value) => self.func.load(dest, value, span),
            Operand::Text(symbol) => {
                let index = self.func.tables.text(symbol, self.module.interner.text(symbol));
                self.func.wide(Op::LoadConst, dest, index, span);
            }
        }
    }

    /// Hands a value that is somewhere to where it is wanted.
    pub(super) fn deliver(&mut self, operand: Operand, want: Want, span: Span) -> Operand {
        match want {
            Want::Any | Want::Nothing => operand,
            Want::Into(dest) => {
                self.move_into(dest, operand, span);
                Operand::Register(dest)
            }
        }
    }

    fn constant(&mut self, value: Value, want: Want, span: Span) -> Operand {
        self.deliver(Operand::Constant(value), want, span)
    }

    /// The register for a new value: the one wanted, or a new one.
    pub(super) fn dest(&mut self, want: Want) -> Reg {
        match want {
            Want::Into(dest) => dest,
            Want::Any | Want::Nothing => self.func.alloc(),
        }
    }

    /// The register for the result of a call: [`NO_REGISTER`] when nobody wants it.
    pub(super) fn call_dest(&mut self, want: Want) -> Reg {
        match want {
            Want::Nothing => NO_REGISTER,
            want => self.dest(want),
        }
    }

    /// A register to build a value in step by step: the one wanted, unless it is a variable's, which must not change before
    /// the end.
    pub(super) fn workplace(&mut self, want: Want) -> Reg {
        match want {
            Want::Into(dest) if !self.func.is_variable(dest) => dest,
            _ => self.func.alloc(),
        }
    }

    /// The expression inside parentheses.
    pub(super) fn strip(&self, mut id: ExprId) -> ExprId {
        while let ExprKind::Paren(inner) = self.module.exprs[id].kind {
            id = inner;
        }
        id
    }

    pub(super) fn kind(&self, id: ExprId) -> &'a ExprKind {
        &self.module.exprs[id].kind
    }

    pub(super) fn span(&self, id: ExprId) -> Span {
        self.module.exprs[id].span
    }

    /// Lowers an expression that is not a spine.
    fn whole(&mut self, id: ExprId, want: Want) -> Operand {
        let span = self.span(id);
        match self.kind(id) {
            ExprKind::Interpolated(parts) => self.interpolated(parts, want, span),
            ExprKind::Array(elements) => self.array(elements, want, span),
            ExprKind::Dict(entries) => self.dict(entries, want, span),
            ExprKind::Struct { name, fields } => self.structure(name, fields, want, span),
            ExprKind::Variant { name, variant, args } => {
                self.variant(name, *variant, args.as_deref().unwrap_or_default(), want, span)
            }
            ExprKind::Construct { constructor, args, .. } => self.construct(*constructor, args, want, span),
            ExprKind::Func(func) => self.lambda(func, want),
            ExprKind::Control(stmt) => self.control_value(stmt, want),
            ExprKind::Unary { op, operand } => self.unary(*op, *operand, want, span),
            ExprKind::Binary { .. } => self.truth(id, want, span),
            ExprKind::Range { .. } => self.range_value(id, want, span),
            ExprKind::Call { callee, args } => self.call_by_name(*callee, args, want, span),
            ExprKind::MethodCall { object, member, args, optional } => {
                self.call_on_place(*object, *member, args, *optional, want, span)
            }
            ExprKind::Await(inner) => {
                let (mark, promise) = (self.func.next(), self.lower_any(*inner));
                self.func.free_from(mark);
                let dest = self.dest(want);
                self.func.op(Op::Await, dest, promise, 0, span);
                Operand::Register(dest)
            }
            ExprKind::Yield(value) => self.yield_value(*value, want, span),
            ExprKind::Throw(args) => self.throw(args, span),
            _ => Operand::Constant(Value::Null),
        }
    }

    fn construct(&mut self, constructor: Constructor, args: &[Arg], want: Want, span: Span) -> Operand {
        let number = match constructor {
            Constructor::Ok => 0,
            Constructor::Err => 1,
            Constructor::Some => 2,
            Constructor::None => return self.constant(Value::Nothing, want, span),
        };
        let Some(arg) = args.first() else { return Operand::Constant(Value::Null) };
        let mark = self.func.next();
        let value = self.lower_any(arg.value);
        self.func.free_from(mark);
        let dest = self.dest(want);
        self.func.op(Op::Wrap, dest, value, number, span);
        Operand::Register(dest)
    }

    fn unary(&mut self, op: UnaryOp, operand: ExprId, want: Want, span: Span) -> Operand {
        let mark = self.func.next();
        let value = match self.lower(operand, Want::Any) {
            Operand::Constant(Value::Int(int)) if op == UnaryOp::Neg && int != i64::MIN => {
                return self.constant(Value::Int(-int), want, span);
            }
            Operand::Constant(Value::Float(float)) if op == UnaryOp::Neg => {
                return self.constant(Value::Float(-float), want, span);
            }
            value => self.in_register(value, span),
        };
        self.func.free_from(mark);
        let dest = self.dest(want);
        let op = match op {
            UnaryOp::Neg => Op::Neg,
            UnaryOp::Not => Op::Not,
            UnaryOp::BitNot => Op::BitNot,
        };
        self.func.op(op, dest, value, 0, span);
        Operand::Register(dest)
    }

    fn yield_value(&mut self, value: Option<ExprId>, want: Want, span: Span) -> Operand {
        let mark = self.func.next();
        let value = match value {
            Some(value) => self.lower_any(value),
            None => self.in_register(Operand::Constant(Value::Null), span),
        };
        self.func.free_from(mark);
        if !self.func.flags.is_generator {
            let message = "Yield can only be used inside generator functions".to_owned();
            let site = self.func.tables.raise(Code::YieldOutsideGenerator, message, None);
            self.func.raise(site, span);
        }
        let dest = self.dest(want);
        self.func.op(Op::Yield, dest, value, 0, span);
        Operand::Register(dest)
    }

    fn throw(&mut self, args: &[Arg], span: Span) -> Operand {
        let mark = self.func.next();
        if let Some(arg) = args.first() {
            let value = self.lower_any(arg.value);
            self.func.op(Op::Throw, value, 0, 0, span);
        }
        self.func.free_from(mark);
        Operand::Constant(Value::Null)
    }
}
