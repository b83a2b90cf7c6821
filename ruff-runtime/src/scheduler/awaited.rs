//! What fibers wait for, to be told when they do so in vain.

use super::promise::Deferred;
use super::strand::{Pause, Wait};
use super::{Aside, Channel, Scheduler};

/// What a fiber waits for.
pub(crate) enum Awaited {
    Promise(Deferred),
    /// A value of a channel.
    Value(Channel),
    /// Room in a channel.
    Room(Channel),
    /// A permit of a semaphore.
    Permit,
    /// The end of another fiber's import of a module.
    Import,
    /// One of several things.
    Choice,
}

/// Why a fiber does not go on.
pub(crate) enum Blocked<'a> {
    /// It waits for that.
    Waits(Option<&'a Awaited>),
    /// It waits for the end of a scope that it has left.
    Leaves,
    /// It has not begun: its group has as many others as it may have.
    HasNotBegun,
}

impl Scheduler {
    /// Says what the fiber that runs waits for, if that is all.
    pub(super) fn set_awaited(&mut self, wait: Wait, awaited: Awaited) {
        if wait.choice.is_none()
            && let Some(strand) = self.strands.get_mut(wait.strand)
        {
            strand.awaited = Some(awaited);
        }
    }

    /// The promise that the fiber that runs is about to wait for, if that is all.
    pub(crate) fn awaited_promise(&self) -> Option<Deferred> {
        match self.strands.get(self.current)?.awaited.as_ref()? {
            Awaited::Promise(promise) => Some(promise.clone()),
            _ => None,
        }
    }

    /// The fibers that do not run.
    pub(crate) fn blocked(&self) -> impl Iterator<Item = (&Aside, Blocked<'_>)> {
        let strands = self.strands.ids().into_iter().filter_map(|id| self.strands.get(id));
        strands.filter_map(|strand| {
            let blocked = match strand.pause {
                _ if !strand.has_begun => Blocked::HasNotBegun,
                Pause::Leaving => Blocked::Leaves,
                Pause::No | Pause::Waiting => Blocked::Waits(strand.awaited.as_ref()),
            };
            Some((strand.aside.as_ref()?, blocked))
        })
    }
}
