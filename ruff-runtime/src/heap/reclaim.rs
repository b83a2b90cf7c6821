//! Freeing without deep recursion: dropping an object drops its children, which drop theirs; past a fixed depth
//! the rest waits in a list that the outermost drop works off.

use std::cell::{Cell, RefCell};
use std::mem::ManuallyDrop;
use std::ptr::NonNull;

/// Nested drops that may use the host stack before the rest is deferred.
const RECURSION: u32 = 128;

type Deferred = (NonNull<u8>, unsafe fn(NonNull<u8>));

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    /// Outlives the destructors of the thread's other variables, which may hold values. It has a buffer only while it
    /// is worked off, so nothing is lost.
    static PENDING: ManuallyDrop<RefCell<Vec<Deferred>>> = const { ManuallyDrop::new(RefCell::new(Vec::new())) };
}

/// How many drops are running, put back when one ends, by a panic too.
struct Level(u32);

impl Level {
    fn enter(depth: u32) -> Level {
        DEPTH.set(depth + 1);
        Level(depth)
    }
}

impl Drop for Level {
    #[inline]
    fn drop(&mut self) {
        DEPTH.set(self.0);
    }
}

/// Runs `free` on `object` now, or later when many frees are already running.
///
/// # Safety
/// `free(object)` must be sound once, and nobody else may use `object` from here on.
pub(super) unsafe fn reclaim(object: NonNull<u8>, free: unsafe fn(NonNull<u8>)) {
    let depth = DEPTH.get();
    if depth >= RECURSION {
        PENDING.with(|pending| pending.borrow_mut().push((object, free)));
        return;
    }
    let level = Level::enter(depth);
    // SAFETY: the caller hands over the object.
    unsafe { free(object) };
    drop(level);
    if depth == 0 && has_pending() {
        work_off();
    }
}

fn has_pending() -> bool {
    PENDING.with(|pending| !pending.borrow().is_empty())
}

#[cold]
fn work_off() {
    loop {
        let next = PENDING.with(|pending| pending.borrow_mut().pop());
        let Some((object, free)) = next else { break };
        let level = Level::enter(0);
        // SAFETY: `reclaim` put it here under the same contract and nobody else sees the list.
        unsafe { free(object) };
        drop(level);
    }
    PENDING.with(|pending| *pending.borrow_mut() = Vec::new());
}
