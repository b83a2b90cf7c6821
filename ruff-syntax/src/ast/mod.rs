//! The syntax tree.
//!
//! Expressions live in an arena ([`Exprs`]) and refer to each other by [`ExprId`]: a chain of a million operators
//! is a million flat nodes, dropped without recursion. Statements are owned by their block; nesting of blocks is
//! limited by the parser, so recursion over them is bounded. Every occurrence of a name in a binding or using
//! position is a [`Name`] with its own [`NameId`], the key under which the resolver files what it found out.
//! Start at [`Module`].

mod dump;
mod expr;
mod pattern;
mod stmt;
mod types;

pub use dump::dump;
pub use expr::{
    Arg, BinaryOp, Constructor, Element, Entry, Expr, ExprId, ExprKind, Exprs, FieldInit, InterpolationPart,
    UnaryOp,
};
pub use pattern::{Literal, Pattern, PatternKind};
pub use stmt::{
    AssignOp, BindingKind, Block, Enum, Except, Field, Func, FuncId, FuncKind, Import, MatchArm, Member,
    Param, Place, PlaceStep, Stmt, StmtKind, Struct, TestKind,
};
pub use types::{TypeExpr, TypeKind};

use crate::lexer::Token;
use crate::source::Span;
use crate::symbol::{Interner, Symbol};

/// Identifies one occurrence of a name in a file; dense from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NameId(pub u32);

/// One occurrence of a name that binds or uses a variable, function, struct, enum or module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name {
    /// The text.
    pub symbol: Symbol,
    /// Which occurrence this is.
    pub id: NameId,
    /// Where it stands.
    pub span: Span,
}

/// A parsed file.
///
/// # Invariants
/// `tokens` with their trivia tile the source exactly. `name_count` and `func_count` are one more than the largest
/// [`NameId`] and [`FuncId`] in the tree. Function 0 is the top level itself.
#[derive(Debug)]
pub struct Module {
    /// The statements of the top level.
    pub body: Block,
    /// All expressions of the file.
    pub exprs: Exprs,
    /// The texts of names and string literals.
    pub interner: Interner,
    /// The tokens, for tools that need the source's exact shape.
    pub tokens: Vec<Token>,
    /// How many [`NameId`]s were given out.
    pub name_count: u32,
    /// How many [`FuncId`]s were given out, the top level's included.
    pub func_count: u32,
}
