//! [`All`]: a promise of the results of several others.

use std::cell::{Cell, RefCell};

use ruff_syntax::Code;

use super::promise::{Deferred, Outcome, Reaction};
use crate::error::VmError;
use crate::heap::Ref;
use crate::value::{ErrorValue, Value};

/// Collects the results of several promises, in their order; the first that is rejected rejects the whole.
pub(crate) struct All {
    target: Deferred,
    results: RefCell<Vec<Value>>,
    left: Cell<usize>,
}

impl All {
    /// For `count` promises, at least one.
    pub(crate) fn new(target: Deferred, count: usize) -> All {
        All { target, results: RefCell::new(vec![Value::Null; count]), left: Cell::new(count) }
    }
}

impl Reaction for All {
    fn settled(&self, index: usize, outcome: &Outcome) -> Option<(Deferred, Outcome)> {
        match outcome {
            Outcome::Resolved(value) => {
                if let Some(result) = self.results.borrow_mut().get_mut(index) {
                    result.clone_from(value);
                }
                self.left.set(self.left.get().saturating_sub(1));
                let is_last = self.left.get() == 0;
                let results = is_last.then(|| Outcome::Resolved(Value::array(self.results.take())))?;
                Some((self.target.clone(), results))
            }
            Outcome::Rejected(error) => {
                let error = ErrorValue::of(member_rejected(index, error));
                Some((self.target.clone(), Outcome::Rejected(error)))
            }
        }
    }

    fn target(&self) -> &Deferred {
        &self.target
    }
}

/// The error of a whole whose part number `index` was rejected.
pub fn member_rejected(index: usize, error: &Ref<ErrorValue>) -> VmError {
    let mut rejected = VmError::new(Code::Rejected, format!("Promise {index} rejected: {}", error.message));
    let fault = rejected.fault_mut();
    fault.index = Some(index);
    fault.cause = Some(Value::Error(error.clone()));
    rejected
}
