//! The walk over statements and functions.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::captures::Frame;
use super::scopes::{ScopeIndex, ScopeKind, Scopes};
use super::top_level::{TopLevel, origin_of, unwrap_export};
use super::{Binding, BindingId, BindingOrigin, FuncInfo, Options, Resolution, Resolved, Undeclared};
use crate::ast::{
    AssignOp, Block, ExprId, ExprKind, Func, FuncId, FuncKind, Import, Module, Name, NameId, Pattern,
    PatternKind, Place, PlaceStep, Stmt, StmtKind, Struct,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::limits;
use crate::source::Span;
use crate::symbol::Symbol;

/// The state of the walk.
pub(super) struct Resolver<'a> {
    pub(super) module: &'a Module,
    pub(super) options: Options<'a>,
    pub(super) scopes: Scopes,
    pub(super) top: TopLevel,
    /// The functions around us, the top level first.
    pub(super) frames: Vec<Frame>,
    /// How many of them are methods without `self`.
    pub(super) frames_with_fields: usize,
    /// Expressions still to visit, for [`super::expressions`].
    pub(super) pending: Vec<ExprId>,
    /// Indexed by name. Until the end, globals are numbered as in `top`.
    pub(super) names: Vec<Option<Resolved>>,
    pub(super) bindings: Vec<Binding>,
    pub(super) funcs: Vec<FuncInfo>,
    pub(super) imports_in_scope: HashMap<NameId, Rc<[Resolved]>>,
    pub(super) duplicates: HashSet<NameId>,
    pub(super) closed_declarations: HashMap<NameId, Span>,
    /// Names resolved to [`Resolved::Itself`] so far, with the function they stand in and the binding meant.
    pub(super) self_uses: Vec<(NameId, FuncId, BindingId)>,
    /// Names of the top level that stand before the declaration of what they name, if there is one.
    pub(super) uses_before_declaration: Vec<NameId>,
    pub(super) undeclared: Vec<Undeclared>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Diagnostics beyond the limit.
    pub(super) omitted: usize,
    self_symbol: Option<Symbol>,
}

/// A hoisted declaration whose functions are walked at the end of its block.
struct Hoisted<'a> {
    number: u32,
    binding: Option<BindingId>,
    what: HoistedBody<'a>,
}

enum HoistedBody<'a> {
    Func(&'a Func),
    Struct(&'a Struct),
}

impl<'a> Resolver<'a> {
    /// Ready to walk `module`.
    pub(super) fn new(module: &'a Module, options: Options<'a>) -> Self {
        let mut funcs = Vec::new();
        funcs.resize_with(module.func_count.max(1) as usize, FuncInfo::default);
        Resolver {
            module,
            options,
            scopes: Scopes::new(module.interner.len()),
            top: TopLevel::collect(module, options.existing),
            frames: vec![Frame::new(FuncId::TOP, FuncKind::Declaration, module.body.span)],
            frames_with_fields: 0,
            pending: Vec::new(),
            names: vec![None; module.name_count as usize],
            bindings: Vec::new(),
            funcs,
            imports_in_scope: HashMap::new(),
            duplicates: HashSet::new(),
            closed_declarations: HashMap::new(),
            self_uses: Vec::new(),
            uses_before_declaration: Vec::new(),
            undeclared: Vec::new(),
            diagnostics: Vec::new(),
            omitted: 0,
            self_symbol: module.interner.find("self"),
        }
    }

    /// Resolves the whole file.
    pub(super) fn run(mut self) -> Resolution {
        self.walk_stmts(&self.module.body);
        self.finish()
    }

    /// Walks a block in a scope of its own.
    fn walk_block(&mut self, block: &'a Block, kind: ScopeKind) {
        self.scopes.open(kind);
        self.walk_stmts(block);
        self.close_scope();
    }

    fn walk_loop_body(&mut self, block: &'a Block) {
        self.change_loops(1);
        self.walk_block(block, ScopeKind::Block);
        self.change_loops(-1);
    }

    /// Walks the statements of a block in the innermost scope, the functions it hoists last.
    fn walk_stmts(&mut self, block: &'a Block) {
        let hoisted = self.hoist(block);
        for stmt in &block.stmts {
            self.walk_stmt(stmt);
        }
        let scope = self.scopes.innermost();
        for declaration in hoisted {
            self.walk_hoisted(declaration, scope);
        }
    }

    /// Declares what a block hoists.
    fn hoist(&mut self, block: &'a Block) -> Vec<Hoisted<'a>> {
        let mut hoisted = Vec::new();
        let mut number = 0;
        for stmt in &block.stmts {
            match &unwrap_export(stmt).0.kind {
                StmtKind::Func(func) => {
                    let name = func.name.as_ref();
                    let binding =
                        name.and_then(|name| self.declare_hoisted(name, BindingOrigin::Func, number));
                    hoisted.push(Hoisted { number, binding, what: HoistedBody::Func(func) });
                }
                StmtKind::Struct(declaration) => {
                    let binding = self.declare_hoisted(&declaration.name, BindingOrigin::Type, number);
                    hoisted.push(Hoisted { number, binding, what: HoistedBody::Struct(declaration) });
                }
                StmtKind::Enum(declaration) => {
                    self.declare_hoisted(&declaration.name, BindingOrigin::Type, number);
                }
                _ => continue,
            }
            number += 1;
        }
        hoisted
    }

    fn walk_hoisted(&mut self, declaration: Hoisted<'a>, scope: ScopeIndex) {
        let made_at = Some((scope, declaration.number));
        match declaration.what {
            HoistedBody::Func(func) => {
                let mut frame = Frame::new(func.id, func.kind, func.span);
                frame.hoisted = made_at;
                frame.itself = declaration.binding;
                self.walk_func(func, frame);
            }
            HoistedBody::Struct(declaration) => self.walk_struct(declaration, made_at),
        }
    }

    fn walk_struct(&mut self, declaration: &'a Struct, made_at: Option<(ScopeIndex, u32)>) {
        for field in &declaration.fields {
            let Some((func, default)) = field.default else { continue };
            let mut frame = Frame::new(func, FuncKind::Lambda, field.member.span);
            frame.hoisted = made_at;
            self.frames.push(frame);
            self.scopes.open(ScopeKind::Body);
            self.walk_expr(default);
            self.close_scope();
            self.frames.pop();
        }
        let mut fields: Option<Rc<HashSet<Symbol>>> = None;
        for method in &declaration.methods {
            if method.is_generator {
                self.report_generator_method(declaration, method);
            }
            let mut frame = Frame::new(method.id, method.kind, method.span);
            frame.hoisted = made_at;
            if self.self_param(method).is_none() {
                let all = || declaration.fields.iter().map(|field| field.member.symbol).collect();
                let fields = fields.get_or_insert_with(|| Rc::new(all()));
                self.walk_method_without_self(method, frame, fields.clone());
            } else {
                self.walk_func(method, frame);
            }
        }
    }

    /// The fields live in a scope around the parameters, which may shadow them.
    fn walk_method_without_self(&mut self, method: &'a Func, mut frame: Frame, fields: Rc<HashSet<Symbol>>) {
        let scope = self.scopes.open(ScopeKind::Body);
        frame.fields = Some((fields, scope));
        self.frames_with_fields += 1;
        self.walk_func(method, frame);
        self.frames_with_fields -= 1;
        self.scopes.close();
    }

    /// Walks a function; `frame` says how its closure is made.
    pub(super) fn walk_func(&mut self, func: &'a Func, frame: Frame) {
        self.frames.push(frame);
        self.scopes.open(ScopeKind::Body);
        for param in &func.params {
            // It sees the parameters before it.
            param.default.iter().for_each(|&default| self.walk_expr(default));
            self.declare_pattern(&param.pattern, BindingOrigin::Param);
        }
        if func.kind == FuncKind::Method
            && let Some(name) = self.self_param(func)
            && let Some(&Some(Resolved::Local(binding))) = self.names.get(name.id.0 as usize)
            && let Some(frame) = self.frames.last_mut()
        {
            frame.receiver = Some(binding);
        }
        self.walk_stmts(&func.body);
        self.close_scope();
        self.frames.pop();
    }

    /// Walks a function whose closure is made where it stands.
    pub(super) fn walk_func_here(&mut self, func: &'a Func, itself: Option<BindingId>) {
        let mut frame = Frame::new(func.id, func.kind, func.span);
        frame.itself = itself;
        self.walk_func(func, frame);
    }

    /// The first parameter if it is called `self`.
    fn self_param(&self, func: &'a Func) -> Option<&'a Name> {
        match &func.params.first()?.pattern.kind {
            PatternKind::Bind(name) if Some(name.symbol) == self.self_symbol => Some(name),
            _ => None,
        }
    }

    fn walk_stmt(&mut self, stmt: &'a Stmt) {
        let stmt = unwrap_export(stmt).0;
        match &stmt.kind {
            StmtKind::Binding { kind, pattern, value, .. } => {
                self.walk_binding(pattern, origin_of(*kind), *value);
            }
            StmtKind::Assign { place, op, value } => self.walk_assign(place, *op, *value),
            StmtKind::Import(import) => self.walk_import(import),
            StmtKind::ExportName(name) => self.read(name),
            StmtKind::Return(value) => value.iter().for_each(|&value| self.walk_expr(value)),
            StmtKind::Expr(value) => self.walk_expr(*value),
            StmtKind::Break => self.check_in_loop("break", stmt.span),
            StmtKind::Continue => self.check_in_loop("continue", stmt.span),
            StmtKind::Spawn(func) | StmtKind::Test { body: func, .. } => self.walk_func_here(func, None),
            // Hoisted, or unwrapped above.
            StmtKind::Func(_) | StmtKind::Struct(_) | StmtKind::Enum(_) | StmtKind::Export(_) => {}
            StmtKind::Error => {}
            StmtKind::If { .. }
            | StmtKind::While { .. }
            | StmtKind::Loop(_)
            | StmtKind::For { .. }
            | StmtKind::Match { .. }
            | StmtKind::Try { .. } => self.walk_control_flow(&stmt.kind, ScopeKind::Arm),
        }
    }

    /// Walks a statement made of blocks; those of a `match` are scopes of kind `arm_scope`.
    pub(super) fn walk_control_flow(&mut self, stmt: &'a StmtKind, arm_scope: ScopeKind) {
        match stmt {
            StmtKind::If { branches, otherwise } => {
                for (condition, body) in branches {
                    self.walk_expr(*condition);
                    self.walk_block(body, ScopeKind::Block);
                }
                otherwise.iter().for_each(|body| self.walk_block(body, ScopeKind::Block));
            }
            StmtKind::While { condition, body } => {
                self.walk_expr(*condition);
                self.walk_loop_body(body);
            }
            StmtKind::Loop(body) => self.walk_loop_body(body),
            StmtKind::For { pattern, iterable, body } => {
                self.walk_expr(*iterable);
                self.scopes.open(ScopeKind::Block);
                self.declare_pattern(pattern, BindingOrigin::ForVariable);
                self.walk_loop_body(body);
                self.close_scope();
            }
            StmtKind::Match { subject, arms, default } => {
                self.walk_expr(*subject);
                for arm in arms {
                    self.scopes.open(arm_scope);
                    self.declare_pattern(&arm.pattern, BindingOrigin::Pattern);
                    arm.guard.iter().for_each(|&guard| self.walk_expr(guard));
                    self.walk_block(&arm.body, arm_scope);
                    self.close_scope();
                }
                default.iter().for_each(|body| self.walk_block(body, arm_scope));
            }
            StmtKind::Try { body, except, finally } => {
                self.walk_block(body, ScopeKind::Block);
                if let Some(except) = except {
                    self.scopes.open(ScopeKind::Block);
                    if let Some(name) = &except.name {
                        self.declare(name, BindingOrigin::Except);
                    }
                    self.walk_block(&except.body, ScopeKind::Block);
                    self.close_scope();
                }
                finally.iter().for_each(|body| self.walk_block(body, ScopeKind::Block));
            }
            _ => {}
        }
    }

    fn walk_binding(&mut self, pattern: &'a Pattern, origin: BindingOrigin, value: ExprId) {
        if let PatternKind::Bind(name) = &pattern.kind
            && let Some(func) = self.function_expression(value)
        {
            let binding = self.declare(name, origin);
            return self.walk_func_here(func, binding);
        }
        self.walk_expr(value);
        self.declare_pattern(pattern, origin);
    }

    fn walk_assign(&mut self, place: &'a Place, op: AssignOp, value: ExprId) {
        let is_whole = op == AssignOp::Set && place.steps.is_empty();
        if is_whole
            && let Some(func) = self.function_expression(value)
            && !self.is_assignable(place.root.symbol)
        {
            let binding = self.assign_or_declare(&place.root);
            return self.walk_func_here(func, binding);
        }
        self.walk_expr(value);
        for step in &place.steps {
            if let PlaceStep::Index(index) = step {
                self.walk_expr(*index);
            }
        }
        if is_whole {
            self.assign_or_declare(&place.root);
        } else {
            self.update(&place.root);
        }
    }

    fn walk_import(&mut self, import: &'a Import) {
        let is_file = self.scopes.innermost() == ScopeIndex::FILE;
        match import {
            Import::Names { names, .. } => {
                for name in names {
                    self.declare(name, BindingOrigin::Import);
                }
            }
            Import::Module { name, .. } => {
                if is_file {
                    self.declare(name, BindingOrigin::Import);
                } else {
                    self.walk_nested_import(name);
                }
                if self.frames.len() == 1 {
                    self.top.pass_plain_import();
                }
            }
        }
    }

    fn walk_nested_import(&mut self, name: &'a Name) {
        let binding = self.declare_namespace(name);
        if self.scopes.visible_imports() < limits::VISIBLE_IMPORTS {
            self.scopes.import(binding);
            return;
        }
        // Every name in a nested function may mean any of them: without a limit, memory would grow quadratically.
        let limit = limits::VISIBLE_IMPORTS;
        let message = format!("Maximum of {limit} plain imports visible inside a function or block exceeded");
        let diagnostic = Diagnostic::error(Code::CompileError, message, name.span)
            .with_help("import the names you need with 'from', or import at the top of the file");
        self.report(diagnostic);
    }

    fn declare_pattern(&mut self, pattern: &'a Pattern, origin: BindingOrigin) {
        pattern.each_bound(&mut |name| {
            self.declare(name, origin);
        });
    }

    /// The function expression that an expression is, parentheses aside.
    fn function_expression(&self, mut value: ExprId) -> Option<&'a Func> {
        loop {
            match &self.module.exprs[value].kind {
                ExprKind::Paren(inner) => value = *inner,
                ExprKind::Func(func) => return Some(func),
                _ => return None,
            }
        }
    }

    fn close_scope(&mut self) {
        let closed = self.scopes.close();
        let Some(frame) = self.frames.last_mut() else { return };
        for binding in closed {
            if let Some(binding) = self.bindings.get(binding.0 as usize) {
                frame.closed.insert(binding.symbol, binding.span);
            }
        }
    }

    fn change_loops(&mut self, by: i32) {
        if let Some(frame) = self.frames.last_mut() {
            frame.loops = frame.loops.saturating_add_signed(by);
        }
    }

    fn check_in_loop(&mut self, keyword: &str, span: Span) {
        if self.frames.last().is_some_and(|frame| frame.loops == 0) {
            let message = format!("{keyword} can only be used inside a loop");
            self.report(Diagnostic::error(Code::OutsideLoop, message, span));
        }
    }

    fn report_generator_method(&mut self, declaration: &Struct, method: &Func) {
        let text = |name: &Name| self.module.interner.text(name.symbol);
        let (owner, method_name) = (text(&declaration.name), method.name.as_ref().map_or("", text));
        let message = format!("Generator methods are not supported for structs: {owner}.{method_name}");
        let span = method.name.as_ref().map_or(method.span, |name| name.span);
        let diagnostic = Diagnostic::error(Code::CompileError, message, span)
            .with_help("return a generator function from an ordinary method instead");
        self.report(diagnostic);
    }

    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        if self.diagnostics.len() < limits::DIAGNOSTICS {
            self.diagnostics.push(diagnostic);
        } else {
            self.omitted += 1;
        }
    }
}
