//! Promises: results that come later, for any number of fibers that wait for them.
//!
//! There are two sides. Programs hold a [`Promise`] by a handle; whoever will know the result holds a [`Deferred`].
//! Only the [`Scheduler`](super::Scheduler) settles one, since it wakes who waits.

use std::cell::{Cell, RefCell};
use std::collections::{HashSet, VecDeque};
use std::mem::ManuallyDrop;
use std::rc::Rc;

use super::isolates::IsolateId;
use super::scope::ScopeId;
use super::strand::{StrandId, Wait};
use super::waiters::join;
use crate::error::TracePoint;
use crate::heap::Ref;
use crate::host::OperationId;
use crate::native::{Object, ObjectKind};
use crate::value::{ErrorValue, Handle, Value, text};

/// What `type()` and messages call promises.
pub static PROMISE: ObjectKind = ObjectKind { type_name: "promise", word: "Promise" };

/// The program's side of a promise.
pub struct Promise(Rc<State>);

/// The side of a promise that settles it. Clones are one promise.
#[derive(Clone)]
pub struct Deferred(Rc<State>);

/// How a promise ended.
#[derive(Clone)]
pub enum Outcome {
    /// With a value.
    Resolved(Value),
    /// With an error, which everybody who awaits the promise gets.
    Rejected(Ref<ErrorValue>),
}

/// Who works on the result of a promise. It decides how severe an error is that nobody notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Code of the program.
    Program,
    /// A task of the program, whose handle is not the promise.
    Task,
    /// A child of a task group, which deals with its errors.
    Child,
    /// An operation of the host.
    Host,
}

/// What there is to cancel when a promise is cancelled.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Work {
    /// Nothing that can be.
    Unknown,
    /// A fiber.
    Strand(StrandId),
    /// What a fiber started that has ended, giving another promise.
    Scope(ScopeId),
    /// An operation of the host.
    Operation(OperationId),
    /// Another isolate.
    Isolate(IsolateId),
}

/// What happens when a promise is settled.
pub(crate) enum Waiter {
    /// A strand goes on, if it still waits for this.
    Strand(Wait),
    /// A strand goes on, if it still waits for this, with the result of the task that the value is a handle of.
    Claim(Wait, Value),
    /// The reaction is told, together with this number.
    Reaction(Rc<dyn Reaction>, usize),
}

/// Something that is done when a promise is settled and takes no fiber: passing the outcome on, for the most part.
pub(crate) trait Reaction {
    /// The promise number `index` of those it waits for is settled. Answers what is settled by that.
    fn settled(&self, index: usize, outcome: &Outcome) -> Option<(Deferred, Outcome)>;

    /// The promise that depends on it.
    fn target(&self) -> &Deferred;
}

struct State {
    outcome: RefCell<Option<Outcome>>,
    waiters: RefCell<VecDeque<Waiter>>,
    origin: Origin,
    /// Somebody has seen the outcome or will.
    is_handled: Cell<bool>,
    /// The program can still reach it.
    is_held: Cell<bool>,
    /// The first fiber that awaits it goes on after those that can: a turn of the run queue.
    is_turn: Cell<bool>,
    work: Cell<Work>,
    /// The call that made it.
    created: Option<TracePoint>,
}

impl Promise {
    /// The handle of a promise that is settled, with an error that nobody needs to deal with.
    pub(crate) fn settled(outcome: Outcome) -> Value {
        let (value, deferred) = Promise::pending(Origin::Host, None);
        deferred.mark_handled();
        deferred.settle(outcome);
        value
    }

    /// The handle of a promise that is settled, and for which the first fiber waits all the same until the others have had
    /// their turn.
    pub(crate) fn turn(value: Value) -> Value {
        let (promise, deferred) = Promise::pending(Origin::Host, None);
        deferred.0.is_turn.set(true);
        deferred.settle(Outcome::Resolved(value));
        promise
    }

    /// A pending promise: its handle, and the side that settles it.
    pub(crate) fn pending(origin: Origin, created: Option<TracePoint>) -> (Value, Deferred) {
        let state = Rc::new(State {
            outcome: RefCell::new(None),
            waiters: RefCell::default(),
            origin,
            is_handled: Cell::new(false),
            is_held: Cell::new(true),
            is_turn: Cell::new(false),
            work: Cell::new(Work::Unknown),
            created,
        });
        (Value::Handle(Handle::new(Promise(state.clone()))), Deferred(state))
    }

    /// The promise that `value` is a handle of.
    pub fn of(value: &Value) -> Option<&Promise> {
        match value {
            Value::Handle(handle) => handle.get(),
            _ => None,
        }
    }

    /// How it ended, if it has.
    pub fn outcome(&self) -> Option<Outcome> {
        self.0.outcome.borrow().clone()
    }

    /// `pending`, `resolved` or `rejected`.
    pub fn state(&self) -> &'static str {
        match &*self.0.outcome.borrow() {
            None => "pending",
            Some(Outcome::Resolved(_)) => "resolved",
            Some(Outcome::Rejected(_)) => "rejected",
        }
    }

    /// Who works on its result.
    pub(crate) fn origin(&self) -> Origin {
        self.0.origin
    }

    /// The other side of it.
    pub(crate) fn deferred(&self) -> Deferred {
        Deferred(self.0.clone())
    }
}

impl Deferred {
    /// How it ended, if it has.
    pub(crate) fn outcome(&self) -> Option<Outcome> {
        self.0.outcome.borrow().clone()
    }

    /// Whether it has not ended.
    pub fn is_pending(&self) -> bool {
        self.0.outcome.borrow().is_none()
    }

    /// Ends it, unless it has ended already. Answers who waited.
    pub(super) fn settle(&self, outcome: Outcome) -> Option<VecDeque<Waiter>> {
        let mut settled = self.0.outcome.borrow_mut();
        if settled.is_some() {
            return None;
        }
        *settled = Some(outcome);
        Some(self.0.waiters.take())
    }

    /// Adds somebody who waits, and so counts as one who deals with an error; one who waits for other things too does only
    /// when it is this that comes. `is_waiting` says which waits go on.
    pub(super) fn add_waiter(&self, waiter: Waiter, is_waiting: &impl Fn(Wait) -> bool) {
        match waiter {
            Waiter::Strand(Wait { choice: Some(_), .. }) | Waiter::Claim(..) => {}
            Waiter::Strand(_) | Waiter::Reaction(..) => self.mark_handled(),
        }
        join(&mut self.0.waiters.borrow_mut(), waiter, |known| match known {
            Waiter::Strand(wait) | Waiter::Claim(wait, _) => is_waiting(*wait),
            Waiter::Reaction(reaction, _) => reaction.target().is_pending(),
        });
    }

    /// What there is to cancel.
    pub(super) fn work(&self) -> Work {
        self.0.work.get()
    }

    /// Says what there is to cancel.
    pub(super) fn set_work(&self, work: Work) {
        self.0.work.set(work);
    }

    /// From now on an error in it is no lost one.
    pub(crate) fn mark_handled(&self) {
        self.0.is_handled.set(true);
    }

    /// Whether this is the first to await it who has to wait for a turn.
    pub(crate) fn take_turn(&self) -> bool {
        self.0.is_turn.take()
    }

    pub(super) fn is_handled(&self) -> bool {
        self.0.is_handled.get()
    }

    pub(super) fn is_held(&self) -> bool {
        self.0.is_held.get()
    }

    pub(super) fn origin(&self) -> Origin {
        self.0.origin
    }

    pub(crate) fn created(&self) -> Option<&TracePoint> {
        self.0.created.as_ref()
    }

    /// Whether a strand waits for it, directly or for what depends on it; `is_waiting` says which waits go on.
    pub(super) fn is_awaited(&self, is_waiting: &impl Fn(Wait) -> bool) -> bool {
        let mut open = vec![self.clone()];
        // Promises may depend on each other in circles.
        let mut seen = HashSet::new();
        while let Some(next) = open.pop() {
            for waiter in next.0.waiters.borrow().iter() {
                match waiter {
                    Waiter::Strand(wait) | Waiter::Claim(wait, _) if is_waiting(*wait) => return true,
                    Waiter::Strand(_) | Waiter::Claim(..) => {}
                    Waiter::Reaction(reaction, _) => {
                        let target = reaction.target();
                        if seen.insert(Rc::as_ptr(&target.0)) {
                            open.push(target.clone());
                        }
                    }
                }
            }
        }
        false
    }
}

impl Drop for Promise {
    fn drop(&mut self) {
        self.0.is_held.set(false);
    }
}

thread_local! {
    /// Who waited for promises that were dropped. A chain of promises that wait for each other is as long as a program
    /// makes it, so it is taken apart link by link. Outlives the thread's other variables, and has a buffer only while
    /// it is worked off.
    static DROPPED: ManuallyDrop<RefCell<Vec<Waiter>>> = const { ManuallyDrop::new(RefCell::new(Vec::new())) };
    static IS_DROPPING: Cell<bool> = const { Cell::new(false) };
    /// The text of a promise is being written.
    static IS_WRITING: Cell<bool> = const { Cell::new(false) };
}

impl Drop for State {
    fn drop(&mut self) {
        let waiters = self.waiters.take();
        if waiters.is_empty() {
            return;
        }
        DROPPED.with(|dropped| dropped.borrow_mut().extend(waiters));
        if IS_DROPPING.replace(true) {
            return;
        }
        while let Some(waiter) = DROPPED.with(|dropped| dropped.borrow_mut().pop()) {
            drop(waiter);
        }
        DROPPED.with(|dropped| *dropped.borrow_mut() = Vec::new());
        IS_DROPPING.set(false);
    }
}

impl Object for Promise {
    const KIND: &'static ObjectKind = &PROMISE;

    fn text(&self) -> Option<String> {
        // Promises may lead to each other without end, so those inside of one are not shown in full.
        if IS_WRITING.replace(true) {
            let state = match &*self.0.outcome.borrow() {
                None => "Promise(Pending)",
                Some(Outcome::Resolved(_)) => "Promise(Resolved)",
                Some(Outcome::Rejected(_)) => "Promise(Rejected)",
            };
            return Some(state.to_owned());
        }
        let shown = match &*self.0.outcome.borrow() {
            None => "Promise(Pending)".to_owned(),
            Some(Outcome::Resolved(value)) => format!("Promise(Resolved: {})", text(value)),
            Some(Outcome::Rejected(error)) => format!("Promise(Rejected: {})", error.message),
        };
        IS_WRITING.set(false);
        Some(shown)
    }

    fn for_each_value(&self, visit: &mut dyn FnMut(&Value)) {
        match &*self.0.outcome.borrow() {
            None => {}
            Some(Outcome::Resolved(value)) => visit(value),
            Some(Outcome::Rejected(error)) => visit(&Value::Error(error.clone())),
        }
    }

    fn sever(&self) {
        let severed = self
            .0
            .outcome
            .borrow_mut()
            .as_mut()
            .map(|outcome| std::mem::replace(outcome, Outcome::Resolved(Value::Null)));
        // Only now, as what goes with it may look here.
        drop(severed);
    }
}
