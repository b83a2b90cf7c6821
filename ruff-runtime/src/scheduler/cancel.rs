//! Cancelling: every fiber in a scope goes on with a request to end, wherever it waits and whenever it is about to. Code
//! that runs on its way out may wait again, but not for ever.

use std::time::Duration;

use super::promise::{Deferred, Work};
use super::scope::{Level, Member, Purpose, ScopeId, Shelter, Stage};
use super::shared_channel::Hold;
use super::strand::{Pause, StrandId};
use super::timer::Alarm;
use super::{Resumption, Role, Scheduler};
use crate::error::VmError;
use crate::fault::{Moment, Reach};
use crate::host::Host;

impl Scheduler {
    /// Cancels a scope and all in it, unless that was done before.
    pub(super) fn cancel_scope(&mut self, id: ScopeId, now: Duration) {
        if let Some(scope) = self.scopes.get_mut(id)
            && !std::mem::replace(&mut scope.is_cancelled, true)
        {
            self.raise(id, Level::Cancelled, Some(now));
        }
    }

    /// Cancels what the fiber that runs does, or what is around it. Answers whether that is less than all of the isolate.
    pub(crate) fn cancel_around(&mut self, reach: Reach, moment: Moment, now: Duration) -> bool {
        let own = self.own_scope(self.current);
        let id = match reach {
            Reach::Fiber => own,
            Reach::Scope => self.entered_scope(),
        };
        if id == self.root || self.scopes.get(id).is_none() {
            return false;
        }
        match moment {
            Moment::AtOnce => self.cancel_scope(id, now),
            Moment::Later => self.set_alarm(now, Alarm::Expire(id)),
        }
        true
    }

    /// The innermost scope that somebody has gone into around the fiber that runs.
    fn entered_scope(&self) -> ScopeId {
        let mut id = self.current_scope();
        while let Some(scope) = self.scopes.get(id)
            && matches!(scope.purpose, Purpose::Fiber | Purpose::Cleanup)
        {
            id = scope.parent;
        }
        id
    }

    /// Raises the level of a scope and all in it that is not sheltered. `now` begins the time for cleaning up.
    pub(super) fn raise(&mut self, id: ScopeId, level: Level, now: Option<Duration>) {
        self.has_ends = true;
        let (mut reached, mut isolates, mut operations) = (Vec::new(), Vec::new(), Vec::new());
        let mut open = vec![(id, level, None)];
        while let Some((id, level, mut until)) = open.pop() {
            let Some(scope) = self.scopes.get_mut(id).filter(|scope| scope.level < level) else { continue };
            scope.level = level;
            scope.orphans.stop();
            if level == Level::Cancelled
                && let Some(own) = now.map(|now| now.saturating_add(scope.grace))
                && until.is_none_or(|until| own < until)
            {
                (scope.until, until) = (Some(own), Some(own));
                self.set_alarm(own, Alarm::EndGrace(id));
            }
            self.for_each_inside(id, level, |inside, level| match inside {
                Member::Strand(strand) => reached.push(strand),
                Member::Scope(scope) => open.push((scope, level, until)),
                Member::Isolate(isolate) => isolates.push(isolate),
                Member::Operation(operation) => operations.push(operation),
            });
        }
        isolates.into_iter().for_each(|id| self.stop_isolate(id));
        // Those that have waited longest first.
        reached.sort_by_key(|&id| self.strands.get(id).map(|strand| strand.since));
        reached.into_iter().for_each(|id| self.interrupt(id));
        // By now nobody in the scopes waits for them.
        operations.into_iter().for_each(|id| self.give_up_operation(id));
    }

    /// Calls `visit` for what is directly in a scope, with the level that reaches it there.
    fn for_each_inside(&self, id: ScopeId, level: Level, mut visit: impl FnMut(Member, Level)) {
        for &member in self.scopes.get(id).into_iter().flat_map(|scope| &scope.members) {
            let shelter = match member {
                Member::Strand(_) | Member::Isolate(_) | Member::Operation(_) => Shelter::Nothing,
                Member::Scope(inner) => {
                    self.scopes.get(inner).map_or(Shelter::Nothing, |inner| inner.shelter)
                }
            };
            visit(member, shelter.reached_by(level));
        }
    }

    /// Lets a fiber go on with the request to end, if it waits where that can reach it. One that has not begun just ends.
    pub(super) fn interrupt(&mut self, id: StrandId) {
        let Some(strand) = self.strands.get(id) else { return };
        if !strand.has_begun {
            self.end_cancelled(id);
            return;
        }
        let level = self.level_of(strand.scope);
        let is_cleaning_up = || strand.aside.as_ref().is_some_and(|aside| aside.is_cleaning_up());
        if strand.pause != Pause::Waiting || (level == Level::Cancelled && is_cleaning_up()) {
            return;
        }
        if let Some(strand) = self.strands.get_mut(id) {
            strand.waits += 1;
            strand.pause = Pause::No;
            // Who has it by now finds that the fiber does not wait any more.
            strand.hold.take().as_ref().map(Hold::take);
            let before = std::mem::replace(&mut strand.resumption, Resumption::Cancel);
            self.push_back(id);
            self.take_back(before);
        }
    }

    /// A fiber is at its end without having run there.
    fn end_cancelled(&mut self, id: StrandId) {
        let Some(strand) = self.remove_strand(id) else { return };
        let was_under_way = strand.has_begun || strand.is_ready;
        match strand.role {
            Role::Call(promise) => self.cancelled(&promise),
            Role::Child(promise, group) => {
                self.cancelled(&promise);
                self.child_ended(&group, was_under_way);
            }
            Role::Handler(report) => self.told(*report, Err(VmError::cancelled())),
            Role::Main => {}
        }
    }

    /// Ends the promise of something that was cancelled.
    pub(crate) fn cancelled(&mut self, promise: &Deferred) {
        promise.mark_handled();
        self.reject(promise, VmError::new(ruff_syntax::Code::Cancelled, "Task was cancelled"));
    }

    /// Cancels the work that a promise is of. Answers whether that was not over.
    pub(crate) fn cancel_promise(&mut self, promise: &Deferred, host: &mut dyn Host) -> bool {
        if !promise.is_pending() {
            return false;
        }
        let now = host.uptime();
        match promise.work() {
            Work::Strand(id) if self.strands.get(id).is_some() => {
                let scope = self.own_scope(id);
                self.cancel_scope(scope, now);
            }
            // It waits for another promise in the place of its fiber.
            Work::Scope(scope) => {
                self.cancel_scope(scope, now);
                self.cancelled(promise);
            }
            Work::Operation(id) => self.give_up_operation(id),
            Work::Isolate(id) => self.stop_isolate(id),
            Work::Strand(_) | Work::Unknown => self.cancelled(promise),
        }
        true
    }

    /// The program ends before its time: cancels all that does not clean up, and gives up what it waits for.
    pub(crate) fn cancel_all(&mut self, host: &mut dyn Host) {
        self.drop_operations(host);
        if self.is_running() {
            // That is where the error came from.
            self.end_cancelled(self.current);
        }
        self.raise(self.root, Level::Cancelled, None);
        // Nothing is sheltered from that but cleaning up.
        for id in self.scopes.ids() {
            if let Some(scope) = self.scopes.get_mut(id)
                && scope.shelter == Shelter::Everything
            {
                scope.shelter = Shelter::Nothing;
                self.raise(id, Level::Cancelled, None);
            }
        }
    }

    /// The time of a scope is over.
    pub(super) fn expire(&mut self, id: ScopeId, now: Duration) {
        if self.scopes.get(id).is_some_and(|scope| matches!(scope.stage, Stage::Open)) {
            self.cancel_scope(id, now);
        }
    }

    /// Enough time has passed for cleaning up in a scope.
    pub(super) fn end_grace(&mut self, id: ScopeId) {
        self.raise(id, Level::Overdue, None);
    }

    /// When something may happen to a scope that the fiber that runs is in.
    #[inline]
    pub(crate) fn next_alarm(&self) -> Option<Duration> {
        if !self.has_ends {
            return None;
        }
        let scope = self.scopes.get(self.current_scope())?;
        if scope.level == Level::Running { scope.alarm } else { self.next_around() }
    }

    /// Lets happen what is due to the scopes that the fiber that runs is in, although it does not wait. Answers when
    /// something happens next.
    pub(crate) fn look_around(&mut self, now: Duration) -> Option<Duration> {
        // The first to come, and of several the outermost.
        let due = self.alarms_around().filter(|(at, ..)| *at <= now);
        match due.reduce(|first, next| if next.0 <= first.0 { next } else { first }) {
            Some((_, id, Level::Running)) => self.expire(id, now),
            Some((_, id, _)) => self.end_grace(id),
            None => {}
        }
        self.next_around()
    }

    fn next_around(&self) -> Option<Duration> {
        self.alarms_around().map(|(at, ..)| at).min()
    }

    /// What happens when to the scopes that the fiber that runs is in, from the inside out.
    fn alarms_around(&self) -> impl Iterator<Item = (Duration, ScopeId, Level)> {
        let mut next = self.current_scope();
        let scopes = std::iter::from_fn(move || {
            let id = next;
            let scope = self.scopes.get(id)?;
            next = scope.parent;
            Some((id, scope))
        });
        scopes.filter_map(|(id, scope)| match scope.level {
            Level::Running if matches!(scope.stage, Stage::Open) => {
                Some((scope.deadline?, id, Level::Running))
            }
            Level::Running | Level::Overdue => None,
            Level::Cancelled => Some((scope.until?, id, Level::Cancelled)),
        })
    }
}
