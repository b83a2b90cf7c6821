//! [`Yard`]: the isolates that share a thread, and how they take turns.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::time::Duration;

use super::guest::{Guest, Turn};
use super::program::Program;
use super::seat::Seat;
use crate::host::Host;

/// How long an isolate runs while others may want to.
const SLICE: Duration = Duration::from_millis(2);

/// The isolates that share a thread.
pub(crate) struct Yard {
    program: Arc<Program>,
    seat: Arc<Seat>,
    /// By their numbers.
    guests: Vec<Option<Box<Guest>>>,
    free: Vec<usize>,
    /// When an isolate wants to go on although there is no news for it; it may have done so before.
    alarms: BinaryHeap<Reverse<(Duration, usize)>>,
}

impl Yard {
    /// One on this thread, without isolates.
    pub(crate) fn new(program: Arc<Program>) -> Yard {
        let (seat, guests) = (Arc::new(Seat::here()), Vec::new());
        Yard { program, seat, guests, free: Vec::new(), alarms: BinaryHeap::new() }
    }

    /// Lets every isolate that can go on do so for a while, and takes up one that waits to be started. Answers whether there
    /// was anything to do.
    pub(crate) fn round(&mut self, host: &mut dyn Host) -> bool {
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

    fn turn(&mut self, number: usize, host: &mut dyn Host) {
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

    fn take_up(&mut self, host: &mut dyn Host) -> bool {
        let Some(start) = self.program.take_start() else { return false };
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
        let guest = Box::new(Guest::begin(&self.program, start, host.fork()));
        if let Some(place) = self.guests.get_mut(number) {
            *place = Some(guest);
        }
        self.turn(number, host);
        true
    }
}

/// What a worker does, on a thread of its own, until the program's engine is gone.
pub(super) fn work(program: Arc<Program>, mut host: Box<dyn Host>) {
    let mut yard = Yard::new(program);
    while yard.program.is_open() {
        if yard.round(&mut *host) {
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
