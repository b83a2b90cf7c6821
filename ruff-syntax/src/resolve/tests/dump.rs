//! Writes a resolution down: every name in the order of the text, then bindings, globals, functions, diagnostics.

use std::fmt::Write;

use crate::ast::{
    Block, ExprId, ExprKind, Func, Import, Module, Name, Pattern, PatternKind, Stmt, StmtKind, Struct,
};
use crate::resolve::{Binding, CaptureSource, FuncInfo, Global, Options, Resolution, Resolved, resolve};
use crate::source::{SourceFile, Span};

/// The source, then what its names mean.
pub(super) fn dump(source: &str, options: Options<'_>) -> String {
    let source = source.trim();
    let parsed = crate::parse(source, Default::default());
    assert!(parsed.diagnostics.is_empty(), "the program has syntax errors: {:?}", parsed.diagnostics);
    let resolution = resolve(&parsed.module, options);
    let file = SourceFile::new("test", source);
    let dump = Dump { module: &parsed.module, resolution: &resolution, file: &file };
    let mut out = format!("{source}\n-----\n");
    dump.write(&mut out).expect("writing to a string");
    out
}

struct Dump<'a> {
    module: &'a Module,
    resolution: &'a Resolution,
    file: &'a SourceFile,
}

impl Dump<'_> {
    fn write(&self, out: &mut String) -> std::fmt::Result {
        let mut names = names(self.module);
        names.sort_by_key(|name| name.span.lo);
        // The target of an assignment may linger in the arena as the expression it was first read as.
        names.dedup_by_key(|name| name.id);
        for name in names {
            self.write_name(out, name)?;
        }
        for (index, binding) in self.resolution.bindings.iter().enumerate() {
            writeln!(out, "b{index} {}", self.binding(binding))?;
        }
        for (index, global) in self.resolution.globals.iter().enumerate() {
            writeln!(out, "g{index} {}", self.global(global))?;
        }
        for (index, func) in self.resolution.funcs.iter().enumerate() {
            let parts = self.func(func);
            if !parts.is_empty() {
                writeln!(out, "f{index} {parts}")?;
            }
        }
        for diagnostic in &self.resolution.diagnostics {
            write!(out, "{} {} {}", self.at(diagnostic.primary.span), diagnostic.code, diagnostic.message)?;
            for label in &diagnostic.secondary {
                write!(out, " [{} {}]", self.at(label.span), label.message)?;
            }
            writeln!(out)?;
        }
        Ok(())
    }

    fn write_name(&self, out: &mut String, name: &Name) -> std::fmt::Result {
        let meaning = self.resolution.names.get(name.id.0 as usize).copied().flatten();
        let meaning = meaning.map_or("no variable".to_owned(), resolved);
        write!(out, "{} {} = {meaning}", self.at(name.span), self.module.interner.text(name.symbol))?;
        if let Some(namespaces) = self.resolution.imports_in_scope.get(&name.id) {
            let list: Vec<String> = namespaces.iter().map(|&namespace| resolved(namespace)).collect();
            write!(out, ", unless imported by {}", list.join(", "))?;
        }
        if self.resolution.duplicates.contains(&name.id) {
            write!(out, ", duplicate")?;
        }
        if let Some(&span) = self.resolution.closed_declarations.get(&name.id) {
            write!(out, ", declared at {} in a closed block", self.at(span))?;
        }
        writeln!(out)
    }

    fn binding(&self, binding: &Binding) -> String {
        let symbol = self.module.interner.text(binding.symbol);
        let mut text = format!("{symbol} {:?} of f{}", binding.origin, binding.func.0);
        let flags =
            [(binding.captured, "captured"), (binding.reassigned, "reassigned"), (binding.early, "early")];
        for (_, flag) in flags.into_iter().filter(|(is_set, _)| *is_set) {
            text = format!("{text}, {flag}");
        }
        if binding.needs_cell() { text + ": cell" } else { text }
    }

    fn global(&self, global: &Global) -> String {
        let symbol = self.module.interner.text(global.symbol);
        let mut text = match global.declared {
            Some(origin) => format!("{symbol} {origin:?}"),
            None => format!("{symbol} undeclared"),
        };
        if global.is_type {
            text += ", type";
        }
        if global.exported {
            text += ", exported";
        }
        match global.constant_func {
            Some(func) => format!("{text}, always f{}", func.0),
            None => text,
        }
    }

    fn func(&self, func: &FuncInfo) -> String {
        let mut parts = Vec::new();
        for (index, capture) in func.captures.iter().enumerate() {
            let source = match capture.source {
                CaptureSource::Local(binding) => format!("local b{}", binding.0),
                CaptureSource::Capture(index) => format!("capture {index}"),
            };
            let copy = func.snapshots.get(index).map_or(String::new(), |copy| format!(" into b{}", copy.0));
            parts.push(format!("captures b{} from {source}{copy}", capture.binding.0));
        }
        if func.modifies_self {
            parts.push("modifies self".to_owned());
        }
        for (symbol, binding) in &func.receiver_fields {
            parts.push(format!("field {} is b{}", self.module.interner.text(*symbol), binding.0));
        }
        parts.join("; ")
    }

    fn at(&self, span: Span) -> String {
        let position = self.file.position(span.lo);
        format!("{}:{}", position.line, position.column)
    }
}

fn resolved(resolved: Resolved) -> String {
    match resolved {
        Resolved::Local(binding) => format!("local b{}", binding.0),
        Resolved::Capture(index) => format!("capture {index}"),
        Resolved::Itself => "itself".to_owned(),
        Resolved::Global(global) => format!("global g{}", global.0),
    }
}

/// Every name of a file, in no particular order.
fn names(module: &Module) -> Vec<&Name> {
    let mut names = Vec::new();
    from_block(&module.body, &mut names);
    for index in 0..module.exprs.len() {
        let id = ExprId(u32::try_from(index).expect("expressions are numbered in 32 bits"));
        match &module.exprs[id].kind {
            ExprKind::Name(name) | ExprKind::Struct { name, .. } | ExprKind::Variant { name, .. } => {
                names.push(name);
            }
            ExprKind::Func(func) => from_func(func, &mut names),
            _ => {}
        }
    }
    names
}

fn from_block<'a>(block: &'a Block, names: &mut Vec<&'a Name>) {
    block.stmts.iter().for_each(|stmt| from_stmt(stmt, names));
}

fn from_func<'a>(func: &'a Func, names: &mut Vec<&'a Name>) {
    names.extend(&func.name);
    func.params.iter().for_each(|param| from_pattern(&param.pattern, names));
    from_block(&func.body, names);
}

fn from_struct<'a>(declaration: &'a Struct, names: &mut Vec<&'a Name>) {
    names.push(&declaration.name);
    declaration.methods.iter().for_each(|method| from_func(method, names));
}

fn from_pattern<'a>(pattern: &'a Pattern, names: &mut Vec<&'a Name>) {
    match &pattern.kind {
        PatternKind::Bind(name) => names.push(name),
        PatternKind::Array { items, rest } => {
            items.iter().for_each(|item| from_pattern(item, names));
            names.extend(rest);
        }
        PatternKind::Dict { keys, rest } => {
            names.extend(keys);
            names.extend(rest);
        }
        PatternKind::Variant { binders, .. } => {
            binders.iter().flatten().for_each(|binder| from_pattern(binder, names));
        }
        _ => {}
    }
}

fn from_stmt<'a>(stmt: &'a Stmt, names: &mut Vec<&'a Name>) {
    match &stmt.kind {
        StmtKind::Binding { pattern, .. } => from_pattern(pattern, names),
        StmtKind::Assign { place, .. } => names.push(&place.root),
        StmtKind::Func(func) | StmtKind::Spawn(func) | StmtKind::Test { body: func, .. } => {
            from_func(func, names);
        }
        StmtKind::Struct(declaration) => from_struct(declaration, names),
        StmtKind::Enum(declaration) => names.push(&declaration.name),
        StmtKind::Import(Import::Module { name, .. }) | StmtKind::ExportName(name) => names.push(name),
        StmtKind::Import(Import::Names { names: imported, .. }) => names.extend(imported),
        StmtKind::Export(inner) => from_stmt(inner, names),
        StmtKind::If { branches, otherwise } => {
            branches.iter().for_each(|(_, block)| from_block(block, names));
            otherwise.iter().for_each(|block| from_block(block, names));
        }
        StmtKind::While { body, .. } | StmtKind::Loop(body) => from_block(body, names),
        StmtKind::For { pattern, body, .. } => {
            from_pattern(pattern, names);
            from_block(body, names);
        }
        StmtKind::Match { arms, default, .. } => {
            for arm in arms {
                from_pattern(&arm.pattern, names);
                from_block(&arm.body, names);
            }
            default.iter().for_each(|block| from_block(block, names));
        }
        StmtKind::Try { body, except, finally } => {
            from_block(body, names);
            if let Some(except) = except {
                names.extend(&except.name);
                from_block(&except.body, names);
            }
            finally.iter().for_each(|block| from_block(block, names));
        }
        StmtKind::Return(_) | StmtKind::Break | StmtKind::Continue | StmtKind::Expr(_) | StmtKind::Error => {}
    }
}
