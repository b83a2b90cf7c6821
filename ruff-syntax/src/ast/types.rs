//! Type annotations: parsed and kept for tools, never checked or converted at run time.

use crate::source::Span;
use crate::symbol::Symbol;

/// A type annotation and where it stands.
#[derive(Debug)]
pub struct TypeExpr {
    /// What it is.
    pub kind: TypeKind,
    /// The bytes it covers.
    pub span: Span,
}

/// What a type annotation is.
#[derive(Debug)]
pub enum TypeKind {
    /// `int`, `Point`, `Array<int>`
    Named {
        /// The name.
        name: Symbol,
        /// The arguments between angle brackets.
        args: Vec<TypeExpr>,
    },
    /// `[T]`, `T[]`
    Array(Box<TypeExpr>),
    /// `T?`
    Optional(Box<TypeExpr>),
    /// `A | B`
    Union(Vec<TypeExpr>),
    /// `func`, `func(A) -> R`
    Func {
        /// The parameter types; `None` for a bare `func`.
        params: Option<Vec<TypeExpr>>,
        /// The result type.
        result: Option<Box<TypeExpr>>,
    },
    /// A hole left by a syntax error that was reported.
    Error,
}
