//! Promises and channels that time settles, and turns.

use std::time::Duration;

use ruff_runtime::native;
use ruff_runtime::native::{FiberCx, NativeResult};
use ruff_runtime::scheduler::Promise;
use ruff_runtime::{Value, VmError};
use ruff_syntax::Code;

/// A promise of `null` in `ms` milliseconds. Other fibers go on meanwhile; after `async_sleep(0)` all that can.
///
/// Fails with `async_sleep() requires non-negative milliseconds, got {ms}` for a negative number.
///
/// ```ruff
/// await async_sleep(5)
/// ```
#[native(family = "concurrency", needs = clock, returns = "promise")]
fn async_sleep(cx: &mut FiberCx<'_>, ms: i64) -> NativeResult<Value> {
    match u64::try_from(ms) {
        Ok(ms) => Ok(cx.after(Duration::from_millis(ms), Value::Null)),
        Err(_) => {
            let message = format!("{}() requires non-negative milliseconds, got {ms}", cx.name());
            Err(cx.fail(Code::ArgumentValue, message))
        }
    }
}

/// A promise of what `promise` gives within `timeout_ms` milliseconds. After them, what was waited for goes on and
/// can still be awaited.
///
/// Fails with `async_timeout() requires positive timeout_ms, got {ms}` for no time at all. Fails where it is awaited,
/// with `Timeout after {ms}ms`, if it takes longer than that.
///
/// ```ruff
/// try { await async_timeout(async_sleep(500), 20) } except e { print(e.message) }  # prints Timeout after 20ms
/// ```
#[native(family = "concurrency", needs = clock, returns = "promise")]
fn async_timeout(cx: &mut FiberCx<'_>, promise: &Promise, timeout_ms: i64) -> NativeResult<Value> {
    match u64::try_from(timeout_ms) {
        Ok(ms) if ms > 0 => {
            let expired = VmError::new(Code::Timeout, format!("Timeout after {ms}ms"));
            Ok(cx.within(promise, Duration::from_millis(ms), expired))
        }
        _ => {
            let message = format!("{}() requires positive timeout_ms, got {timeout_ms}", cx.name());
            Err(cx.fail(Code::ArgumentValue, message))
        }
    }
}

/// A channel that gives the number of a tick every `ms` milliseconds, counted from 1. Ticks that come while one waits to be
/// received are one with it, which has the number of the last. `close()` stops it.
///
/// Fails with `ticker() ms must be > 0, got {ms}` for another number.
///
/// ```ruff
/// t := ticker(5)
/// print(t.receive(), t.receive())            # prints 1 2
/// sleep(20)
/// print(t.receive())                         # prints 6
/// ```
#[native(family = "concurrency", needs = clock, returns = "channel")]
fn ticker(cx: &mut FiberCx<'_>, ms: i64) -> NativeResult<Value> {
    match u64::try_from(ms) {
        Ok(period) if period > 0 => Ok(cx.ticker(Duration::from_millis(period))),
        _ => Err(cx.bad_value("ms", "> 0", &Value::Int(ms))),
    }
}

/// Lets all other fibers that can go on have their turn.
///
/// ```ruff
/// mut order := []
/// async func work(id) {
///     for i in 2 {
///         order = push(order, id)
///         yield_now()
///     }
/// }
/// await promise_all([work("a"), work("b")])
/// order                                      # => ["a", "b", "a", "b"]
/// ```
#[native(family = "concurrency", waits, returns = "null")]
fn yield_now(cx: &mut FiberCx<'_>) -> NativeResult<()> {
    cx.yield_now()
}

/// How long a wait of `ms` milliseconds is at most.
pub(super) fn limit(cx: &FiberCx<'_>, param: &str, ms: i64) -> NativeResult<Duration> {
    match u64::try_from(ms) {
        Ok(ms) => Ok(Duration::from_millis(ms)),
        Err(_) => Err(cx.bad_value(param, ">= 0", &Value::Int(ms))),
    }
}
