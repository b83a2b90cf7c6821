//! Channels: values that some fibers send and others receive, in order.
//!
//! A channel knows nothing of fibers but their [`Wait`]s. Its operations answer who is to be woken, with what; the
//! [`Scheduler`](super::Scheduler) does that. Whoever asks says which waits are still going on, since a fiber that waits
//! for several things, or was cancelled, leaves its other waits behind.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use super::strand::Wait;
use super::ticker::Ticker;
use super::waiters::join;
use crate::native::{Object, ObjectKind};
use crate::value::{Handle, Value};

/// What `type()` and messages call channels.
pub static CHANNEL: ObjectKind = ObjectKind { type_name: "channel", word: "Channel" };

/// A queue that fibers wait at. Clones are one channel.
#[derive(Clone)]
pub struct Channel(Rc<State>);

struct State {
    /// How many values may be queued; any number if there is none.
    capacity: Option<usize>,
    /// It gives ticks.
    is_ticker: bool,
    line: RefCell<Line>,
}

/// Who and what waits.
///
/// # Invariants
/// While somebody waits for a value none is queued. While somebody waits to send one the queue is full.
#[derive(Default)]
struct Line {
    queue: VecDeque<Value>,
    receivers: VecDeque<Wait>,
    senders: VecDeque<(Wait, Value)>,
    is_closed: bool,
    ticker: Option<Ticker>,
}

/// What became of a value to send.
pub(super) enum Sent {
    /// It is queued.
    Queued,
    /// Somebody waited for it.
    To(Wait, Value),
    /// There is no room for it, and nobody waits for it.
    Full(Value),
    /// The channel is closed.
    Closed,
}

/// What there was to receive.
pub(crate) enum Received {
    Value(Value),
    /// Nothing so far.
    Nothing,
    /// Nothing, and there never will be.
    Closed,
}

/// What a value that was received made room for.
pub(super) enum Freed {
    /// The value of a sender, which is queued or received now.
    Sender(Wait),
    /// The tick at this time.
    Tick(Duration),
}

impl Channel {
    /// The handle of a new channel that holds up to `capacity` values, or any number.
    pub(crate) fn handle(capacity: Option<usize>) -> Value {
        Channel::new(capacity).into_value()
    }

    /// One that holds up to `capacity` values, or any number.
    pub(super) fn new(capacity: Option<usize>) -> Channel {
        Channel::with_line(capacity, false, Line::default())
    }

    /// A channel that gives the ticks of `ticker`.
    pub(super) fn ticking(ticker: Ticker) -> Channel {
        Channel::with_line(None, true, Line { ticker: Some(ticker), ..Line::default() })
    }

    fn with_line(capacity: Option<usize>, is_ticker: bool, line: Line) -> Channel {
        Channel(Rc::new(State { capacity, is_ticker, line: RefCell::new(line) }))
    }

    pub(super) fn into_value(self) -> Value {
        Value::Handle(Handle::new(self))
    }

    /// The channel that `value` is a handle of.
    pub fn of(value: &Value) -> Option<&Channel> {
        match value {
            Value::Handle(handle) => handle.get(),
            _ => None,
        }
    }

    /// How many values wait for somebody to receive them.
    pub fn len(&self) -> usize {
        let line = self.0.line.borrow();
        line.queue.len() + usize::from(line.has_tick())
    }

    /// Whether no value waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many values it can hold, if that is limited.
    pub fn capacity(&self) -> Option<usize> {
        self.0.capacity
    }

    /// Whether nobody can send any more.
    pub fn is_closed(&self) -> bool {
        self.0.line.borrow().is_closed
    }

    /// Whether what comes out of it is what fibers have sent, without waiting.
    pub(crate) fn is_plain(&self) -> bool {
        self.0.capacity.is_none() && !self.0.is_ticker
    }

    /// Hands a value to who has waited longest, or queues it if there is room.
    pub(super) fn send(&self, value: Value, is_waiting: &impl Fn(Wait) -> bool) -> Sent {
        let mut line = self.0.line.borrow_mut();
        if line.is_closed {
            return Sent::Closed;
        }
        if let Some(receiver) = line.next_receiver(is_waiting) {
            return Sent::To(receiver, value);
        }
        if self.0.capacity.is_some_and(|capacity| line.queue.len() >= capacity) {
            return Sent::Full(value);
        }
        line.queue.push_back(value);
        Sent::Queued
    }

    /// Takes the value that has waited longest, and gives the room to the sender who has.
    pub(super) fn receive(
        &self,
        now: impl FnOnce() -> Duration,
        is_waiting: &impl Fn(Wait) -> bool,
    ) -> (Received, Option<Freed>) {
        let mut line = self.0.line.borrow_mut();
        let Some(value) = line.queue.pop_front() else {
            return line.receive_directly(now, is_waiting);
        };
        // There may be one value more than there is room for, if one was given back.
        let has_room = self.0.capacity.is_some_and(|capacity| line.queue.len() < capacity);
        let sender = if has_room { line.next_sender(is_waiting) } else { None };
        let freed = sender.map(|(sender, value)| {
            line.queue.push_back(value);
            Freed::Sender(sender)
        });
        (Received::Value(value), freed)
    }

    /// It is time for a tick. Answers who gets it, its number, and when the next one is, if somebody waits for it.
    pub(super) fn tick(
        &self,
        now: Duration,
        is_waiting: &impl Fn(Wait) -> bool,
    ) -> Option<(Wait, i64, Duration)> {
        let mut line = self.0.line.borrow_mut();
        if line.is_closed {
            return None;
        }
        let receiver = line.next_receiver(is_waiting);
        let ticker = line.ticker.as_mut()?;
        match receiver {
            Some(receiver) => {
                let (number, next) = ticker.give(now);
                Some((receiver, number, next))
            }
            None => {
                ticker.has_tick = true;
                None
            }
        }
    }

    /// Takes back a value that was handed to somebody who is gone. Answers who gets it instead; if nobody waits, it is
    /// the next one to be received.
    pub(super) fn give_back(
        &self,
        value: Value,
        is_waiting: &impl Fn(Wait) -> bool,
    ) -> Option<(Wait, Value)> {
        let mut line = self.0.line.borrow_mut();
        match line.next_receiver(is_waiting) {
            Some(receiver) => Some((receiver, value)),
            None => {
                line.queue.push_front(value);
                None
            }
        }
    }

    /// Lets somebody wait for a value.
    pub(super) fn add_receiver(&self, receiver: Wait, is_waiting: &impl Fn(Wait) -> bool) {
        join(&mut self.0.line.borrow_mut().receivers, receiver, |wait| is_waiting(*wait));
    }

    /// Lets somebody wait for room for a value.
    pub(super) fn add_sender(&self, sender: Wait, value: Value, is_waiting: &impl Fn(Wait) -> bool) {
        join(&mut self.0.line.borrow_mut().senders, (sender, value), |(wait, _)| is_waiting(*wait));
    }

    /// Whether somebody waits for a value.
    pub(super) fn is_awaited(&self, is_waiting: &impl Fn(Wait) -> bool) -> bool {
        self.0.line.borrow().receivers.iter().any(|wait| is_waiting(*wait))
    }

    /// Closes it, unless it is closed. Answers those who wait, for values and for room, in vain.
    pub(super) fn close(&self) -> Option<(VecDeque<Wait>, Vec<Wait>)> {
        let mut line = self.0.line.borrow_mut();
        if std::mem::replace(&mut line.is_closed, true) {
            return None;
        }
        let (receivers, senders) = (std::mem::take(&mut line.receivers), std::mem::take(&mut line.senders));
        drop(line);
        // The values go here, when nobody looks.
        Some((receivers, senders.into_iter().map(|(sender, _)| sender).collect()))
    }
}

impl Line {
    fn has_tick(&self) -> bool {
        self.ticker.as_ref().is_some_and(|ticker| ticker.has_tick)
    }

    /// What there is to receive beside the queue.
    fn receive_directly(
        &mut self,
        now: impl FnOnce() -> Duration,
        is_waiting: &impl Fn(Wait) -> bool,
    ) -> (Received, Option<Freed>) {
        if let Some(ticker) = self.ticker.as_mut().filter(|ticker| ticker.has_tick) {
            let (number, next) = ticker.give(now());
            return (Received::Value(Value::Int(number)), Some(Freed::Tick(next)));
        }
        match self.next_sender(is_waiting) {
            Some((sender, value)) => (Received::Value(value), Some(Freed::Sender(sender))),
            None if self.is_closed => (Received::Closed, None),
            None => (Received::Nothing, None),
        }
    }

    fn next_receiver(&mut self, is_waiting: &impl Fn(Wait) -> bool) -> Option<Wait> {
        std::iter::from_fn(|| self.receivers.pop_front()).find(|wait| is_waiting(*wait))
    }

    fn next_sender(&mut self, is_waiting: &impl Fn(Wait) -> bool) -> Option<(Wait, Value)> {
        std::iter::from_fn(|| self.senders.pop_front()).find(|(wait, _)| is_waiting(*wait))
    }
}

impl Object for Channel {
    const KIND: &'static ObjectKind = &CHANNEL;

    fn text(&self) -> Option<String> {
        let state = if self.is_closed() { "closed" } else { "open" };
        Some(format!("Channel({state}, {} queued)", self.len()))
    }

    fn for_each_value(&self, visit: &mut dyn FnMut(&Value)) {
        let line = self.0.line.borrow();
        line.queue.iter().chain(line.senders.iter().map(|(_, value)| value)).for_each(visit);
    }

    fn sever(&self) {
        let mut line = self.0.line.borrow_mut();
        let severed = (std::mem::take(&mut line.queue), std::mem::take(&mut line.senders));
        drop(line);
        // Only now, as what goes with it may look here.
        drop(severed);
    }
}

#[cfg(test)]
mod tests;
