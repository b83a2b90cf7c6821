//! [`StructRef`]: a struct value in one allocation, header and fields together.

use std::alloc::{Layout, LayoutError, handle_alloc_error};
use std::ptr::NonNull;
use std::rc::Rc;

use super::blocks;
use super::header::Header;
use super::reclaim::reclaim;
use crate::shape::Shape;
use crate::value::Value;

/// # Invariants
/// `shape.len()` values follow the record in the same allocation, all initialised.
#[repr(C)]
struct Record {
    header: Header,
    shape: Rc<Shape>,
}

/// A shared owner of a struct value; counted like [`super::Ref`].
pub struct StructRef {
    pointer: NonNull<Record>,
}

/// Where the field values begin.
const OFFSET: usize = size_of::<Record>().next_multiple_of(align_of::<Value>());

fn layout(fields: usize) -> Result<Layout, LayoutError> {
    let (layout, offset) = Layout::new::<Record>().extend(Layout::array::<Value>(fields)?)?;
    debug_assert_eq!(offset, OFFSET);
    Ok(layout)
}

impl StructRef {
    /// Builds a struct of `shape`, moving its field values out of `fields`, which keeps nulls.
    ///
    /// `fields` must be as long as the shape; missing ones are null, surplus ones are ignored.
    #[inline]
    pub fn new(shape: Rc<Shape>, fields: &mut [Value]) -> Self {
        let count = shape.len();
        // A shape with so many fields would not have fitted into memory itself.
        let Ok(layout) = layout(count) else { handle_alloc_error(Layout::new::<Record>()) };
        let memory = blocks::take(layout);
        let pointer = memory.cast::<Record>();
        // SAFETY: the allocation holds `count` values from there on.
        let values = unsafe { memory.as_ptr().add(OFFSET) }.cast::<Value>();
        let mut depth = 0;
        let given = fields.len().min(count);
        for (index, field) in fields.iter_mut().take(count).enumerate() {
            if field.is_heap() {
                depth = depth.max(field.depth());
            }
            // SAFETY: `index < count`, and the slot is uninitialised memory of ours.
            unsafe { field.take_bits().write(values.add(index)) };
        }
        for index in given..count {
            // SAFETY: as above.
            unsafe { values.add(index).write(Value::Null) };
        }
        let record = Record { header: Header::new(depth.saturating_add(1)), shape };
        // SAFETY: the memory starts with room for the record.
        unsafe { pointer.write(record) };
        StructRef { pointer }
    }

    #[inline]
    fn record(&self) -> &Record {
        // SAFETY: the count includes this owner, so the object is alive.
        unsafe { self.pointer.as_ref() }
    }

    #[inline]
    pub(super) fn header(&self) -> &Header {
        &self.record().header
    }

    #[inline]
    fn values(&self) -> *mut Value {
        // SAFETY: the values follow the record at the offset that `layout` computes, which is this constant.
        unsafe { self.pointer.as_ptr().cast::<u8>().add(OFFSET) }.cast::<Value>()
    }

    /// The shape: which fields there are, in which order.
    #[inline]
    pub fn shape(&self) -> &Rc<Shape> {
        &self.record().shape
    }

    /// The field values in the shape's order.
    #[inline]
    pub fn fields(&self) -> &[Value] {
        // SAFETY: `shape.len()` initialised values live there as long as this owner.
        unsafe { std::slice::from_raw_parts(self.values(), self.shape().len()) }
    }

    /// The field values for changing, if this is the only owner.
    #[inline]
    pub fn fields_mut(&mut self) -> Option<&mut [Value]> {
        if self.is_unique() {
            let count = self.shape().len();
            // SAFETY: as in `fields`, and the only owner is borrowed mutably.
            Some(unsafe { std::slice::from_raw_parts_mut(self.values(), count) })
        } else {
            None
        }
    }

    /// The field values for changing, copied first if others own them too.
    #[inline]
    pub fn make_mut(&mut self) -> &mut [Value] {
        if !self.is_unique() {
            self.detach();
        }
        let count = self.shape().len();
        // SAFETY: as in `fields_mut`; the only owner, just made so if it was not.
        unsafe { std::slice::from_raw_parts_mut(self.values(), count) }
    }

    #[cold]
    #[inline(never)]
    fn detach(&mut self) {
        let mut fields = self.fields().to_vec();
        *self = StructRef::new(self.shape().clone(), &mut fields);
    }

    /// Whether this is the only owner.
    #[inline]
    pub fn is_unique(&self) -> bool {
        self.header().count() == 1
    }

    /// Levels of values nested inside, itself included.
    #[inline]
    pub fn depth(&self) -> u16 {
        self.header().depth()
    }

    /// Records that the contents nest at least `depth` levels.
    #[inline]
    pub fn raise_depth(&self, depth: u16) {
        if depth > self.header().depth() {
            self.header().set_depth(depth);
        }
    }

    /// Whether both point at the same object.
    pub fn is_same(&self, other: &Self) -> bool {
        self.pointer == other.pointer
    }

    /// The number of owners.
    pub fn count(&self) -> u32 {
        self.header().count()
    }
}

impl Clone for StructRef {
    #[inline]
    fn clone(&self) -> Self {
        self.header().retain();
        StructRef { pointer: self.pointer }
    }
}

impl Drop for StructRef {
    #[inline]
    fn drop(&mut self) {
        if self.header().release() {
            // SAFETY: the last owner is gone; `free_now` takes the object over.
            unsafe { reclaim(self.pointer.cast(), free_now) };
        }
    }
}

/// # Safety
/// `object` is a struct made by [`StructRef::new`] that nobody uses any more.
unsafe fn free_now(object: NonNull<u8>) {
    let pointer = object.cast::<Record>();
    let mut owner = std::mem::ManuallyDrop::new(StructRef { pointer });
    let count = owner.shape().len();
    let values = std::ptr::slice_from_raw_parts_mut(owner.values(), count);
    // SAFETY: the values are initialised and nobody uses them any more.
    unsafe { std::ptr::drop_in_place(values) };
    // SAFETY: as above; the record is dropped once, after the last use of `owner`.
    unsafe { std::ptr::drop_in_place(owner.pointer.as_mut()) };
    let Ok(layout) = layout(count) else { return };
    // SAFETY: taken with the same layout, which depends on the count alone.
    unsafe { blocks::give_back(object, layout) };
}
