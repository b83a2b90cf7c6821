//! Places: variables and what lies in them, as something to call methods on, assign and update.

use ruff_syntax::Span;
use ruff_syntax::ast::{ExprId, ExprKind, Name, PlaceStep};
use ruff_syntax::resolve::{BindingOrigin, Resolved};

use super::Compiler;
use super::variable::Home;
use crate::bytecode::{Op, PlaceRoot, PlaceStep as Step};
use crate::work;

/// A place as the program writes it.
pub(super) struct Place<'a> {
    pub(super) root: &'a Name,
    pub(super) steps: Vec<PlaceStep>,
}

/// A place whose indexes are evaluated.
pub(super) struct Ready {
    pub(super) root: PlaceRoot,
    pub(super) steps: Vec<Step>,
}

impl<'a> Compiler<'a> {
    /// Whether a method called on this expression may change a variable: it is a variable or leads down from one.
    pub(super) fn is_place(&self, id: ExprId) -> bool {
        self.place_root(id).is_some_and(|root| self.is_variable(root))
    }

    /// The place that an expression denotes, if it denotes one.
    pub(super) fn place_of(&self, id: ExprId) -> Option<Place<'a>> {
        let root = self.place_root(id)?;
        if !self.is_variable(root) {
            return None;
        }
        let mut steps = Vec::new();
        let mut at = id;
        loop {
            match self.kind(at) {
                ExprKind::Field { object, member, .. } => {
                    steps.push(PlaceStep::Field(*member));
                    at = *object;
                }
                ExprKind::Index { object, index, .. } => {
                    steps.push(PlaceStep::Index(*index));
                    at = *object;
                }
                _ => break,
            }
        }
        steps.reverse();
        Some(Place { root, steps })
    }

    fn place_root(&self, mut id: ExprId) -> Option<&'a Name> {
        loop {
            match self.kind(id) {
                ExprKind::Name(name) => return Some(name),
                ExprKind::Field { object, optional: false, .. } => id = *object,
                // A slice is a copy.
                ExprKind::Index { object, index, optional: false } if !self.is_range(*index) => {
                    id = *object;
                }
                _ => return None,
            }
        }
    }

    /// Whether a name stands for something that a method could change.
    fn is_variable(&self, name: &Name) -> bool {
        match self.resolved(name) {
            Some(Resolved::Global(id)) => {
                let is_type = self.resolution.globals.get(id.0 as usize).is_some_and(|global| global.is_type);
                !is_type && matches!(self.home(Some(Resolved::Global(id))), Home::Global(..))
            }
            Some(Resolved::Local(binding)) => self
                .resolution
                .bindings
                .get(binding.0 as usize)
                .is_some_and(|binding| binding.origin != BindingOrigin::Type),
            Some(Resolved::Capture(_)) => true,
            Some(Resolved::Itself) | None => false,
        }
    }

    /// Where a place starts; what is no variable of its own is copied into a register.
    pub(super) fn root(&mut self, name: &Name, copies: bool) -> PlaceRoot {
        let resolved = self.resolved(name);
        match self.home(resolved) {
            Home::Register(register) => {
                self.check_defined(resolved, register, name);
                PlaceRoot::Register(register)
            }
            Home::Cell(register) if !copies => PlaceRoot::Cell(register),
            Home::CaptureCell(index) if !copies => PlaceRoot::Capture(index),
            Home::Global(_, slot) if !copies => PlaceRoot::Global(slot),
            _ => {
                let register = self.func.alloc();
                self.read_directly(name, super::expression::Want::Into(register));
                PlaceRoot::Register(register)
            }
        }
    }

    /// Evaluates the indexes of a place; what `later` does must not change them.
    pub(super) fn steps(&mut self, steps: &[PlaceStep], later: &[ExprId]) -> Vec<Step> {
        // The last step whose evaluation changes variables.
        let last_update = match later.iter().any(|&later| self.effects.updates(later)) {
            true => Some(steps.len()),
            false => steps.iter().rposition(|step| self.updates(step)),
        };
        let mut lowered = Vec::with_capacity(steps.len());
        for (at, step) in steps.iter().enumerate() {
            work::note(1);
            lowered.push(match step {
                PlaceStep::Field(member) => Step::Field(self.sym(member.symbol)),
                PlaceStep::Index(index) => {
                    let register = self.lower_any(*index);
                    let changes = last_update.is_some_and(|last| last > at);
                    let span = self.span(*index);
                    Step::Index(if changes { self.unshared(register, span) } else { register })
                }
            });
        }
        lowered
    }

    fn updates(&self, step: &PlaceStep) -> bool {
        match step {
            PlaceStep::Field(_) => false,
            PlaceStep::Index(index) => self.effects.updates(*index),
        }
    }

    /// Files a place; answers its index.
    pub(super) fn place_site(&mut self, root: &Name, ready: Ready) -> u16 {
        let name = self.sym(root.symbol);
        self.func.tables.place(ready.root, ready.steps, name)
    }

    /// Whether an expression denotes this place, and evaluating its indexes again would give the same.
    pub(super) fn denotes(&self, id: ExprId, root: &Name, steps: &[PlaceStep]) -> bool {
        let mut at = self.strip(id);
        for step in steps.iter().rev() {
            let object = match (self.kind(at), step) {
                (ExprKind::Field { object, member, optional: false }, PlaceStep::Field(wanted))
                    if member.symbol == wanted.symbol =>
                {
                    object
                }
                (ExprKind::Index { object, index, optional: false }, PlaceStep::Index(wanted))
                    if self.is_same_simple(*index, *wanted) =>
                {
                    object
                }
                _ => return false,
            };
            at = *object;
        }
        match self.kind(at) {
            ExprKind::Name(name) => {
                self.resolved(name) == self.resolved(root)
                    && !self.resolution.imports_in_scope.contains_key(&name.id)
            }
            _ => false,
        }
    }

    /// Whether two expressions are the same literal or variable.
    pub(super) fn is_same_simple(&self, one: ExprId, other: ExprId) -> bool {
        match (self.kind(self.strip(one)), self.kind(self.strip(other))) {
            (ExprKind::Int(one), ExprKind::Int(other)) => one == other,
            (ExprKind::Str(one), ExprKind::Str(other)) => one == other,
            (ExprKind::Name(one), ExprKind::Name(other)) => {
                self.resolved(one) == self.resolved(other)
                    && !self.resolution.imports_in_scope.contains_key(&one.id)
            }
            _ => false,
        }
    }

    /// Whether a global may turn out to be a builtin or a predefined number that nothing replaced: where all names are
    /// kept or imported, only the running program knows.
    pub(super) fn may_be_predefined(&self, name: &Name) -> bool {
        let Home::Global(id, _) = self.home(self.resolved(name)) else { return false };
        let global = self.resolution.globals.get(id.0 as usize);
        global.is_some_and(|global| global.declared.is_none())
            && self.predefined(self.text(name.symbol)).is_some()
    }

    /// Raises that a builtin cannot be changed if a global turns out to be one. `action` is `reassign` or `mutate`.
    pub(super) fn refuse_predefined(&mut self, name: &Name, action: &str, span: Span) {
        let Home::Global(_, slot) = self.home(self.resolved(name)) else { return };
        if !self.may_be_predefined(name) {
            return;
        }
        let mark = self.func.next();
        let (work, found) = (self.func.alloc(), self.func.label());
        self.func.wide(Op::PeekGlobal, work, slot, span);
        self.func.jump(Op::JumpDefined, work, found, span);
        let message = format!("Cannot {action} const binding: {}", self.text(name.symbol));
        let site = self.func.tables.raise(ruff_syntax::Code::ImmutableBinding, message, None);
        self.func.raise(site, span);
        self.func.put(found);
        self.func.op(Op::Drop, work, 0, 0, span);
        self.func.free_from(mark);
    }

    /// Raises that an immutable variable cannot be changed, if it is one.
    pub(super) fn refuse_mutation(&mut self, root: &Name, span: Span) -> bool {
        let Some(message) = self.refusal(root, "mutate") else { return false };
        let site = self.func.tables.raise(ruff_syntax::Code::ImmutableBinding, message, None);
        self.func.raise(site, span);
        true
    }
}
