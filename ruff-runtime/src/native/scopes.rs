//! What natives do with scopes: run bodies inside of them, and cancel.

use std::sync::atomic::Ordering;
use std::time::Duration;

use ruff_syntax::Code;

use super::{Begins, FiberCx, InnerCall, NativeDef, NativeResult, StartedCall};
use crate::error::VmError;
use crate::heap::Ref;
use crate::isolate::Packed;
use crate::scheduler::{Deferred, Group, Level, LostHandler, Origin, Purpose, Role, Scheduler, Scope};
use crate::value::{ErrorValue, Value};

impl FiberCx<'_> {
    /// Cancels the work that a promise is of. Answers whether that was not over.
    pub fn cancel(&mut self, promise: &Deferred) -> bool {
        self.scheduler.cancel_promise(promise, self.cx.host())
    }

    /// Whether the fiber that calls is cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.scheduler.level() != Level::Running
    }

    /// Reports an error that came up while its fiber cleaned up, and that nobody can be told.
    pub fn lose(&mut self, error: &Ref<ErrorValue>) {
        self.scheduler.failed_cleanup(error);
    }

    /// Changes the function that is called for errors that nobody dealt with; `caller`, a builtin written in Ruff, calls
    /// it with the error. Answers the one so far; there is none at first.
    pub fn set_lost_handler(&mut self, function: Option<Value>, caller: &'static NativeDef) -> Option<Value> {
        let handler = function.map(|function| LostHandler { function, caller });
        if let Some((_, member)) = &self.isolate
            && !member.is_guest
        {
            member.program.has_lost_handler.store(handler.is_some(), Ordering::Release);
        }
        self.scheduler.set_lost_handler(handler).map(|handler| handler.function)
    }

    /// If the fiber that calls is cancelled, it ends when the native returns.
    pub fn end_if_cancelled(&mut self) {
        self.orders.may_be_cancelled = true;
    }

    /// Runs a body that is not cancelled before it is over. `callee`, a builtin written in Ruff, calls it; what that gives
    /// is the result of the native.
    pub fn shield(&mut self, callee: &'static NativeDef, args: Vec<Value>) {
        self.inside(callee, args, Scope::new(Purpose::Shield));
    }

    /// As [`FiberCx::shield`] for a body that is cancelled after so many milliseconds; then the result is `default`, or
    /// an error if there is none.
    pub fn timeout(&mut self, callee: &'static NativeDef, args: Vec<Value>, ms: u64, default: Option<Value>) {
        let purpose = default.map_or(Purpose::Timeout(ms), Purpose::Default);
        let deadline = self.deadline(Duration::from_millis(ms));
        self.inside(callee, args, Scope::new(purpose).until(deadline));
    }

    /// As [`FiberCx::shield`] for a body in virtual time, that is cancelled like any other.
    pub fn virtual_time(&mut self, callee: &'static NativeDef, args: Vec<Value>) {
        self.inside(callee, args, Scope::new(Purpose::VirtualTime));
    }

    /// Lets virtual time go forward. Answers whether time is virtual.
    pub fn advance_time(&mut self, duration: Duration) -> bool {
        let until = self.deadline(duration);
        self.isolate.as_ref().is_some_and(|(_, member)| member.clock.jump(until))
    }

    /// As [`FiberCx::shield`] for the body of a group, whose cleaning up may take so long.
    pub fn group(
        &mut self,
        callee: &'static NativeDef,
        args: Vec<Value>,
        group: Group,
        grace: Option<Duration>,
    ) {
        let scope = Scope::new(Purpose::Group(group));
        let scope = match grace {
            Some(grace) => scope.with_grace(grace),
            None => scope,
        };
        self.inside(callee, args, scope);
    }

    fn inside(&mut self, callee: &'static NativeDef, args: Vec<Value>, scope: Scope) {
        self.orders.errands().inside = Some(InnerCall { callee, args, scope });
    }

    /// A promise of what a call gives that is made in a fiber of its own, a child of `group`. It begins at once.
    ///
    /// Errors: the group is over.
    pub fn start_child(
        &mut self,
        group: &Group,
        callee: &'static NativeDef,
        args: Vec<Value>,
    ) -> NativeResult<Value> {
        let scope = group.scope().ok_or_else(closed)?;
        let (value, promise) = Scheduler::promise(Origin::Child, self.calls.here());
        let role = Role::Child(promise, group.clone());
        let callee = Value::Native(0, callee);
        self.orders.errands().calls.push(StartedCall {
            callee,
            args,
            role,
            scope: Some(scope),
            begins: Begins::AtOnce,
        });
        Ok(value)
    }

    /// As [`FiberCx::start_child`] for a call that is made in an isolate. The child calls `runner`, a builtin written in
    /// Ruff, with what [`FiberCx::start_packed`] takes.
    ///
    /// Errors: the group is over, or something cannot cross isolates.
    pub fn start_child_task(
        &mut self,
        group: &Group,
        runner: &'static NativeDef,
        callee: &'static NativeDef,
        args: Vec<Value>,
    ) -> NativeResult<Value> {
        group.scope().ok_or_else(closed)?;
        let call = self.pack(Value::Native(0, callee), args)?;
        self.start_child(group, runner, vec![Packed::handle(call)])
    }

    /// A promise of what an isolate gives that makes a call which was packed before.
    pub fn start_packed(&mut self, call: &Value) -> NativeResult<Value> {
        let Some(call) = Packed::take(call) else { return Ok(Value::Null) };
        let (value, result) = Scheduler::promise(Origin::Child, self.calls.here());
        self.start_isolate(call, &result)?;
        Ok(value)
    }

    /// Cancels a group. Answers whether there was anything to cancel.
    pub fn cancel_group(&mut self, group: &Group) -> bool {
        let now = self.cx.host().uptime();
        self.scheduler.cancel_group(group, now)
    }

    /// Whether a group is cancelled, or was.
    pub fn is_group_cancelled(&self, group: &Group) -> bool {
        self.scheduler.is_group_cancelled(group)
    }
}

fn closed() -> VmError {
    VmError::new(Code::Cancelled, "Task group is closed")
}
