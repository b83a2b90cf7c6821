//! What ends a wait.

use ruff_syntax::Code;

use super::Channel;
use super::item::Item;
use super::promise::Outcome;
use super::strand::{Choice, Resumption};
use crate::error::VmError;
use crate::value::{ErrorValue, Value};

/// What happened that a strand waited for.
pub(super) enum Event {
    /// A promise is settled.
    Settled(Outcome),
    /// A channel has a value.
    Received(Item, Channel),
    /// A channel is closed that the strand waited to receive from.
    Closed,
    /// A channel has room for the strand's value, and has it now.
    Sent,
    /// A channel is closed that the strand waited to send to.
    Refused,
    /// It has waited long enough.
    Expired,
    /// Another fiber's import of a module has come to its end.
    Imported,
}

impl Event {
    /// What the strand does now. If it waits for several things, this was number `choice`.
    pub(super) fn resumption(self, choice: Option<u32>) -> Resumption {
        match choice {
            None => self.plain(),
            Some(index) => self.chosen(index),
        }
    }

    fn plain(self) -> Resumption {
        match self {
            Event::Settled(Outcome::Resolved(value)) => Resumption::Value(value),
            Event::Settled(Outcome::Rejected(error)) => Resumption::Error(error),
            Event::Received(value, channel) => Resumption::Received(value, channel),
            Event::Closed => Resumption::Closed,
            Event::Sent => Resumption::Value(Value::Bool(true)),
            Event::Refused => refused(),
            Event::Expired => Resumption::Value(Value::Null),
            Event::Imported => Resumption::Again,
        }
    }

    fn chosen(self, index: u32) -> Resumption {
        let index = Some(index);
        let made = |status, value, from| Choice { index, status, value, from };
        let choice = |status, value| made(status, Item::Here(value), None);
        Resumption::Chosen(Box::new(match self {
            Event::Settled(Outcome::Resolved(value)) => choice("value", value),
            Event::Settled(Outcome::Rejected(error)) => choice("rejected", Value::Error(error)),
            Event::Received(item, channel) => made("value", item, Some(channel)),
            Event::Closed => choice("closed", Value::Null),
            Event::Sent => choice("sent", Value::Null),
            Event::Refused => return refused(),
            Event::Expired => Choice::timeout(),
            // An import waits for nothing else.
            Event::Imported => return Resumption::Again,
        }))
    }
}

fn refused() -> Resumption {
    Resumption::Error(ErrorValue::of(channel_closed()))
}

/// The error of sending to a closed channel.
#[cold]
pub(super) fn channel_closed() -> VmError {
    VmError::new(Code::ChannelClosed, "Channel is closed")
}
