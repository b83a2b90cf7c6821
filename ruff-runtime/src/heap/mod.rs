//! Counted heap objects.
//!
//! Everything that does not fit into a [`crate::Value`] is a [`Ref`]: a pointer to an object with a non-atomic
//! count of its owners. A unique owner may change the object in place; others copy it first. An isolate is
//! single-threaded, so nothing here is shared between threads.
//!
//! Objects that contain values know how deeply they nest ([`Ref::depth`]), so that data deeper than
//! [`MAX_DEPTH`] is refused when it is built; and freeing them never recurses deeply on the host stack.
#![expect(unsafe_code, reason = "owns the memory of all values; see the invariants of each type")]

mod reclaim;
mod record;
mod refcount;

pub use record::StructRef;
pub use refcount::{HeapObject, Ref};

/// Levels of nested data a program may build.
pub const MAX_DEPTH: u16 = 4096;
