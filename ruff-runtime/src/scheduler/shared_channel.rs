//! [`SharedChannel`]: a channel that several isolates know.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::line::Line;
use super::strand::Wait;
use crate::isolate::{Mailbox, Parcel};

/// A channel that several isolates know: what is in it is written down, and whoever waits is reached by mail.
pub(crate) struct SharedChannel(Mutex<Line<Parcel, Remote>>);

/// A fiber of some isolate that waits at a channel.
#[derive(Clone)]
pub(crate) struct Remote {
    pub(crate) mailbox: Arc<Mailbox>,
    pub(crate) wait: Wait,
    pub(crate) hold: Hold,
}

/// Whether a fiber still waits, for all that could end its wait, on whichever thread: the first to take it does so.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hold(Arc<AtomicBool>);

impl Hold {
    /// Ends the wait; answers whether nobody had.
    pub(crate) fn take(&self) -> bool {
        !self.0.swap(true, Ordering::AcqRel)
    }

    /// Whether the wait is over.
    pub(crate) fn is_taken(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

impl SharedChannel {
    pub(crate) fn new(line: Line<Parcel, Remote>) -> SharedChannel {
        SharedChannel(Mutex::new(line))
    }

    pub(crate) fn line(&self) -> MutexGuard<'_, Line<Parcel, Remote>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
