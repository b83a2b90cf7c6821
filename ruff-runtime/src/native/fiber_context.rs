//! [`FiberCx`]: what a native sees that starts something or waits.

use std::cell::Cell;
use std::ops::{Deref, DerefMut};
use std::rc::Rc;
use std::time::Duration;

use ruff_syntax::Code;

use super::{Begins, Cx, NativeResult, Orders, StartedCall};
use crate::bytecode::Outside;
use crate::error::VmError;
use crate::host::{Effects, HostResult, Operation};
use crate::isolate::{Added, Member, Parcel};
use crate::module::Modules;
use crate::scheduler::{
    Channel, Choice, Claim, Deferred, Follow, Gather, Item, Origin, Outcome, Promise, Received, Role, Rule,
    Scheduler, Semaphore, Source, Task, Wait, Way,
};
use crate::value::{Closure, ErrorValue, Handle, Value};
use crate::vm::Calls;

/// The context of a native that works with fibers: a [`Cx`] that also knows the scheduler.
pub struct FiberCx<'vm> {
    pub(super) cx: Cx<'vm>,
    pub(super) scheduler: &'vm mut Scheduler,
    /// The files that the isolate has loaded, and what it knows of others; nothing where only a builtin runs.
    pub(super) isolate: Option<(&'vm mut Modules, &'vm mut Member)>,
    /// The calls that led here.
    pub(super) calls: Calls<'vm>,
    pub(super) orders: Orders,
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
    /// A context for a call that no program makes.
    pub fn new(cx: Cx<'vm>, scheduler: &'vm mut Scheduler) -> Self {
        FiberCx { cx, scheduler, isolate: None, calls: Calls::default(), orders: Orders::default() }
    }

    /// A context for a call in an isolate, at the end of `calls`.
    #[inline]
    pub(crate) fn in_isolate(
        cx: Cx<'vm>,
        scheduler: &'vm mut Scheduler,
        isolate: (&'vm mut Modules, &'vm mut Member),
        calls: Calls<'vm>,
    ) -> Self {
        FiberCx { cx, scheduler, isolate: Some(isolate), calls, orders: Orders::default() }
    }

    /// Whether nothing goes on but the fiber that calls, so that it may as well keep the thread waiting.
    pub fn is_alone(&self) -> bool {
        self.scheduler.is_alone()
    }

    /// A pending promise for the result of a host operation: its value, and the side that settles it.
    pub fn promise(&mut self) -> (Value, Deferred) {
        Scheduler::promise(Origin::Host, self.calls.here())
    }

    pub(crate) fn into_orders(self) -> Orders {
        self.orders
    }

    /// A promise of what a call gives, of a builtin written in Ruff for one. It is made in a fiber of its own, when the
    /// native has returned and the fiber that called it waits.
    pub fn call(&mut self, origin: Origin, callee: Value, args: Vec<Value>) -> Value {
        let (value, promise) = Scheduler::promise(origin, self.calls.here());
        let (role, begins) = (Role::Call(promise), Begins::Later);
        self.orders.errands().calls.push(StartedCall { callee, args, role, scope: None, begins });
        value
    }

    /// Calls a function of the program, or a builtin written in Ruff, in an isolate of its own; a handle for the result.
    ///
    /// Errors: it takes another number of arguments, or something that it captured cannot cross isolates.
    pub fn start_task(&mut self, function: Value, args: Vec<Value>) -> NativeResult<Value> {
        if let Value::Closure(closure) = &function {
            closure.proto.check_count(args.len(), 0)?;
        }
        let call = self.pack(function, args)?;
        let (promise, result) = Scheduler::promise(Origin::Task, self.calls.here());
        self.start_isolate(call, &result)?;
        Ok(Value::Handle(Handle::new(Task { promise, result, claim: Cell::new(Claim::Free) })))
    }

    /// A call that an isolate can make.
    ///
    /// Errors: something cannot cross isolates.
    pub(super) fn pack(&mut self, function: Value, args: Vec<Value>) -> NativeResult<Parcel> {
        let by = format!("{}()", self.cx.name());
        let Some((modules, member)) = &mut self.isolate else { return Err(no_isolates()) };
        let call = Value::array(std::iter::once(function).chain(args).collect());
        member.pack(call, modules, self.scheduler).map_err(|stuck| stuck.refusal(&by))
    }

    /// Starts an isolate that makes a call and settles `result`.
    pub(super) fn start_isolate(&mut self, call: Parcel, result: &Deferred) -> NativeResult<()> {
        let Some((_, member)) = &mut self.isolate else { return Err(no_isolates()) };
        let (isolate, mailbox) = member.start(self.cx.host(), call, Some(result.clone()));
        self.orders.errands().isolates.push((result.clone(), isolate, mailbox));
        Ok(())
    }

    /// Cancels a task, unless it is over. Answers whether it was not.
    pub fn cancel_task(&mut self, task: &Task) -> bool {
        if task.claim.get() == Claim::Cancelled || !task.result.is_pending() {
            return false;
        }
        task.claim.set(Claim::Cancelled);
        task.result.mark_handled();
        self.scheduler.cancel_promise(&task.result, self.cx.host())
    }

    /// A promise of what `promises` come to by `rule`.
    pub fn gather(&mut self, rule: Rule, promises: &[&Promise]) -> Value {
        // An error of the whole is as severe as those that it may come from.
        let is_host = !promises.is_empty() && promises.iter().all(|promise| promise.origin() == Origin::Host);
        let origin = if is_host { Origin::Host } else { Origin::Program };
        let (value, target) = Scheduler::promise(origin, self.calls.here());
        if promises.is_empty() {
            self.scheduler.settle(target, Gather::of_none(rule));
            return value;
        }
        let gather = Rc::new(Gather::new(target, rule, promises.len()));
        for (index, promise) in promises.iter().enumerate() {
            self.scheduler.react(promise, gather.clone(), index);
        }
        value
    }

    /// A pending promise that the program settles with [`FiberCx::resolve`] or [`FiberCx::reject`].
    pub fn open_promise(&mut self) -> Value {
        Scheduler::promise(Origin::Program, self.calls.here()).0
    }

    /// A promise of a value that is there.
    pub fn resolved(&mut self, value: Value) -> Value {
        Promise::settled(Outcome::Resolved(value))
    }

    /// A promise that is rejected with the error that `throw(value)` raises.
    pub fn rejected(&mut self, value: Value) -> Value {
        let (promise, deferred) = Scheduler::promise(Origin::Program, self.calls.here());
        let error = self.thrown_here(value);
        self.scheduler.reject(&deferred, error);
        promise
    }

    /// Settles a promise with a value; another promise hands on its own outcome.
    pub fn resolve(&mut self, promise: &Deferred, value: Value) {
        self.scheduler.resolve(promise, value);
    }

    /// Settles a promise with the error that `throw(value)` raises.
    pub fn reject(&mut self, promise: &Deferred, value: Value) {
        let error = self.thrown_here(value);
        self.scheduler.reject(promise, error);
    }

    fn thrown_here(&self, value: Value) -> VmError {
        let mut error = ErrorValue::throw(value);
        if error.fault().trace.is_none() {
            error.fault_mut().trace = Some(Rc::new(self.calls.trace()));
        }
        error
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
        let parcel = member.pack(value, modules, self.scheduler).map_err(|stuck| stuck.kind)?;
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

    /// A promise of what an operation of the host gives.
    pub fn start<T: Send + 'static>(
        &mut self,
        operation: Operation<T>,
        effects: Effects,
        finish: impl FnOnce(HostResult<T>) -> NativeResult<Value> + 'static,
    ) -> Value {
        let (promise, deferred) = self.promise();
        let started = self.scheduler.start(self.cx.host(), operation, deferred, effects, finish);
        if let Some(id) = started {
            self.orders.errands().operations.push(id);
        }
        promise
    }

    /// A promise of the outcome of `source`, or of `error` if that takes longer than `duration`.
    pub fn within(&mut self, source: &Promise, duration: Duration, error: VmError) -> Value {
        let (promise, deferred) = self.promise();
        let expired = Outcome::Rejected(ErrorValue::of(error));
        self.at(duration, deferred.clone(), expired);
        let follow = Rc::new(Follow(deferred));
        self.scheduler.react(source, follow, 0);
        promise
    }

    /// Lets the other fibers that can go on have their turn.
    ///
    /// Errors: the fiber may not wait.
    pub fn yield_now(&mut self) -> NativeResult<()> {
        let wait = self.wait()?;
        self.scheduler.wait_for_turn(wait, Value::Null);
        Ok(())
    }

    /// A new channel, which holds up to `capacity` values, or any number.
    pub fn channel(&mut self, capacity: Option<usize>) -> Value {
        Channel::handle(capacity, self.calls.here())
    }

    /// A new channel that gives the number of a tick every `period`.
    pub fn ticker(&mut self, period: Duration) -> Value {
        let now = self.cx.host().uptime();
        self.scheduler.ticker(now, period)
    }

    /// A value in the form that a channel takes.
    ///
    /// Errors: others know the channel, and something in the value is bound to this isolate.
    fn item(&mut self, channel: &Channel, value: Value) -> NativeResult<Item> {
        match &mut self.isolate {
            Some((modules, member)) if channel.is_common() => {
                let parcel = member.pack(value, modules, self.scheduler);
                parcel.map(Item::packed).map_err(|stuck| stuck.refusal(self.cx.name()))
            }
            _ => Ok(Item::Here(value)),
        }
    }

    fn open_item(&mut self, item: Item) -> Value {
        match (item, &mut self.isolate) {
            (Item::Here(value), _) => value,
            (Item::Packed(parcel), Some((modules, member))) => parcel.unpack(modules, &mut member.declared),
            (Item::Packed(_), None) => Value::Null,
        }
    }

    /// Whether the fiber that calls is the only one of the only isolate.
    fn is_sole(&self) -> bool {
        let has_others = |(_, member): &(_, &mut Member)| member.program.census.has_others();
        self.scheduler.fibers() == 1 && !self.isolate.as_ref().is_some_and(has_others)
    }

    /// Sends a value into a channel, and waits until there is room for it.
    ///
    /// Errors: the channel is closed, or the fiber would have to wait and may not.
    pub fn send(&mut self, channel: &Channel, value: Value) -> NativeResult<()> {
        let item = self.item(channel, value)?;
        if let Some(item) = self.scheduler.send(channel, item)? {
            let wait = self.wait()?;
            self.scheduler.wait_to_send(channel, item, wait);
        }
        Ok(())
    }

    /// Sends a value into a channel if there is room for it. Answers whether there was.
    ///
    /// Errors: the channel is closed.
    pub fn try_send(&mut self, channel: &Channel, value: Value) -> NativeResult<bool> {
        let item = self.item(channel, value)?;
        Ok(self.scheduler.send(channel, item)?.is_none())
    }

    /// Closes a channel. Answers whether it was open.
    pub fn close(&mut self, channel: &Channel) -> bool {
        self.scheduler.close(channel)
    }

    /// The next value of a channel, if there is one.
    pub fn try_receive(&mut self, channel: &Channel) -> Option<Value> {
        match self.scheduler.receive(channel, self.cx.host()) {
            Received::Value(item) => Some(self.open_item(item)),
            Received::Nothing | Received::Closed => None,
        }
    }

    /// The next value of a channel, which the fiber waits for; null if there will be none. No fiber waits alone for one
    /// that only others could send.
    ///
    /// Errors: the fiber would have to wait and may not.
    pub fn receive(&mut self, channel: &Channel) -> NativeResult<Value> {
        match self.scheduler.receive(channel, self.cx.host()) {
            Received::Value(item) => return Ok(self.open_item(item)),
            Received::Closed => {}
            Received::Nothing if self.is_sole() && channel.is_plain() => {
                self.scheduler.warn_of_lonely_receive(self.calls.here());
            }
            Received::Nothing => {
                let wait = self.wait()?;
                self.scheduler.wait_to_receive(channel, wait);
            }
        }
        Ok(Value::Null)
    }

    /// The next value of a channel, which the fiber waits for no longer than `limit`; null if there is none.
    ///
    /// Errors: the fiber would have to wait and may not.
    pub fn receive_within(&mut self, channel: &Channel, limit: Duration) -> NativeResult<Value> {
        match self.scheduler.receive(channel, self.cx.host()) {
            Received::Value(item) => return Ok(self.open_item(item)),
            Received::Nothing if !limit.is_zero() => {
                let wait = self.wait()?;
                self.scheduler.wait_to_receive(channel, wait);
                let deadline = self.deadline(limit);
                self.scheduler.wait_until(deadline, wait);
            }
            Received::Nothing | Received::Closed => {}
        }
        Ok(Value::Null)
    }

    /// Does the first of `sources` that can be done, which the fiber waits for, no longer than `limit`. Says which one that
    /// was.
    ///
    /// Errors: it is to send to a closed channel, or the fiber would have to wait and may not.
    pub fn select(&mut self, mut sources: Vec<Source>, limit: Option<Duration>) -> NativeResult<Value> {
        for source in &mut sources {
            if let Way::Send(channel, item) = &mut source.0
                && let Item::Here(value) = item
            {
                *item = self.item(channel, std::mem::take(value))?;
            }
        }
        if let Some(choice) = self.scheduler.select(&sources, self.cx.host())? {
            return Ok(choice.into_value(|item| self.open_item(item)));
        }
        if limit.is_some_and(|limit| limit.is_zero()) {
            return Ok(Choice::timeout().into_value(|item| self.open_item(item)));
        }
        let wait = self.wait()?;
        if let Some(limit) = limit {
            let deadline = self.deadline(limit);
            self.scheduler.wait_until(deadline, wait.choosing(0));
        }
        self.scheduler.wait_for_any(sources, wait);
        Ok(Value::Null)
    }

    /// A new semaphore.
    pub fn semaphore(&mut self, permits: usize) -> Value {
        Semaphore::handle(permits)
    }

    /// Takes a permit, which the fiber waits for.
    ///
    /// Errors: the fiber would have to wait and may not.
    pub fn acquire(&mut self, semaphore: &Semaphore) -> NativeResult<()> {
        if !self.scheduler.try_acquire(semaphore, self.cx.host()) {
            let wait = self.wait()?;
            self.scheduler.wait_to_acquire(semaphore, wait);
        }
        Ok(())
    }

    /// Gives a permit back.
    pub fn release(&mut self, semaphore: &Semaphore) {
        self.scheduler.release(semaphore);
    }

    /// The fiber that calls begins to change what is in the shared store under `key`: until [`FiberCx::end_update`] it may
    /// not wait, and nothing else may change that.
    pub fn begin_update(&mut self, key: &str) {
        self.scheduler.begin_update(key);
    }

    /// The fiber that calls is done with that.
    pub fn end_update(&mut self) {
        self.scheduler.end_update();
    }

    /// Refuses a change of the shared store in the middle of another one of the same key.
    ///
    /// Errors: there is one.
    pub fn check_update(&self, key: &str) -> NativeResult<()> {
        self.scheduler.check_update(key)
    }

    /// From now on the fiber waits for what happens with this.
    fn wait(&mut self) -> NativeResult<Wait> {
        let wait = self.scheduler.next_wait()?;
        self.orders.is_waiting = true;
        Ok(wait)
    }

    pub(super) fn deadline(&mut self, duration: Duration) -> Duration {
        self.cx.host().uptime().saturating_add(duration)
    }

    fn at(&mut self, duration: Duration, promise: Deferred, outcome: Outcome) {
        let deadline = self.deadline(duration);
        self.scheduler.at(deadline, promise, outcome);
    }
}

fn no_isolates() -> VmError {
    VmError::new(Code::Transfer, "there are no isolates here")
}
