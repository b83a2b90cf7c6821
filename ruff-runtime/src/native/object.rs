//! [`ObjectKind`] and [`Object`]: values with methods of their own, that builtins and embedding programs make.
//!
//! There are two sorts. An [`Object`] is something that happens elsewhere, a connection say: a program holds it by a
//! [`Handle`](crate::value::Handle), which it can copy, while the object stays one. An argument parser is a struct like
//! any other but for its methods; such values come from [`ObjectKind::instance`].

use crate::heap::{Ref, StructRef};
use crate::value::{StructDef, Sym, Value};

/// A kind of values with methods of their own.
///
/// The methods are natives with `#[native(on = "…")]`, which take the value first; the registry finds them.
#[derive(Debug)]
pub struct ObjectKind {
    /// What `type()` gives.
    pub type_name: &'static str,
    /// Its name in messages, and in those of its methods: `Channel has no method 'x'`.
    pub word: &'static str,
}

impl ObjectKind {
    /// A struct of this kind.
    pub fn instance(&'static self, fields: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
        let (names, mut values): (Vec<Sym>, Vec<Value>) =
            fields.into_iter().map(|(name, value)| (Sym::new(name), value)).unzip();
        let def = Ref::new(StructDef::of_kind(self, names.clone().into()));
        Value::Struct(StructRef::new(StructDef::shape(&def, &names), &mut values))
    }
}

/// Two are the same only if they are one.
impl PartialEq for ObjectKind {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for ObjectKind {}

impl std::hash::Hash for ObjectKind {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        std::ptr::from_ref(self).hash(state);
    }
}

/// Something that programs hold by a handle.
///
/// It is dropped with the last handle, so whatever it has open is closed then. Its methods get it shared; what changes
/// stands in cells.
pub trait Object: Sized + 'static {
    /// What kind of object.
    const KIND: &'static ObjectKind;

    /// Its text, if that is more than `<type>`.
    fn text(&self) -> Option<String> {
        None
    }

    /// What tells it from others of its kind, if that is not where it is.
    fn identity(&self) -> Option<usize> {
        None
    }

    /// Calls `visit` for every value that it holds, as often as it holds it.
    ///
    /// An object that holds values may reach itself through them. Those that it does not tell about are never freed
    /// then.
    fn for_each_value(&self, _visit: &mut dyn FnMut(&Value)) {}

    /// Lets go of the values that it holds: no program can reach it any more.
    fn sever(&self) {}
}
