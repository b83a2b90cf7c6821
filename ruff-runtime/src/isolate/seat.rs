//! [`Seat`]: where several isolates share a thread.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::thread::Thread;

use crate::interrupt::Interrupt;

/// The thread that some isolates share, and which of them there is news for.
#[derive(Debug)]
pub(crate) struct Seat {
    owner: Owner,
    ready: Mutex<VecDeque<usize>>,
}

/// Who lets the isolates run.
#[derive(Debug)]
enum Owner {
    /// A worker.
    Thread(Thread),
    /// An isolate, when it waits.
    Isolate(Interrupt),
}

impl Seat {
    /// That of the thread which asks.
    pub(super) fn here() -> Seat {
        Seat::of(Owner::Thread(std::thread::current()))
    }

    /// That of the isolate which is reached by `interrupt`.
    pub(super) fn of_isolate(interrupt: Interrupt) -> Seat {
        Seat::of(Owner::Isolate(interrupt))
    }

    fn of(owner: Owner) -> Seat {
        Seat { owner, ready: Mutex::default() }
    }

    /// There is news for isolate `number`.
    pub(crate) fn ring(&self, number: usize) {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner).push_back(number);
        self.wake();
    }

    /// The thread should look whether there is something to do.
    pub(super) fn wake(&self) {
        match &self.owner {
            Owner::Thread(thread) => thread.unpark(),
            Owner::Isolate(interrupt) => interrupt.wake(),
        }
    }

    /// Takes all isolates that there is news for.
    pub(super) fn take(&self) -> VecDeque<usize> {
        std::mem::take(&mut self.ready.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
