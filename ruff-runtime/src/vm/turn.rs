//! Turns: how the machine of an isolate waits for others, gives way to them, and goes on.

use std::time::Duration;

use ruff_syntax::Code;

use super::{Vm, VmResult};
use crate::bytecode::Instr;
use crate::error::{Ending, VmError};
use crate::fiber::Fiber;
use crate::heap::Ref;
use crate::isolate::{Answer, Mail, Parcel, Patience, Stuck};
use crate::scheduler::{IsolateId, Item, Outcome, Unfinished};
use crate::value::{Closure, ErrorValue, Value};

impl Vm {
    /// Gets ready to make a call in this isolate: of the first of an array, with the others as arguments.
    pub(crate) fn begin(&mut self, call: Value) -> VmResult {
        self.start_limits();
        let Value::Array(call) = call else { return Ok(()) };
        let mut args = call.into_owned().into_vec();
        let rest = args.split_off(1.min(args.len()));
        let closure = match std::mem::replace(&mut args, rest).pop() {
            Some(Value::Closure(closure)) if closure.proto.flags.is_generator => {
                let message = "Task result cannot cross isolates: generator";
                return Err(VmError::new(Code::Transfer, message));
            }
            Some(Value::Closure(closure)) => closure,
            Some(Value::Native(_, def)) => self.prelude_closure(def)?,
            _ => return Ok(()),
        };
        *self.fiber = Fiber::new(closure, &mut args, self.call_depth.saturating_add(1));
        self.scheduler.start_main();
        Ok(())
    }

    /// Goes on with the fiber that runs, or the next one, until the isolate's own function has ended.
    pub(crate) fn go_on(&mut self) -> VmResult<Value> {
        if self.fiber.frames.is_empty() && !self.next_running()? {
            return Ok(Value::Null);
        }
        self.run()
    }

    /// The isolate ends: whatever is left is dropped.
    pub(crate) fn end(&mut self) {
        self.member.close_yard();
        *self.fiber = Fiber::idle();
        self.resumers.clear();
        self.scheduler.end(&mut self.host);
        self.member.forget_expected();
    }

    /// The program is about to end: says what does not come to its end by that.
    pub(super) fn note_unfinished(&mut self) {
        // Isolates may have ended that nobody waited for.
        self.read_mail();
        let program = &self.member.program;
        let isolates = program.census.others();
        program.leave_unfinished(Unfinished { isolates, ..self.scheduler.unfinished() });
    }

    /// Waits for the isolates that this one does not end before: those in its yard and, if it was stopped, those that it has
    /// started.
    pub(crate) fn await_isolates(&mut self) -> VmResult {
        while self.is_before_others() {
            self.idle()?;
            if let Err(error) = self.look_up() {
                let ending = error.fault().ending.unwrap_or(Ending::Interrupted);
                if self.is_program_ending() || !self.may_clean_up(ending) {
                    return Err(error);
                }
                self.cancel_fibers(Some(ending));
            }
        }
        Ok(())
    }

    fn is_before_others(&self) -> bool {
        self.member.has_tenants() || (self.is_program_ending() && self.scheduler.has_isolates())
    }

    /// A value that came from another isolate.
    pub(crate) fn receive_parcel(&mut self, parcel: Parcel) -> Value {
        parcel.unpack(&mut self.modules, &mut self.member.declared)
    }

    /// The value of an item of a channel.
    pub(super) fn open_item(&mut self, item: Item) -> Value {
        match item {
            Item::Here(value) => value,
            Item::Packed(parcel) => self.receive_parcel(*parcel),
        }
    }

    /// Gives values back to channels that others know by now.
    fn return_items(&mut self) {
        for (value, channel) in self.scheduler.take_unpacked() {
            if let (Ok(parcel), Some(common)) = (self.pack(value), channel.common()) {
                self.scheduler.give_back(&common, parcel);
            }
        }
    }

    /// A value for another isolate.
    pub(crate) fn pack(&mut self, value: Value) -> Result<Parcel, Stuck> {
        self.member.pack(value, &self.modules, &mut self.scheduler)
    }

    /// Starts an isolate that calls `closure`, and whose result nobody waits for. `by` is who does so.
    pub(super) fn start_block(&mut self, closure: Ref<Closure>, by: &str) -> VmResult {
        let call = Value::array(vec![Value::Closure(closure)]);
        let call = self.pack(call).map_err(|stuck| stuck.refusal(by))?;
        let (block, mailbox) = self.member.start(&mut self.host, call, None);
        let scope = self.scope_for_new();
        self.scheduler.add_isolate(block, mailbox, None, scope);
        Ok(())
    }

    /// Reads what other isolates have sent.
    pub(super) fn read_mail(&mut self) {
        self.member.mailbox.interrupt.take_news();
        while let Some(mail) = self.member.mailbox.take() {
            match mail {
                Mail::Settled(isolate, answer) => self.settle_expected(isolate, answer),
                Mail::Ended(isolate, orphans) => self.scheduler.isolate_ended(isolate, orphans),
                Mail::Deadlock(fibers) => self.member.deadlock = Some(fibers),
                Mail::Lost(error, report) => {
                    let error = self.receive_parcel(error);
                    self.scheduler.lose(error, *report);
                }
                Mail::Over => self.member.is_over = true,
                mail => self.scheduler.hear(mail),
            }
        }
    }

    fn settle_expected(&mut self, isolate: IsolateId, answer: Answer) {
        let Some(promise) = self.member.expected(isolate) else { return };
        match answer {
            _ if self.scheduler.is_stopped(&promise) => self.scheduler.cancelled(&promise),
            Answer::Resolved(parcel) => {
                let value = self.receive_parcel(parcel);
                self.scheduler.settle(promise, Outcome::Resolved(value));
            }
            Answer::Rejected(parcel) => {
                let error = match self.receive_parcel(parcel) {
                    Value::Error(error) => error,
                    other => ErrorValue::of(ErrorValue::throw(other)),
                };
                self.scheduler.settle(promise, Outcome::Rejected(error));
            }
            Answer::Cancelled => self.scheduler.cancelled(&promise),
        }
    }

    /// Lets time pass until something may have happened that a fiber waits for. Answers whether there is anything to wait
    /// for.
    pub(super) fn idle(&mut self) -> VmResult<bool> {
        self.read_mail();
        self.return_items();
        self.scheduler.look(&mut self.host);
        self.scheduler.report_lost();
        if self.member.is_over {
            return Err(VmError::ending(Ending::Paused));
        }
        if self.scheduler.can_go_on() || self.scheduler.has_untold() {
            // It is time to look at others all the same.
            self.let_guests_run();
            return Ok(true);
        }
        if self.member.deadlock.is_some() {
            return Ok(false);
        }
        let waits_for_host = self.scheduler.waits_for_host();
        let waits_for_others =
            self.member.is_guest && self.scheduler.is_draining() && self.is_before_others();
        if !waits_for_host && !waits_for_others && !self.waits_for_mail() {
            return Ok(false);
        }
        if !waits_for_host {
            match self.member.mailbox.wait_for_mail(self.scheduler.fibers()) {
                Patience::Yes => {}
                Patience::No => return Ok(true),
                Patience::InVain(fibers) => {
                    self.member.program.main.post(Mail::Deadlock(fibers));
                }
            }
        }
        let is_busy = self.let_guests_run();
        let guests = self.member.yard.as_ref().and_then(|yard| yard.next_alarm());
        let until = self.scheduler.next_timer().into_iter().chain(guests).min();
        if self.member.is_guest && (is_busy || !self.may_jump(until)) {
            self.member.is_late = is_busy;
            self.member.alarm = self.alarm_of_guest(until);
            return Err(VmError::ending(Ending::Paused));
        }
        if !is_busy {
            self.scheduler.wait(&mut self.host, until);
        }
        self.member.mailbox.go_on();
        Ok(true)
    }

    /// Whether it is this isolate that decides what time it is, and that may be later now.
    fn may_jump(&self, until: Option<Duration>) -> bool {
        !self.member.is_tenant() && self.host.next_jump(until).is_some()
    }

    /// When this isolate wants to go on that waits until then, by the clock of those that it shares a thread with.
    fn alarm_of_guest(&self, until: Option<Duration>) -> Option<Duration> {
        let clock = &self.member.clock;
        let limit = self.limits.deadline().and_then(|limit| clock.of_host(limit));
        let until = until.into_iter().chain(limit).chain(self.limits.end_of_cleanup()).min()?;
        if self.member.is_tenant() { Some(until) } else { clock.on_host(until) }
    }

    /// Lets the isolates run that share the thread with this one, which waits. Answers whether any did.
    fn let_guests_run(&mut self) -> bool {
        let Some(yard) = &mut self.member.yard else { return false };
        yard.round(&mut self.host)
    }

    /// Whether a fiber waits for another isolate, or the whole program does since its own function has ended.
    fn waits_for_mail(&self) -> bool {
        let is_draining = self.scheduler.is_draining() && !self.member.is_guest;
        (is_draining && self.member.program.census.has_others())
            || self.scheduler.waits_outside()
            || self.scheduler.may_wait_for_isolates()
            || self.member.all_expected().any(|promise| self.scheduler.is_awaited(promise))
    }

    /// Gives way to the isolates that share the thread; goes on later with the instruction at `pc`.
    #[cold]
    pub(super) fn give_way_at(&mut self, pc: *const Instr) -> VmError {
        self.frame_mut().pc = pc;
        VmError::ending(Ending::Paused)
    }

    /// As [`Vm::give_way_at`], with the instruction before.
    #[cold]
    pub(super) fn give_way_before(&mut self, pc: *const Instr) -> VmError {
        // It was just fetched from there.
        self.give_way_at(pc.wrapping_sub(1))
    }
}

impl Stuck {
    /// The error of `by`, which would have taken a value to another isolate.
    pub(crate) fn refusal(self, by: &str) -> VmError {
        let kind = self.kind;
        let message = match self.variable {
            Some(name) => format!("{by} cannot capture '{name}': {kind} values cannot cross isolates"),
            None => format!("{by}: {kind} values cannot cross isolates"),
        };
        VmError::new(Code::Transfer, message)
    }
}
