//! The register stack of a fiber: one block of values that the dispatch loop addresses by pointer.
#![expect(
    unsafe_code,
    reason = "the dispatch loop holds pointers into the block, which a Vec would not allow"
)]

use std::ptr::NonNull;

use crate::value::Value;

/// A growable block of registers.
///
/// # Invariants
/// `pointer` leads to `len` initialised values, allocated as a boxed slice. Nothing in here holds a reference into
/// the block beyond a call, so the dispatch loop may use pointers from [`RegisterStack::pointer`] until the next
/// [`RegisterStack::reserve`].
pub struct RegisterStack {
    pointer: NonNull<Value>,
    len: usize,
}

impl RegisterStack {
    /// A stack of `len` null registers.
    pub fn new(len: usize) -> Self {
        let mut stack = RegisterStack { pointer: NonNull::dangling(), len: 0 };
        if len > 0 {
            stack.replace(Vec::with_capacity(len), len);
        }
        stack
    }

    /// The first register.
    #[inline]
    pub fn pointer(&self) -> *mut Value {
        self.pointer.as_ptr()
    }

    /// How many registers there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Makes sure that there are at least `len` registers. Cost: amortised constant per register. Pointers into the
    /// stack are invalid afterwards.
    #[inline]
    pub fn reserve(&mut self, len: usize) {
        if len > self.len {
            self.grow(len);
        }
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, len: usize) {
        let values = self.take();
        let wanted = len.max(values.len() * 2).next_power_of_two().max(32);
        self.replace(values, wanted);
    }

    fn replace(&mut self, mut values: Vec<Value>, len: usize) {
        values.resize(len, Value::Null);
        let slice = Box::leak(values.into_boxed_slice());
        self.len = slice.len();
        self.pointer = NonNull::from(slice).cast();
    }

    fn take(&mut self) -> Vec<Value> {
        let slice = std::ptr::slice_from_raw_parts_mut(self.pointer.as_ptr(), self.len);
        self.len = 0;
        self.pointer = NonNull::dangling();
        // SAFETY: the block was leaked from a boxed slice of this length by `replace`, or is the empty slice.
        unsafe { Box::from_raw(slice) }.into_vec()
    }

    /// The registers.
    #[inline]
    pub fn values(&self) -> &[Value] {
        // SAFETY: `len` initialised values, borrowed as long as `self`.
        unsafe { std::slice::from_raw_parts(self.pointer.as_ptr(), self.len) }
    }

    /// The registers, for changing.
    #[inline]
    pub fn values_mut(&mut self) -> &mut [Value] {
        // SAFETY: `len` initialised values, borrowed as long as `self`.
        unsafe { std::slice::from_raw_parts_mut(self.pointer.as_ptr(), self.len) }
    }

    /// Register `at`; null outside.
    #[inline]
    pub fn get(&self, at: usize) -> &Value {
        self.values().get(at).unwrap_or(&Value::Null)
    }

    /// Writes register `at`.
    #[inline]
    pub fn set(&mut self, at: usize, value: Value) {
        if let Some(slot) = self.values_mut().get_mut(at) {
            *slot = value;
        }
    }

    /// Takes register `at`, leaving null.
    #[inline]
    pub fn take_at(&mut self, at: usize) -> Value {
        self.values_mut().get_mut(at).map(std::mem::take).unwrap_or_default()
    }

    /// Releases the registers from `from` up to `to`.
    pub fn clear(&mut self, from: usize, to: usize) {
        let to = to.min(self.len);
        if let Some(registers) = self.values_mut().get_mut(from..to) {
            registers.iter_mut().for_each(Value::put_null);
        }
    }
}

impl Drop for RegisterStack {
    fn drop(&mut self) {
        drop(self.take());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growing_keeps_registers() {
        let mut stack = RegisterStack::new(2);
        stack.set(1, Value::str("a string that lives on the heap"));
        stack.reserve(100);
        assert_eq!(stack.get(1).as_str(), Some("a string that lives on the heap"));
        assert!(matches!(stack.get(99), Value::Null));
        stack.clear(0, 100);
        assert!(matches!(stack.take_at(1), Value::Null));
        assert!(matches!(stack.get(1_000_000), Value::Null));
    }
}
