//! Calls inside of scopes: how a fiber goes into one, what it does when that is cancelled, and how it comes out.
//!
//! A builtin that runs a body in a scope says so to its [`FiberCx`](crate::native::FiberCx). The body is called in the
//! fiber that called the builtin, in a frame with [`ReturnMode::Scope`]; whichever way that frame is left, the scope is.

use ruff_syntax::Code;

use super::call::{Reached, Site};
use super::{Vm, VmResult};
use crate::error::{Ending, VmError};
use crate::fiber::{ReturnMode, is_cleaning_up};
use crate::host::Host;
use crate::native::InnerCall;
use crate::scheduler::{Ended, Level, Purpose};
use crate::value::Value;

impl Vm {
    /// Makes the call that a builtin wants to be made inside of a new scope.
    pub(super) fn call_inside(&mut self, call: InnerCall, site: Site) -> VmResult {
        let InnerCall { callee, args, scope } = call;
        let closure = self.prelude_closure(callee)?;
        self.tick()?;
        self.fiber.stack.clear(site.base, site.base + site.count);
        let count = args.len();
        self.fiber.stack.reserve(site.base + count);
        for (at, arg) in args.into_iter().enumerate() {
            self.fiber.stack.set(site.base + at, arg);
        }
        let is_cleaning_up = self.is_cleaning_up();
        self.call_closure(closure, Site { count, mode: ReturnMode::Scope, ..site }, Reached::Function)?;
        if matches!(scope.purpose(), Purpose::VirtualTime) {
            self.host.begin_virtual_time();
        }
        self.scheduler.enter_scope(scope, is_cleaning_up);
        self.watch_scopes();
        Ok(())
    }

    /// The call inside of the innermost scope is over, with `result`: the fiber leaves the scope, and goes on when that
    /// has come to its end. Register `dest` gets what comes of it.
    pub(super) fn leave_scope(&mut self, dest: u16, result: VmResult<Value>) -> VmResult {
        let now = self.host.uptime();
        if self.scheduler.leave_scope(result, now) {
            return self.finish_scope(dest);
        }
        if let Err(error) = self.scheduler.next_wait() {
            // It is not allowed to wait.
            self.give_up_scope();
            return Err(error);
        }
        self.leave(dest);
        self.scheduler.wait_for_scope();
        if self.scheduler.has_ends() {
            self.meet_fault_leaving();
        }
        if self.next_strand()? { Ok(()) } else { Err(VmError::cancelled()) }
    }

    /// The fiber that runs does not wait for the end of a scope that it has left, if it has.
    pub(super) fn give_up_scope(&mut self) {
        let now = self.host.uptime();
        let ended = self.scheduler.give_up_scope(now);
        self.has_ended(ended.as_ref());
    }

    /// The scope that the fiber that runs has left is at its end.
    pub(super) fn finish_scope(&mut self, dest: u16) -> VmResult {
        let is_cleaning_up = self.is_cleaning_up();
        let ended = self.scheduler.take_ended(is_cleaning_up);
        self.has_ended(ended.as_ref());
        let Some(ended) = ended else { return Ok(()) };
        let value = self.conclude(ended)?;
        self.set_reg(dest, value);
        Ok(())
    }

    /// The fiber that runs is out of a scope.
    fn has_ended(&mut self, ended: Option<&Ended>) {
        if ended.is_some_and(|ended| matches!(ended.purpose, Purpose::VirtualTime)) {
            self.host.end_virtual_time();
        }
        self.watch_scopes();
    }

    /// What comes of a scope. A request to end that reached its body ends here, unless it came from outside.
    fn conclude(&self, ended: Ended) -> VmResult<Value> {
        let Ended { purpose, result, is_cancelled } = ended;
        let ending = result.as_ref().err().map(|error| error.fault().ending);
        let was_stopped = ending == Some(Some(Ending::Cancelled));
        if let Purpose::Group(group) = &purpose
            && (was_stopped || result.is_ok())
            && let Some(failure) = group.take_failure()
        {
            return Err(failure);
        }
        match (result, purpose) {
            (Err(error), _) if !(was_stopped && is_cancelled) => Err(error),
            (Ok(value), Purpose::Shield) => Ok(value),
            (result, purpose) => {
                self.check_cancelled()?;
                match (result, purpose) {
                    (_, Purpose::Group(_)) if is_cancelled => Ok(Value::Null),
                    (Err(_), Purpose::Timeout(ms)) => {
                        Err(VmError::new(Code::Timeout, format!("Timeout after {ms}ms")))
                    }
                    (Err(_), Purpose::Default(value)) => Ok(value),
                    (result, _) => result,
                }
            }
        }
    }

    /// Whether the fiber that runs does so to clean up although it is to end.
    pub(super) fn is_cleaning_up(&self) -> bool {
        let resumers = self.resumers.iter().rev().map(|resumer| &*resumer.fiber);
        (self.scheduler.level() != Level::Running || self.is_program_ending())
            && is_cleaning_up(std::iter::once(&*self.fiber).chain(resumers))
    }

    /// Raises the request to end if the fiber that runs is cancelled here.
    pub(super) fn check_cancelled(&self) -> VmResult {
        let is_due = match self.scheduler.level() {
            Level::Running => false,
            Level::Cancelled => !self.is_cleaning_up(),
            Level::Overdue => true,
        };
        if is_due { Err(VmError::cancelled()) } else { Ok(()) }
    }
}
