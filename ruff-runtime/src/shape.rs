//! Shapes: which fields a struct value has and in which order, shared by all values built alike.
//!
//! A struct's declaration is its hidden class. Values that lack or add fields get shapes of their own, reached by
//! name, so an inline cache that remembers a shape's id remembers the field's position with it.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::{Rc, Weak};

use crate::heap::Ref;
use crate::value::{StructDef, Sym};

/// The number by which inline caches know a shape; never reused in a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ShapeId(pub u32);

/// The fields of a struct value.
pub struct Shape {
    id: ShapeId,
    name: Sym,
    def: Option<Ref<StructDef>>,
    fields: Box<[Sym]>,
    /// Where each field is, if there are more than [`FEW`].
    index: HashMap<Sym, u16>,
    extended: RefCell<HashMap<Sym, Weak<Shape>>>,
    /// The cycle collector's number for it while it looks around.
    pub(crate) number: Cell<Option<u32>>,
}

/// So many fields are looked through faster than a table.
const FEW: usize = 8;

thread_local! {
    static NEXT_ID: Cell<u32> = const { Cell::new(1) };
}

impl Shape {
    /// A shape named `name` with `fields` in that order (no repetitions), of the declared struct `def` if there is
    /// one.
    pub fn new(name: Sym, def: Option<Ref<StructDef>>, fields: Box<[Sym]>) -> Rc<Shape> {
        let id = NEXT_ID.get();
        NEXT_ID.set(id + 1);
        // A program whose structs have 65,536 fields would have failed on its source size long before.
        let position = |(at, &field): (usize, &Sym)| (field, u16::try_from(at).unwrap_or(u16::MAX));
        let index = match fields.len() {
            0..=FEW => HashMap::new(),
            _ => fields.iter().enumerate().map(position).collect(),
        };
        let (extended, number) = (RefCell::default(), Cell::new(None));
        Rc::new(Shape { id: ShapeId(id), name, def, fields, index, extended, number })
    }

    /// The id for inline caches.
    #[inline]
    pub fn id(&self) -> ShapeId {
        self.id
    }

    /// The struct's name.
    pub fn name(&self) -> Sym {
        self.name
    }

    /// The declaration, if the struct was declared.
    pub fn def(&self) -> Option<&Ref<StructDef>> {
        self.def.as_ref()
    }

    /// Whether any operator may be overloaded for its values.
    #[inline]
    pub fn overloads(&self) -> bool {
        self.def.as_ref().is_some_and(|def| def.has_operators())
    }

    /// The field names in order.
    pub fn fields(&self) -> &[Sym] {
        &self.fields
    }

    /// How many fields there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether there is no field.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The position of a field.
    #[inline]
    pub fn position(&self, field: Sym) -> Option<u16> {
        if self.fields.len() > FEW {
            return self.index.get(&field).copied();
        }
        let at = self.fields.iter().position(|&other| other == field)?;
        u16::try_from(at).ok()
    }

    /// The shape with one more field at the end.
    pub fn with_field(&self, field: Sym) -> Rc<Shape> {
        if let Some(known) = self.extended.borrow().get(&field).and_then(Weak::upgrade) {
            return known;
        }
        let fields = self.fields.iter().copied().chain([field]).collect();
        let made = Shape::new(self.name, self.def.clone(), fields);
        self.extended.borrow_mut().insert(field, Rc::downgrade(&made));
        made
    }
}

impl std::fmt::Debug for Shape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shape")
            .field("name", &self.name)
            .field("fields", &self.fields)
            .finish_non_exhaustive()
    }
}
