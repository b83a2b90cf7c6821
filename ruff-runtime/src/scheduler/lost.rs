//! Errors that nobody dealt with: rejected promises that were never awaited, and what ended a `spawn` block.

use std::collections::VecDeque;

use ruff_syntax::{Code, Severity};

use super::promise::{Deferred, Origin, Outcome};
use crate::error::{Location, RuntimeError, TracePoint, VmError};
use crate::heap::Ref;
use crate::native::NativeDef;
use crate::value::{ErrorValue, Value};

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
    /// The program's own handler was told, so that people need not be.
    pub is_told: bool,
}

/// What the program wants to be called for errors that it lost.
#[derive(Clone)]
pub(crate) struct LostHandler {
    /// A function.
    pub(crate) function: Value,
    /// The builtin written in Ruff that calls it with the error.
    pub(crate) caller: &'static NativeDef,
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
    handler: Option<LostHandler>,
    /// What the handler is yet to be told: the error, and what is reported if it does not deal with it.
    untold: VecDeque<(Value, Report)>,
    /// What there is no handler for goes to another isolate, which may have one.
    passes_on: bool,
}

/// The least number of rejections that are sorted out at once.
const PATIENCE: usize = 32;

impl Lost {
    pub(super) fn new(policy: UnhandledRejections) -> Lost {
        Lost { policy, patience: PATIENCE, ..Lost::default() }
    }

    /// From now on what there is no handler for goes to another isolate.
    pub(super) fn pass_on(&mut self) {
        self.passes_on = true;
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
        self.failed("spawn block", &ErrorValue::of(error));
    }

    /// A task ended with an error.
    pub(super) fn failed_task(&mut self, error: VmError) {
        self.failed("task", &ErrorValue::of(error));
    }

    /// Cleaning up failed in a fiber that was cancelled.
    pub(super) fn failed_cleanup(&mut self, error: &Ref<ErrorValue>) {
        self.failed("cleanup", error);
    }

    fn failed(&mut self, what: &str, error: &Ref<ErrorValue>) {
        // What was lost before comes before.
        self.report(false);
        self.add(Origin::Program, error, failed(what, error), None);
    }

    /// The handler itself has failed, which it is not told.
    pub(super) fn failed_handler(&mut self, error: VmError) {
        let shown = failed("error handler", &ErrorValue::of(error));
        self.reports.extend(self.report_of(Origin::Program, shown, None));
    }

    /// A warning about the call at `at`.
    pub(super) fn warn(&mut self, warning: VmError, at: Option<TracePoint>) {
        let mut error = RuntimeError::from_vm(warning);
        error.location = at.map(|point| (point.chunk.file().clone(), point.span()));
        self.reports.push(Report { severity: Severity::Warning, error, created: None, is_told: false });
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
        let mut shown = RuntimeError::from_value(error);
        (shown.code, shown.message) = match promise.origin() {
            Origin::Task => (Code::UnhandledTask, format!("Unhandled error in task: {}", shown.message)),
            Origin::Program | Origin::Child | Origin::Host => {
                (Code::UnhandledRejection, format!("Unhandled promise rejection: {}", shown.message))
            }
        };
        let created = promise.created().map(|point| (point.chunk.file().clone(), point.span()));
        if shown.location.is_none() {
            shown.location.clone_from(&created);
        }
        self.add(promise.origin(), error, shown, created);
    }

    fn add(
        &mut self,
        origin: Origin,
        error: &Ref<ErrorValue>,
        shown: RuntimeError,
        created: Option<Location>,
    ) {
        if let Some(report) = self.report_of(origin, shown, created) {
            self.lose(Value::Error(error.clone()), report);
        }
    }

    /// The report of a lost error, unless there is to be none.
    fn report_of(&self, origin: Origin, error: RuntimeError, created: Option<Location>) -> Option<Report> {
        let severity = match (self.policy, origin) {
            (UnhandledRejections::Silent, _) => return None,
            (UnhandledRejections::Strict, _)
            | (UnhandledRejections::ByOrigin, Origin::Program | Origin::Task | Origin::Child) => {
                Severity::Error
            }
            (UnhandledRejections::Warn, _) | (UnhandledRejections::ByOrigin, Origin::Host) => {
                Severity::Warning
            }
        };
        Some(Report { severity, error, created, is_told: false })
    }

    /// An error is lost, and reported if no handler deals with it.
    pub(super) fn lose(&mut self, error: Value, report: Report) {
        if self.handler.is_some() || self.passes_on {
            self.untold.push_back((error, report));
        } else {
            self.reports.push(report);
        }
    }

    /// Changes what is called for lost errors. Answers what was so far.
    pub(super) fn set_handler(&mut self, handler: Option<LostHandler>) -> Option<LostHandler> {
        if handler.is_none() {
            self.give_up_telling();
        }
        std::mem::replace(&mut self.handler, handler)
    }

    /// Whether there is something that the handler is yet to be told.
    pub(super) fn has_untold(&self) -> bool {
        self.handler.is_some() && !self.untold.is_empty()
    }

    /// Takes the next error that the handler is to be told, with what is reported otherwise.
    pub(super) fn take_untold(&mut self) -> Option<(LostHandler, Value, Report)> {
        let handler = self.handler.clone()?;
        self.untold.pop_front().map(|(error, report)| (handler, error, report))
    }

    /// Takes what there is no handler for here.
    pub(super) fn take_passed_on(&mut self) -> VecDeque<(Value, Report)> {
        if self.handler.is_none() { std::mem::take(&mut self.untold) } else { VecDeque::new() }
    }

    /// The handler was told, and has dealt with the error or not.
    pub(super) fn told(&mut self, report: Report, is_dealt_with: bool) {
        if !is_dealt_with {
            self.reports.push(Report { is_told: true, ..report });
        }
    }

    /// The handler could not be told.
    pub(super) fn not_told(&mut self, report: Report) {
        self.reports.push(report);
    }

    /// Reports what the handler will not be told any more.
    pub(super) fn give_up_telling(&mut self) {
        if self.handler.is_some() || !self.passes_on {
            self.reports.extend(self.untold.drain(..).map(|(_, report)| report));
        }
    }

    /// Reports all rejections that nobody dealt with, if there is a handler that can still be told. Answers whether there
    /// was one.
    pub(super) fn report_to_handler(&mut self) -> bool {
        if self.handler.is_some() {
            self.report(true);
        }
        self.has_untold()
    }

    /// Takes the reports so far, in the order of what happened.
    pub(super) fn take_reports(&mut self) -> Vec<Report> {
        std::mem::take(&mut self.reports)
    }
}

fn failed(what: &str, error: &ErrorValue) -> RuntimeError {
    let mut shown = RuntimeError::from_value(error);
    shown.message = format!("Unhandled error in {what}: {}", shown.message);
    shown.code = Code::UnhandledTask;
    shown
}
