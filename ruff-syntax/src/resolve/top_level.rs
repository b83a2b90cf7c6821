//! The names of a file's own scope.
//!
//! They are collected before the walk, because functions may use names that the top level declares further down.
//! While walking, all of them are globals; [`super::finish`] turns those that nobody else can see into locals.

use std::collections::{HashMap, HashSet};

use super::scopes::Space;
use super::{BindingOrigin, GlobalId};
use crate::ast::{
    AssignOp, BindingKind, Block, FuncId, Import, MatchArm, Module, Name, Pattern, Stmt, StmtKind,
};
use crate::source::Span;
use crate::symbol::Symbol;

/// What is known of a name of the file's scope, or of a name found nowhere.
#[derive(Debug)]
pub(super) struct TopName {
    pub(super) symbol: Symbol,
    pub(super) space: Space,
    /// The first declaration; the first use when there is none.
    pub(super) span: Span,
    pub(super) declared: Option<BindingOrigin>,
    /// The last `func` declaration.
    pub(super) func: Option<FuncId>,
    pub(super) func_count: u32,
    /// It existed before the file.
    pub(super) existing: bool,
    pub(super) exported: bool,
    /// The statement that declares it stands before us, or it is hoisted.
    pub(super) declared_so_far: bool,
    /// Its place in the order of declarations and plain imports of the top level.
    pub(super) declared_at: u32,
    /// A function mentions it.
    pub(super) used_by_function: bool,
    /// Something writes it besides its declaration.
    pub(super) written: bool,
    /// A `match` arm declares it, which may not run.
    pub(super) early: bool,
}

/// The names of the file's scope, and those found nowhere.
#[derive(Default)]
pub(super) struct TopLevel {
    ids: HashMap<(Symbol, Space), GlobalId>,
    pub(super) names: Vec<TopName>,
    clock: u32,
    /// When the last plain import of the top level runs; it may replace every name declared before.
    pub(super) last_plain_import: Option<u32>,
}

impl TopLevel {
    /// The names that `module` declares; `existing` ones are there already.
    pub(super) fn collect(module: &Module, existing: &[String]) -> Self {
        let mut top = TopLevel::default();
        let start = module.body.span.start();
        for symbol in existing.iter().filter_map(|text| module.interner.find(text)) {
            let id = top.id(symbol, Space::Variables, start);
            top.name_mut(id).existing = true;
        }
        for stmt in &module.body.stmts {
            top.collect_hoisted(unwrap_export(stmt).0);
        }
        for stmt in &module.body.stmts {
            Collector { top: &mut top, arms: Vec::new() }.collect(unwrap_export(stmt).0);
        }
        // Only now is it known whether `export P` means a variable or a type.
        for stmt in &module.body.stmts {
            let (stmt, is_exported) = unwrap_export(stmt);
            if is_exported || matches!(stmt.kind, StmtKind::ExportName(_)) {
                top.mark_exported(stmt);
            }
        }
        top
    }

    pub(super) fn name(&self, id: GlobalId) -> &TopName {
        &self.names[id.0 as usize]
    }

    pub(super) fn name_mut(&mut self, id: GlobalId) -> &mut TopName {
        &mut self.names[id.0 as usize]
    }

    /// The entry of a name if it has one.
    pub(super) fn find(&self, symbol: Symbol, space: Space) -> Option<GlobalId> {
        self.ids.get(&(symbol, space)).copied()
    }

    /// The entry of a name, made when there is none.
    pub(super) fn id(&mut self, symbol: Symbol, space: Space, span: Span) -> GlobalId {
        let next = GlobalId(u32::try_from(self.names.len()).unwrap_or(u32::MAX));
        let id = *self.ids.entry((symbol, space)).or_insert(next);
        if id == next {
            self.names.push(TopName {
                symbol,
                space,
                span,
                declared: None,
                func: None,
                func_count: 0,
                existing: false,
                exported: false,
                declared_so_far: false,
                declared_at: 0,
                used_by_function: false,
                written: false,
                early: false,
            });
        }
        id
    }

    /// The entry of a name that exists for us: for functions when it is declared anywhere, else when it is declared
    /// before.
    pub(super) fn find_visible(&self, symbol: Symbol, space: Space, in_function: bool) -> Option<GlobalId> {
        let id = self.find(symbol, space)?;
        let name = self.name(id);
        let is_declared = if in_function { name.declared.is_some() } else { name.declared_so_far };
        (is_declared || name.existing).then_some(id)
    }

    /// Notes that the walk passed a declaration; answers whether there was one before.
    pub(super) fn pass_declaration(&mut self, id: GlobalId) -> bool {
        self.clock += 1;
        let now = self.clock;
        let name = self.name_mut(id);
        let again = name.declared_so_far;
        if !again {
            name.declared_so_far = true;
            name.declared_at = now;
        }
        again
    }

    /// Notes that the walk passed a plain import.
    pub(super) fn pass_plain_import(&mut self) {
        self.last_plain_import = Some(self.clock);
    }

    fn declare(&mut self, name: &Name, space: Space, origin: BindingOrigin) -> GlobalId {
        let id = self.id(name.symbol, space, name.span);
        let entry = self.name_mut(id);
        if entry.declared.is_none() {
            entry.declared = Some(origin);
            entry.span = name.span;
        } else if origin == BindingOrigin::Import {
            entry.declared = Some(origin);
        }
        id
    }

    fn is_only_a_type(&self, symbol: Symbol) -> bool {
        let is_declared = |space| self.find(symbol, space).is_some_and(|id| self.name(id).declared.is_some());
        is_declared(Space::Types) && !is_declared(Space::Variables)
    }

    fn collect_hoisted(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Func(func) => {
                let Some(name) = &func.name else { return };
                let id = self.declare(name, Space::Variables, BindingOrigin::Func);
                let entry = self.name_mut(id);
                entry.func = Some(func.id);
                entry.func_count += 1;
                entry.declared_so_far = true;
            }
            StmtKind::Struct(declaration) => self.collect_type(&declaration.name),
            StmtKind::Enum(declaration) => self.collect_type(&declaration.name),
            _ => {}
        }
    }

    fn collect_type(&mut self, name: &Name) {
        let id = self.declare(name, Space::Types, BindingOrigin::Type);
        self.name_mut(id).declared_so_far = true;
    }

    fn mark_exported(&mut self, stmt: &Stmt) {
        let exported_space = match &stmt.kind {
            StmtKind::ExportName(name) if self.is_only_a_type(name.symbol) => Space::Types,
            _ => Space::Variables,
        };
        let mut mark = |name: &Name, space: Space| {
            let id = self.id(name.symbol, space, name.span);
            self.name_mut(id).exported = true;
        };
        match &stmt.kind {
            StmtKind::Binding { pattern, .. } => pattern.each_bound(&mut |name| mark(name, Space::Variables)),
            StmtKind::ExportName(name) => mark(name, exported_space),
            StmtKind::Assign { place, .. } => mark(&place.root, Space::Variables),
            StmtKind::Func(func) => func.name.iter().for_each(|name| mark(name, Space::Variables)),
            StmtKind::Struct(declaration) => mark(&declaration.name, Space::Types),
            StmtKind::Enum(declaration) => mark(&declaration.name, Space::Types),
            StmtKind::Import(Import::Module { name, .. }) => mark(name, Space::Variables),
            StmtKind::Import(Import::Names { names, .. }) => {
                names.iter().for_each(|name| mark(name, Space::Variables));
            }
            _ => {}
        }
    }
}

/// The statement behind any `export`s, and whether there is one.
pub(super) fn unwrap_export(mut stmt: &Stmt) -> (&Stmt, bool) {
    let mut is_exported = false;
    while let StmtKind::Export(inner) = &stmt.kind {
        (stmt, is_exported) = (inner, true);
    }
    (stmt, is_exported)
}

/// How the names of a `let`, `mut`, `const` or bare destructuring are bound.
pub(super) fn origin_of(kind: BindingKind) -> BindingOrigin {
    match kind {
        BindingKind::Let | BindingKind::Bare => BindingOrigin::Let,
        BindingKind::Mut => BindingOrigin::Mut,
        BindingKind::Const => BindingOrigin::Const,
    }
}

/// Collects what statements declare in the file's scope, those in `match` arms included.
struct Collector<'t> {
    top: &'t mut TopLevel,
    /// What the arms around us declare for themselves.
    arms: Vec<HashSet<Symbol>>,
}

impl Collector<'_> {
    fn collect(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Binding { kind, pattern, .. } => {
                pattern.each_bound(&mut |name| self.declare(name, origin_of(*kind)));
            }
            StmtKind::Assign { place, op: AssignOp::Set, .. } if place.steps.is_empty() => {
                self.assign(&place.root);
            }
            StmtKind::Import(Import::Module { name, .. }) => self.declare(name, BindingOrigin::Import),
            StmtKind::Import(Import::Names { names, .. }) => {
                names.iter().for_each(|name| self.declare(name, BindingOrigin::Import));
            }
            StmtKind::Match { arms, default, .. } => {
                arms.iter().for_each(|MatchArm { pattern, body, .. }| self.collect_arm(Some(pattern), body));
                default.iter().for_each(|body| self.collect_arm(None, body));
            }
            _ => {}
        }
    }

    fn collect_arm(&mut self, pattern: Option<&Pattern>, body: &Block) {
        let mut own = HashSet::new();
        if let Some(pattern) = pattern {
            pattern.each_bound(&mut |name| {
                own.insert(name.symbol);
            });
        }
        for stmt in &body.stmts {
            if let StmtKind::Func(func) = &unwrap_export(stmt).0.kind {
                own.extend(func.name.map(|name| name.symbol));
            }
        }
        self.arms.push(own);
        body.stmts.iter().for_each(|stmt| self.collect(unwrap_export(stmt).0));
        self.arms.pop();
    }

    fn declare(&mut self, name: &Name, origin: BindingOrigin) {
        match self.arms.last_mut() {
            Some(own) => {
                own.insert(name.symbol);
            }
            None => {
                self.top.declare(name, Space::Variables, origin);
            }
        }
    }

    fn assign(&mut self, name: &Name) {
        let is_existing =
            self.top.find(name.symbol, Space::Variables).is_some_and(|id| self.top.name(id).existing);
        if !is_existing && !self.arms.iter().any(|own| own.contains(&name.symbol)) {
            self.top.declare(name, Space::Variables, BindingOrigin::Implicit);
        }
    }
}
