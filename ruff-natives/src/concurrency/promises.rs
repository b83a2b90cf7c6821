//! Promises of the results of several others.

use ruff_runtime::Value;
use ruff_runtime::native;
use ruff_runtime::native::{FiberCx, NativeResult};
use ruff_runtime::scheduler::{Promise, Rule};
use ruff_runtime::value::Array;

use super::batch::{check_elements, positive};

/// A promise of the results of all of `promises`, in their order. All of them go on at the same time, whatever the
/// `concurrency_limit`.
///
/// Fails with `promise_all() requires promise elements in promises, got {type} at index {index}` for an array of
/// anything else. Fails with `promise_all() concurrency_limit must be > 0, got {limit}` for another limit. Fails
/// where it is awaited, with `Promise {index} rejected: {message}`, when the first of them does; the error has the
/// fields `index` and `cause`, and the others go on.
///
/// ```ruff
/// async func after(ms, v) {
///     await async_sleep(ms)
///     return v
/// }
/// await promise_all([after(12, "a"), after(3, "b")])     # => ["a", "b"]
/// ```
#[native(family = "concurrency", aliases("Promise.all", "await_all"), returns = "promise")]
fn promise_all(
    cx: &mut FiberCx<'_>,
    promises: &Array,
    concurrency_limit: Option<i64>,
) -> NativeResult<Value> {
    check_elements(cx, "promise", "promises", promises, |value| Promise::of(value).is_some())?;
    if let Some(limit) = concurrency_limit {
        positive(cx, "concurrency_limit", limit)?;
    }
    let members: Vec<&Promise> = promises.iter().filter_map(Promise::of).collect();
    Ok(cx.gather(Rule::All, &members))
}
