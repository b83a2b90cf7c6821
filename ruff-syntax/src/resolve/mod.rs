//! Name resolution: which binding every name means, decided before anything runs.
//!
//! The result is one table for compiler, linter and language server. It knows nothing of registers or bytecode.
//! Start at [`resolve`]. One walk over the tree does the work (`walk`, `expressions`): names are looked up among
//! the visible bindings (`scopes`) and the names of the file's top level (`top_level`), functions collect what
//! they capture (`captures`); what only the whole file can tell is settled at the end (`finish`).
//!
//! A `let`, `mut`, `const`, assignment or import takes effect in the order of the text. `func`, `struct` and `enum`
//! are hoisted: each is made at the start of its block, in the order of the text, and the bodies of hoisted functions
//! and methods see the names their block has at its end. Lambdas see the names visible where they stand.

mod captures;
mod expressions;
mod finish;
mod scopes;
mod top_level;
mod variables;
mod walk;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::ast::{FuncId, Module, Name, NameId};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::symbol::Symbol;

/// Identifies a local binding of a file: a variable that lives in a function's registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BindingId(pub u32);

/// Identifies a global of a module: a variable in the module's own table, found by name at load time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GlobalId(pub u32);

/// What one occurrence of a name means; for a declaration, the binding it creates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolved {
    /// A local binding of the function the name stands in.
    Local(BindingId),
    /// A local binding of an enclosing function, reached through the closure: index into
    /// [`FuncInfo::captures`] of the function the name stands in.
    Capture(u32),
    /// The closure that is running: a function expression or nested `func` that names itself through a binding never
    /// reassigned.
    Itself,
    /// A global of the module. Names found nowhere are globals too: they are looked up when executed, so that
    /// functions may use globals defined later and builtins.
    Global(GlobalId),
}

/// How a binding came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BindingOrigin {
    /// `let`, and bare destructuring.
    Let,
    /// `mut`
    Mut,
    /// `const`
    Const,
    /// An assignment to a name not visible before. The occurrence whose span is the binding's own declares it.
    Implicit,
    /// A parameter.
    Param,
    /// A `for` variable.
    ForVariable,
    /// The variable of `except`.
    Except,
    /// A binder of a `case` pattern.
    Pattern,
    /// A nested `func` declaration.
    Func,
    /// A nested `struct` or `enum` declaration (namespace of types).
    Type,
    /// A name bound by `import` or `from … import`.
    Import,
    /// The hidden binding that holds the namespace of a plain `import` inside a function or block, through which
    /// its unknown exports are found; see [`Resolution::imports_in_scope`].
    Namespace,
    /// A field of the receiver, visible as a mutable local in a method without `self`. It is `early`, since the
    /// receiver may lack the field, or be missing altogether in a static call.
    ReceiverField,
    /// The own copy of a variable from outside that a `spawn` block works on; see [`FuncInfo::snapshots`].
    Snapshot,
}

impl BindingOrigin {
    /// Whether rebinding or mutating through the binding is a runtime error.
    pub fn is_immutable(self) -> bool {
        matches!(self, BindingOrigin::Let | BindingOrigin::Const)
    }
}

/// A local binding.
#[derive(Debug, Clone)]
pub struct Binding {
    /// Its name.
    pub symbol: Symbol,
    /// The function whose registers hold it.
    pub func: FuncId,
    /// How it came to be.
    pub origin: BindingOrigin,
    /// Where it is declared.
    pub span: Span,
    /// Some nested function captures it. `spawn` blocks do not count: they copy the value and never share the variable.
    pub captured: bool,
    /// It is written after its initialisation: assigned, compound-assigned, mutated through a place, or the root of
    /// a method call (which may write back). Its own declaration does not count, nor do writes that fail because it is
    /// immutable; a second `func` or an import that replaces it does.
    pub reassigned: bool,
    /// It may be captured or read before its declaration has run (hoisted functions that see it, a declaration in a
    /// `match` arm that leaks to the enclosing block, a lambda that captures the binding it initialises and cannot
    /// be [`Resolved::Itself`]): it starts out undefined where its scope begins, and reads are checked.
    pub early: bool,
}

impl Binding {
    /// Whether closures must share it through a cell instead of copying its value when they are made.
    pub fn needs_cell(&self) -> bool {
        self.captured && (self.reassigned || self.early)
    }
}

/// A global of the module.
#[derive(Debug, Clone)]
pub struct Global {
    /// Its name.
    pub symbol: Symbol,
    /// It stands in the namespace of types (structs and enums).
    pub is_type: bool,
    /// How the top level declares it; `None` when it does not, and the name must come from a plain `import`, the
    /// prelude, or nowhere. Of several declarations an import prevails, then a `func`, then the first.
    pub declared: Option<BindingOrigin>,
    /// The top level exports it.
    pub exported: bool,
    /// Nothing but one top-level `func` declaration ever writes it, so its function is known. Always `None` when
    /// globals are kept or the top level has a plain `import`, both of which may replace it by name.
    pub constant_func: Option<FuncId>,
    /// The first declaration; the first use when there is none.
    pub span: Span,
}

/// Where a captured value comes from when the closure is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaptureSource {
    /// A local binding of the function that makes the closure.
    Local(BindingId),
    /// The maker's own capture of that index.
    Capture(u32),
}

/// A variable that a function reaches through its closure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capture {
    /// The binding meant.
    pub binding: BindingId,
    /// Where the maker finds it.
    pub source: CaptureSource,
}

/// What is known of a function.
#[derive(Debug, Clone, Default)]
pub struct FuncInfo {
    /// What its closures carry, in order.
    pub captures: Vec<Capture>,
    /// For a `spawn` block, the binding that each of `captures` is copied into when the block starts; names in the
    /// block, and functions nested in it, mean these copies. Empty for every other function.
    pub snapshots: Vec<BindingId>,
    /// A method that may change its `self`: it, or a function nested in it, assigns through `self` or calls a method
    /// on a place rooted at it.
    pub modifies_self: bool,
    /// For a method without `self`: the receiver's fields used by its body, each with its local binding.
    pub receiver_fields: Vec<(Symbol, BindingId)>,
}

/// A use of a variable that nothing declares where it stands. It may be a builtin or come from a plain `import`; else it
/// is undefined if it is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Undeclared {
    /// The name as used.
    pub name: Name,
    /// The function it stands in.
    pub func: FuncId,
    /// Where the top level, which uses it here, declares it later on.
    pub declared_later: Option<Span>,
}

/// Everything the resolver found out about a file.
#[derive(Debug, Default)]
pub struct Resolution {
    /// Indexed by [`NameId`]. `None` for the names of methods, which are no variables, and for names in code that was
    /// not reached because of a syntax error.
    pub names: Vec<Option<Resolved>>,
    /// Indexed by [`BindingId`].
    pub bindings: Vec<Binding>,
    /// Indexed by [`GlobalId`].
    pub globals: Vec<Global>,
    /// Indexed by [`FuncId`].
    pub funcs: Vec<FuncInfo>,
    /// Names that a plain `import` inside a function or block may have brought: the namespaces to ask first,
    /// innermost first, before [`Resolution::names`] applies. Declarations and targets of `x := e` have none: what a
    /// plain import brings is not known where they are decided.
    pub imports_in_scope: HashMap<NameId, Rc<[Resolved]>>,
    /// Second declarations of a name in a scope outside functions: a runtime error when they are reached, after the
    /// statements before them have run.
    pub duplicates: HashSet<NameId>,
    /// Names that mean nothing known where they stand, though a block of the same function that is already closed
    /// declared them, there: help for `Undefined variable`.
    pub closed_declarations: HashMap<NameId, Span>,
    /// Uses of variables that nothing declares.
    pub undeclared: Vec<Undeclared>,
    /// Compile-time errors.
    pub diagnostics: Vec<Diagnostic>,
    /// How many more there are.
    pub omitted: usize,
}

/// How a file is resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options<'a> {
    /// Keep every top-level name a global, for the REPL and for embedders that look at them afterwards. Otherwise
    /// top-level names that no function uses and nothing exports become locals of the top level, which are faster.
    pub keep_globals: bool,
    /// Variables that exist before the file runs, those of earlier REPL entries: assignments anywhere in the file
    /// mean them instead of declaring new ones.
    pub existing: &'a [String],
}

/// Resolves every name of a file. Cost: linear in the size of the file and of the captures found.
pub fn resolve(module: &Module, options: Options<'_>) -> Resolution {
    walk::Resolver::new(module, options).run()
}

#[cfg(test)]
mod tests;
