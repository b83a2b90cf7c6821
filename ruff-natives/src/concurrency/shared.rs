//! The shared store: values under names that all fibers and isolates see.

use ruff_runtime::native;
use ruff_runtime::native::{FiberCx, NativeResult};
use ruff_runtime::value::equal;
use ruff_runtime::{Value, VmError};
use ruff_syntax::Code;

/// Stores a value under a name, in the place of what was there; gives `true`. All isolates of the program see the store,
/// so what is stored is a copy. Promises and other handles but channels cannot be stored.
///
/// Fails with `shared_set cannot store a {type} value` for what cannot be stored, or holds such a thing.
///
/// ```ruff
/// shared_set("limit", 5)         # => true
/// ```
#[native(family = "concurrency", returns = "bool")]
fn shared_set(cx: &mut FiberCx<'_>, key: &str, value: Value) -> NativeResult<Value> {
    store(cx, cx.name(), key, value, None).map(Value::Bool)
}

/// A copy of the value under a name.
///
/// Fails with `shared_get key '{key}' not found` if there is none.
///
/// ```ruff
/// shared_set("limit", 5)
/// shared_get("limit")            # => 5
/// ```
#[native(family = "concurrency", returns = "any")]
fn shared_get(cx: &mut FiberCx<'_>, key: &str) -> NativeResult<Value> {
    match cx.shared_get(key) {
        Some((value, _)) => Ok(value),
        None => Err(not_found(cx.name(), key)),
    }
}

/// Whether there is a value under a name.
///
/// ```ruff
/// shared_has("nothing")          # => false
/// ```
#[native(family = "concurrency", returns = "bool")]
fn shared_has(cx: &mut FiberCx<'_>, key: &str) -> Value {
    Value::Bool(cx.shared_has(key))
}

/// Removes the value under a name; gives whether there was one.
///
/// ```ruff
/// shared_delete("nothing")       # => false
/// ```
#[native(family = "concurrency", returns = "bool")]
fn shared_delete(cx: &mut FiberCx<'_>, key: &str) -> NativeResult<Value> {
    cx.check_update(key)?;
    Ok(Value::Bool(cx.shared_remove(key)))
}

/// The names of all values in the shared store, sorted.
///
/// ```ruff
/// shared_set("b", 1)
/// shared_set("a", 2)
/// shared_keys()                  # => ["a", "b"]
/// ```
#[native(family = "concurrency", returns = "array")]
fn shared_keys(cx: &mut FiberCx<'_>) -> Value {
    Value::array(cx.shared_keys().into_iter().map(Value::string).collect())
}

/// Adds `delta` to the int under a name, in one step, and gives the sum. If it fails the int stays as it is.
///
/// Fails with `shared_add_int key '{key}' not found` if there is none. Fails with `shared_add_int requires key
/// '{key}' to reference an int` if it is something else. Fails with `Integer overflow: {int} + {delta}` if the sum is
/// too large.
///
/// ```ruff
/// shared_set("count", 40)
/// shared_add_int("count", 2)     # => 42
/// ```
#[native(family = "concurrency", returns = "int")]
fn shared_add_int(cx: &mut FiberCx<'_>, key: &str, delta: i64) -> NativeResult<Value> {
    cx.check_update(key)?;
    cx.shared_add(key, delta).map(Value::Int)
}

/// Stores `new` under a name if `old` is what is there, in one step; gives whether it did.
///
/// Fails with `shared_compare_and_set key '{key}' not found` if there is none. Fails with `shared_compare_and_set cannot
/// store a {type} value` for what is bound to its isolate.
///
/// ```ruff
/// shared_set("state", "idle")
/// shared_compare_and_set("state", "idle", "busy")    # => true
/// ```
#[native(family = "concurrency", returns = "bool")]
fn shared_compare_and_set(cx: &mut FiberCx<'_>, key: &str, old: Value, new: Value) -> NativeResult<Value> {
    loop {
        let Some((value, version)) = cx.shared_get(key) else { return Err(not_found(cx.name(), key)) };
        if !equal(&value, &old) {
            return Ok(Value::Bool(false));
        }
        if store(cx, cx.name(), key, new.clone(), Some(version))? {
            return Ok(Value::Bool(true));
        }
        // Somebody else was faster, perhaps with the same value.
    }
}

/// Stores what `f` gives for the value under a name, in one step, and gives that. If somebody else stores something
/// meanwhile, `f` is called again with that, so it should do nothing else.
///
/// Fails with `shared_update key '{key}' not found` if there is none. Fails with `shared_update callback must not await` where
/// `f` would have to wait, and with `shared_update callback must not change key '{key}'` where it changes the value itself. Fails with `shared_update cannot store a {type} value` for what is bound to its
/// isolate.
///
/// ```ruff
/// shared_set("seen", ["a"])
/// shared_update("seen", func(seen) { return push(seen, "b") })   # => ["a", "b"]
/// ```
#[native(family = "concurrency", ruff = "prelude/shared_update.ruff", returns = "any")]
fn shared_update(key: &str, #[types(function)] f: Value);

/// The value under a name, and its version. From now on the fiber may not wait, nor anything else change the value.
#[native(family = "concurrency", returns = "array")]
fn __shared_update_begin(cx: &mut FiberCx<'_>, key: &str) -> NativeResult<Value> {
    cx.check_update(key)?;
    let Some((value, version)) = cx.shared_get(key) else { return Err(not_found("shared_update", key)) };
    cx.begin_update(key);
    Ok(Value::array(vec![value, number(version)]))
}

/// The callback of an update has ended.
#[native(family = "concurrency", returns = "null")]
fn __shared_update_over(cx: &mut FiberCx<'_>) {
    cx.end_update();
}

/// Stores a value if that version is still there; whether it was.
#[native(family = "concurrency", returns = "bool")]
fn __shared_update_end(cx: &mut FiberCx<'_>, key: &str, value: Value, version: i64) -> NativeResult<Value> {
    store(cx, "shared_update", key, value, u64::try_from(version).ok()).map(Value::Bool)
}

fn number(number: u64) -> Value {
    Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
}

fn store(
    cx: &mut FiberCx<'_>,
    by: &str,
    key: &str,
    value: Value,
    version: Option<u64>,
) -> NativeResult<bool> {
    cx.check_update(key)?;
    let stored = cx.shared_set(key, value, version);
    stored.map_err(|kind| VmError::new(Code::Transfer, format!("{by} cannot store a {kind} value")))
}

fn not_found(by: &str, key: &str) -> VmError {
    VmError::new(Code::MissingKey, format!("{by} key '{key}' not found"))
}
