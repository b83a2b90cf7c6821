//! [`Line`]: what a channel is to those who meet at it, whoever they are and whatever they hand over.

use std::collections::VecDeque;

use super::waiters::join;

/// Values, and those who wait: to receive one, or for room for theirs. Whoever waits may have left meanwhile; `is_waiting`
/// tells, and whoever it says that of is served.
///
/// # Invariants
/// While somebody waits for a value none is queued. While somebody waits to send one the queue is full.
pub(crate) struct Line<V, W> {
    /// How many values may be queued; any number if there is none.
    capacity: Option<usize>,
    pub(super) queue: VecDeque<V>,
    pub(super) receivers: VecDeque<W>,
    pub(super) senders: VecDeque<(W, V)>,
    is_closed: bool,
}

/// What became of a value to send.
pub(crate) enum Sent<V, W> {
    /// It is queued.
    Queued,
    /// Somebody waited for it.
    To(W, V),
    /// There is no room for it, and nobody waits for it.
    Full(V),
    /// The channel is closed.
    Closed,
}

/// What there was to receive.
pub(crate) enum Received<V> {
    Value(V),
    /// Nothing so far.
    Nothing,
    /// Nothing, and there never will be.
    Closed,
}

impl<V> Received<V> {
    /// The same with another form of the value.
    pub(crate) fn map<T>(self, form: impl FnOnce(V) -> T) -> Received<T> {
        match self {
            Received::Value(value) => Received::Value(form(value)),
            Received::Nothing => Received::Nothing,
            Received::Closed => Received::Closed,
        }
    }
}

/// Those who wait in vain: for a value, and for room for theirs.
pub(crate) type InVain<V, W> = (VecDeque<W>, VecDeque<(W, V)>);

/// All that a line held.
pub(crate) struct Contents<V, W> {
    pub(crate) queue: VecDeque<V>,
    pub(crate) receivers: VecDeque<W>,
    pub(crate) senders: VecDeque<(W, V)>,
}

impl<V, W> Line<V, W> {
    pub(crate) fn new(capacity: Option<usize>) -> Self {
        let (queue, receivers, senders) = (VecDeque::new(), VecDeque::new(), VecDeque::new());
        Line { capacity, queue, receivers, senders, is_closed: false }
    }

    pub(crate) fn len(&self) -> usize {
        self.queue.len()
    }

    pub(crate) fn capacity(&self) -> Option<usize> {
        self.capacity
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// Hands a value to who has waited longest, or queues it if there is room.
    pub(crate) fn send(&mut self, value: V, is_waiting: impl Fn(&W) -> bool) -> Sent<V, W> {
        if self.is_closed {
            return Sent::Closed;
        }
        if let Some(receiver) = self.next_receiver(is_waiting) {
            return Sent::To(receiver, value);
        }
        if self.capacity.is_some_and(|capacity| self.queue.len() >= capacity) {
            return Sent::Full(value);
        }
        self.queue.push_back(value);
        Sent::Queued
    }

    /// Takes the value that has waited longest, and gives the room to the sender who has: that one is answered too.
    pub(crate) fn receive(&mut self, is_waiting: impl Fn(&W) -> bool) -> (Received<V>, Option<W>) {
        let Some(value) = self.queue.pop_front() else {
            return match self.next_sender(is_waiting) {
                Some((sender, value)) => (Received::Value(value), Some(sender)),
                None if self.is_closed => (Received::Closed, None),
                None => (Received::Nothing, None),
            };
        };
        // There may be one value more than there is room for, if one was given back.
        let has_room = self.capacity.is_some_and(|capacity| self.queue.len() < capacity);
        let sender = if has_room { self.next_sender(is_waiting) } else { None };
        let sender = sender.map(|(sender, value)| {
            self.queue.push_back(value);
            sender
        });
        (Received::Value(value), sender)
    }

    /// Takes back a value that was handed to somebody who is gone. Answers who gets it instead; if nobody waits, it is
    /// the next one to be received.
    pub(crate) fn give_back(&mut self, value: V, is_waiting: impl Fn(&W) -> bool) -> Option<(W, V)> {
        match self.next_receiver(is_waiting) {
            Some(receiver) => Some((receiver, value)),
            None => {
                self.queue.push_front(value);
                None
            }
        }
    }

    /// Lets somebody wait for a value.
    pub(crate) fn add_receiver(&mut self, receiver: W, is_waiting: impl Fn(&W) -> bool) {
        join(&mut self.receivers, receiver, is_waiting);
    }

    /// Lets somebody wait for room for a value.
    pub(crate) fn add_sender(&mut self, sender: W, value: V, is_waiting: impl Fn(&W) -> bool) {
        join(&mut self.senders, (sender, value), |(sender, _)| is_waiting(sender));
    }

    /// Whether somebody waits for a value.
    pub(crate) fn is_awaited(&self, is_waiting: impl Fn(&W) -> bool) -> bool {
        self.receivers.iter().any(is_waiting)
    }

    /// Who of those that wait for a value has waited longest.
    pub(crate) fn next_receiver(&mut self, is_waiting: impl Fn(&W) -> bool) -> Option<W> {
        std::iter::from_fn(|| self.receivers.pop_front()).find(is_waiting)
    }

    fn next_sender(&mut self, is_waiting: impl Fn(&W) -> bool) -> Option<(W, V)> {
        std::iter::from_fn(|| self.senders.pop_front()).find(|(sender, _)| is_waiting(sender))
    }

    /// Closes it, unless it is closed. Answers those who wait, for values and for room, in vain.
    pub(crate) fn close(&mut self) -> Option<InVain<V, W>> {
        if std::mem::replace(&mut self.is_closed, true) {
            return None;
        }
        Some((std::mem::take(&mut self.receivers), std::mem::take(&mut self.senders)))
    }

    /// Takes all that it holds.
    pub(crate) fn take(&mut self) -> Contents<V, W> {
        Contents {
            queue: std::mem::take(&mut self.queue),
            receivers: std::mem::take(&mut self.receivers),
            senders: std::mem::take(&mut self.senders),
        }
    }

    /// Puts back what [`Line::take`] took.
    pub(crate) fn restore(&mut self, contents: Contents<V, W>) {
        (self.queue, self.receivers, self.senders) = (contents.queue, contents.receivers, contents.senders);
    }

    /// All values, those that wait for room included.
    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.queue.iter().chain(self.senders.iter().map(|(_, value)| value))
    }
}
