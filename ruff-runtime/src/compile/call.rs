//! Calls of what a name stands for: builtins, functions known now, and everything else.

use ruff_syntax::Span;
use ruff_syntax::ast::{Arg, ExprId, ExprKind, Name};
use ruff_syntax::resolve::Resolved;

use super::Compiler;
use super::arguments::has_spread;
use super::expression::{Operand, Want};
use super::function::Reg;
use crate::bytecode::op::BOUND;
use crate::bytecode::{Instr, Op};
use crate::native::NativeDef;
use crate::value::Value;

impl Compiler<'_> {
    /// `name(args)`
    pub(super) fn call_by_name(&mut self, callee: ExprId, args: &[Arg], want: Want, span: Span) -> Operand {
        let ExprKind::Name(name) = self.kind(self.strip(callee)) else {
            return Operand::Constant(Value::Null);
        };
        if has_spread(args) {
            let mark = self.func.next();
            let base = self.run_start(want);
            self.read(name, Want::Into(base));
            let count = self.arguments(args, span);
            self.func.free_from(mark);
            return self.finish_call(Op::Call, base, count, 0, want, span);
        }
        if let Some((def, alias)) = self.constant_native(name) {
            match (def.name, alias, args) {
                ("len", 0, [value]) => return self.len(value.value, want, span),
                ("push", 0, [array, item]) => return self.push(array.value, item.value, want, span),
                _ => {}
            }
            let value = Operand::Constant(Value::Native(alias, def));
            if let Some(constant) = self.small_constant(&value) {
                return self.call_native(constant, args, want, span);
            }
        }
        if let Some((slot, def, alias)) = self.likely_native(name) {
            match (def.name, alias, args) {
                ("len", 0, [value]) if self.is_range(value.value) => {
                    return self.likely_len_of_bounds(slot, value.value, want, span);
                }
                ("len", 0, [value]) if self.likely_range(value.value).is_some() => {
                    return self.likely_len(slot, value.value, want, span);
                }
                _ => {}
            }
            let value = Operand::Constant(Value::Native(alias, def));
            if let Some(constant) = self.small_constant(&value) {
                return self.call_likely_native(slot, constant, args, want, span);
            }
        }
        let mark = self.func.next();
        let base = self.run_start(want);
        let (op, slot) = match self.known_function(name) {
            Some(slot) => (Op::CallGlobal, slot),
            None => {
                self.read(name, Want::Into(base));
                (Op::Call, 0)
            }
        };
        let count = self.arguments(args, span);
        self.func.free_from(mark);
        self.finish_call(op, base, count, slot, want, span)
    }

    /// The first register of a run: the one where the result is wanted if nothing lies above it, else a new one.
    pub(super) fn run_start(&mut self, want: Want) -> Reg {
        match want {
            Want::Into(dest) if !self.func.is_variable(dest) && dest + 1 == self.func.next() => dest,
            _ => self.func.alloc(),
        }
    }

    fn call_native(&mut self, constant: u16, args: &[Arg], want: Want, span: Span) -> Operand {
        let mark = self.func.next();
        let mut base = mark;
        if let Want::Into(dest) = want
            && !self.func.is_variable(dest)
            && dest + 1 == mark
            && !args.is_empty()
        {
            base = dest;
            self.func.free_from(dest);
        }
        let count = self.arguments(args, span);
        self.func.free_from(mark);
        self.finish_call(Op::CallNative, base, count, constant, want, span)
    }

    /// Calls the builtin `constant` unless the global in `slot` is defined, which is called then.
    fn call_likely_native(
        &mut self,
        slot: u32,
        constant: u16,
        args: &[Arg],
        want: Want,
        span: Span,
    ) -> Operand {
        let mark = self.func.next();
        let base = self.run_start(want);
        self.func.wide(Op::PeekGlobal, base, slot, span);
        let count = self.arguments(args, span);
        let (other, end) = (self.func.label(), self.func.label());
        self.func.jump(Op::JumpDefined, base, other, span);
        self.func.free_from(mark);
        self.finish_call(Op::CallNative, base + 1, count, constant, want, span);
        self.func.jump(Op::Jump, 0, end, span);
        self.func.put(other);
        self.func.free_from(mark);
        let value = self.finish_call(Op::Call, base, count, 0, want, span);
        self.func.put(end);
        value
    }

    /// `len(range(…))` where both names may be defined after all.
    fn likely_len(&mut self, slot: u32, range: ExprId, want: Want, span: Span) -> Operand {
        let Some((range_slot, args)) = self.likely_range(range) else {
            return Operand::Constant(Value::Null);
        };
        let mark = self.func.next();
        let len = self.func.alloc();
        self.func.wide(Op::PeekGlobal, len, slot, span);
        let callee = self.func.alloc();
        self.func.wide(Op::PeekGlobal, callee, range_slot, span);
        let count = self.arguments(args, span);
        let (other, end) = (self.func.label(), self.func.label());
        self.func.jump(Op::JumpDefined, len, other, span);
        self.func.jump(Op::JumpDefined, callee, other, span);
        let bounds = self.func.alloc_run(3);
        self.spread_bounds(bounds, callee + 1, count, span);
        self.func.load(bounds + 2, Value::Int(1), span);
        let work = self.func.alloc();
        self.func.op(Op::RangeLen, work, bounds, 0, span);
        self.func.jump(Op::Jump, 0, end, span);
        self.func.put(other);
        // One of the names means something else: both are looked up again, the usual way.
        self.func.wide(Op::GetGlobal, callee, range_slot, span);
        self.func.emit(Instr::new(Op::Call, callee, callee, 0).with_kind(count), span);
        self.func.wide(Op::GetGlobal, len, slot, span);
        self.func.emit(Instr::new(Op::Call, len, work, 0).with_kind(1), span);
        self.func.put(end);
        self.func.free_from(mark);
        let dest = self.dest(want);
        self.func.copy(dest, work, span);
        Operand::Register(dest)
    }

    /// `len(a..b)` where `len` may be defined after all.
    fn likely_len_of_bounds(&mut self, slot: u32, range: ExprId, want: Want, span: Span) -> Operand {
        let mark = self.func.next();
        let work = self.func.alloc();
        self.func.wide(Op::PeekGlobal, work, slot, span);
        let bounds = self.bounds(range, span);
        let (other, end) = (self.func.label(), self.func.label());
        self.func.jump(Op::JumpDefined, work, other, span);
        self.count_bounds(work, bounds, span);
        self.func.jump(Op::Jump, 0, end, span);
        self.func.put(other);
        self.func.op(Op::Range, work + 1, bounds, 0, span);
        self.func.emit(Instr::new(Op::Call, work, work, 0).with_kind(1), span);
        self.func.put(end);
        self.func.free_from(mark);
        let dest = self.dest(want);
        self.func.copy(dest, work, span);
        Operand::Register(dest)
    }

    /// `dest` = how many ints lie between bounds written with `..`, which stand before a free register.
    fn count_bounds(&mut self, dest: Reg, bounds: Reg, span: Span) {
        let step = self.func.alloc();
        self.func.load(step, Value::Int(1), span);
        self.func.emit(Instr::new(Op::RangeLen, dest, bounds, 0).with_kind(BOUND), span);
    }

    fn len(&mut self, value: ExprId, want: Want, span: Span) -> Operand {
        let mark = self.func.next();
        if self.is_range(value) {
            let work = self.func.alloc();
            let bounds = self.bounds(value, span);
            self.count_bounds(work, bounds, span);
            self.func.free_from(mark);
            return self.deliver(Operand::Register(work), want, span);
        }
        if let Some(args) = self.range_args(value) {
            // A range is never built to be counted.
            let bounds = self.range_bounds(args, span);
            if args.len() < 3 {
                let step = self.func.alloc();
                self.func.load(step, Value::Int(1), span);
            }
            self.func.free_from(mark);
            let dest = self.dest(want);
            self.func.op(Op::RangeLen, dest, bounds, 0, span);
            return Operand::Register(dest);
        }
        let value = self.lower_any(value);
        self.func.free_from(mark);
        let dest = self.dest(want);
        self.func.op(Op::Len, dest, value, 0, span);
        Operand::Register(dest)
    }

    fn push(&mut self, array: ExprId, item: ExprId, want: Want, span: Span) -> Operand {
        let mark = self.func.next();
        let array = self.lower_before(array, &[item]);
        let item = self.lower_any(item);
        self.func.free_from(mark);
        let dest = self.dest(want);
        self.func.op(Op::Push, dest, array, item, span);
        Operand::Register(dest)
    }

    /// The slot of the function that `name` always stands for, if an instruction can name it.
    fn known_function(&self, name: &Name) -> Option<u16> {
        let Some(Resolved::Global(id)) = self.resolved(name) else { return None };
        if self.resolution.imports_in_scope.contains_key(&name.id) {
            return None;
        }
        self.resolution.globals.get(id.0 as usize)?.constant_func?;
        u16::try_from(self.meaning(id)?.slot()?).ok()
    }

    /// The instruction that calls what `callee` always stands for, and its operand.
    pub(super) fn known_callee(&mut self, callee: ExprId) -> Option<(Op, u16)> {
        let ExprKind::Name(name) = self.kind(callee) else { return None };
        if let Some((def, alias)) = self.constant_native(name) {
            let value = Operand::Constant(Value::Native(alias, def));
            return self.small_constant(&value).map(|constant| (Op::CallNative, constant));
        }
        self.known_function(name).map(|slot| (Op::CallGlobal, slot))
    }

    /// The builtin that a call calls for certain.
    pub(super) fn called_native(&self, callee: ExprId) -> Option<(&'static NativeDef, u8)> {
        match self.kind(self.strip(callee)) {
            ExprKind::Name(name) => self.constant_native(name),
            _ => None,
        }
    }
}
