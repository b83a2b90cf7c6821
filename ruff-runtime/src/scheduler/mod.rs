//! The scheduler: which fiber runs next, and what the others wait for.
//!
//! It holds the strands that do not run, the queue of those that can go on, timers and operations of the host. It runs
//! nothing itself: the machine (`vm::schedule`) asks it what is next and switches. Everything that is settled goes
//! through [`Scheduler::settle`]. One fiber runs at a time, until it waits or ends; those that are woken go on in the
//! order in which they began to wait, so a program does the same every time.

mod abroad;
mod awaited;
mod cancel;
mod channel;
mod event;
mod exchange;
mod gather;
mod group;
mod isolates;
mod item;
mod leave;
mod line;
mod lost;
mod operations;
mod promise;
mod scope;
mod select;
mod semaphore;
mod shared_channel;
mod slots;
mod strand;
mod task;
mod ticker;
mod timer;
mod unfinished;
mod updates;
mod waiters;

pub(crate) use awaited::{Awaited, Blocked};
pub use channel::{CHANNEL, Channel};
pub(crate) use gather::Gather;
pub use gather::{Rule, member_rejected};
pub use group::{Group, TASK_GROUP};
pub(crate) use item::Item;
pub(crate) use line::{Contents, Line, Received};
pub(crate) use lost::LostHandler;
pub use lost::{Report, UnhandledRejections};
use promise::Work;
pub use promise::{Deferred, Origin, Outcome, PROMISE, Promise};
pub(crate) use promise::{Reaction, Waiter};
pub(crate) use scope::{Ended, Level, Purpose, Scope, ScopeId};
pub use select::Source;
pub(crate) use select::Way;
pub use semaphore::{SEMAPHORE, Semaphore};
pub(crate) use shared_channel::SharedChannel;
pub(crate) use strand::{Aside, Choice, Middle, Resumption, Role, StrandId, Wait};
pub(crate) use task::Claim;
pub use task::{TASK, Task};
pub use unfinished::Unfinished;

use std::collections::{HashMap, VecDeque};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use crate::error::{TracePoint, VmError};
use crate::heap::Ref;
use crate::host::{Effects, Host, HostResult, Operation, OperationId};
use crate::isolate::Mailbox;
use crate::native::{Begins, NativeResult};
use crate::random::Randomness;
use crate::value::{ErrorValue, Value};

use event::Event;
pub(crate) use isolates::IsolateId;
use isolates::Started;
use lost::Lost;
use operations::Operations;
use shared_channel::Hold;
use slots::Slots;
use strand::{Pause, Strand};
use timer::{Alarm, Timers, Waiting};
use updates::{Updates, waits_in_update};
use waiters::Waiters;

/// Fibers that may live at a time.
const FIBERS: usize = 1_000_000;

/// How many parts of an operation go on at a time if the program does not say.
const POOL_SIZE: usize = 256;

/// Switches between two looks at what the host has done meanwhile.
const SWITCHES: u32 = 64;

/// The fibers of an isolate and all they wait for.
pub struct Scheduler {
    strands: Slots<Strand>,
    /// Those that can go on.
    ready: VecDeque<StrandId>,
    /// The one that runs.
    current: StrandId,
    /// That of the program; it may have ended.
    main: StrandId,
    scopes: Slots<Scope>,
    isolates: HashMap<IsolateId, Started>,
    /// How many fibers wait for the end of a scope.
    leaving: usize,
    /// The scope of the whole program.
    root: ScopeId,
    /// A scope is cancelled, or will be at some time, or things are to go wrong. Until then nobody has to look.
    has_ends: bool,
    /// Things are to go wrong where fibers wait.
    has_faults: bool,
    /// Counts what strands begin: to exist, and to wait.
    begun: u64,
    /// Switches until the next look at the host.
    countdown: u32,
    timers: Timers,
    operations: Operations,
    lost: Lost,
    updates: Updates,
    /// How many parts of an operation go on at a time if the program does not say.
    pub(crate) pool_size: usize,
    /// A program that received in vain was told so.
    has_warned: bool,
    /// Who is next, if that is not who has waited longest.
    order: Option<Randomness>,
    /// There are other isolates, or were.
    pub(crate) has_company: bool,
    /// How other isolates reach this one.
    pub(crate) mailbox: Option<Arc<Mailbox>>,
    /// Who waits for what other isolates may do.
    outside: VecDeque<Wait>,
    /// Values that are to go back to channels that others know.
    unpacked: Vec<(Value, Channel)>,
}

impl Scheduler {
    /// A scheduler without fibers.
    pub fn new(policy: UnhandledRejections) -> Scheduler {
        Scheduler {
            strands: Slots::default(),
            ready: VecDeque::new(),
            current: StrandId::NONE,
            main: StrandId::NONE,
            scopes: Slots::default(),
            isolates: HashMap::new(),
            leaving: 0,
            root: ScopeId::NONE,
            has_ends: false,
            has_faults: false,
            begun: 0,
            countdown: SWITCHES,
            timers: Timers::default(),
            operations: Operations::default(),
            lost: Lost::new(policy),
            updates: Updates::default(),
            pool_size: POOL_SIZE,
            has_warned: false,
            order: None,
            has_company: false,
            mailbox: None,
            outside: VecDeque::new(),
            unpacked: Vec::new(),
        }
    }

    /// The program starts: its fiber is the one that runs.
    pub(crate) fn start_main(&mut self) {
        self.root = self.scopes.add(Scope::new(Purpose::Fiber));
        let main = Strand { own_scope: self.root, ..Strand::new(None, Role::Main) };
        self.main = self.strands.add(main);
        self.put_strand(self.main, self.root);
        self.current = self.main;
    }

    /// Whether nothing goes on but the fiber that runs.
    pub(crate) fn is_alone(&self) -> bool {
        !self.has_company && self.strands.len() == 1 && self.timers.is_empty() && self.operations.is_empty()
    }

    /// Whether a fiber runs, and not the machine itself between two of them.
    pub(crate) fn is_running(&self) -> bool {
        self.strands.get(self.current).is_some_and(|strand| strand.aside.is_none())
    }

    /// From now on things go wrong where fibers wait.
    pub(crate) fn expect_faults(&mut self) {
        (self.has_faults, self.has_ends) = (true, true);
    }

    /// Whether something may keep the fiber that runs from waiting.
    #[inline]
    pub(crate) fn has_ends(&self) -> bool {
        self.has_ends
    }

    /// The fiber that runs begins to wait. Answers whether it has before.
    pub(crate) fn begin_to_wait(&mut self) -> bool {
        self.begun += 1;
        let Some(strand) = self.strands.get_mut(self.current) else { return false };
        (strand.pause, strand.since) = (Pause::Waiting, self.begun);
        std::mem::replace(&mut strand.has_waited, true)
    }

    /// The fiber that runs does not wait for what it was about to wait for, and may have got by now.
    pub(crate) fn forget_wait(&mut self) {
        let current = self.current;
        let Some(strand) = self.strands.get_mut(current) else { return };
        strand.waits += 1;
        strand.awaited = None;
        strand.hold.take().as_ref().map(Hold::take);
        let before = std::mem::replace(&mut strand.resumption, Resumption::Plain);
        if std::mem::replace(&mut strand.is_ready, false) {
            self.ready.retain(|id| *id != current);
        }
        self.take_back(before);
    }

    /// How many fibers live.
    pub(crate) fn fibers(&self) -> usize {
        self.strands.len()
    }

    /// Makes a fiber in `scope` that is yet to be switched to; one without code is what runs now.
    pub(crate) fn add(
        &mut self,
        aside: Option<Aside>,
        role: Role,
        scope: ScopeId,
    ) -> Result<StrandId, VmError> {
        if self.strands.len() >= FIBERS {
            let message = format!("Too many live fibers (limit {FIBERS})");
            return Err(VmError::new(ruff_syntax::Code::Scheduler, message));
        }
        let promise = match &role {
            Role::Call(promise) | Role::Child(promise, _) => Some(promise.clone()),
            Role::Main | Role::Handler(_) => None,
        };
        self.begun += 1;
        let id = self.strands.add(Strand { since: self.begun, ..Strand::new(aside, role) });
        if let Some(promise) = promise {
            promise.set_work(Work::Strand(id));
        }
        self.put_strand(id, scope);
        Ok(id)
    }

    /// Lets a fiber begin that was just made, now or when it is its turn; one that is cancelled already just ends.
    /// Answers whether it is to begin at once.
    pub(crate) fn begin(&mut self, id: StrandId, begins: Begins) -> bool {
        let Some(strand) = self.strands.get(id) else { return false };
        let is_cancelled = self.level_of(strand.scope) != Level::Running;
        let is_held = match &strand.role {
            Role::Child(_, group) => !group.add(id, is_cancelled),
            Role::Call(_) | Role::Main | Role::Handler(_) => false,
        };
        if is_cancelled {
            self.interrupt(id);
            return false;
        }
        if begins == Begins::Later && !is_held {
            self.push_back(id);
        }
        begins == Begins::AtOnce && !is_held
    }

    /// Lets a fiber go on when all that can go on before it have done so.
    pub(crate) fn push_back(&mut self, id: StrandId) {
        if let Some(strand) = self.strands.get_mut(id)
            && !std::mem::replace(&mut strand.is_ready, true)
        {
            self.ready.push_back(id);
        }
    }

    /// Lets the fiber that runs go on as soon as the one that runs next waits.
    pub(crate) fn push_current_front(&mut self) {
        if let Some(strand) = self.strands.get_mut(self.current) {
            strand.is_ready = true;
            self.ready.push_front(self.current);
        }
    }

    /// The fiber that was just added without code is the one that runs.
    pub(crate) fn set_current(&mut self, id: StrandId) {
        self.current = id;
    }

    /// Puts the fiber that runs aside.
    pub(crate) fn put_aside(&mut self, aside: Aside) {
        if let Some(strand) = self.strands.get_mut(self.current) {
            strand.aside = Some(aside);
        }
    }

    /// Takes what fiber `id` is, since it runs from now on.
    pub(crate) fn take(&mut self, id: StrandId) -> Option<(Aside, Resumption)> {
        let strand = self.strands.get_mut(id)?;
        let aside = strand.aside.take()?;
        self.leaving -= usize::from(strand.pause == Pause::Leaving);
        (strand.is_ready, strand.has_begun, strand.pause) = (false, true, Pause::No);
        strand.awaited = None;
        self.current = id;
        Some((aside, std::mem::replace(&mut strand.resumption, Resumption::Plain)))
    }

    /// The next fiber that can go on, if it is not time to look at the host first.
    pub(crate) fn pop_ready(&mut self) -> Option<StrandId> {
        if self.countdown == 0 {
            self.countdown = SWITCHES;
            return None;
        }
        self.countdown -= 1;
        if let Some(order) = &mut self.order {
            // With a seed it never asks for other randomness.
            let drawn = order.draw(|_| Ok(())).unwrap_or_default();
            let count = u64::try_from(self.ready.len()).unwrap_or(u64::MAX).max(1);
            self.ready.swap(
                0,
                usize::try_from(drawn % count).unwrap_or_default().min(self.ready.len().checked_sub(1)?),
            );
        }
        self.ready.pop_front()
    }

    /// Lets chance decide who is next, from the sequence of `seed`; 0 means the usual order.
    pub(crate) fn shuffle(&mut self, seed: u64) {
        self.order = (seed != 0).then(|| {
            let mut order = Randomness::default();
            order.seed(Some(seed));
            order
        });
    }

    /// The fiber that runs has ended. Answers what it ran for.
    pub(crate) fn end_current(&mut self) -> Option<Role> {
        self.remove_strand(self.current).map(|strand| strand.role)
    }

    fn remove_strand(&mut self, id: StrandId) -> Option<Strand> {
        let strand = self.strands.remove(id)?;
        self.remove_member(strand.scope, strand.place);
        if let Role::Call(promise) | Role::Child(promise, _) = &strand.role {
            // If it gave another promise, what it started can still be cancelled.
            promise.set_work(Work::Scope(strand.own_scope));
        }
        if strand.own_scope != self.root {
            self.close_scope(strand.own_scope);
        }
        Some(strand)
    }

    /// Lets a fiber go on if it still waits for this. Answers whether it did.
    fn wake(&mut self, wait: Wait, event: Event) -> bool {
        let is_free = |strand: &Strand| strand.hold.as_ref().is_none_or(Hold::take);
        self.wake_if(wait, event, is_free)
    }

    /// As [`Scheduler::wake`], if nobody else can do so any more.
    fn wake_claimed(&mut self, wait: Wait, event: Event) {
        self.wake_if(wait, event, |_| true);
    }

    #[inline]
    fn wake_if(&mut self, wait: Wait, event: Event, is_free: impl Fn(&Strand) -> bool) -> bool {
        let Some(strand) = self.strands.get_mut(wait.strand) else { return false };
        if strand.waits != wait.number || !is_free(strand) {
            return false;
        }
        strand.waits += 1;
        strand.hold = None;
        strand.resumption = event.resumption(wait.choice);
        if !std::mem::replace(&mut strand.is_ready, true) {
            self.ready.push_back(wait.strand);
        }
        true
    }

    /// A pending promise: its handle, and the side that settles it.
    pub(crate) fn promise(origin: Origin, created: Option<TracePoint>) -> (Value, Deferred) {
        Promise::pending(origin, created)
    }

    /// Ends a promise with the value that its work gave; a promise among values hands on its own outcome.
    pub(crate) fn resolve(&mut self, promise: &Deferred, value: Value) {
        match Promise::of(&value) {
            None => self.settle(promise.clone(), Outcome::Resolved(value)),
            Some(inner) => self.react(inner, Rc::new(Follow(promise.clone())), 0),
        }
    }

    /// Ends a promise with an error.
    pub(crate) fn reject(&mut self, promise: &Deferred, error: VmError) {
        self.settle(promise.clone(), Outcome::Rejected(ErrorValue::of(error)));
    }

    /// Ends a promise, unless it has ended already, wakes who waits for it, and does the same with what depends on it.
    pub(crate) fn settle(&mut self, promise: Deferred, outcome: Outcome) {
        // Made when something depends on it.
        let mut more = None;
        self.settle_one(&promise, outcome, &mut more);
        while let Some((promise, outcome)) = more.as_mut().and_then(VecDeque::pop_front) {
            self.settle_one(&promise, outcome, &mut more);
        }
    }

    /// Ends a promise, unless it has ended already, and wakes who waits for it. Adds to `more` what is settled by that.
    fn settle_one(
        &mut self,
        promise: &Deferred,
        outcome: Outcome,
        more: &mut Option<VecDeque<(Deferred, Outcome)>>,
    ) {
        let Some(waiters) = promise.settle(outcome.clone()) else { return };
        let is_rejected = matches!(outcome, Outcome::Rejected(_));
        match waiters {
            Waiters::None => {}
            Waiters::One(waiter) => self.pass_on(promise, outcome, waiter, more),
            Waiters::Many(list) => {
                list.into_iter().for_each(|waiter| self.pass_on(promise, outcome.clone(), waiter, more));
            }
        }
        if is_rejected && promise.origin() != Origin::Child {
            self.lost.rejected(promise);
        }
    }

    /// Tells somebody who waited for a promise how it ended.
    fn pass_on(
        &mut self,
        promise: &Promise,
        outcome: Outcome,
        waiter: Waiter,
        more: &mut Option<VecDeque<(Deferred, Outcome)>>,
    ) {
        match waiter {
            Waiter::Strand(wait) => {
                if self.wake(wait, Event::Settled(outcome)) {
                    promise.mark_handled();
                }
            }
            Waiter::Claim(wait, task) if self.strands.is_waiting(wait) => {
                let claimed = Task::of(&task).map(|task| task.claim_late(&outcome));
                self.wake(wait, Event::Settled(claimed.unwrap_or(outcome)));
                promise.mark_handled();
            }
            Waiter::Claim(..) => {}
            Waiter::Reaction(reaction, index) => {
                if let Some(settled) = reaction.settled(index, &outcome) {
                    more.get_or_insert_default().push_back(settled);
                }
            }
        }
    }

    /// Tells `reaction` when `promise` is settled, which may be now.
    pub(crate) fn react(&mut self, promise: &Promise, reaction: Rc<dyn Reaction>, index: usize) {
        match promise.outcome() {
            None => {
                let waiter = Waiter::Reaction(reaction, index);
                promise.add_waiter(waiter, &|wait| self.strands.is_waiting(wait));
            }
            Some(outcome) => {
                promise.mark_handled();
                if let Some((promise, outcome)) = reaction.settled(index, &outcome) {
                    self.settle(promise, outcome);
                }
            }
        }
    }

    /// What the fiber that runs waits for next.
    ///
    /// Errors: it may not wait.
    pub(crate) fn next_wait(&self) -> Result<Wait, VmError> {
        if self.updates.is_in_one(self.current) {
            return Err(waits_in_update());
        }
        let number = self.strands.get(self.current).map_or(0, |strand| strand.waits);
        Ok(Wait { strand: self.current, number, choice: None })
    }

    /// The fiber that runs waits for a pending promise.
    pub(crate) fn wait_for(&mut self, promise: Deferred, wait: Wait) {
        promise.add_waiter(Waiter::Strand(wait), &|wait| self.strands.is_waiting(wait));
        self.set_awaited(wait, Awaited::Promise(promise));
    }

    /// The fiber that runs waits, as `waiters` do, for the end of another's import.
    pub(crate) fn wait_for_import(&mut self, waiters: &mut VecDeque<Wait>, wait: Wait) {
        waiters::join(waiters, wait, |wait| self.strands.is_waiting(*wait));
        self.set_awaited(wait, Awaited::Import);
    }

    /// An import that `waiters` waited for has come to its end.
    pub(crate) fn imported(&mut self, waiters: VecDeque<Wait>) {
        for wait in waiters {
            self.wake(wait, Event::Imported);
        }
    }

    /// The fiber that runs lets those that can go on have their turn, and then gets `value`.
    pub(crate) fn wait_for_turn(&mut self, wait: Wait, value: Value) {
        self.wake(wait, Event::Settled(Outcome::Resolved(value)));
    }

    /// Warns that nothing can send to the channel that the program receives from; once, the others are like the first.
    pub(crate) fn warn_of_lonely_receive(&mut self, at: Option<TracePoint>) {
        if !std::mem::replace(&mut self.has_warned, true) {
            let message = "receive() on an empty channel that nothing can send to returned null; \
                           use try_receive() or close()";
            self.lost.warn(VmError::new(ruff_syntax::Code::LonelyReceive, message), at);
        }
    }

    /// Settles `promise` with `outcome` when the clock of `host` reaches `deadline`.
    pub(crate) fn at(&mut self, deadline: Duration, promise: Deferred, outcome: Outcome) {
        self.set_alarm(deadline, Alarm::Settle(promise, outcome));
    }

    fn set_alarm(&mut self, deadline: Duration, alarm: Alarm) {
        let waiting = Waiting { strands: &self.strands, scopes: &self.scopes };
        self.timers.add(deadline, alarm, waiting);
    }

    /// Starts an operation of the host, which settles `promise` when it is over. Answers its name if it is to be put into a
    /// scope.
    pub(crate) fn start<T: Send + 'static>(
        &mut self,
        host: &mut dyn Host,
        operation: Operation<T>,
        promise: Deferred,
        effects: Effects,
        finish: impl FnOnce(HostResult<T>) -> NativeResult<Value> + 'static,
    ) -> Option<OperationId> {
        self.operations.start(host, operation, promise, effects, finish)
    }

    /// Takes over what has happened outside meanwhile, without waiting.
    pub(crate) fn look(&mut self, host: &mut dyn Host) {
        self.tell_given_up(host);
        while let Some((id, result)) = self.operations.pop_done() {
            self.finish_operation(id, result);
        }
        if !self.operations.is_empty() {
            let now = host.uptime();
            while let Some((id, result)) = host.wait(Some(now)) {
                self.finish_operation(id, result);
            }
        }
        let now = host.uptime();
        while let Some(alarm) = self.timers.pop_due(now) {
            match alarm {
                Alarm::Settle(promise, outcome) => self.settle(promise, outcome),
                Alarm::Wake(wait) => {
                    self.wake(wait, Event::Expired);
                }
                Alarm::Tick(channel) => self.tick(&channel, now),
                Alarm::Expire(scope) => self.expire(scope, now),
                Alarm::EndGrace(scope) => self.end_grace(scope),
            }
        }
    }

    /// Reports errors that nobody can deal with any more.
    pub(crate) fn report_lost(&mut self) {
        self.lost.report(false);
    }

    /// Whether a fiber can go on.
    pub(crate) fn can_go_on(&self) -> bool {
        !self.ready.is_empty()
    }

    /// Whether the program's own fiber has ended, and the others run on.
    pub(crate) fn is_draining(&self) -> bool {
        self.strands.get(self.main).is_none()
    }

    /// Whether a fiber waits for `promise`, directly or for what depends on it.
    pub(crate) fn is_awaited(&self, promise: &Deferred) -> bool {
        promise.is_awaited(&|wait| self.strands.is_waiting(wait))
    }

    /// Whether a fiber waits for a timer or the host, or the host works on something that the program may not end before.
    pub(crate) fn waits_for_host(&self) -> bool {
        self.timers.is_any_awaited(Waiting { strands: &self.strands, scopes: &self.scopes })
            || self.operations.is_any_awaited(&|wait| self.strands.is_waiting(wait))
            || (self.is_draining() && self.operations.has_any_effects())
    }

    /// When the next timer fires.
    pub(crate) fn next_timer(&self) -> Option<Duration> {
        self.timers.next()
    }

    /// Waits until something happens outside, or `until` at the latest.
    pub(crate) fn wait(&mut self, host: &mut dyn Host, until: Option<Duration>) {
        if let Some((id, result)) = host.wait(until) {
            self.finish_operation(id, result);
        }
        self.look(host);
    }

    /// The fiber of the program goes on with an error although nothing woke it: nothing ever will. `None` if it has
    /// ended.
    pub(crate) fn take_main(&mut self) -> Option<Aside> {
        if self.strands.get(self.main).is_some_and(|strand| strand.is_ready) {
            // Its turn is now, and not once more later.
            self.ready.retain(|id| *id != self.main);
        }
        let (aside, resumption) = self.take(self.main)?;
        self.take_back(resumption);
        if let Some(strand) = self.strands.get_mut(self.main) {
            strand.hold.take().as_ref().map(Hold::take);
            // Whatever it waited for must not wake it from what it waits for next.
            strand.waits += 1;
        }
        Some(aside)
    }

    /// A `spawn` block ended with an error.
    pub(crate) fn failed_block(&mut self, error: VmError) {
        self.lost.failed_block(error);
    }

    /// A task ended with an error, and nobody is left who could claim it.
    pub(crate) fn failed_task(&mut self, error: VmError) {
        self.lost.failed_task(error);
    }

    /// Cleaning up failed in a fiber that was cancelled.
    pub(crate) fn failed_cleanup(&mut self, error: &Ref<ErrorValue>) {
        self.lost.failed_cleanup(error);
    }

    /// Changes what is called for lost errors. Answers what was so far.
    pub(crate) fn set_lost_handler(&mut self, handler: Option<LostHandler>) -> Option<LostHandler> {
        self.lost.set_handler(handler)
    }

    /// From now on lost errors that there is no handler for here go to another isolate.
    pub(crate) fn pass_lost_on(&mut self) {
        self.lost.pass_on();
    }

    /// Takes the lost errors that there is no handler for here, with what is reported if nobody deals with them.
    pub(crate) fn take_passed_on(&mut self) -> VecDeque<(Value, Report)> {
        self.lost.take_passed_on()
    }

    /// Another isolate lost an error.
    pub(crate) fn lose(&mut self, error: Value, report: Report) {
        self.lost.lose(error, report);
    }

    /// Whether the program's handler is yet to be told of a lost error.
    pub(crate) fn has_untold(&self) -> bool {
        self.lost.has_untold()
    }

    /// Takes the next lost error that the program's handler is to be told.
    pub(crate) fn take_untold(&mut self) -> Option<(LostHandler, Value, Report)> {
        self.lost.take_untold()
    }

    /// Nobody will deal with what was lost so far. Answers whether the program's handler is to be told something.
    pub(crate) fn report_to_handler(&mut self) -> bool {
        self.lost.report_to_handler()
    }

    /// The program's handler has been told of a lost error, and gave `answer`.
    pub(crate) fn told(&mut self, report: Report, answer: Result<Value, VmError>) {
        match answer {
            Ok(answer) => self.lost.told(report, matches!(answer, Value::Bool(true))),
            Err(error) => {
                self.lost.not_told(report);
                if error.is_catchable() {
                    self.lost.failed_handler(error);
                }
            }
        }
    }

    /// The scope of the whole program.
    pub(crate) fn root(&self) -> ScopeId {
        self.root
    }

    /// The run is over: whatever is left is dropped, and errors that nobody dealt with are reported.
    pub(crate) fn end(&mut self, host: &mut dyn Host) {
        self.ready.clear();
        self.has_warned = false;
        self.strands.clear();
        self.scopes.clear();
        self.isolates.clear();
        self.leaving = 0;
        self.timers.clear();
        self.updates.clear();
        self.drop_operations(host);
        self.root = ScopeId::NONE;
        self.has_ends = self.has_faults;
        self.main = StrandId::NONE;
        self.current = StrandId::NONE;
        self.lost.report(true);
        self.lost.give_up_telling();
    }

    /// Takes the reports so far.
    pub(crate) fn take_reports(&mut self) -> Vec<Report> {
        self.lost.take_reports()
    }
}

/// Hands an outcome on.
pub(crate) struct Follow(pub(crate) Deferred);

impl Reaction for Follow {
    fn settled(&self, _index: usize, outcome: &Outcome) -> Option<(Deferred, Outcome)> {
        Some((self.0.clone(), outcome.clone()))
    }

    fn target(&self) -> &Deferred {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fiber::Fiber;

    #[test]
    fn the_program_goes_on_once_although_it_was_woken_too() {
        let mut scheduler = Scheduler::new(UnhandledRejections::default());
        scheduler.start_main();
        let wait = scheduler.next_wait().unwrap();
        scheduler.begin_to_wait();
        scheduler.put_aside(Aside::new(Box::new(Fiber::idle())));
        assert!(scheduler.wake(wait, Event::Expired));
        assert!(scheduler.take_main().is_some());
        assert!(!scheduler.can_go_on());
    }
}
