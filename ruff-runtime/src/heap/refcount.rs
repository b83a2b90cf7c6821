//! [`Ref`]: a counted pointer to a heap object of one type.

use std::alloc::Layout;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr::NonNull;

use super::blocks;
use super::header::Header;
use super::reclaim::reclaim;
use super::registry;
use crate::value::Value;

/// A type that can live behind a [`Ref`].
pub trait HeapObject: Sized {
    /// Whether it can contain values, so that freeing it may free others.
    const NESTS: bool;

    /// For kinds whose contents can change after others refer to them, and so can close a cycle: how the cycle
    /// collector sees one as a value. [`Value::sever`] must break the cycle, and their depth is always 0.
    const TRACKED: Option<fn(Ref<Self>) -> Value> = None;
}

/// An object with its count.
///
/// # Invariants
/// The count is the number of [`Ref`]s to the object; it is freed when the last one goes.
#[repr(C)]
struct Counted<T> {
    header: Header,
    object: T,
}

/// A shared owner of a heap object.
///
/// Cloning counts up, dropping counts down; neither is atomic, so a `Ref` never leaves its thread.
pub struct Ref<T: HeapObject> {
    pointer: NonNull<Counted<T>>,
    owns: PhantomData<Counted<T>>,
}

impl<T: HeapObject> Ref<T> {
    /// Moves `object` to the heap.
    #[inline]
    pub fn new(object: T) -> Self {
        Self::with_depth(object, 0)
    }

    /// Moves `object` to the heap and records how deeply its contents nest.
    #[inline]
    pub fn with_depth(object: T, depth: u16) -> Self {
        let depth = if T::TRACKED.is_some() { 0 } else { depth };
        let pointer = blocks::take(Layout::new::<Counted<T>>()).cast::<Counted<T>>();
        // SAFETY: it is memory for that, and nobody else's.
        unsafe { pointer.write(Counted { header: Header::new(depth), object }) };
        let made = Ref { pointer, owns: PhantomData };
        if let Some(as_value) = T::TRACKED {
            let uncounted = Ref { pointer: made.pointer, owns: PhantomData };
            // SAFETY: the last owner strikes it off before it is freed.
            unsafe { registry::take_up(ManuallyDrop::new(as_value(uncounted))) };
        }
        made
    }

    #[inline]
    fn counted(&self) -> &Counted<T> {
        // SAFETY: the count includes this `Ref`, so the object is alive.
        unsafe { self.pointer.as_ref() }
    }

    #[inline]
    pub(super) fn header(&self) -> &Header {
        &self.counted().header
    }

    /// Whether this is the only owner.
    #[inline]
    pub fn is_unique(&self) -> bool {
        self.header().count() == 1
    }

    /// The number of owners.
    pub fn count(&self) -> u32 {
        self.header().count()
    }

    /// Levels of values nested inside, itself included; an upper bound after removals. 0 for plain data.
    #[inline]
    pub fn depth(&self) -> u16 {
        if T::TRACKED.is_some() { 0 } else { self.header().depth() }
    }

    /// Records that the contents nest at least `depth` levels.
    #[inline]
    pub fn raise_depth(&self, depth: u16) {
        if T::TRACKED.is_none() && depth > self.header().depth() {
            self.header().set_depth(depth);
        }
    }

    /// The object, if this is its only owner.
    #[inline]
    pub fn get_mut(&mut self) -> Option<&mut T> {
        if self.is_unique() {
            // SAFETY: the only owner is borrowed mutably.
            Some(unsafe { &mut self.pointer.as_mut().object })
        } else {
            None
        }
    }

    /// The object for changing, copied first if others own it too.
    #[inline]
    pub fn make_mut(&mut self) -> &mut T
    where
        T: Clone,
    {
        if !self.is_unique() {
            self.detach();
        }
        // SAFETY: the only owner, just made so if it was not, is borrowed mutably.
        unsafe { &mut self.pointer.as_mut().object }
    }

    #[cold]
    #[inline(never)]
    fn detach(&mut self)
    where
        T: Clone,
    {
        *self = Self::with_depth((**self).clone(), self.depth());
    }

    /// The object itself if this is its only owner, else a copy.
    pub fn into_owned(mut self) -> T
    where
        T: Clone + Default,
    {
        match self.get_mut() {
            Some(object) => std::mem::take(object),
            None => (*self).clone(),
        }
    }

    /// Whether both point at the same object.
    #[inline]
    pub fn is_same(&self, other: &Self) -> bool {
        self.pointer == other.pointer
    }

    /// The address, for identity only.
    pub fn address(&self) -> usize {
        self.pointer.as_ptr() as usize
    }
}

impl<T: HeapObject> Clone for Ref<T> {
    #[inline]
    fn clone(&self) -> Self {
        self.header().retain();
        Ref { pointer: self.pointer, owns: PhantomData }
    }
}

impl<T: HeapObject> Deref for Ref<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.counted().object
    }
}

impl<T: HeapObject> Drop for Ref<T> {
    #[inline]
    fn drop(&mut self) {
        if self.header().release() {
            free(self.pointer);
        }
    }
}

#[inline(never)]
fn free<T: HeapObject>(pointer: NonNull<Counted<T>>) {
    if T::TRACKED.is_some() {
        // SAFETY: the last owner is gone, but the object is still there.
        registry::strike_off(unsafe { &(*pointer.as_ptr()).header });
    }
    if T::NESTS {
        // SAFETY: the last owner is gone; `free_now` takes the object over.
        unsafe { reclaim(pointer.cast(), free_now::<T>) };
    } else {
        // SAFETY: the last owner is gone, and `with_depth` made the object.
        unsafe { free_now::<T>(pointer.cast()) };
    }
}

/// # Safety
/// `object` is a `Counted<T>` that [`Ref::with_depth`] made and nobody uses any more.
unsafe fn free_now<T: HeapObject>(object: NonNull<u8>) {
    // SAFETY: see above.
    unsafe { object.cast::<Counted<T>>().drop_in_place() };
    // SAFETY: `with_depth` took it with that layout.
    unsafe { blocks::give_back(object, Layout::new::<Counted<T>>()) };
}

impl<T: HeapObject + std::fmt::Debug> std::fmt::Debug for Ref<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (**self).fmt(f)
    }
}
