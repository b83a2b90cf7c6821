//! Counted heap objects.
//!
//! Everything that does not fit into a [`crate::Value`] is a [`Ref`]: a pointer to an object with a non-atomic
//! count of its owners. A unique owner may change the object in place; others copy it first. An isolate is
//! single-threaded, so nothing here is shared between threads.
//!
//! Objects that contain values know how deeply they nest ([`Ref::depth`]), so that data deeper than
//! [`MAX_DEPTH`] is refused when it is built; and freeing them never recurses deeply on the host stack.
//! Variables that closures share and generators can be in cycles, which counting does not free: `cycles` does.
#![expect(unsafe_code, reason = "owns the memory of all values; see the invariants of each type")]

mod blocks;
mod cell;
mod cycles;
mod header;
mod reclaim;
mod record;
mod refcount;
mod registry;
mod room;

pub use cell::CellBox;
#[cfg(test)]
pub(crate) use cycles::collect;
pub(crate) use cycles::{Leftovers, collect_if_due};
pub use record::StructRef;
pub use refcount::{HeapObject, Ref};
pub use room::has_room;

/// Tells objects that live apart; nothing for values that are no objects.
pub(crate) fn identity(value: &crate::value::Value) -> Option<usize> {
    header::Header::of(value).map(|header| std::ptr::from_ref(header) as usize)
}

/// Levels of nested data a program may build.
pub const MAX_DEPTH: u16 = 4096;
