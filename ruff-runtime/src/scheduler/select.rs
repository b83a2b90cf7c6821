//! Choosing among several things that a fiber could do: what is ready, and waiting for the first that will be.

use super::awaited::Awaited;
use super::channel::Channel;
use super::item::Item;
use super::line::Received;
use super::promise::{Deferred, Outcome, Waiter};
use super::strand::{Choice, Wait};
use super::{Scheduler, Task};
use crate::error::VmError;
use crate::host::Host;
use crate::value::Value;

/// Something that a fiber could do.
pub struct Source(pub(crate) Way);

/// What it is.
pub(crate) enum Way {
    /// Receive from a channel.
    Receive(Channel),
    /// Send a value into a channel.
    /// What a common one gets has to be packed.
    Send(Channel, Item),
    /// Take the outcome of a promise.
    Promise(Deferred),
    /// Claim the result of the task that this is a handle of.
    Task(Value),
}

impl Source {
    /// What a value of the program stands for: a channel, a promise, a task handle or `["send", channel, value]`.
    pub fn of(value: &Value) -> Option<Source> {
        if let Value::Array(parts) = value {
            let is_send = parts.len() == 3 && parts.first().and_then(Value::as_str) == Some("send");
            let channel = parts.get(1).filter(|_| is_send).and_then(Channel::of)?;
            return Some(Source(Way::Send(channel.clone(), Item::Here(parts.get(2)?.clone()))));
        }
        if let Some(channel) = Channel::of(value) {
            return Some(Source(Way::Receive(channel.clone())));
        }
        if let Some(promise) = Deferred::of(value) {
            return Some(Source(Way::Promise(promise)));
        }
        Task::of(value).map(|_| Source(Way::Task(value.clone())))
    }
}

impl Scheduler {
    /// Does the first of `sources` that can be done at once. Where the search begins moves on by one each time, so that
    /// none is passed over for ever.
    ///
    /// Errors: it is to send to a closed channel.
    pub(crate) fn select(
        &mut self,
        sources: &[Source],
        host: &mut dyn Host,
    ) -> Result<Option<Choice>, VmError> {
        let start = self.count_choice() % sources.len().max(1);
        let (before, after) = sources.split_at(start);
        let numbered = (start..).zip(after).chain((0..).zip(before));
        for (index, source) in numbered {
            if let Some((status, value)) = self.try_source(source, host)? {
                return Ok(Some(Choice { index: Some(number(index)), status, value, from: None }));
            }
        }
        Ok(None)
    }

    /// The fiber that runs waits for one of `sources`, of which none can be done at once.
    pub(crate) fn wait_for_any(&mut self, sources: Vec<Source>, wait: Wait) {
        self.set_awaited(wait, Awaited::Choice);
        for (index, source) in sources.into_iter().enumerate() {
            let wait = wait.choosing(number(index));
            match source.0 {
                Way::Receive(channel) => self.wait_to_receive(&channel, wait),
                Way::Send(channel, item) => self.wait_to_send(&channel, item, wait),
                Way::Promise(promise) => self.wait_for(promise, wait),
                Way::Task(handle) => {
                    if let Some(task) = Task::of(&handle) {
                        let result = task.result.clone();
                        let waiter = Waiter::Claim(wait, handle);
                        result.add_waiter(waiter, &|wait| self.strands.is_waiting(wait));
                    }
                }
            }
        }
    }

    fn try_source(
        &mut self,
        source: &Source,
        host: &mut dyn Host,
    ) -> Result<Option<(&'static str, Item)>, VmError> {
        let outcome = match &source.0 {
            Way::Receive(channel) => {
                return Ok(match self.receive(channel, host) {
                    Received::Value(value) => Some(("value", value)),
                    Received::Closed => Some(("closed", Item::Here(Value::Null))),
                    Received::Nothing => None,
                });
            }
            Way::Send(channel, item) => {
                let is_sent = self.send(channel, item.clone())?.is_none();
                return Ok(is_sent.then_some(("sent", Item::Here(Value::Null))));
            }
            Way::Promise(promise) => {
                let outcome = promise.outcome();
                if outcome.is_some() {
                    promise.mark_handled();
                }
                outcome
            }
            Way::Task(handle) => Task::of(handle).and_then(Task::try_claim),
        };
        Ok(outcome.map(|outcome| match outcome {
            Outcome::Resolved(value) => ("value", Item::Here(value)),
            Outcome::Rejected(error) => ("rejected", Item::Here(Value::Error(error))),
        }))
    }

    /// How often the fiber that runs has chosen before.
    fn count_choice(&mut self) -> usize {
        let Some(strand) = self.strands.get_mut(self.current) else { return 0 };
        let before = strand.choices;
        strand.choices = before.wrapping_add(1);
        before
    }
}

/// The number of a source. There are fewer than 2^32, as arrays have a size limit.
fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
