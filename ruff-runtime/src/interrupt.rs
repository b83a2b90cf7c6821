//! [`Interrupt`]: stops a running engine from another thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Thread};

/// Asks an engine to end the program it runs, see [`Engine::interrupt`](crate::Engine::interrupt). Clones ask the same
/// engine.
#[derive(Debug, Clone)]
pub struct Interrupt(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    is_requested: AtomicBool,
    /// Where the engine runs, and its host waits.
    thread: Thread,
}

impl Interrupt {
    /// For an engine on this thread.
    pub(crate) fn new() -> Self {
        Interrupt(Arc::new(Shared { is_requested: AtomicBool::new(false), thread: thread::current() }))
    }

    /// Asks the engine to end the program that runs, or the next one if none does. What the host waits for ends at once.
    pub fn request(&self) {
        self.0.is_requested.store(true, Ordering::Release);
        self.0.thread.unpark();
    }

    /// Whether somebody asked and the engine has not heard it yet. A host that waits looks here each time that
    /// [`thread::park`] or [`thread::park_timeout`] returns.
    #[inline]
    pub fn is_requested(&self) -> bool {
        self.0.is_requested.load(Ordering::Relaxed)
    }

    /// The engine has heard it.
    pub(crate) fn clear(&self) {
        self.0.is_requested.store(false, Ordering::Relaxed);
    }
}
