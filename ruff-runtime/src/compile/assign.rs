//! Assignments: `x := e`, `place := e`.

use ruff_syntax::Span;
use ruff_syntax::ast::{self, AssignOp, ExprId, Name, PlaceStep};

use super::Compiler;
use super::expression::Want;
use super::place::Ready;
use super::variable::Target;
use crate::bytecode::op::LENIENT;
use crate::bytecode::{Instr, Op, PlaceRoot, PlaceStep as Step};

impl Compiler<'_> {
    /// Any assignment.
    pub(super) fn assign(&mut self, place: &ast::Place, op: AssignOp, value: ExprId, span: Span) {
        match op {
            AssignOp::Update(op) => self.update(&place.root, &place.steps, op, value, span),
            AssignOp::Coalesce => self.assign_if_null(&place.root, &place.steps, value, span),
            AssignOp::Set if self.assign_in_place(&place.root, &place.steps, value, span) => {}
            AssignOp::Set if place.steps.is_empty() => {
                let target = self.target(&place.root, false);
                self.assign_value(target, value, span);
            }
            AssignOp::Set => self.assign_part(&place.root, &place.steps, value, span),
        }
    }

    /// `place ??= value`: the indexes, then what the place holds, then the value if that is null.
    fn assign_if_null(&mut self, root: &Name, steps: &[PlaceStep], value: ExprId, span: Span) {
        let (mark, end) = (self.func.next(), self.func.label());
        if steps.is_empty() {
            let old = self.func.alloc();
            self.read(root, Want::Into(old));
            self.func.jump(Op::JumpNotNull, old, end, span);
            self.func.free_from(mark);
            self.refuse_predefined(root, "reassign", span);
            let target = self.target(root, false);
            self.assign_value(target, value, span);
        } else {
            let is_refused = self.refusal(root, "mutate").is_some();
            let place = Ready { root: self.root(root, is_refused), steps: self.steps(steps, &[value]) };
            let site = self.place_site(root, place);
            let register = self.func.alloc();
            self.func.emit(Instr::new(Op::GetPlace, register, site, 0).with_kind(LENIENT), span);
            self.func.jump(Op::JumpNotNull, register, end, span);
            self.lower_into(value, register);
            self.refuse_predefined(root, "mutate", span);
            if !self.refuse_mutation(root, span) {
                self.func.op(Op::SetPlace, register, site, 0, span);
            }
        }
        self.func.put(end);
        self.func.free_from(mark);
    }

    /// `root.field[index] := value`: the value first, then the indexes.
    pub(super) fn assign_part(&mut self, root: &Name, steps: &[PlaceStep], value: ExprId, span: Span) {
        let mark = self.func.next();
        let indexes: Vec<ExprId> = steps.iter().filter_map(index_of).collect();
        let value = self.lower_before(value, &indexes);
        if self.refusal(root, "mutate").is_some() {
            self.steps(steps, &[]);
            self.refuse_mutation(root, span);
            return self.func.free_from(mark);
        }
        let place = Ready { root: self.root(root, false), steps: self.steps(steps, &[]) };
        self.refuse_predefined(root, "mutate", span);
        match (place.root, &place.steps[..]) {
            (PlaceRoot::Register(root), [Step::Index(index)]) => {
                self.func.op(Op::SetIndex, root, *index, value, span);
            }
            (PlaceRoot::Register(root), [Step::Field(name)]) => {
                let site = self.func.tables.field(*name);
                self.func.op(Op::SetField, root, value, site, span);
            }
            _ => {
                let site = self.place_site(root, place);
                self.func.op(Op::SetPlace, value, site, 0, span);
            }
        }
        self.func.free_from(mark);
    }

    /// Assigns to a declared name at top level or in a block what a register holds.
    pub(super) fn bind(&mut self, name: &Name, register: u16, span: Span) {
        let target = self.target(name, true);
        self.assign_register(target, register, span);
    }

    /// What a declaration writes.
    pub(super) fn declared(&mut self, name: &Name) -> Target {
        self.target(name, true)
    }
}

fn index_of(step: &PlaceStep) -> Option<ExprId> {
    match step {
        PlaceStep::Field(_) => None,
        PlaceStep::Index(index) => Some(*index),
    }
}
