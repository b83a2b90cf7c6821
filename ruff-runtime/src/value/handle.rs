//! [`Handle`]: how programs hold things that are no data, such as connections. Copies of a handle lead to one object.

use std::any::Any;

use super::Value;
use crate::heap::{HeapObject, Ref};
use crate::native::{Object, ObjectKind};
use crate::scheduler::Promise;

/// An object of any kind.
pub struct Handle {
    kind: &'static ObjectKind,
    content: Content,
}

enum Content {
    /// Programs make so many promises that they are no allocation of their own.
    Promise(Promise),
    Other(Box<dyn Erased>),
}

/// [`Object`] without its constant, so that there can be a `dyn` of it.
trait Erased: Any {
    fn text(&self) -> Option<String>;
    fn identity(&self) -> Option<usize>;
    fn for_each_value(&self, visit: &mut dyn FnMut(&Value));
    fn sever(&self);
}

impl<T: Object> Erased for T {
    fn text(&self) -> Option<String> {
        Object::text(self)
    }

    fn identity(&self) -> Option<usize> {
        Object::identity(self)
    }

    fn for_each_value(&self, visit: &mut dyn FnMut(&Value)) {
        Object::for_each_value(self, visit);
    }

    fn sever(&self) {
        Object::sever(self);
    }
}

impl Handle {
    /// The first handle of `object`.
    pub fn new<T: Object>(object: T) -> Ref<Handle> {
        Ref::new(Handle { kind: T::KIND, content: Content::Other(Box::new(object)) })
    }

    /// The first handle of a promise.
    pub(crate) fn of_promise(promise: Promise) -> Ref<Handle> {
        Ref::new(Handle { kind: Promise::KIND, content: Content::Promise(promise) })
    }

    fn object(&self) -> &dyn Erased {
        match &self.content {
            Content::Promise(promise) => promise,
            Content::Other(object) => &**object,
        }
    }

    /// What kind of object it leads to.
    #[inline]
    pub fn kind(&self) -> &'static ObjectKind {
        self.kind
    }

    /// The object, if it is a `T`.
    pub fn get<T: Object>(&self) -> Option<&T> {
        let object: &dyn Any = match &self.content {
            Content::Promise(promise) => promise,
            Content::Other(object) => &**object,
        };
        object.downcast_ref()
    }

    /// The promise that it leads to, if it does.
    #[inline]
    pub(crate) fn promise(&self) -> Option<&Promise> {
        match &self.content {
            Content::Promise(promise) => Some(promise),
            Content::Other(_) => None,
        }
    }

    /// Whether both lead to one object.
    pub(super) fn is_same(a: &Ref<Handle>, b: &Ref<Handle>) -> bool {
        let is_one = || a.object().identity().is_some_and(|identity| Some(identity) == b.object().identity());
        a.is_same(b) || (a.kind() == b.kind() && is_one())
    }

    /// The text of its own that the object has.
    pub(super) fn text(&self) -> Option<String> {
        self.object().text()
    }

    pub(super) fn for_each_value(&self, mut visit: impl FnMut(&Value)) {
        self.object().for_each_value(&mut visit);
    }

    pub(super) fn sever(&self) {
        self.object().sever();
    }
}

impl HeapObject for Handle {
    const NESTS: bool = true;
    // What an object holds changes, and may lead back to it.
    const TRACKED: Option<fn(Ref<Self>) -> Value> = Some(Value::Handle);
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;
    use crate::value::{debug_text, equal, exact_hash, text};

    static BOX: ObjectKind = ObjectKind { type_name: "box", word: "Box" };
    static NOTE: ObjectKind = ObjectKind { type_name: "note", word: "Note" };

    /// Holds a value, and shows when it is gone.
    #[derive(Default)]
    struct Crate {
        inside: RefCell<Value>,
        _sign: Rc<()>,
    }

    impl Object for Crate {
        const KIND: &'static ObjectKind = &BOX;

        fn for_each_value(&self, visit: &mut dyn FnMut(&Value)) {
            visit(&self.inside.borrow());
        }

        fn sever(&self) {
            self.inside.take();
        }
    }

    struct Note(i32);

    impl Object for Note {
        const KIND: &'static ObjectKind = &NOTE;

        fn text(&self) -> Option<String> {
            Some(format!("Note({})", self.0))
        }
    }

    fn object<T: Object>(value: &Value) -> Option<&T> {
        match value {
            Value::Handle(handle) => handle.get(),
            _ => None,
        }
    }

    #[test]
    fn copies_lead_to_one_object() {
        let first = Value::Handle(Handle::new(Note(1)));
        let (second, other) = (first.clone(), Value::Handle(Handle::new(Note(1))));
        assert!(equal(&first, &second) && exact_hash(&first) == exact_hash(&second));
        assert!(!equal(&first, &other));
        assert_eq!(object::<Note>(&second).map(|note| note.0), Some(1));
        assert!(object::<Crate>(&second).is_none());
    }

    #[test]
    fn texts() {
        let (plain, own) =
            (Value::Handle(Handle::new(Crate::default())), Value::Handle(Handle::new(Note(2))));
        assert_eq!((text(&plain), debug_text(&plain)), ("<box>".to_owned(), "Box".to_owned()));
        assert_eq!((text(&own), debug_text(&own)), ("Note(2)".to_owned(), "Note(2)".to_owned()));
        assert_eq!(plain.type_name(), "box");
        assert!(plain.is_truthy());
    }

    #[test]
    fn an_object_goes_with_its_last_handle() {
        let sign = Rc::new(());
        let handle = Value::Handle(Handle::new(Crate { _sign: sign.clone(), ..Crate::default() }));
        let copy = Value::array(vec![handle.clone()]);
        drop(handle);
        assert_eq!(Rc::strong_count(&sign), 2);
        drop(copy);
        assert_eq!(Rc::strong_count(&sign), 1);
    }

    #[test]
    fn an_object_that_reaches_itself_is_collected() {
        let sign = Rc::new(());
        let handle = Value::Handle(Handle::new(Crate { _sign: sign.clone(), ..Crate::default() }));
        if let Some(object) = object::<Crate>(&handle) {
            object.inside.replace(Value::array(vec![handle.clone()]));
        }
        drop(handle);
        assert_eq!(Rc::strong_count(&sign), 2);
        assert_eq!(crate::heap::collect(), 1);
        assert_eq!(Rc::strong_count(&sign), 1);
    }
}
