//! Strands: what the scheduler switches between, a fiber with the generators it is in the middle of.

use super::Channel;
use super::awaited::Awaited;
use super::group::Group;
use super::item::Item;
use super::lost::Report;
use super::promise::Deferred;
use super::scope::ScopeId;
use super::shared_channel::Hold;
use super::slots::{Id, Slots};
use crate::fiber::{Fiber, is_cleaning_up};
use crate::heap::Ref;
use crate::value::{Dict, ErrorValue, Key, Value};
use crate::vm::{Loan, Resumer};

/// Names a strand.
pub(crate) type StrandId = Id<Strand>;

/// One of the things that a strand waits for. It goes on with the first that happens; the others are no waits any more then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wait {
    pub(super) strand: StrandId,
    /// Which of the strand's waits it belongs to.
    pub(super) number: u32,
    /// If the strand wants to know what happened: which of several things this is.
    pub(super) choice: Option<u32>,
}

impl Wait {
    /// The same as choice number `choice` among several.
    pub(crate) fn choosing(self, choice: u32) -> Wait {
        Wait { choice: Some(choice), ..self }
    }
}

/// A fiber, the generators that it is in the middle of, and why it runs.
pub(crate) struct Strand {
    /// `None` while it runs: the machine has it then.
    pub(crate) aside: Option<Aside>,
    /// What it runs for.
    pub(crate) role: Role,
    /// What it does when it goes on.
    pub(crate) resumption: Resumption,
    /// Counts its waits. Only what it waits for now wakes it.
    pub(crate) waits: u32,
    /// Counts how often it has chosen among several things.
    pub(crate) choices: usize,
    /// It is in the queue.
    pub(crate) is_ready: bool,
    /// It has run.
    pub(crate) has_begun: bool,
    /// It has run and waited.
    pub(crate) has_waited: bool,
    /// What ends its wait has to take this first, if other threads could.
    pub(crate) hold: Option<Hold>,
    /// Whether and how it waits.
    pub(super) pause: Pause,
    /// What it waits for.
    pub(super) awaited: Option<Awaited>,
    /// Its place in the order in which strands began what they do now: to exist, or to wait.
    pub(super) since: u64,
    /// The innermost scope that it is in, and its position among the members.
    pub(super) scope: ScopeId,
    pub(super) place: usize,
    /// The scope of all that it does, if it needed one so far.
    pub(super) own_scope: ScopeId,
    /// The scope that it has left and whose end it waits for.
    pub(super) leaving: ScopeId,
}

/// Whether and how a strand waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pause {
    /// It does not, though it may be in the queue.
    No,
    /// It does, or has and is in the queue. Cancelling ends that.
    Waiting,
    /// It waits for the end of a scope, whatever happens.
    Leaving,
}

impl Strand {
    /// A strand that has not run; without `aside` one that runs already.
    pub(super) fn new(aside: Option<Aside>, role: Role) -> Strand {
        let has_begun = aside.is_none();
        let resumption = Resumption::Plain;
        Strand {
            aside,
            role,
            resumption,
            waits: 0,
            choices: 0,
            is_ready: false,
            has_begun,
            has_waited: false,
            hold: None,
            pause: Pause::No,
            awaited: None,
            since: 0,
            scope: ScopeId::NONE,
            place: 0,
            own_scope: ScopeId::NONE,
            leaving: ScopeId::NONE,
        }
    }
}

/// Running code that is put aside.
pub(crate) struct Aside {
    pub(crate) fiber: Box<Fiber>,
    /// Whatever it is in the middle of besides. Apart, since it mostly is not.
    pub(crate) middle: Option<Box<Middle>>,
    /// The register that gets what was waited for.
    pub(crate) dest: u16,
}

/// What code is in the middle of.
pub(crate) struct Middle {
    /// Generators, and those who wait for them.
    pub(crate) resumers: Vec<Resumer>,
    /// Modifying methods, whose loans are all recalled.
    pub(crate) loans: Vec<Loan>,
}

impl Aside {
    /// Code that has not run yet.
    pub(crate) fn new(fiber: Box<Fiber>) -> Aside {
        Aside { fiber, middle: None, dest: crate::bytecode::op::NO_REGISTER }
    }

    /// Those who wait for the generators that it is in the middle of.
    pub(crate) fn resumers(&self) -> &[Resumer] {
        self.middle.as_ref().map_or(&[], |middle| &middle.resumers)
    }

    /// Whether it is code that cleans up.
    pub(crate) fn is_cleaning_up(&self) -> bool {
        let resumers = self.resumers().iter().rev().map(|resumer| &*resumer.fiber);
        is_cleaning_up(std::iter::once(&*self.fiber).chain(resumers))
    }
}

/// What a strand runs for.
pub(crate) enum Role {
    /// The program, or a call from outside.
    Main,
    /// The result of a call of an async function.
    Call(Deferred),
    /// As `Call`, for a child of a task group.
    Child(Deferred, Group),
    /// The program's handler of lost errors is told one; this is reported if it does not deal with that.
    Handler(Box<Report>),
}

/// What a strand does when it goes on.
pub(crate) enum Resumption {
    /// It was not waiting for anything.
    Plain,
    /// It gets a value.
    Value(Value),
    /// It gets an error.
    Error(Ref<ErrorValue>),
    /// It gets a value from a channel, which takes it back if the strand is cancelled before it goes on.
    Received(Item, Channel),
    /// The channel is closed that it waits for a value of.
    Closed,
    /// Its instruction has done nothing so far, and is done now.
    Again,
    /// It gets to know which of several things happened.
    Chosen(Box<Choice>),
    /// The scope that it has left is at its end.
    Leave,
    /// It ends.
    Cancel,
}

/// Which of several things happened.
pub(crate) struct Choice {
    /// Its number; `None` if time is up.
    pub(crate) index: Option<u32>,
    /// What became of it.
    pub(crate) status: &'static str,
    pub(crate) value: Item,
    /// The channel that the value came from.
    pub(crate) from: Option<Channel>,
}

impl Choice {
    /// Time is up.
    pub(crate) fn timeout() -> Choice {
        Choice { index: None, status: "timeout", value: Item::Here(Value::Null), from: None }
    }

    /// As the program sees it; `unpack` makes values of what is packed.
    pub(crate) fn into_value(self, unpack: impl FnOnce(Item) -> Value) -> Value {
        let index = self.index.map_or(-1, i64::from);
        let entries = [
            (Key::from("index"), Value::Int(index)),
            (Key::from("status"), Value::str(self.status)),
            (Key::from("value"), unpack(self.value)),
        ];
        Value::Dict(Dict::from_entries(entries))
    }
}

impl Slots<Strand> {
    /// Whether the strand still waits for this.
    pub(super) fn is_waiting(&self, wait: Wait) -> bool {
        self.get(wait.strand).is_some_and(|strand| {
            strand.waits == wait.number && strand.hold.as_ref().is_none_or(|hold| !hold.is_taken())
        })
    }

    /// Whether the strand has not gone on from this, though another thread may have said that it will.
    pub(super) fn is_at(&self, wait: Wait) -> bool {
        self.get(wait.strand).is_some_and(|strand| strand.waits == wait.number)
    }
}
