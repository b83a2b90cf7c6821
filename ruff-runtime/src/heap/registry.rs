//! The living objects that can close a cycle: those whose contents can change after others refer to them.
//!
//! Being taken up and struck off cost a few nanoseconds: an object notes its place in the list, and the last one moves
//! into a place that becomes free.

use std::cell::{Cell, RefCell};
use std::mem::ManuallyDrop;

use super::header::Header;
use crate::value::Value;

/// Living objects below which looking for cycles is not worth it.
const MIN: usize = 4096;

struct Registry {
    /// # Invariants
    /// Each refers to an object with owners, without being one of them; its header notes its place here.
    living: RefCell<Vec<ManuallyDrop<Value>>>,
    /// So many living objects are a reason to look for cycles.
    limit: Cell<usize>,
}

thread_local! {
    static REGISTRY: Registry = const { Registry { living: RefCell::new(Vec::new()), limit: Cell::new(MIN) } };
}

/// Takes an object up. At the end of the thread, when the list is gone, it stays outside.
///
/// # Safety
/// `object` must stay alive until [`strike_off`] is called with its header.
#[inline]
pub(super) unsafe fn take_up(object: ManuallyDrop<Value>) {
    let _gone = REGISTRY.try_with(|registry| {
        let mut living = registry.living.borrow_mut();
        if Header::of(&object).is_some_and(|header| header.set_number(living.len())) {
            living.push(object);
        }
    });
}

/// Strikes an object off the list, if it is there.
#[inline]
pub(super) fn strike_off(header: &Header) {
    let Some(place) = header.number().map(|number| number as usize) else { return };
    let _gone = REGISTRY.try_with(|registry| {
        let mut living = registry.living.borrow_mut();
        living.swap_remove(place);
        if let Some(moved) = living.get(place).and_then(|moved| Header::of(moved)) {
            moved.set_number(place);
        }
    });
}

/// How many there are.
#[inline]
pub(super) fn len() -> usize {
    REGISTRY.try_with(|registry| registry.living.borrow().len()).unwrap_or(0)
}

/// All of them in the order of their numbers, as owners.
pub(super) fn living() -> Vec<Value> {
    let all =
        |registry: &Registry| registry.living.borrow().iter().map(|object| Value::clone(object)).collect();
    REGISTRY.try_with(all).unwrap_or_default()
}

/// Whether there are so many that it is time to look for cycles.
#[inline]
pub(super) fn is_due() -> bool {
    REGISTRY.try_with(|registry| registry.living.borrow().len() >= registry.limit.get()).unwrap_or(false)
}

/// Sets how many more there must be before it is time again, and gives up room that is not needed any more.
pub(super) fn wait_for(more: usize) {
    let _gone = REGISTRY.try_with(|registry| {
        let mut living = registry.living.borrow_mut();
        registry.limit.set(living.len().saturating_add(more).max(MIN));
        let room = living.len() * 2;
        living.shrink_to(room);
    });
}
