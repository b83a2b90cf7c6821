//! Task groups.

use std::time::Duration;

use ruff_runtime::Value;
use ruff_runtime::native;
use ruff_runtime::native::{FiberCx, NativeResult};
use ruff_runtime::scheduler::Group;
use ruff_runtime::value::Dict;
use ruff_syntax::Code;

use super::batch::positive;
use super::scopes::{CALL, CALL_WITH};

/// Calls `body` with a new task group, whose children end before it goes on. Gives what `body` gives.
///
/// `g.start(f)` starts a child. If `body` or a child fails, all others are cancelled, and when they have cleaned up,
/// the error is raised again; errors that come later are in its field `suppressed`.
///
/// The dict `options` may hold:
/// - `on_error`: `"cancel"`, or `"collect"`: a child that fails leaves the others alone; its error goes to whoever awaits
///   its promise, and if nobody does is raised at the end.
/// - `limit`: how many children are under way at a time; the others wait for their turn.
/// - `cleanup_grace_ms`: how long cancelled code may clean up, 5000 if nothing is said.
///
/// Fails with `task_group() unknown option '{name}'` for any other, and as `body` and the children do. Fails with
/// `task_group() on_error must be "cancel" or "collect", got {value}`, `task_group() limit must be > 0, got {value}` or
/// `task_group() cleanup_grace_ms must be >= 0, got {value}` for what an option cannot be.
///
/// ```ruff
/// async func part(ms, v) {
///     await async_sleep(ms)
///     return v
/// }
/// print(task_group(func(g) {
///     a := g.start(func() { return part(6, 2) })
///     b := g.start(func() { return part(2, 40) })
///     return await a + await b
/// }))                            # prints 42
/// ```
#[native(family = "concurrency", returns = "any")]
fn task_group(
    cx: &mut FiberCx<'_>,
    #[types(function)] body: Value,
    options: Option<&Dict>,
) -> NativeResult<Value> {
    let (group, grace) = from_options(cx, options)?;
    cx.group(&CALL_WITH, vec![body, group.handle()], group, grace);
    Ok(Value::Null)
}

/// Starts a child of the group: calls `f` in a fiber of its own, which runs at once until it waits. Gives a promise of
/// its result.
///
/// Fails with `Task group is closed` when the group is over, with `Too many live fibers (limit 1000000)` if there are. Fails
/// where it is awaited, as `f` did, or with `Task was cancelled` if it was. In a group that is cancelled already, a
/// child never begins.
///
/// ```ruff
/// print(task_group(func(g) {
///     p := g.start(func() { return 5 })
///     return await p
/// }))                            # prints 5
/// ```
#[native(family = "concurrency", on = "TaskGroup", returns = "promise")]
fn start(cx: &mut FiberCx<'_>, group: &Group, #[types(function)] f: Value) -> NativeResult<Value> {
    cx.start_child(group, &CALL, vec![f])
}

/// As `start`, except that `f` is called as a task: beside the rest of the program, with copies of the variables it uses.
///
/// Fails with `Task group is closed` when the group is over. Fails with `TaskGroup.start_task() cannot capture
/// '{variable}': {type} values cannot cross isolates` if the function uses a variable with such a value. Fails where it
/// is awaited, as `f` did, with `Task was cancelled` if it was, with `Task result cannot cross isolates: {type}` if it
/// gave what only its own isolate can have, or with `Task panicked: {text}` after a mistake in a builtin.
///
/// ```ruff
/// n := 4
/// print(task_group(func(g) {
///     p := g.start_task(func() { return n * n })
///     return await p
/// }))                            # prints 16
/// ```
#[native(family = "concurrency", on = "TaskGroup", returns = "promise")]
fn start_task(cx: &mut FiberCx<'_>, group: &Group, #[types(function)] f: Value) -> NativeResult<Value> {
    cx.start_child_task(group, &TASK, &CALL, vec![f])
}

/// Cancels the body and the children of the group, which then gives `null`. Gives whether there was anything to cancel.
///
/// ```ruff
/// print(task_group(func(g) {
///     g.start(func() { await async_sleep(5000) })
///     g.cancel()
///     return "not given"
/// }))                            # prints null
/// ```
#[native(family = "concurrency", on = "TaskGroup", returns = "bool")]
fn cancel(cx: &mut FiberCx<'_>, group: &Group) -> Value {
    Value::Bool(cx.cancel_group(group))
}

/// Whether the group is cancelled, itself or by what it is part of.
///
/// ```ruff
/// print(task_group(func(g) { return g.is_cancelled() }))         # prints false
/// ```
#[native(family = "concurrency", on = "TaskGroup")]
fn is_cancelled(cx: &mut FiberCx<'_>, group: &Group) -> bool {
    cx.is_group_cancelled(group)
}

/// How many children of the group have not ended.
///
/// ```ruff
/// print(task_group(func(g) {
///     g.start(func() { await async_sleep(5) })
///     g.start(func() { return 1 })
///     return g.len()
/// }))                            # prints 1
/// ```
#[native(family = "concurrency", on = "TaskGroup")]
fn len(group: &Group) -> i64 {
    i64::try_from(group.len()).unwrap_or(i64::MAX)
}

/// What a child does whose work is a task.
#[native(family = "concurrency", name = "__task", ruff = "prelude/task.ruff", returns = "any")]
fn task(packed: Value);

/// What a call gives that was packed for a task.
#[native(family = "concurrency", waits, returns = "any")]
fn __run_packed(cx: &mut FiberCx<'_>, packed: Value) -> NativeResult<Value> {
    cx.start_packed(&packed)
}

/// The names of options.
const OPTIONS: [&str; 3] = ["on_error", "limit", "cleanup_grace_ms"];

/// The group that `options` ask for, and how long cleaning up may take.
fn from_options(cx: &FiberCx<'_>, options: Option<&Dict>) -> NativeResult<(Group, Option<Duration>)> {
    let Some(options) = options else { return Ok((Group::new(false, usize::MAX), None)) };
    let keys = options.sorted();
    if let Some((unknown, _)) = keys.iter().find(|(key, _)| !OPTIONS.contains(&key.to_string().as_str())) {
        let message = format!("{}() unknown option '{unknown}'", cx.name());
        let help = format!("options are {}", OPTIONS.join(", "));
        return Err(cx.fail(Code::ArgumentValue, message).with_help(help));
    }
    let on_error = match options.get("on_error") {
        Some(value) if value.as_str().is_none() => {
            return Err(cx.bad_type("a string", "on_error", value.type_name()));
        }
        value => value,
    };
    let (limit, grace) = (int(cx, options, "limit")?, int(cx, options, "cleanup_grace_ms")?);
    let collects = match on_error.and_then(|value| Some((value, value.as_str()?))) {
        None | Some((_, "cancel")) => false,
        Some((_, "collect")) => true,
        Some((value, _)) => return Err(cx.bad_value("on_error", "\"cancel\" or \"collect\"", value)),
    };
    let limit = limit.map(|limit| positive(cx, "limit", limit)).transpose()?;
    let grace = grace.map(|ms| match u64::try_from(ms) {
        Ok(ms) => Ok(Duration::from_millis(ms)),
        Err(_) => Err(cx.bad_value("cleanup_grace_ms", ">= 0", &Value::Int(ms))),
    });
    Ok((Group::new(collects, limit.unwrap_or(usize::MAX)), grace.transpose()?))
}

fn int(cx: &FiberCx<'_>, options: &Dict, name: &str) -> NativeResult<Option<i64>> {
    match options.get(name) {
        None => Ok(None),
        Some(Value::Int(int)) => Ok(Some(*int)),
        Some(other) => Err(cx.bad_type("an int", name, other.type_name())),
    }
}
