//! Imports.

use ruff_syntax::Span;
use ruff_syntax::ast::{Import, Member, Name};

use super::variable::{Home, Target};
use super::{Compiler, module_path};
use crate::bytecode::Op;

impl Compiler<'_> {
    /// `import m`, `from m import x`
    pub(super) fn import(&mut self, import: &Import, span: Span) {
        match import {
            Import::Module { path, name } => self.import_module(path, name, span),
            Import::Names { path, names } => self.import_names(path, names, span),
        }
    }

    fn import_module(&mut self, path: &[Member], name: &Name, span: Span) {
        let module = self.func.alloc();
        let path = module_path(self.module, path);
        if let Home::Global(_, slot) = self.home(self.resolved(name)) {
            // At the top of a file: every export becomes a global.
            let namespace = Some((self.sym(name.symbol), slot));
            let site = self.func.tables.import(path, namespace);
            self.func.wide(Op::Import, module, u32::from(site), span);
            self.func.op(Op::ImportAll, module, site, 0, span);
            self.func.op(Op::Drop, module, 0, 0, span);
            return;
        }
        let site = self.func.tables.import(path, None);
        self.func.wide(Op::Import, module, u32::from(site), span);
        self.bind(name, module, span);
    }

    fn import_names(&mut self, path: &[Member], names: &[Name], span: Span) {
        let targets: Vec<Target> = names.iter().map(|name| self.declared(name)).collect();
        // New variables first: they stay when the module's namespace is gone.
        let registers: Vec<u16> = names.iter().map(|_| self.func.alloc()).collect();
        let module = self.func.alloc();
        let path = module_path(self.module, path);
        let site = self.func.tables.import(path, None);
        self.func.wide(Op::Import, module, u32::from(site), span);
        for (name, &register) in names.iter().zip(&registers) {
            let key = self.key(name.symbol);
            self.func.op(Op::GetExport, register, module, key, name.span);
        }
        self.func.op(Op::Drop, module, 0, 0, span);
        for ((name, target), register) in names.iter().zip(targets).zip(registers) {
            self.assign_register(target, register, name.span);
        }
    }
}

/// Calls `visit` for every name an import binds.
pub(super) fn each_bound<'a>(import: &'a Import, visit: &mut dyn FnMut(&'a Name)) {
    match import {
        Import::Module { name, .. } => visit(name),
        Import::Names { names, .. } => names.iter().for_each(visit),
    }
}
