//! Promises: results that come later, for any number of fibers that wait for them.
//!
//! There are two sides. Programs hold a [`Promise`] by a handle; whoever will know the result holds a [`Deferred`].
//! Only the [`Scheduler`](super::Scheduler) settles one, since it wakes who waits.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::ops::Deref;
use std::rc::Rc;

use super::isolates::IsolateId;
use super::scope::ScopeId;
use super::strand::{StrandId, Wait};
use super::waiters::Waiters;
use crate::error::TracePoint;
use crate::heap::Ref;
use crate::host::OperationId;
use crate::native::{Object, ObjectKind};
use crate::value::{ErrorValue, Handle, Value, text};

/// What `type()` and messages call promises.
pub static PROMISE: ObjectKind = ObjectKind { type_name: "promise", word: "Promise" };

/// A promise, as programs hold it by a handle.
pub struct Promise {
    outcome: RefCell<Option<Outcome>>,
    waiters: RefCell<Waiters<Waiter>>,
    origin: Origin,
    /// Somebody has seen the outcome or will.
    is_handled: Cell<bool>,
    /// The first fiber that awaits it goes on after those that can: a turn of the run queue.
    is_turn: Cell<bool>,
    /// How many of its owners are no handles of the program.
    deferred: Cell<u32>,
    work: Cell<Work>,
    /// The call that made it.
    created: Option<TracePoint>,
}

/// The side of a promise that settles it. Clones are one promise.
///
/// # Invariants
/// The handle is that of a promise, which counts it.
pub struct Deferred(Ref<Handle>);

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
        deferred.is_turn.set(true);
        deferred.settle(Outcome::Resolved(value));
        promise
    }

    /// A pending promise: its handle, and the side that settles it.
    pub(crate) fn pending(origin: Origin, created: Option<TracePoint>) -> (Value, Deferred) {
        let handle = Handle::of_promise(Promise {
            outcome: RefCell::new(None),
            waiters: RefCell::new(Waiters::None),
            origin,
            is_handled: Cell::new(false),
            is_turn: Cell::new(false),
            deferred: Cell::new(1),
            work: Cell::new(Work::Unknown),
            created,
        });
        (Value::Handle(handle.clone()), Deferred(handle))
    }

    /// The promise that `value` is a handle of.
    #[inline]
    pub fn of(value: &Value) -> Option<&Promise> {
        match value {
            Value::Handle(handle) => handle.promise(),
            _ => None,
        }
    }

    /// How it ended, if it has.
    pub fn outcome(&self) -> Option<Outcome> {
        self.outcome.borrow().clone()
    }

    /// Whether it has not ended.
    pub fn is_pending(&self) -> bool {
        self.outcome.borrow().is_none()
    }

    /// `pending`, `resolved` or `rejected`.
    pub fn state(&self) -> &'static str {
        match &*self.outcome.borrow() {
            None => "pending",
            Some(Outcome::Resolved(_)) => "resolved",
            Some(Outcome::Rejected(_)) => "rejected",
        }
    }

    /// Who works on its result.
    pub(crate) fn origin(&self) -> Origin {
        self.origin
    }

    /// Ends it, unless it has ended already. Answers who waited.
    pub(super) fn settle(&self, outcome: Outcome) -> Option<Waiters<Waiter>> {
        let mut settled = self.outcome.borrow_mut();
        if settled.is_some() {
            return None;
        }
        *settled = Some(outcome);
        Some(self.waiters.take())
    }

    /// Adds somebody who waits, and so counts as one who deals with an error; one who waits for other things too does only
    /// when it is this that comes. `is_waiting` says which waits go on.
    pub(super) fn add_waiter(&self, waiter: Waiter, is_waiting: &impl Fn(Wait) -> bool) {
        match waiter {
            Waiter::Strand(Wait { choice: Some(_), .. }) | Waiter::Claim(..) => {}
            Waiter::Strand(_) | Waiter::Reaction(..) => self.mark_handled(),
        }
        self.waiters.borrow_mut().join(waiter, |known| match known {
            Waiter::Strand(wait) | Waiter::Claim(wait, _) => is_waiting(*wait),
            Waiter::Reaction(reaction, _) => reaction.target().is_pending(),
        });
    }

    /// What there is to cancel.
    pub(super) fn work(&self) -> Work {
        self.work.get()
    }

    /// Says what there is to cancel.
    pub(super) fn set_work(&self, work: Work) {
        self.work.set(work);
    }

    /// From now on an error in it is no lost one.
    pub(crate) fn mark_handled(&self) {
        self.is_handled.set(true);
    }

    /// Whether this is the first to await it who has to wait for a turn.
    pub(crate) fn take_turn(&self) -> bool {
        self.is_turn.take()
    }

    pub(super) fn is_handled(&self) -> bool {
        self.is_handled.get()
    }

    pub(crate) fn created(&self) -> Option<&TracePoint> {
        self.created.as_ref()
    }
}

impl Deferred {
    /// That of the promise that `value` is a handle of.
    pub fn of(value: &Value) -> Option<Deferred> {
        match value {
            Value::Handle(handle) if handle.promise().is_some() => Some(Deferred::of_handle(handle)),
            _ => None,
        }
    }

    fn of_handle(handle: &Ref<Handle>) -> Deferred {
        if let Some(promise) = handle.promise() {
            promise.deferred.set(promise.deferred.get() + 1);
        }
        Deferred(handle.clone())
    }

    /// Whether the program can still reach it.
    pub(super) fn is_held(&self) -> bool {
        self.0.count() > self.deferred.get()
    }

    /// Whether a strand waits for it, directly or for what depends on it; `is_waiting` says which waits go on.
    pub(super) fn is_awaited(&self, is_waiting: &impl Fn(Wait) -> bool) -> bool {
        let mut open = vec![self.clone()];
        // Promises may depend on each other in circles.
        let mut seen = HashSet::new();
        while let Some(next) = open.pop() {
            for waiter in next.waiters.borrow().iter() {
                match waiter {
                    Waiter::Strand(wait) | Waiter::Claim(wait, _) if is_waiting(*wait) => return true,
                    Waiter::Strand(_) | Waiter::Claim(..) => {}
                    Waiter::Reaction(reaction, _) => {
                        let target = reaction.target();
                        if seen.insert(target.0.address()) {
                            open.push(target.clone());
                        }
                    }
                }
            }
        }
        false
    }
}

impl Deref for Deferred {
    type Target = Promise;

    #[inline]
    #[expect(clippy::expect_used, reason = "it was made from the handle of a promise")]
    fn deref(&self) -> &Promise {
        self.0.promise().expect("a deferred is the side of a promise")
    }
}

impl Clone for Deferred {
    fn clone(&self) -> Self {
        Deferred::of_handle(&self.0)
    }
}

impl Drop for Deferred {
    fn drop(&mut self) {
        self.deferred.set(self.deferred.get() - 1);
    }
}

thread_local! {
    /// The text of a promise is being written.
    static IS_WRITING: Cell<bool> = const { Cell::new(false) };
}

impl Object for Promise {
    const KIND: &'static ObjectKind = &PROMISE;

    fn text(&self) -> Option<String> {
        // Promises may lead to each other without end, so those inside of one are not shown in full.
        if IS_WRITING.replace(true) {
            let state = match &*self.outcome.borrow() {
                None => "Promise(Pending)",
                Some(Outcome::Resolved(_)) => "Promise(Resolved)",
                Some(Outcome::Rejected(_)) => "Promise(Rejected)",
            };
            return Some(state.to_owned());
        }
        let shown = match &*self.outcome.borrow() {
            None => "Promise(Pending)".to_owned(),
            Some(Outcome::Resolved(value)) => format!("Promise(Resolved: {})", text(value)),
            Some(Outcome::Rejected(error)) => format!("Promise(Rejected: {})", error.message),
        };
        IS_WRITING.set(false);
        Some(shown)
    }

    fn for_each_value(&self, visit: &mut dyn FnMut(&Value)) {
        match &*self.outcome.borrow() {
            None => {}
            Some(Outcome::Resolved(value)) => visit(value),
            Some(Outcome::Rejected(error)) => visit(&Value::Error(error.clone())),
        }
        // Promises may be what each other's results are to be. What several have in common is owned once.
        for waiter in self.waiters.borrow().iter() {
            if let Waiter::Reaction(reaction, _) = waiter
                && Rc::strong_count(reaction) == 1
            {
                visit(&Value::Handle(reaction.target().0.clone()));
            }
        }
    }

    fn sever(&self) {
        let mut outcome = self.outcome.borrow_mut();
        let severed =
            outcome.as_mut().map(|outcome| std::mem::replace(outcome, Outcome::Resolved(Value::Null)));
        drop(outcome);
        let waiters = self.waiters.take();
        // Only now, as what goes with them may look here.
        drop((severed, waiters));
    }
}
