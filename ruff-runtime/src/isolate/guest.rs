//! [`Guest`]: an isolate that shares its thread with others.

use std::any::Any;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use ruff_syntax::Code;

use super::declared::Declared;
use super::mail::{Answer, Mail, Mailbox};
use super::member::Member;
use super::pack::pack;
use super::program::{Job, Program, Start};
use super::yard::Premises;
use crate::error::{Ending, VmError};
use crate::module::Modules;
use crate::scheduler::{Outcome, Promise, Report, Scheduler};
use crate::timed_host::TimedHost;
use crate::value::{ErrorValue, Value};
use crate::vm::Vm;

/// Looks at the clock in a turn, at most. Ten thousand calls and loop turns are between two.
const LOOKS: u32 = 20;

/// An isolate that was started by another, and what it runs for.
pub(super) struct Guest {
    program: Arc<Program>,
    vm: Vm,
    mailbox: Arc<Mailbox>,
    job: Job,
    /// Whoever waited for the result has been told.
    is_told: bool,
    phase: Phase,
}

/// How far a guest has come.
enum Phase {
    /// Its function runs.
    Running,
    /// Its function has ended, with this; other fibers run on.
    Draining(Value),
    /// It was stopped; its fibers clean up.
    CleaningUp,
    /// Nothing of its own runs any more, but isolates that it does not end before.
    Waiting,
}

/// What a guest wants after its turn.
pub(super) enum Turn {
    /// To go on.
    Again,
    /// To go on when there is news, or then.
    Wait(Option<Duration>),
    /// Nothing any more.
    Over,
    /// Nothing any more, and it must not be touched again.
    Lost,
}

impl Guest {
    /// Takes up an isolate.
    pub(super) fn begin(
        program: &Arc<Program>,
        start: Start,
        host: TimedHost,
        premises: Option<Rc<Premises>>,
    ) -> Guest {
        let Start { call, mailbox, job } = start;
        let member = Member::guest(program.clone(), mailbox.clone(), host.clock.clone(), premises);
        let mut vm = Vm::in_isolate(host, member);
        let call = vm.receive_parcel(call);
        // Only builtins can fail to be called, which is a mistake in them.
        let begun = vm.begin(call);
        let program = program.clone();
        let mut guest = Guest { program, vm, mailbox, job, is_told: false, phase: Phase::Running };
        if let Err(error) = begun {
            guest.finish(Err(error));
        }
        guest
    }

    /// Does not take up an isolate that was cancelled before it began.
    pub(super) fn refuse(program: &Program, start: Start) {
        start.mailbox.close();
        start.job.answer(Answer::Cancelled);
        start.job.end(Vec::new());
        program.leave();
    }

    /// Lets it go on until it waits or the host's clock reaches `until`.
    pub(super) fn turn(&mut self, until: Duration) -> Turn {
        self.mailbox.interrupt.take_news();
        self.mailbox.go_on();
        (self.vm.member.slice, self.vm.member.looks) = (until, LOOKS);
        loop {
            let result = match &self.phase {
                Phase::Running => self.vm.go_on(),
                Phase::Draining(_) | Phase::CleaningUp => self.vm.drain().map(|()| Value::Null),
                Phase::Waiting => self.vm.await_isolates().map(|()| Value::Null),
            };
            if self.vm.member.is_over {
                return self.end();
            }
            match result {
                Err(error) if error.is_pause() => {
                    self.pass_on_reports();
                    let is_late = std::mem::take(&mut self.vm.member.is_late);
                    return if is_late { Turn::Again } else { Turn::Wait(self.vm.member.alarm.take()) };
                }
                result => match (std::mem::replace(&mut self.phase, Phase::Waiting), result) {
                    (Phase::Running, Ok(value)) => {
                        // Whoever waits need not wait for what else runs here, if the result is known.
                        let is_known = Promise::of(&value).is_none();
                        if is_known {
                            self.finish(Ok(value));
                            self.phase = Phase::Draining(Value::Null);
                        } else {
                            self.phase = Phase::Draining(value);
                        }
                    }
                    (Phase::Draining(value), Ok(_)) => self.finish_with(&value),
                    (Phase::Running | Phase::Draining(_), Err(error)) => {
                        let ending = error.fault().ending;
                        self.finish(Err(error));
                        if self.vm.cancel_fibers(ending) {
                            self.phase = Phase::CleaningUp;
                        }
                    }
                    (Phase::CleaningUp, Ok(_)) => {}
                    (Phase::CleaningUp, Err(_)) | (Phase::Waiting, _) => return self.end(),
                },
            }
        }
    }

    /// A builtin panicked: the isolate ends as it is, and who waits for it is told.
    pub(super) fn give_up(&mut self, panicked: &(dyn Any + Send)) -> Turn {
        let text = panicked.downcast_ref::<&str>().copied();
        let text =
            text.or_else(|| panicked.downcast_ref::<String>().map(String::as_str)).unwrap_or("unknown");
        let error = VmError::new(Code::Scheduler, format!("Task panicked: {text}"));
        // The machine is as the panic left it: nothing of it is used to say so.
        let (modules, mut declared) = (Modules::new(self.program.numbers.clone()), Declared::default());
        let mut lost = Scheduler::new(self.program.options.unhandled_rejections);
        if self.job.is_block {
            lost.failed_block(error);
            lost.take_reports().into_iter().for_each(|report| self.program.report(report));
        } else if let Ok(packed) = pack(ErrorValue::caught(error), &modules, &mut declared, &mut lost) {
            self.job.answer(Answer::Rejected(packed));
        }
        self.mailbox.close();
        self.vm.member.close_yard();
        self.job.end(Vec::new());
        self.program.leave();
        Turn::Lost
    }

    /// Tells who waits for the outcome of a promise, which is the result.
    fn finish_with(&mut self, value: &Value) {
        let Some(promise) = Promise::of(value) else { return self.finish(Ok(Value::Null)) };
        match promise.outcome() {
            Some(Outcome::Resolved(value)) => self.finish(Ok(value)),
            Some(Outcome::Rejected(error)) => {
                promise.mark_handled();
                self.finish(Err(error.raise_again()));
            }
            None => {
                let message = "Promise never resolved (channel closed)";
                self.finish(Err(VmError::new(Code::Scheduler, message)));
            }
        }
    }

    /// Tells who waits how it ended.
    fn finish(&mut self, result: Result<Value, VmError>) {
        if self.is_told {
            return;
        }
        let result = result.map_err(|error| self.vm.interrupted_by(error));
        let ending = result.as_ref().err().and_then(|error| error.fault().ending);
        if let Some(Ending::Exit(status)) = ending {
            self.vm.member.program.exit(status);
        }
        if matches!(ending, Some(Ending::Cancelled | Ending::Interrupted | Ending::Exit(_))) {
            // That is told at its end, when it has cleaned up.
            return;
        }
        self.is_told = true;
        let result = match result {
            Ok(_) if self.job.is_block => return,
            Ok(value) => {
                let kind = value.type_name();
                self.vm.pack(value).map(Answer::Resolved).map_err(|_| {
                    VmError::new(Code::Transfer, format!("Task result cannot cross isolates: {kind}"))
                })
            }
            Err(error) => Err(error),
        };
        let error = match result {
            Ok(answer) => {
                self.job.answer(answer);
                return;
            }
            Err(error) => error,
        };
        if self.job.is_block {
            self.vm.scheduler.failed_block(error);
            return;
        }
        let error = ErrorValue::of(error);
        let packed = self.vm.pack(Value::Error(error.clone())).or_else(|_| {
            // What it holds stays here.
            let plain = VmError::new(error.code, error.message().to_string());
            self.vm.pack(ErrorValue::caught(plain))
        });
        if let Ok(packed) = packed
            && self.job.answer(Answer::Rejected(packed)).is_some()
        {
            self.vm.scheduler.failed_task(error.raise_again());
        }
    }

    fn pass_on_reports(&mut self) {
        self.vm.scheduler.take_reports().into_iter().for_each(|report| self.program.report(report));
        for (error, report) in self.vm.scheduler.take_passed_on() {
            if let Some(report) = self.pass_on(error, report) {
                self.program.report(report);
            }
        }
    }

    /// Tells the isolate that the program began in of a lost error, if it wants to know. Gives the report back if not.
    fn pass_on(&mut self, error: Value, report: Report) -> Option<Report> {
        if !self.program.has_lost_handler.load(Ordering::Acquire) {
            return Some(report);
        }
        let Ok(error) = self.vm.pack(error) else { return Some(report) };
        match self.program.main.post(Mail::Lost(error, Box::new(report)))? {
            Mail::Lost(_, report) => Some(*report),
            _ => None,
        }
    }

    /// Whatever it runs is dropped.
    pub(super) fn drop_out(mut self: Box<Self>) {
        self.end();
    }

    fn end(&mut self) -> Turn {
        if !self.is_told {
            self.job.answer(Answer::Cancelled);
        }
        let orphans = self.vm.scheduler.take_orphans();
        self.program.leave_unfinished(self.vm.scheduler.unfinished());
        self.vm.end();
        self.pass_on_reports();
        super::code::forget_shapes();
        for mail in self.mailbox.close() {
            if let Mail::Received(_, parcel, common) = mail {
                self.vm.scheduler.give_back(&common, parcel);
            }
        }
        self.job.end(orphans);
        self.vm.member.program.leave();
        Turn::Over
    }
}
