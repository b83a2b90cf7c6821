//! Scopes: parts of a program's work that are cancelled as a whole.
//!
//! They form a tree. A fiber is in one scope, and by that in all around it: it goes into a scope to run the body of a
//! task group or of a timeout, and out again. Whatever it starts is in the scope that it is in. What a fiber does and
//! starts as a whole is a scope too, so that its promise can be cancelled; it is made when there is something in it
//! besides the fiber.
//!
//! This file keeps the tree, `cancel` says what cancelling does.

use std::time::Duration;

use super::Scheduler;
use super::group::Group;
use super::isolates::{IsolateId, Orphans};
use super::slots::Id;
use super::strand::StrandId;
use crate::error::VmError;
use crate::host::OperationId;
use crate::value::Value;

/// Names a scope.
pub(crate) type ScopeId = Id<Scope>;

/// How long cleaning up may take if the program does not say.
const GRACE: Duration = Duration::from_secs(5);

/// A part of the work that is cancelled as a whole.
///
/// # Invariants
/// A scope lives as long as somebody can go into it or wait for its end, or something is in it. Its level is at least
/// what of the level around it reaches it.
pub(crate) struct Scope {
    pub(super) purpose: Purpose,
    /// The scope around it; none around that of the program.
    pub(super) parent: ScopeId,
    /// Its position among the members of that.
    place: usize,
    /// What is in it and in no scope inside of it.
    pub(super) members: Vec<Member>,
    /// Isolates that isolates have left behind which were in it.
    pub(super) orphans: Orphans,
    pub(super) stage: Stage,
    pub(super) level: Level,
    pub(super) shelter: Shelter,
    /// It was cancelled itself, whatever happened around it.
    pub(super) is_cancelled: bool,
    /// When it is cancelled.
    pub(super) deadline: Option<Duration>,
    /// The earliest time at which it or one around it is cancelled that reaches it.
    pub(super) alarm: Option<Duration>,
    /// How long cleaning up may take.
    pub(super) grace: Duration,
    /// Until when that is, once it has begun.
    pub(super) until: Option<Duration>,
    /// The scope for what is started to clean up in this one.
    cleanup: ScopeId,
}

/// What a scope is for.
pub(crate) enum Purpose {
    /// All that a fiber does and starts.
    Fiber,
    /// What is started to clean up.
    Cleanup,
    /// A body that is not to be cancelled.
    Shield,
    /// A body that is given so many milliseconds.
    Timeout(u64),
    /// A body that is given some time, and what its result is then.
    Default(Value),
    /// A body in virtual time.
    VirtualTime,
    /// The body and the children of a group.
    Group(Group),
}

/// What is in a scope.
#[derive(Debug, Clone, Copy)]
pub(super) enum Member {
    Strand(StrandId),
    Scope(ScopeId),
    Isolate(IsolateId),
    Operation(OperationId),
}

/// Where a scope is in its life.
pub(super) enum Stage {
    /// Who opened it is in it.
    Open,
    /// Who opened it has done with it, with this result, and waits for the rest.
    Left(StrandId, Result<Value, VmError>),
    /// Nobody cares any more.
    Closed,
}

/// How far cancelling has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    Running,
    /// Everything ends, and may clean up.
    Cancelled,
    /// There was enough time to clean up.
    Overdue,
}

/// What a scope is sheltered from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shelter {
    Nothing,
    /// It cleans up: what happens around it reaches it when there was enough time for that.
    Grace,
    /// Whatever happens around it.
    Everything,
}

impl Shelter {
    /// What reaches a scope of a level around it.
    pub(super) fn reached_by(self, level: Level) -> Level {
        match self {
            Shelter::Nothing => level,
            Shelter::Grace if level == Level::Overdue => level,
            Shelter::Grace | Shelter::Everything => Level::Running,
        }
    }
}

/// A scope that its owner has left, and that has come to its end.
pub(crate) struct Ended {
    pub(crate) purpose: Purpose,
    /// What its body gave.
    pub(crate) result: Result<Value, VmError>,
    /// It was cancelled itself, whatever happened around it.
    pub(crate) is_cancelled: bool,
}

impl Scope {
    pub(crate) fn new(purpose: Purpose) -> Scope {
        Scope {
            purpose,
            parent: ScopeId::NONE,
            place: 0,
            members: Vec::new(),
            orphans: Orphans::default(),
            stage: Stage::Open,
            level: Level::Running,
            shelter: Shelter::Nothing,
            is_cancelled: false,
            deadline: None,
            alarm: None,
            grace: GRACE,
            until: None,
            cleanup: ScopeId::NONE,
        }
    }

    pub(crate) fn purpose(&self) -> &Purpose {
        &self.purpose
    }

    /// The same, cancelled when the host's clock reaches `deadline`.
    pub(crate) fn until(self, deadline: Duration) -> Scope {
        Scope { deadline: Some(deadline), ..self }
    }

    /// The same with so much time for cleaning up.
    pub(crate) fn with_grace(self, grace: Duration) -> Scope {
        Scope { grace, ..self }
    }

    /// Whether there is nothing left that its owner waits for: the children of a group, and everything when it was
    /// cancelled.
    pub(super) fn has_ended(&self) -> bool {
        let has_children = matches!(&self.purpose, Purpose::Group(group) if !group.is_empty());
        !has_children && (self.level == Level::Running || self.members.is_empty())
    }
}

impl Scheduler {
    /// The scope that the fiber that runs is in.
    pub(super) fn current_scope(&self) -> ScopeId {
        self.strands.get(self.current).map_or(ScopeId::NONE, |strand| strand.scope)
    }

    /// How far cancelling has got where the fiber that runs is.
    #[inline]
    pub(crate) fn level(&self) -> Level {
        if self.has_ends { self.level_of(self.current_scope()) } else { Level::Running }
    }

    pub(super) fn level_of(&self, scope: ScopeId) -> Level {
        self.scopes.get(scope).map_or(Level::Running, |scope| scope.level)
    }

    /// The scope of what the fiber that runs starts now. `is_cleaning_up` says that it does so although it is cancelled.
    pub(crate) fn scope_for_new(&mut self, is_cleaning_up: bool) -> ScopeId {
        self.own_scope(self.current);
        let scope = self.current_scope();
        if !is_cleaning_up {
            return scope;
        }
        let known = self.scopes.get(scope).map_or(ScopeId::NONE, |scope| scope.cleanup);
        if self.scopes.get(known).is_some() {
            return known;
        }
        let shelter = Shelter::Grace;
        let cleanup =
            self.insert_scope(scope, Scope { shelter, stage: Stage::Closed, ..Scope::new(Purpose::Cleanup) });
        if let Some(scope) = self.scopes.get_mut(scope) {
            scope.cleanup = cleanup;
        }
        cleanup
    }

    /// The scope of all that a fiber does and starts.
    pub(super) fn own_scope(&mut self, id: StrandId) -> ScopeId {
        let Some(strand) = self.strands.get(id) else { return ScopeId::NONE };
        if strand.own_scope != ScopeId::NONE {
            return strand.own_scope;
        }
        let mut around = strand.scope;
        // A fiber that starts its like and ends must not leave a scope behind each time.
        while let Some(scope) = self.scopes.get(around)
            && matches!(scope.stage, Stage::Closed)
            && (scope.level, scope.shelter) == (Level::Running, Shelter::Nothing)
        {
            around = scope.parent;
        }
        let own = self.insert_scope(around, Scope::new(Purpose::Fiber));
        self.move_strand(id, own);
        if let Some(strand) = self.strands.get_mut(id) {
            strand.own_scope = own;
        }
        own
    }

    /// The fiber that runs goes into a new scope. `is_cleaning_up` says that it does so although it is cancelled.
    pub(crate) fn enter_scope(&mut self, mut scope: Scope, is_cleaning_up: bool) {
        self.own_scope(self.current);
        scope.shelter = match &scope.purpose {
            Purpose::Shield => Shelter::Everything,
            _ if is_cleaning_up => Shelter::Grace,
            _ => Shelter::Nothing,
        };
        let (deadline, around) = (scope.deadline, self.current_scope());
        let group = match &scope.purpose {
            Purpose::Group(group) => Some(group.clone()),
            _ => None,
        };
        let id = self.insert_scope(around, scope);
        self.move_strand(self.current, id);
        if let Some(group) = group {
            group.open(id);
        }
        if let Some(deadline) = deadline {
            self.has_ends = true;
            self.set_alarm(deadline, super::timer::Alarm::Expire(id));
        }
    }

    /// Makes a scope inside of another one; it may be cancelled already.
    fn insert_scope(&mut self, parent: ScopeId, mut scope: Scope) -> ScopeId {
        scope.alarm = scope.deadline;
        if let Some(around) = self.scopes.get(parent) {
            scope.parent = parent;
            scope.place = around.members.len();
            scope.level = scope.shelter.reached_by(around.level);
            if scope.shelter == Shelter::Nothing {
                scope.alarm = scope.alarm.into_iter().chain(around.alarm).min();
            }
        }
        let id = self.scopes.add(scope);
        if let Some(around) = self.scopes.get_mut(parent) {
            around.members.push(Member::Scope(id));
        }
        id
    }

    /// Puts a strand that is in no scope into one.
    pub(super) fn put_strand(&mut self, id: StrandId, scope: ScopeId) {
        if let Some(place) = self.push_member(scope, Member::Strand(id))
            && let Some(strand) = self.strands.get_mut(id)
        {
            (strand.scope, strand.place) = (scope, place);
        }
    }

    /// Adds to what is in a scope. Answers its position.
    pub(super) fn push_member(&mut self, scope: ScopeId, member: Member) -> Option<usize> {
        let members = &mut self.scopes.get_mut(scope)?.members;
        members.push(member);
        Some(members.len() - 1)
    }

    pub(super) fn move_strand(&mut self, id: StrandId, to: ScopeId) {
        if let Some(strand) = self.strands.get(id) {
            let (from, place) = (strand.scope, strand.place);
            self.put_strand(id, to);
            self.remove_member(from, place);
        }
    }

    /// What was at `place` in a scope is gone. A scope that is empty may be at its end by that.
    pub(super) fn remove_member(&mut self, mut from: ScopeId, mut place: usize) {
        loop {
            let Some(scope) = self.scopes.get_mut(from) else { return };
            if place < scope.members.len() {
                scope.members.swap_remove(place);
            }
            match scope.members.get(place).copied() {
                Some(Member::Strand(moved)) => {
                    if let Some(moved) = self.strands.get_mut(moved) {
                        moved.place = place;
                    }
                }
                Some(Member::Scope(moved)) => {
                    if let Some(moved) = self.scopes.get_mut(moved) {
                        moved.place = place;
                    }
                }
                Some(Member::Isolate(moved)) => {
                    if let Some(moved) = self.isolates.get_mut(&moved) {
                        moved.place = place;
                    }
                }
                Some(Member::Operation(moved)) => self.operations.set_place(moved, place),
                None => {}
            }
            match self.drop_if_useless(from) {
                Some((parent, place_there)) => (from, place) = (parent, place_there),
                None => return self.wake_if_ended(from),
            }
        }
    }

    /// Drops a scope that nobody needs. Answers where it was.
    fn drop_if_useless(&mut self, id: ScopeId) -> Option<(ScopeId, usize)> {
        let scope = self.scopes.get(id)?;
        if !scope.members.is_empty() || !matches!(scope.stage, Stage::Closed) {
            return None;
        }
        let scope = self.scopes.remove(id)?;
        if let Some(around) = self.scopes.get_mut(scope.parent) {
            around.orphans.take_over(scope.orphans);
        }
        Some((scope.parent, scope.place))
    }

    /// Nobody goes into a scope any more, or waits for its end.
    pub(super) fn close_scope(&mut self, id: ScopeId) -> Option<Stage> {
        let stage = std::mem::replace(&mut self.scopes.get_mut(id)?.stage, Stage::Closed);
        if let Some((parent, place)) = self.drop_if_useless(id) {
            self.remove_member(parent, place);
        }
        Some(stage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fiber::Fiber;
    use crate::scheduler::{Aside, Begins, Origin, Role, UnhandledRejections};

    /// A scheduler, and its fibers with how many scopes each has gone into.
    struct Work {
        scheduler: Scheduler,
        fibers: Vec<(StrandId, u32)>,
    }

    impl Work {
        fn new() -> Work {
            let mut scheduler = Scheduler::new(UnhandledRejections::default());
            scheduler.start_main();
            Work { scheduler, fibers: Vec::new() }
        }

        fn run(&mut self, fiber: usize) -> Option<&mut (StrandId, u32)> {
            let found = self.fibers.get_mut(fiber)?;
            self.scheduler.current = found.0;
            Some(found)
        }

        /// The fiber that runs starts another, which runs at once.
        fn start(&mut self) {
            let (_, promise) = Scheduler::promise(Origin::Program, None);
            let scope = self.scheduler.scope_for_new(false);
            let aside = Some(Aside::new(Box::new(Fiber::idle())));
            let id = self.scheduler.add(aside, Role::Call(promise), scope).unwrap();
            self.scheduler.begin(id, Begins::AtOnce);
            self.scheduler.take(id);
            self.fibers.push((id, 0));
        }

        fn leave(&mut self) {
            let is_over = self.scheduler.leave_scope(Ok(Value::Null), Duration::ZERO);
            assert!(is_over, "nothing to wait for");
            assert!(self.scheduler.take_ended(false).is_some());
        }

        fn end(&mut self, fiber: usize) {
            let (id, depth) = self.fibers.swap_remove(fiber);
            self.scheduler.current = id;
            for _ in 0..depth {
                self.leave();
            }
            self.scheduler.end_current();
        }

        fn check(&self) {
            let Scheduler { scopes, strands, .. } = &self.scheduler;
            for id in scopes.ids() {
                let scope = scopes.get(id).unwrap();
                for (at, member) in scope.members.iter().enumerate() {
                    let (around, place) = match member {
                        Member::Strand(id) => strands.get(*id).map(|strand| (strand.scope, strand.place)),
                        Member::Scope(id) => scopes.get(*id).map(|scope| (scope.parent, scope.place)),
                        // No fiber here starts any.
                        Member::Isolate(_) | Member::Operation(_) => continue,
                    }
                    .unwrap();
                    assert_eq!((around, place), (id, at));
                }
                let is_needed = !scope.members.is_empty() || matches!(scope.stage, Stage::Open);
                assert!(is_needed, "{id:?} is of no use");
            }
            for (id, _) in &self.fibers {
                assert!(scopes.get(strands.get(*id).unwrap().scope).is_some());
            }
        }
    }

    #[test]
    fn the_tree_stays_whole_whatever_comes_and_goes() {
        let mut work = Work::new();
        let mut random = 1_u64;
        for round in 0..20_000 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let chosen = usize::try_from(random >> 40).unwrap() % (work.fibers.len() + 1);
            let what = random >> 33 & 7;
            let Some((_, depth)) = work.run(chosen) else {
                work.scheduler.current = work.scheduler.main;
                work.start();
                continue;
            };
            match what {
                0 | 1 => work.start(),
                2 if *depth < 5 => {
                    *depth += 1;
                    work.scheduler.enter_scope(Scope::new(Purpose::Shield), false);
                }
                3 if *depth > 0 => {
                    *depth -= 1;
                    work.leave();
                }
                _ => work.end(chosen),
            }
            if round % 64 == 0 {
                work.check();
            }
        }
        while !work.fibers.is_empty() {
            work.end(0);
        }
        work.check();
        assert_eq!(work.scheduler.scopes.len(), 1);
    }

    #[test]
    fn fibers_that_start_their_like_and_end_leave_no_scopes_behind() {
        let mut work = Work::new();
        work.start();
        for _ in 0..1000 {
            work.run(0);
            work.start();
            work.end(0);
            assert!(work.scheduler.scopes.len() <= 3, "{}", work.scheduler.scopes.len());
        }
    }
}
