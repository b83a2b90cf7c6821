//! Cancelling: what ends early, when, and what must not.

use ruff_runtime::native;
use ruff_runtime::native::{FiberCx, NativeResult};
use ruff_runtime::scheduler::Deferred;
use ruff_runtime::{Value, VmError};
use ruff_syntax::Code;

/// Cancels the work that the promise is of: an async function, a task, an operation of the host. Gives whether it was
/// not over.
///
/// A fiber that is cancelled ends where it waits, or as soon as it would. No `except` block sees that; `finally` blocks
/// run, and may wait for five seconds. All that the fiber has started is cancelled with it. Whoever awaits the promise
/// gets the error `Task was cancelled`, whose `kind` is `Cancelled`.
///
/// ```ruff
/// async func work() { await async_sleep(5000) }
/// p := work()
/// print(p.cancel())              # prints true
/// try { await p } except e { print(e.message, e.kind) }  # prints Task was cancelled Cancelled
/// print(p.cancel())              # prints false
/// ```
#[native(family = "concurrency", on = "Promise", returns = "bool")]
fn cancel(cx: &mut FiberCx<'_>, promise: Deferred) -> Value {
    Value::Bool(cx.cancel(&promise))
}

/// Whether the calling fiber is cancelled, and so will end as soon as it would wait.
///
/// ```ruff
/// is_cancelled()                 # => false
/// ```
#[native(family = "concurrency")]
fn is_cancelled(cx: &mut FiberCx<'_>) -> bool {
    cx.is_cancelled()
}

/// Ends the calling fiber if it is cancelled, as waiting would, but never waits.
///
/// ```ruff
/// check_cancelled()              # => null
/// ```
#[native(family = "concurrency", waits, returns = "null")]
fn check_cancelled(cx: &mut FiberCx<'_>) -> Value {
    cx.end_if_cancelled();
    Value::Null
}

/// Calls `f`, and gives what it gives. If the calling fiber is cancelled meanwhile, it ends only after that.
///
/// ```ruff
/// result := move_on_after(5, func() {
///     shield(func() {
///         await async_sleep(20)
///         print("saved")
///     })
///     await async_sleep(5000)
///     print("not reached")
/// }, "timed out")                # prints saved
/// print(result)                  # prints timed out
/// ```
#[native(family = "concurrency", returns = "any")]
fn shield(cx: &mut FiberCx<'_>, #[types(function)] f: Value) -> Value {
    cx.shield(&CALL, vec![f]);
    Value::Null
}

/// Calls `body`, and gives what it gives. `cleanup` is called once after it, whether `body` succeeds, fails or is
/// cancelled.
///
/// An error of `cleanup` replaces a success. After an error of `body` it is among the `suppressed` ones of that; after
/// a cancellation it is reported.
///
/// ```ruff
/// result := with_cleanup(func() { return 7 }, func() { print("closed") })  # prints closed
/// print(result)                  # prints 7
/// ```
#[native(family = "concurrency", ruff = "prelude/with_cleanup.ruff", returns = "any")]
fn with_cleanup(#[types(function)] body: Value, #[types(function)] cleanup: Value);

/// Calls `f`, and gives what it gives, unless that takes longer than `ms` milliseconds: then `f` is cancelled with all
/// that it has started, and they may clean up. Of timeouts inside of each other the one that ends first counts.
///
/// Fails with `Timeout after {ms}ms`, whose `kind` is `Timeout`, when time is up. Fails with `with_timeout() requires
/// positive timeout_ms, got {ms}` for a time that is none.
///
/// ```ruff
/// print(with_timeout(2000, func() { return 5 }))                         # prints 5
/// try {
///     with_timeout(10, func() { await async_sleep(5000) })
/// } except e { print(e.message, e.kind) }                                # prints Timeout after 10ms Timeout
/// ```
#[native(family = "concurrency", needs = clock, returns = "any")]
fn with_timeout(cx: &mut FiberCx<'_>, ms: i64, #[types(function)] f: Value) -> NativeResult<Value> {
    let ms = positive_time(cx, ms)?;
    cx.timeout(&CALL, vec![f], ms, None);
    Ok(Value::Null)
}

/// As `with_timeout`, except that `default` is what it gives when time is up.
///
/// Fails with `move_on_after() requires positive timeout_ms, got {ms}` for a time that is none.
///
/// ```ruff
/// move_on_after(10, func() { await async_sleep(5000) }, "late")          # => "late"
/// ```
#[native(family = "concurrency", needs = clock, returns = "any")]
fn move_on_after(
    cx: &mut FiberCx<'_>,
    ms: i64,
    #[types(function)] f: Value,
    default: Option<Value>,
) -> NativeResult<Value> {
    let ms = positive_time(cx, ms)?;
    cx.timeout(&CALL, vec![f], ms, Some(default.unwrap_or_default()));
    Ok(Value::Null)
}

/// Lets `f` be called with each error that nobody deals with, instead of reporting it: of promises that nobody awaits, of
/// tasks and of `spawn` blocks. Gives what was to be called so far, `null` at first, which also ends it.
///
/// If `f` gives `true`, the error counts as dealt with; else the exit status is 4 all the same.
///
/// ```ruff
/// on_unhandled_error(func(err) {
///     print("lost:", err.message)
///     return true
/// })
/// async func boom() { throw("kaboom") }
/// boom()
/// await async_sleep(5)           # prints lost: kaboom
/// ```
#[native(family = "concurrency", returns = "function or null")]
fn on_unhandled_error(cx: &mut FiberCx<'_>, #[types(function, null)] f: Value) -> Value {
    let function = Some(f).filter(|f| !matches!(f, Value::Null));
    cx.set_lost_handler(function, &CALL_WITH).unwrap_or_default()
}

/// What `function` gives, which is awaited if it is a promise.
#[native(family = "concurrency", name = "__call", ruff = "prelude/call.ruff", returns = "any")]
fn call(#[types(function)] function: Value);

/// As `__call` with an argument.
#[native(family = "concurrency", name = "__call_with", ruff = "prelude/call_with.ruff", returns = "any")]
fn call_with(#[types(function)] function: Value, value: Value);

/// The error `first`, which knows from now on that `later` was raised because of it.
#[native(family = "concurrency", returns = "error")]
fn __suppress(first: Value, later: Value) -> Value {
    match first {
        Value::Error(first) => Value::Error(first.suppressing([later])),
        other => other,
    }
}

/// Reports an error that came up while its fiber cleaned up, and that nobody can be told.
#[native(family = "concurrency", returns = "null")]
fn __lose(cx: &mut FiberCx<'_>, error: Value) -> Value {
    if let Value::Error(error) = error {
        cx.lose(&error);
    }
    Value::Null
}

/// Refuses times that are over.
fn positive_time(cx: &FiberCx<'_>, ms: i64) -> NativeResult<u64> {
    u64::try_from(ms).ok().filter(|ms| *ms > 0).ok_or_else(|| {
        let message = format!("{}() requires positive timeout_ms, got {ms}", cx.name());
        VmError::new(Code::ArgumentValue, message)
    })
}
