//! Channels: values that one fiber sends and another receives, in order.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use super::promise::Deferred;
use crate::native::{Object, ObjectKind};
use crate::value::Value;

/// What `type()` and messages call channels.
pub static CHANNEL: ObjectKind = ObjectKind { type_name: "channel", word: "Channel" };

/// A queue that fibers wait at.
///
/// # Invariants
/// Values are queued only while nobody waits for one.
#[derive(Default)]
pub struct Channel {
    queue: RefCell<VecDeque<Value>>,
    /// Those who wait for a value, longest first.
    receivers: RefCell<VecDeque<Deferred>>,
    is_closed: Cell<bool>,
}

impl Channel {
    /// How many values wait for somebody to receive them.
    pub fn len(&self) -> usize {
        self.queue.borrow().len()
    }

    /// Whether no value waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether nobody can send any more.
    pub fn is_closed(&self) -> bool {
        self.is_closed.get()
    }

    /// The value that has waited longest, if there is one.
    pub fn try_receive(&self) -> Option<Value> {
        self.queue.borrow_mut().pop_front()
    }

    /// Queues a value, unless somebody waits for it.
    pub(super) fn send(&self, value: Value) -> Option<(Deferred, Value)> {
        match self.receivers.borrow_mut().pop_front() {
            Some(receiver) => Some((receiver, value)),
            None => {
                self.queue.borrow_mut().push_back(value);
                None
            }
        }
    }

    /// Lets somebody wait for a value.
    pub(crate) fn add_receiver(&self, receiver: Deferred) {
        self.receivers.borrow_mut().push_back(receiver);
    }

    /// Closes it, unless it is closed. Answers those who wait in vain.
    pub(super) fn close(&self) -> Option<VecDeque<Deferred>> {
        if self.is_closed.replace(true) { None } else { Some(self.receivers.take()) }
    }
}

impl Object for Channel {
    const KIND: &'static ObjectKind = &CHANNEL;

    fn text(&self) -> Option<String> {
        let state = if self.is_closed() { "closed" } else { "open" };
        Some(format!("Channel({state}, {} queued)", self.len()))
    }

    fn for_each_value(&self, visit: &mut dyn FnMut(&Value)) {
        self.queue.borrow().iter().for_each(visit);
    }

    fn sever(&self) {
        let severed = self.queue.take();
        // Only now, as what goes with it may look here.
        drop(severed);
    }
}
