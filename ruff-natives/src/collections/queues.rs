//! Queues: what comes first goes first.

use ruff_runtime::Value;
use ruff_runtime::heap::Ref;
use ruff_runtime::native;
use ruff_runtime::native::NativeResult;
use ruff_runtime::value::{Array, Queue};

/// A queue of `values`, the first in front; an empty one without them.
///
/// ```ruff
/// queue_size(Queue([1, 2]))                      # => 2
/// ```
#[native(family = "collections", name = "Queue", pure)]
fn queue(values: Option<&Array>) -> Ref<Queue> {
    Queue::from_vec(values.map(|values| values.to_vec()).unwrap_or_default())
}

/// The queue with `item` at its back.
///
/// ```ruff
/// queue_to_array(queue_enqueue(Queue([1]), 2))   # => [1, 2]
/// ```
#[native(family = "collections", method, pure, updates = result, undo = shorten)]
fn queue_enqueue(queue: &mut Ref<Queue>, item: Value) -> NativeResult<()> {
    queue.enqueue(item);
    Ok(())
}

/// The queue without its front item, and that item: `[rest, item]`; `[queue, null]` of an empty one.
///
/// ```ruff
/// queue_dequeue(Queue([1, 2]))[1]                # => 1
/// ```
#[native(family = "collections", method, pure, updates = rest, undo = put_back)]
fn queue_dequeue(queue: &mut Ref<Queue>) -> NativeResult<Value> {
    if queue.is_empty() {
        return Ok(Value::Null);
    }
    Ok(queue.make_mut().dequeue().unwrap_or_default())
}

/// The front item, `null` of an empty queue.
///
/// ```ruff
/// queue_peek(Queue([1, 2]))                      # => 1
/// ```
#[native(family = "collections", method, pure)]
fn queue_peek(queue: &Queue) -> Value {
    queue.front().cloned().unwrap_or_default()
}

/// The number of items.
///
/// ```ruff
/// queue_size(Queue([1, 2]))                      # => 2
/// ```
#[native(family = "collections", method, pure)]
fn queue_size(queue: &Queue) -> i64 {
    // Nothing in memory has 2^63 parts.
    i64::try_from(queue.len()).unwrap_or(i64::MAX)
}

/// Whether there is no item.
///
/// ```ruff
/// queue_is_empty(Queue())                        # => true
/// ```
#[native(family = "collections", method, pure)]
fn queue_is_empty(queue: &Queue) -> bool {
    queue.is_empty()
}

/// The items as an array, the front first.
///
/// ```ruff
/// queue_to_array(Queue([1, 2]))                  # => [1, 2]
/// ```
#[native(family = "collections", method, pure)]
fn queue_to_array(queue: &Queue) -> Vec<Value> {
    queue.iter().cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{call, source};

    #[test]
    fn first_in_first_out() {
        let queue = call(&QUEUE, vec![Value::array(vec![Value::Int(1), Value::Int(2)])]).unwrap();
        assert_eq!(source(call(&QUEUE_DEQUEUE, vec![queue.clone()])), "[Queue[2], 1]");
        assert_eq!(source(call(&QUEUE_ENQUEUE, vec![queue.clone(), Value::Int(3)])), "Queue[1, 2, 3]");
        assert_eq!(source(Ok(queue)), "Queue[1, 2]");
        let empty = call(&QUEUE, vec![]).unwrap();
        assert_eq!(source(call(&QUEUE_DEQUEUE, vec![empty.clone()])), "[Queue[], null]");
        assert_eq!(source(call(&QUEUE_PEEK, vec![empty])), "null");
    }
}
