//! Declaring, reading and writing variables: what each occurrence of a name means.

use super::scopes::{Home, Ready, ScopeIndex, Space};
use super::walk::Resolver;
use super::{Binding, BindingId, BindingOrigin, GlobalId, Resolved, Undeclared};
use crate::ast::{FuncId, Name, NameId};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::symbol::Symbol;

impl Resolver<'_> {
    /// Declares a variable in the innermost scope. Answers its binding when it is a local.
    pub(super) fn declare(&mut self, name: &Name, origin: BindingOrigin) -> Option<BindingId> {
        let ready = match origin {
            BindingOrigin::Param
            | BindingOrigin::ForVariable
            | BindingOrigin::Except
            | BindingOrigin::Pattern => Ready::AtEntry,
            _ => Ready::InOrder,
        };
        match self.scopes.innermost() {
            ScopeIndex::FILE => {
                self.declare_top(name, origin, Space::Variables);
                None
            }
            scope => Some(self.declare_local(name, Space::Variables, origin, scope, ready)),
        }
    }

    /// Declares a hoisted function or type as number `number` of the innermost scope.
    pub(super) fn declare_hoisted(
        &mut self,
        name: &Name,
        origin: BindingOrigin,
        number: u32,
    ) -> Option<BindingId> {
        let space = if origin == BindingOrigin::Type { Space::Types } else { Space::Variables };
        match self.scopes.innermost() {
            ScopeIndex::FILE => {
                let id = self.top.id(name.symbol, space, name.span);
                self.set(name.id, Resolved::Global(id));
                None
            }
            scope => Some(self.declare_local(name, space, origin, scope, Ready::Hoisted(number))),
        }
    }

    /// Declares the hidden binding of a plain import; it stands beside a variable of that name, which it hides.
    pub(super) fn declare_namespace(&mut self, name: &Name) -> BindingId {
        let scope = self.scopes.innermost();
        let binding =
            self.make_binding(name.symbol, name.span, BindingOrigin::Namespace, scope, Ready::InOrder);
        self.scopes.show(binding, name.symbol, Space::Variables);
        self.set(name.id, Resolved::Local(binding));
        binding
    }

    /// Resolves the target of `x := e`, declaring it when there is no such variable. Answers the new binding.
    pub(super) fn assign_or_declare(&mut self, name: &Name) -> Option<BindingId> {
        if self.is_assignable(name.symbol) {
            self.assign(name);
            return None;
        }
        let scope = self.scopes.implicit_target();
        let is_early = scope != self.scopes.innermost();
        if scope == ScopeIndex::FILE {
            let id = self.declare_top(name, BindingOrigin::Implicit, Space::Variables);
            self.top.name_mut(id).early |= is_early;
            return None;
        }
        let binding =
            self.declare_local(name, Space::Variables, BindingOrigin::Implicit, scope, Ready::InOrder);
        self.bindings[binding.0 as usize].early |= is_early;
        Some(binding)
    }

    /// Whether `x := e` finds a variable here.
    pub(super) fn is_assignable(&mut self, symbol: Symbol) -> bool {
        self.find_variable(symbol).is_some() || self.find_top(symbol, Space::Variables).is_some()
    }

    /// Resolves a variable that is assigned, without looking at plain imports.
    fn assign(&mut self, name: &Name) {
        if let Some(binding) = self.find_variable(name.symbol) {
            let reached = self.reach(binding);
            self.set(name.id, reached.resolved());
            self.mark_written(reached.binding);
        } else {
            let id = self.use_global(name, Space::Variables);
            self.top.name_mut(id).written = true;
        }
    }

    /// Resolves the root of a place that is read before it is written.
    pub(super) fn update(&mut self, name: &Name) {
        let binding = self.find_variable(name.symbol);
        self.note_imports(name.id, binding);
        self.assign(name);
    }

    /// Notes that the variable at the root of a method call may be written back.
    pub(super) fn mark_receiver(&mut self, symbol: Symbol) {
        if let Some(binding) = self.find_variable(symbol) {
            let reached = self.reach(binding);
            self.mark_written(reached.binding);
        } else if let Some(id) = self.find_top(symbol, Space::Variables) {
            // Functions have no updating methods: a method call leaves a constant function constant.
            let name = self.top.name_mut(id);
            name.written |= name.declared != Some(BindingOrigin::Func);
        }
    }

    /// Resolves a name that is read as a variable, or failing that as a type.
    pub(super) fn read(&mut self, name: &Name) {
        if let Some(binding) = self.find_variable(name.symbol) {
            self.note_imports(name.id, Some(binding));
            return self.read_local(name.id, binding);
        }
        if self.find_top(name.symbol, Space::Variables).is_none() {
            if let Some(binding) = self.scopes.find(name.symbol, Space::Types) {
                self.note_imports(name.id, Some(binding));
                return self.read_local(name.id, binding);
            }
            if self.find_top(name.symbol, Space::Types).is_some() {
                self.note_imports(name.id, None);
                self.use_global(name, Space::Types);
                return;
            }
        }
        self.note_imports(name.id, None);
        self.use_global(name, Space::Variables);
    }

    /// Resolves a name that stands for a struct or enum, which an import may have bound too.
    pub(super) fn read_type(&mut self, name: &Name) {
        let is_import = |origin: BindingOrigin| origin == BindingOrigin::Import;
        let imported = self.scopes.find(name.symbol, Space::Variables);
        let imported = imported.filter(|&binding| is_import(self.bindings[binding.0 as usize].origin));
        let declared = self.scopes.find(name.symbol, Space::Types);
        // On a draw the import wins, as it runs after the hoisted declaration.
        let scope_of = |binding: Option<BindingId>| binding.map(|binding| self.scopes.home(binding).scope);
        let local = if scope_of(declared) > scope_of(imported) { declared } else { imported };
        self.note_imports(name.id, local);
        if let Some(binding) = local {
            return self.read_local(name.id, binding);
        }
        let imported = self.find_top(name.symbol, Space::Variables);
        let is_imported = imported.is_some_and(|id| self.top.name(id).declared.is_some_and(is_import));
        self.use_global(name, if is_imported { Space::Variables } else { Space::Types });
    }

    fn read_local(&mut self, name: NameId, binding: BindingId) {
        if let Some(frame) = self.frames.last()
            && frame.itself == Some(binding)
        {
            // Holds unless the binding turns out to be reassigned, which only the end of its scope tells.
            self.self_uses.push((name, frame.func, binding));
            return self.set(name, Resolved::Itself);
        }
        let resolved = self.reach(binding).resolved();
        self.set(name, resolved);
    }

    /// The innermost visible local of a name, the receiver's fields in methods without `self` included.
    fn find_variable(&mut self, symbol: Symbol) -> Option<BindingId> {
        let found = self.find_declared(symbol);
        if self.frames_with_fields == 0 {
            return found;
        }
        let outside = found.map_or(0, |binding| self.scopes.home(binding).frame);
        let method = (outside + 1..self.frames.len()).rev().find_map(|at| {
            let (fields, scope) = self.frames[at].fields.as_ref()?;
            fields.contains(&symbol).then_some((at, *scope))
        });
        let Some((at, scope)) = method else { return found };
        let func = self.frames[at].func;
        let origin = BindingOrigin::ReceiverField;
        let field = self.make_binding_at(at, symbol, self.frames[at].span, origin, scope, Ready::AtEntry);
        self.bindings[field.0 as usize].early = true;
        self.scopes.show(field, symbol, Space::Variables);
        self.funcs[func.0 as usize].receiver_fields.push((symbol, field));
        Some(field)
    }

    /// The innermost binding of a name that is declared before we stand. Hoisted functions are walked when their block is
    /// known as a whole, so that they also find what it declares behind them; but only names that mean nothing else.
    fn find_declared(&self, symbol: Symbol) -> Option<BindingId> {
        let innermost = self.scopes.find(symbol, Space::Variables);
        let mut found = innermost;
        while let Some(binding) = found.filter(|&binding| self.is_declared_later(binding)) {
            found = self.scopes.home(binding).shadowed;
        }
        if found.is_none() && self.find_top(symbol, Space::Variables).is_some() {
            return None;
        }
        found.or(innermost)
    }

    /// Whether the statement that declares a binding stands behind a hoisted function of its block that we are in.
    fn is_declared_later(&self, binding: BindingId) -> bool {
        let home = self.scopes.home(binding);
        let declared = self.bindings[binding.0 as usize].span.lo;
        let inside = self.frames.get(home.frame + 1).filter(|_| home.ready == Ready::InOrder);
        inside.is_some_and(|frame| {
            frame.hoisted.is_some_and(|(scope, _)| scope == home.scope) && declared > frame.span.lo
        })
    }

    /// The name of the file's scope that is visible here.
    fn find_top(&self, symbol: Symbol, space: Space) -> Option<GlobalId> {
        self.top.find_visible(symbol, space, self.in_function())
    }

    /// Resolves a name to the global of that name, whether anything declares it or not.
    fn use_global(&mut self, name: &Name, space: Space) -> GlobalId {
        let is_visible = self.find_top(name.symbol, space).is_some();
        let id = self.top.id(name.symbol, space, name.span);
        self.set(name.id, Resolved::Global(id));
        if self.in_function() {
            self.top.name_mut(id).used_by_function = true;
        } else if !is_visible {
            self.uses_before_declaration.push(name.id);
        }
        if !is_visible && space == Space::Variables {
            let top = self.top.name(id);
            let (func, declared_later) = (self.current_func(), top.declared.map(|_| top.span));
            self.undeclared.push(Undeclared { name: *name, func, declared_later });
        }
        if !is_visible
            && let Some(&span) = self.frames.last().and_then(|frame| frame.closed.get(&name.symbol))
        {
            self.closed_declarations.insert(name.id, span);
        }
        id
    }

    /// Notes which plain imports may have brought a name that otherwise means `binding`, or a global.
    fn note_imports(&mut self, name: NameId, binding: Option<BindingId>) {
        if self.scopes.visible_imports() == 0 {
            return;
        }
        let count = self.scopes.imports_over(binding);
        if count > 0 {
            let namespaces = self.namespaces(count);
            self.imports_in_scope.insert(name, namespaces);
        }
    }

    fn mark_written(&mut self, binding: BindingId) {
        let variable = &mut self.bindings[binding.0 as usize];
        variable.reassigned |= !variable.origin.is_immutable();
        let frame = self.scopes.home(binding).frame;
        if self.frames.get(frame).is_some_and(|frame| frame.receiver == Some(binding)) {
            let method = variable.func;
            self.funcs[method.0 as usize].modifies_self = true;
        }
    }

    fn declare_top(&mut self, name: &Name, origin: BindingOrigin, space: Space) -> GlobalId {
        let id = self.top.id(name.symbol, space, name.span);
        self.set(name.id, Resolved::Global(id));
        let again = self.top.pass_declaration(id);
        if again {
            self.top.name_mut(id).written = true;
            if is_exclusive(origin) {
                self.duplicates.insert(name.id);
            }
        }
        id
    }

    fn declare_local(
        &mut self,
        name: &Name,
        space: Space,
        origin: BindingOrigin,
        scope: ScopeIndex,
        ready: Ready,
    ) -> BindingId {
        let known = self.scopes.find_in(name.symbol, space, scope);
        // The namespace of a plain import is still asked for its exports when `from … import` takes its name.
        let hides_namespace = origin == BindingOrigin::Import
            && known.is_some_and(|known| self.bindings[known.0 as usize].origin == BindingOrigin::Namespace);
        if let Some(known) = known.filter(|_| !hides_namespace) {
            self.set(name.id, Resolved::Local(known));
            self.declare_again(name, known, origin);
            return known;
        }
        let binding = self.make_binding(name.symbol, name.span, origin, scope, ready);
        self.scopes.show(binding, name.symbol, space);
        self.set(name.id, Resolved::Local(binding));
        binding
    }

    fn declare_again(&mut self, name: &Name, known: BindingId, origin: BindingOrigin) {
        if is_exclusive(origin) {
            if self.in_function() {
                self.report_duplicate(name, self.bindings[known.0 as usize].span);
            } else {
                self.duplicates.insert(name.id);
            }
            return;
        }
        let binding = &mut self.bindings[known.0 as usize];
        binding.reassigned = true;
        if origin == BindingOrigin::Import {
            binding.origin = origin;
            self.scopes.renew(known);
        }
    }

    fn report_duplicate(&mut self, name: &Name, first: Span) {
        let text = self.module.interner.text(name.symbol);
        let message = format!("Duplicate declaration in the same scope: {text}");
        // A hoisted function comes first although it may stand further down.
        let diagnostic = Diagnostic::error(Code::DuplicateDeclaration, message, name.span)
            .labelled("declared again here")
            .with_label(first, "first declared here");
        self.report(diagnostic);
    }

    /// A new binding of the innermost function.
    fn make_binding(
        &mut self,
        symbol: Symbol,
        span: Span,
        origin: BindingOrigin,
        scope: ScopeIndex,
        ready: Ready,
    ) -> BindingId {
        self.make_binding_at(self.frames.len() - 1, symbol, span, origin, scope, ready)
    }

    /// A new binding of the function at `frame`, not visible by its name yet.
    pub(super) fn make_binding_at(
        &mut self,
        frame: usize,
        symbol: Symbol,
        span: Span,
        origin: BindingOrigin,
        scope: ScopeIndex,
        ready: Ready,
    ) -> BindingId {
        let id = BindingId(u32::try_from(self.bindings.len()).unwrap_or(u32::MAX));
        let func = self.frames[frame].func;
        let (captured, reassigned, early) = (false, false, false);
        self.bindings.push(Binding { symbol, func, origin, span, captured, reassigned, early });
        self.scopes.settle(Home::new(frame, scope, ready));
        id
    }

    fn current_func(&self) -> FuncId {
        self.frames.last().map_or(FuncId::TOP, |frame| frame.func)
    }

    fn in_function(&self) -> bool {
        self.frames.len() > 1
    }

    fn set(&mut self, name: NameId, resolved: Resolved) {
        if let Some(slot) = self.names.get_mut(name.0 as usize) {
            *slot = Some(resolved);
        }
    }
}

/// Whether a declaration of this kind may not repeat a name of its scope.
fn is_exclusive(origin: BindingOrigin) -> bool {
    matches!(origin, BindingOrigin::Let | BindingOrigin::Mut | BindingOrigin::Const | BindingOrigin::Param)
}
