//! Semaphores.

use ruff_runtime::Value;
use ruff_runtime::native;
use ruff_runtime::native::{FiberCx, NativeResult};
use ruff_runtime::scheduler::Semaphore;

use super::batch::positive;

/// Lets at most `n` fibers do something at a time: what they give to `with`.
///
/// Fails with `semaphore() n must be > 0, got {n}` for another number.
///
/// ```ruff
/// s := semaphore(2)
/// async func work(id) {
///     return s.with(func() {
///         await async_sleep(5)
///         return [id, s.available()]
///     })
/// }
/// await promise_all(map([1, 2, 3], work))        # => [[1, 0], [2, 0], [3, 1]]
/// ```
#[native(family = "concurrency", returns = "semaphore")]
fn semaphore(cx: &mut FiberCx<'_>, n: i64) -> NativeResult<Value> {
    let permits = positive(cx, "n", n)?;
    Ok(cx.semaphore(permits))
}

/// What `f()` gives, a promise awaited, called with one of the semaphore's permits: who finds none waits for one. The
/// permit is given back however `f` ends.
///
/// Fails as `f` does. Fails with `Deadlock: all fibers are blocked ({count} fibers)` if every fiber waits for another.
///
/// ```ruff
/// semaphore(1).with(func() { return "held" })    # => "held"
/// ```
#[native(
    family = "concurrency",
    on = "Semaphore",
    name = "with",
    ruff = "prelude/semaphore_with.ruff",
    returns = "any"
)]
fn semaphore_with(semaphore: &Semaphore, #[types(function)] f: Value);

/// How many permits nobody has.
///
/// ```ruff
/// s := semaphore(2)
/// [s.available(), s.with(func() { return s.available() })]   # => [2, 1]
/// ```
#[native(family = "concurrency", on = "Semaphore")]
fn available(semaphore: &Semaphore) -> i64 {
    i64::try_from(semaphore.available()).unwrap_or(i64::MAX)
}

/// Takes a permit of a semaphore, after waiting for one if need be.
#[native(family = "concurrency", waits, returns = "null")]
fn __acquire(cx: &mut FiberCx<'_>, semaphore: &Semaphore) -> NativeResult<()> {
    cx.acquire(semaphore)
}

/// Gives a permit of a semaphore back.
#[native(family = "concurrency", returns = "null")]
fn __release(cx: &mut FiberCx<'_>, semaphore: &Semaphore) {
    cx.release(semaphore);
}
