//! `if`, and what `if` and `match` are worth where their value is wanted.

use ruff_syntax::Span;
use ruff_syntax::ast::{Block, ExprId, MatchArm, Stmt, StmtKind};

use super::Compiler;
use super::expression::{Operand, Want};
use super::function::Reg;
use crate::bytecode::Op;
use crate::value::Value;

impl<'a> Compiler<'a> {
    /// `if c { … } else if … else { … }`; the value of the block that runs goes into the register `dest` if there is one.
    pub(super) fn branches(
        &mut self,
        branches: &'a [(ExprId, Block)],
        otherwise: Option<&'a Block>,
        dest: Option<Reg>,
        span: Span,
    ) {
        let end = self.func.label();
        let count = branches.len();
        for (at, (condition, body)) in branches.iter().enumerate() {
            let next = self.func.label();
            self.condition(*condition, false, next);
            self.branch(body, dest);
            let is_last = at + 1 == count && otherwise.is_none() && dest.is_none();
            if !is_last && !self.func.is_unreachable() {
                self.func.jump(Op::Jump, 0, end, span);
            }
            self.func.put(next);
        }
        match (otherwise, dest) {
            (Some(body), _) => self.branch(body, dest),
            (None, Some(dest)) => self.func.load(dest, Value::Null, span),
            (None, None) => {}
        }
        self.func.put(end);
    }

    /// A block, whose value goes into `dest` if it is wanted.
    pub(super) fn branch(&mut self, block: &'a Block, dest: Option<Reg>) {
        match dest {
            Some(dest) => self.value_block(block, dest),
            None => self.block(block),
        }
    }

    fn value_block(&mut self, block: &'a Block, dest: Reg) {
        let variables = self.func.variables;
        self.open_block(block, false);
        let value = block.value();
        for (at, stmt) in block.stmts.iter().enumerate() {
            match value {
                Some((place, value)) if place == at => {
                    self.lower_into(value, dest);
                    self.func.free_from(self.func.variables);
                }
                _ => self.statement(stmt),
            }
        }
        if value.is_none() {
            self.func.load(dest, Value::Null, block.span);
        }
        self.func.drop_variables(variables);
    }

    /// `if` or `match` whose value is wanted.
    pub(super) fn control_value(&mut self, stmt: &'a Stmt, want: Want) -> Operand {
        let (variables, mark) = (self.func.variables, self.func.next());
        let dest = match want {
            Want::Nothing => None,
            Want::Into(dest) if !self.func.is_variable(dest) || ends_with_values(stmt) => Some(dest),
            Want::Into(_) | Want::Any => Some(self.func.alloc()),
        };
        let next = self.func.next();
        // Statements give up all registers but those of variables, and values are underway around these.
        self.func.keep_registers();
        match &stmt.kind {
            StmtKind::If { branches, otherwise } => {
                self.branches(branches, otherwise.as_ref(), dest, stmt.span);
            }
            StmtKind::Match { subject, arms, default } => {
                self.arms(*subject, arms, default.as_ref(), dest, stmt.span);
            }
            _ => {}
        }
        self.func.drop_variables(variables);
        self.func.free_from(next);
        let Some(dest) = dest else { return Operand::Constant(Value::Null) };
        if let Want::Into(wanted) = want {
            self.func.copy(wanted, dest, stmt.span);
            self.func.free_from(mark);
            return Operand::Register(wanted);
        }
        Operand::Register(dest)
    }
}

/// Whether nothing comes after the values of its blocks, so that they may go into a variable at once.
fn ends_with_values(stmt: &Stmt) -> bool {
    let ends = |block: &Block| block.value().is_none_or(|(at, _)| at + 1 == block.stmts.len());
    match &stmt.kind {
        StmtKind::If { branches, otherwise } => {
            branches.iter().all(|(_, body)| ends(body)) && otherwise.iter().all(ends)
        }
        StmtKind::Match { arms, default, .. } => {
            arms.iter().all(|MatchArm { body, .. }| ends(body)) && default.iter().all(ends)
        }
        _ => false,
    }
}
