//! Updates: `place op= e`, and assignments that come to the same, such as `xs := push(xs, x)` and `s := s + t`.
//!
//! They change what the place holds where it is, which costs nothing when nobody else shares it; that is what makes a
//! loop that builds something linear.

use ruff_syntax::Span;
use ruff_syntax::ast::{Arg, BinaryOp, ExprId, ExprKind, Member, Name, PlaceStep};

use super::Compiler;
use super::arguments::has_spread;
use super::effects::each_part;
use super::expression::{Operand, Want};
use super::function::Reg;
use super::place::{Place, Ready};
use super::variable::Home;
use crate::bytecode::{BinaryKind, Instr, Op, PlaceRoot, PlaceStep as Step};
use crate::native::Updates;

impl Compiler<'_> {
    /// Lowers `place := value` as an update if it is one; answers whether it was.
    pub(super) fn assign_in_place(
        &mut self,
        root: &Name,
        steps: &[PlaceStep],
        value: ExprId,
        span: Span,
    ) -> bool {
        if self.refusal(root, "mutate").is_some() || self.resolution.imports_in_scope.contains_key(&root.id) {
            return false;
        }
        let value = self.strip(value);
        match self.kind(value) {
            ExprKind::Call { callee, args } => {
                self.native_in_place(root, steps, value, (*callee, args), span)
            }
            ExprKind::Binary { op, lhs, rhs, .. } if is_arithmetic(*op) => {
                if *op == BinaryOp::Add
                    && (steps.is_empty() && self.chain_in_place(root, value)
                        || self.extend_in_place(root, steps, value, span))
                {
                    return true;
                }
                let is_update = self.denotes(*lhs, root, steps) && self.is_same_after(root, steps, *rhs);
                // A plain register needs no special instruction.
                let is_special =
                    !steps.is_empty() || !matches!(self.home(self.resolved(root)), Home::Register(_));
                if is_update && is_special {
                    self.update(root, steps, *op, *rhs, self.span(value));
                    return true;
                }
                // Other sums are hardly about more than numbers.
                let may_grow = *op == BinaryOp::Add && self.has_long_default(*lhs);
                let is_default =
                    may_grow && self.is_default_of(*lhs, root, steps) && self.is_repeatable(*rhs);
                if is_default {
                    let (op, rhs) = (*op, *rhs);
                    let sum = self.span(value);
                    self.update_if_present(root, steps, value, span, |compiler| {
                        compiler.update(root, steps, op, rhs, sum);
                    });
                }
                is_default
            }
            _ => false,
        }
    }

    /// Whether evaluating `later` leaves what lies at `root` as it is.
    fn stays_put(&self, root: &Name, later: ExprId) -> bool {
        match self.home(self.resolved(root)) {
            Home::Register(_) => !self.effects.updates(later),
            Home::Cell(_) | Home::CaptureCell(_) | Home::Global(..) => !self.effects.runs_code(later),
            _ => false,
        }
    }

    /// As `stays_put`, and whether the same place is found after it: an assignment looks at its indexes last.
    pub(super) fn is_same_after(&self, root: &Name, steps: &[PlaceStep], later: ExprId) -> bool {
        let is_same = |step: &PlaceStep| match step {
            PlaceStep::Field(_) => true,
            PlaceStep::Index(index) => match self.kind(self.strip(*index)) {
                ExprKind::Name(name) => match self.home(self.resolved(name)) {
                    // What nothing ever assigns.
                    Home::Capture(_) | Home::Itself | Home::Predefined(_) => true,
                    _ => self.stays_put(name, later),
                },
                _ => true,
            },
        };
        self.stays_put(root, later) && steps.iter().all(is_same)
    }

    /// Whether an operation may extend its left operand where it is, a text or an array.
    fn may_extend(&self, op: BinaryOp, rhs: ExprId) -> bool {
        let is_number = matches!(self.kind(self.strip(rhs)), ExprKind::Int(_) | ExprKind::Float(_));
        op == BinaryOp::Add && !is_number
    }

    /// `place := native(place, args)`
    fn native_in_place(
        &mut self,
        root: &Name,
        steps: &[PlaceStep],
        value: ExprId,
        (callee, args): (ExprId, &[Arg]),
        span: Span,
    ) -> bool {
        let Some((def, alias)) = self.called_native(callee) else { return false };
        let Some((first, rest)) = args.split_first() else { return false };
        if !def.method || def.updates != Updates::Result || has_spread(args) {
            return false;
        }
        let ExprKind::Name(name) = self.kind(self.strip(callee)) else { return false };
        let native = Member { symbol: name.symbol, span: name.span };
        if self.is_default_of(first.value, root, steps)
            && rest.iter().all(|arg| self.is_repeatable(arg.value))
        {
            self.update_if_present(root, steps, value, span, |compiler| {
                compiler.update_by_native(&Place { root, steps: steps.to_vec() }, native, rest, span);
            });
            return true;
        }
        if !self.denotes(first.value, root, steps)
            || !rest.iter().all(|arg| self.is_same_after(root, steps, arg.value))
        {
            return false;
        }
        if let (Home::Register(register), "push", 0, [item], true) =
            (self.home(self.resolved(root)), def.name, alias, rest, steps.is_empty())
        {
            let mark = self.func.next();
            self.check_defined(self.resolved(root), register, root);
            let item = self.lower_any(item.value);
            self.func.op(Op::Push, register, register, item, span);
            self.func.free_from(mark);
            return true;
        }
        self.update_by_native(&Place { root, steps: steps.to_vec() }, native, rest, span);
        true
    }

    /// `x := x + a + b` on a register that nobody sees while it happens: each sum goes into `x` at once.
    fn chain_in_place(&mut self, root: &Name, value: ExprId) -> bool {
        let resolved = self.resolved(root);
        let Home::Register(register) = self.home(resolved) else { return false };
        if self.func.protection > 0 {
            return false;
        }
        let (at, links) = self.links(value);
        let is_chain = links.len() > 1
            && matches!(self.kind(at), ExprKind::Name(_))
            && self.denotes(at, root, &[])
            && !links.iter().any(|&(link, _)| self.mentions(link, root));
        if !is_chain {
            return false;
        }
        self.check_defined(resolved, register, root);
        for (link, span) in links {
            let mark = self.func.next();
            let operand = self.lower(link, Want::Any);
            self.operate(BinaryOp::Add, register, operand, register, span);
            self.func.free_from(mark);
        }
        true
    }

    /// Whether evaluating an expression looks at a variable.
    fn mentions(&self, id: ExprId, name: &Name) -> bool {
        let wanted = self.resolved(name);
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            match self.kind(id) {
                ExprKind::Name(other) if self.resolved(other) == wanted => return true,
                // Its captures are read when it is made, and blocks may look at anything.
                ExprKind::Func(_) | ExprKind::Control(_) => return true,
                kind => each_part(kind, |part| open.push(part)),
            }
        }
        false
    }

    /// `place op= value`: the indexes, then what the place holds, then the value.
    pub(super) fn update(
        &mut self,
        root: &Name,
        steps: &[PlaceStep],
        op: BinaryOp,
        value: ExprId,
        span: Span,
    ) {
        let mark = self.func.next();
        if steps.is_empty() {
            self.update_variable(root, op, value, span);
        } else if self.refusal(root, "mutate").is_some() {
            let place = Ready { root: self.root(root, true), steps: self.steps(steps, &[value]) };
            let old = self.get_place(root, place, span);
            self.operate_on_copy(op, old, value, span);
            self.refuse_mutation(root, span);
        } else {
            self.update_part(root, steps, op, value, span);
        }
        self.func.free_from(mark);
    }

    fn update_variable(&mut self, name: &Name, op: BinaryOp, value: ExprId, span: Span) {
        let resolved = self.resolved(name);
        let is_imported = self.resolution.imports_in_scope.contains_key(&name.id);
        let is_refused = self.refusal(name, "reassign").is_some();
        match self.home(resolved) {
            Home::Register(register) if !is_imported && !is_refused => {
                self.check_defined(resolved, register, name);
                let old = if self.effects.updates(value) { self.unshared(register, span) } else { register };
                let value = self.lower(value, Want::Any);
                self.operate(op, old, value, register, span);
            }
            Home::Cell(_) | Home::CaptureCell(_) | Home::Global(..)
                if !is_imported
                    && !is_refused
                    && !self.may_be_predefined(name)
                    && self.may_extend(op, value)
                    && !self.effects.runs_code(value) =>
            {
                let place = Ready { root: self.root(name, false), steps: Vec::new() };
                let value = self.lower_any(value);
                let site = self.place_site(name, place);
                self.update_op(Op::UpdatePlace, op, value, site, 0, span);
            }
            _ => {
                let old = self.func.alloc();
                self.read(name, Want::Into(old));
                self.operate_on_copy(op, old, value, span);
                self.refuse_predefined(name, "reassign", span);
                let target = self.target(name, false);
                self.assign_register(target, old, span);
            }
        }
    }

    /// `old = old op value`, where `old` is no variable's register.
    fn operate_on_copy(&mut self, op: BinaryOp, old: Reg, value: ExprId, span: Span) {
        let value: Operand = self.lower(value, Want::Any);
        self.operate(op, old, value, old, span);
    }

    fn get_place(&mut self, root: &Name, place: Ready, span: Span) -> Reg {
        let site = self.place_site(root, place);
        let old = self.func.alloc();
        self.func.op(Op::GetPlace, old, site, 0, span);
        old
    }

    fn update_part(&mut self, root: &Name, steps: &[PlaceStep], op: BinaryOp, value: ExprId, span: Span) {
        let place = Ready { root: self.root(root, false), steps: self.steps(steps, &[value]) };
        let is_silent = self.effects.is_silent(value);
        if !self.stays_put(root, value) || self.may_be_predefined(root) {
            let site = self.place_site(root, place);
            let old = self.func.alloc();
            self.func.op(Op::GetPlace, old, site, 0, span);
            self.operate_on_copy(op, old, value, span);
            self.refuse_predefined(root, "mutate", span);
            self.func.op(Op::SetPlace, old, site, 0, span);
            return;
        }
        match (place.root, &place.steps[..]) {
            (PlaceRoot::Register(root), [Step::Index(index)]) => {
                if !is_silent {
                    self.probe(Op::GetIndex, root, *index, span);
                }
                let value = self.lower_any(value);
                self.update_op(Op::UpdateIndex, op, root, *index, value, span);
            }
            (PlaceRoot::Register(root), [Step::Field(name)]) => {
                let site = self.func.tables.field(*name);
                if !is_silent {
                    self.probe(Op::GetField, root, site, span);
                }
                let value = self.lower_any(value);
                self.update_op(Op::UpdateField, op, root, value, site, span);
            }
            _ => {
                let site = self.place_site(root, place);
                if !is_silent {
                    self.probe(Op::GetPlace, site, 0, span);
                }
                let value = self.lower_any(value);
                self.update_op(Op::UpdatePlace, op, value, site, 0, span);
            }
        }
    }

    /// Reads a place for the error it may raise, before the right side is evaluated. The value itself is let go: the
    /// update must find it unshared.
    fn probe(&mut self, op: Op, b: u16, c: u16, span: Span) {
        let mark = self.func.next();
        let value = self.func.alloc();
        self.func.op(op, value, b, c, span);
        self.func.op(Op::Drop, value, 0, 0, span);
        self.func.free_from(mark);
    }

    fn update_op(&mut self, instr: Op, op: BinaryOp, a: u16, b: u16, c: u16, span: Span) {
        self.func.emit(Instr::new(instr, a, b, c).with_kind(BinaryKind::encode(op)), span);
    }
}

fn is_arithmetic(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Mod)
}
