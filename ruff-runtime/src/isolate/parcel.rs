//! [`Parcel`]: values on their way from one isolate to another.
//!
//! An isolate's values never leave its thread, since their owners are counted without locks. What goes elsewhere is written
//! down: every object is a node, and values name nodes. Buffers of texts and bytes that nobody else owns are moved, code is
//! shared, all else is copied. An object that was reached twice is one node, so it is one object again on the other side.

use std::cell::RefCell;
use std::sync::Arc;

use ruff_syntax::Code;

use crate::bytecode::Chunk;
use crate::error::{Subject, TracePoint};
use crate::module::{Facts, ModuleId, Slots};
use crate::native::{NativeDef, Object, ObjectKind};
use crate::scheduler::SharedChannel;
use crate::value::{DefId, Handle, ShortStr, Sym, Value, Variant};

/// A value and all that it leads to, owned by nobody.
#[derive(Clone)]
pub(crate) struct Parcel {
    pub(super) root: Part,
    pub(super) nodes: Vec<Node>,
    /// The modules of the functions among the nodes.
    pub(super) modules: Vec<(ModuleId, Facts, Arc<Slots>)>,
    /// The variables of modules that those functions use.
    pub(super) globals: Vec<(ModuleId, u32, Part)>,
}

/// A handle of a parcel that is to be sent once.
pub(crate) struct Packed(RefCell<Option<Parcel>>);

static PACKED: ObjectKind = ObjectKind { type_name: "parcel", word: "Parcel" };

impl Packed {
    pub(crate) fn handle(parcel: Parcel) -> Value {
        Value::Handle(Handle::new(Packed(RefCell::new(Some(parcel)))))
    }

    /// The parcel that `value` is the handle of.
    pub(crate) fn take(value: &Value) -> Option<Parcel> {
        let Value::Handle(handle) = value else { return None };
        handle.get::<Packed>()?.0.take()
    }
}

impl Object for Packed {
    const KIND: &'static ObjectKind = &PACKED;
}

/// A value inside of a parcel.
#[derive(Clone, Copy)]
pub(super) enum Part {
    Int(i64),
    Float(f64),
    Bool(bool),
    Null,
    Nothing,
    Short(ShortStr),
    Native(u8, &'static NativeDef),
    /// A variable whose declaration has not run.
    Undefined,
    /// The node of that number.
    Node(u32),
}

/// An object inside of a parcel.
#[derive(Clone)]
pub(super) enum Node {
    /// It is being written down.
    Open,
    Text(String),
    Bytes(Vec<u8>),
    Array(Vec<Part>),
    /// Keys and values by turns.
    Dict(Vec<(Part, Part)>),
    /// The number of the node of its shape, and its fields.
    Struct(u32, Vec<Part>),
    Shape {
        name: Sym,
        def: Option<u32>,
        fields: Box<[Sym]>,
    },
    Tagged(Variant, Vec<Part>),
    Set(Vec<Part>),
    Queue(Vec<Part>),
    Stack(Vec<Part>),
    Closure(Arc<Chunk>, Vec<Part>),
    Bound(Part, Bound),
    Error(Box<Failure>),
    Def(Box<Declaration>),
    Module(Box<Namespace>),
    Cell(Part),
    Channel(Arc<SharedChannel>),
}

/// The method of a bound method.
#[derive(Clone, Copy)]
pub(super) enum Bound {
    /// The closure in that node.
    Closure(u32),
    Native(&'static NativeDef),
}

/// A caught error.
#[derive(Clone)]
pub(super) struct Failure {
    pub(super) code: Code,
    pub(super) message: String,
    pub(super) help: Vec<String>,
    pub(super) notes: Vec<String>,
    pub(super) trace: Option<Route>,
    pub(super) subject: Option<Arc<Subject>>,
    pub(super) cause: Option<Part>,
    pub(super) thrown: Option<Part>,
    pub(super) index: Option<usize>,
    pub(super) errors: Option<Part>,
    pub(super) suppressed: Vec<Part>,
    pub(super) fields: Option<Vec<(Sym, Part)>>,
}

/// What a [`Trace`](crate::error::Trace) knows.
#[derive(Clone)]
pub(super) struct Route {
    pub(super) points: Vec<TracePoint>,
    pub(super) omitted: Option<(usize, usize)>,
    pub(super) awaits: Vec<usize>,
}

/// A struct declaration.
#[derive(Clone)]
pub(super) struct Declaration {
    pub(super) id: DefId,
    pub(super) name: Sym,
    pub(super) kind: Option<&'static ObjectKind>,
    pub(super) fields: Box<[Sym]>,
    /// Numbers of the nodes of closures.
    pub(super) defaults: Vec<(Sym, u32)>,
    pub(super) methods: Vec<(Sym, u32)>,
}

/// The namespace of a module.
#[derive(Clone)]
pub(super) struct Namespace {
    pub(super) name: Sym,
    pub(super) exports: Vec<(Sym, Part)>,
    pub(super) types: Vec<(Sym, Part)>,
}

/// Parcels go to other threads.
const _: fn() = || {
    fn goes_anywhere<T: Send>() {}
    goes_anywhere::<Parcel>();
};
