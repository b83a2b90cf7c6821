//! [`Faults`]: what is to go wrong where a program waits, for tests that see what it does then. What each of them does
//! is in `vm::fault`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// What goes wrong at a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The wait raises an error in the fiber.
    Fail,
    /// The promise that the fiber waits for is rejected, for all who do; if it waits for something else, as `Fail`.
    Reject,
    /// So much is cancelled, then; if that is all of an isolate, it is asked to end at once.
    Cancel(Reach, Moment),
    /// The program is asked to end, as by Ctrl-C.
    Interrupt,
    /// A panic, as in a builtin; only in isolates that others have started, as it would not stay in the first one.
    Panic,
}

/// What is cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// All that the fiber does.
    Fiber,
    /// The innermost group, timeout or the like that it is in.
    Scope,
}

/// When it is cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Before the fiber waits.
    AtOnce,
    /// As soon as no fiber can go on.
    Later,
}

/// What is to go wrong in a program, and what did so far. Clones are one.
///
/// The waits of a program, in all its isolates, have numbers from 0. A program whose isolates are on one thread has the
/// same ones every time.
#[derive(Debug, Clone, Default)]
pub struct Faults(Arc<Plan>);

#[derive(Debug, Default)]
struct Plan {
    faults: Vec<(u64, Fault)>,
    waits: AtomicU64,
    has_raised: AtomicBool,
}

impl Faults {
    /// Each of `faults` happens at the wait of that number.
    pub fn at(faults: &[(u64, Fault)]) -> Faults {
        Faults(Arc::new(Plan { faults: faults.to_vec(), ..Plan::default() }))
    }

    /// How often a fiber of the program has waited so far.
    pub fn waits(&self) -> u64 {
        self.0.waits.load(Ordering::Relaxed)
    }

    /// Whether an error has come into the program by that.
    pub fn has_raised(&self) -> bool {
        self.0.has_raised.load(Ordering::Relaxed)
    }

    pub(crate) fn note_raised(&self) {
        self.0.has_raised.store(true, Ordering::Relaxed);
    }

    /// A fiber waits. Answers what goes wrong.
    pub(crate) fn next(&self) -> Option<Fault> {
        let number = self.0.waits.fetch_add(1, Ordering::Relaxed);
        self.0.faults.iter().find(|(at, _)| *at == number).map(|(_, fault)| *fault)
    }
}
