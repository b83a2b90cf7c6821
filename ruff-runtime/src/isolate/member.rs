//! [`Member`]: what a machine knows of being one of several isolates.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::declared::Declared;
use super::mail::{Answer, Mail, Mailbox};
use super::pack::{Stuck, pack};
use super::parcel::Parcel;
use super::program::{Job, Program, Start};
use super::yard::{Yard, work};
use crate::engine::WORKER;
use crate::host::Host;
use crate::interrupt::Interrupt;
use crate::module::Modules;
use crate::scheduler::{Deferred, Scheduler};
use crate::value::Value;

/// What a machine knows of being one of several isolates.
pub(crate) struct Member {
    pub(crate) program: Arc<Program>,
    pub(crate) mailbox: Arc<Mailbox>,
    pub(crate) declared: Declared,
    /// It shares its thread with others, and gives way to them.
    pub(crate) is_guest: bool,
    /// When it has to give way, by the host's clock.
    pub(crate) slice: Duration,
    /// So many looks at the clock are left until it has to in any case: the clock of a test stands still.
    pub(crate) looks: u32,
    /// Its slice is over.
    pub(crate) is_late: bool,
    /// It waits until then, or for mail only.
    pub(crate) alarm: Option<Duration>,
    /// All isolates wait, with so many fibers.
    pub(crate) deadlock: Option<usize>,
    /// Whatever it runs is to be dropped.
    pub(crate) is_over: bool,
    /// What it waits for that others do.
    expected: HashMap<u64, Deferred>,
    next: u64,
    /// The other isolates, if all are on one thread and this is the one that the program began in.
    pub(crate) yard: Option<Box<Yard>>,
}

impl Member {
    /// The isolate that a program begins in.
    pub(crate) fn main(program: Arc<Program>) -> Member {
        let mailbox = program.main.clone();
        Member::new(program, mailbox, false)
    }

    /// One that was started by another.
    pub(super) fn guest(program: Arc<Program>, mailbox: Arc<Mailbox>) -> Member {
        Member::new(program, mailbox, true)
    }

    fn new(program: Arc<Program>, mailbox: Arc<Mailbox>, is_guest: bool) -> Member {
        Member {
            program,
            mailbox,
            declared: Declared::default(),
            is_guest,
            slice: Duration::MAX,
            looks: 0,
            is_late: false,
            alarm: None,
            deadlock: None,
            is_over: false,
            expected: HashMap::new(),
            next: 0,
            yard: None,
        }
    }

    /// Starts an isolate that makes `call`, a function with its arguments, and settles `promise` with what that gives. Answers
    /// how to reach it.
    pub(crate) fn start(
        &mut self,
        host: &mut dyn Host,
        call: Parcel,
        promise: Option<Deferred>,
    ) -> Arc<Mailbox> {
        let job = match promise {
            Some(promise) => Job::Task(self.mailbox.clone(), self.expect(promise)),
            None => Job::Block,
        };
        let mailbox = Mailbox::new(Interrupt::of_nobody(), self.program.census.clone());
        let start = Start { call, mailbox: mailbox.clone(), job };
        if self.program.start(start) {
            self.employ(host);
        }
        mailbox
    }

    /// Has one more thread for isolates, if the host works on several.
    fn employ(&mut self, host: &mut dyn Host) {
        let (program, other) = (self.program.clone(), host.fork_for_thread());
        let thread = std::thread::Builder::new().name(WORKER.to_owned());
        let is_employed = other.is_some_and(|other| thread.spawn(move || work(program, other)).is_ok());
        if !is_employed {
            self.program.lack_worker();
            if !self.is_guest && self.yard.is_none() {
                self.yard = Some(Box::new(Yard::new(self.program.clone())));
            }
        }
    }

    /// A number under which somebody else may settle `promise`.
    pub(crate) fn expect(&mut self, promise: Deferred) -> u64 {
        let number = self.next;
        self.next += 1;
        self.expected.insert(number, promise);
        number
    }

    /// What was expected under a number.
    pub(crate) fn expected(&mut self, number: u64) -> Option<Deferred> {
        self.expected.remove(&number)
    }

    /// All that is expected.
    pub(crate) fn all_expected(&self) -> impl Iterator<Item = &Deferred> {
        self.expected.values()
    }

    /// Nothing is expected any more.
    pub(crate) fn forget_expected(&mut self) {
        self.expected.clear();
    }

    /// Packs `value` for another isolate.
    pub(crate) fn pack(
        &mut self,
        value: Value,
        modules: &Modules,
        scheduler: &mut Scheduler,
    ) -> Result<Parcel, Stuck> {
        pack(value, modules, &mut self.declared, scheduler)
    }

    /// Tells who waits for `job` how it ended. Gives the answer back if nobody does.
    pub(super) fn answer(job: Job, answer: Answer) -> Option<Answer> {
        let Job::Task(owner, number) = job else { return Some(answer) };
        match owner.post(Mail::Settled(number, answer))? {
            Mail::Settled(_, answer) => Some(answer),
            _ => None,
        }
    }
}
