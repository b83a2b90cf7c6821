//! [`Pool`]: fibers that have ended, and lend what they have allocated to the next ones.

use super::Fiber;
use crate::heap::Ref;
use crate::value::{Closure, Value};

/// So many fibers are kept.
const FIBERS: usize = 64;

/// Fibers with larger stacks are not.
const REGISTERS: usize = 64;

/// Fibers without code.
///
/// # Invariants
/// They have no frames, and all their registers are null.
#[derive(Default)]
#[expect(clippy::vec_box, reason = "they come and go as boxes")]
pub(crate) struct Pool(Vec<Box<Fiber>>);

impl Pool {
    /// A fiber about to run `closure` with `args`, as [`Fiber::new`].
    pub(crate) fn start(
        &mut self,
        closure: Ref<Closure>,
        args: &mut [Value],
        frame_limit: usize,
    ) -> Box<Fiber> {
        match self.0.pop() {
            Some(mut fiber) => {
                fiber.begin(closure, args, frame_limit);
                fiber
            }
            None => Box::new(Fiber::new(closure, args, frame_limit)),
        }
    }

    /// A fiber that has nothing to run.
    pub(crate) fn idle(&mut self) -> Box<Fiber> {
        self.0.pop().unwrap_or_else(|| Box::new(Fiber::idle()))
    }

    /// Keeps a fiber that has ended, for what it has allocated.
    pub(crate) fn keep(&mut self, mut fiber: Box<Fiber>) {
        let registers = fiber.stack.len();
        if fiber.frames.is_empty() && registers <= REGISTERS && self.0.len() < FIBERS {
            // Calls that could not be made may have left arguments beyond the frame.
            fiber.stack.clear(0, registers);
            self.0.push(fiber);
        }
    }
}
