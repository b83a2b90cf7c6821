//! Channels: values that some fibers send and others receive, in order.
//!
//! A channel knows nothing of fibers but their [`Wait`]s. Its operations answer who is to be woken, with what; the
//! [`Scheduler`](super::Scheduler) does that. Whoever asks says which waits are still going on, since a fiber that waits
//! for several things, or was cancelled, leaves its other waits behind.
//!
//! A channel that went to another isolate is a [`SharedChannel`] one from then on, here too.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use super::line::{Contents, Line, Received, Sent};
use super::shared_channel::SharedChannel;
use super::strand::Wait;
use super::ticker::Ticker;
use crate::error::TracePoint;
use crate::native::{Object, ObjectKind};
use crate::value::{Handle, Value};

/// What `type()` and messages call channels.
pub static CHANNEL: ObjectKind = ObjectKind { type_name: "channel", word: "Channel" };

/// A queue that fibers wait at. Clones are one channel.
#[derive(Clone)]
pub struct Channel(Rc<State>);

struct State {
    /// It gives ticks.
    ticker: Option<RefCell<Ticker>>,
    line: RefCell<Line<Value, Wait>>,
    /// What it is to all isolates, once it is known to more than one. The line is empty then.
    common: RefCell<Option<Arc<SharedChannel>>>,
    /// The call that made it, if that was in this isolate.
    created: Option<TracePoint>,
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
    pub(crate) fn handle(capacity: Option<usize>, created: Option<TracePoint>) -> Value {
        Channel::with(capacity, None, None, created).into_value()
    }

    /// One that holds up to `capacity` values, or any number.
    pub(super) fn new(capacity: Option<usize>) -> Channel {
        Channel::with(capacity, None, None, None)
    }

    /// A channel that gives the ticks of `ticker`.
    pub(super) fn ticking(ticker: Ticker) -> Channel {
        Channel::with(None, Some(ticker), None, None)
    }

    /// What this isolate has of a channel that others know too.
    pub(crate) fn of_common(common: Arc<SharedChannel>) -> Channel {
        Channel::with(None, None, Some(common), None)
    }

    fn with(
        capacity: Option<usize>,
        ticker: Option<Ticker>,
        common: Option<Arc<SharedChannel>>,
        created: Option<TracePoint>,
    ) -> Channel {
        let (line, common) = (RefCell::new(Line::new(capacity)), RefCell::new(common));
        Channel(Rc::new(State { ticker: ticker.map(RefCell::new), line, common, created }))
    }

    pub(crate) fn into_value(self) -> Value {
        Value::Handle(Handle::new(self))
    }

    /// The channel that `value` is a handle of.
    pub fn of(value: &Value) -> Option<&Channel> {
        match value {
            Value::Handle(handle) => handle.get(),
            _ => None,
        }
    }

    /// The call that made it, if that was in this isolate.
    pub(crate) fn created(&self) -> Option<&TracePoint> {
        self.0.created.as_ref()
    }

    /// What it is to all isolates, if more than one knows it.
    pub(crate) fn common(&self) -> Option<Arc<SharedChannel>> {
        self.0.common.borrow().clone()
    }

    /// Whether more than one isolate knows it.
    #[inline]
    pub(crate) fn is_common(&self) -> bool {
        self.0.common.borrow().is_some()
    }

    /// Makes it known to others as `common`. Answers what was in it.
    pub(crate) fn share(&self, common: &Arc<SharedChannel>) -> Contents<Value, Wait> {
        *self.0.common.borrow_mut() = Some(common.clone());
        self.0.line.borrow_mut().take()
    }

    /// Takes back [`Channel::share`].
    pub(crate) fn unshare(&self, contents: Contents<Value, Wait>) {
        *self.0.common.borrow_mut() = None;
        self.0.line.borrow_mut().restore(contents);
    }

    /// How many values wait for somebody to receive them.
    pub fn len(&self) -> usize {
        match &*self.0.common.borrow() {
            Some(common) => common.line().len(),
            None => self.0.line.borrow().len() + usize::from(self.has_tick()),
        }
    }

    /// Whether no value waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many values it can hold, if that is limited.
    pub fn capacity(&self) -> Option<usize> {
        match &*self.0.common.borrow() {
            Some(common) => common.line().capacity(),
            None => self.0.line.borrow().capacity(),
        }
    }

    /// Whether nobody can send any more.
    pub fn is_closed(&self) -> bool {
        match &*self.0.common.borrow() {
            Some(common) => common.line().is_closed(),
            None => self.0.line.borrow().is_closed(),
        }
    }

    /// Whether it gives ticks.
    pub(crate) fn is_ticker(&self) -> bool {
        self.0.ticker.is_some()
    }

    /// Whether what comes out of it is what fibers have sent, without waiting.
    pub(crate) fn is_plain(&self) -> bool {
        self.capacity().is_none() && !self.is_ticker()
    }

    fn has_tick(&self) -> bool {
        self.0.ticker.as_ref().is_some_and(|ticker| ticker.borrow().has_tick)
    }

    /// Hands a value to who has waited longest, or queues it if there is room.
    pub(super) fn send(&self, value: Value, is_waiting: &impl Fn(Wait) -> bool) -> Sent<Value, Wait> {
        self.0.line.borrow_mut().send(value, |wait| is_waiting(*wait))
    }

    /// Takes the value that has waited longest, and gives the room to the sender who has.
    pub(super) fn receive(
        &self,
        now: impl FnOnce() -> Duration,
        is_waiting: &impl Fn(Wait) -> bool,
    ) -> (Received<Value>, Option<Freed>) {
        if let Some(ticker) = self.0.ticker.as_ref().filter(|_| self.has_tick()) {
            let (number, next) = ticker.borrow_mut().give(now());
            return (Received::Value(Value::Int(number)), Some(Freed::Tick(next)));
        }
        let (received, sender) = self.0.line.borrow_mut().receive(|wait| is_waiting(*wait));
        (received, sender.map(Freed::Sender))
    }

    /// It is time for a tick. Answers who gets it, its number, and when the next one is, if somebody waits for it.
    pub(super) fn tick(
        &self,
        now: Duration,
        is_waiting: &impl Fn(Wait) -> bool,
    ) -> Option<(Wait, i64, Duration)> {
        let mut line = self.0.line.borrow_mut();
        if line.is_closed() {
            return None;
        }
        let receiver = line.next_receiver(|wait| is_waiting(*wait));
        let mut ticker = self.0.ticker.as_ref()?.borrow_mut();
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
        self.0.line.borrow_mut().give_back(value, |wait| is_waiting(*wait))
    }

    /// Lets somebody wait for a value.
    pub(super) fn add_receiver(&self, receiver: Wait, is_waiting: &impl Fn(Wait) -> bool) {
        self.0.line.borrow_mut().add_receiver(receiver, |wait| is_waiting(*wait));
    }

    /// Lets somebody wait for room for a value.
    pub(super) fn add_sender(&self, sender: Wait, value: Value, is_waiting: &impl Fn(Wait) -> bool) {
        self.0.line.borrow_mut().add_sender(sender, value, |wait| is_waiting(*wait));
    }

    /// Whether somebody waits for a value.
    pub(super) fn is_awaited(&self, is_waiting: &impl Fn(Wait) -> bool) -> bool {
        self.0.line.borrow().is_awaited(|wait| is_waiting(*wait))
    }

    /// Closes it, unless it is closed. Answers those who wait, for values and for room, in vain.
    pub(super) fn close(&self) -> Option<(VecDeque<Wait>, Vec<Wait>)> {
        let closed = self.0.line.borrow_mut().close();
        // The values go here, when nobody looks.
        closed
            .map(|(receivers, senders)| (receivers, senders.into_iter().map(|(sender, _)| sender).collect()))
    }
}

impl Object for Channel {
    const KIND: &'static ObjectKind = &CHANNEL;

    fn text(&self) -> Option<String> {
        let state = if self.is_closed() { "closed" } else { "open" };
        Some(format!("Channel({state}, {} queued)", self.len()))
    }

    fn identity(&self) -> Option<usize> {
        Some(match &*self.0.common.borrow() {
            Some(common) => Arc::as_ptr(common) as usize,
            None => Rc::as_ptr(&self.0) as usize,
        })
    }

    fn for_each_value(&self, visit: &mut dyn FnMut(&Value)) {
        self.0.line.borrow().values().for_each(visit);
    }

    fn sever(&self) {
        let severed = self.0.line.borrow_mut().take();
        // Only now, as what goes with it may look here.
        drop(severed);
    }
}

#[cfg(test)]
mod tests;
