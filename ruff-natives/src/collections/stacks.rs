//! Stacks: what comes last goes first.

use ruff_runtime::Value;
use ruff_runtime::heap::Ref;
use ruff_runtime::native;
use ruff_runtime::native::NativeResult;
use ruff_runtime::value::{Array, Stack};

/// A stack of `values`, the last on top; an empty one without them.
///
/// ```ruff
/// stack_peek(Stack([1, 2]))                      # => 2
/// ```
#[native(family = "collections", name = "Stack", pure)]
fn stack(values: Option<&Array>) -> Ref<Stack> {
    Stack::from_vec(values.map(|values| values.to_vec()).unwrap_or_default())
}

/// The stack with `item` on top.
///
/// ```ruff
/// stack_to_array(stack_push(Stack([1]), 2))      # => [1, 2]
/// ```
#[native(family = "collections", method, pure, updates = result, undo = shorten)]
fn stack_push(stack: &mut Ref<Stack>, item: Value) -> NativeResult<()> {
    stack.push(item);
    Ok(())
}

/// The stack without its top item, and that item: `[rest, item]`; `[stack, null]` of an empty one.
///
/// ```ruff
/// stack_pop(Stack([1, 2]))[1]                    # => 2
/// ```
#[native(family = "collections", method, pure, updates = rest, undo = put_back)]
fn stack_pop(stack: &mut Ref<Stack>) -> NativeResult<Value> {
    if stack.is_empty() {
        return Ok(Value::Null);
    }
    Ok(stack.make_mut().pop().unwrap_or_default())
}

/// The top item, `null` of an empty stack.
///
/// ```ruff
/// stack_peek(Stack([1, 2]))                      # => 2
/// ```
#[native(family = "collections", method, pure)]
fn stack_peek(stack: &Stack) -> Value {
    stack.last().cloned().unwrap_or_default()
}

/// The number of items.
///
/// ```ruff
/// stack_size(Stack([1, 2]))                      # => 2
/// ```
#[native(family = "collections", method, pure)]
fn stack_size(stack: &Stack) -> i64 {
    // Nothing in memory has 2^63 parts.
    i64::try_from(stack.len()).unwrap_or(i64::MAX)
}

/// Whether there is no item.
///
/// ```ruff
/// stack_is_empty(Stack())                        # => true
/// ```
#[native(family = "collections", method, pure)]
fn stack_is_empty(stack: &Stack) -> bool {
    stack.is_empty()
}

/// The items as an array, the bottom first.
///
/// ```ruff
/// stack_to_array(Stack([1, 2]))                  # => [1, 2]
/// ```
#[native(family = "collections", method, pure)]
fn stack_to_array(stack: &Stack) -> Vec<Value> {
    stack.to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{call, source};

    #[test]
    fn last_in_first_out() {
        let stack = call(&STACK, vec![Value::array(vec![Value::Int(1), Value::Int(2)])]).unwrap();
        assert_eq!(source(call(&STACK_POP, vec![stack.clone()])), "[Stack[1], 2]");
        assert_eq!(source(call(&STACK_PUSH, vec![stack.clone(), Value::Int(3)])), "Stack[1, 2, 3]");
        assert_eq!(source(Ok(stack)), "Stack[1, 2]");
        let empty = call(&STACK, vec![]).unwrap();
        assert_eq!(source(call(&STACK_POP, vec![empty.clone()])), "[Stack[], null]");
        assert_eq!(source(call(&STACK_PEEK, vec![empty])), "null");
    }
}
