//! Memory for small objects: blocks of a few sizes, each size cut from slabs.
//!
//! The allocator of the system serves every size to every thread and puts neighbours together again, which costs it
//! several times what it takes to put a block at the head of a list. Here a block that is given back waits for the next
//! object of its size; all slabs of a size go back to the system when none of their blocks is in use.
//!
//! Objects never leave their thread, so each thread has blocks of its own.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::cell::Cell;
use std::ptr::NonNull;

/// Sizes are multiples of this, and blocks are aligned to it.
const STEP: usize = 16;

/// How many sizes there are. Larger objects come from the system.
const SIZES: usize = 8;

/// Bytes of the first slab of a size, and of the largest; each has twice what the one before has.
const SLAB_BYTES: [usize; 2] = [1 << 12, 1 << 17];

/// The blocks of one size.
///
/// # Invariants
/// `free` leads to blocks that nobody uses, and `fresh` to the rest of the latest slab, from which `left` blocks were
/// not taken yet. `used` blocks are in use, all of them in the slabs that `slabs` leads to.
struct Size {
    free: Cell<Option<NonNull<Free>>>,
    fresh: Cell<*mut u8>,
    left: Cell<usize>,
    used: Cell<usize>,
    slabs: Cell<Option<NonNull<Slab>>>,
}

/// A block that nobody uses.
struct Free {
    next: Option<NonNull<Free>>,
}

/// What a slab begins with.
#[repr(C, align(16))]
struct Slab {
    before: Option<NonNull<Slab>>,
    bytes: usize,
}

const _: () = assert!(size_of::<Slab>() == STEP);

thread_local! {
    /// Without a destructor: other variables of the thread may hold objects when theirs run.
    static BLOCKS: [Size; SIZES] = const { [const { Size::new() }; SIZES] };
}

/// Which of the sizes objects of that layout have, if any.
#[inline(always)]
const fn size_of_blocks(layout: Layout) -> Option<usize> {
    let size = layout.size().div_ceil(STEP);
    if size == 0 || size > SIZES || layout.align() > STEP { None } else { Some(size - 1) }
}

/// Memory for an object of that layout, which is not empty.
#[inline(always)]
pub(super) fn take(layout: Layout) -> NonNull<u8> {
    match size_of_blocks(layout) {
        Some(size) => BLOCKS.with(|blocks| blocks[size].take((size + 1) * STEP)),
        None => from_system(layout),
    }
}

/// Ends the use of an object's memory.
///
/// # Safety
/// `memory` came from [`take`] with that layout in this thread, and nobody uses it any more.
#[inline(always)]
pub(super) unsafe fn give_back(memory: NonNull<u8>, layout: Layout) {
    match size_of_blocks(layout) {
        // SAFETY: the same layout leads to the same size.
        Some(size) => BLOCKS.with(|blocks| unsafe { blocks[size].give_back(memory) }),
        // SAFETY: the same layout led to the system.
        None => unsafe { dealloc(memory.as_ptr(), layout) },
    }
}

fn from_system(layout: Layout) -> NonNull<u8> {
    // SAFETY: no object is empty.
    let memory = unsafe { alloc(layout) };
    NonNull::new(memory).unwrap_or_else(|| handle_alloc_error(layout))
}

impl Size {
    const fn new() -> Size {
        Size {
            free: Cell::new(None),
            fresh: Cell::new(std::ptr::null_mut()),
            left: Cell::new(0),
            used: Cell::new(0),
            slabs: Cell::new(None),
        }
    }

    #[inline(always)]
    fn take(&self, bytes: usize) -> NonNull<u8> {
        self.used.set(self.used.get() + 1);
        if let Some(free) = self.free.get() {
            // SAFETY: a block of the list begins with a link, and nobody else uses it.
            self.free.set(unsafe { free.read() }.next);
            return free.cast();
        }
        self.take_fresh(bytes)
    }

    #[inline(never)]
    fn take_fresh(&self, bytes: usize) -> NonNull<u8> {
        if self.left.get() == 0 {
            self.add_slab(bytes);
        }
        self.left.set(self.left.get() - 1);
        let block = self.fresh.get();
        // SAFETY: the slab has at least one more block, so its end is not passed.
        self.fresh.set(unsafe { block.add(bytes) });
        // SAFETY: it lies in a slab.
        unsafe { NonNull::new_unchecked(block) }
    }

    #[cold]
    fn add_slab(&self, bytes: usize) {
        let before = self.slabs.get();
        let [first, most] = SLAB_BYTES;
        // SAFETY: a slab begins with its own description until it is given back.
        let size = before.map_or(first, |slab| (unsafe { slab.read() }.bytes * 2).min(most));
        let slab = from_system(slab_layout(size)).cast::<Slab>();
        // SAFETY: it is memory of ours that is larger.
        unsafe { slab.write(Slab { before, bytes: size }) };
        self.slabs.set(Some(slab));
        // SAFETY: the memory behind the description belongs to the slab.
        self.fresh.set(unsafe { slab.add(1) }.cast().as_ptr());
        self.left.set((size - size_of::<Slab>()) / bytes);
    }

    /// # Safety
    /// `block` came from [`Size::take`], and nobody uses it any more.
    #[inline(always)]
    unsafe fn give_back(&self, block: NonNull<u8>) {
        let used = self.used.get() - 1;
        self.used.set(used);
        let free = block.cast::<Free>();
        // SAFETY: a block has room for a link, and nobody uses it any more.
        unsafe { free.write(Free { next: self.free.get() }) };
        self.free.set(Some(free));
        if used == 0 {
            self.return_slabs();
        }
    }

    /// Gives the slabs back to the system, whose blocks nobody uses.
    #[cold]
    #[inline(never)]
    fn return_slabs(&self) {
        self.free.set(None);
        self.left.set(0);
        let mut next = self.slabs.take();
        while let Some(slab) = next {
            // SAFETY: as in `add_slab`.
            let Slab { before, bytes } = unsafe { slab.read() };
            next = before;
            // SAFETY: it came from the system with that layout, and nothing leads to its blocks any more.
            unsafe { dealloc(slab.cast().as_ptr(), slab_layout(bytes)) };
        }
    }
}

fn slab_layout(bytes: usize) -> Layout {
    let layout = Layout::from_size_align(bytes, align_of::<Slab>());
    layout.unwrap_or_else(|_| handle_alloc_error(Layout::new::<Slab>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAYOUT: Layout = Layout::new::<[u64; 6]>();

    fn used() -> usize {
        BLOCKS.with(|blocks| blocks[2].used.get())
    }

    #[test]
    fn blocks_do_not_overlap_and_are_used_again() {
        assert_eq!(used(), 0);
        let mut blocks: Vec<NonNull<u8>> = (0..10_000).map(|_| take(LAYOUT)).collect();
        for (number, block) in (0_u64..).zip(&blocks) {
            // SAFETY: each is memory for six numbers.
            unsafe { block.cast::<[u64; 6]>().write([number; 6]) };
        }
        for (number, block) in (0_u64..).zip(&blocks) {
            // SAFETY: they were written above.
            assert_eq!(unsafe { block.cast::<[u64; 6]>().read() }, [number; 6]);
        }
        let last = blocks.pop().unwrap();
        // SAFETY: nobody uses it.
        unsafe { give_back(last, LAYOUT) };
        assert_eq!(take(LAYOUT), last);
        blocks.push(last);
        assert_eq!(used(), 10_000);
        for block in blocks {
            // SAFETY: nobody uses them.
            unsafe { give_back(block, LAYOUT) };
        }
        assert_eq!(used(), 0);
        assert!(BLOCKS.with(|blocks| blocks[2].slabs.get().is_none()));
    }

    #[test]
    fn what_is_large_comes_from_the_system() {
        assert_eq!(size_of_blocks(Layout::new::<[u64; 16]>()), Some(7));
        assert_eq!(size_of_blocks(Layout::new::<[u64; 17]>()), None);
        let layout = Layout::new::<[u64; 100]>();
        let memory = take(layout);
        // SAFETY: it is what was asked for.
        unsafe { memory.cast::<[u64; 100]>().write([7; 100]) };
        // SAFETY: nobody uses it.
        unsafe { give_back(memory, layout) };
    }
}
