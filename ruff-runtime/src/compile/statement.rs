//! Blocks and statements.

use ruff_syntax::ast::{AssignOp, Block, ExprId, ExprKind, MatchArm, Name, Stmt, StmtKind};
use ruff_syntax::resolve::{BindingId, Resolved};
use ruff_syntax::{Code, Span};

use super::Compiler;
use super::expression::{Operand, Want};
use super::function::{Around, Reg, Way};
use crate::bytecode::Op;
use crate::value::Value;

impl<'a> Compiler<'a> {
    /// The statements of the file.
    pub(super) fn top_block(&mut self, block: &'a Block) {
        self.open_block(block, false);
        let last = block.stmts.last().filter(|_| self.options.yields_last);
        let count = block.stmts.len();
        for (at, stmt) in block.stmts.iter().enumerate() {
            match last.map(|last| &last.kind) {
                Some(StmtKind::Expr(value)) if at + 1 == count => {
                    let value = self.lower_any(*value);
                    self.func.op(Op::Return, value, 0, 0, stmt.span);
                }
                _ => self.statement(stmt),
            }
        }
        self.end_body(block.span);
    }

    /// The body of a function.
    pub(super) fn body(&mut self, block: &'a Block) {
        self.open_block(block, false);
        for stmt in &block.stmts {
            self.statement(stmt);
        }
        self.end_body(block.span);
    }

    fn end_body(&mut self, span: Span) {
        let end = Span::new(span.hi.saturating_sub(1), span.hi);
        self.func.op(Op::ReturnNull, 0, 0, 0, end);
    }

    /// A block with a scope of its own.
    pub(super) fn block(&mut self, block: &'a Block) {
        self.scope(block, false);
    }

    /// The block of a `match` arm, whose implicit variables belong to the scope around the `match`.
    pub(super) fn arm_block(&mut self, block: &'a Block) {
        self.scope(block, true);
    }

    fn scope(&mut self, block: &'a Block, is_arm: bool) {
        let variables = self.func.variables;
        self.open_block(block, is_arm);
        for stmt in &block.stmts {
            self.statement(stmt);
        }
        self.func.drop_variables(variables);
    }

    /// Starts a block: variables that may be looked at before their declaration has run, then hoisted declarations.
    pub(super) fn open_block(&mut self, block: &'a Block, is_arm: bool) {
        let mut early = Vec::new();
        for stmt in &block.stmts {
            self.find_early(unwrap(stmt), is_arm, &mut early);
            self.note_enum(unwrap(stmt));
        }
        for (binding, span) in early {
            self.start_undefined(binding, span);
        }
        for stmt in &block.stmts {
            self.hoist(unwrap(stmt));
        }
    }

    /// Collects the early variables that a statement declares in the block it stands in.
    fn find_early(&self, stmt: &'a Stmt, is_arm: bool, early: &mut Vec<(BindingId, Span)>) {
        match &stmt.kind {
            StmtKind::Binding { pattern, .. } => {
                pattern.each_bound(&mut |name| self.note_early(name, early));
            }
            StmtKind::Assign { place, op: AssignOp::Set, .. } if place.steps.is_empty() && !is_arm => {
                self.note_early(&place.root, early);
            }
            StmtKind::Func(func) => func.name.iter().for_each(|name| self.note_early(name, early)),
            StmtKind::Struct(declaration) => self.note_early(&declaration.name, early),
            StmtKind::Enum(declaration) => self.note_early(&declaration.name, early),
            StmtKind::Import(import) => {
                super::import::each_bound(import, &mut |name| self.note_early(name, early));
            }
            StmtKind::Match { arms, default, .. } if !is_arm => {
                let bodies = arms.iter().map(|MatchArm { body, .. }| body).chain(default);
                bodies.for_each(|body| self.find_early_in_arm(body, early));
            }
            _ => {}
        }
    }

    /// Collects the variables that assignments in an arm declare outside it.
    fn find_early_in_arm(&self, body: &'a Block, early: &mut Vec<(BindingId, Span)>) {
        for stmt in &body.stmts {
            match &unwrap(stmt).kind {
                StmtKind::Assign { place, op: AssignOp::Set, .. } if place.steps.is_empty() => {
                    self.note_early(&place.root, early);
                }
                StmtKind::Match { arms, default, .. } => {
                    let bodies = arms.iter().map(|MatchArm { body, .. }| body).chain(default);
                    bodies.for_each(|body| self.find_early_in_arm(body, early));
                }
                _ => {}
            }
        }
    }

    /// Notes that a name is an enum's: it stands for nothing that can be read.
    fn note_enum(&mut self, stmt: &Stmt) {
        if let StmtKind::Enum(declaration) = &stmt.kind {
            match self.resolved(&declaration.name) {
                Some(Resolved::Local(binding)) => self.enums.locals.insert(binding),
                Some(Resolved::Global(global)) => self.enums.globals.insert(global),
                _ => false,
            };
        }
    }

    /// Notes a variable that a name declares, if it is early.
    fn note_early(&self, name: &Name, early: &mut Vec<(BindingId, Span)>) {
        let Some(Resolved::Local(binding)) = self.resolved(name) else { return };
        let Some(known) = self.resolution.bindings.get(binding.0 as usize) else { return };
        if known.early && known.func == self.func.id && known.span == name.span {
            early.push((binding, name.span));
        }
    }

    /// One statement. No values are underway between statements.
    pub(super) fn statement(&mut self, stmt: &'a Stmt) {
        let stmt = unwrap(stmt);
        match &stmt.kind {
            StmtKind::Binding { pattern, value, .. } => self.declare(pattern, *value, stmt.span),
            StmtKind::Assign { place, op, value } => self.assign(place, *op, *value, stmt.span),
            StmtKind::Expr(value) => {
                self.lower(*value, Want::Nothing);
            }
            StmtKind::Return(value) => self.return_statement(*value, stmt.span),
            StmtKind::Break => self.leave(Way::Break, None, stmt.span),
            StmtKind::Continue => self.leave(Way::Continue, None, stmt.span),
            StmtKind::If { branches, otherwise } => {
                self.branches(branches, otherwise.as_ref(), None, stmt.span);
            }
            StmtKind::While { condition, body } => self.while_loop(*condition, body, stmt.span),
            StmtKind::Loop(body) => self.endless_loop(body, stmt.span),
            StmtKind::For { pattern, iterable, body } => self.for_loop(pattern, *iterable, body, stmt.span),
            StmtKind::Match { subject, arms, default } => {
                self.arms(*subject, arms, default.as_ref(), None, stmt.span);
            }
            StmtKind::Try { body, except, finally } => {
                self.try_statement(body, except.as_ref(), finally.as_ref(), stmt.span);
            }
            StmtKind::Import(import) => self.import(import, stmt.span),
            StmtKind::Spawn(func) => self.spawn(func, stmt.span),
            StmtKind::Test { body, .. } => self.test_declaration(body),
            // Hoisted, unwrapped above, or nothing to do.
            StmtKind::Func(_)
            | StmtKind::Struct(_)
            | StmtKind::Enum(_)
            | StmtKind::Export(_)
            | StmtKind::ExportName(_)
            | StmtKind::Error => {}
        }
        let variables = self.func.variables;
        self.func.free_from(variables);
    }

    fn return_statement(&mut self, value: Option<ExprId>, span: Span) {
        let is_null = value.is_none_or(|value| matches!(self.kind(self.strip(value)), ExprKind::Null));
        match value {
            Some(value) if !is_null => {
                let value = self.lower_any(value);
                self.leave_with(value, span);
            }
            _ => self.leave(Way::Return, None, span),
        }
    }

    /// Returns what a register holds.
    pub(super) fn leave_with(&mut self, value: Reg, span: Span) {
        self.leave(Way::Return, Some(value), span);
    }

    /// Leaves the constructs around by `way`, through the innermost `finally` in between if there is one.
    pub(super) fn leave(&mut self, way: Way, value: Option<Reg>, span: Span) {
        for at in (0..self.func.around.len()).rev() {
            let Some(around) = self.func.around.get_mut(at) else { continue };
            match around {
                Around::Loop { .. } if way == Way::Return => {}
                Around::Loop { on_break, on_continue } => {
                    let target = if way == Way::Break { *on_break } else { *on_continue };
                    return self.func.jump(Op::Jump, 0, target, span);
                }
                Around::Finally(finally) => {
                    let number = finally.number_of(way);
                    let (entry, hold, why) = (finally.entry, finally.value, finally.why);
                    let value = value.map_or(Operand::Constant(Value::Null), Operand::Register);
                    self.move_into(hold, value, span);
                    self.func.load(why, Value::Int(number), span);
                    return self.func.jump(Op::Jump, 0, entry, span);
                }
            }
        }
        if way == Way::Return {
            self.emit_return(value, span);
        }
    }

    fn emit_return(&mut self, value: Option<Reg>, span: Span) {
        match value {
            Some(value) if !self.func.flags.is_top => {
                // The receiver goes back to its place after the return, so it must stay.
                let is_receiver = value == 0 && self.func.flags.modifies_self;
                let value = if is_receiver { self.copy_of(value, span) } else { value };
                self.func.op(Op::Return, value, 0, 0, span);
            }
            _ => self.func.op(Op::ReturnNull, 0, 0, 0, span),
        }
    }

    fn copy_of(&mut self, register: Reg, span: Span) -> Reg {
        let copy = self.func.alloc();
        self.func.copy(copy, register, span);
        copy
    }

    /// Raises that a name is declared twice, if this is its second declaration in a scope outside functions.
    pub(super) fn refuse_duplicate(&mut self, name: &Name) -> bool {
        if !self.resolution.duplicates.contains(&name.id) {
            return false;
        }
        let message = format!("Duplicate declaration in the same scope: {}", self.text(name.symbol));
        let site = self.func.tables.raise(Code::DuplicateDeclaration, message, None);
        self.func.raise(site, name.span);
        true
    }
}

/// The statement behind any `export`s.
pub(super) fn unwrap(mut stmt: &Stmt) -> &Stmt {
    while let StmtKind::Export(inner) = &stmt.kind {
        stmt = inner;
    }
    stmt
}
