//! Work on all elements of an array, some at a time: the arguments that such builtins share, and the parallel maps.

use ruff_runtime::native;
use ruff_runtime::native::{FiberCx, NativeResult};
use ruff_runtime::scheduler::{Origin, member_rejected};
use ruff_runtime::value::{Array, ErrorValue};
use ruff_runtime::{Value, VmError};
use ruff_syntax::Code;

/// A promise of what `function` gives for every item, in the order of `items`; promises that it gives are awaited. At most
/// `concurrency_limit` calls are unfinished at a time.
///
/// It is rejected with `parallel_map() mapper call failed: …` or `Promise {i} rejected: …` for the first that fails.
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
    let args = arguments(cx, items, function, concurrency_limit)?;
    Ok(cx.call(Origin::Program, Value::Native(0, &PARALLEL_MAP_ALL), args))
}

/// As `parallel_map`, for functions whose results nobody needs: a promise of `null`.
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
    let args = arguments(cx, items, function, concurrency_limit)?;
    Ok(cx.call(Origin::Program, Value::Native(0, &PAR_EACH_ALL), args))
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

/// What `parallel_map` does, under the name that the program used.
#[native(
    family = "concurrency",
    name = "__parallel_map_all",
    ruff = "prelude/parallel_map_all.ruff",
    returns = "array"
)]
fn parallel_map_all(items: &Array, workers: i64, #[types(function)] function: Value, name: &str);

/// What `par_each` does, under the name that the program used.
#[native(
    family = "concurrency",
    name = "__par_each_all",
    ruff = "prelude/par_each_all.ruff",
    returns = "null"
)]
fn par_each_all(items: &Array, workers: i64, #[types(function)] function: Value, name: &str);

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

fn arguments(
    cx: &mut FiberCx<'_>,
    items: &Array,
    function: Value,
    limit: Option<i64>,
) -> NativeResult<Vec<Value>> {
    let workers = workers(cx, limit, items.len())?;
    check_mapper(cx, items, &function)?;
    Ok(vec![Value::array(items.to_vec()), workers, function, Value::str(cx.name())])
}

/// What can be said about a mapper before it is called.
fn check_mapper(cx: &FiberCx<'_>, items: &Array, function: &Value) -> NativeResult<()> {
    match function {
        Value::Closure(closure) if closure.proto.arity() != 1 => {
            let (name, arity) = (closure.proto.name(), closure.proto.arity());
            Err(cx.fail(Code::CallArity, format!("{name} expects {arity} arguments, got 1")))
        }
        Value::Closure(closure) => {
            if let Some(variable) = cx.assigned_outside(closure) {
                let message = format!(
                    "{}() mapper assigns captured variable '{variable}'; parallel code cannot write outer variables",
                    cx.name()
                );
                let help = "return values, or use shared_add_int or a channel";
                return Err(cx.fail(Code::ArgumentValue, message).with_help(help));
            }
            cx.check_captures(closure)
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
    let limit = match concurrency_limit {
        Some(limit) => positive(cx, "concurrency_limit", limit)?,
        None => cx.pool_size(),
    };
    Ok(Value::Int(i64::try_from(limit.min(len)).unwrap_or(i64::MAX)))
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
