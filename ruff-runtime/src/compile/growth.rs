//! Assignments that make something larger in ways that no single instruction knows: `s.out := s.out + a + b`,
//! `groups[k] := push(get_default(groups, k, []), v)`.
//!
//! Each becomes two pieces of code, one for the usual case, which changes what the place holds where it is, and one for
//! all others, which does what the program says word by word.

use ruff_syntax::Span;
use ruff_syntax::ast::{BinaryOp, ExprId, ExprKind, Name, PlaceStep};

use super::Compiler;
use super::arguments::has_spread;
use super::effects::each_part;
use super::expression::Operand;
use super::function::Reg;
use super::place::Ready;
use super::variable::Home;
use crate::bytecode::{Instr, Op};

/// Operands of a sum that are gathered in registers: as many as the kind bits can say.
const OPERANDS: usize = 15;

/// An operand of a sum, and where the sum with it stands in the source.
type Link = (ExprId, Span);

impl Compiler<'_> {
    /// The first operand of a chain of additions, and the others.
    pub(super) fn links(&self, value: ExprId) -> (ExprId, Vec<Link>) {
        let mut links = Vec::new();
        let mut at = value;
        while let ExprKind::Binary { op: BinaryOp::Add, lhs, rhs, .. } = self.kind(at) {
            links.push((*rhs, self.span(at)));
            at = self.strip(*lhs);
        }
        links.reverse();
        (at, links)
    }

    /// `place := place + a + b` where somebody could see the place half done: all operands are gathered before the first
    /// one is added.
    pub(super) fn extend_in_place(
        &mut self,
        root: &Name,
        steps: &[PlaceStep],
        value: ExprId,
        span: Span,
    ) -> bool {
        let (at, links) = self.links(value);
        let Some((&(first, _), later)) = links.split_first().filter(|(_, later)| !later.is_empty()) else {
            return false;
        };
        let is_hidden = steps.is_empty()
            && self.func.protection == 0
            && matches!(self.home(self.resolved(root)), Home::Register(_));
        let fits = links.len() <= OPERANDS
            && !is_hidden
            && self.denotes(at, root, steps)
            && self.is_same_after(root, steps, first)
            && later.iter().all(|&(link, _)| self.effects.is_silent(link))
            && self.may_be_text(&links)
            && !self.may_be_predefined(root);
        if fits {
            self.extend(root, steps, &links, span);
        }
        fits
    }

    /// Whether a sum may be one of texts or arrays, as far as its operands tell.
    fn may_be_text(&self, links: &[Link]) -> bool {
        let is_text = |&(link, _): &Link| {
            matches!(
                self.kind(self.strip(link)),
                ExprKind::Str(_) | ExprKind::Interpolated(_) | ExprKind::Array(_)
            )
        };
        let is_name = |&(link, _): &Link| matches!(self.kind(self.strip(link)), ExprKind::Name(_));
        links.iter().any(is_text) || links.iter().all(is_name)
    }

    fn extend(&mut self, root: &Name, steps: &[PlaceStep], links: &[Link], span: Span) {
        let mark = self.func.next();
        let operands: Vec<ExprId> = links.iter().map(|&(link, _)| link).collect();
        let place = Ready { root: self.root(root, false), steps: self.steps(steps, &operands) };
        let site = self.place_site(root, place);
        let base: Reg = self.func.next();
        for &(link, _) in links {
            let register = self.func.alloc();
            self.lower_into(link, register);
        }
        let count = u8::try_from(links.len()).unwrap_or(0);
        let done = self.func.label();
        self.func.branch(Instr::new(Op::ExtendPlace, base, site, 0).with_kind(count), done, span);
        let sum = self.func.alloc();
        self.func.op(Op::GetPlace, sum, site, 0, span);
        for (&(_, span), operand) in links.iter().zip(base..) {
            self.operate(BinaryOp::Add, sum, Operand::Register(operand), sum, span);
        }
        if steps.is_empty() {
            let target = self.target(root, false);
            self.assign_register(target, sum, span);
        } else {
            self.func.op(Op::SetPlace, sum, site, 0, span);
        }
        self.func.put(done);
        self.func.free_from(mark);
    }

    /// Whether an expression is `get_default(d, k, default)` for the place `d[k]`, so that it is the same as `d[k]` if that
    /// is there.
    pub(super) fn is_default_of(&self, id: ExprId, root: &Name, steps: &[PlaceStep]) -> bool {
        let Some((PlaceStep::Index(index), before)) = steps.split_last() else { return false };
        let ExprKind::Call { callee, args } = self.kind(self.strip(id)) else { return false };
        let [dict, key, default] = &args[..] else { return false };
        !has_spread(args)
            && self.called_native(*callee).is_some_and(|(def, _)| def.name == "get_default")
            && self.denotes(dict.value, root, before)
            && self.is_same_simple(key.value, *index)
            && self.is_repeatable(default.value)
    }

    /// Whether an expression is `get_default(d, k, default)` with a default that can grow.
    pub(super) fn has_long_default(&self, id: ExprId) -> bool {
        let ExprKind::Call { args, .. } = self.kind(self.strip(id)) else { return false };
        let default = args.get(2).map(|default| self.kind(self.strip(default.value)));
        matches!(default, Some(ExprKind::Str(_) | ExprKind::Array(_)))
    }

    /// Whether an expression may stand twice in the code and be evaluated any time.
    pub(super) fn is_repeatable(&self, id: ExprId) -> bool {
        let mut is_copied = false;
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            is_copied |= matches!(self.kind(id), ExprKind::Func(_));
            each_part(self.kind(id), |part| open.push(part));
        }
        !is_copied && self.effects.is_silent(id)
    }

    /// Lowers `place := value` word by word, but as `update` does if the place is an entry that is there.
    pub(super) fn update_if_present(
        &mut self,
        root: &Name,
        steps: &[PlaceStep],
        value: ExprId,
        span: Span,
        update: impl FnOnce(&mut Self),
    ) {
        let mark = self.func.next();
        let place = Ready { root: self.root(root, false), steps: self.steps(steps, &[]) };
        let site = self.place_site(root, place);
        let (present, end) = (self.func.label(), self.func.label());
        self.func.branch(Instr::new(Op::JumpHas, 0, site, 0), present, span);
        self.func.free_from(mark);
        self.assign_part(root, steps, value, span);
        self.func.jump(Op::Jump, 0, end, span);
        self.func.put(present);
        update(self);
        self.func.put(end);
    }
}
