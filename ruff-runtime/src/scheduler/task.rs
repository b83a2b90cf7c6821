//! Tasks: work that was started, with a handle that gives its result once.

use std::cell::Cell;
use std::sync::Arc;

use ruff_syntax::Code;

use super::promise::{Deferred, Outcome, Promise};
use crate::error::VmError;
use crate::isolate::Mailbox;
use crate::native::{Object, ObjectKind};
use crate::value::{ErrorValue, Value};

/// What `type()` and messages call handles of tasks.
pub static TASK: ObjectKind = ObjectKind { type_name: "taskhandle", word: "TaskHandle" };

/// A handle of a task.
pub struct Task {
    /// The promise of its result, as the program sees it.
    pub(crate) promise: Value,
    pub(crate) result: Deferred,
    /// The isolate that works on it.
    pub(crate) isolate: Arc<Mailbox>,
    /// The number under which that tells the result.
    pub(crate) number: u64,
    pub(crate) claim: Cell<Claim>,
}

impl Task {
    /// A promise of its result, which can be claimed once.
    pub fn claim(&self) -> Value {
        let consumed = match self.claim.get() {
            Claim::Free => {
                self.claim.set(Claim::Taken);
                return self.promise.clone();
            }
            Claim::Taken => "Task handle already consumed",
            Claim::Cancelled => "Task handle already consumed (task was cancelled)",
        };
        let error = VmError::new(Code::TaskConsumed, consumed);
        Promise::settled(Outcome::Rejected(ErrorValue::of(error)))
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
        let state = match (self.claim.get(), self.result.is_pending()) {
            (Claim::Cancelled, _) => "Cancelled",
            (_, true) => "Running",
            (Claim::Free, false) => "Finished",
            (Claim::Taken, false) => "Consumed",
        };
        Some(format!("TaskHandle({state})"))
    }

    fn for_each_value(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.promise);
    }
}
