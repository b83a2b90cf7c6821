//! Virtual time: programs that wait without taking time.

use std::time::Duration;

use ruff_runtime::Value;
use ruff_runtime::native;
use ruff_runtime::native::{FiberCx, NativeResult};
use ruff_syntax::Code;

use super::scopes::CALL;

/// Calls `f` in virtual time, and gives what it gives.
///
/// Virtual time stands still while anything goes on. When all fibers wait, it jumps to the next moment that one waits for, so
/// that a wait of an hour is over at once and takes exactly an hour. Requests, reads and writes take the time they take: it
/// never jumps as long as one is on its way. It is that of all fibers of the isolate, and of the isolates that are started
/// in it, which take turns with this one. Dates begin at 2000-01-01T00:00:00Z; `performance_now()` goes on from where
/// it was, and never goes back.
///
/// Fails with `Deadlock: all fibers are blocked ({n} fibers)`, whose `kind` is `Deadlock`, if `f` waits and there is nothing
/// to jump to.
///
/// ```ruff
/// print(virtual_time(func() {
///     start := current_timestamp()
///     await async_sleep(3600000)
///     return current_timestamp() - start
/// }))                            # prints 3600000
/// ```
#[native(family = "concurrency", returns = "any")]
fn virtual_time(cx: &mut FiberCx<'_>, #[types(function)] f: Value) -> Value {
    cx.virtual_time(&CALL, vec![f]);
    Value::Null
}

/// Lets virtual time go forward by `ms` milliseconds. Who has waited long enough by then goes on when the calling fiber
/// waits.
///
/// Fails with `advance_time() ms must be >= 0, got {ms}` for a negative number, and with `advance_time() requires virtual
/// time` where time is real.
///
/// ```ruff
/// print(virtual_time(func() {
///     start := current_timestamp()
///     advance_time(250)
///     return current_timestamp() - start
/// }))                            # prints 250
/// ```
#[native(family = "concurrency", returns = "null")]
fn advance_time(cx: &mut FiberCx<'_>, ms: i64) -> NativeResult<Value> {
    let Ok(forward) = u64::try_from(ms) else { return Err(cx.bad_value("ms", ">= 0", &Value::Int(ms))) };
    if cx.advance_time(Duration::from_millis(forward)) {
        Ok(Value::Null)
    } else {
        Err(cx.fail(Code::Scheduler, format!("{}() requires virtual time", cx.name())))
    }
}
