//! Tasks.

use ruff_runtime::Value;
use ruff_runtime::native;
use ruff_runtime::native::{FiberCx, NativeResult};
use ruff_runtime::scheduler::Task;
use ruff_syntax::Code;

/// Calls `function`, which takes no arguments, as a task of its own, and gives a handle for its result.
///
/// The task begins when the others wait. Errors that nobody asks for are reported.
///
/// Fails with `spawn_task() requires an async function argument` for a builtin. Fails with `spawn_task() cannot
/// capture '{variable}': {type} values cannot cross isolates` if the function uses a variable with such a value: a
/// generator, or a handle that is no channel.
///
/// ```ruff
/// h := spawn_task(func() { return 7 })
/// print(h)                       # prints TaskHandle(Running)
/// print(await await_task(h))     # prints 7
/// ```
#[native(family = "concurrency", returns = "taskhandle")]
fn spawn_task(cx: &mut FiberCx<'_>, #[types(function)] function: Value) -> NativeResult<Value> {
    let Value::Closure(_) = function else {
        let message = format!("{}() requires an async function argument", cx.name());
        return Err(cx.fail(Code::ArgumentType, message));
    };
    cx.start_task(function, Vec::new())
}

/// A promise of the result of a task. The result can be claimed once.
///
/// Fails where it is awaited, as the task did, or with `Task was cancelled` if it was. Fails where it is awaited,
/// with `Task handle already consumed` if the result was claimed before, with `Task handle already consumed (task was
/// cancelled)` if there will be none.
///
/// ```ruff
/// h := spawn_task(func() { return 7 })
/// print(await await_task(h))     # prints 7
/// try { await await_task(h) } except e { print(e.message) }  # prints Task handle already consumed
/// ```
#[native(family = "concurrency", returns = "promise")]
fn await_task(handle: &Task) -> Value {
    handle.claim()
}

/// Cancels a task: its `finally` blocks run, and who awaits it gets the error `Task was cancelled`. Gives whether there
/// was anything to cancel.
///
/// ```ruff
/// h := spawn_task(func() { sleep(1000) })
/// [cancel_task(h), cancel_task(h)]       # => [true, false]
/// ```
#[native(family = "concurrency", returns = "bool")]
fn cancel_task(cx: &mut FiberCx<'_>, handle: &Task) -> Value {
    Value::Bool(cx.cancel_task(handle))
}

/// The result of the task, which is waited for; it can be claimed once, as with `await_task`.
///
/// Fails with the task's error, with `Task handle already consumed`, or with `Task was cancelled`.
///
/// ```ruff
/// h := spawn_task(func() { return 6 * 7 })
/// h.await_result()                       # => 42
/// ```
#[native(family = "concurrency", on = "TaskHandle", waits, returns = "any")]
fn await_result(_cx: &mut FiberCx<'_>, handle: &Task) -> Value {
    handle.claim()
}

/// As `cancel_task`: cancels the task, and gives whether there was anything to cancel.
///
/// ```ruff
/// h := spawn_task(func() { sleep(1000) })
/// [h.cancel(), h.cancel()]               # => [true, false]
/// ```
#[native(family = "concurrency", on = "TaskHandle", returns = "bool")]
fn cancel(cx: &mut FiberCx<'_>, handle: &Task) -> Value {
    cancel_task(cx, handle)
}

/// What has become of the task so far: `running`, `finished`, `consumed` when its result was claimed, or `cancelled`.
///
/// ```ruff
/// h := spawn_task(func() { return 1 })
/// [h.state(), h.await_result(), h.state()]   # => ["running", 1, "consumed"]
/// ```
#[native(family = "concurrency", on = "TaskHandle")]
fn state(handle: &Task) -> String {
    handle.state().to_lowercase()
}
