//! A function under construction: instructions with labels, registers, and the constructs around the current place.

use std::sync::Arc;

use ruff_syntax::Span;
use ruff_syntax::ast::FuncId;

use super::tables::Tables;
use crate::bytecode::op::NO_REGISTER;
use crate::bytecode::{CaptureFrom, Instr, Op, ProtoFlags};
use crate::value::{Sym, Value};

/// A register.
pub(super) type Reg = u16;

/// Registers a function may have; a call's run must fit above them into 16 bits.
const REGISTERS: Reg = 60_000;

/// A place in the code that jumps lead to, known before it is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Label(u32);

/// An instruction under construction.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    pub(super) instr: Instr,
    /// Where it jumps; until [`super::jumps::tidy`] has run a label, from then on an index into the lines.
    pub(super) target: u32,
    pub(super) span: Span,
    /// It was found to be useless.
    pub(super) is_dead: bool,
}

impl Line {
    /// The target of an instruction that does not jump.
    pub(super) const NOWHERE: u32 = u32::MAX;
}

/// A handler under construction; like [`crate::bytecode::Handler`] with labels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Guard {
    pub(super) start: Label,
    pub(super) end: Label,
    pub(super) target: Label,
    pub(super) register: Reg,
    pub(super) finally_end: Option<Label>,
}

/// A construct that `break`, `continue` and `return` have to do with.
#[derive(Debug)]
pub(super) enum Around {
    /// A loop.
    Loop { on_break: Label, on_continue: Label },
    /// A `try` whose `finally` runs on every way out.
    Finally(Finally),
}

/// The ways into a `finally` block and on from it.
#[derive(Debug)]
pub(super) struct Finally {
    /// Where the block starts.
    pub(super) entry: Label,
    /// Holds the error or the value returned.
    pub(super) value: Reg,
    /// Holds why the block was entered: 0 the end was reached, 1 an error, `n + 2` the `n`th of `ways`.
    pub(super) why: Reg,
    /// The ways out that are used.
    pub(super) ways: Vec<Way>,
}

impl Finally {
    /// The number of a way out, from now on used.
    pub(super) fn number_of(&mut self, way: Way) -> i64 {
        let known = self.ways.iter().position(|&known| known == way);
        let number = known.unwrap_or_else(|| {
            self.ways.push(way);
            self.ways.len() - 1
        });
        // There are three ways out.
        i64::try_from(number).unwrap_or(0) + 2
    }
}

/// A way out of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Return,
    Break,
    Continue,
}

/// A function under construction.
pub(super) struct Function {
    pub(super) id: FuncId,
    pub(super) name: Arc<str>,
    pub(super) flags: ProtoFlags,
    pub(super) params: u16,
    pub(super) lines: Vec<Line>,
    /// The line each label stands before.
    labels: Vec<u32>,
    pub(super) tables: Tables,
    pub(super) captures: Vec<CaptureFrom>,
    /// Their names.
    pub(super) capture_names: Vec<Sym>,
    /// Innermost first.
    pub(super) guards: Vec<Guard>,
    /// Innermost last.
    pub(super) around: Vec<Around>,
    /// How many handlers protect the current place.
    pub(super) protection: u32,
    /// Registers that belong to variables.
    pub(super) variables: Reg,
    /// The first register that is free.
    next: Reg,
    highest: Reg,
    /// The names of its variables.
    pub(super) names: Vec<Sym>,
    too_many_registers: Option<Span>,
    /// Where a side table was found full.
    full_at: Option<Span>,
    last_span: Span,
    /// The line before which a label was put last.
    last_put: u32,
}

impl Function {
    /// A function without code.
    pub(super) fn new(id: FuncId, name: Arc<str>, flags: ProtoFlags) -> Box<Self> {
        Box::new(Function {
            id,
            name,
            flags,
            params: 0,
            lines: Vec::new(),
            labels: Vec::new(),
            tables: Tables::default(),
            captures: Vec::new(),
            capture_names: Vec::new(),
            guards: Vec::new(),
            around: Vec::new(),
            protection: 0,
            variables: 0,
            next: 0,
            highest: 0,
            names: Vec::new(),
            too_many_registers: None,
            full_at: None,
            last_span: Span::default(),
            last_put: 0,
        })
    }

    /// The limit that was exceeded, if one was.
    pub(super) fn exceeded(&self) -> Option<(String, Span)> {
        if let Some(span) = self.too_many_registers {
            return Some((format!("{REGISTERS} variables and intermediate values"), span));
        }
        if self.captures.len() > usize::from(u16::MAX) {
            return Some((format!("{} captured variables", u16::MAX), self.last_span));
        }
        self.tables.full.map(|what| (format!("{} {what}", u16::MAX), self.full_at.unwrap_or(self.last_span)))
    }

    /// Registers a frame needs.
    pub(super) fn registers(&self) -> Reg {
        self.highest.max(self.params).max(1)
    }

    /// The first register that is free.
    pub(super) fn next(&self) -> Reg {
        self.next
    }

    /// Takes the next register.
    pub(super) fn alloc(&mut self) -> Reg {
        self.alloc_run(1)
    }

    /// Takes the next `count` registers; answers the first.
    pub(super) fn alloc_run(&mut self, count: u16) -> Reg {
        let first = self.next;
        match first.checked_add(count).filter(|&end| end <= REGISTERS) {
            Some(end) => {
                self.next = end;
                self.highest = self.highest.max(end);
                first
            }
            None => {
                self.too_many_registers.get_or_insert(self.last_span);
                self.highest = REGISTERS;
                first.min(REGISTERS - 1)
            }
        }
    }

    /// Frees the registers from `next` on.
    pub(super) fn free_from(&mut self, next: Reg) {
        self.next = next.max(self.variables);
    }

    /// Makes everything below the next free register belong to variables.
    pub(super) fn keep_registers(&mut self) {
        self.variables = self.next;
    }

    /// Ends a scope: variables and values from `variables` on are gone.
    pub(super) fn drop_variables(&mut self, variables: Reg) {
        self.variables = variables;
        self.next = variables;
    }

    /// Whether a register belongs to a variable, which must only change as a whole and at the end.
    pub(super) fn is_variable(&self, register: Reg) -> bool {
        register < self.variables
    }

    /// Adds an instruction.
    pub(super) fn emit(&mut self, instr: Instr, span: Span) {
        self.last_span = span;
        if self.tables.full.is_some() {
            self.full_at.get_or_insert(span);
        }
        self.lines.push(Line { instr, target: Line::NOWHERE, span, is_dead: false });
    }

    /// Adds an instruction with three operands.
    pub(super) fn op(&mut self, op: Op, a: Reg, b: u16, c: u16, span: Span) {
        self.emit(Instr::new(op, a, b, c), span);
    }

    /// Adds an instruction with a register and an index of 32 bits.
    pub(super) fn wide(&mut self, op: Op, a: Reg, index: u32, span: Span) {
        self.emit(Instr::wide(op, a, index.cast_signed()), span);
    }

    /// Adds a jump.
    pub(super) fn branch(&mut self, instr: Instr, target: Label, span: Span) {
        self.last_span = span;
        self.lines.push(Line { instr, target: target.0, span, is_dead: false });
    }

    /// Adds an unconditional jump, or one that looks at register `a` alone.
    pub(super) fn jump(&mut self, op: Op, a: Reg, target: Label, span: Span) {
        self.branch(Instr::wide(op, a, 0), target, span);
    }

    /// A label that stands nowhere yet.
    pub(super) fn label(&mut self) -> Label {
        // There are fewer labels than bytes of source.
        let label = Label(u32::try_from(self.labels.len()).unwrap_or(u32::MAX));
        self.labels.push(Line::NOWHERE);
        label
    }

    /// Puts a label here.
    pub(super) fn put(&mut self, label: Label) {
        let here = self.here();
        self.last_put = here;
        if let Some(place) = self.labels.get_mut(label.0 as usize) {
            *place = here;
        }
    }

    /// A label that stands here.
    pub(super) fn label_here(&mut self) -> Label {
        let label = self.label();
        self.put(label);
        label
    }

    fn here(&self) -> u32 {
        u32::try_from(self.lines.len()).unwrap_or(u32::MAX)
    }

    /// The line a label stands before.
    pub(super) fn line_of(&self, label: Label) -> u32 {
        self.place_of(label.0)
    }

    /// The line a jump's label stands before.
    pub(super) fn place_of(&self, label: u32) -> u32 {
        self.labels.get(label as usize).copied().unwrap_or(0)
    }

    /// Whether nothing leads to the place behind the last instruction.
    pub(super) fn is_unreachable(&self) -> bool {
        let ends = self.lines.last().is_some_and(|line| line.instr.ends_flow());
        ends && self.last_put != self.here()
    }

    /// Loads a constant into a register.
    pub(super) fn load(&mut self, dest: Reg, value: Value, span: Span) {
        if dest == NO_REGISTER {
            return;
        }
        match value {
            Value::Null => self.op(Op::LoadNull, dest, 0, 0, span),
            Value::Nothing => self.op(Op::LoadNothing, dest, 0, 0, span),
            Value::Undefined => self.op(Op::LoadUndefined, dest, 0, 0, span),
            Value::Bool(truth) => self.op(Op::LoadBool, dest, u16::from(truth), 0, span),
            Value::Int(int) if i32::try_from(int).is_ok() => {
                self.emit(Instr::wide(Op::LoadInt, dest, i32::try_from(int).unwrap_or(0)), span);
            }
            value => {
                let index = self.tables.constant(value);
                self.wide(Op::LoadConst, dest, index, span);
            }
        }
    }

    /// Copies a register, unless source and destination are the same.
    pub(super) fn copy(&mut self, dest: Reg, source: Reg, span: Span) {
        if dest != source && dest != NO_REGISTER {
            self.op(Op::Move, dest, source, 0, span);
        }
    }

    /// Raises a prepared error.
    pub(super) fn raise(&mut self, site: u32, span: Span) {
        self.wide(Op::Raise, 0, site, span);
    }
}
