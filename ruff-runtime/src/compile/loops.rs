//! Loops. The test stands at the end, so that a turn takes one jump.

use ruff_syntax::Span;
use ruff_syntax::ast::{Arg, Block, ExprId, ExprKind, Pattern, PatternKind};
use ruff_syntax::resolve::Resolved;

use super::Compiler;
use super::function::{Around, Label, Reg};
use crate::bytecode::Op;
use crate::value::Value;

/// What a `for` counts over.
enum Range<'a> {
    /// The arguments of `range`.
    Call(&'a [Arg]),
    /// An int.
    Count(i64),
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
        let outer = self.func.variables;
        let iterable_span = self.span(iterable);
        let base = self.func.next();
        let (prepare, next) = match self.range(iterable) {
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
        self.func.jump(prepare, base, test, iterable_span);
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
            _ => self.range_args(iterable).map(Range::Call),
        }
    }

    /// The arguments of a call of `range`.
    pub(super) fn range_args(&self, id: ExprId) -> Option<&'a [Arg]> {
        let ExprKind::Call { callee, args } = self.kind(self.strip(id)) else { return None };
        let (def, alias) = self.called_native(*callee)?;
        (def.name == "range" && alias == 0 && (1..=3).contains(&args.len())).then_some(args)
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
