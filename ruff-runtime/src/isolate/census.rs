//! [`Census`]: how many isolates a program has, and whether all of them wait in vain.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Counts the isolates of a program.
#[derive(Default)]
pub(crate) struct Census(Mutex<Count>);

#[derive(Default, Clone, Copy)]
struct Count {
    /// Those that have begun or are about to.
    live: usize,
    /// Those that only mail from another can wake.
    stuck: usize,
    /// Fibers of those that are stuck.
    fibers: usize,
}

impl Census {
    /// One more.
    pub(crate) fn begin(&self) {
        self.lock().live += 1;
    }

    /// One less. Answers as [`Census::stick`].
    pub(crate) fn end(&self) -> Option<usize> {
        let mut count = self.lock();
        count.live -= 1;
        count.deadlocked()
    }

    /// One with so many fibers is stuck. Answers how many fibers wait in all, if now no isolate can go on.
    pub(super) fn stick(&self, fibers: usize) -> Option<usize> {
        let mut count = self.lock();
        count.stuck += 1;
        count.fibers += fibers;
        count.deadlocked()
    }

    /// One with so many fibers goes on.
    pub(super) fn unstick(&self, fibers: usize) {
        let mut count = self.lock();
        count.stuck -= 1;
        count.fibers -= fibers;
    }

    /// Whether there are others than the one that asks.
    pub(crate) fn has_others(&self) -> bool {
        self.others() > 0
    }

    /// How many others there are than the one that asks.
    pub(crate) fn others(&self) -> usize {
        self.lock().live.saturating_sub(1)
    }

    fn lock(&self) -> MutexGuard<'_, Count> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Count {
    fn deadlocked(self) -> Option<usize> {
        (self.live > 0 && self.stuck == self.live).then_some(self.fibers)
    }
}
