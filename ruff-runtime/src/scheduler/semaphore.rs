//! Semaphores: permits that fibers take and give back.

use std::cell::Cell;

use super::awaited::Awaited;
use super::{Channel, Item, Received, Scheduler, Wait};
use crate::host::Host;
use crate::native::{Object, ObjectKind};
use crate::value::{Handle, Value};

/// What `type()` and messages call semaphores.
pub static SEMAPHORE: ObjectKind = ObjectKind { type_name: "semaphore", word: "Semaphore" };

/// A number of permits.
///
/// # Invariants
/// Permits that were never taken are counted, so that there may be any number of them; those that were given back are
/// values in a channel, at which fibers wait as at any other.
pub struct Semaphore {
    untouched: Cell<usize>,
    returned: Channel,
}

impl Semaphore {
    /// The handle of a new one.
    pub(crate) fn handle(permits: usize) -> Value {
        Value::Handle(Handle::new(Semaphore { untouched: Cell::new(permits), returned: Channel::new(None) }))
    }

    /// How many permits nobody has.
    pub fn available(&self) -> usize {
        self.untouched.get().saturating_add(self.returned.len())
    }

    /// Takes a permit that nobody has had, if there is one.
    fn take_untouched(&self) -> bool {
        let Some(left) = self.untouched.get().checked_sub(1) else { return false };
        self.untouched.set(left);
        true
    }
}

impl Scheduler {
    /// Takes a permit, if there is one.
    pub(crate) fn try_acquire(&mut self, semaphore: &Semaphore, host: &mut dyn Host) -> bool {
        matches!(self.receive(&semaphore.returned, host), Received::Value(_)) || semaphore.take_untouched()
    }

    /// The fiber that runs waits for a permit.
    pub(crate) fn wait_to_acquire(&mut self, semaphore: &Semaphore, wait: Wait) {
        self.wait_to_receive(&semaphore.returned, wait);
        self.set_awaited(wait, Awaited::Permit);
    }

    /// Gives a permit back.
    pub(crate) fn release(&mut self, semaphore: &Semaphore) {
        // Nobody closes it, and it holds any number.
        let _ = self.send(&semaphore.returned, Item::Here(Value::Null));
    }
}

impl Object for Semaphore {
    const KIND: &'static ObjectKind = &SEMAPHORE;
}
