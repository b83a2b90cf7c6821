//! Changes of the shared store that fibers are in the middle of: nothing else happens meanwhile, so such a fiber may not
//! wait, and what it changes may not be changed by what it calls.

use ruff_syntax::Code;

use super::{Scheduler, StrandId};
use crate::error::VmError;

/// The fibers and the keys, innermost last: none goes on before those that it called have come to an end.
#[derive(Default)]
pub(super) struct Updates(Vec<(StrandId, Box<str>)>);

impl Updates {
    /// Whether the fiber is in the middle of one.
    pub(super) fn is_in_one(&self, id: StrandId) -> bool {
        self.0.last().is_some_and(|(strand, _)| *strand == id)
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

impl Scheduler {
    /// The fiber that runs begins to change what is stored under `key`.
    pub(crate) fn begin_update(&mut self, key: &str) {
        self.updates.0.push((self.current, key.into()));
    }

    /// The fiber that runs is done with its last change.
    pub(crate) fn end_update(&mut self) {
        self.updates.0.pop();
    }

    /// Refuses what would change something that is being changed.
    pub(crate) fn check_update(&self, key: &str) -> Result<(), VmError> {
        if self.updates.0.iter().all(|(_, updated)| &**updated != key) {
            return Ok(());
        }
        let message = format!("shared_update callback must not change key '{key}'");
        Err(VmError::new(Code::ArgumentValue, message).with_help("give the new value as the result"))
    }
}

/// The error of waiting in the middle of a change.
#[cold]
pub(super) fn waits_in_update() -> VmError {
    VmError::new(Code::ArgumentValue, "shared_update callback must not await")
        .with_help("await first, and give the result to shared_update")
}
