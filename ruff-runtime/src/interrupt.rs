//! [`Interrupt`]: how other threads reach an engine, or an isolate of it: to wake it from a wait, and to stop it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, Thread};

use crate::isolate::Seat;

/// Asks an engine to end the program it runs, see [`Engine::interrupt`](crate::Engine::interrupt). Clones ask the same
/// engine.
#[derive(Debug, Clone)]
pub struct Interrupt(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    is_requested: AtomicBool,
    has_news: AtomicBool,
    bell: Mutex<Bell>,
}

/// Who is to be told that there is news.
#[derive(Debug)]
enum Bell {
    /// Nobody so far: whoever takes the isolate up looks anyway.
    Nobody,
    /// The thread that the engine has for itself, and on which its host waits.
    Thread(Thread),
    /// The isolate of that number, which shares a thread with others.
    Seat(Arc<Seat>, usize),
}

impl Interrupt {
    /// For an engine on this thread.
    pub(crate) fn new() -> Self {
        Interrupt::with(Bell::Thread(thread::current()))
    }

    /// For an isolate that no thread has taken up.
    pub(crate) fn of_nobody() -> Self {
        Interrupt::with(Bell::Nobody)
    }

    fn with(bell: Bell) -> Self {
        let (is_requested, has_news) = (AtomicBool::new(false), AtomicBool::new(false));
        Interrupt(Arc::new(Shared { is_requested, has_news, bell: Mutex::new(bell) }))
    }

    /// The isolate is number `number` of those of `seat` from now on.
    pub(crate) fn sit_down(&self, seat: &Arc<Seat>, number: usize) {
        *self.0.bell.lock().unwrap_or_else(PoisonError::into_inner) = Bell::Seat(seat.clone(), number);
    }

    /// Asks the engine to end the program that runs, or the next one if none does. What the host waits for ends at once.
    pub fn request(&self) {
        self.0.is_requested.store(true, Ordering::Release);
        self.wake();
    }

    /// Whether somebody asked and the engine has not heard it yet. A host that waits looks here, and at
    /// [`Interrupt::has_news`], each time that [`thread::park`] or [`thread::park_timeout`] returns.
    #[inline]
    pub fn is_requested(&self) -> bool {
        self.0.is_requested.load(Ordering::Relaxed)
    }

    /// The engine has heard it.
    pub(crate) fn clear(&self) {
        self.0.is_requested.store(false, Ordering::Relaxed);
    }

    /// Ends what the host waits for: something has happened that the program waits for.
    pub fn wake(&self) {
        if self.0.has_news.swap(true, Ordering::AcqRel) {
            return;
        }
        match &*self.0.bell.lock().unwrap_or_else(PoisonError::into_inner) {
            Bell::Nobody => {}
            Bell::Thread(thread) => thread.unpark(),
            Bell::Seat(seat, number) => seat.ring(*number),
        }
    }

    /// Whether somebody woke it and the engine has not looked yet.
    pub fn has_news(&self) -> bool {
        self.0.has_news.load(Ordering::Acquire)
    }

    /// The engine looks now.
    pub(crate) fn take_news(&self) -> bool {
        self.0.has_news.swap(false, Ordering::AcqRel)
    }
}
