//! [`Member`]: what a machine knows of being one of several isolates.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use super::declared::Declared;
use super::mail::Mailbox;
use super::pack::{Stuck, pack};
use super::parcel::Parcel;
use super::program::{Job, Program, Start};
use super::yard::{Premises, Yard, work};
use crate::clock::Clock;
use crate::engine::WORKER;
use crate::host::Host;
use crate::interrupt::Interrupt;
use crate::module::Modules;
use crate::scheduler::{Deferred, IsolateId, Scheduler};
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
    /// The results that it waits for, of isolates that it has started.
    expected: HashMap<IsolateId, Deferred>,
    /// How many it has started.
    started: u64,
    /// What time it is.
    pub(crate) clock: Rc<Clock>,
    /// Where those are that have its clock, in its own yard or as it is in that of another isolate.
    premises: Option<Rc<Premises>>,
    /// Isolates that share its thread and its clock, and run when it waits: all others of the program if all are on one
    /// thread, and those that were started in virtual time.
    pub(crate) yard: Option<Box<Yard>>,
}

impl Member {
    /// The isolate that a program begins in.
    pub(crate) fn main(program: Arc<Program>, clock: Rc<Clock>) -> Member {
        let mailbox = program.main.clone();
        Member::new(program, mailbox, clock, false)
    }

    /// One that was started by another. It goes by `clock`, which is that of another isolate if it is on its `premises`.
    pub(super) fn guest(
        program: Arc<Program>,
        mailbox: Arc<Mailbox>,
        clock: Rc<Clock>,
        premises: Option<Rc<Premises>>,
    ) -> Member {
        Member { premises, ..Member::new(program, mailbox, clock, true) }
    }

    fn new(program: Arc<Program>, mailbox: Arc<Mailbox>, clock: Rc<Clock>, is_guest: bool) -> Member {
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
            started: 0,
            clock,
            premises: None,
            yard: None,
        }
    }

    /// Starts an isolate that makes `call`, a function with its arguments, and settles `promise` with what that gives. Answers
    /// its name, and how to reach it.
    pub(crate) fn start(
        &mut self,
        host: &mut dyn Host,
        call: Parcel,
        promise: Option<Deferred>,
    ) -> (IsolateId, Arc<Mailbox>) {
        let number = IsolateId(self.started);
        self.started += 1;
        let job = Job { owner: self.mailbox.clone(), number, is_block: promise.is_none() };
        if let Some(promise) = promise {
            self.expected.insert(number, promise);
        }
        let mailbox = Mailbox::new(Interrupt::of_nobody(), self.program.census.clone());
        let start = Start { call, mailbox: mailbox.clone(), job };
        self.program.enlist(&start);
        if self.clock.is_virtual() {
            self.premises().take_in(start);
        } else if self.program.start(start) {
            self.employ(host);
        }
        (number, mailbox)
    }

    /// Has one more thread for isolates, if the host works on several.
    fn employ(&mut self, host: &mut dyn Host) {
        let (program, other) = (self.program.clone(), host.fork_for_thread());
        let thread = std::thread::Builder::new().name(WORKER.to_owned());
        let is_employed = other.is_some_and(|other| thread.spawn(move || work(program, other)).is_ok());
        if !is_employed {
            self.program.lack_worker();
            self.premises().open_to_all();
        }
    }

    /// Whether it goes by the clock of another isolate, in whose yard it is.
    pub(crate) fn is_tenant(&self) -> bool {
        self.premises.is_some() && self.yard.is_none()
    }

    /// Where isolates go that have its clock.
    fn premises(&mut self) -> &Premises {
        self.premises.get_or_insert_with(|| {
            let premises = Rc::<Premises>::default();
            let interrupt = self.mailbox.interrupt.clone();
            let yard = Yard::of_isolate(self.program.clone(), interrupt, premises.clone());
            self.yard = Some(Box::new(yard));
            premises
        })
    }

    /// The isolates in its yard are dropped.
    pub(crate) fn close_yard(&mut self) {
        if let Some(yard) = self.yard.take() {
            self.premises = None;
            yard.close();
        }
    }

    /// Whether isolates are in its yard.
    pub(crate) fn has_tenants(&self) -> bool {
        self.yard.as_ref().is_some_and(|yard| yard.has_guests())
    }

    /// Takes the promise of an isolate's result.
    pub(crate) fn expected(&mut self, isolate: IsolateId) -> Option<Deferred> {
        self.expected.remove(&isolate)
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
}
