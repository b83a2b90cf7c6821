//! Operations of the host that go on while the program does.

use std::any::Any;
use std::collections::{BTreeMap, VecDeque};

use super::Scheduler;
use super::promise::{Deferred, Outcome, Work};
use super::scope::{Level, Member, ScopeId};
use super::strand::Wait;
use crate::host::{Effects, Host, HostResult, Operation, OperationId};
use crate::native::NativeResult;
use crate::value::{ErrorValue, Value};

/// Makes a value of what an operation gave.
type Finish = Box<dyn FnOnce(Box<dyn Any + Send>) -> NativeResult<Value>>;

/// What was started and is not over.
#[derive(Default)]
pub(super) struct Operations {
    /// In the order of their start.
    running: BTreeMap<OperationId, Running>,
    /// Those that were over at once.
    done: VecDeque<(OperationId, Box<dyn Any + Send>)>,
    /// Those that the host is to give up.
    given_up: Vec<OperationId>,
    started: u64,
}

struct Running {
    promise: Deferred,
    finish: Finish,
    effects: Effects,
    /// What it is cancelled with, if anything, and its position among the members.
    scope: ScopeId,
    place: usize,
}

impl Operations {
    /// Starts an operation, which settles `promise` when it is over. Answers its name if it goes on and can be given up.
    pub(super) fn start<T: Send + 'static>(
        &mut self,
        host: &mut dyn Host,
        operation: Operation<T>,
        promise: Deferred,
        effects: Effects,
        finish: impl FnOnce(HostResult<T>) -> NativeResult<Value> + 'static,
    ) -> Option<OperationId> {
        let id = OperationId(self.started);
        self.started += 1;
        let finish: Finish = Box::new(move |result| match result.downcast::<HostResult<T>>() {
            Ok(result) => finish(*result),
            // Each operation comes back with what it was started with.
            Err(_) => Ok(Value::Null),
        });
        promise.set_work(Work::Operation(id));
        let running = Running { promise, finish, effects, scope: ScopeId::NONE, place: 0 };
        self.running.insert(id, running);
        match operation {
            Operation::Done(result) => {
                self.done.push_back((id, Box::new(result)));
                None
            }
            Operation::Running(future) => {
                host.drive(id, Box::pin(async move { Box::new(future.await) as Box<dyn Any + Send> }));
                (effects != Effects::Lasting).then_some(id)
            }
        }
    }

    /// The next one that is over.
    pub(super) fn pop_done(&mut self) -> Option<(OperationId, Box<dyn Any + Send>)> {
        self.done.pop_front()
    }

    pub(super) fn len(&self) -> usize {
        self.running.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.running.is_empty()
    }

    /// Whether a fiber waits for one of them.
    pub(super) fn is_any_awaited(&self, is_waiting: &impl Fn(Wait) -> bool) -> bool {
        self.running.values().any(|running| running.promise.is_awaited(is_waiting))
    }

    /// Whether one of them changes something in the world.
    pub(super) fn has_any_effects(&self) -> bool {
        self.running.values().any(|running| running.effects != Effects::Nothing)
    }

    /// Says where an operation is among the members of its scope.
    pub(super) fn set_place(&mut self, id: OperationId, place: usize) {
        if let Some(running) = self.running.get_mut(&id) {
            running.place = place;
        }
    }
}

impl Scheduler {
    /// An operation was started in `scope`, and is cancelled with it.
    pub(crate) fn add_operation(&mut self, id: OperationId, scope: ScopeId) {
        let place = self.push_member(scope, Member::Operation(id));
        if let (Some(running), Some(place)) = (self.operations.running.get_mut(&id), place) {
            (running.scope, running.place) = (scope, place);
        }
        if self.level_of(scope) != Level::Running {
            self.give_up_operation(id);
        }
    }

    /// An operation is over, with this result.
    pub(super) fn finish_operation(&mut self, id: OperationId, result: Box<dyn Any + Send>) {
        let Some(Running { promise, finish, scope, place, .. }) = self.operations.running.remove(&id) else {
            return;
        };
        self.remove_member(scope, place);
        let outcome = match finish(result) {
            Ok(value) => Outcome::Resolved(value),
            Err(error) => Outcome::Rejected(ErrorValue::of(error)),
        };
        self.settle(promise, outcome);
    }

    /// An operation is cancelled. The host hears of it when it is asked the next time.
    pub(super) fn give_up_operation(&mut self, id: OperationId) {
        let Some(running) = self.operations.running.get(&id) else { return };
        let promise = running.promise.clone();
        if running.effects != Effects::Lasting {
            let (scope, place) = (running.scope, running.place);
            self.operations.running.remove(&id);
            self.operations.given_up.push(id);
            self.remove_member(scope, place);
        }
        self.cancelled(&promise);
    }

    /// Tells the host which operations are given up.
    pub(super) fn tell_given_up(&mut self, host: &mut dyn Host) {
        self.operations.given_up.drain(..).for_each(|id| host.abandon(id));
    }

    /// Gives up all operations, whatever they do.
    pub(super) fn drop_operations(&mut self, host: &mut dyn Host) {
        while let Some((id, Running { scope, place, .. })) = self.operations.running.pop_first() {
            self.remove_member(scope, place);
            host.abandon(id);
        }
        self.tell_given_up(host);
        self.operations.done.clear();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::scope::{Purpose, Scope};
    use super::super::{Origin, UnhandledRejections};
    use super::*;
    use crate::host::NoHost;

    fn start(scheduler: &mut Scheduler, effects: Effects) -> (Deferred, Option<OperationId>) {
        let (_, promise) = Scheduler::promise(Origin::Host, None);
        let endless = Operation::<()>::Running(Box::pin(std::future::pending()));
        let id = scheduler.start(&mut NoHost, endless, promise.clone(), effects, |_| Ok(Value::Null));
        if let Some(id) = id {
            let scope = scheduler.scope_for_new(false);
            scheduler.add_operation(id, scope);
        }
        (promise, id)
    }

    #[test]
    fn operations_are_cancelled_with_their_scope_unless_they_last() {
        let mut scheduler = Scheduler::new(UnhandledRejections::default());
        scheduler.start_main();
        scheduler.enter_scope(Scope::new(Purpose::Shield), false);
        let scope = scheduler.current_scope();
        let started = [Effects::Nothing, Effects::Abortable, Effects::Nothing, Effects::Lasting]
            .map(|effects| start(&mut scheduler, effects));
        assert_eq!(started[3].1, None);
        // The last member takes the place of the first.
        scheduler.finish_operation(OperationId(0), Box::new(HostResult::<()>::Ok(())));
        scheduler.finish_operation(OperationId(2), Box::new(HostResult::<()>::Ok(())));
        assert_eq!(scheduler.scopes.get(scope).unwrap().members.len(), 2, "the fiber and one operation");
        scheduler.cancel_scope(scope, Duration::ZERO);
        assert_eq!(scheduler.operations.given_up, [OperationId(1)]);
        assert_eq!(started.map(|(promise, _)| promise.is_pending()), [false, false, false, true]);
        let (late, id) = start(&mut scheduler, Effects::Nothing);
        assert!(!late.is_pending() && scheduler.operations.given_up.ends_with(id.as_slice()));
        assert_eq!(scheduler.scopes.get(scope).unwrap().members.len(), 1);
        assert!(scheduler.operations.running.keys().eq(&[OperationId(3)]));
        scheduler.drop_operations(&mut NoHost);
        assert!(scheduler.operations.is_empty() && scheduler.operations.given_up.is_empty());
    }
}
