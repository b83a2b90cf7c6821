//! Expressions and the arena that holds them.

use super::{Func, Member, Name, Stmt};
use crate::source::Span;
use crate::symbol::Symbol;

/// The place of an expression in [`Exprs`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExprId(pub u32);

/// The arena of all expressions of a file; a parent always has a larger id than its children.
#[derive(Debug, Default)]
pub struct Exprs(Vec<Expr>);

impl Exprs {
    /// Adds an expression.
    pub fn push(&mut self, expr: Expr) -> ExprId {
        // Source text is limited to 16 MiB and an expression takes at least one byte.
        let id = ExprId(u32::try_from(self.0.len()).unwrap_or(u32::MAX));
        self.0.push(expr);
        id
    }

    /// How many expressions there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::ops::Index<ExprId> for Exprs {
    type Output = Expr;

    fn index(&self, id: ExprId) -> &Expr {
        &self.0[id.0 as usize]
    }
}

/// An expression and where it stands.
#[derive(Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// The bytes it covers.
    pub span: Span,
}

/// What an expression is.
#[derive(Debug)]
pub enum ExprKind {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// An integer literal.
    Int(i64),
    /// A float literal.
    Float(f64),
    /// A string literal without interpolation, unescaped.
    Str(Symbol),
    /// A string literal with `${…}` parts, in order.
    Interpolated(Box<[InterpolationPart]>),
    /// A variable, function, struct or builtin by name; `self` too.
    Name(Name),
    /// `[a, ...b]`
    Array(Box<[Element]>),
    /// `{k: v, ...d}`
    Dict(Box<[Entry]>),
    /// `Name { field: value }`
    Struct {
        /// The struct's name.
        name: Name,
        /// Fields in source order; repeated names are kept.
        fields: Box<[FieldInit]>,
    },
    /// `E::A` or `E::A(x)`. `Result::Ok(x)` and its like are [`ExprKind::Construct`].
    Variant {
        /// The enum's name.
        name: Name,
        /// The variant.
        variant: Member,
        /// The payload; `None` without parentheses.
        args: Option<Box<[Arg]>>,
    },
    /// `Ok(x)`, `Err(x)`, `Some(x)`, `None`, also spelled `Result::Ok(x)` or `Option::None`. In the longer spelling
    /// the parser accepts any count of arguments; the resolver reports a wrong one.
    Construct {
        /// Which.
        constructor: Constructor,
        /// The arguments as written.
        args: Box<[Arg]>,
        /// Whether it was written with its `Result::` or `Option::`.
        qualified: bool,
    },
    /// `func(a) { … }`, `a => b`; the body of the latter returns its expression.
    Func(Box<Func>),
    /// `if … { … } else { … }` or `match … { … }` whose value is wanted: that of the last expression statement of the
    /// block that runs, else null. A [`super::StmtKind::If`] or [`super::StmtKind::Match`].
    Control(Box<Stmt>),
    /// `-x`, `!x`
    Unary {
        /// Which operator.
        op: UnaryOp,
        /// The operand.
        operand: ExprId,
    },
    /// `a + b`, also the lazy `&&`, `||`, `??`.
    Binary {
        /// Which operator.
        op: BinaryOp,
        /// Where the operator stands.
        op_span: Span,
        /// The left operand.
        lhs: ExprId,
        /// The right operand.
        rhs: ExprId,
    },
    /// `x |> f`; the right side is any expression: a call gets `value` as its first argument, else it is called.
    Pipe {
        /// The left side.
        value: ExprId,
        /// The right side.
        callee: ExprId,
    },
    /// `f(a, b)`
    Call {
        /// What is called.
        callee: ExprId,
        /// The arguments.
        args: Box<[Arg]>,
    },
    /// `r.name(a)`, `r?.name(a)`
    MethodCall {
        /// The receiver.
        object: ExprId,
        /// The method.
        member: Member,
        /// The arguments.
        args: Box<[Arg]>,
        /// Written with `?.`.
        optional: bool,
    },
    /// `r.name`, `r?.name`
    Field {
        /// The receiver.
        object: ExprId,
        /// The field.
        member: Member,
        /// Written with `?.`.
        optional: bool,
    },
    /// `r[i]`, `r?.[i]`
    Index {
        /// The receiver.
        object: ExprId,
        /// The index; a [`ExprKind::Range`] makes it a slice.
        index: ExprId,
        /// Written with `?.`.
        optional: bool,
    },
    /// `a..b`, `a..=b`
    Range {
        /// The first int; may be missing in an index.
        start: Option<ExprId>,
        /// Where it ends; may be missing in an index.
        end: Option<ExprId>,
        /// Written with `..=`: the end belongs to it.
        inclusive: bool,
    },
    /// `r?`
    Try(ExprId),
    /// `await p`
    Await(ExprId),
    /// `yield`, `yield x`
    Yield(Option<ExprId>),
    /// `throw(x)`. The parser accepts any count of arguments; the resolver reports a wrong one.
    Throw(Box<[Arg]>),
    /// `(x)`
    Paren(ExprId),
    /// A hole left by a syntax error that was reported.
    Error,
}

/// A call's argument.
#[derive(Debug, Clone, Copy)]
pub struct Arg {
    /// The value.
    pub value: ExprId,
    /// `...xs`: its elements are the arguments. Only calls of functions and methods have such.
    pub is_spread: bool,
}

/// A part of an interpolated string.
#[derive(Debug, Clone, Copy)]
pub enum InterpolationPart {
    /// Literal text, unescaped, not empty.
    Text(Symbol),
    /// `${expr}`
    Expr(ExprId),
}

/// An element of an array literal.
#[derive(Debug, Clone, Copy)]
pub enum Element {
    /// One value.
    Item(ExprId),
    /// `...xs`
    Spread(ExprId),
}

/// An entry of a dict literal.
#[derive(Debug, Clone, Copy)]
pub enum Entry {
    /// `key: value`; the key is an expression.
    Pair {
        /// The key.
        key: ExprId,
        /// The value.
        value: ExprId,
    },
    /// `...d`
    Spread(ExprId),
}

/// `field: value` of a struct literal.
#[derive(Debug, Clone, Copy)]
pub struct FieldInit {
    /// The field.
    pub member: Member,
    /// Its value.
    pub value: ExprId,
}

/// The constructors of `Result` and `Option`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Constructor {
    /// `Ok(x)`
    Ok,
    /// `Err(x)`
    Err,
    /// `Some(x)`
    Some,
    /// `None`
    None,
}

/// Operators with one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOp {
    /// `-`
    Neg,
    /// `!`
    Not,
    /// `~`
    BitNot,
}

/// Operators with two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `%`
    Mod,
    /// `**`
    Pow,
    /// `&`
    BitAnd,
    /// `|`
    BitOr,
    /// `^`
    BitXor,
    /// `<<`
    Shl,
    /// `>>`
    Shr,
    /// `in`
    In,
    /// `!in`
    NotIn,
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `&&`
    And,
    /// `||`
    Or,
    /// `??`
    Coalesce,
}

impl BinaryOp {
    /// How it is written.
    pub fn sign(self) -> &'static str {
        match self {
            BinaryOp::Add => "+",
            BinaryOp::Sub => "-",
            BinaryOp::Mul => "*",
            BinaryOp::Div => "/",
            BinaryOp::Mod => "%",
            BinaryOp::Pow => "**",
            BinaryOp::BitAnd => "&",
            BinaryOp::BitOr => "|",
            BinaryOp::BitXor => "^",
            BinaryOp::Shl => "<<",
            BinaryOp::Shr => ">>",
            BinaryOp::In => "in",
            BinaryOp::NotIn => "!in",
            BinaryOp::Eq => "==",
            BinaryOp::Ne => "!=",
            BinaryOp::Lt => "<",
            BinaryOp::Le => "<=",
            BinaryOp::Gt => ">",
            BinaryOp::Ge => ">=",
            BinaryOp::And => "&&",
            BinaryOp::Or => "||",
            BinaryOp::Coalesce => "??",
        }
    }
}
