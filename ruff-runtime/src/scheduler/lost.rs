//! Errors that nobody dealt with: rejected promises that were never awaited, and what ended a `spawn` block.

use ruff_syntax::{Code, Severity};

use super::promise::{Deferred, Origin, Outcome};
use crate::error::{Location, RuntimeError, TracePoint, VmError};
use crate::heap::Ref;
use crate::value::ErrorValue;

/// What becomes of rejections that nobody dealt with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnhandledRejections {
    /// Errors of the program are errors, those of host operations warnings.
    #[default]
    ByOrigin,
    /// All are errors.
    Strict,
    /// All are warnings.
    Warn,
    /// They are not reported.
    Silent,
}

/// Something that a program should know and did not ask for.
#[derive(Debug)]
pub struct Report {
    /// An error changes the exit status of a program that ends normally.
    pub severity: Severity,
    /// What happened, and where.
    pub error: RuntimeError,
    /// Where the promise was made.
    pub created: Option<Location>,
}

/// What was lost so far.
#[derive(Default)]
pub(super) struct Lost {
    policy: UnhandledRejections,
    /// Rejected promises that nobody had awaited when they were, oldest first.
    rejected: Vec<Deferred>,
    /// How many there may be before those that somebody deals with are sorted out.
    patience: usize,
    reports: Vec<Report>,
}

/// The least number of rejections that are sorted out at once.
const PATIENCE: usize = 32;

impl Lost {
    pub(super) fn new(policy: UnhandledRejections) -> Lost {
        Lost { policy, patience: PATIENCE, ..Lost::default() }
    }

    /// A promise was rejected.
    pub(super) fn rejected(&mut self, promise: &Deferred) {
        if promise.is_handled() || self.policy == UnhandledRejections::Silent {
            return;
        }
        self.rejected.push(promise.clone());
        if self.rejected.len() >= self.patience {
            self.report(false);
            self.patience = (self.rejected.len() * 2).max(PATIENCE);
        }
    }

    /// A `spawn` block ended with an error.
    pub(super) fn failed_block(&mut self, error: VmError) {
        self.failed("spawn block", error);
    }

    /// A task ended with an error.
    pub(super) fn failed_task(&mut self, error: VmError) {
        self.failed("task", error);
    }

    fn failed(&mut self, what: &str, error: VmError) {
        // What was lost before comes before.
        self.report(false);
        let mut error = RuntimeError::from_vm(error);
        error.message = format!("Unhandled error in {what}: {}", error.message);
        error.code = Code::UnhandledTask;
        self.add(Origin::Program, error, None);
    }

    /// A warning about the call at `at`.
    pub(super) fn warn(&mut self, warning: VmError, at: Option<TracePoint>) {
        let mut error = RuntimeError::from_vm(warning);
        error.location = at.map(|point| (point.chunk.file().clone(), point.span()));
        self.reports.push(Report { severity: Severity::Warning, error, created: None });
    }

    /// Reports the rejections that nobody can deal with any more, or `all` that nobody did.
    pub(super) fn report(&mut self, all: bool) {
        for promise in std::mem::take(&mut self.rejected) {
            if promise.is_handled() {
                continue;
            }
            if promise.is_held() && !all {
                self.rejected.push(promise);
                continue;
            }
            if let Some(Outcome::Rejected(error)) = promise.outcome() {
                self.add_rejection(&promise, &error);
            }
        }
    }

    fn add_rejection(&mut self, promise: &Deferred, error: &Ref<ErrorValue>) {
        let mut error = RuntimeError::from_value(error);
        (error.code, error.message) = match promise.origin() {
            Origin::Task => (Code::UnhandledTask, format!("Unhandled error in task: {}", error.message)),
            Origin::Program | Origin::Host => {
                (Code::UnhandledRejection, format!("Unhandled promise rejection: {}", error.message))
            }
        };
        let created = promise.created().map(|point| (point.chunk.file().clone(), point.span()));
        if error.location.is_none() {
            error.location.clone_from(&created);
        }
        self.add(promise.origin(), error, created);
    }

    fn add(&mut self, origin: Origin, error: RuntimeError, created: Option<Location>) {
        let severity = match (self.policy, origin) {
            (UnhandledRejections::Silent, _) => return,
            (UnhandledRejections::Strict, _)
            | (UnhandledRejections::ByOrigin, Origin::Program | Origin::Task) => Severity::Error,
            (UnhandledRejections::Warn, _) | (UnhandledRejections::ByOrigin, Origin::Host) => {
                Severity::Warning
            }
        };
        self.reports.push(Report { severity, error, created });
    }

    /// Takes the reports so far, in the order of what happened.
    pub(super) fn take_reports(&mut self) -> Vec<Report> {
        std::mem::take(&mut self.reports)
    }
}
