//! Task groups: fibers that a body starts, and that end before it goes on.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use super::Scheduler;
use super::promise::{Deferred, Outcome};
use super::scope::{Level, ScopeId};
use super::strand::StrandId;
use crate::error::VmError;
use crate::heap::Ref;
use crate::native::{Object, ObjectKind};
use crate::value::{ErrorValue, Handle, Value};

/// What `type()` and messages call task groups.
pub static TASK_GROUP: ObjectKind = ObjectKind { type_name: "taskgroup", word: "TaskGroup" };

/// A task group. Clones are one group.
#[derive(Clone)]
pub struct Group(Rc<State>);

struct State {
    /// A child that fails leaves the others alone.
    collects: bool,
    /// How many children may be under way at a time.
    limit: usize,
    /// Its scope, from its beginning to its end.
    scope: Cell<Option<ScopeId>>,
    /// Children that have not ended.
    children: Cell<usize>,
    /// Those of them that have begun, or will without anything more to wait for.
    under_way: Cell<usize>,
    /// The others, in the order in which they begin.
    held: RefCell<VecDeque<StrandId>>,
    /// It was cancelled before its end.
    was_cancelled: Cell<bool>,
    failures: RefCell<Failures>,
}

/// What has failed in a group.
#[derive(Default)]
struct Failures {
    first: Option<Ref<ErrorValue>>,
    later: Vec<Ref<ErrorValue>>,
    /// Those of children that leave the others alone. Whoever awaits one of them deals with it.
    unseen: Vec<(Deferred, Ref<ErrorValue>)>,
}

impl Group {
    /// A group that has not begun, at most `limit` of whose children are under way at a time. If it `collects`, a child
    /// that fails leaves the others alone.
    pub fn new(collects: bool, limit: usize) -> Group {
        Group(Rc::new(State {
            collects,
            limit,
            scope: Cell::new(None),
            children: Cell::new(0),
            under_way: Cell::new(0),
            held: RefCell::default(),
            was_cancelled: Cell::new(false),
            failures: RefCell::default(),
        }))
    }

    /// A handle of it.
    pub fn handle(&self) -> Value {
        Value::Handle(Handle::new(self.clone()))
    }

    /// How many children have not ended.
    pub fn len(&self) -> usize {
        self.0.children.get()
    }

    /// Whether all children have ended.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Its scope, from its beginning to its end.
    pub(crate) fn scope(&self) -> Option<ScopeId> {
        self.0.scope.get()
    }

    pub(super) fn open(&self, scope: ScopeId) {
        self.0.scope.set(Some(scope));
    }

    pub(super) fn close(&self, level: Level) {
        self.0.scope.set(None);
        self.0.was_cancelled.set(level != Level::Running);
    }

    /// Adds a child, which may have to be held back. Answers whether it is under way.
    pub(super) fn add(&self, child: StrandId, is_held: bool) -> bool {
        let State { children, under_way, held, limit, .. } = &*self.0;
        children.set(children.get() + 1);
        if is_held || under_way.get() >= *limit {
            held.borrow_mut().push_back(child);
            return false;
        }
        under_way.set(under_way.get() + 1);
        true
    }

    /// A child has ended, or will never begin.
    fn remove(&self, was_under_way: bool) {
        let State { children, under_way, .. } = &*self.0;
        children.set(children.get().saturating_sub(1));
        under_way.set(under_way.get().saturating_sub(usize::from(was_under_way)));
    }

    /// Takes the next one that may begin, which may have been cancelled meanwhile.
    fn next(&self) -> Option<StrandId> {
        if self.0.under_way.get() < self.0.limit { self.0.held.borrow_mut().pop_front() } else { None }
    }

    /// Something failed that makes the group fail.
    pub(super) fn fail(&self, error: Ref<ErrorValue>) {
        let mut failures = self.0.failures.borrow_mut();
        let Failures { first, later, .. } = &mut *failures;
        match first {
            None => *first = Some(error),
            // Somebody awaited what failed, and let the error pass.
            Some(first) if first.is_again(&error) || later.iter().any(|known| known.is_again(&error)) => {}
            Some(_) => later.push(error),
        }
    }

    /// What the group fails with, if it does: the first error, which knows the others.
    pub(crate) fn take_failure(&self) -> Option<VmError> {
        let Failures { first, later, unseen } = self.0.failures.take();
        let unseen = unseen.into_iter().filter(|(promise, _)| !promise.is_handled()).map(|(_, error)| error);
        let mut errors = first.into_iter().chain(later).chain(unseen);
        let failure = errors.next()?;
        Some(failure.suppressing(errors.map(Value::Error)).raise_again())
    }
}

impl Scheduler {
    /// Cancels a group. Answers whether there was anything to cancel.
    pub(crate) fn cancel_group(&mut self, group: &Group, now: Duration) -> bool {
        let Some(scope) = group.scope() else { return false };
        let is_running = self.scopes.get(scope).is_some_and(|scope| !scope.is_cancelled);
        self.cancel_scope(scope, now);
        is_running
    }

    /// Whether a group is cancelled, itself or by what is around it.
    pub(crate) fn is_group_cancelled(&self, group: &Group) -> bool {
        match group.scope() {
            Some(scope) => self.level_of(scope) != Level::Running,
            None => group.0.was_cancelled.get(),
        }
    }

    /// A child has failed: its promise is rejected with `error`.
    pub(crate) fn child_failed(&mut self, promise: &Deferred, group: &Group, error: VmError, now: Duration) {
        let error = ErrorValue::of(error);
        self.settle(promise.clone(), Outcome::Rejected(error.clone()));
        match group.scope() {
            // A group that was given up before its end.
            None => self.lost.rejected(promise),
            Some(_) if group.0.collects => {
                group.0.failures.borrow_mut().unseen.push((promise.clone(), error));
            }
            Some(scope) => {
                group.fail(error);
                self.cancel_scope(scope, now);
            }
        }
    }

    /// A child has ended, after its promise was settled, or will never begin. Others may begin in its place.
    pub(crate) fn child_ended(&mut self, group: &Group, was_under_way: bool) {
        group.remove(was_under_way);
        while let Some(next) = group.next() {
            if self.strands.get(next).is_some() {
                group.0.under_way.set(group.0.under_way.get() + 1);
                self.push_back(next);
            }
        }
        if let Some(scope) = group.scope() {
            self.wake_if_ended(scope);
        }
    }
}

impl Object for Group {
    const KIND: &'static ObjectKind = &TASK_GROUP;

    fn for_each_value(&self, visit: &mut dyn FnMut(&Value)) {
        let failures = self.0.failures.borrow();
        let Failures { first, later, unseen } = &*failures;
        let unseen = unseen.iter().map(|(_, error)| error);
        first.iter().chain(later).chain(unseen).for_each(|error| visit(&Value::Error(error.clone())));
    }

    fn sever(&self) {
        let severed = self.0.failures.take();
        // Only now, as what goes with it may look here.
        drop(severed);
    }
}
