//! Channels.

use ruff_runtime::Value;
use ruff_runtime::native;
use ruff_runtime::native::{FiberCx, NativeResult};
use ruff_runtime::scheduler::Channel;

use super::timers::limit;

/// A new channel, empty and open. Fibers send values into it and receive them, first come, first served. It holds any
/// number of values.
///
/// `for v in c` receives until the channel is closed and empty; leaving the loop early leaves the channel open.
///
/// ```ruff
/// c := channel()
/// c.send("first")
/// print(c)                       # prints Channel(open, 1 queued)
/// print(c.receive())             # prints first
/// ```
#[native(family = "concurrency", returns = "channel")]
fn channel(cx: &mut FiberCx<'_>) -> Value {
    cx.channel(None)
}

/// A new channel that holds up to `capacity` values: who sends to a full one waits until there is room. With a capacity of 0
/// sender and receiver wait for each other.
///
/// Fails with `bounded_channel() capacity must be >= 0, got {capacity}` for a negative number.
///
/// ```ruff
/// c := bounded_channel(1)
/// async func produce() {
///     for i in 3 { c.send(i) }
///     c.close()
/// }
/// produce()
/// mut got := []
/// for v in c { got = push(got, v) }
/// got                            # => [0, 1, 2]
/// ```
#[native(family = "concurrency", returns = "channel")]
fn bounded_channel(cx: &mut FiberCx<'_>, capacity: i64) -> NativeResult<Value> {
    match usize::try_from(capacity) {
        Ok(capacity) => Ok(cx.channel(Some(capacity))),
        Err(_) => Err(cx.bad_value("capacity", ">= 0", &Value::Int(capacity))),
    }
}

/// Sends the value `v`, `null` too; gives `true`. A value that nobody waits for is queued; it waits only while a bounded
/// channel is full.
///
/// Fails with `Channel is closed` if it is, or is closed before there is room. Fails with `Deadlock: all fibers are
/// blocked ({count} fibers)` if every fiber waits for another.
///
/// ```ruff
/// c := channel()
/// c.send([1, 2])                 # => true
/// ```
#[native(family = "concurrency", on = "Channel", waits, returns = "bool")]
fn send(cx: &mut FiberCx<'_>, channel: &Channel, v: Value) -> NativeResult<Value> {
    cx.send(channel, v)?;
    Ok(Value::Bool(true))
}

/// As `send`, but it never waits: `false` if a bounded channel is full.
///
/// Fails with `Channel is closed` if it is.
///
/// ```ruff
/// c := bounded_channel(1)
/// [c.try_send("a"), c.try_send("b"), c.len()]    # => [true, false, 1]
/// ```
#[native(family = "concurrency", on = "Channel", returns = "bool")]
fn try_send(cx: &mut FiberCx<'_>, channel: &Channel, v: Value) -> NativeResult<Value> {
    Ok(Value::Bool(cx.try_send(channel, v)?))
}

/// The value that was sent first and not received yet; waits until there is one. `null` when the channel is closed and
/// empty.
///
/// When no other fiber lives that could send anything into a `channel()`, it gives `null` at once, and a warning says so.
/// Fails with `Deadlock: …` if several fibers wait for each other.
///
/// Fails with `Deadlock: all fibers are blocked ({count} fibers)` if every fiber waits for another.
///
/// ```ruff
/// c := channel()
/// async func produce() {
///     await async_sleep(5)
///     c.send(42)
/// }
/// produce()
/// c.receive()                    # => 42
/// ```
#[native(family = "concurrency", on = "Channel", waits, returns = "any")]
fn receive(cx: &mut FiberCx<'_>, channel: &Channel) -> NativeResult<Value> {
    cx.receive(channel)
}

/// As `receive`, but it waits no longer than `ms` milliseconds: `null` if nothing came.
///
/// Fails with `Channel.receive_timeout() ms must be >= 0, got {ms}` for a negative number.
///
/// ```ruff
/// c := channel()
/// print(c.receive_timeout(5))    # prints null
/// ```
#[native(family = "concurrency", on = "Channel", waits, returns = "any")]
fn receive_timeout(cx: &mut FiberCx<'_>, channel: &Channel, ms: i64) -> NativeResult<Value> {
    let limit = limit(cx, "ms", ms)?;
    cx.receive_within(channel, limit)
}

/// `Some` of the value that was sent first and not received yet, or `None` if there is none. It never waits.
///
/// ```ruff
/// c := channel()
/// c.try_receive()                # => None
/// ```
#[native(family = "concurrency", on = "Channel", returns = "option")]
fn try_receive(cx: &mut FiberCx<'_>, channel: &Channel) -> Value {
    cx.try_receive(channel).map_or(Value::Nothing, Value::some)
}

/// Closes the channel: what is queued can still be received, and who waits for more gets `null`. Gives whether it was
/// open.
///
/// ```ruff
/// c := channel()
/// [c.close(), c.close()]         # => [true, false]
/// ```
#[native(family = "concurrency", on = "Channel", returns = "bool")]
fn close(cx: &mut FiberCx<'_>, channel: &Channel) -> Value {
    Value::Bool(cx.close(channel))
}

/// Whether the channel is closed.
///
/// ```ruff
/// channel().is_closed()          # => false
/// ```
#[native(family = "concurrency", on = "Channel")]
fn is_closed(channel: &Channel) -> bool {
    channel.is_closed()
}

/// How many values are queued.
///
/// ```ruff
/// c := channel()
/// c.send("a")
/// c.len()                        # => 1
/// ```
#[native(family = "concurrency", on = "Channel")]
fn len(channel: &Channel) -> i64 {
    i64::try_from(channel.len()).unwrap_or(i64::MAX)
}

/// How many values the channel holds at most; `null` for any number.
///
/// ```ruff
/// [bounded_channel(3).capacity(), channel().capacity()]      # => [3, null]
/// ```
#[native(family = "concurrency", on = "Channel", returns = "int or null")]
fn capacity(channel: &Channel) -> Value {
    match channel.capacity() {
        Some(capacity) => Value::Int(i64::try_from(capacity).unwrap_or(i64::MAX)),
        None => Value::Null,
    }
}
