//! Promises: of the results of several others, settled ones, and those that the program settles.

use ruff_runtime::Value;
use ruff_runtime::native;
use ruff_runtime::native::{FiberCx, NativeResult};
use ruff_runtime::scheduler::{Deferred, Promise, Rule};
use ruff_runtime::value::Array;
use ruff_syntax::Code;

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
    let members = members(cx, promises)?;
    if let Some(limit) = concurrency_limit {
        positive(cx, "concurrency_limit", limit)?;
    }
    Ok(cx.gather(Rule::All, &members))
}

/// A promise of the outcome of the first of `promises` that is settled, value or error. The others go on.
///
/// Fails with `promise_race() requires promise elements in promises, got {type} at index {index}` for an array of
/// anything else. Fails with `promise_race() requires at least one promise` for an empty one.
///
/// ```ruff
/// async func after(ms, v) {
///     await async_sleep(ms)
///     return v
/// }
/// await promise_race([after(80, "slow"), after(2, "fast")])   # => "fast"
/// ```
#[native(family = "concurrency", alias = "Promise.race", returns = "promise")]
fn promise_race(cx: &mut FiberCx<'_>, promises: &Array) -> NativeResult<Value> {
    let members = members(cx, promises)?;
    if members.is_empty() {
        let message = format!("{}() requires at least one promise", cx.name());
        return Err(cx.fail(Code::ArgumentValue, message));
    }
    Ok(cx.gather(Rule::Race, &members))
}

/// A promise of the first value that one of `promises` gives. The others go on.
///
/// Fails with `promise_any() requires promise elements in promises, got {type} at index {index}` for an array of
/// anything else. Fails where it is awaited, with `All promises were rejected ({count} errors)`, if none gives a value; the
/// error's field `errors` has their errors, in their order.
///
/// ```ruff
/// async func fail(text) { throw(text) }
/// await promise_any([fail("x"), promise_resolve(3)])          # => 3
/// ```
#[native(family = "concurrency", alias = "Promise.any", returns = "promise")]
fn promise_any(cx: &mut FiberCx<'_>, promises: &Array) -> NativeResult<Value> {
    let members = members(cx, promises)?;
    Ok(cx.gather(Rule::Any, &members))
}

/// A promise of what becomes of each of `promises`, in their order: `Ok` of a value or `Err` of an error. It is never
/// rejected.
///
/// Fails with `promise_all_settled() requires promise elements in promises, got {type} at index {index}` for an array of
/// anything else.
///
/// ```ruff
/// async func after(ms, v) {
///     await async_sleep(ms)
///     return v
/// }
/// await promise_all_settled([after(12, 1), after(3, 2)])      # => [Ok(1), Ok(2)]
/// ```
#[native(family = "concurrency", alias = "Promise.all_settled", returns = "promise")]
fn promise_all_settled(cx: &mut FiberCx<'_>, promises: &Array) -> NativeResult<Value> {
    let members = members(cx, promises)?;
    Ok(cx.gather(Rule::Settled, &members))
}

/// A promise of the value `v`, which it has at once. A promise is given as it is.
///
/// ```ruff
/// p := promise_resolve(5)
/// [await p, Promise.resolve(p) == p]                          # => [5, true]
/// ```
#[native(family = "concurrency", alias = "Promise.resolve", returns = "promise")]
fn promise_resolve(cx: &mut FiberCx<'_>, v: Value) -> Value {
    if Promise::of(&v).is_some() {
        return v;
    }
    cx.resolved(v)
}

/// A promise that is rejected with the error that `throw(e)` raises.
///
/// ```ruff
/// p := promise_reject("no luck")
/// try { await p } except error { print(error.message) }       # prints no luck
/// ```
#[native(family = "concurrency", alias = "Promise.reject", returns = "promise")]
fn promise_reject(cx: &mut FiberCx<'_>, e: Value) -> Value {
    cx.rejected(e)
}

/// A promise and the two functions that settle it: `{"promise", "resolve": func(v), "reject": func(e)}`. The first call of
/// one of them decides and gives `true`; later ones do nothing and give `false`.
///
/// ```ruff
/// d := deferred()
/// print(d["resolve"](3), d["reject"]("late"))                 # prints true false
/// print(await d["promise"])                                   # prints 3
/// ```
#[native(family = "concurrency", ruff = "prelude/deferred.ruff", returns = "dict")]
fn deferred();

/// A pending promise.
#[native(family = "concurrency", returns = "promise")]
fn __pending(cx: &mut FiberCx<'_>) -> Value {
    cx.open_promise()
}

/// Settles a pending promise with a value.
#[native(family = "concurrency", returns = "null")]
fn __resolve(cx: &mut FiberCx<'_>, promise: Deferred, v: Value) {
    cx.resolve(&promise, v);
}

/// Settles a pending promise with an error.
#[native(family = "concurrency", returns = "null")]
fn __reject(cx: &mut FiberCx<'_>, promise: Deferred, e: Value) {
    cx.reject(&promise, e);
}

/// What has become of the promise so far: `pending`, `resolved` or `rejected`. To look is not to deal with its error.
///
/// ```ruff
/// promise_resolve(1).state()                                  # => "resolved"
/// ```
#[native(family = "concurrency", on = "Promise")]
fn state(promise: &Promise) -> &'static str {
    promise.state()
}

fn members<'a>(cx: &FiberCx<'_>, promises: &'a Array) -> NativeResult<Vec<&'a Promise>> {
    check_elements(cx, "promise", "promises", promises, |value| Promise::of(value).is_some())?;
    Ok(promises.iter().filter_map(Promise::of).collect())
}
