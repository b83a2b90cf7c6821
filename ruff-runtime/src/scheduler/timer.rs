//! Timers, in the order in which they fire.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::time::Duration;

use super::StrandId;
use super::promise::{Deferred, Outcome};

/// What waits for its time. Of two with the same deadline the one made first is first.
#[derive(Default)]
pub(super) struct Timers {
    waiting: BinaryHeap<Reverse<Timer>>,
    made: u64,
}

struct Timer {
    deadline: Duration,
    number: u64,
    promise: Deferred,
    outcome: Outcome,
}

impl Timers {
    /// Settles `promise` with `outcome` when the host's clock reaches `deadline`.
    pub(super) fn add(&mut self, deadline: Duration, promise: Deferred, outcome: Outcome) {
        let number = self.made;
        self.made += 1;
        self.waiting.push(Reverse(Timer { deadline, number, promise, outcome }));
    }

    /// When the next one fires.
    pub(super) fn next(&self) -> Option<Duration> {
        self.waiting.peek().map(|Reverse(timer)| timer.deadline)
    }

    /// Takes the next one whose time has come.
    pub(super) fn pop_due(&mut self, now: Duration) -> Option<(Deferred, Outcome)> {
        let Reverse(next) = self.waiting.peek()?;
        if next.deadline > now {
            return None;
        }
        let Reverse(timer) = self.waiting.pop()?;
        Some((timer.promise, timer.outcome))
    }

    /// Whether a fiber waits for one of them. Usually the first that is looked at is one.
    pub(super) fn is_any_awaited(&self, waits: &impl Fn(StrandId, u32) -> bool) -> bool {
        self.waiting.iter().any(|Reverse(timer)| timer.promise.is_awaited(waits))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.waiting.clear();
    }
}

impl Timer {
    fn order(&self) -> (Duration, u64) {
        (self.deadline, self.number)
    }
}

impl PartialEq for Timer {
    fn eq(&self, other: &Self) -> bool {
        self.order() == other.order()
    }
}

impl Eq for Timer {}

impl PartialOrd for Timer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Timer {
    fn cmp(&self, other: &Self) -> Ordering {
        self.order().cmp(&other.order())
    }
}
