//! Timers, in the order in which they fire.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::time::Duration;

use super::Channel;
use super::promise::{Deferred, Outcome};
use super::scope::{Level, Scope, ScopeId, Stage};
use super::slots::Slots;
use super::strand::{Strand, Wait};

/// What waits for its time. Of two with the same deadline the one made first is first.
#[derive(Default)]
pub(super) struct Timers {
    waiting: BinaryHeap<Reverse<Timer>>,
    made: u64,
}

/// What happens when a timer fires.
pub(super) enum Alarm {
    /// The promise is settled.
    Settle(Deferred, Outcome),
    /// A strand has waited long enough.
    Wake(Wait),
    /// A channel gets a tick.
    Tick(Channel),
    /// A scope is cancelled.
    Expire(ScopeId),
    /// There was enough time to clean up in a scope.
    EndGrace(ScopeId),
}

/// Says which of those that a timer is for still wait for it.
#[derive(Clone, Copy)]
pub(super) struct Waiting<'a> {
    pub(super) strands: &'a Slots<Strand>,
    pub(super) scopes: &'a Slots<Scope>,
}

impl Waiting<'_> {
    fn is_open(self, scope: ScopeId) -> bool {
        self.scopes.get(scope).is_some_and(|scope| matches!(scope.stage, Stage::Open))
    }

    fn is_cleaning_up(self, scope: ScopeId) -> bool {
        self.scopes.get(scope).is_some_and(|scope| scope.level == Level::Cancelled)
    }
}

struct Timer {
    deadline: Duration,
    number: u64,
    alarm: Alarm,
}

impl Timers {
    /// Lets `alarm` happen when the host's clock reaches `deadline`. What nobody needs any more, as `waiting` says, is
    /// swept out when there is no room. Cost: amortised logarithmic.
    pub(super) fn add(&mut self, deadline: Duration, alarm: Alarm, waiting: Waiting<'_>) {
        if self.waiting.len() == self.waiting.capacity() {
            self.waiting.retain(|Reverse(timer)| timer.alarm.is_needed(waiting));
            // With half of the room free, the next sweep is as far away as this one was long.
            self.waiting.reserve(self.waiting.len().max(1));
        }
        let number = self.made;
        self.made += 1;
        self.waiting.push(Reverse(Timer { deadline, number, alarm }));
    }

    /// When the next one fires.
    pub(super) fn next(&self) -> Option<Duration> {
        self.waiting.peek().map(|Reverse(timer)| timer.deadline)
    }

    /// Takes the next one whose time has come.
    pub(super) fn pop_due(&mut self, now: Duration) -> Option<Alarm> {
        let Reverse(next) = self.waiting.peek()?;
        if next.deadline > now {
            return None;
        }
        let Reverse(timer) = self.waiting.pop()?;
        Some(timer.alarm)
    }

    /// Whether a fiber waits for one of them. Usually the first that is looked at is one.
    pub(super) fn is_any_awaited(&self, waiting: Waiting<'_>) -> bool {
        self.waiting.iter().any(|Reverse(timer)| timer.alarm.is_awaited(waiting))
    }

    /// How many tickers have a tick to come.
    pub(super) fn tickers(&self) -> usize {
        let is_open = |alarm: &Alarm| matches!(alarm, Alarm::Tick(channel) if !channel.is_closed());
        self.waiting.iter().filter(|Reverse(timer)| is_open(&timer.alarm)).count()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.waiting.clear();
    }
}

impl Alarm {
    /// Whether a fiber waits for it.
    fn is_awaited(&self, waiting: Waiting<'_>) -> bool {
        let is_waiting = |wait| waiting.strands.is_waiting(wait);
        match self {
            Alarm::Settle(promise, _) => promise.is_awaited(&is_waiting),
            Alarm::Wake(wait) => is_waiting(*wait),
            Alarm::Tick(channel) => channel.is_awaited(&is_waiting),
            Alarm::Expire(scope) => waiting.is_open(*scope),
            Alarm::EndGrace(scope) => waiting.is_cleaning_up(*scope),
        }
    }

    /// Whether it would change anything.
    fn is_needed(&self, waiting: Waiting<'_>) -> bool {
        match self {
            Alarm::Settle(promise, _) => promise.is_pending(),
            Alarm::Wake(wait) => waiting.strands.is_waiting(*wait),
            Alarm::Tick(channel) => !channel.is_closed(),
            Alarm::Expire(scope) => waiting.is_open(*scope),
            Alarm::EndGrace(scope) => waiting.is_cleaning_up(*scope),
        }
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
