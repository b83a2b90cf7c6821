//! Channels that several isolates know: what a fiber of this one does at them, and what others have done.

use std::sync::Arc;

use super::event::Event;
use super::item::Item;
use super::line::{Received, Sent};
use super::shared_channel::{Hold, Remote, SharedChannel};
use super::strand::Wait;
use super::waiters::join;
use super::{Channel, Scheduler};
use crate::isolate::{Mail, Parcel};
use crate::value::Value;

impl Scheduler {
    /// Hands a parcel to who has waited longest, or queues it if there is room.
    pub(super) fn offer(&mut self, common: &Arc<SharedChannel>, mut parcel: Parcel) -> Sent<Parcel, ()> {
        loop {
            let sent = common.line().send(parcel, |remote| remote.hold.take());
            match sent {
                Sent::Queued => return Sent::Queued,
                Sent::Full(parcel) => return Sent::Full(parcel),
                Sent::Closed => return Sent::Closed,
                Sent::To(receiver, handed) => match self.hand_over(common, &receiver, handed) {
                    None => return Sent::Queued,
                    Some(unwanted) => parcel = unwanted,
                },
            }
        }
    }

    /// Gives a parcel to a fiber that waited for one. Gives it back if the fiber's isolate is gone.
    fn hand_over(
        &mut self,
        common: &Arc<SharedChannel>,
        receiver: &Remote,
        parcel: Parcel,
    ) -> Option<Parcel> {
        if self.is_own(receiver) {
            self.receive_parcel(receiver.wait, parcel, common);
            return None;
        }
        match receiver.mailbox.post(Mail::Received(receiver.wait, parcel, common.clone()))? {
            Mail::Received(_, parcel, _) => Some(parcel),
            _ => None,
        }
    }

    /// What there is to receive.
    pub(super) fn receive_common(&mut self, common: &Arc<SharedChannel>) -> Received<Item> {
        let (received, sender) = common.line().receive(|remote| remote.hold.take());
        if let Some(sender) = sender {
            self.tell(&sender, Event::Sent, Mail::Sent(sender.wait));
        }
        received.map(Item::packed)
    }

    /// The fiber that runs waits for a parcel, unless there is one by now.
    pub(super) fn wait_for_parcel(&mut self, common: &Arc<SharedChannel>, wait: Wait) {
        let Some(remote) = self.remote(wait) else { return };
        let mut line = common.line();
        let (received, sender) = line.receive(|remote| remote.hold.take());
        match received {
            Received::Nothing => {
                line.add_receiver(remote, |remote| !remote.hold.is_taken());
                drop(line);
                self.wait_outside(wait);
                return;
            }
            Received::Value(parcel) => {
                drop(line);
                if remote.hold.take() {
                    self.receive_parcel(wait, parcel, common);
                } else {
                    self.give_back(common, parcel);
                }
            }
            Received::Closed => {
                drop(line);
                self.wake(wait, Event::Closed);
            }
        }
        if let Some(sender) = sender {
            self.tell(&sender, Event::Sent, Mail::Sent(sender.wait));
        }
    }

    /// The fiber that runs waits for room, unless there is some by now.
    pub(super) fn wait_for_room(&mut self, common: &Arc<SharedChannel>, mut parcel: Parcel, wait: Wait) {
        let Some(remote) = self.remote(wait) else { return };
        loop {
            let mut line = common.line();
            let sent = line.send(parcel, |remote| remote.hold.take());
            match sent {
                Sent::Full(parcel) => {
                    line.add_sender(remote, parcel, |remote| !remote.hold.is_taken());
                    drop(line);
                    self.wait_outside(wait);
                    return;
                }
                Sent::Queued => {
                    drop(line);
                    self.wake(wait, Event::Sent);
                    return;
                }
                Sent::Closed => {
                    drop(line);
                    self.wake(wait, Event::Refused);
                    return;
                }
                Sent::To(receiver, handed) => {
                    drop(line);
                    match self.hand_over(common, &receiver, handed) {
                        None => {
                            self.wake(wait, Event::Sent);
                            return;
                        }
                        Some(unwanted) => parcel = unwanted,
                    }
                }
            }
        }
    }

    /// Closes a channel. Answers whether it was open.
    pub(super) fn close_common(&mut self, common: &Arc<SharedChannel>) -> bool {
        let closed = common.line().close();
        let Some((receivers, senders)) = closed else { return false };
        for receiver in receivers.iter().filter(|receiver| receiver.hold.take()) {
            self.tell(receiver, Event::Closed, Mail::Closed(receiver.wait));
        }
        for (sender, _) in senders.iter().filter(|(sender, _)| sender.hold.take()) {
            self.tell(sender, Event::Refused, Mail::Refused(sender.wait));
        }
        true
    }

    /// Takes back a parcel that was handed to a fiber that does not want it any more.
    pub(crate) fn give_back(&mut self, common: &Arc<SharedChannel>, mut parcel: Parcel) {
        loop {
            let next = common.line().give_back(parcel, |remote| remote.hold.take());
            let Some((receiver, handed)) = next else { return };
            match self.hand_over(common, &receiver, handed) {
                None => return,
                Some(unwanted) => parcel = unwanted,
            }
        }
    }

    /// A value of this isolate was handed to a fiber that does not want it any more, from a channel that went elsewhere
    /// meanwhile. It is kept until there is somebody who can pack it.
    pub(super) fn lost_item(&mut self, value: Value, channel: &Channel) {
        self.unpacked.push((value, channel.clone()));
    }

    /// What [`Scheduler::lost_item`] has kept.
    pub(crate) fn take_unpacked(&mut self) -> Vec<(Value, Channel)> {
        std::mem::take(&mut self.unpacked)
    }

    /// Another isolate tells that something happened which a fiber of this one waits for. Whoever told has taken its hold.
    pub(crate) fn hear(&mut self, mail: Mail) {
        match mail {
            Mail::Received(wait, parcel, common) => self.receive_parcel(wait, parcel, &common),
            Mail::Sent(wait) => self.wake_claimed(wait, Event::Sent),
            Mail::Closed(wait) => self.wake_claimed(wait, Event::Closed),
            Mail::Refused(wait) => self.wake_claimed(wait, Event::Refused),
            Mail::Settled(..) | Mail::Ended(..) | Mail::Deadlock(_) | Mail::Lost(..) | Mail::Over => {}
        }
    }

    /// Whether a fiber waits for what only another isolate can do. One whose hold was taken there does too, until it
    /// is told.
    pub(crate) fn waits_outside(&self) -> bool {
        self.outside.iter().any(|wait| self.strands.is_at(*wait))
    }

    /// What everything that could end `wait` on another thread has to take first.
    pub(crate) fn hold(&mut self, wait: Wait) -> Option<Hold> {
        let strand = self.strands.get_mut(wait.strand).filter(|strand| strand.waits == wait.number)?;
        Some(strand.hold.get_or_insert_default().clone())
    }

    /// As others know a fiber that waits.
    pub(crate) fn remote(&mut self, wait: Wait) -> Option<Remote> {
        Some(Remote { mailbox: self.mailbox.clone()?, wait, hold: self.hold(wait)? })
    }

    /// A fiber waits at a channel that others know.
    pub(crate) fn wait_outside(&mut self, wait: Wait) {
        join(&mut self.outside, wait, |wait| self.strands.is_at(*wait));
    }

    fn receive_parcel(&mut self, wait: Wait, parcel: Parcel, common: &Arc<SharedChannel>) {
        if self.strands.is_at(wait) {
            let channel = Channel::of_common(common.clone());
            self.wake_claimed(wait, Event::Received(Item::packed(parcel), channel));
        } else {
            self.give_back(common, parcel);
        }
    }

    fn tell(&mut self, remote: &Remote, event: Event, mail: Mail) {
        if self.is_own(remote) {
            self.wake_claimed(remote.wait, event);
        } else {
            // Nobody has to know it if that isolate is gone.
            let _gone = remote.mailbox.post(mail);
        }
    }

    fn is_own(&self, remote: &Remote) -> bool {
        self.mailbox.as_ref().is_some_and(|mailbox| Arc::ptr_eq(mailbox, &remote.mailbox))
    }
}
