//! [`Array`]: values in a row.

use std::ops::Deref;

use ruff_syntax::Code;

use super::depth::{depth_around, depth_around_all};
use super::{Bits, Value};
use crate::error::VmError;
use crate::heap::{HeapObject, Ref, has_room};
use crate::native::MAX_ELEMENTS;

/// The contents of an array.
///
/// What changes it is said in methods of its own and not by handing the storage out, so that arrays of plain numbers
/// can be stored denser one day.
#[derive(Clone, Default)]
pub struct Array {
    items: Vec<Value>,
}

impl HeapObject for Array {
    const NESTS: bool = true;
}

impl Array {
    /// An array of `items` on the heap, its depth computed.
    #[inline]
    pub fn from_vec(items: Vec<Value>) -> Ref<Array> {
        let depth = depth_around_all(&items);
        Ref::with_depth(Array { items }, depth)
    }

    /// An empty array on the heap with room for `capacity` items.
    #[inline]
    pub fn with_capacity(capacity: usize) -> Ref<Array> {
        Ref::with_depth(Array { items: Vec::with_capacity(capacity) }, 1)
    }

    /// The items.
    pub fn into_vec(self) -> Vec<Value> {
        self.items
    }

    /// The items for changing in place by others of no greater depth: swapping, reversing, sorting.
    pub fn as_mut_slice(&mut self) -> &mut [Value] {
        &mut self.items
    }

    /// Takes the last item out.
    #[inline]
    pub fn pop(&mut self) -> Option<Value> {
        self.items.pop()
    }

    /// Takes the item at `index` out, if there is one. Cost: the items behind it move up.
    pub fn remove(&mut self, index: usize) -> Option<Value> {
        (index < self.items.len()).then(|| self.items.remove(index))
    }

    /// Keeps the first `len` items.
    pub fn truncate(&mut self, len: usize) {
        self.items.truncate(len);
    }

    /// Takes all items out.
    pub fn clear(&mut self) {
        self.items.clear();
    }

    /// Keeps the items from `start` to `end`; both are at most the length.
    pub fn keep(&mut self, start: usize, end: usize) {
        self.items.truncate(end);
        self.items.drain(..start.min(end));
    }

    /// Makes room for `more` items.
    pub fn reserve(&mut self, more: usize) {
        self.items.reserve(more);
    }

    /// Whether an item fits in without new memory.
    #[inline]
    pub(crate) fn has_spare(&self) -> bool {
        self.items.len() < self.items.capacity()
    }

    /// The room for one more item, if there is any without new memory.
    #[inline(always)]
    pub(crate) fn spare(&mut self) -> Option<Spare<'_>> {
        self.has_spare().then_some(Spare(&mut self.items))
    }

    /// Adds `item` at the end without recording its depth: the caller does.
    #[inline]
    pub(crate) fn push(&mut self, item: Value) {
        self.items.push(item);
    }

    /// Puts `item` at `index`, which is in range, without recording its depth, and returns what was there.
    #[inline]
    pub(crate) fn replace(&mut self, index: usize, item: Value) -> Option<Value> {
        self.items.get_mut(index).map(|slot| std::mem::replace(slot, item))
    }

    /// The item at `index`, for changing. Depth is the caller's business.
    #[inline]
    pub(crate) fn get_mut(&mut self, index: usize) -> Option<&mut Value> {
        self.items.get_mut(index)
    }
}

/// Room for an item at the end of an array.
pub(crate) struct Spare<'a>(&'a mut Vec<Value>);

impl Spare<'_> {
    /// Puts it there. Depth is the caller's business.
    #[inline(always)]
    pub(crate) fn fill(self, item: Bits) {
        // Always so; saying it here spares the code for a full array.
        if self.0.len() < self.0.capacity() {
            self.0.push(item.into_value());
        }
    }
}

impl Deref for Array {
    type Target = [Value];

    #[inline]
    fn deref(&self) -> &[Value] {
        &self.items
    }
}

/// What adds items: it copies the array first if others own it too, and records how deep it becomes.
impl Ref<Array> {
    /// Adds `item` at the end. Cost: amortised O(1) for the only owner.
    #[inline]
    pub fn push(&mut self, item: Value) {
        let depth = depth_around(&item);
        self.make_mut().items.push(item);
        self.raise_depth(depth);
    }

    /// Whether `more` items fit in: at most [`MAX_ELEMENTS`] in all, and there is memory for them.
    #[inline]
    pub fn has_room_for(&self, more: usize) -> bool {
        let len = self.len().saturating_add(more);
        if len <= self.items.capacity() && self.is_unique() {
            return true;
        }
        let grown = if more > self.len() { len } else { self.len().saturating_mul(2).max(len) };
        len <= MAX_ELEMENTS && has_room(grown.saturating_mul(size_of::<Value>()))
    }

    /// Refuses `more` items that do not fit in. `what` needs them, `push()` say.
    #[inline]
    pub fn check_room_for(&self, more: usize, what: impl FnOnce() -> String) -> Result<(), VmError> {
        if self.has_room_for(more) { Ok(()) } else { Err(self.no_room_for(more, &what())) }
    }

    #[cold]
    fn no_room_for(&self, more: usize, what: &str) -> VmError {
        if self.len().saturating_add(more) <= MAX_ELEMENTS {
            return VmError::out_of_memory(what);
        }
        let message = format!("{what} result exceeds maximum size of {MAX_ELEMENTS} elements");
        VmError::new(Code::ArgumentValue, message)
    }

    /// Adds `items` at the end.
    pub fn extend(&mut self, items: impl IntoIterator<Item = Value>) {
        let array = self.make_mut();
        let before = array.items.len();
        array.items.extend(items);
        let depth = depth_around_all(array.items.get(before..).unwrap_or_default());
        self.raise_depth(depth);
    }

    /// Puts `item` before the one at `index`, or at the end; false if `index` is further out.
    pub fn insert(&mut self, index: usize, item: Value) -> bool {
        if index > self.len() {
            return false;
        }
        let depth = depth_around(&item);
        self.make_mut().items.insert(index, item);
        self.raise_depth(depth);
        true
    }

    /// Puts `item` in the place of the one at `index`; false if there is none.
    #[inline]
    pub fn set(&mut self, index: usize, item: Value) -> bool {
        if index >= self.len() {
            return false;
        }
        let depth = depth_around(&item);
        self.make_mut().replace(index, item);
        self.raise_depth(depth);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ints(array: &Array) -> Vec<i64> {
        array.iter().map(|item| if let Value::Int(int) = item { *int } else { -1 }).collect()
    }

    #[test]
    fn whoever_shares_an_array_keeps_its_own() {
        let mut array = Array::from_vec(vec![Value::Int(1)]);
        let other = array.clone();
        array.push(Value::Int(2));
        array.set(0, Value::Int(5));
        array.insert(0, Value::Int(0));
        assert_eq!(ints(&array), [0, 5, 2]);
        assert_eq!(ints(&other), [1]);
    }

    #[test]
    fn the_only_owner_changes_it_in_place() {
        let mut array = Array::with_capacity(4);
        let address = array.address();
        array.push(Value::Int(1));
        array.extend([Value::Int(2), Value::Int(3)]);
        assert_eq!(array.make_mut().remove(0).and_then(|item| item.to_str()), None);
        assert_eq!(array.address(), address);
        assert_eq!(ints(&array), [2, 3]);
    }

    #[test]
    fn depth_grows_with_what_is_put_in() {
        let mut array = Array::from_vec(vec![]);
        assert_eq!(array.depth(), 1);
        array.push(Value::Int(1));
        assert_eq!(array.depth(), 1);
        array.push(Value::array(vec![Value::array(vec![])]));
        assert_eq!(array.depth(), 3);
        let mut twice = array.clone();
        twice.push(Value::Array(array.clone()));
        assert_eq!((twice.depth(), array.depth()), (4, 3));
        let mut other = Array::from_vec(vec![Value::Null]);
        other.set(0, Value::Array(array.clone()));
        assert_eq!(other.depth(), 4);
        other.extend([Value::Array(other.clone())]);
        assert_eq!(other.depth(), 5);
    }

    #[test]
    fn out_of_range_changes_nothing() {
        let mut array = Array::from_vec(vec![Value::Int(1)]);
        assert!(!array.set(1, Value::Null));
        assert!(!array.insert(2, Value::Null));
        assert!(array.make_mut().remove(1).is_none());
        array.make_mut().keep(0, 0);
        assert!(array.is_empty());
    }

    #[test]
    fn thousands_of_levels_are_freed_and_copied_without_host_stack() {
        let mut value = Value::Null;
        for _ in 0..100_000 {
            value = Value::array(vec![value]);
        }
        let Value::Array(mut array) = value else { panic!("no array") };
        let other = array.clone();
        array.push(Value::Null);
        drop(other);
        drop(array);
    }
}
