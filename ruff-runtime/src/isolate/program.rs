//! [`Program`]: what all isolates of an engine have in common.

use std::collections::VecDeque;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::census::Census;
use super::mail::{Answer, Mail, Mailbox};
use super::parcel::Parcel;
use super::seat::Seat;
use super::store::Store;
use crate::engine::Options;
use crate::interrupt::Interrupt;
use crate::module::Numbers;
use crate::native::Registry;
use crate::scheduler::{IsolateId, Report, Unfinished};

/// What the isolates of an engine have in common, on whichever threads they run.
pub(crate) struct Program {
    pub(crate) numbers: Numbers,
    pub(crate) registry: Arc<Registry>,
    pub(crate) options: Options,
    pub(crate) census: Arc<Census>,
    /// Values under names.
    pub(crate) shared: Store,
    /// What the user should be told, in the order of what happened.
    pub(crate) reports: Mutex<Vec<Report>>,
    /// What had not come to its end when the isolates had that have ended so far.
    unfinished: Mutex<Unfinished>,
    /// The isolate that the program began in wants to be told of lost errors.
    pub(crate) has_lost_handler: AtomicBool,
    /// The isolate that the program began in.
    pub(crate) main: Arc<Mailbox>,
    /// The status that another isolate asked the process to end with.
    exit: Mutex<Option<i32>>,
    starts: Mutex<Starts>,
}

/// Isolates that nobody has taken up, and who could.
#[derive(Default)]
struct Starts {
    waiting: VecDeque<Start>,
    /// Workers that have nothing to do.
    resting: Vec<Arc<Seat>>,
    /// All workers.
    workers: usize,
    /// Mailboxes of isolates that were started and may still run.
    started: Vec<Arc<Mailbox>>,
    /// How many there may be before those that have ended are sorted out.
    limit: usize,
    /// The engine is gone.
    is_closed: bool,
}

/// An isolate that is about to begin.
pub(crate) struct Start {
    /// A function and its arguments.
    pub(crate) call: Parcel,
    pub(crate) mailbox: Arc<Mailbox>,
    pub(crate) job: Job,
}

/// What an isolate runs for.
pub(crate) struct Job {
    /// Who has started it, and its number there.
    pub(super) owner: Arc<Mailbox>,
    pub(super) number: IsolateId,
    /// It is a `spawn` block: nobody waits for its result.
    pub(super) is_block: bool,
}

impl Job {
    /// Tells the owner how it came out. Gives the answer back if nobody waits for it.
    pub(super) fn answer(&self, answer: Answer) -> Option<Answer> {
        if self.is_block {
            return Some(answer);
        }
        match self.owner.post(Mail::Settled(self.number, answer))? {
            Mail::Settled(_, answer) => Some(answer),
            _ => None,
        }
    }

    /// Tells the owner that the isolate has ended, which leaves others behind.
    pub(super) fn end(&self, orphans: Vec<Weak<Mailbox>>) {
        // Nobody has to know it if that is gone.
        let _gone = self.owner.post(Mail::Ended(self.number, orphans));
    }
}

impl Program {
    /// A program that begins on this thread.
    pub(crate) fn new(registry: Registry, options: &Options) -> Arc<Program> {
        let census = Arc::<Census>::default();
        Arc::new(Program {
            numbers: Numbers::new(),
            registry: Arc::new(registry),
            options: options.clone(),
            main: Mailbox::new(Interrupt::new(), census.clone()),
            census,
            shared: Store::default(),
            reports: Mutex::default(),
            unfinished: Mutex::default(),
            has_lost_handler: AtomicBool::new(false),
            exit: Mutex::default(),
            starts: Mutex::default(),
        })
    }

    /// Adds to what the user should be told.
    pub(crate) fn report(&self, report: Report) {
        lock(&self.reports).push(report);
    }

    /// Takes what the user should be told so far.
    pub(crate) fn take_reports(&self) -> Vec<Report> {
        std::mem::take(&mut lock(&self.reports))
    }

    /// Adds to what has not come to its end.
    pub(crate) fn leave_unfinished(&self, unfinished: Unfinished) {
        *lock(&self.unfinished) += unfinished;
    }

    /// Takes what has not come to its end so far.
    pub(crate) fn take_unfinished(&self) -> Unfinished {
        std::mem::take(&mut lock(&self.unfinished))
    }

    /// Asks the process to end with `status`, unless somebody did before.
    pub(crate) fn exit(&self, status: i32) {
        lock(&self.exit).get_or_insert(status);
        self.main.interrupt.request();
    }

    /// The status that an isolate asked the process to end with.
    pub(crate) fn take_exit(&self) -> Option<i32> {
        lock(&self.exit).take()
    }

    /// There is one more isolate.
    pub(super) fn enlist(&self, start: &Start) {
        self.census.begin();
        let mut starts = lock(&self.starts);
        if starts.started.len() >= starts.limit {
            starts.started.retain(|mailbox| Arc::strong_count(mailbox) > 1);
            starts.limit = (starts.started.len() * 2).max(64);
        }
        starts.started.push(start.mailbox.clone());
    }

    /// Has an isolate started by whoever is free. Answers whether there should be one more worker, which the caller has to
    /// see to.
    pub(super) fn start(&self, start: Start) -> bool {
        let mut starts = lock(&self.starts);
        starts.waiting.push_back(start);
        let needs_worker = starts.resting.is_empty() && starts.workers < self.options.workers;
        if needs_worker {
            starts.workers += 1;
        } else if let Some(seat) = starts.resting.last() {
            seat.wake();
        }
        needs_worker
    }

    /// A worker that there should be cannot be.
    pub(super) fn lack_worker(&self) {
        lock(&self.starts).workers -= 1;
    }

    /// An isolate has ended.
    pub(super) fn leave(&self) {
        if let Some(fibers) = self.census.end() {
            self.main.post(Mail::Deadlock(fibers));
        } else if !self.census.has_others() {
            // It may have waited for that.
            self.main.interrupt.wake();
        }
    }

    /// The next isolate to start.
    pub(super) fn take_start(&self) -> Option<Start> {
        lock(&self.starts).waiting.pop_front()
    }

    /// A worker has nothing to do and is about to wait.
    pub(super) fn rest(&self, seat: &Arc<Seat>) {
        let mut starts = lock(&self.starts);
        starts.resting.push(seat.clone());
        // What came between looking and this.
        if !starts.waiting.is_empty() || starts.is_closed {
            seat.wake();
        }
    }

    /// A worker looks again whether there is something to do.
    pub(super) fn rise(&self, seat: &Arc<Seat>) {
        lock(&self.starts).resting.retain(|resting| !Arc::ptr_eq(resting, seat));
    }

    /// Whether workers are still wanted.
    pub(super) fn is_open(&self) -> bool {
        !lock(&self.starts).is_closed
    }

    /// The engine is gone.
    pub(crate) fn close(&self) {
        let mut starts = lock(&self.starts);
        starts.is_closed = true;
        starts.resting.iter().for_each(|seat| seat.wake());
    }

    /// Stops all isolates but the one the program began in: each runs its `finally` blocks and ends.
    pub(crate) fn cancel_others(&self) {
        for mailbox in &lock(&self.starts).started {
            mailbox.interrupt.request();
        }
    }

    /// The program is over: whatever still runs is dropped.
    pub(crate) fn drop_others(&self) {
        let (waiting, started) = {
            let mut starts = lock(&self.starts);
            (std::mem::take(&mut starts.waiting), std::mem::take(&mut starts.started))
        };
        for start in waiting {
            start.mailbox.close();
            self.census.end();
        }
        for mailbox in started {
            mailbox.post(Mail::Over);
        }
        self.shared.clear();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
