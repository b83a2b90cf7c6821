//! How a fiber gets out of a scope: it waits for what belongs to its body, then goes on with what the body gave.

use std::time::Duration;

use super::scope::{Ended, Purpose, Scope, ScopeId, Shelter, Stage};
use super::strand::Pause;
use super::{Resumption, Scheduler};
use crate::error::{Ending, VmError};
use crate::value::{ErrorValue, Value};

impl Scheduler {
    /// The body that the fiber that runs went into its innermost scope for has given `result`: it goes out again.
    /// Answers whether there is nothing to wait for.
    pub(crate) fn leave_scope(&mut self, result: Result<Value, VmError>, now: Duration) -> bool {
        let Some(strand) = self.strands.get_mut(self.current) else { return true };
        let id = strand.scope;
        strand.leaving = id;
        let Some(scope) = self.scopes.get(id) else { return true };
        let parent = scope.parent;
        self.move_strand(self.current, parent);
        let ending = result.as_ref().err().and_then(|error| error.fault().ending);
        let ends_program = ending.is_some_and(|ending| ending != Ending::Cancelled);
        let Some(scope) = self.scopes.get_mut(id) else { return true };
        let (result, has_failed) = scope.judge(result);
        scope.stage = Stage::Left(self.current, result);
        if has_failed {
            self.cancel_scope(id, now);
        }
        ends_program || self.scopes.get(id).is_none_or(Scope::has_ended)
    }

    /// The fiber that runs waits for the end of the scope that it has left, which nothing keeps it from.
    pub(crate) fn wait_for_scope(&mut self) {
        if let Some(strand) = self.strands.get_mut(self.current) {
            strand.pause = Pause::Leaving;
            self.leaving += 1;
        }
    }

    /// Lets the owner of a scope go on if it waits for its end, and this is it.
    pub(super) fn wake_if_ended(&mut self, id: ScopeId) {
        let Some(scope) = self.scopes.get(id) else { return };
        let Stage::Left(owner, _) = scope.stage else { return };
        if !scope.has_ended() {
            return;
        }
        if let Some(strand) = self.strands.get_mut(owner)
            && strand.pause == Pause::Leaving
        {
            (strand.pause, strand.resumption) = (Pause::No, Resumption::Leave);
            self.leaving -= 1;
            self.push_back(owner);
        }
    }

    /// Takes the scope that the fiber that runs has left, now that it has come to its end. `is_cleaning_up` says that the
    /// fiber cleans up around it.
    pub(crate) fn take_ended(&mut self, is_cleaning_up: bool) -> Option<Ended> {
        let strand = self.strands.get_mut(self.current)?;
        let id = std::mem::replace(&mut strand.leaving, ScopeId::NONE);
        let scope = self.scopes.get_mut(id)?;
        let purpose = std::mem::replace(&mut scope.purpose, Purpose::Fiber);
        let (parent, is_cancelled, level) = (scope.parent, scope.is_cancelled, scope.level);
        match &purpose {
            Purpose::Group(group) => group.close(level),
            // What is left in it is not sheltered by a body that is over.
            Purpose::Shield => {
                scope.shelter = if is_cleaning_up { Shelter::Grace } else { Shelter::Nothing };
                let reached = scope.shelter.reached_by(self.level_of(parent));
                self.raise(id, reached, None);
            }
            _ => {}
        }
        match self.close_scope(id)? {
            Stage::Left(_, result) => Some(Ended { purpose, result, is_cancelled }),
            Stage::Open | Stage::Closed => None,
        }
    }

    /// The fiber that runs goes on although the scope that it has left is not at its end: all in it is cancelled.
    pub(crate) fn give_up_scope(&mut self, now: Duration) -> Option<Ended> {
        let leaving = self.strands.get(self.current).map_or(ScopeId::NONE, |strand| strand.leaving);
        self.cancel_scope(leaving, now);
        self.take_ended(false)
    }

    /// Nothing will ever end the wait of the program's fiber. If it waits for the end of a scope, its body has failed
    /// instead, and all in it is cancelled, unless that has been tried; then the error comes back.
    pub(crate) fn fail_leaving(&mut self, error: VmError, now: Duration) -> Result<(), VmError> {
        let leaving = self.strands.get(self.main).map_or(ScopeId::NONE, |strand| strand.leaving);
        let Some(scope) = self.scopes.get_mut(leaving) else { return Err(error) };
        let Stage::Left(owner, _) = scope.stage else { return Err(error) };
        if scope.is_cancelled {
            return Err(error);
        }
        let (result, _) = scope.judge(Err(error));
        scope.stage = Stage::Left(owner, result);
        self.cancel_scope(leaving, now);
        Ok(())
    }
}

impl Scope {
    /// What a body has given, as it is kept: the failure of a group is the group's. Answers whether it is one.
    fn judge(&self, result: Result<Value, VmError>) -> (Result<Value, VmError>, bool) {
        match (&self.purpose, result) {
            (Purpose::Group(group), Err(error)) if error.is_catchable() => {
                group.fail(ErrorValue::of(error));
                (Ok(Value::Null), true)
            }
            (_, result) => (result, false),
        }
    }
}
