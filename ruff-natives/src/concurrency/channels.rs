//! Channels.

use ruff_runtime::Value;
use ruff_runtime::native;
use ruff_runtime::native::{FiberCx, NativeResult};
use ruff_runtime::scheduler::Channel;

/// A new channel, empty and open. Fibers send values into it and receive them, first come, first served.
///
/// ```ruff
/// c := channel()
/// c.send("first")
/// print(c)                       # prints Channel(open, 1 queued)
/// print(c.receive())             # prints first
/// ```
#[native(family = "concurrency", returns = "channel")]
fn channel(cx: &mut FiberCx<'_>) -> Value {
    cx.channel()
}

/// Sends the value `v`, `null` too; gives `true`. It never waits: a value that nobody waits for is queued.
///
/// Fails with `Channel is closed` if it is.
///
/// ```ruff
/// c := channel()
/// c.send([1, 2])                 # => true
/// ```
#[native(family = "concurrency", on = "Channel", returns = "bool")]
fn send(cx: &mut FiberCx<'_>, channel: &Channel, v: Value) -> NativeResult<Value> {
    cx.send(channel, v)?;
    Ok(Value::Bool(true))
}

/// The value that was sent first and not received yet; waits until there is one. `null` when the channel is closed and
/// empty.
///
/// When no other fiber lives that could send anything, it gives `null` at once, and a warning says so.
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
fn receive(cx: &mut FiberCx<'_>, channel: &Channel) -> Value {
    cx.receive(channel)
}

/// `Some` of the value that was sent first and not received yet, or `None` if there is none. It never waits.
///
/// ```ruff
/// c := channel()
/// c.try_receive()                # => None
/// ```
#[native(family = "concurrency", on = "Channel", returns = "option")]
fn try_receive(channel: &Channel) -> Value {
    channel.try_receive().map_or(Value::Nothing, Value::some)
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
