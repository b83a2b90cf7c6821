//! [`CellBox`]: a variable shared between closures.

use std::cell::UnsafeCell;

use super::{HeapObject, Ref};
use crate::value::{Bits, Value};

/// A variable shared between closures.
///
/// # Invariants
/// A reference to what it holds never outlives the method that made it, and nothing else runs meanwhile.
pub struct CellBox(UnsafeCell<Value>);

impl CellBox {
    /// A variable that holds `value`.
    pub fn new(value: Value) -> Self {
        CellBox(UnsafeCell::new(value))
    }

    /// What it holds.
    #[inline]
    pub fn get(&self) -> Value {
        // SAFETY: see the invariants; cloning a value counts an owner and does nothing else.
        unsafe { (*self.0.get()).clone() }
    }

    /// The bits of what it holds, if that is defined.
    #[inline(always)]
    pub(crate) fn share_defined(&self) -> Option<Bits> {
        // SAFETY: as in `get`.
        match unsafe { &*self.0.get() } {
            Value::Undefined => None,
            value => Some(value.share()),
        }
    }

    /// Makes it hold `value`.
    #[inline]
    pub fn set(&self, value: Value) {
        // The old value is released when the new one is there: releasing it may run into this cell again.
        drop(self.replace(value));
    }

    /// Makes it hold `value` and answers what it held.
    #[inline]
    pub fn replace(&self, value: Value) -> Value {
        // SAFETY: see the invariants; both values are moved and nothing is dropped.
        unsafe { std::mem::replace(&mut *self.0.get(), value) }
    }
}

impl HeapObject for CellBox {
    const NESTS: bool = true;
    const TRACKED: Option<fn(Ref<Self>) -> Value> = Some(Value::Cell);
}
