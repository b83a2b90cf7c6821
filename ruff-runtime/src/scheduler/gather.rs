//! [`Gather`]: a promise made of several others.

use std::cell::{Cell, RefCell};

use ruff_syntax::Code;

use super::promise::{Deferred, Outcome, Reaction};
use crate::error::VmError;
use crate::heap::Ref;
use crate::value::{ErrorValue, Value};

/// What several promises come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// All values; the first error is that of the whole.
    All,
    /// All outcomes, as `Ok` and `Err`.
    Settled,
    /// The first value; an error when all have failed.
    Any,
    /// The first outcome.
    Race,
}

/// Collects the outcomes of several promises, in their order, until the rule is satisfied.
pub(crate) struct Gather {
    target: Deferred,
    rule: Rule,
    results: RefCell<Vec<Value>>,
    left: Cell<usize>,
}

impl Gather {
    /// For `count` promises, which settle `target`.
    pub(crate) fn new(target: Deferred, rule: Rule, count: usize) -> Gather {
        Gather { target, rule, results: RefCell::new(vec![Value::Null; count]), left: Cell::new(count) }
    }

    /// What the whole comes to without any promise.
    pub(crate) fn of_none(rule: Rule) -> Outcome {
        of_all(rule, Vec::new())
    }

    /// Keeps a result. Answers what the whole comes to if it is the last one.
    fn keep(&self, index: usize, kept: Value) -> Option<Outcome> {
        if let Some(result) = self.results.borrow_mut().get_mut(index) {
            *result = kept;
        }
        self.left.set(self.left.get().saturating_sub(1));
        (self.left.get() == 0).then(|| of_all(self.rule, self.results.take()))
    }
}

impl Reaction for Gather {
    fn settled(&self, index: usize, outcome: &Outcome) -> Option<(Deferred, Outcome)> {
        let whole = match (self.rule, outcome) {
            (Rule::Race, outcome) => Some(outcome.clone()),
            (Rule::All, Outcome::Resolved(value)) => self.keep(index, value.clone()),
            (Rule::All, Outcome::Rejected(error)) => {
                Some(Outcome::Rejected(ErrorValue::of(member_rejected(index, error))))
            }
            (Rule::Settled, Outcome::Resolved(value)) => self.keep(index, Value::ok(value.clone())),
            (Rule::Settled, Outcome::Rejected(error)) => {
                self.keep(index, Value::err(Value::Error(error.clone())))
            }
            (Rule::Any, Outcome::Resolved(_)) => Some(outcome.clone()),
            (Rule::Any, Outcome::Rejected(error)) => self.keep(index, Value::Error(error.clone())),
        };
        Some((self.target.clone(), whole?))
    }

    fn target(&self) -> &Deferred {
        &self.target
    }
}

fn of_all(rule: Rule, results: Vec<Value>) -> Outcome {
    match rule {
        Rule::All | Rule::Settled | Rule::Race => Outcome::Resolved(Value::array(results)),
        Rule::Any => {
            let message = format!("All promises were rejected ({} errors)", results.len());
            let mut error = VmError::new(Code::Rejected, message);
            error.fault_mut().errors = Some(Value::array(results));
            Outcome::Rejected(ErrorValue::of(error))
        }
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
