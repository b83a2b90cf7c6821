//! Sets, queues and stacks.

mod queues;
mod sets;
mod stacks;

use ruff_runtime::family;
use ruff_runtime::native::Family;

/// The builtins of this family.
pub(crate) static FAMILY: Family = family!("collections": [
    queues::QUEUE,
    sets::SET,
    stacks::STACK,
    queues::QUEUE_DEQUEUE,
    queues::QUEUE_ENQUEUE,
    queues::QUEUE_IS_EMPTY,
    queues::QUEUE_PEEK,
    queues::QUEUE_SIZE,
    queues::QUEUE_TO_ARRAY,
    sets::SET_ADD,
    sets::SET_DIFFERENCE,
    sets::SET_HAS,
    sets::SET_INTERSECT,
    sets::SET_REMOVE,
    sets::SET_TO_ARRAY,
    sets::SET_UNION,
    stacks::STACK_IS_EMPTY,
    stacks::STACK_PEEK,
    stacks::STACK_POP,
    stacks::STACK_PUSH,
    stacks::STACK_SIZE,
    stacks::STACK_TO_ARRAY,
]);
