//! Freeing without deep recursion: dropping an object drops its children, which drop theirs; past a fixed depth
//! the rest waits in a list that the outermost drop works off.

use std::cell::{Cell, RefCell};
use std::ptr::NonNull;

/// Nested drops that may use the host stack before the rest is deferred.
const RECURSION: u32 = 128;

type Deferred = (NonNull<u8>, unsafe fn(NonNull<u8>));

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    static PENDING: RefCell<Vec<Deferred>> = const { RefCell::new(Vec::new()) };
}

/// Runs `free` on `object` now, or later when many frees are already running.
///
/// # Safety
/// `free(object)` must be sound once, and nobody else may use `object` from here on.
pub(super) unsafe fn reclaim(object: NonNull<u8>, free: unsafe fn(NonNull<u8>)) {
    let depth = DEPTH.get();
    if depth >= RECURSION {
        PENDING.with_borrow_mut(|pending| pending.push((object, free)));
        return;
    }
    DEPTH.set(depth + 1);
    // SAFETY: the caller hands over the object.
    unsafe { free(object) };
    DEPTH.set(depth);
    if depth == 0 {
        work_off();
    }
}

fn work_off() {
    while let Some((object, free)) = PENDING.with_borrow_mut(Vec::pop) {
        DEPTH.set(1);
        // SAFETY: `reclaim` put it here under the same contract and nobody else sees the list.
        unsafe { free(object) };
        DEPTH.set(0);
    }
}
