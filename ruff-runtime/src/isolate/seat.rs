//! [`Seat`]: where several isolates share a thread.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::thread::Thread;

/// The thread that some isolates share, and which of them there is news for.
#[derive(Debug)]
pub(crate) struct Seat {
    thread: Thread,
    ready: Mutex<VecDeque<usize>>,
}

impl Seat {
    /// That of the thread which asks.
    pub(super) fn here() -> Seat {
        Seat { thread: std::thread::current(), ready: Mutex::default() }
    }

    /// There is news for isolate `number`.
    pub(crate) fn ring(&self, number: usize) {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner).push_back(number);
        self.wake();
    }

    /// The thread should look whether there is something to do.
    pub(super) fn wake(&self) {
        self.thread.unpark();
    }

    /// Takes all isolates that there is news for.
    pub(super) fn take(&self) -> VecDeque<usize> {
        std::mem::take(&mut self.ready.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
