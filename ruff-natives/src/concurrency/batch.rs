//! Work on all elements of an array, some at a time: the arguments that such builtins share, and the parallel maps.

use ruff_runtime::native;
use ruff_runtime::native::{FiberCx, NativeResult};
use ruff_runtime::scheduler::{Origin, member_rejected};
use ruff_runtime::value::{Array, ErrorValue};
use ruff_runtime::{Value, VmError};
use ruff_syntax::Code;

/// Items up to which one isolate calls the function, in their order.
const FEW: usize = 64;

/// A promise of what `function` gives for every item, in the order of `items`; promises that it gives are awaited. At most
/// `concurrency_limit` calls are unfinished at a time.
///
/// Fails with `parallel_map() concurrency_limit must be > 0, got {limit}` for another limit. Fails with
/// `parallel_map() mapper assigns captured variable '{variable}'; parallel code cannot write outer variables` if
/// `function` does. Fails with `parallel_map() cannot capture '{variable}': {type} values cannot cross isolates` if
/// `function` uses a variable with such a value: a generator, or a handle that is no channel. Fails with
/// `parallel_map({builtin}, ...) expects {types} elements` if `function` is `len`, `upper` or `lower` and an item is
/// nothing for it. Fails where it is awaited, with `parallel_map() mapper call failed: {message}` for the first call
/// that fails, or with `Promise {index} rejected: {message}` for the first promise; the error has the fields `index`
/// and `cause`.
///
/// ```ruff
/// squares := await parallel_map([1, 2, 3], func(x) { return x * x })
/// print(squares)                 # prints [1, 4, 9]
/// ```
#[native(family = "concurrency", alias = "par_map", returns = "promise")]
fn parallel_map(
    cx: &mut FiberCx<'_>,
    items: &Array,
    #[types(function)] function: Value,
    concurrency_limit: Option<i64>,
) -> NativeResult<Value> {
    map_all(cx, items, function, concurrency_limit, true)
}

/// As `parallel_map`, for functions whose results nobody needs: a promise of `null`.
///
/// Fails with `par_each() concurrency_limit must be > 0, got {limit}` for another limit. Fails with `par_each()
/// mapper assigns captured variable '{variable}'; parallel code cannot write outer variables` if `function` does.
/// Fails with `par_each() cannot capture '{variable}': {type} values cannot cross isolates` if `function` uses a
/// variable with such a value: a generator, or a handle that is no channel. Fails with `par_each({builtin}, ...)
/// expects {types} elements` if `function` is `len`, `upper` or `lower` and an item is nothing for it. Fails where it
/// is awaited, with `par_each() mapper call failed: {message}` for the first call that fails, or with `Promise
/// {index} rejected: {message}` for the first promise; the error has the fields `index` and `cause`.
///
/// ```ruff
/// await par_each([1, 2], func(x) { return x })
/// ```
#[native(family = "concurrency", returns = "promise")]
fn par_each(
    cx: &mut FiberCx<'_>,
    items: &Array,
    #[types(function)] function: Value,
    concurrency_limit: Option<i64>,
) -> NativeResult<Value> {
    map_all(cx, items, function, concurrency_limit, false)
}

/// How many parts of an operation go on at a time where no limit is given.
///
/// ```ruff
/// get_task_pool_size()           # => 256
/// ```
#[native(family = "concurrency", returns = "int")]
fn get_task_pool_size(cx: &mut FiberCx<'_>) -> Value {
    Value::Int(i64::try_from(cx.pool_size()).unwrap_or(i64::MAX))
}

/// Changes how many parts of an operation go on at a time where no limit is given, from now on; gives the number so far.
///
/// Fails with `set_task_pool_size() size must be > 0, got {size}` for another number.
///
/// ```ruff
/// set_task_pool_size(4)          # => 256
/// ```
#[native(family = "concurrency", returns = "int")]
fn set_task_pool_size(cx: &mut FiberCx<'_>, size: i64) -> NativeResult<Value> {
    let before = get_task_pool_size(cx);
    let size = positive(cx, "size", size)?;
    cx.set_pool_size(size);
    Ok(before)
}

/// What `function(item, index)` gives for every item, promises awaited, by so many fibers as `workers` says. After a failure
/// no more is begun, and what has begun is waited for.
#[native(family = "concurrency", name = "__in_order", ruff = "prelude/in_order.ruff", returns = "array")]
fn in_order(items: &Array, workers: i64, #[types(function)] function: Value);

/// The results of one isolate's share of the items: every `step`th, from `first` on.
#[native(
    family = "concurrency",
    name = "__parallel_map_share",
    ruff = "prelude/parallel_map_share.ruff",
    returns = "array"
)]
fn parallel_map_share(
    items: &Array,
    workers: i64,
    #[types(function)] function: Value,
    name: &str,
    first: i64,
    step: i64,
);

/// All results of the tasks that have shares of the items, or `null` if nobody wants them.
#[native(
    family = "concurrency",
    name = "__parallel_map_join",
    ruff = "prelude/parallel_map_join.ruff",
    returns = "any"
)]
fn parallel_map_join(tasks: &Array, count: i64, wanted: bool);

/// The error of a mapper that failed for item `index`.
#[native(family = "concurrency", returns = "error")]
fn __mapper_failed(name: &str, index: i64, error: Value) -> Value {
    let Value::Error(error) = error else { return error };
    let mut failed = VmError::new(error.code, format!("{name}() mapper call failed: {}", error.message));
    let fault = failed.fault_mut();
    fault.index = usize::try_from(index).ok();
    fault.cause = Some(Value::Error(error));
    ErrorValue::caught(failed)
}

/// The error of a whole whose promise `index` was rejected.
#[native(family = "concurrency", returns = "error")]
fn __member_rejected(index: i64, error: Value) -> Value {
    let Value::Error(error) = error else { return error };
    ErrorValue::caught(member_rejected(usize::try_from(index).unwrap_or_default(), &error))
}

/// A promise of what `function` gives for all items, if that is wanted.
///
/// A builtin is called by fibers of this isolate. A function of the program is called by isolates that have a share of the
/// items each, so that it sees its variables as they are now; items up to [`FEW`] are one share.
fn map_all(
    cx: &mut FiberCx<'_>,
    items: &Array,
    function: Value,
    limit: Option<i64>,
    wanted: bool,
) -> NativeResult<Value> {
    let workers = worker_count(cx, limit, items.len())?;
    check_mapper(cx, items, &function)?;
    let shares = match function {
        _ if items.is_empty() => 0,
        Value::Closure(_) if items.len() > FEW => cx.workers().min(workers),
        _ => 1,
    };
    let name = Value::str(cx.name());
    let is_builtin = !matches!(function, Value::Closure(_));
    let mut tasks = Vec::with_capacity(shares);
    for first in 0..shares {
        let share = items.iter().skip(first).step_by(shares).cloned().collect();
        let workers = workers / shares + usize::from(first < workers % shares);
        let (function, name) = (function.clone(), name.clone());
        let args = vec![Value::array(share), count(workers), function, name, count(first), count(shares)];
        let share = Value::Native(0, &PARALLEL_MAP_SHARE);
        tasks.push(if is_builtin {
            cx.call(Origin::Program, share, args)
        } else {
            cx.start_task(share, args)?
        });
    }
    let args = vec![Value::array(tasks), count(items.len()), Value::Bool(wanted)];
    Ok(cx.call(Origin::Program, Value::Native(0, &PARALLEL_MAP_JOIN), args))
}

/// What can be said about a mapper before it is called.
fn check_mapper(cx: &FiberCx<'_>, items: &Array, function: &Value) -> NativeResult<()> {
    match function {
        Value::Closure(closure) => {
            closure.proto.check_args(1)?;
            if let Some(variable) = cx.assigned_outside(closure) {
                let message = format!(
                    "{}() mapper assigns captured variable '{variable}'; parallel code cannot write outer variables",
                    cx.name()
                );
                let help = "return values, or use shared_add_int or a channel";
                return Err(cx.fail(Code::ArgumentValue, message).with_help(help));
            }
            Ok(())
        }
        Value::Native(alias, def) => {
            let mapper = def.name_at(*alias);
            let (fits, kinds): (fn(&Value) -> bool, _) = match mapper {
                "len" => (has_size, "string/array/dict"),
                "upper" | "to_upper" | "lower" | "to_lower" => (is_text, "string"),
                _ => return Ok(()),
            };
            if items.iter().all(fits) {
                return Ok(());
            }
            let message = format!("{}({mapper}, ...) expects {kinds} elements", cx.name());
            Err(cx.fail(Code::ArgumentType, message))
        }
        _ => Ok(()),
    }
}

fn has_size(value: &Value) -> bool {
    is_text(value) || matches!(value, Value::Array(_) | Value::Dict(_))
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some()
}

/// How many fibers work on `len` items: as many as `concurrency_limit` allows.
pub(crate) fn workers(cx: &FiberCx<'_>, concurrency_limit: Option<i64>, len: usize) -> NativeResult<Value> {
    worker_count(cx, concurrency_limit, len).map(count)
}

fn worker_count(cx: &FiberCx<'_>, concurrency_limit: Option<i64>, len: usize) -> NativeResult<usize> {
    let limit = match concurrency_limit {
        Some(limit) => positive(cx, "concurrency_limit", limit)?,
        None => cx.pool_size(),
    };
    Ok(limit.min(len))
}

fn count(count: usize) -> Value {
    Value::Int(i64::try_from(count).unwrap_or(i64::MAX))
}

/// Refuses what is no count.
pub(super) fn positive(cx: &FiberCx<'_>, param: &str, count: i64) -> NativeResult<usize> {
    match usize::try_from(count) {
        Ok(count) if count > 0 => Ok(count),
        _ => Err(cx.bad_value(param, "> 0", &Value::Int(count))),
    }
}

/// Refuses arrays of anything but strings.
pub(super) fn check_texts(cx: &FiberCx<'_>, param: &str, values: &Array) -> NativeResult<()> {
    check_elements(cx, "string", param, values, is_text)
}

/// Refuses arrays of anything but the `kind` of values that is `right`.
pub(super) fn check_elements(
    cx: &FiberCx<'_>,
    kind: &str,
    param: &str,
    values: &Array,
    right: impl Fn(&Value) -> bool,
) -> NativeResult<()> {
    match values.iter().enumerate().find(|(_, value)| !right(value)) {
        None => Ok(()),
        Some((index, wrong)) => {
            let (name, got) = (cx.name(), wrong.type_name());
            let message = format!("{name}() requires {kind} elements in {param}, got {got} at index {index}");
            Err(cx.fail(Code::ArgumentType, message))
        }
    }
}
