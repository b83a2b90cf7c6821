//! What only the whole file can tell: which names of the top level stay globals, and which functions that name
//! themselves may do so without a variable.

use std::collections::HashMap;

use super::scopes::Space;
use super::top_level::TopName;
use super::walk::Resolver;
use super::{
    Binding, BindingId, BindingOrigin, Capture, CaptureSource, Global, GlobalId, Resolution, Resolved,
};
use crate::ast::{FuncId, NameId};

/// What becomes of a name of the top level.
struct Outcome {
    /// What its declaration and the uses after it mean.
    declared: Resolved,
    /// What uses before the declaration mean.
    before: Resolved,
}

impl Resolver<'_> {
    /// Settles what was left open and hands over the result.
    pub(super) fn finish(mut self) -> Resolution {
        self.settle_self_uses();
        self.settle_snapshots();
        let globals = self.settle_top_level();
        self.diagnostics.sort_by_key(|diagnostic| diagnostic.primary.span.lo);
        Resolution {
            names: self.names,
            bindings: self.bindings,
            globals,
            funcs: self.funcs,
            imports_in_scope: self.imports_in_scope,
            duplicates: self.duplicates,
            closed_declarations: self.closed_declarations,
            undeclared: self.undeclared,
            diagnostics: self.diagnostics,
            omitted: self.omitted,
        }
    }

    /// Turns [`Resolved::Itself`] into a capture where the binding is reassigned after all.
    fn settle_self_uses(&mut self) {
        // A function has at most one binding of its own.
        let mut captures: HashMap<FuncId, u32> = HashMap::new();
        for (name, func, binding) in std::mem::take(&mut self.self_uses) {
            if !self.bindings[binding.0 as usize].reassigned {
                continue;
            }
            let index = match captures.get(&func) {
                Some(&index) => index,
                None => self.capture_own_binding(func, binding),
            };
            captures.insert(func, index);
            self.names[name.0 as usize] = Some(Resolved::Capture(index));
        }
    }

    /// Makes a function capture the binding that its closure initialises.
    fn capture_own_binding(&mut self, func: FuncId, binding: BindingId) -> u32 {
        let variable = &mut self.bindings[binding.0 as usize];
        (variable.captured, variable.early) = (true, true);
        let captures = &mut self.funcs[func.0 as usize].captures;
        let known = captures.iter().position(|capture| capture.binding == binding);
        let index = known.unwrap_or_else(|| {
            captures.push(Capture { binding, source: CaptureSource::Local(binding) });
            captures.len() - 1
        });
        u32::try_from(index).unwrap_or(u32::MAX)
    }

    /// A copy of a variable that may be undefined may be undefined too.
    fn settle_snapshots(&mut self) {
        let mut originals = Vec::new();
        for func in &self.funcs {
            for (capture, snapshot) in func.captures.iter().zip(&func.snapshots) {
                originals.push((*snapshot, capture.binding));
            }
        }
        // A block's copy is older than the copies that blocks nested in it make of it.
        originals.sort_unstable_by_key(|&(snapshot, _)| snapshot);
        for (snapshot, original) in originals {
            self.bindings[snapshot.0 as usize].early |= self.bindings[original.0 as usize].early;
        }
    }

    /// Turns top-level names that only the top level itself sees into locals, and numbers the remaining globals.
    fn settle_top_level(&mut self) -> Vec<Global> {
        let mut has_early_use = vec![false; self.top.names.len()];
        for name in &self.uses_before_declaration {
            if let Some(Resolved::Global(id)) = self.names[name.0 as usize] {
                has_early_use[id.0 as usize] = true;
            }
        }
        let mut globals = Vec::new();
        let mut outcomes = Vec::with_capacity(self.top.names.len());
        for (name, &has_early_use) in self.top.names.iter().zip(&has_early_use) {
            let outcome = if self.stays_global(name) {
                let global = push_global(&mut globals, self.global(name));
                Outcome { declared: global, before: global }
            } else {
                let declared = push_binding(&mut self.bindings, name);
                let before = if has_early_use {
                    push_global(&mut globals, Global { declared: None, ..self.global(name) })
                } else {
                    declared
                };
                Outcome { declared, before }
            };
            outcomes.push(outcome);
        }
        self.renumber(&outcomes);
        globals
    }

    fn renumber(&mut self, outcomes: &[Outcome]) {
        let before: Vec<(NameId, Resolved)> = self
            .uses_before_declaration
            .iter()
            .filter_map(|&name| match self.names[name.0 as usize] {
                Some(Resolved::Global(id)) => Some((name, outcomes[id.0 as usize].before)),
                _ => None,
            })
            .collect();
        for resolved in &mut self.names {
            if let Some(Resolved::Global(id)) = resolved {
                *resolved = Some(outcomes[id.0 as usize].declared);
            }
        }
        for (name, resolved) in before {
            self.names[name.0 as usize] = Some(resolved);
        }
    }

    fn stays_global(&self, name: &TopName) -> bool {
        self.options.keep_globals
            || name.space == Space::Types
            || name.declared.is_none()
            || name.func.is_some()
            || name.existing
            || name.exported
            || name.used_by_function
            || self.top.last_plain_import.is_some_and(|import| name.declared_at <= import)
    }

    fn global(&self, name: &TopName) -> Global {
        let is_constant = name.declared == Some(BindingOrigin::Func)
            && name.func_count == 1
            && !name.written
            && !self.options.keep_globals
            && self.top.last_plain_import.is_none();
        Global {
            symbol: name.symbol,
            is_type: name.space == Space::Types,
            declared: name.declared,
            exported: name.exported,
            constant_func: name.func.filter(|_| is_constant),
            span: name.span,
        }
    }
}

fn push_global(globals: &mut Vec<Global>, global: Global) -> Resolved {
    globals.push(global);
    Resolved::Global(GlobalId(u32::try_from(globals.len() - 1).unwrap_or(u32::MAX)))
}

/// Makes the local of the top level that a name becomes.
fn push_binding(bindings: &mut Vec<Binding>, name: &TopName) -> Resolved {
    let origin = name.declared.unwrap_or(BindingOrigin::Implicit);
    bindings.push(Binding {
        symbol: name.symbol,
        func: FuncId::TOP,
        origin,
        span: name.span,
        captured: false,
        reassigned: name.written && !origin.is_immutable(),
        early: name.early,
    });
    Resolved::Local(BindingId(u32::try_from(bindings.len() - 1).unwrap_or(u32::MAX)))
}
