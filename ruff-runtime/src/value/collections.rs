//! Byte strings, sets, queues and stacks.

use std::collections::VecDeque;
use std::ops::Deref;

use super::depth::{depth_around, depth_around_all};
use super::ordered::{Hashed, Ordered};
use super::{Value, exact_hash, exactly_equal};
use crate::heap::{HeapObject, Ref};

/// The contents of a byte string.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Bytes {
    bytes: Vec<u8>,
}

impl HeapObject for Bytes {
    const NESTS: bool = false;
}

impl Bytes {
    /// A byte string on the heap.
    pub fn from_vec(bytes: Vec<u8>) -> Ref<Bytes> {
        Ref::new(Bytes { bytes })
    }

    /// The bytes.
    pub fn into_vec(self) -> Vec<u8> {
        self.bytes
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

/// The contents of a set: values, distinct by [`exactly_equal`], in the order in which they came.
#[derive(Clone, Default)]
pub struct Set {
    table: Ordered<Member>,
}

#[derive(Clone)]
struct Member {
    /// Computing it may mean a walk through the value.
    hash: u64,
    value: Value,
}

impl Hashed for Member {
    fn hash(&self) -> u64 {
        self.hash
    }
}

impl HeapObject for Set {
    const NESTS: bool = true;
}

impl Set {
    /// A set of the distinct `items` on the heap.
    pub fn from_items(items: impl IntoIterator<Item = Value>) -> Ref<Set> {
        let mut set = Set::default();
        for item in items {
            set.add_raw(item);
        }
        let depth = depth_around_all(set.iter());
        Ref::with_depth(set, depth)
    }

    /// The number of values.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there is no value.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether `value` is in it.
    pub fn contains(&self, value: &Value) -> bool {
        self.find(exact_hash(value), value).is_some()
    }

    /// Takes `value` out and tells whether it was in.
    pub fn remove(&mut self, value: &Value) -> bool {
        let position = self.find(exact_hash(value), value);
        position.and_then(|position| self.table.remove(position)).is_some()
    }

    /// Takes the values that came last out until there are `len`.
    pub(crate) fn truncate(&mut self, len: usize) {
        while self.len() > len {
            self.table.pop();
        }
    }

    /// The values in the order in which they came.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Value> {
        self.table.iter().map(|member| &member.value)
    }

    /// The first value at or after `position`, and the position to go on from.
    pub fn next_item(&self, position: usize) -> Option<(usize, &Value)> {
        self.table.next(position).map(|(next, member)| (next, &member.value))
    }

    /// The hashes of the values, as [`exact_hash`] computes them.
    pub(super) fn hashes(&self) -> impl Iterator<Item = u64> {
        self.table.iter().map(|member| member.hash)
    }

    /// The values with their hashes.
    pub(super) fn members(&self) -> impl Iterator<Item = (u64, &Value)> {
        self.table.iter().map(|member| (member.hash, &member.value))
    }

    /// A value that has `hash` and that `is_it` accepts.
    pub(super) fn find_by(&self, hash: u64, is_it: impl Fn(&Value) -> bool) -> Option<&Value> {
        let position =
            self.table.find(None, || hash, |member| member.hash == hash && is_it(&member.value))?;
        self.table.get(position).map(|member| &member.value)
    }

    fn find(&self, hash: u64, value: &Value) -> Option<usize> {
        self.table.find(None, || hash, |member| member.hash == hash && exactly_equal(&member.value, value))
    }

    fn add_raw(&mut self, value: Value) -> bool {
        let hash = exact_hash(&value);
        let is_new = self.find(hash, &value).is_none();
        if is_new {
            self.table.add(Member { hash, value });
        }
        is_new
    }
}

impl Ref<Set> {
    /// Adds `value` unless it is in, and tells whether it was not. The set is copied first if others own it too.
    pub fn add(&mut self, value: Value) -> bool {
        let depth = depth_around(&value);
        let is_new = self.make_mut().add_raw(value);
        self.raise_depth(depth);
        is_new
    }
}

/// The contents of a queue, front first.
#[derive(Clone, Default)]
pub struct Queue {
    items: VecDeque<Value>,
}

impl HeapObject for Queue {
    const NESTS: bool = true;
}

impl Queue {
    /// A queue of `items` on the heap, the first in front.
    pub fn from_vec(items: Vec<Value>) -> Ref<Queue> {
        let depth = depth_around_all(&items);
        Ref::with_depth(Queue { items: items.into() }, depth)
    }

    /// Takes the front item out.
    pub fn dequeue(&mut self) -> Option<Value> {
        self.items.pop_front()
    }

    /// Takes items from the back until there are `len`.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.items.truncate(len);
    }
}

impl Deref for Queue {
    type Target = VecDeque<Value>;

    fn deref(&self) -> &VecDeque<Value> {
        &self.items
    }
}

impl Ref<Queue> {
    /// Adds `item` at the back. The queue is copied first if others own it too.
    pub fn enqueue(&mut self, item: Value) {
        let depth = depth_around(&item);
        self.make_mut().items.push_back(item);
        self.raise_depth(depth);
    }

    /// Puts an item back to the front. The queue is copied first if others own it too.
    pub(crate) fn put_back(&mut self, item: Value) {
        let depth = depth_around(&item);
        self.make_mut().items.push_front(item);
        self.raise_depth(depth);
    }
}

/// The contents of a stack, bottom first.
#[derive(Clone, Default)]
pub struct Stack {
    items: Vec<Value>,
}

impl HeapObject for Stack {
    const NESTS: bool = true;
}

impl Stack {
    /// A stack of `items` on the heap, the last on top.
    pub fn from_vec(items: Vec<Value>) -> Ref<Stack> {
        let depth = depth_around_all(&items);
        Ref::with_depth(Stack { items }, depth)
    }

    /// Takes the top item out.
    pub fn pop(&mut self) -> Option<Value> {
        self.items.pop()
    }

    /// Takes items from the top until there are `len`.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.items.truncate(len);
    }
}

impl Deref for Stack {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        &self.items
    }
}

impl Ref<Stack> {
    /// Puts `item` on top. The stack is copied first if others own it too.
    pub fn push(&mut self, item: Value) {
        let depth = depth_around(&item);
        self.make_mut().items.push(item);
        self.raise_depth(depth);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(items: impl Iterator<Item = Value>) -> String {
        items.map(|item| format!("{item:?}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_set_keeps_the_first_of_equal_values() {
        let items = [
            Value::Int(1),
            Value::Float(1.0),
            Value::str("1"),
            Value::Float(f64::NAN),
            Value::Float(-f64::NAN),
        ];
        let mut set = Set::from_items(items);
        assert_eq!(text(set.iter().cloned()), "Int(1) String(\"1\") Float(NaN)");
        assert!(!set.add(Value::str("1")));
        assert!(set.add(Value::array(vec![Value::Int(0)])));
        assert!(set.contains(&Value::array(vec![Value::Float(-0.0)])));
        assert!(set.make_mut().remove(&Value::Float(1.0)));
        assert!(!set.contains(&Value::Int(1)));
        assert_eq!((set.len(), set.depth()), (3, 2));
    }

    #[test]
    fn a_queue_gives_back_in_order_and_a_stack_in_reverse() {
        let mut queue = Queue::from_vec(vec![Value::Int(1)]);
        queue.enqueue(Value::Int(2));
        let other = queue.clone();
        assert_eq!(text(queue.make_mut().dequeue().into_iter()), "Int(1)");
        assert_eq!((queue.len(), other.len()), (1, 2));
        let mut stack = Stack::from_vec(vec![Value::Int(1)]);
        stack.push(Value::Int(2));
        assert_eq!(text(stack.make_mut().pop().into_iter()), "Int(2)");
        assert_eq!(stack.len(), 1);
    }
}
