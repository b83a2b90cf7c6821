//! The functions being walked, and how they reach the variables of the functions around them.
//!
//! A function that uses a variable from further out makes every function in between capture it too, so that each
//! closure can be made from what its maker has. A `spawn` block copies instead: what it captures becomes a binding of
//! its own, and functions nested in the block reach that copy.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::scopes::{Ready, ScopeIndex};
use super::walk::Resolver;
use super::{BindingId, BindingOrigin, Capture, CaptureSource, Resolved};
use crate::ast::{FuncId, FuncKind};
use crate::source::Span;
use crate::symbol::Symbol;

/// A function being walked.
pub(super) struct Frame {
    pub(super) func: FuncId,
    pub(super) span: Span,
    pub(super) is_spawn: bool,
    /// How many loops of this function are around us.
    pub(super) loops: u32,
    /// The scope whose start makes this closure, and its number among the hoisted declarations there.
    pub(super) hoisted: Option<(ScopeIndex, u32)>,
    /// The binding that the closure initialises.
    pub(super) itself: Option<BindingId>,
    /// The `self` parameter of a method.
    pub(super) receiver: Option<BindingId>,
    /// For a method without `self`: the struct's fields, and the scope they live in.
    pub(super) fields: Option<(Rc<HashSet<Symbol>>, ScopeIndex)>,
    /// What blocks already closed have declared.
    pub(super) closed: HashMap<Symbol, Span>,
    /// The variables from outside reached so far.
    reached: HashMap<BindingId, Reached>,
    /// The lists of namespaces made so far, by the innermost import and their count.
    namespaces: HashMap<(Option<BindingId>, usize), Rc<[Resolved]>>,
}

impl Frame {
    /// A function of which nothing is known yet.
    pub(super) fn new(func: FuncId, kind: FuncKind, span: Span) -> Self {
        Frame {
            func,
            span,
            is_spawn: kind == FuncKind::Spawn,
            loops: 0,
            hoisted: None,
            itself: None,
            receiver: None,
            fields: None,
            closed: HashMap::new(),
            reached: HashMap::new(),
            namespaces: HashMap::new(),
        }
    }
}

/// How a function reaches a variable.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reached {
    /// The binding meant: the one asked for, or a `spawn` block's copy of it.
    pub(super) binding: BindingId,
    place: CaptureSource,
}

impl Reached {
    pub(super) fn resolved(self) -> Resolved {
        match self.place {
            CaptureSource::Local(binding) => Resolved::Local(binding),
            CaptureSource::Capture(index) => Resolved::Capture(index),
        }
    }
}

impl Resolver<'_> {
    /// Reaches a visible binding from the innermost function, making the functions in between capture it.
    pub(super) fn reach(&mut self, binding: BindingId) -> Reached {
        let home = self.scopes.home(binding).frame;
        let here = self.frames.len() - 1;
        let known = (home + 1..=here)
            .rev()
            .find_map(|at| self.frames[at].reached.get(&binding).map(|&reached| (at, reached)));
        let at_home = Reached { binding, place: CaptureSource::Local(binding) };
        let (mut at, mut reached) = known.unwrap_or((home, at_home));
        while at < here {
            at += 1;
            reached = self.capture(at, reached);
            self.frames[at].reached.insert(binding, reached);
        }
        reached
    }

    /// Makes the function at `at` capture what its maker reaches as `outer`.
    fn capture(&mut self, at: usize, outer: Reached) -> Reached {
        if let CaptureSource::Local(binding) = outer.place
            && self.is_captured_early(at, binding)
        {
            self.bindings[binding.0 as usize].early = true;
        }
        let (func, is_spawn) = (self.frames[at].func, self.frames[at].is_spawn);
        let captures = &mut self.funcs[func.0 as usize].captures;
        let index = u32::try_from(captures.len()).unwrap_or(u32::MAX);
        captures.push(Capture { binding: outer.binding, source: outer.place });
        let original = &mut self.bindings[outer.binding.0 as usize];
        if !is_spawn {
            original.captured = true;
            return Reached { binding: outer.binding, place: CaptureSource::Capture(index) };
        }
        let (symbol, span) = (original.symbol, original.span);
        let scope = self.scopes.innermost();
        let snapshot = self.make_binding_at(at, symbol, span, BindingOrigin::Snapshot, scope, Ready::AtEntry);
        self.funcs[func.0 as usize].snapshots.push(snapshot);
        Reached { binding: snapshot, place: CaptureSource::Local(snapshot) }
    }

    /// Whether the closure of the function at `at` is made before `binding`, a local of its maker, has its value.
    fn is_captured_early(&self, at: usize, binding: BindingId) -> bool {
        let frame = &self.frames[at];
        if frame.itself == Some(binding) {
            return true;
        }
        let home = self.scopes.home(binding);
        frame.hoisted.is_some_and(|(scope, number)| {
            home.scope == scope
                && match home.ready {
                    Ready::AtEntry => false,
                    Ready::Hoisted(other) => other >= number,
                    Ready::InOrder => true,
                }
        })
    }

    /// The `count` innermost namespaces of plain imports, as the innermost function reaches them.
    pub(super) fn namespaces(&mut self, count: usize) -> Rc<[Resolved]> {
        let key = (self.scopes.innermost_imports(1).next(), count);
        let here = self.frames.len() - 1;
        if let Some(known) = self.frames[here].namespaces.get(&key) {
            return known.clone();
        }
        let bindings: Vec<BindingId> = self.scopes.innermost_imports(count).collect();
        let list: Rc<[Resolved]> =
            bindings.into_iter().map(|binding| self.reach(binding).resolved()).collect();
        self.frames[here].namespaces.insert(key, list.clone());
        list
    }
}
