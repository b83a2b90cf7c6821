//! Spines: expressions whose evaluation starts with their leftmost part, lowered without recursion along that side.
//!
//! `a + b + c`, `f(x).g(y).h` and the like may be a million steps long. The way down is remembered in a list, the leaf is
//! lowered, then each step takes the value of the one before. Each step's value is put where the next one needs it: a
//! callee at the start of its run, a receiver one register further on.

use ruff_syntax::Span;
use ruff_syntax::ast::{Arg, BinaryOp, ExprId, ExprKind, Member};

use super::Compiler;
use super::arguments::has_spread;
use super::expression::{Operand, Want};
use super::function::{Label, Reg};
use crate::bytecode::op::{NEGATED, NO_REGISTER};
use crate::bytecode::{Instr, Op};
use crate::value::Value;

/// The registers of a spine.
#[derive(Clone, Copy)]
struct Room {
    /// The first register for values underway.
    origin: Reg,
    /// The first register that is free when the spine is done.
    mark: Reg,
    /// Where the value of the whole is wanted.
    want: Want,
}

/// A step whose right side is a spine being lowered.
pub(super) struct Suspended {
    step: ExprId,
    part: Part,
    spine: Spine,
}

/// A spine being lowered.
#[derive(Clone, Copy)]
struct Spine {
    /// Where its steps begin in the list.
    below: usize,
    room: Room,
}

/// An expression whose value is needed to go on.
struct Ask {
    id: ExprId,
    want: Want,
}

enum Next {
    Ask(Ask),
    Done(Operand),
}

/// What a step keeps while its right side is lowered.
enum Part {
    /// The value of its left side.
    Left(Operand),
    /// `a ?? b`: the register for both values, and where the step ends if the first is not null.
    Coalesce { work: Reg, end: Label, want: Want },
}

impl Compiler<'_> {
    /// The part of an expression that a spine goes down to, if the expression belongs on one.
    pub(super) fn starts_left(&self, id: ExprId) -> Option<ExprId> {
        match self.kind(id) {
            ExprKind::Binary { op: BinaryOp::And | BinaryOp::Or, .. } => None,
            ExprKind::Binary { lhs, .. } => Some(*lhs),
            ExprKind::Pipe { value, .. } => Some(*value),
            ExprKind::Call { callee, .. } => {
                let is_name = matches!(self.kind(self.strip(*callee)), ExprKind::Name(_));
                (!is_name).then_some(*callee)
            }
            ExprKind::MethodCall { object, .. } => (!self.is_place(*object)).then_some(*object),
            ExprKind::Field { object, .. } | ExprKind::Index { object, .. } => Some(*object),
            ExprKind::Try(inner) => Some(*inner),
            _ => None,
        }
    }

    /// Lowers a spine, and those on its right sides. What is not on a spine is lowered from here and nowhere further in, so
    /// that nesting takes little of the host's stack.
    pub(super) fn spine(&mut self, id: ExprId, want: Want) -> Operand {
        let outer = self.suspended.len();
        let (mut ask, mut spine) = self.start_spine(id, want);
        loop {
            let value = self.lower(ask.id, ask.want);
            match self.advance(value, &mut spine, outer) {
                Next::Ask(next) => ask = next,
                Next::Done(value) => return value,
            }
        }
    }

    /// Goes down a spine to its leaf.
    fn start_spine(&mut self, id: ExprId, want: Want) -> (Ask, Spine) {
        let below = self.spines.len();
        let mut at = id;
        while let Some(left) = self.starts_left(at) {
            self.spines.push(at);
            at = self.strip(left);
        }
        let mark = self.func.next();
        let origin = match want {
            Want::Into(dest) if !self.func.is_variable(dest) && dest + 1 == mark => dest,
            _ => mark,
        };
        let room = Room { origin, mark, want };
        let want = self.want_of_leaf(below, room);
        (Ask { id: at, want }, Spine { below, room })
    }

    /// Goes on with the value that was asked for, until another is needed.
    fn advance(&mut self, mut value: Operand, spine: &mut Spine, outer: usize) -> Next {
        loop {
            if self.spines.len() > spine.below {
                let Some(step) = self.spines.pop() else { return Next::Done(value) };
                let Some(right) = self.right_side(step) else {
                    value = self.step(step, value, spine.below, spine.room);
                    continue;
                };
                let (part, want) = self.begin_right(step, value, spine.below, spine.room);
                self.suspended.push(Suspended { step, part, spine: *spine });
                let ask;
                (ask, *spine) = self.start_spine(right, want);
                return Next::Ask(ask);
            }
            if self.suspended.len() == outer {
                return Next::Done(value);
            }
            let Some(suspended) = self.suspended.pop() else { return Next::Done(value) };
            *spine = suspended.spine;
            value = self.end_right(suspended, value);
        }
    }

    /// The right side of a step that has one.
    fn right_side(&self, step: ExprId) -> Option<ExprId> {
        match self.kind(step) {
            ExprKind::Binary { op: BinaryOp::In | BinaryOp::NotIn, rhs, .. } if self.is_range(*rhs) => None,
            ExprKind::Index { index, optional, .. } if *optional || self.is_range(*index) => None,
            ExprKind::Binary { rhs: right, .. } | ExprKind::Index { index: right, .. } => {
                Some(self.strip(*right))
            }
            _ => None,
        }
    }

    /// What a step does between its left and its right side; answers where the value of the right side is wanted.
    fn begin_right(&mut self, step: ExprId, left: Operand, below: usize, room: Room) -> (Part, Want) {
        let span = self.span(step);
        match self.kind(step) {
            ExprKind::Binary { op: BinaryOp::Coalesce, .. } => {
                let want = self.result(below, room);
                let work = self.step_register(want, room);
                let end = self.func.label();
                self.move_into(work, left, span);
                self.func.jump(Op::JumpNotNull, work, end, span);
                (Part::Coalesce { work, end, want }, Want::Into(work))
            }
            ExprKind::Binary { rhs, .. } => (Part::Left(self.protected(left, *rhs, span)), Want::Any),
            ExprKind::Index { index, .. } => {
                let object = self.in_register(left, span);
                (Part::Left(self.protected(Operand::Register(object), *index, span)), Want::Any)
            }
            _ => (Part::Left(left), Want::Any),
        }
    }

    /// Ends a step that has both its sides.
    fn end_right(&mut self, suspended: Suspended, right: Operand) -> Operand {
        let Suspended { step, part, spine: Spine { below, room } } = suspended;
        let span = self.span(step);
        match (self.kind(step), part) {
            (ExprKind::Binary { op, .. }, Part::Left(left)) => {
                let ready = self.prepare_binary(*op, left, right, span);
                let want = self.result(below, room);
                self.emit_binary(ready, want, span)
            }
            (_, Part::Left(left)) => self.end_index(left, right, below, room, span),
            (_, Part::Coalesce { work, end, want }) => {
                self.func.put(end);
                self.settle(work, want, room, span)
            }
        }
    }

    /// Where the step on top of the list wants the leaf.
    fn want_of_leaf(&mut self, below: usize, room: Room) -> Want {
        match self.needed(below) {
            None => room.want,
            Some(0) => Want::Any,
            Some(count) => self.reserve(room, count),
        }
    }

    /// Where the value of a step is wanted, whose operands are all evaluated: by the step on top of the list, or for the
    /// whole. Values underway are given up.
    fn result(&mut self, below: usize, room: Room) -> Want {
        match self.needed(below) {
            None => {
                self.func.free_from(room.mark);
                room.want
            }
            Some(0) => self.reserve(room, 1),
            Some(count) => self.reserve(room, count),
        }
    }

    /// Takes `count` registers from the origin on; the last is where a value goes.
    fn reserve(&mut self, room: Room, count: u16) -> Want {
        self.func.free_from(room.origin);
        let first = self.func.alloc_run(count);
        self.func.free_from(self.func.next().max(room.mark));
        Want::Into(first + count - 1)
    }

    /// How many registers from the origin on the step on top of the list needs, its value in the last; 0 if any register
    /// will do, nothing if there is no step.
    fn needed(&self, below: usize) -> Option<u16> {
        if self.spines.len() == below {
            return None;
        }
        let consumer = self.spines.last()?;
        Some(match self.kind(*consumer) {
            ExprKind::Call { .. } => 1,
            ExprKind::MethodCall { .. } => 2,
            ExprKind::Pipe { callee, .. } => match self.kind(*callee) {
                ExprKind::MethodCall { .. } => 3,
                _ => 2,
            },
            _ => 0,
        })
    }

    /// Lowers one step, whose left part has the value `left`.
    fn step(&mut self, id: ExprId, left: Operand, below: usize, room: Room) -> Operand {
        let span = self.span(id);
        match self.kind(id) {
            ExprKind::Pipe { callee, .. } => self.pipe_step(*callee, below, room, span),
            ExprKind::Call { args, .. } => {
                let count = self.arguments(args, span);
                let want = self.result(below, room);
                self.finish_call(Op::Call, room.origin, count, 0, want, span)
            }
            ExprKind::MethodCall { member, args, optional, .. } => {
                self.method_step(*member, args, *optional, below, room, span)
            }
            ExprKind::Field { member, optional, .. } => {
                self.field_step(*member, *optional, left, below, room, span)
            }
            ExprKind::Try(_) => self.try_step(left, below, room, span),
            ExprKind::Binary { op, rhs, .. } => {
                let kind = if *op == BinaryOp::NotIn { NEGATED } else { 0 };
                let item = self.in_register(left, span);
                let item = self.protected(Operand::Register(item), *rhs, span);
                let item = self.in_register(item, span);
                let bounds = self.bounds(*rhs, span);
                let want = self.result(below, room);
                let dest = self.dest(want);
                self.func.emit(Instr::new(Op::InRange, dest, item, bounds).with_kind(kind), span);
                Operand::Register(dest)
            }
            ExprKind::Index { index, optional, .. } => {
                self.index_step(left, *index, *optional, below, room, span)
            }
            _ => left,
        }
    }

    /// An operand that evaluating `later` cannot change.
    fn protected(&mut self, operand: Operand, later: ExprId, span: Span) -> Operand {
        match operand {
            Operand::Register(register) if self.effects.updates(later) => {
                Operand::Register(self.unshared(register, span))
            }
            operand => operand,
        }
    }

    /// The register in which a step with several paths works: where its value is wanted, unless that is a variable's.
    fn step_register(&mut self, want: Want, room: Room) -> Reg {
        match want {
            Want::Into(dest) if !self.func.is_variable(dest) => dest,
            // The origin may lie below what is reserved, but then it is the wanted register itself.
            _ => {
                self.func.free_from(room.mark);
                self.func.alloc()
            }
        }
    }

    /// Hands over the value of a step that worked in `work`.
    fn settle(&mut self, work: Reg, want: Want, room: Room, span: Span) -> Operand {
        if let Want::Into(dest) = want
            && dest != work
        {
            self.func.copy(dest, work, span);
            self.func.free_from(room.mark);
            return Operand::Register(dest);
        }
        Operand::Register(work)
    }

    fn field_step(
        &mut self,
        member: Member,
        optional: bool,
        left: Operand,
        below: usize,
        room: Room,
        span: Span,
    ) -> Operand {
        let name = self.sym(member.symbol);
        let object = self.in_register(left, span);
        let want = self.result(below, room);
        if !optional {
            let dest = self.dest(want);
            let site = self.func.tables.field(name);
            self.func.op(Op::GetField, dest, object, site, span);
            return Operand::Register(dest);
        }
        let work = self.step_register(want, room);
        let end = self.func.label();
        self.func.copy(work, object, span);
        self.func.jump(Op::JumpNull, work, end, span);
        let site = self.func.tables.field(name);
        self.func.op(Op::GetField, work, work, site, span);
        self.func.put(end);
        self.settle(work, want, room, span)
    }

    /// `r[a..b]`, `r?.[i]`
    fn index_step(
        &mut self,
        left: Operand,
        index: ExprId,
        optional: bool,
        below: usize,
        room: Room,
        span: Span,
    ) -> Operand {
        let object = self.in_register(left, span);
        let object = self.protected(Operand::Register(object), index, span);
        let object = self.in_register(object, span);
        let null = self.func.label();
        if optional {
            self.func.jump(Op::JumpNull, object, null, span);
        }
        let value = if self.is_range(index) {
            let (bounds, kind) = self.slice_bounds(index, span);
            let want = self.result(below, room);
            let dest = self.dest(want);
            self.func.emit(Instr::new(Op::Slice, dest, object, bounds).with_kind(kind), span);
            Operand::Register(dest)
        } else {
            let index = self.lower(index, Want::Any);
            self.end_index(Operand::Register(object), index, below, room, span)
        };
        if optional { self.or_null(null, value, span) } else { value }
    }

    fn end_index(
        &mut self,
        object: Operand,
        index: Operand,
        below: usize,
        room: Room,
        span: Span,
    ) -> Operand {
        let object = self.in_register(object, span);
        let (op, index) = match index {
            Operand::Constant(Value::Int(int)) if i16::try_from(int).is_ok() => {
                (Op::GetIndexI, i16::try_from(int).unwrap_or(0).cast_unsigned())
            }
            Operand::Text(symbol) => match self.small_text(symbol) {
                Some(constant) => (Op::GetIndexK, constant),
                None => (Op::GetIndex, self.in_register(Operand::Text(symbol), span)),
            },
            index => (Op::GetIndex, self.in_register(index, span)),
        };
        let want = self.result(below, room);
        let dest = self.dest(want);
        self.func.op(op, dest, object, index, span);
        Operand::Register(dest)
    }

    /// `r?`: unwraps `Ok` and `Some`, returns `Err` and `None`.
    fn try_step(&mut self, left: Operand, below: usize, room: Room, span: Span) -> Operand {
        let value = self.in_register(left, span);
        let want = self.result(below, room);
        let dest = self.dest(want);
        let end = self.func.label();
        self.func.branch(Instr::new(Op::JumpUnwrap, dest, value, 0), end, span);
        if self.func.flags.is_top {
            self.func.op(Op::RaiseUnhandled, value, 0, 0, span);
        } else {
            self.leave_with(value, span);
        }
        self.func.put(end);
        Operand::Register(dest)
    }

    /// A method call whose receiver, the value of the step before, stands behind the origin.
    fn method_step(
        &mut self,
        member: Member,
        args: &[Arg],
        optional: bool,
        below: usize,
        room: Room,
        span: Span,
    ) -> Operand {
        let null = self.func.label();
        if optional {
            self.func.jump(Op::JumpNull, room.origin + 1, null, span);
        }
        let count = self.arguments(args, span);
        let site = self.plain_invoke(member);
        let want = self.result(below, room);
        let value = self.finish_call(Op::Invoke, room.origin, count, site, want, span);
        if optional { self.or_null(null, value, span) } else { value }
    }

    /// Ends a step that is skipped when its receiver is null: its value is null then.
    pub(super) fn or_null(&mut self, null: Label, value: Operand, span: Span) -> Operand {
        let Operand::Register(dest) = value else {
            self.func.put(null);
            return value;
        };
        let end = self.func.label();
        self.func.jump(Op::Jump, 0, end, span);
        self.func.put(null);
        self.func.load(dest, Value::Null, span);
        self.func.put(end);
        value
    }

    /// `value |> callee`; the value stands where it is needed.
    fn pipe_step(&mut self, callee: ExprId, below: usize, room: Room, span: Span) -> Operand {
        let origin = room.origin;
        let null = self.func.label();
        let mut is_optional = false;
        let (op, count, site) = match self.kind(callee) {
            ExprKind::Call { callee, args } if has_spread(args) => {
                self.lower_into(*callee, origin);
                (Op::Call, self.arguments_behind(origin + 1, args, span), 0)
            }
            ExprKind::Call { callee, args } => {
                let (op, site) = self.piped_callee(*callee, origin);
                (op, self.arguments_behind(origin + 1, args, span), site)
            }
            ExprKind::MethodCall { object, member, args, optional } => {
                self.lower_into(*object, origin + 1);
                if *optional {
                    is_optional = true;
                    self.func.jump(Op::JumpNull, origin + 1, null, span);
                }
                let count = self.arguments_behind(origin + 2, args, span);
                (Op::Invoke, count, self.plain_invoke(*member))
            }
            _ => {
                let (op, site) = self.piped_callee(callee, origin);
                (op, 1, site)
            }
        };
        // The arguments of a builtin have no callee before them.
        let base = if op == Op::CallNative { origin + 1 } else { origin };
        let want = self.result(below, room);
        let value = self.finish_call(op, base, count, site, want, span);
        if is_optional { self.or_null(null, value, span) } else { value }
    }

    /// What a piped value is handed to: known now, or loaded into `register`.
    fn piped_callee(&mut self, callee: ExprId, register: Reg) -> (Op, u16) {
        let callee = self.strip(callee);
        if let Some((op, site)) = self.known_callee(callee) {
            return (op, site);
        }
        self.lower_into(callee, register);
        (Op::Call, 0)
    }

    /// Emits a call whose run is complete.
    pub(super) fn finish_call(
        &mut self,
        op: Op,
        base: Reg,
        count: u8,
        site: u16,
        want: Want,
        span: Span,
    ) -> Operand {
        let dest = self.call_dest(want);
        self.func.emit(Instr::new(op, base, dest, site).with_kind(count), span);
        if dest == NO_REGISTER { Operand::Constant(Value::Null) } else { Operand::Register(dest) }
    }
}
