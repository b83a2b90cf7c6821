//! Choosing among several things to wait for.

use ruff_runtime::Value;
use ruff_runtime::native;
use ruff_runtime::native::{FiberCx, NativeResult};
use ruff_runtime::scheduler::{Channel, Promise, Source, Task};
use ruff_runtime::value::{Array, shown};
use ruff_syntax::Code;

use super::batch::check_elements;
use super::timers::limit;

/// Waits for the first of several things and says which it was: `{"index", "status", "value"}`. A source is a channel to
/// receive from, a promise, a task handle, or `["send", channel, value]`.
///
/// The status is `value`, `closed` (a channel), `rejected` (the value is the error), `sent`, or `timeout` with the index -1
/// when nothing happened in `timeout_ms` milliseconds; 0 only looks. Nothing happens to the other sources. If several are
/// ready, the search begins at the first source in a fiber's first call, at the second in the next one, and so on.
///
/// Fails with `select() requires channel, promise, taskhandle or array elements in sources, got {type} at index {index}`
/// for other elements. Fails with `select() sources[{index}] must be ["send", channel, value], got {value}` for an array of
/// something else. Fails with `select() timeout_ms must be >= 0, got {ms}` for a negative number. Fails with `select()
/// requires at least one source` without sources and `timeout_ms`. Fails with `Channel is closed` when it is to send to a
/// closed channel. Fails with `Deadlock: all fibers are blocked ({count} fibers)` if nothing can ever happen.
///
/// ```ruff
/// a := channel()
/// b := channel()
/// b.send("hi")
/// select([a, b], 5)              # => {"index": 1, "status": "value", "value": "hi"}
/// ```
#[native(family = "concurrency", waits, returns = "dict")]
fn select(cx: &mut FiberCx<'_>, sources: &Array, timeout_ms: Option<i64>) -> NativeResult<Value> {
    check_elements(cx, "channel, promise, taskhandle or array", "sources", sources, is_source)?;
    let parsed = parsed(cx, sources)?;
    let limit = match timeout_ms {
        Some(ms) => Some(limit(cx, "timeout_ms", ms)?),
        None if parsed.is_empty() => {
            let message = format!("{}() requires at least one source", cx.name());
            return Err(cx.fail(Code::ArgumentValue, message));
        }
        None => None,
    };
    cx.select(parsed, limit)
}

fn is_source(value: &Value) -> bool {
    let is_handle = Channel::of(value).is_some() || Promise::of(value).is_some() || Task::of(value).is_some();
    is_handle || matches!(value, Value::Array(_))
}

fn parsed(cx: &FiberCx<'_>, sources: &Array) -> NativeResult<Vec<Source>> {
    let mut parsed = Vec::with_capacity(sources.len());
    for (index, value) in sources.iter().enumerate() {
        match Source::of(value) {
            Some(source) => parsed.push(source),
            None => {
                let got = shown(value);
                let message =
                    format!("{}() sources[{index}] must be [\"send\", channel, value], got {got}", cx.name());
                return Err(cx.fail(Code::ArgumentValue, message));
            }
        }
    }
    Ok(parsed)
}
