//! Sites: what an instruction needs beyond its operands, with room for its inline cache.

use std::cell::{Cell, RefCell};
use std::ops::Deref;
use std::rc::Rc;

use ruff_syntax::Code;
use ruff_syntax::ast::BinaryOp;

use crate::native::{NativeDef, ObjectKind};
use crate::shape::{Shape, ShapeId};
use crate::value::{Sym, Value};

/// What a field access found last time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldCache {
    /// The shape of the receiver.
    pub shape: ShapeId,
    /// The field's position in it.
    pub position: u16,
}

impl FieldCache {
    /// Matches no shape.
    pub const EMPTY: FieldCache = FieldCache { shape: ShapeId(0), position: 0 };
}

/// A field access.
pub struct FieldSite {
    /// The field.
    pub name: Sym,
    /// Where it was found last time.
    pub cache: Cell<FieldCache>,
}

impl FieldSite {
    /// One that has found nothing yet.
    pub fn new(name: Sym) -> FieldSite {
        FieldSite { name, cache: Cell::new(FieldCache::EMPTY) }
    }
}

/// What a method call found last time: the position of the method in the declaration of that shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MethodCache {
    /// The shape of the receiver.
    pub shape: ShapeId,
    /// The method's position in the declaration.
    pub position: u16,
}

/// What a method call on a handle found last time.
#[derive(Clone, Copy)]
pub struct OwnMethod {
    /// The kind of the receiver.
    pub kind: &'static ObjectKind,
    /// Its method.
    pub def: &'static NativeDef,
}

impl MethodCache {
    /// Matches no shape.
    pub const EMPTY: MethodCache = MethodCache { shape: ShapeId(0), position: 0 };
}

/// A method call.
#[derive(Debug, Clone, Copy)]
pub struct Invoke {
    /// The method.
    pub name: Sym,
    /// The variable called on by `InvokeLocal`.
    pub root: u16,
    /// Whether the variable may be moved into the call: nothing in this function looks at it if the call fails.
    pub may_move: bool,
    /// Nothing looks at the variable of `InvokeLocal` after the call, unless the method changes it.
    pub dies: bool,
    /// The place called on by `InvokePlace`: index into [`super::Chunk::places`].
    pub place: u16,
    /// `InvokePlace` finds the receiver behind its slot, read before the arguments were evaluated. A method that changes
    /// its receiver looks at the place again, though: what the arguments changed must not be lost.
    pub is_read: bool,
    /// It stands for a call of a builtin on a place, `xs := push(xs, 1)`: own methods and entries of the receiver do not
    /// count.
    pub native_only: bool,
    /// On an array it would be the builtin `push`, and the variable may be changed.
    pub pushes: bool,
    /// The prepared error raised when the method changed its receiver but the binding is immutable.
    pub immutable: Option<u16>,
}

/// A method call with what it found last time.
pub struct InvokeSite {
    call: Invoke,
    /// What was found last time.
    pub cache: Cell<MethodCache>,
    /// The same where the receiver was a handle.
    pub own: Cell<Option<OwnMethod>>,
}

impl InvokeSite {
    /// One that has found nothing yet.
    pub fn new(call: Invoke) -> InvokeSite {
        InvokeSite { call, cache: Cell::new(MethodCache::EMPTY), own: Cell::new(None) }
    }
}

impl Deref for InvokeSite {
    type Target = Invoke;

    #[inline]
    fn deref(&self) -> &Invoke {
        &self.call
    }
}

/// A struct literal.
#[derive(Debug, Clone)]
pub struct StructLiteral {
    /// The struct's name.
    pub name: Sym,
    /// The fields given, each once, in source order.
    pub fields: Box<[Sym]>,
    /// The global that holds the declaration, if it is one; else the register before the fields holds it, or
    /// nothing.
    pub def_slot: Option<u32>,
}

impl StructLiteral {
    /// Registers the literal takes: its fields, and before them the declaration unless a global holds it.
    pub fn run(&self) -> u16 {
        // The compiler refuses literals with more fields than registers.
        u16::try_from(self.fields.len()).unwrap_or(u16::MAX) + u16::from(self.def_slot.is_none())
    }
}

/// A struct literal with what it found last time.
pub struct StructSite {
    literal: StructLiteral,
    /// The shape found last time and the declaration it is for.
    pub cache: RefCell<Option<StructCache>>,
}

impl Deref for StructSite {
    type Target = StructLiteral;

    #[inline]
    fn deref(&self) -> &StructLiteral {
        &self.literal
    }
}

impl StructSite {
    /// One that has found nothing yet.
    pub fn new(literal: StructLiteral) -> StructSite {
        StructSite { literal, cache: RefCell::new(None) }
    }

    /// The shape of values built here of the declaration `def`, if it was found before and they are complete.
    #[inline]
    pub fn known_shape(&self, def: &Value) -> Option<Rc<Shape>> {
        let cache = self.cache.borrow();
        cache.as_ref().filter(|known| known.is_of(def)).map(|known| known.shape.clone())
    }

    /// Whether there is one.
    #[inline(always)]
    pub(crate) fn knows_shape(&self, def: &Value) -> bool {
        self.cache.borrow().as_ref().is_some_and(|known| known.is_of(def))
    }
}

/// What a struct literal found last time.
pub struct StructCache {
    /// Nothing is left to do once the fields are in place: no field that is left out has a default.
    pub is_complete: bool,
    /// Address of the declaration; 0 without one.
    pub def: usize,
    /// The shape of its values.
    pub shape: Rc<Shape>,
}

impl StructCache {
    /// Whether it is about that declaration, and nothing but the fields is left to do.
    #[inline(always)]
    fn is_of(&self, def: &Value) -> bool {
        matches!(def, Value::StructDef(def) if self.is_complete && self.def == def.address())
    }
}

/// A variable that a place starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceRoot {
    /// A register.
    Register(u16),
    /// The cell in a register.
    Cell(u16),
    /// A captured cell.
    Capture(u16),
    /// A global.
    Global(u32),
}

/// A step down from the root of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceStep {
    /// A field, or the entry of a dict.
    Field(Sym),
    /// The index in a register.
    Index(u16),
}

/// A place.
#[derive(Debug)]
pub struct PlaceSite {
    /// Where it starts.
    pub root: PlaceRoot,
    /// The way down.
    pub steps: Box<[PlaceStep]>,
    /// The root's name, for `Undefined variable`.
    pub name: Sym,
}

/// An error known when the code was compiled, raised if it is reached.
#[derive(Debug)]
pub struct RaiseSite {
    /// Its code.
    pub code: Code,
    /// Its message.
    pub message: String,
    /// A likely fix.
    pub help: Option<String>,
}

/// An import.
#[derive(Debug)]
pub struct ImportSite {
    /// The module's path, segments joined by dots.
    pub path: String,
    /// For a plain import at top level: the global that receives the namespace.
    pub namespace: Option<(Sym, u32)>,
}

/// The arithmetic of a compound assignment or of `Operate`, as it stands in an instruction's kind field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BinaryKind;

impl BinaryKind {
    /// The operator as a number below 16.
    pub fn encode(op: BinaryOp) -> u8 {
        match op {
            BinaryOp::Sub => 1,
            BinaryOp::Mul => 2,
            BinaryOp::Div => 3,
            BinaryOp::Mod => 4,
            BinaryOp::Pow => 5,
            BinaryOp::BitAnd => 6,
            BinaryOp::BitOr => 7,
            BinaryOp::BitXor => 8,
            BinaryOp::Shl => 9,
            BinaryOp::Shr => 10,
            _ => 0,
        }
    }

    /// The operator of a kind field.
    pub fn decode(kind: u8) -> BinaryOp {
        match kind & 0x0f {
            1 => BinaryOp::Sub,
            2 => BinaryOp::Mul,
            3 => BinaryOp::Div,
            4 => BinaryOp::Mod,
            5 => BinaryOp::Pow,
            6 => BinaryOp::BitAnd,
            7 => BinaryOp::BitOr,
            8 => BinaryOp::BitXor,
            9 => BinaryOp::Shl,
            10 => BinaryOp::Shr,
            _ => BinaryOp::Add,
        }
    }
}
