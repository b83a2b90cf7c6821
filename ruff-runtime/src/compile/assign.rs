//! Assignments: `x := e`, `place := e`.

use ruff_syntax::Span;
use ruff_syntax::ast::{self, AssignOp, BinaryOp, ExprId, Name, PlaceStep};

use super::Compiler;
use super::place::Ready;
use super::variable::Target;
use crate::bytecode::{Op, PlaceRoot, PlaceStep as Step};

impl Compiler<'_> {
    /// Any assignment.
    pub(super) fn assign(&mut self, place: &ast::Place, op: AssignOp, value: ExprId, span: Span) {
        match operator(op) {
            Some(op) => self.update(&place.root, &place.steps, op, value, span),
            None if self.assign_in_place(&place.root, &place.steps, value, span) => {}
            None if place.steps.is_empty() => {
                let target = self.target(&place.root, false);
                self.assign_value(target, value, span);
            }
            None => self.assign_part(&place.root, &place.steps, value, span),
        }
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

fn operator(op: AssignOp) -> Option<BinaryOp> {
    match op {
        AssignOp::Set => None,
        AssignOp::Add => Some(BinaryOp::Add),
        AssignOp::Sub => Some(BinaryOp::Sub),
        AssignOp::Mul => Some(BinaryOp::Mul),
        AssignOp::Div => Some(BinaryOp::Div),
        AssignOp::Mod => Some(BinaryOp::Mod),
    }
}
