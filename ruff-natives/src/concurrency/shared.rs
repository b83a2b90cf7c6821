//! The shared store: values under names that all fibers and isolates see.

use ruff_runtime::Value;
use ruff_runtime::native;
use ruff_runtime::native::{FiberCx, NativeResult};
use ruff_runtime::scheduler::untransferable;
use ruff_runtime::value::Str;
use ruff_syntax::Code;

/// Stores a value under a name, in the place of what was there; gives `true`. Everything sees the store that runs in
/// the process, so what is stored is a copy. Promises and other handles but channels cannot be stored.
///
/// ```ruff
/// shared_set("limit", 5)         # => true
/// ```
#[native(family = "concurrency", returns = "bool")]
fn shared_set(cx: &mut FiberCx<'_>, key: Str, value: Value) -> NativeResult<Value> {
    if let Some(kind) = untransferable(&value) {
        return Err(cx.fail(Code::Transfer, format!("{} cannot store a {kind} value", cx.name())));
    }
    cx.shared().insert(key, value);
    Ok(Value::Bool(true))
}

/// A copy of the value under a name. Fails with `shared_get key '{key}' not found`.
///
/// ```ruff
/// shared_set("limit", 5)
/// shared_get("limit")            # => 5
/// ```
#[native(family = "concurrency", returns = "any")]
fn shared_get(cx: &mut FiberCx<'_>, key: Str) -> NativeResult<Value> {
    match cx.shared().get(&key).cloned() {
        Some(value) => Ok(value),
        None => Err(not_found(cx, &key)),
    }
}

/// Whether there is a value under a name.
///
/// ```ruff
/// shared_has("nothing")          # => false
/// ```
#[native(family = "concurrency", returns = "bool")]
fn shared_has(cx: &mut FiberCx<'_>, key: Str) -> Value {
    Value::Bool(cx.shared().contains_key(&key))
}

/// Removes the value under a name; gives whether there was one.
///
/// ```ruff
/// shared_delete("nothing")       # => false
/// ```
#[native(family = "concurrency", returns = "bool")]
fn shared_delete(cx: &mut FiberCx<'_>, key: Str) -> Value {
    Value::Bool(cx.shared().remove(&key).is_some())
}

/// Adds `delta` to the int under a name, in one step, and gives the sum.
///
/// Fails if there is none, if it is no int, or if the sum is too large; it stays as it is then.
///
/// ```ruff
/// shared_set("count", 40)
/// shared_add_int("count", 2)     # => 42
/// ```
#[native(family = "concurrency", returns = "int")]
fn shared_add_int(cx: &mut FiberCx<'_>, key: Str, delta: i64) -> NativeResult<Value> {
    let stored = match cx.shared().get_mut(&key) {
        Some(Value::Int(stored)) => stored,
        Some(_) => {
            let message = format!("{} requires key '{key}' to reference an int", cx.name());
            return Err(cx.fail(Code::ArgumentValue, message));
        }
        None => return Err(not_found(cx, &key)),
    };
    let before = *stored;
    match before.checked_add(delta) {
        Some(sum) => {
            *stored = sum;
            Ok(Value::Int(sum))
        }
        None => Err(cx.fail(Code::IntegerOverflow, format!("Integer overflow: {before} + {delta}"))),
    }
}

fn not_found(cx: &FiberCx<'_>, key: &Str) -> ruff_runtime::VmError {
    cx.fail(Code::MissingKey, format!("{} key '{key}' not found", cx.name()))
}
