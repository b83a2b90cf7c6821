//! The isolates that fibers of this one have started, as far as they are cancelled with them.

use std::sync::{Arc, Weak};

use super::Scheduler;
use super::promise::{Deferred, Work};
use super::scope::{Level, Member, ScopeId};
use super::slots::Id;
use crate::isolate::Mailbox;

/// Names an isolate whose result is waited for.
pub(super) type IsolateId = Id<Started>;

/// An isolate whose result is waited for.
pub(super) struct Started {
    mailbox: Arc<Mailbox>,
    /// What it is cancelled with, and its position among the members.
    scope: ScopeId,
    pub(super) place: usize,
    /// It was stopped: nobody wants what it tells.
    is_stopped: bool,
}

/// Isolates whose result nobody waits for. Those that have ended are swept out when there is no room.
#[derive(Default)]
pub(super) struct Blocks(Vec<Weak<Mailbox>>);

impl Blocks {
    fn add(&mut self, block: Weak<Mailbox>) {
        if self.0.len() == self.0.capacity() {
            self.0.retain(|block| block.strong_count() > 0);
            // With half of the room free, the next sweep is as far away as this one was long.
            self.0.reserve(self.0.len().max(1));
        }
        self.0.push(block);
    }

    /// Adds all of `others`.
    pub(super) fn take_over(&mut self, others: Blocks) {
        others.0.into_iter().filter(|block| block.strong_count() > 0).for_each(|block| self.add(block));
    }

    /// Asks all of them to end.
    pub(super) fn stop(&self) {
        self.0.iter().filter_map(Weak::upgrade).for_each(|block| block.interrupt.request());
    }
}

impl Scheduler {
    /// An isolate was started in `scope` that works on `promise`.
    pub(crate) fn add_isolate(&mut self, promise: &Deferred, mailbox: Arc<Mailbox>, scope: ScopeId) {
        self.has_company = true;
        let started = Started { mailbox, scope, place: 0, is_stopped: false };
        let id = self.isolates.add(started);
        promise.set_work(Work::Isolate(id));
        if let Some(place) = self.push_member(scope, Member::Isolate(id))
            && let Some(started) = self.isolates.get_mut(id)
        {
            started.place = place;
        }
        if self.level_of(scope) != Level::Running {
            self.stop_isolate(id);
        }
    }

    /// An isolate was started in `scope` whose result nobody waits for.
    pub(crate) fn add_block(&mut self, mailbox: &Arc<Mailbox>, scope: ScopeId) {
        self.has_company = true;
        if self.level_of(scope) != Level::Running {
            mailbox.interrupt.request();
        }
        if let Some(scope) = self.scopes.get_mut(scope) {
            scope.blocks.add(Arc::downgrade(mailbox));
        }
    }

    /// The isolate that works on `promise`, if one does, has told how it ended. Answers whether it had been stopped, so that
    /// nobody wants to know.
    pub(crate) fn isolate_ended(&mut self, promise: &Deferred) -> bool {
        let Work::Isolate(id) = promise.work() else { return false };
        let Some(started) = self.isolates.remove(id) else { return false };
        self.remove_member(started.scope, started.place);
        started.is_stopped
    }

    /// Asks an isolate to end.
    pub(super) fn stop_isolate(&mut self, id: IsolateId) {
        if let Some(started) = self.isolates.get_mut(id) {
            started.is_stopped = true;
            started.mailbox.interrupt.request();
        }
    }

    /// Whether a fiber waits for the end of a scope, which an isolate may be in.
    pub(crate) fn may_wait_for_isolates(&self) -> bool {
        self.leaving > 0 && self.isolates.len() > 0
    }
}
