//! [`FiberCx`]: what a native sees that starts something or waits.

use std::cell::Cell;
use std::ops::{Deref, DerefMut};
use std::rc::Rc;
use std::time::Duration;

use ruff_syntax::Code;

use super::{Cx, NativeResult};
use crate::bytecode::Outside;
use crate::error::{TracePoint, VmError};
use crate::host::{HostResult, Operation};
use crate::isolate::{Added, Member};
use crate::module::Modules;
use crate::scheduler::{All, Channel, Claim, Deferred, Follow, Origin, Outcome, Promise, Scheduler, Task};
use crate::value::{Closure, ErrorValue, Handle, Value};

/// The context of a native that works with fibers: a [`Cx`] that also knows the scheduler.
pub struct FiberCx<'vm> {
    cx: Cx<'vm>,
    scheduler: &'vm mut Scheduler,
    /// The files that the isolate has loaded, and what it knows of others; nothing where only a builtin runs.
    isolate: Option<(&'vm mut Modules, &'vm mut Member)>,
    /// The call.
    at: Option<TracePoint>,
    calls: Vec<StartedCall>,
}

/// A call that a native wants to be made in a fiber of its own.
pub(crate) struct StartedCall {
    /// A function of the program, or a builtin written in Ruff.
    pub(crate) callee: Value,
    pub(crate) args: Vec<Value>,
    /// Gets the result.
    pub(crate) promise: Deferred,
}

impl<'vm> Deref for FiberCx<'vm> {
    type Target = Cx<'vm>;

    fn deref(&self) -> &Cx<'vm> {
        &self.cx
    }
}

impl<'vm> DerefMut for FiberCx<'vm> {
    fn deref_mut(&mut self) -> &mut Cx<'vm> {
        &mut self.cx
    }
}

impl<'vm> FiberCx<'vm> {
    /// A context for the call at `at`.
    pub fn new(cx: Cx<'vm>, scheduler: &'vm mut Scheduler, at: Option<TracePoint>) -> Self {
        FiberCx { cx, scheduler, isolate: None, at, calls: Vec::new() }
    }

    /// The same in an isolate.
    pub(crate) fn in_isolate(self, modules: &'vm mut Modules, member: &'vm mut Member) -> Self {
        FiberCx { isolate: Some((modules, member)), ..self }
    }

    /// Whether nothing goes on but the fiber that calls, so that it may as well keep the thread waiting.
    pub fn is_alone(&self) -> bool {
        self.scheduler.is_alone()
    }

    /// A pending promise for the result of a host operation: its value, and the side that settles it.
    pub fn promise(&mut self) -> (Value, Deferred) {
        Scheduler::promise(Origin::Host, self.at.take())
    }

    pub(crate) fn into_calls(self) -> Vec<StartedCall> {
        self.calls
    }

    /// A promise of what a call gives, of a builtin written in Ruff for one. It is made in a fiber of its own, when the
    /// native has returned and the fiber that called it waits.
    pub fn call(&mut self, origin: Origin, callee: Value, args: Vec<Value>) -> Value {
        let (value, promise) = Scheduler::promise(origin, self.at.take());
        self.calls.push(StartedCall { callee, args, promise });
        value
    }

    /// Calls a function of the program, or a builtin written in Ruff, in an isolate of its own; a handle for the result.
    ///
    /// Errors: it takes another number of arguments, or something that it captured cannot cross isolates.
    pub fn start_task(&mut self, function: Value, args: Vec<Value>) -> NativeResult<Value> {
        if let Value::Closure(closure) = &function
            && usize::from(closure.proto.params) != args.len()
        {
            let (name, expected, got) = (closure.proto.name(), closure.proto.params, args.len());
            let message = format!("{name} expects {expected} arguments, got {got}");
            return Err(VmError::new(Code::CallArity, message));
        }
        let Some((modules, member)) = &mut self.isolate else {
            return Err(VmError::new(Code::Transfer, "there are no isolates here"));
        };
        let call = Value::array(std::iter::once(function).chain(args).collect());
        let function =
            member.pack(call, modules).map_err(|stuck| stuck.refusal(&format!("{}()", self.cx.name())))?;
        let (promise, result) = Scheduler::promise(Origin::Task, self.at.take());
        self.scheduler.has_company = true;
        let (isolate, number) = member.start(self.cx.host(), function, Some(result.clone()));
        let claim = Cell::new(Claim::Free);
        Ok(Value::Handle(Handle::new(Task { promise, result, isolate, number, claim })))
    }

    /// Cancels a task, unless it is over. Answers whether it was not.
    pub fn cancel_task(&mut self, task: &Task) -> bool {
        if task.claim.get() == Claim::Cancelled || !task.result.is_pending() {
            return false;
        }
        task.claim.set(Claim::Cancelled);
        task.result.mark_handled();
        task.isolate.interrupt.request();
        if let Some((_, member)) = &mut self.isolate {
            member.cancel_expected(task.number);
        }
        true
    }

    /// A promise of the results of all of `promises`, in their order.
    pub fn all(&mut self, promises: &[&Promise]) -> Value {
        if promises.is_empty() {
            return Promise::settled(Outcome::Resolved(Value::array(Vec::new())));
        }
        let (value, target) = self.promise();
        let all = Rc::new(All::new(target, promises.len()));
        for (index, promise) in promises.iter().enumerate() {
            self.scheduler.react(&promise.deferred(), all.clone(), index);
        }
        value
    }

    /// A copy of the value in the shared store under `key`, and its version.
    pub fn shared_get(&mut self, key: &str) -> Option<(Value, u64)> {
        let (modules, member) = self.isolate.as_mut()?;
        let (parcel, version) = member.program.shared.get(key)?;
        Some((parcel.unpack(modules, &mut member.declared), version))
    }

    /// Stores a copy of `value` in the shared store; with a `version` only if the value of that version is still there.
    /// Answers whether it did.
    ///
    /// Errors: the type of something in `value` that is bound to its isolate.
    pub fn shared_set(
        &mut self,
        key: &str,
        value: Value,
        version: Option<u64>,
    ) -> Result<bool, &'static str> {
        let Some((modules, member)) = &mut self.isolate else { return Ok(false) };
        let parcel = member.pack(value, modules).map_err(|stuck| stuck.kind)?;
        Ok(member.program.shared.set(key, parcel, version))
    }

    /// Whether there is a value in the shared store under `key`.
    pub fn shared_has(&self, key: &str) -> bool {
        self.isolate.as_ref().is_some_and(|(_, member)| member.program.shared.has(key))
    }

    /// Removes a value from the shared store. Answers whether there was one.
    pub fn shared_remove(&mut self, key: &str) -> bool {
        self.isolate.as_ref().is_some_and(|(_, member)| member.program.shared.remove(key))
    }

    /// The keys of the shared store, sorted.
    pub fn shared_keys(&self) -> Vec<String> {
        self.isolate.as_ref().map(|(_, member)| member.program.shared.keys()).unwrap_or_default()
    }

    /// Adds to the int in the shared store under `key`, and answers the sum.
    ///
    /// Errors: the function's, of what keeps it from that.
    pub fn shared_add(&mut self, key: &str, delta: i64) -> NativeResult<i64> {
        let added = self.isolate.as_ref().map(|(_, member)| member.program.shared.add(key, delta));
        let name = self.cx.name();
        let (code, message) = match added.unwrap_or(Added::Nothing) {
            Added::Sum(sum) => return Ok(sum),
            Added::Overflow(before) => {
                (Code::IntegerOverflow, format!("Integer overflow: {before} + {delta}"))
            }
            Added::NoInt => (Code::ArgumentValue, format!("{name} requires key '{key}' to reference an int")),
            Added::Nothing => (Code::MissingKey, format!("{name} key '{key}' not found")),
        };
        Err(VmError::new(code, message))
    }

    /// How often the fiber that calls has waited.
    pub fn waits(&self) -> u32 {
        self.scheduler.waits()
    }

    /// The name of a variable that a function assigns and that is not its own, if there is one.
    pub fn assigned_outside(&self, closure: &Closure) -> Option<String> {
        let proto = &closure.proto;
        match proto.assigned_outside()? {
            Outside::Capture(name) => Some(name.to_string()),
            Outside::Global(slot) => {
                let globals = &self.isolate.as_ref()?.0.get(proto.module).globals;
                globals.name(slot).map(|name| name.to_string())
            }
        }
    }

    /// How many isolates may work at a time.
    pub fn workers(&self) -> usize {
        self.isolate.as_ref().map_or(1, |(_, member)| member.program.options.workers.max(1))
    }

    /// How many parts of an operation go on at a time if the program does not say.
    pub fn pool_size(&self) -> usize {
        self.scheduler.pool_size
    }

    /// Changes [`FiberCx::pool_size`].
    pub fn set_pool_size(&mut self, size: usize) {
        self.scheduler.pool_size = size;
    }

    /// A promise of `value` after some time. No time means a turn: the first fiber that awaits it lets the others go on.
    pub fn after(&mut self, duration: Duration, value: Value) -> Value {
        if duration.is_zero() {
            return Promise::turn(value);
        }
        let (promise, deferred) = self.promise();
        self.at(duration, deferred, Outcome::Resolved(value));
        promise
    }

    /// A promise of what an operation of the host gives. `has_effects` says that the program may not end before it is
    /// over.
    pub fn start<T: Send + 'static>(
        &mut self,
        operation: Operation<T>,
        has_effects: bool,
        finish: impl FnOnce(HostResult<T>) -> NativeResult<Value> + 'static,
    ) -> Value {
        let (promise, deferred) = self.promise();
        self.scheduler.start(self.cx.host(), operation, deferred, has_effects, finish);
        promise
    }

    /// A promise of the outcome of `source`, or of `error` if that takes longer than `duration`.
    pub fn within(&mut self, source: &Promise, duration: Duration, error: VmError) -> Value {
        let (promise, deferred) = self.promise();
        let expired = Outcome::Rejected(ErrorValue::of(error));
        self.at(duration, deferred.clone(), expired);
        let follow = Rc::new(Follow(deferred));
        self.scheduler.react(&source.deferred(), follow, 0);
        promise
    }

    /// A new channel.
    pub fn channel(&mut self) -> Value {
        Value::Handle(Handle::new(Channel::default()))
    }

    /// Sends a value into a channel.
    ///
    /// Errors: the channel is closed.
    pub fn send(&mut self, channel: &Channel, value: Value) -> NativeResult<()> {
        if channel.is_closed() {
            return Err(VmError::new(Code::ChannelClosed, "Channel is closed"));
        }
        self.scheduler.send(channel, value);
        Ok(())
    }

    /// Closes a channel. Answers whether it was open.
    pub fn close(&mut self, channel: &Channel) -> bool {
        self.scheduler.close(channel)
    }

    /// The next value of a channel, or a promise of it.
    pub fn receive(&mut self, channel: &Channel) -> Value {
        if let Some(value) = channel.try_receive() {
            return value;
        }
        if channel.is_closed() {
            return Value::Null;
        }
        if self.scheduler.fibers() == 1 {
            self.scheduler.warn_of_lonely_receive(self.at.take());
            return Value::Null;
        }
        let (promise, deferred) = self.promise();
        channel.add_receiver(deferred);
        promise
    }

    fn at(&mut self, duration: Duration, promise: Deferred, outcome: Outcome) {
        let deadline = self.cx.host().uptime().saturating_add(duration);
        self.scheduler.at(deadline, promise, outcome);
    }
}
