//! Struct declarations and module namespaces.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::{Rc, Weak};
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Closure, Sym, Value};
use crate::heap::{HeapObject, Ref};
use crate::native::ObjectKind;
use crate::shape::Shape;

/// The number of a struct declaration, never used again in the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct DefId(u64);

impl DefId {
    fn next() -> DefId {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        DefId(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// A struct declaration as a value: its name, methods and the shapes of its instances.
pub struct StructDef {
    /// Tells declarations apart, in whichever isolate they are: that of the one it came from.
    pub(crate) id: DefId,
    /// The struct's name.
    pub name: Sym,
    /// What its values are, if builtins make them.
    pub kind: Option<&'static ObjectKind>,
    /// Declared fields in order, each once.
    pub fields: Box<[Sym]>,
    /// Closures without parameters that compute the default of a field.
    pub defaults: RefCell<Vec<(Sym, Ref<Closure>)>>,
    /// Methods by name; a later declaration of the same name wins.
    pub methods: RefCell<Vec<Method>>,
    /// Positions in `methods`.
    pub method_index: RefCell<HashMap<Sym, u16>>,
    /// Shapes of instances by their fields.
    pub shapes: RefCell<HashMap<Box<[Sym]>, Weak<Shape>>>,
    /// Whether a method or default captured something.
    has_captures: Cell<bool>,
    /// Whether a method has the name of an operator.
    has_operators: Cell<bool>,
}

/// A method of a struct.
#[derive(Clone)]
pub struct Method {
    /// Its name.
    pub name: Sym,
    /// Its code. Its first parameter is the receiver when its proto says so.
    pub closure: Ref<Closure>,
}

impl StructDef {
    /// A declaration without methods and defaults yet.
    pub fn new(name: Sym, fields: Box<[Sym]>) -> Self {
        StructDef {
            id: DefId::next(),
            name,
            kind: None,
            fields,
            defaults: RefCell::default(),
            methods: RefCell::default(),
            method_index: RefCell::default(),
            shapes: RefCell::default(),
            has_captures: Cell::new(false),
            has_operators: Cell::new(false),
        }
    }

    /// The declaration number `id` as another isolate has it, without methods and defaults yet.
    pub(crate) fn copy_of(
        id: DefId,
        name: Sym,
        kind: Option<&'static ObjectKind>,
        fields: Box<[Sym]>,
    ) -> Self {
        StructDef { id, kind, ..StructDef::new(name, fields) }
    }

    /// The declaration of a struct whose methods are those of `kind`.
    pub fn of_kind(kind: &'static ObjectKind, fields: Box<[Sym]>) -> Self {
        StructDef { kind: Some(kind), ..StructDef::new(Sym::new(kind.word), fields) }
    }

    /// Adds a method.
    pub fn add_method(&self, name: Sym, closure: Ref<Closure>) {
        self.note_captures(&closure);
        if name.text().starts_with("op_") {
            self.has_operators.set(true);
        }
        let mut methods = self.methods.borrow_mut();
        // The count of methods is bounded by the source size.
        let index = u16::try_from(methods.len()).unwrap_or(u16::MAX);
        methods.push(Method { name, closure });
        self.method_index.borrow_mut().insert(name, index);
    }

    /// Adds the default of a field.
    pub fn add_default(&self, name: Sym, closure: Ref<Closure>) {
        self.note_captures(&closure);
        self.defaults.borrow_mut().push((name, closure));
    }

    fn note_captures(&self, closure: &Closure) {
        if !closure.captures.is_empty() {
            self.has_captures.set(true);
        }
    }

    /// Whether a method or default captured something.
    #[inline]
    pub(crate) fn has_captures(&self) -> bool {
        self.has_captures.get()
    }

    /// Calls `visit` with every method and default that nobody is changing right now.
    pub(crate) fn for_each_closure(&self, mut visit: impl FnMut(&Ref<Closure>)) {
        if let Ok(methods) = self.methods.try_borrow() {
            methods.iter().for_each(|method| visit(&method.closure));
        }
        if let Ok(defaults) = self.defaults.try_borrow() {
            defaults.iter().for_each(|(_, closure)| visit(closure));
        }
    }

    /// Whether any field has a default.
    pub fn has_defaults(&self) -> bool {
        !self.defaults.borrow().is_empty()
    }

    /// The first default from number `from` on whose field `shape` lacks.
    pub fn default_from(&self, from: u32, shape: &Shape) -> Option<(u32, Ref<Closure>)> {
        let defaults = self.defaults.borrow();
        let mut left = (0..).zip(defaults.iter()).skip(from as usize);
        let (number, (_, closure)) = left.find(|(_, (name, _))| shape.position(*name).is_none())?;
        Some((number, closure.clone()))
    }

    /// The field of default `number`.
    pub fn default_name(&self, number: u32) -> Option<Sym> {
        self.defaults.borrow().get(number as usize).map(|(name, _)| *name)
    }

    /// The names of its methods.
    pub fn method_names(&self) -> Vec<String> {
        self.methods.borrow().iter().map(|method| method.name.text().to_string()).collect()
    }

    /// Whether any method may overload an operator.
    #[inline]
    pub fn has_operators(&self) -> bool {
        self.has_operators.get()
    }

    /// The method that overloads an operator, `op_add` say.
    pub fn operator(&self, name: &str) -> Option<Ref<Closure>> {
        if self.has_operators.get() { self.method(Sym::find(name)?) } else { None }
    }

    /// The position of the method `name`.
    pub fn method_position(&self, name: Sym) -> Option<u16> {
        self.method_index.borrow().get(&name).copied()
    }

    /// The method at `position`.
    pub fn method_at(&self, position: u16) -> Option<Ref<Closure>> {
        self.methods.borrow().get(usize::from(position)).map(|method| method.closure.clone())
    }

    /// Where that method is, until methods are added.
    #[inline(always)]
    pub(crate) fn method_pointer(&self, position: u16) -> Option<*const Ref<Closure>> {
        self.methods.borrow().get(usize::from(position)).map(|method| &raw const method.closure)
    }

    /// The method `name`.
    pub fn method(&self, name: Sym) -> Option<Ref<Closure>> {
        self.method_position(name).and_then(|position| self.method_at(position))
    }

    /// The shape of instances of `def` with exactly `fields`, in that order.
    pub fn shape(def: &Ref<StructDef>, fields: &[Sym]) -> Rc<Shape> {
        if let Some(known) = def.shapes.borrow().get(fields).and_then(Weak::upgrade) {
            return known;
        }
        let made = Shape::new(def.name, Some(def.clone()), fields.into());
        def.shapes.borrow_mut().insert(fields.into(), Rc::downgrade(&made));
        made
    }
}

impl HeapObject for StructDef {
    const NESTS: bool = true;
}

/// The namespace of an imported module: its exports as they were when it was imported.
pub struct ModuleValue {
    /// The last segment of its path.
    pub name: Sym,
    /// The exports in order of declaration.
    pub exports: HashMap<Sym, Value>,
    /// The exported structs and enums, which live in a namespace of their own.
    pub types: HashMap<Sym, Value>,
}

impl HeapObject for ModuleValue {
    const NESTS: bool = true;
}
