//! The names of methods that may change their receiver.
//!
//! A receiver is read before the arguments of a call are evaluated, except by a method that changes it: that one works on
//! what its place holds afterwards, or what the arguments changed would be lost. Which method a call means is only known
//! when it runs; its name tells enough to decide whether an early copy of the receiver is worth keeping.

use std::collections::HashSet;

use ruff_syntax::Symbol;
use ruff_syntax::ast::{Block, ExprId, ExprKind, Func, Module, Stmt, StmtKind, Struct};
use ruff_syntax::resolve::Resolution;

/// The names of all methods of a file that may change their `self`.
pub(super) fn names(module: &Module, resolution: &Resolution) -> HashSet<Symbol> {
    if !resolution.funcs.iter().any(|info| info.modifies_self) {
        return HashSet::new();
    }
    let mut search = Search { resolution, names: HashSet::new() };
    search.block(&module.body);
    for id in 0..module.exprs.len() {
        let id = ExprId(u32::try_from(id).unwrap_or(u32::MAX));
        match &module.exprs[id].kind {
            ExprKind::Func(func) => search.block(&func.body),
            ExprKind::Control(stmt) => search.stmt(stmt),
            _ => {}
        }
    }
    search.names
}

struct Search<'a> {
    resolution: &'a Resolution,
    names: HashSet<Symbol>,
}

impl Search<'_> {
    fn block(&mut self, block: &Block) {
        block.stmts.iter().for_each(|stmt| self.stmt(stmt));
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Struct(declaration) => self.structure(declaration),
            StmtKind::Func(func) | StmtKind::Spawn(func) | StmtKind::Test { body: func, .. } => {
                self.block(&func.body);
            }
            StmtKind::Export(inner) => self.stmt(inner),
            StmtKind::If { branches, otherwise } => {
                branches.iter().for_each(|(_, body)| self.block(body));
                otherwise.iter().for_each(|body| self.block(body));
            }
            StmtKind::While { body, .. } | StmtKind::Loop(body) | StmtKind::For { body, .. } => {
                self.block(body)
            }
            StmtKind::Match { arms, default, .. } => {
                arms.iter().for_each(|arm| self.block(&arm.body));
                default.iter().for_each(|body| self.block(body));
            }
            StmtKind::Try { body, except, finally } => {
                self.block(body);
                except.iter().for_each(|except| self.block(&except.body));
                finally.iter().for_each(|body| self.block(body));
            }
            _ => {}
        }
    }

    fn structure(&mut self, declaration: &Struct) {
        for method in &declaration.methods {
            if self.modifies_self(method) {
                self.names.extend(method.name.map(|name| name.symbol));
            }
            self.block(&method.body);
        }
    }

    fn modifies_self(&self, method: &Func) -> bool {
        self.resolution.funcs.get(method.id.0 as usize).is_some_and(|info| info.modifies_self)
    }
}
