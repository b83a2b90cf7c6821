//! [`Ref`]: a counted pointer to a heap object of one type.

use std::cell::Cell;
use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr::NonNull;

use super::reclaim::reclaim;

/// A type that can live behind a [`Ref`].
pub trait HeapObject {
    /// Whether it can contain values, so that freeing it may free others.
    const NESTS: bool;
}

/// An object with its count.
///
/// # Invariants
/// `count` is the number of [`Ref`]s to the object; it is freed when the last one goes.
#[repr(C)]
struct Counted<T> {
    count: Cell<u32>,
    depth: Cell<u16>,
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
        let counted = Box::new(Counted { count: Cell::new(1), depth: Cell::new(depth), object });
        Ref { pointer: NonNull::from(Box::leak(counted)), owns: PhantomData }
    }

    #[inline]
    fn counted(&self) -> &Counted<T> {
        // SAFETY: the count includes this `Ref`, so the object is alive.
        unsafe { self.pointer.as_ref() }
    }

    /// Whether this is the only owner.
    #[inline]
    pub fn is_unique(&self) -> bool {
        self.counted().count.get() == 1
    }

    /// The number of owners.
    pub fn count(&self) -> u32 {
        self.counted().count.get()
    }

    /// Levels of values nested inside, itself included; an upper bound after removals. 0 for plain data.
    #[inline]
    pub fn depth(&self) -> u16 {
        self.counted().depth.get()
    }

    /// Records that the contents nest at least `depth` levels.
    #[inline]
    pub fn raise_depth(&self, depth: u16) {
        let counted = self.counted();
        if depth > counted.depth.get() {
            counted.depth.set(depth);
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
        let count = &self.counted().count;
        // A count can only overflow with 2^32 owners of 16 bytes each: more memory than the process can map.
        count.set(count.get().wrapping_add(1));
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
        let count = &self.counted().count;
        let left = count.get().wrapping_sub(1);
        count.set(left);
        if left == 0 {
            free(self.pointer);
        }
    }
}

#[inline(never)]
fn free<T: HeapObject>(pointer: NonNull<Counted<T>>) {
    if T::NESTS {
        // SAFETY: the last owner is gone; `free_now` takes the object over.
        unsafe { reclaim(pointer.cast(), free_now::<T>) };
    } else {
        // SAFETY: the last owner is gone, and the object was made as a box.
        unsafe { free_now::<T>(pointer.cast()) };
    }
}

/// # Safety
/// `object` is a `Counted<T>` made as a box that nobody uses any more.
unsafe fn free_now<T: HeapObject>(object: NonNull<u8>) {
    // SAFETY: see above.
    drop(unsafe { Box::from_raw(object.cast::<Counted<T>>().as_ptr()) });
}

impl<T: HeapObject + std::fmt::Debug> std::fmt::Debug for Ref<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (**self).fmt(f)
    }
}
