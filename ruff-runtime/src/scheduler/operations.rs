//! Operations of the host that go on while the program does.

use std::any::Any;
use std::collections::{BTreeMap, VecDeque};

use super::promise::{Deferred, Outcome, Work};
use super::strand::Wait;
use crate::host::{Host, HostResult, Operation, OperationId};
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
    started: u64,
}

struct Running {
    promise: Deferred,
    finish: Finish,
    /// Something would be missing in the world if the program ended before it is over.
    has_effects: bool,
}

impl Operations {
    /// Starts an operation, which settles `promise` when it is over.
    pub(super) fn start<T: Send + 'static>(
        &mut self,
        host: &mut dyn Host,
        operation: Operation<T>,
        promise: Deferred,
        has_effects: bool,
        finish: impl FnOnce(HostResult<T>) -> NativeResult<Value> + 'static,
    ) {
        let id = OperationId(self.started);
        self.started += 1;
        let finish: Finish = Box::new(move |result| match result.downcast::<HostResult<T>>() {
            Ok(result) => finish(*result),
            // Each operation comes back with what it was started with.
            Err(_) => Ok(Value::Null),
        });
        promise.set_work(Work::Operation(id));
        self.running.insert(id, Running { promise, finish, has_effects });
        match operation {
            Operation::Done(result) => self.done.push_back((id, Box::new(result))),
            Operation::Running(future) => {
                host.drive(id, Box::pin(async move { Box::new(future.await) as Box<dyn Any + Send> }));
            }
        }
    }

    /// The next one that is over.
    pub(super) fn pop_done(&mut self) -> Option<(OperationId, Box<dyn Any + Send>)> {
        self.done.pop_front()
    }

    /// What the operation `id` settles, now that it is over.
    pub(super) fn finish(
        &mut self,
        id: OperationId,
        result: Box<dyn Any + Send>,
    ) -> Option<(Deferred, Outcome)> {
        let Running { promise, finish, .. } = self.running.remove(&id)?;
        let outcome = match finish(result) {
            Ok(value) => Outcome::Resolved(value),
            Err(error) => Outcome::Rejected(ErrorValue::of(error)),
        };
        Some((promise, outcome))
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
        self.running.values().any(|running| running.has_effects)
    }

    /// Gives up one that is not over, if nothing would be missing in the world.
    pub(super) fn give_up(&mut self, id: OperationId, host: &mut dyn Host) {
        if self.running.get(&id).is_some_and(|running| !running.has_effects) {
            self.running.remove(&id);
            host.abandon(id);
        }
    }

    /// Gives up all of them.
    pub(super) fn clear(&mut self, host: &mut dyn Host) {
        for id in std::mem::take(&mut self.running).into_keys() {
            host.abandon(id);
        }
        self.done.clear();
    }
}
