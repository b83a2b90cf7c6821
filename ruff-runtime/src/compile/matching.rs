//! `match`: the arms are tried in order.

use ruff_syntax::Span;
use ruff_syntax::ast::{Block, ExprId, Literal, MatchArm, Pattern, PatternKind};
use ruff_syntax::resolve::Resolved;

use super::Compiler;
use super::expression::Operand;
use super::function::{Label, Reg};
use crate::bytecode::{Instr, Op};
use crate::value::{Value, Variant};

impl<'a> Compiler<'a> {
    /// `match e { … }`; the value of the block that runs goes into the register `dest` if there is one.
    pub(super) fn arms(
        &mut self,
        subject: ExprId,
        arms: &'a [MatchArm],
        default: Option<&'a Block>,
        dest: Option<Reg>,
        span: Span,
    ) {
        let outer = self.func.variables;
        let guards: Vec<ExprId> = arms.iter().filter_map(|arm| arm.guard).collect();
        let register = self.lower_before(subject, &guards);
        self.func.keep_registers();
        let end = self.func.label();
        for arm in arms {
            let next = self.func.label();
            let variables = self.func.variables;
            self.match_pattern(&arm.pattern, register, next);
            if let Some(guard) = arm.guard {
                self.condition(guard, false, next);
            }
            self.arm(&arm.body, dest);
            if !self.func.is_unreachable() {
                self.func.jump(Op::Jump, 0, end, span);
            }
            self.func.drop_variables(variables);
            self.func.put(next);
        }
        match (default, dest) {
            (Some(default), _) => self.arm(default, dest),
            (None, Some(dest)) => self.func.load(dest, Value::Null, span),
            (None, None) => {}
        }
        self.func.put(end);
        self.func.drop_variables(outer);
    }

    fn arm(&mut self, body: &'a Block, dest: Option<Reg>) {
        match dest {
            Some(_) => self.branch(body, dest),
            None => self.arm_block(body),
        }
    }

    /// Goes on with the pattern's variables bound if `subject` matches, else at `next`.
    fn match_pattern(&mut self, pattern: &'a Pattern, subject: Reg, next: Label) {
        let span = pattern.span;
        match &pattern.kind {
            PatternKind::Literal(literal) => {
                let operand = match literal {
                    Literal::Null => Operand::Constant(Value::Null),
                    Literal::Bool(truth) => Operand::Constant(Value::Bool(*truth)),
                    Literal::Int(int) => Operand::Constant(Value::Int(*int)),
                    Literal::Float(float) => Operand::Constant(Value::Float(*float)),
                    Literal::Str(symbol) => Operand::Text(*symbol),
                };
                self.match_constant(&operand, subject, next, span);
            }
            PatternKind::Word(symbol) => self.match_constant(&Operand::Text(*symbol), subject, next, span),
            PatternKind::Variant { enum_name, variant, binders } => {
                let name = self.sym(*variant);
                let variant = match enum_name {
                    Some(owner) => Variant::new(self.sym(*owner), name),
                    None => builtin(name),
                };
                let index = self.func.tables.variant(variant, 0);
                self.func.branch(Instr::new(Op::JumpUnlessVariant, subject, index, 0), next, span);
                let binders = binders.as_deref().unwrap_or_default();
                if self.allows_positions(binders.len(), span) {
                    self.bind_payload(binders, subject);
                }
            }
            PatternKind::Bind(name) => {
                let register = self.func.alloc();
                self.func.copy(register, subject, span);
                if let Some(Resolved::Local(binding)) = self.resolved(name) {
                    self.start_variable(binding, register, span);
                }
            }
            PatternKind::Wildcard
            | PatternKind::Array { .. }
            | PatternKind::Dict { .. }
            | PatternKind::Error => {}
        }
    }

    fn match_constant(&mut self, operand: &Operand, subject: Reg, next: Label, span: Span) {
        match self.small_constant(operand) {
            Some(constant) => {
                self.func.branch(Instr::new(Op::JumpUnlessExact, subject, constant, 0), next, span);
            }
            None => self.func.tables.overflow("constants in front of a literal pattern"),
        }
    }

    fn bind_payload(&mut self, binders: &'a [Pattern], subject: Reg) {
        for (at, binder) in binders.iter().enumerate() {
            let PatternKind::Bind(name) = &binder.kind else { continue };
            let Some(Resolved::Local(binding)) = self.resolved(name) else { continue };
            let at = u16::try_from(at).unwrap_or(u16::MAX);
            let register = self.func.alloc();
            self.func.op(Op::GetPayload, register, subject, at, binder.span);
            self.start_variable(binding, register, binder.span);
        }
    }
}

/// The variant that a name means without its enum.
fn builtin(name: crate::value::Sym) -> Variant {
    let all = [Variant::OK, Variant::ERR, Variant::SOME, Variant::NONE];
    all.into_iter().find(|variant| variant.name == name).unwrap_or(Variant::new(name, name))
}
