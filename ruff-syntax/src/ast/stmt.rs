//! Statements, declarations and blocks.

use super::{BinaryOp, ExprId, Name, Pattern, TypeExpr};
use crate::source::Span;
use crate::symbol::Symbol;

/// Statements between braces, or the top level of a file.
#[derive(Debug)]
pub struct Block {
    /// In source order.
    pub stmts: Vec<Stmt>,
    /// Braces included.
    pub span: Span,
}

impl Block {
    /// The expression that is its value where one is wanted, and the place of its statement: the last expression
    /// statement.
    pub fn value(&self) -> Option<(usize, ExprId)> {
        let value = |stmt: &Stmt| match stmt.kind {
            StmtKind::Expr(value) => Some(value),
            _ => None,
        };
        self.stmts.iter().enumerate().rev().find_map(|(at, stmt)| Some((at, value(stmt)?)))
    }
}

/// A statement and where it stands.
#[derive(Debug)]
pub struct Stmt {
    /// What it is.
    pub kind: StmtKind,
    /// The bytes it covers.
    pub span: Span,
}

/// What a statement is.
#[derive(Debug)]
pub enum StmtKind {
    /// `let p := e`, `mut p := e`, `const X := e`, and the bare destructuring `[a, b] := e`.
    Binding {
        /// Which keyword, or none.
        kind: BindingKind,
        /// What is bound.
        pattern: Pattern,
        /// The annotation.
        ty: Option<TypeExpr>,
        /// The value.
        value: ExprId,
    },
    /// `place := e`, `place += e`
    Assign {
        /// What is assigned.
        place: Place,
        /// Which operator.
        op: AssignOp,
        /// The right side.
        value: ExprId,
    },
    /// `func name(…) { … }`, `async func`, `func*`
    Func(Box<Func>),
    /// `struct Name { … }`
    Struct(Box<Struct>),
    /// `enum Name { … }`
    Enum(Enum),
    /// `import m`, `from m import x`
    Import(Import),
    /// `export` or `pub` before a declaration, an assignment to a name or a binding.
    Export(Box<Stmt>),
    /// `export name`
    ExportName(Name),
    /// `if … else if … else …`, flat however long the chain is.
    If {
        /// Conditions and their blocks, at least one.
        branches: Vec<(ExprId, Block)>,
        /// The last `else`.
        otherwise: Option<Block>,
    },
    /// `while c { … }`, `loop while c { … }`
    While {
        /// The condition.
        condition: ExprId,
        /// The body.
        body: Block,
    },
    /// `loop { … }`
    Loop(Block),
    /// `for v in e { … }`
    For {
        /// The loop variable; a [`super::PatternKind::Bind`].
        pattern: Pattern,
        /// What is iterated.
        iterable: ExprId,
        /// The body.
        body: Block,
    },
    /// `match e { case …: { … } default: { … } }`
    Match {
        /// The subject.
        subject: ExprId,
        /// The `case` arms in source order.
        arms: Vec<MatchArm>,
        /// The `default` arm; the last one when repeated.
        default: Option<Block>,
    },
    /// `try { … } except e { … } finally { … }`
    Try {
        /// The guarded block.
        body: Block,
        /// The `except` part.
        except: Option<Except>,
        /// The `finally` part.
        finally: Option<Block>,
    },
    /// `spawn { … }`; the body is a function without parameters.
    Spawn(Box<Func>),
    /// `test "name" { … }` and its kin.
    Test {
        /// Which kind.
        kind: TestKind,
        /// The name; `None` for setup and teardown.
        name: Option<Symbol>,
        /// The body, a function without parameters; a group's nested tests are statements of its body.
        body: Box<Func>,
    },
    /// `return`, `return e`
    Return(Option<ExprId>),
    /// `break`
    Break,
    /// `continue`
    Continue,
    /// An expression for its effect.
    Expr(ExprId),
    /// A hole left by a syntax error that was reported.
    Error,
}

/// How a binding was declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BindingKind {
    /// `let`
    Let,
    /// `mut`
    Mut,
    /// `const`
    Const,
    /// Bare destructuring: declares immutable names.
    Bare,
}

/// Assignment operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssignOp {
    /// `:=` or `=`
    Set,
    /// `+=` and the like: the place becomes itself and the right side, combined by this operator.
    Update(BinaryOp),
    /// `??=`: assigns if the place is null or a key that its dict lacks.
    Coalesce,
}

/// `root.field[index]…`, something that can be assigned.
#[derive(Debug)]
pub struct Place {
    /// The variable that holds it.
    pub root: Name,
    /// The way down from the root, possibly empty.
    pub steps: Vec<PlaceStep>,
    /// The bytes it covers.
    pub span: Span,
}

/// One step of a [`Place`].
#[derive(Debug, Clone, Copy)]
pub enum PlaceStep {
    /// `.name`
    Field(Member),
    /// `[index]`
    Index(ExprId),
}

/// A name after a dot or in a struct: not a variable, reserved words allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// The text.
    pub symbol: Symbol,
    /// Where it stands.
    pub span: Span,
}

/// Identifies a function body of a file; 0 is the top level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FuncId(pub u32);

impl FuncId {
    /// The top level of a file.
    pub const TOP: FuncId = FuncId(0);
}

/// Anything with a body of its own: functions, lambdas, methods, `spawn` and test blocks.
#[derive(Debug)]
pub struct Func {
    /// Which one.
    pub id: FuncId,
    /// What kind.
    pub kind: FuncKind,
    /// The declared name; `None` for lambdas and blocks.
    pub name: Option<Name>,
    /// Parameters; `self` is an ordinary one here.
    pub params: Vec<Param>,
    /// `async func`
    pub is_async: bool,
    /// `func*`
    pub is_generator: bool,
    /// `-> T`
    pub result: Option<TypeExpr>,
    /// The body.
    pub body: Block,
    /// From `async` or `func` to the closing brace.
    pub span: Span,
}

/// What a [`Func`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FuncKind {
    /// A declaration with a name.
    Declaration,
    /// A function expression.
    Lambda,
    /// A method of a struct.
    Method,
    /// The block of `spawn`.
    Spawn,
    /// The block of a test, group, setup or teardown.
    Test,
}

/// A parameter.
#[derive(Debug)]
pub struct Param {
    /// What it binds; a [`super::PatternKind::Bind`].
    pub pattern: Pattern,
    /// The annotation.
    pub ty: Option<TypeExpr>,
    /// `= e`: evaluated at each call that omits the argument; sees the parameters before it.
    pub default: Option<ExprId>,
    /// `...xs`: takes the remaining arguments as an array. Only the last one can.
    pub is_rest: bool,
}

/// A struct declaration.
#[derive(Debug)]
pub struct Struct {
    /// The name, in the namespace of types.
    pub name: Name,
    /// Fields in source order; repeated names are kept.
    pub fields: Vec<Field>,
    /// Methods in source order.
    pub methods: Vec<Func>,
}

/// A field of a struct declaration.
#[derive(Debug)]
pub struct Field {
    /// The name.
    pub member: Member,
    /// The annotation.
    pub ty: Option<TypeExpr>,
    /// `= e`: evaluated in the declaring scope at each construction that omits the field. It is the body of a
    /// function of its own (its id beside it), since it runs wherever the struct is built.
    pub default: Option<(FuncId, ExprId)>,
}

/// An enum declaration.
#[derive(Debug)]
pub struct Enum {
    /// The name, in the namespace of types.
    pub name: Name,
    /// The variants.
    pub variants: Vec<Member>,
}

/// An import.
#[derive(Debug)]
pub enum Import {
    /// `import a.b`
    Module {
        /// The segments of the path, at least one.
        path: Vec<Member>,
        /// The name the namespace is bound to: the last segment.
        name: Name,
    },
    /// `from a.b import x, y`
    Names {
        /// The segments of the path, at least one.
        path: Vec<Member>,
        /// The names bound.
        names: Vec<Name>,
    },
}

/// A `case` arm.
#[derive(Debug)]
pub struct MatchArm {
    /// What it matches.
    pub pattern: Pattern,
    /// `if cond`
    pub guard: Option<ExprId>,
    /// What runs.
    pub body: Block,
}

/// The `except` part of a `try`.
#[derive(Debug)]
pub struct Except {
    /// The variable that holds the error.
    pub name: Option<Name>,
    /// What runs.
    pub body: Block,
}

/// Kinds of test declarations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestKind {
    /// `test`
    Test,
    /// `test_group`
    Group,
    /// `test_setup`
    Setup,
    /// `test_teardown`
    Teardown,
}
