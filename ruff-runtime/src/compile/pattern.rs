//! Bindings: `let`, `mut`, `const`, and destructuring.

use ruff_syntax::Span;
use ruff_syntax::ast::{ExprId, Name, Pattern, PatternKind};

use super::Compiler;
use super::expression::Want;
use super::function::Reg;
use super::variable::Target;
use crate::bytecode::Op;
use crate::value::Sym;

/// Names being destructured, in the order of the text, each with what it writes and the register it is unpacked into.
struct Slots {
    slots: Vec<(Target, Reg)>,
    next: usize,
}

impl Slots {
    fn take(&mut self) -> Option<(Target, Reg)> {
        let slot = self.slots.get(self.next).copied();
        self.next += 1;
        slot
    }
}

impl<'a> Compiler<'a> {
    /// `let p := e` and its kin.
    pub(super) fn declare(&mut self, pattern: &'a Pattern, value: ExprId, span: Span) {
        match &pattern.kind {
            PatternKind::Bind(name) if self.resolution.duplicates.contains(&name.id) => {
                self.lower(value, Want::Nothing);
                self.refuse_duplicate(name);
            }
            PatternKind::Bind(name) => {
                let target = self.declared(name);
                self.assign_value(target, value, span);
            }
            PatternKind::Array { .. } | PatternKind::Dict { .. } => self.destructure(pattern, value),
            _ => {
                self.lower(value, Want::Nothing);
            }
        }
    }

    fn destructure(&mut self, pattern: &'a Pattern, value: ExprId) {
        let mut names: Vec<&'a Name> = Vec::new();
        pattern.each_bound(&mut |name| names.push(name));
        let mut slots = Vec::with_capacity(names.len());
        for name in &names {
            let target = self.declared(name);
            // New variables stay in the register they are unpacked into.
            let register = self.func.alloc();
            slots.push((target, register));
        }
        let subject = self.lower_any(value);
        let mut slots = Slots { slots, next: 0 };
        self.unpack(pattern, subject, &mut slots);
        if !self.func.is_variable(subject) {
            self.func.op(Op::Drop, subject, 0, 0, pattern.span);
        }
        for (name, (target, register)) in names.into_iter().zip(slots.slots) {
            if !self.refuse_duplicate(name) {
                self.assign_register(target, register, name.span);
            }
        }
    }

    /// Unpacks a value into the registers of the names of a pattern.
    fn unpack(&mut self, pattern: &'a Pattern, subject: Reg, slots: &mut Slots) {
        match &pattern.kind {
            PatternKind::Array { items, .. } if !self.allows_positions(items.len(), pattern.span) => {}
            PatternKind::Array { items, rest } => {
                for (at, item) in items.iter().enumerate() {
                    self.unpack_item(item, at, subject, slots);
                }
                if let Some(rest) = rest
                    && let Some((_, register)) = slots.take()
                {
                    let from = u16::try_from(items.len()).unwrap_or(u16::MAX);
                    self.func.op(Op::UnpackRest, register, subject, from, rest.span);
                }
            }
            PatternKind::Dict { keys, rest } => {
                for key in keys {
                    let Some((_, register)) = slots.take() else { continue };
                    let constant = self.key(key.symbol);
                    self.func.op(Op::UnpackKey, register, subject, constant, key.span);
                }
                if let Some(rest) = rest
                    && let Some((_, register)) = slots.take()
                {
                    let left_out: Vec<Sym> = keys.iter().map(|key| self.sym(key.symbol)).collect();
                    let site = self.func.tables.key_list(left_out);
                    self.func.op(Op::UnpackDictRest, register, subject, site, rest.span);
                }
            }
            _ => {}
        }
    }

    /// Whether a pattern may have that many positions; reports it if not.
    pub(super) fn allows_positions(&mut self, count: usize, span: Span) -> bool {
        let limit = u16::MAX;
        if count <= usize::from(limit) {
            return true;
        }
        let message = format!("Maximum of {limit} positions in a pattern exceeded");
        self.report(message, span, "take what lies behind with an index or a loop");
        false
    }

    fn unpack_item(&mut self, item: &'a Pattern, at: usize, subject: Reg, slots: &mut Slots) {
        let at = u16::try_from(at).unwrap_or(u16::MAX);
        match &item.kind {
            PatternKind::Bind(_) => {
                if let Some((_, register)) = slots.take() {
                    self.func.op(Op::UnpackIndex, register, subject, at, item.span);
                }
            }
            PatternKind::Array { .. } | PatternKind::Dict { .. } => {
                let mark = self.func.next();
                let part = self.func.alloc();
                self.func.op(Op::UnpackIndex, part, subject, at, item.span);
                self.unpack(item, part, slots);
                self.func.op(Op::Drop, part, 0, 0, item.span);
                self.func.free_from(mark);
            }
            _ => {}
        }
    }
}
