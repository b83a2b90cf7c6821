//! Switching between fibers: calls of async functions, waiting, and what happens when a fiber ends.
//!
//! The scheduler says which fiber is next; here the machine puts one aside and goes on with another.

use ruff_syntax::Code;

use super::call::Site;
use super::{Calls, Vm, VmResult};
use crate::bytecode::Instr;
use crate::bytecode::op::{KILL_B, NO_REGISTER};
use crate::error::{Ending, Trace, VmError};
use crate::fiber::Fiber;
use crate::heap::{Ref, collect_if_due};
use crate::host::Host;
use crate::native::{
    Begins, CallForm, Cx, FiberCx, FiberFn, NativeDef, Orders, StartedCall, check_call, check_capability,
};
use crate::scheduler::{
    Aside, Deferred, Middle, Origin, Outcome, Promise, Resumption, Role, Scheduler, ScopeId, StrandId, Task,
};
use crate::value::{Closure, ErrorValue, Value, check_depth};

/// What an error does that no handler of a fiber wanted.
pub(super) enum Failed {
    /// It ends the program.
    Program(VmError),
    /// It ended the fiber, and another goes on, perhaps with an error of its own; or there is none.
    Strand(VmResult<bool>),
}

impl Vm {
    /// Calls an async function: its fiber runs at once, its caller gets a promise and goes on when the fiber waits.
    pub(super) fn call_async(&mut self, closure: Ref<Closure>, site: Site) -> VmResult {
        // What is left of the caller's depth, so that recursion without waiting comes to an end.
        let left = self.fiber.frame_limit.saturating_sub(self.fiber.frames.len());
        if left == 0 {
            return Err(self.too_many_calls(&closure.proto.name()));
        }
        collect_if_due();
        let (promise, deferred) = Scheduler::promise(Origin::Program, self.calls().here());
        let args = self.fiber.stack.values_mut().get_mut(site.base..site.base + site.count);
        let fiber = self.pool.start(closure, args.unwrap_or_default(), left);
        let scope = self.scope_for_new();
        let called = self.scheduler.add(None, Role::Call(deferred), scope)?;
        self.finish_call(site, promise);
        self.scheduler.push_current_front();
        self.put_aside(fiber, NO_REGISTER);
        self.scheduler.set_current(called);
        self.watch_scopes();
        Ok(())
    }

    /// Goes on with a fiber that has not begun. The one that runs follows as soon as that waits.
    fn switch_to(&mut self, strand: StrandId) -> VmResult {
        self.scheduler.push_current_front();
        let idle = self.pool.idle();
        self.put_aside(idle, NO_REGISTER);
        match self.scheduler.take(strand) {
            Some((aside, _)) => self.install(aside, Resumption::Plain),
            None => Ok(()),
        }
    }

    /// `Await`
    pub(super) fn await_value(&mut self, instr: Instr) -> VmResult {
        let value = self.operand(instr, instr.b, KILL_B);
        if Promise::of(&value).is_some() {
            return self.wait_for(&value, instr.a);
        }
        if let Value::Handle(handle) = &value
            && let Some(task) = handle.get::<Task>()
        {
            let claimed = task.claim();
            return self.wait_for(&claimed, instr.a);
        }
        self.set_reg(instr.a, value);
        Ok(())
    }

    /// `Spawn`
    #[cold]
    pub(super) fn spawn(&mut self, instr: Instr) -> VmResult {
        let Value::Closure(closure) = self.reg(instr.a).clone() else { return Ok(()) };
        self.start_block(closure, "spawn block")
    }

    /// Calls a builtin that works with fibers.
    pub(super) fn call_in_fiber(
        &mut self,
        def: &'static NativeDef,
        alias: u8,
        site: Site,
        form: CallForm,
        body: FiberFn,
    ) -> VmResult {
        let (value, orders) = self.run_in_fiber(def, alias, site, form, body)?;
        let Some(errands) = orders.errands else {
            self.finish_call(site, value);
            return Ok(());
        };
        if let Some(call) = errands.inside {
            return self.call_inside(call, site);
        }
        let mut at_once = None;
        for call in errands.calls {
            at_once = self.start_call(call)?;
        }
        self.finish_call(site, value);
        match at_once {
            Some(strand) => self.switch_to(strand),
            None => Ok(()),
        }
    }

    /// Calls a builtin that waits, for what it says or for the promise it gives.
    pub(super) fn call_waiting(
        &mut self,
        def: &'static NativeDef,
        alias: u8,
        site: Site,
        form: CallForm,
        body: FiberFn,
    ) -> VmResult {
        let (value, orders) = self.run_in_fiber(def, alias, site, form, body)?;
        if orders.may_be_cancelled {
            self.check_cancelled()?;
        }
        if orders.is_waiting {
            self.clear_arguments(site);
            return self.suspend(site.dest);
        }
        if Promise::of(&value).is_some() {
            self.clear_arguments(site);
            return self.wait_for(&value, site.dest);
        }
        self.finish_call(site, value);
        Ok(())
    }

    fn run_in_fiber(
        &mut self,
        def: &'static NativeDef,
        alias: u8,
        site: Site,
        form: CallForm,
        body: FiberFn,
    ) -> VmResult<(Value, Orders)> {
        // Promises and channels may lead to themselves, and are made here.
        collect_if_due();
        let Fiber { stack, frames, .. } = &mut *self.fiber;
        let args = stack.values_mut().get_mut(site.base..site.base + site.count).unwrap_or_default();
        check_capability(def, alias, self.permissions)?;
        check_call(def, alias, args, form)?;
        let cx = Cx::new(&mut self.host, Some(def), alias);
        let calls = Calls { frames, resumers: &self.resumers };
        let isolate = (&mut self.modules, &mut self.member);
        let mut cx = FiberCx::in_isolate(cx, &mut self.scheduler, isolate, calls);
        let value = body(&mut cx, args)?;
        let mut orders = cx.into_orders();
        check_depth(value.depth(), "calling a builtin")?;
        if let Some(errands) = &mut orders.errands {
            for (promise, isolate, mailbox) in errands.isolates.drain(..) {
                let scope = self.scope_for_new();
                self.scheduler.add_isolate(isolate, mailbox, Some(&promise), scope);
            }
            for operation in errands.operations.drain(..) {
                let scope = self.scope_for_new();
                self.scheduler.add_operation(operation, scope);
            }
        }
        Ok((value, orders))
    }

    /// Starts a fiber for what a builtin wants to be called. Answers it if it is to begin at once, and not when the others
    /// wait.
    fn start_call(&mut self, call: StartedCall) -> VmResult<Option<StrandId>> {
        let StartedCall { callee, mut args, role, scope, begins } = call;
        let closure = match callee {
            Value::Closure(closure) => closure,
            Value::Native(_, def) => self.prelude_closure(def)?,
            other => return Err(super::call::not_callable(&other)),
        };
        if !self.modules.owns(closure.proto.module) {
            return Err(super::call::foreign(&closure.proto.name()));
        }
        closure.proto.check_count(args.len(), 0)?;
        closure.proto.fit(&mut args);
        let depth = match begins {
            Begins::Later => self.depth_of_a_strand(),
            // As for a call of an async function; the frame of a builtin does not count.
            Begins::AtOnce => self.fiber.frame_limit.saturating_sub(self.fiber.frames.len()) + 1,
        };
        let aside = Aside::new(self.pool.start(closure, &mut args, depth));
        let scope = scope.unwrap_or_else(|| self.scope_for_new());
        let strand = self.scheduler.add(Some(aside), role, scope)?;
        Ok(self.scheduler.begin(strand, begins).then_some(strand))
    }

    /// The scope of what the fiber that runs starts now.
    pub(super) fn scope_for_new(&mut self) -> ScopeId {
        let is_cleaning_up = self.is_cleaning_up();
        self.scheduler.scope_for_new(is_cleaning_up)
    }

    /// Gives register `dest` the outcome of a promise, after waiting for it if need be.
    fn wait_for(&mut self, awaited: &Value, dest: u16) -> VmResult {
        let Some(promise) = Promise::of(awaited) else { return Ok(()) };
        match promise.outcome() {
            Some(Outcome::Resolved(value)) if promise.take_turn() => {
                let wait = self.scheduler.next_wait()?;
                self.scheduler.wait_for_turn(wait, value);
                self.suspend(dest)
            }
            Some(Outcome::Resolved(value)) => {
                self.set_reg(dest, value);
                Ok(())
            }
            Some(Outcome::Rejected(error)) => {
                promise.mark_handled();
                // Who is cancelled as well does not see that others were.
                if error.code == Code::Cancelled {
                    self.check_cancelled()?;
                }
                Err(self.awaited_error(&error))
            }
            None => {
                let wait = self.scheduler.next_wait()?;
                if let Some(deferred) = Deferred::of(awaited) {
                    self.scheduler.wait_for(deferred, wait);
                }
                self.suspend(dest)
            }
        }
    }

    /// Goes on with other fibers until something wakes this one, which it already waits for; register `dest` gets what
    /// that is.
    pub(super) fn suspend(&mut self, dest: u16) -> VmResult {
        if self.scheduler.has_ends()
            && let Err(error) = self.meet_fault().and_then(|()| self.check_cancelled())
        {
            self.scheduler.forget_wait();
            return Err(error);
        }
        self.leave(dest);
        // Nothing can wake the fibers that are left, which is the end of them.
        if self.next_strand()? { Ok(()) } else { Err(VmError::cancelled()) }
    }

    /// How many frames a fiber may have that does not run inside of a call of another.
    fn depth_of_a_strand(&self) -> usize {
        self.call_depth.saturating_add(1)
    }

    /// The error that an await raises: the one that a promise was rejected with, and where it was awaited.
    fn awaited_error(&self, error: &ErrorValue) -> VmError {
        let mut error = error.raise_again();
        let fault = error.fault_mut();
        fault.trace =
            fault.trace.as_deref().map(|trace: &Trace| trace.awaited_by(self.calls().trace()).into());
        error
    }

    /// Puts the fiber that runs aside since it waits: from now on its calls are its own.
    pub(super) fn leave(&mut self, dest: u16) {
        if !self.scheduler.begin_to_wait() {
            // Frames of builtins do not count.
            let internal = self.fiber.frames.iter().filter(|frame| frame.proto().is_internal()).count();
            self.fiber.frame_limit = self.depth_of_a_strand() + internal;
        }
        let idle = self.pool.idle();
        self.put_aside(idle, dest);
    }

    /// Puts the fiber that runs aside until somebody wakes it; register `dest` then gets what it waited for. The machine has
    /// `next` in its place.
    fn put_aside(&mut self, next: Box<Fiber>, dest: u16) {
        // Others see all variables.
        self.recall_loans();
        let fiber = std::mem::replace(&mut self.fiber, next);
        let middle = if self.resumers.is_empty() && self.loans.is_empty() {
            None
        } else {
            let resumers = std::mem::take(&mut self.resumers);
            Some(Box::new(Middle { resumers, loans: std::mem::take(&mut self.loans) }))
        };
        self.scheduler.put_aside(Aside { fiber, middle, dest });
    }

    /// Goes on with a fiber.
    pub(super) fn install(&mut self, aside: Aside, resumption: Resumption) -> VmResult {
        let Aside { fiber, middle, dest } = aside;
        let before = std::mem::replace(&mut self.fiber, fiber);
        self.pool.keep(before);
        match middle {
            None => {
                self.loans.clear();
                self.resumers.clear();
            }
            Some(middle) => (self.loans, self.resumers) = (middle.loans, middle.resumers),
        }
        self.watch_scopes();
        match resumption {
            Resumption::Plain => Ok(()),
            Resumption::Again => {
                let frame = self.frame_mut();
                frame.jump_to(frame.at());
                Ok(())
            }
            Resumption::Value(value) => {
                self.set_reg(dest, value);
                Ok(())
            }
            Resumption::Received(item, _) => {
                let value = self.open_item(item);
                self.finish_receive(dest, Some(value));
                Ok(())
            }
            Resumption::Closed => {
                self.finish_receive(dest, None);
                Ok(())
            }
            Resumption::Chosen(choice) => {
                let value = choice.into_value(|item| self.open_item(item));
                self.set_reg(dest, value);
                Ok(())
            }
            Resumption::Error(error) => Err(self.awaited_error(&error)),
            Resumption::Leave => self.finish_scope(dest),
            Resumption::Cancel => Err(VmError::cancelled()),
        }
    }

    /// Goes on with the next fiber that can, after waiting for one if need be. Answers whether there is one.
    pub(super) fn next_strand(&mut self) -> VmResult<bool> {
        loop {
            if let Some(id) = self.scheduler.pop_ready() {
                if let Some((aside, resumption)) = self.scheduler.take(id) {
                    return self.install(aside, resumption).map(|()| true);
                }
                continue;
            }
            let is_waiting = self.idle();
            if let Err(error) = self.look_up() {
                // That is where to look for what takes so long.
                self.go_on_with_main()?;
                return Err(error);
            }
            if !self.tell_handler()? && !is_waiting? {
                return self.deadlock();
            }
        }
    }

    /// The program's own fiber goes on to get an error, although nothing woke it. Answers whether it has not ended.
    pub(super) fn go_on_with_main(&mut self) -> VmResult<bool> {
        let Some(aside) = self.scheduler.take_main() else { return Ok(false) };
        self.give_up_scope();
        self.install(aside, Resumption::Plain)?;
        Ok(true)
    }

    /// As [`Vm::next_strand`], where no fiber runs that an error could go through first.
    pub(super) fn next_running(&mut self) -> VmResult<bool> {
        self.next_strand().or_else(|error| self.unwind(error))
    }

    /// Starts fibers for telling the program's handler what was lost. Answers whether there is anything to tell.
    fn tell_handler(&mut self) -> VmResult<bool> {
        let mut has_any = false;
        while let Some((handler, error, report)) = self.scheduler.take_untold() {
            let closure = self.prelude_closure(handler.caller)?;
            let mut args = [handler.function, error];
            let depth = self.depth_of_a_strand();
            let aside = Aside::new(self.pool.start(closure, &mut args, depth));
            let scope = self.scheduler.root();
            let strand = self.scheduler.add(Some(aside), Role::Handler(Box::new(report)), scope)?;
            self.scheduler.begin(strand, Begins::Later);
            has_any = true;
        }
        Ok(has_any)
    }

    /// The fiber that runs has returned `value`. Answers the result when it was the program's, or the last one.
    pub(super) fn finish_strand(&mut self, value: Value) -> VmResult<Option<Value>> {
        match self.scheduler.end_current() {
            Some(Role::Main) | None => return Ok(Some(value)),
            Some(Role::Call(promise)) => self.scheduler.resolve(&promise, value),
            Some(Role::Child(promise, group)) => {
                self.scheduler.resolve(&promise, value);
                self.scheduler.child_ended(&group, true);
            }
            Some(Role::Handler(report)) => self.scheduler.told(*report, Ok(value)),
        }
        Ok(if self.next_strand()? { None } else { Some(Value::Null) })
    }

    /// No handler of the fiber that runs wants `error`, which ends it.
    pub(super) fn fail_strand(&mut self, error: VmError) -> Failed {
        let is_cancelled = error.fault().ending == Some(Ending::Cancelled);
        let ends_fiber = error.is_catchable() || (is_cancelled && self.scheduler.is_running());
        if !ends_fiber {
            return Failed::Program(error);
        }
        match self.scheduler.end_current() {
            Some(Role::Call(promise)) if is_cancelled => self.scheduler.cancelled(&promise),
            Some(Role::Child(promise, group)) => {
                if is_cancelled {
                    self.scheduler.cancelled(&promise);
                } else {
                    let now = self.host.uptime();
                    self.scheduler.child_failed(&promise, &group, error, now);
                }
                self.scheduler.child_ended(&group, true);
            }
            Some(Role::Handler(report)) => self.scheduler.told(*report, Err(error)),
            Some(_) if is_cancelled => {}
            Some(Role::Main) | None => return Failed::Program(error),
            Some(Role::Call(promise)) => self.scheduler.reject(&promise, error),
        }
        Failed::Strand(self.next_strand())
    }

    /// The program ends before its time: the other fibers are cancelled, and may clean up for a while.
    #[cold]
    pub(super) fn cancel_others(&mut self, ending: Option<Ending>) {
        self.member.program.cancel_others();
        if self.cancel_fibers(ending) || self.member.program.census.has_others() {
            // The program has ended for another reason, whatever happens now.
            let _ = self.drain();
        }
    }

    /// Cancels all fibers of the isolate. Answers whether there are any, and they may clean up for a while.
    pub(crate) fn cancel_fibers(&mut self, ending: Option<Ending>) -> bool {
        if !self.may_clean_up(ending.unwrap_or(Ending::Exit(0))) {
            return false;
        }
        *self.fiber = Fiber::idle();
        self.resumers.clear();
        self.scheduler.cancel_all(&mut self.host);
        self.scheduler.fibers() > 0
    }

    /// The program's own fiber has ended: runs the others until they have too, or nothing can wake them.
    pub(crate) fn drain(&mut self) -> VmResult {
        loop {
            if self.fiber.frames.is_empty() && !self.next_running()? {
                if self.scheduler.report_to_handler() {
                    continue;
                }
                return Ok(());
            }
            match self.run() {
                Ok(_) => {}
                Err(error) if error.fault().ending == Some(Ending::Cancelled) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }
}
