//! How isolates reach each other: each has a [`Mailbox`].

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::census::Census;
use super::parcel::Parcel;
use crate::interrupt::Interrupt;
use crate::scheduler::{IsolateId, Report, SharedChannel, Wait};

/// Something that an isolate is told.
pub(crate) enum Mail {
    /// The result of an isolate that it has started.
    Settled(IsolateId, Answer),
    /// An isolate that it has started has ended, and left those behind.
    Ended(IsolateId, Vec<Weak<Mailbox>>),
    /// A fiber got what it waited for at a channel.
    Received(Wait, Parcel, Arc<SharedChannel>),
    /// What a fiber waits to send has been sent.
    Sent(Wait),
    /// The channel that a fiber waits for a value of is closed.
    Closed(Wait),
    /// The channel that a fiber waits to send to is closed.
    Refused(Wait),
    /// It waits in vain, as all do; so many fibers there are.
    Deadlock(usize),
    /// Another isolate lost an error, which is reported if nobody deals with it.
    Lost(Parcel, Box<Report>),
    /// Whatever it still runs is to be dropped: the program is over.
    Over,
}

/// How something ended that one isolate did for another.
#[derive(Clone)]
pub(crate) enum Answer {
    /// With a value.
    Resolved(Parcel),
    /// With an error value.
    Rejected(Parcel),
    /// It was cancelled.
    Cancelled,
}

/// What an isolate is yet to be told.
pub(crate) struct Mailbox {
    state: Mutex<State>,
    /// Wakes the isolate, and stops it.
    pub(crate) interrupt: Interrupt,
    census: Arc<Census>,
}

/// Whether to wait for mail.
pub(crate) enum Patience {
    /// Some may come.
    Yes,
    /// There is some.
    No,
    /// None will come: all isolates wait, with so many fibers.
    InVain(usize),
}

struct State {
    mail: VecDeque<Mail>,
    /// How many fibers it has, while only mail can wake it.
    stuck: Option<usize>,
    /// Nobody will look any more.
    is_closed: bool,
}

impl Mailbox {
    /// That of an isolate which is reached by `interrupt`.
    pub(crate) fn new(interrupt: Interrupt, census: Arc<Census>) -> Arc<Mailbox> {
        let state = State { mail: VecDeque::new(), stuck: None, is_closed: false };
        Arc::new(Mailbox { state: Mutex::new(state), interrupt, census })
    }

    /// Adds to what the isolate is told; gives it back when the isolate is gone.
    pub(crate) fn post(&self, mail: Mail) -> Option<Mail> {
        let mut state = self.lock();
        if state.is_closed {
            return Some(mail);
        }
        state.mail.push_back(mail);
        self.unstick(&mut state);
        drop(state);
        self.interrupt.wake();
        None
    }

    /// The next thing to tell.
    pub(crate) fn take(&self) -> Option<Mail> {
        self.lock().mail.pop_front()
    }

    /// From now on only mail can wake the isolate with its so many fibers.
    pub(crate) fn wait_for_mail(&self, fibers: usize) -> Patience {
        let mut state = self.lock();
        if !state.mail.is_empty() || self.interrupt.is_requested() {
            return Patience::No;
        }
        if state.stuck.replace(fibers).is_some() {
            return Patience::Yes;
        }
        match self.census.stick(fibers) {
            Some(fibers) => Patience::InVain(fibers),
            None => Patience::Yes,
        }
    }

    /// The isolate goes on for another reason than mail.
    pub(crate) fn go_on(&self) {
        let mut state = self.lock();
        self.unstick(&mut state);
    }

    /// Nobody looks any more. Answers what nobody has seen.
    pub(crate) fn close(&self) -> VecDeque<Mail> {
        let mut state = self.lock();
        state.is_closed = true;
        self.unstick(&mut state);
        std::mem::take(&mut state.mail)
    }

    fn unstick(&self, state: &mut State) {
        if let Some(fibers) = state.stuck.take() {
            self.census.unstick(fibers);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
