//! Tasks: work that was started, with a handle that gives its result once.

use std::cell::Cell;

use ruff_syntax::Code;

use super::promise::{Deferred, Outcome, Promise};
use crate::error::VmError;
use crate::native::{Object, ObjectKind};
use crate::value::{ErrorValue, Value};

/// What `type()` and messages call handles of tasks.
pub static TASK: ObjectKind = ObjectKind { type_name: "taskhandle", word: "TaskHandle" };

/// A handle of a task.
pub struct Task {
    /// The promise of its result, as the program sees it.
    pub(crate) promise: Value,
    pub(crate) result: Deferred,
    pub(crate) claim: Cell<Claim>,
}

impl Task {
    /// The task that `value` is a handle of.
    pub fn of(value: &Value) -> Option<&Task> {
        match value {
            Value::Handle(handle) => handle.get(),
            _ => None,
        }
    }

    /// A promise of its result, which can be claimed once.
    pub fn claim(&self) -> Value {
        match self.take_claim() {
            Ok(()) => self.promise.clone(),
            Err(consumed) => Promise::settled(consumed),
        }
    }

    /// Claims its result, unless that has yet to come.
    pub(super) fn try_claim(&self) -> Option<Outcome> {
        if self.claim.get() == Claim::Free && self.result.is_pending() {
            return None;
        }
        match self.take_claim() {
            Ok(()) => {
                self.result.mark_handled();
                self.result.outcome()
            }
            Err(consumed) => Some(consumed),
        }
    }

    /// Claims its result for one who waited for it, now that it has come as `outcome`.
    pub(super) fn claim_late(&self, outcome: &Outcome) -> Outcome {
        match self.claim.get() {
            // Who waits when a task is cancelled is told so.
            Claim::Cancelled => outcome.clone(),
            Claim::Free | Claim::Taken => self.take_claim().err().unwrap_or_else(|| outcome.clone()),
        }
    }

    /// What it is doing, or what has become of its result.
    pub fn state(&self) -> &'static str {
        match (self.claim.get(), self.result.is_pending()) {
            (Claim::Cancelled, _) => "Cancelled",
            (_, true) => "Running",
            (Claim::Free, false) => "Finished",
            (Claim::Taken, false) => "Consumed",
        }
    }

    /// `Err` with what everybody gets who claims its result from now on.
    fn take_claim(&self) -> Result<(), Outcome> {
        let consumed = match self.claim.get() {
            Claim::Free => {
                self.claim.set(Claim::Taken);
                return Ok(());
            }
            Claim::Taken => "Task handle already consumed",
            Claim::Cancelled => "Task handle already consumed (task was cancelled)",
        };
        let error = VmError::new(Code::TaskConsumed, consumed);
        Err(Outcome::Rejected(ErrorValue::of(error)))
    }
}

/// Who has got the result of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Claim {
    /// Nobody so far.
    Free,
    /// Somebody has asked for it.
    Taken,
    /// Nobody will: the task was cancelled.
    Cancelled,
}

impl Object for Task {
    const KIND: &'static ObjectKind = &TASK;

    fn text(&self) -> Option<String> {
        Some(format!("TaskHandle({})", self.state()))
    }

    fn for_each_value(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.promise);
    }
}
