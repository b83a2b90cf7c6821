//! Fibers that meet at channels: what one of them does to a channel, and who goes on because of it.

use std::time::Duration;

use super::awaited::Awaited;
use super::channel::Freed;
use super::event::{Event, channel_closed};
use super::item::Item;
use super::line::{Received, Sent};
use super::strand::{Choice, Resumption, Wait};
use super::ticker::Ticker;
use super::timer::Alarm;
use super::{Channel, Scheduler};
use crate::error::VmError;
use crate::host::Host;
use crate::value::Value;

impl Scheduler {
    /// Sends into a channel; what a common one gets has to be packed. Answers the value if there is no room for it.
    ///
    /// Errors: the channel is closed.
    pub(crate) fn send(&mut self, channel: &Channel, item: Item) -> Result<Option<Item>, VmError> {
        match item {
            Item::Here(value) if !channel.is_common() => {
                match channel.send(value, &|wait| self.strands.is_waiting(wait)) {
                    Sent::Queued => Ok(None),
                    Sent::To(receiver, value) => {
                        self.wake(receiver, Event::Received(Item::Here(value), channel.clone()));
                        Ok(None)
                    }
                    Sent::Full(value) => Ok(Some(Item::Here(value))),
                    Sent::Closed => Err(channel_closed()),
                }
            }
            Item::Packed(parcel) if let Some(common) = channel.common() => {
                match self.offer(&common, *parcel) {
                    Sent::Queued | Sent::To(..) => Ok(None),
                    Sent::Full(parcel) => Ok(Some(Item::packed(parcel))),
                    Sent::Closed => Err(channel_closed()),
                }
            }
            item => Ok(Some(item)),
        }
    }

    /// What there is to receive from a channel.
    pub(crate) fn receive(&mut self, channel: &Channel, host: &mut dyn Host) -> Received<Item> {
        if channel.is_common()
            && let Some(common) = channel.common()
        {
            return self.receive_common(&common);
        }
        let (received, freed) = channel.receive(|| host.uptime(), &|wait| self.strands.is_waiting(wait));
        match freed {
            None => {}
            Some(Freed::Sender(sender)) => {
                self.wake(sender, Event::Sent);
            }
            Some(Freed::Tick(next)) => self.arm(channel, next),
        }
        received.map(Item::Here)
    }

    /// Closes a channel. Answers whether it was open.
    pub(crate) fn close(&mut self, channel: &Channel) -> bool {
        if let Some(common) = channel.common() {
            return self.close_common(&common);
        }
        let Some((receivers, senders)) = channel.close() else { return false };
        for receiver in receivers {
            self.wake(receiver, Event::Closed);
        }
        for sender in senders {
            self.wake(sender, Event::Refused);
        }
        true
    }

    /// The fiber that runs waits for a value of a channel that has none.
    pub(crate) fn wait_to_receive(&mut self, channel: &Channel, wait: Wait) {
        self.set_awaited(wait, Awaited::Value(channel.clone()));
        if !channel.is_common() {
            channel.add_receiver(wait, &|wait| self.strands.is_waiting(wait));
        } else if let Some(common) = channel.common() {
            self.wait_for_parcel(&common, wait);
        }
    }

    /// The fiber that runs waits for room in a channel.
    pub(crate) fn wait_to_send(&mut self, channel: &Channel, item: Item, wait: Wait) {
        self.set_awaited(wait, Awaited::Room(channel.clone()));
        match (item, channel.common()) {
            (Item::Packed(parcel), Some(common)) => self.wait_for_room(&common, *parcel, wait),
            (Item::Here(value), None) => {
                channel.add_sender(wait, value, &|wait| self.strands.is_waiting(wait));
            }
            // Whoever packs or not looks at the channel first.
            _ => {}
        }
    }

    /// The fiber that runs waits no longer than until the host's clock reaches `deadline`.
    pub(crate) fn wait_until(&mut self, deadline: Duration, wait: Wait) {
        self.set_alarm(deadline, Alarm::Wake(wait));
    }

    /// The handle of a channel that gives a tick every `period` from now on.
    pub(crate) fn ticker(&mut self, now: Duration, period: Duration) -> Value {
        let ticker = Ticker::new(now, period);
        let first = ticker.next();
        let channel = Channel::ticking(ticker);
        self.arm(&channel, first);
        channel.into_value()
    }

    /// It is time for a tick of a channel.
    pub(super) fn tick(&mut self, channel: &Channel, now: Duration) {
        let ticked = channel.tick(now, &|wait| self.strands.is_waiting(wait));
        if let Some((receiver, number, next)) = ticked {
            self.wake(receiver, Event::Received(Item::Here(Value::Int(number)), channel.clone()));
            self.arm(channel, next);
        }
    }

    fn arm(&mut self, channel: &Channel, next: Duration) {
        if !channel.is_closed() {
            self.set_alarm(next, Alarm::Tick(channel.clone()));
        }
    }

    /// A fiber does not do any more what it would have. What it was handed goes to the next who waits for it.
    pub(super) fn take_back(&mut self, resumption: Resumption) {
        let (item, channel) = match resumption {
            Resumption::Received(item, channel) => (item, channel),
            Resumption::Chosen(choice) => match *choice {
                Choice { value, from: Some(channel), .. } => (value, channel),
                _ => return,
            },
            _ => return,
        };
        match (item, channel.common()) {
            (Item::Packed(parcel), Some(common)) => self.give_back(&common, *parcel),
            (Item::Here(value), None) => {
                if let Some((receiver, value)) =
                    channel.give_back(value, &|wait| self.strands.is_waiting(wait))
                {
                    self.wake(receiver, Event::Received(Item::Here(value), channel));
                }
            }
            // The channel went elsewhere meanwhile, before the fiber could have its value.
            (Item::Here(value), Some(_)) => self.lost_item(value, &channel),
            (Item::Packed(_), None) => {}
        }
    }
}
