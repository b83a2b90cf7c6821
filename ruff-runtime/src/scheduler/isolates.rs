//! The isolates that fibers of this one have started, as far as they are cancelled with them.

use std::sync::{Arc, Weak};

use super::Scheduler;
use super::promise::{Deferred, Work};
use super::scope::{Level, Member, ScopeId};
use crate::isolate::Mailbox;

/// Names an isolate that this one has started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct IsolateId(pub(crate) u64);

/// An isolate that this one has started, and that has not ended.
pub(super) struct Started {
    mailbox: Arc<Mailbox>,
    /// What it is cancelled with, and its position among the members.
    scope: ScopeId,
    pub(super) place: usize,
    /// It was stopped: nobody wants its result.
    is_stopped: bool,
}

/// Isolates whose starters have ended. They are cancelled as those would be. Those that have ended themselves are swept
/// out when there is no room.
#[derive(Default)]
pub(super) struct Orphans(Vec<Weak<Mailbox>>);

impl Orphans {
    fn add(&mut self, orphan: Weak<Mailbox>) {
        if self.0.len() == self.0.capacity() {
            self.0.retain(|orphan| orphan.strong_count() > 0);
            // With half of the room free, the next sweep is as far away as this one was long.
            self.0.reserve(self.0.len().max(1));
        }
        self.0.push(orphan);
    }

    /// Adds all of `others`.
    pub(super) fn take_over(&mut self, others: Orphans) {
        others.0.into_iter().filter(|orphan| orphan.strong_count() > 0).for_each(|orphan| self.add(orphan));
    }

    /// Asks all of them to end.
    pub(super) fn stop(&self) {
        self.0.iter().filter_map(Weak::upgrade).for_each(|orphan| orphan.interrupt.request());
    }
}

impl Scheduler {
    /// An isolate was started in `scope`, which works on `promise` if somebody wants its result.
    pub(crate) fn add_isolate(
        &mut self,
        id: IsolateId,
        mailbox: Arc<Mailbox>,
        promise: Option<&Deferred>,
        scope: ScopeId,
    ) {
        self.has_company = true;
        if let Some(promise) = promise {
            promise.set_work(Work::Isolate(id));
        }
        let place = self.push_member(scope, Member::Isolate(id)).unwrap_or_default();
        self.isolates.insert(id, Started { mailbox, scope, place, is_stopped: false });
        if self.level_of(scope) != Level::Running {
            self.stop_isolate(id);
        }
    }

    /// An isolate has ended, and left `orphans` behind.
    pub(crate) fn isolate_ended(&mut self, id: IsolateId, orphans: Vec<Weak<Mailbox>>) {
        let Some(started) = self.isolates.remove(&id) else { return };
        let orphans = Orphans(orphans);
        if self.level_of(started.scope) != Level::Running {
            orphans.stop();
        }
        if let Some(scope) = self.scopes.get_mut(started.scope) {
            scope.orphans.take_over(orphans);
        }
        self.remove_member(started.scope, started.place);
    }

    /// Whether the isolate that works on `promise`, if one does, was stopped, so that nobody wants its result.
    pub(crate) fn is_stopped(&self, promise: &Deferred) -> bool {
        let Work::Isolate(id) = promise.work() else { return false };
        self.isolates.get(&id).is_some_and(|started| started.is_stopped)
    }

    /// Asks an isolate to end.
    pub(super) fn stop_isolate(&mut self, id: IsolateId) {
        if let Some(started) = self.isolates.get_mut(&id) {
            started.is_stopped = true;
            started.mailbox.interrupt.request();
        }
    }

    /// Whether isolates that were started have not ended.
    pub(crate) fn has_isolates(&self) -> bool {
        !self.isolates.is_empty()
    }

    /// Whether a fiber waits for the end of a scope, which an isolate may be in.
    pub(crate) fn may_wait_for_isolates(&self) -> bool {
        self.leaving > 0 && self.has_isolates()
    }

    /// All isolates that go on when this one ends.
    pub(crate) fn take_orphans(&mut self) -> Vec<Weak<Mailbox>> {
        let started = self.isolates.values().map(|started| Arc::downgrade(&started.mailbox));
        let mut orphans = Orphans(started.collect());
        for id in self.scopes.ids() {
            if let Some(scope) = self.scopes.get_mut(id) {
                orphans.take_over(std::mem::take(&mut scope.orphans));
            }
        }
        orphans.0
    }
}
