//! Which local bindings are visible, name by name.
//!
//! For each name the innermost visible binding is kept, and each binding remembers the one it shadows, so that
//! looking up, declaring and closing a scope cost constant time a name.

use super::BindingId;
use crate::symbol::Symbol;

/// Variables and types are named apart from each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Space {
    /// Variables, functions, imports.
    Variables,
    /// Structs and enums.
    Types,
}

/// What a scope belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ScopeKind {
    /// The file itself. Its names live in [`super::top_level::TopLevel`], not here.
    File,
    /// Parameters and body of a function.
    Body,
    /// Any other block.
    Block,
    /// A `match` arm: implicit declarations pass through it to the scope around the `match`.
    Arm,
}

/// Index of an open scope, counted from the outermost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ScopeIndex(usize);

impl ScopeIndex {
    /// The scope of the file itself.
    pub(super) const FILE: ScopeIndex = ScopeIndex(0);
}

/// From when on a binding has its value, as the hoisted functions of its scope see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ready {
    /// From the scope's beginning: parameters, loop variables and the like.
    AtEntry,
    /// From the scope's hoisted declaration of that number on.
    Hoisted(u32),
    /// When its statement has run.
    InOrder,
}

/// Where a binding is at home; valid while its scope is open.
#[derive(Debug, Clone, Copy)]
pub(super) struct Home {
    /// Index into the stack of functions being walked.
    pub(super) frame: usize,
    pub(super) scope: ScopeIndex,
    pub(super) ready: Ready,
    /// Orders declarations and imports of one scope.
    stamp: u32,
    /// The binding of the same name that it hides.
    pub(super) shadowed: Option<BindingId>,
}

impl Home {
    /// A home that no name leads to yet.
    pub(super) fn new(frame: usize, scope: ScopeIndex, ready: Ready) -> Self {
        Home { frame, scope, ready, stamp: 0, shadowed: None }
    }
}

struct Scope {
    kind: ScopeKind,
    declared: Vec<(Symbol, Space)>,
}

struct VisibleImport {
    namespace: BindingId,
    scope: ScopeIndex,
    stamp: u32,
}

/// The open scopes and what is visible in them.
pub(super) struct Scopes {
    open: Vec<Scope>,
    /// Indexed by symbol.
    variables: Vec<Option<BindingId>>,
    /// Indexed by symbol.
    types: Vec<Option<BindingId>>,
    /// Indexed by binding.
    homes: Vec<Home>,
    /// Plain imports of functions and blocks, outermost first.
    imports: Vec<VisibleImport>,
    stamp: u32,
}

impl Scopes {
    /// The scope of the file alone, for `symbols` different names.
    pub(super) fn new(symbols: usize) -> Self {
        Scopes {
            open: vec![Scope { kind: ScopeKind::File, declared: Vec::new() }],
            variables: vec![None; symbols],
            types: vec![None; symbols],
            homes: Vec::new(),
            imports: Vec::new(),
            stamp: 0,
        }
    }

    pub(super) fn open(&mut self, kind: ScopeKind) -> ScopeIndex {
        self.open.push(Scope { kind, declared: Vec::new() });
        self.innermost()
    }

    /// Closes the innermost scope and hands over the variables it declared, unless it is a function's body.
    pub(super) fn close(&mut self) -> Vec<BindingId> {
        let Some(scope) = self.open.pop() else { return Vec::new() };
        let gone = ScopeIndex(self.open.len());
        while self.imports.last().is_some_and(|import| import.scope == gone) {
            self.imports.pop();
        }
        let mut closed = Vec::new();
        for &(symbol, space) in scope.declared.iter().rev() {
            let homes = &self.homes;
            let Some(slot) = Self::slot(&mut self.variables, &mut self.types, symbol, space) else {
                continue;
            };
            let Some(binding) = *slot else { continue };
            *slot = homes[binding.0 as usize].shadowed;
            if space == Space::Variables && scope.kind != ScopeKind::Body {
                closed.push(binding);
            }
        }
        closed
    }

    pub(super) fn innermost(&self) -> ScopeIndex {
        ScopeIndex(self.open.len() - 1)
    }

    /// The scope that an implicit declaration here belongs to.
    pub(super) fn implicit_target(&self) -> ScopeIndex {
        let scope = self.open.iter().rposition(|scope| scope.kind != ScopeKind::Arm);
        scope.map_or(ScopeIndex::FILE, ScopeIndex)
    }

    /// The innermost visible binding of a name.
    pub(super) fn find(&self, symbol: Symbol, space: Space) -> Option<BindingId> {
        let slots = match space {
            Space::Variables => &self.variables,
            Space::Types => &self.types,
        };
        slots.get(symbol.index()).copied().flatten()
    }

    /// The binding of a name that belongs to `scope` itself.
    pub(super) fn find_in(&self, symbol: Symbol, space: Space, scope: ScopeIndex) -> Option<BindingId> {
        self.find(symbol, space).filter(|&binding| self.home(binding).scope == scope)
    }

    pub(super) fn home(&self, binding: BindingId) -> Home {
        self.homes[binding.0 as usize]
    }

    /// Gives the binding made last its home, without making it visible.
    pub(super) fn settle(&mut self, home: Home) {
        self.stamp += 1;
        self.homes.push(Home { stamp: self.stamp, ..home });
    }

    /// Makes a settled binding visible. No visible binding of that name may belong to a scope further inside.
    pub(super) fn show(&mut self, binding: BindingId, symbol: Symbol, space: Space) {
        let Some(slot) = Self::slot(&mut self.variables, &mut self.types, symbol, space) else { return };
        let home = &mut self.homes[binding.0 as usize];
        home.shadowed = slot.replace(binding);
        self.open[home.scope.0].declared.push((symbol, space));
    }

    /// Notes that a binding was declared anew, so that imports before this no longer replace it.
    pub(super) fn renew(&mut self, binding: BindingId) {
        self.stamp += 1;
        self.homes[binding.0 as usize].stamp = self.stamp;
    }

    /// Notes a plain import into the innermost scope.
    pub(super) fn import(&mut self, namespace: BindingId) {
        let home = self.home(namespace);
        self.imports.push(VisibleImport { namespace, scope: home.scope, stamp: home.stamp });
    }

    pub(super) fn visible_imports(&self) -> usize {
        self.imports.len()
    }

    /// How many of the innermost imports may have replaced `binding` where we stand, or a name that no scope has.
    pub(super) fn imports_over(&self, binding: Option<BindingId>) -> usize {
        let Some(binding) = binding else { return self.imports.len() };
        let home = self.home(binding);
        let over = |import: &&VisibleImport| (import.scope, import.stamp) >= (home.scope, home.stamp);
        self.imports.iter().rev().take_while(over).count()
    }

    /// The `count` innermost imports, innermost first.
    pub(super) fn innermost_imports(&self, count: usize) -> impl Iterator<Item = BindingId> {
        self.imports.iter().rev().take(count).map(|import| import.namespace)
    }

    fn slot<'s>(
        variables: &'s mut [Option<BindingId>],
        types: &'s mut [Option<BindingId>],
        symbol: Symbol,
        space: Space,
    ) -> Option<&'s mut Option<BindingId>> {
        match space {
            Space::Variables => variables.get_mut(symbol.index()),
            Space::Types => types.get_mut(symbol.index()),
        }
    }
}
