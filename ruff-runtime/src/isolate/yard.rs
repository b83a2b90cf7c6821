//! [`Yard`]: the isolates that share a thread, and how they take turns.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::panic::{self, AssertUnwindSafe};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use super::guest::{Guest, Turn};
use super::program::{Program, Start};
use super::seat::Seat;
use crate::clock::Clock;
use crate::host::Host;
use crate::interrupt::Interrupt;
use crate::timed_host::TimedHost;

/// How long an isolate runs while others may want to.
const SLICE: Duration = Duration::from_millis(2);

/// The isolates that share a thread.
pub(crate) struct Yard {
    program: Arc<Program>,
    seat: Arc<Seat>,
    /// What its isolates know of it, if they go by the clock of one whose yard it is.
    premises: Option<Rc<Premises>>,
    /// By their numbers.
    guests: Vec<Option<Box<Guest>>>,
    free: Vec<usize>,
    /// When an isolate wants to go on although there is no news for it; it may have done so before.
    alarms: BinaryHeap<Reverse<(Duration, usize)>>,
}

/// Where isolates are that go by the clock of one.
#[derive(Default)]
pub(crate) struct Premises {
    /// Isolates that were started there and wait to be taken up.
    waiting: RefCell<VecDeque<Start>>,
    /// All that are started anywhere are taken up.
    is_open_to_all: Cell<bool>,
}

impl Premises {
    /// An isolate is started there.
    pub(super) fn take_in(&self, start: Start) {
        self.waiting.borrow_mut().push_back(start);
    }

    /// There is nobody else who takes isolates up.
    pub(super) fn open_to_all(&self) {
        self.is_open_to_all.set(true);
    }
}

impl Yard {
    /// That of a worker, on this thread.
    fn of_worker(program: Arc<Program>) -> Yard {
        Yard::new(program, Seat::here(), None)
    }

    /// That of the isolate which is reached by `interrupt`, for isolates with its clock.
    pub(super) fn of_isolate(program: Arc<Program>, interrupt: Interrupt, premises: Rc<Premises>) -> Yard {
        Yard::new(program, Seat::of_isolate(interrupt), Some(premises))
    }

    fn new(program: Arc<Program>, seat: Seat, premises: Option<Rc<Premises>>) -> Yard {
        let (seat, guests) = (Arc::new(seat), Vec::new());
        Yard { program, seat, premises, guests, free: Vec::new(), alarms: BinaryHeap::new() }
    }

    /// Whether there are isolates in it, or are about to be.
    pub(crate) fn has_guests(&self) -> bool {
        self.free.len() < self.guests.len()
            || self.premises.as_ref().is_some_and(|premises| !premises.waiting.borrow().is_empty())
    }

    /// Nobody lets its isolates run any more: they are dropped.
    pub(crate) fn close(self) {
        for guest in self.guests.into_iter().flatten() {
            guest.drop_out();
        }
        let waiting = self.premises.map(|premises| premises.waiting.take());
        for start in waiting.into_iter().flatten() {
            Guest::refuse(&self.program, start);
        }
    }

    /// Lets every isolate that can go on do so for a while, and takes up one that waits to be started. Answers whether there
    /// was anything to do.
    pub(crate) fn round(&mut self, host: &mut TimedHost) -> bool {
        let now = host.uptime();
        while let Some(Reverse((_, number))) = self.alarms.peek().filter(|alarm| alarm.0.0 <= now).copied() {
            self.alarms.pop();
            self.seat.ring(number);
        }
        let ready = self.seat.take();
        let has_run = !ready.is_empty();
        for number in ready {
            self.turn(number, host);
        }
        self.take_up(host) || has_run
    }

    /// When the next isolate wants to go on, if there is no news.
    pub(crate) fn next_alarm(&self) -> Option<Duration> {
        self.alarms.peek().map(|Reverse((at, _))| *at)
    }

    fn turn(&mut self, number: usize, host: &mut TimedHost) {
        let Some(place) = self.guests.get_mut(number) else { return };
        let Some(guest) = place else { return };
        let until = host.uptime().saturating_add(SLICE);
        let turn = panic::catch_unwind(AssertUnwindSafe(|| guest.turn(until)));
        match turn.unwrap_or_else(|panicked| guest.give_up(&*panicked)) {
            Turn::Again => self.seat.ring(number),
            Turn::Wait(Some(until)) => self.alarms.push(Reverse((until, number))),
            Turn::Wait(None) => {}
            Turn::Over => {
                *place = None;
                self.free.push(number);
            }
            Turn::Lost => {
                // Whatever state its values are in, nobody looks at them again.
                std::mem::forget(place.take());
                self.free.push(number);
            }
        }
    }

    fn take_up(&mut self, host: &mut TimedHost) -> bool {
        let Some(start) = self.next_start() else { return false };
        let number = self.free.pop().unwrap_or_else(|| {
            self.guests.push(None);
            self.guests.len() - 1
        });
        start.mailbox.interrupt.sit_down(&self.seat, number);
        if start.mailbox.interrupt.is_requested() {
            Guest::refuse(&self.program, start);
            self.free.push(number);
            return true;
        }
        let host_of_guest = if self.premises.is_some() { host.fork_with_clock() } else { host.fork_apart() };
        let guest = Box::new(Guest::begin(&self.program, start, host_of_guest, self.premises.clone()));
        if let Some(place) = self.guests.get_mut(number) {
            *place = Some(guest);
        }
        self.turn(number, host);
        true
    }

    fn next_start(&self) -> Option<Start> {
        match &self.premises {
            None => self.program.take_start(),
            Some(premises) => {
                let own = premises.waiting.borrow_mut().pop_front();
                own.or_else(|| premises.is_open_to_all.get().then(|| self.program.take_start())?)
            }
        }
    }
}

/// What a worker does, on a thread of its own, until the program's engine is gone.
pub(super) fn work(program: Arc<Program>, host: Box<dyn Host>) {
    let (mut yard, mut host) = (Yard::of_worker(program), TimedHost::new(host, Clock::real()));
    while yard.program.is_open() {
        if yard.round(&mut host) {
            continue;
        }
        yard.program.rest(&yard.seat);
        match yard.next_alarm() {
            Some(until) => std::thread::park_timeout(until.saturating_sub(host.uptime())),
            None => std::thread::park(),
        }
        yard.program.rise(&yard.seat);
    }
}
