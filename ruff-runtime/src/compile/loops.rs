//! Loops. The test stands at the end, so that a turn takes one jump.

use ruff_syntax::Span;
use ruff_syntax::ast::{Arg, Block, ExprId, ExprKind, Pattern, PatternKind};
use ruff_syntax::resolve::Resolved;

use super::Compiler;
use super::arguments::has_spread;
use super::function::{Around, Label, Reg};
use crate::bytecode::op::BOUND;
use crate::bytecode::{Instr, Op};
use crate::value::Value;

/// What a `for` counts over.
enum Range<'a> {
    /// The arguments of `range`.
    Call(&'a [Arg]),
    /// An int.
    Count(i64),
    /// `a..b`
    Bounds(ExprId),
}

impl<'a> Compiler<'a> {
    /// `while c { … }`
    pub(super) fn while_loop(&mut self, condition: ExprId, body: &'a Block, span: Span) {
        let (top, test, end) = (self.func.label(), self.func.label(), self.func.label());
        self.func.jump(Op::Jump, 0, test, span);
        self.func.put(top);
        self.loop_body(body, end, test);
        self.func.put(test);
        self.condition(condition, true, top);
        self.func.put(end);
    }

    /// `loop { … }`
    pub(super) fn endless_loop(&mut self, body: &'a Block, span: Span) {
        let (top, end) = (self.func.label_here(), self.func.label());
        self.loop_body(body, end, top);
        self.func.jump(Op::Jump, 0, top, span);
        self.func.put(end);
    }

    fn loop_body(&mut self, body: &'a Block, on_break: Label, on_continue: Label) {
        self.func.around.push(Around::Loop { on_break, on_continue });
        self.block(body);
        self.func.around.pop();
    }

    /// `for v in e { … }`
    pub(super) fn for_loop(&mut self, pattern: &'a Pattern, iterable: ExprId, body: &'a Block, span: Span) {
        if let Some((slot, args)) = self.likely_range(iterable) {
            return self.likely_range_loop(slot, args, pattern, (iterable, body), span);
        }
        let outer = self.func.variables;
        let iterable_span = self.span(iterable);
        let base = self.func.next();
        let range = self.range(iterable);
        let kind = if let Some(Range::Bounds(_)) = range { BOUND } else { 0 };
        let (prepare, next) = match range {
            Some(range) => self.range_registers(range, iterable_span),
            None => {
                let base = self.func.alloc();
                self.lower_into(iterable, base);
                self.func.alloc();
                (Op::ForPrep, Op::ForNext)
            }
        };
        let variable = self.func.alloc();
        self.func.keep_registers();
        let (top, test, end) = (self.func.label(), self.func.label(), self.func.label());
        self.func.branch(Instr::wide(prepare, base, 0).with_kind(kind), test, iterable_span);
        self.func.put(top);
        self.bind_variable(pattern, variable);
        self.loop_body(body, end, test);
        self.func.put(test);
        self.func.jump(next, base, top, iterable_span);
        self.func.put(end);
        if next == Op::ForNext {
            // The loop's share of what it iterated would make later changes copy it.
            self.func.op(Op::Drop, base, 0, 0, span);
        }
        self.func.drop_variables(outer);
    }

    /// `for v in range(…) { … }` where `range` may be defined after all: both kinds of loop around one body. The register
    /// behind the variable tells them apart.
    fn likely_range_loop(
        &mut self,
        slot: u32,
        args: &'a [Arg],
        pattern: &'a Pattern,
        (iterable, body): (ExprId, &'a Block),
        span: Span,
    ) {
        let outer = self.func.variables;
        let range_span = self.span(iterable);
        let base = self.func.alloc_run(4);
        let defined = base + 3;
        self.func.wide(Op::PeekGlobal, defined, slot, range_span);
        let callee = self.func.alloc();
        self.func.copy(callee, defined, range_span);
        let count = self.arguments(args, range_span);
        let (other, other_test) = (self.func.label(), self.func.label());
        let (top, test, range_test, end) =
            (self.func.label(), self.func.label(), self.func.label(), self.func.label());
        self.func.jump(Op::JumpDefined, defined, other, range_span);
        self.spread_bounds(base, callee + 1, count, range_span);
        self.func.jump(Op::RangePrep, base, range_test, range_span);
        self.func.put(other);
        self.func.emit(Instr::new(Op::Call, callee, base, 0).with_kind(count), range_span);
        self.func.jump(Op::ForPrep, base, other_test, range_span);
        self.func.free_from(base + 4);
        self.func.keep_registers();
        self.func.put(top);
        self.bind_variable(pattern, base + 2);
        self.loop_body(body, end, test);
        self.func.put(test);
        self.func.jump(Op::JumpDefined, defined, other_test, range_span);
        self.func.put(range_test);
        self.func.jump(Op::RangeNext, base, top, range_span);
        self.func.jump(Op::Jump, 0, end, range_span);
        self.func.put(other_test);
        self.func.jump(Op::ForNext, base, top, range_span);
        self.func.put(end);
        self.func.op(Op::Drop, base, 0, 0, span);
        self.func.drop_variables(outer);
    }

    /// The slot and the arguments of a call of `range` that most likely means the builtin, of one or two arguments.
    pub(super) fn likely_range(&self, id: ExprId) -> Option<(u32, &'a [Arg])> {
        let ExprKind::Call { callee, args } = self.kind(self.strip(id)) else { return None };
        let ExprKind::Name(name) = self.kind(self.strip(*callee)) else { return None };
        let (slot, def, alias) = self.likely_native(name)?;
        let is_range = def.name == "range" && alias == 0 && (1..=2).contains(&args.len());
        (is_range && !has_spread(args)).then_some((slot, args))
    }

    /// Makes the start and the end of a range, in `first` and behind it, from its one or two arguments.
    pub(super) fn spread_bounds(&mut self, first: Reg, args: Reg, count: u8, span: Span) {
        if count == 1 {
            self.func.load(first, Value::Int(0), span);
            self.func.copy(first + 1, args, span);
        } else {
            self.func.copy(first, args, span);
            self.func.copy(first + 1, args + 1, span);
        }
    }

    /// Gives the loop variable its register; each turn has a variable of its own.
    fn bind_variable(&mut self, pattern: &Pattern, register: Reg) {
        if let PatternKind::Bind(name) = &pattern.kind
            && let Some(Resolved::Local(binding)) = self.resolved(name)
        {
            self.adopt(binding, register, name.span);
        }
    }

    /// Whether an iterable is a range of ints that need not be made as an array.
    fn range(&self, iterable: ExprId) -> Option<Range<'a>> {
        match self.kind(self.strip(iterable)) {
            ExprKind::Int(count) => Some(Range::Count(*count)),
            ExprKind::Range { .. } => Some(Range::Bounds(iterable)),
            _ => self.range_args(iterable).map(Range::Call),
        }
    }

    /// The arguments of a call of `range`.
    pub(super) fn range_args(&self, id: ExprId) -> Option<&'a [Arg]> {
        let ExprKind::Call { callee, args } = self.kind(self.strip(id)) else { return None };
        let (def, alias) = self.called_native(*callee)?;
        let is_range = def.name == "range" && alias == 0 && (1..=3).contains(&args.len());
        (is_range && !has_spread(args)).then_some(args)
    }

    /// Evaluates what a loop counts over into the next registers; answers how it is prepared and stepped.
    fn range_registers(&mut self, range: Range<'_>, span: Span) -> (Op, Op) {
        match range {
            Range::Count(count) => {
                let base = self.func.alloc_run(2);
                self.func.load(base, Value::Int(0), span);
                self.func.load(base + 1, Value::Int(count), span);
                (Op::RangePrep, Op::RangeNext)
            }
            Range::Bounds(range) => {
                self.bounds(range, span);
                (Op::RangePrep, Op::RangeNext)
            }
            Range::Call(args) => {
                self.range_bounds(args, span);
                if args.len() == 3 { (Op::StepPrep, Op::StepNext) } else { (Op::RangePrep, Op::RangeNext) }
            }
        }
    }

    /// Evaluates the start, the end and the step, if there is one, into the next registers; answers the first.
    pub(super) fn range_bounds(&mut self, args: &[Arg], span: Span) -> Reg {
        let first = self.func.next();
        if args.len() == 1 {
            let start = self.func.alloc();
            self.func.load(start, Value::Int(0), span);
        }
        for arg in args {
            let register = self.func.alloc();
            self.lower_into(arg.value, register);
        }
        first
    }
}
