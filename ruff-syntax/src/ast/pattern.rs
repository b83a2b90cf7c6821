//! Patterns: one language for bindings, destructuring and `match`.

use super::Name;
use crate::source::Span;
use crate::symbol::Symbol;

/// A pattern and where it stands.
#[derive(Debug)]
pub struct Pattern {
    /// What it is.
    pub kind: PatternKind,
    /// The bytes it covers.
    pub span: Span,
}

impl Pattern {
    /// Calls `visit` for every name it binds, in the order of the text.
    pub fn each_bound<'a>(&'a self, visit: &mut dyn FnMut(&'a Name)) {
        match &self.kind {
            PatternKind::Bind(name) => visit(name),
            PatternKind::Array { items, rest } => {
                items.iter().for_each(|item| item.each_bound(visit));
                rest.iter().for_each(visit);
            }
            PatternKind::Dict { keys, rest } => {
                keys.iter().for_each(&mut *visit);
                rest.iter().for_each(visit);
            }
            PatternKind::Variant { binders, .. } => {
                binders.iter().flatten().for_each(|binder| binder.each_bound(visit));
            }
            PatternKind::Wildcard | PatternKind::Literal(_) | PatternKind::Word(_) | PatternKind::Error => {}
        }
    }
}

/// What a pattern is. Bindings use the first four kinds, `match` arms the others and [`PatternKind::Wildcard`];
/// the binders of a variant are [`PatternKind::Bind`] or [`PatternKind::Wildcard`].
#[derive(Debug)]
pub enum PatternKind {
    /// Binds a name.
    Bind(Name),
    /// `_`
    Wildcard,
    /// `[a, [b, _], ...rest]`
    Array {
        /// Elements by position.
        items: Vec<Pattern>,
        /// `...rest`
        rest: Option<Name>,
    },
    /// `{a, b, ...rest}`
    Dict {
        /// Keys, each bound to a variable of the same name.
        keys: Vec<Name>,
        /// `...rest`
        rest: Option<Name>,
    },
    /// A literal value.
    Literal(Literal),
    /// A bare word in a `case`: matches the string of that text.
    Word(Symbol),
    /// `Ok(x)`, `None`, `E::A(x, y)`, `Result::Ok(x)`.
    Variant {
        /// The enum's name when written.
        enum_name: Option<Symbol>,
        /// The variant.
        variant: Symbol,
        /// The binders; `None` without parentheses.
        binders: Option<Vec<Pattern>>,
    },
    /// A hole left by a syntax error that was reported.
    Error,
}

/// A literal in a pattern; a leading `-` is already applied.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Literal {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A float.
    Float(f64),
    /// A string without interpolation.
    Str(Symbol),
}
