//! Lets things go wrong wherever a program waits, and sees that it comes to a proper end each time.
//!
//! The programs are those below `corpus/faults/`. They print `open NAME` when they begin something that has to be cleaned
//! up and `close NAME` when they have done so; a line that begins with `leak` says that something was not given back.
//! Names of what is opened in isolates begin with `isolate`, since a panic there leaves no time for cleaning up.

use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use allocation_counter::measure;
use ruff_runtime::fault::{Fault, Faults, Moment, Reach};
use ruff_runtime::scheduler::Unfinished;

use crate::corpus::{Outcome, Program, Report, run};

/// All that may go wrong.
const FAULTS: [Fault; 8] = [
    Fault::Fail,
    Fault::Reject,
    Fault::Cancel(Reach::Fiber, Moment::AtOnce),
    Fault::Cancel(Reach::Fiber, Moment::Later),
    Fault::Cancel(Reach::Scope, Moment::AtOnce),
    Fault::Cancel(Reach::Scope, Moment::Later),
    Fault::Interrupt,
    Fault::Panic,
];

/// The message of an error or panic that is a fault.
pub const INJECTED: &str = "injected fault";

/// How long a run may take before it is one that hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// Stack of the thread that programs run on, as for the rest of the corpus.
const STACK_BYTES: usize = 1 << 20;

/// How hard to try.
#[derive(Debug, Clone, Copy, Default)]
pub struct Effort {
    /// Orders of fibers besides the usual one.
    pub seeds: u64,
    /// So many waits after the first fault there is a second one. What comes of two is less certain: errors may be lost
    /// and fibers wait in vain.
    pub second_within: u64,
}

/// One way to run a program.
#[derive(Debug, Clone, Default)]
struct Attempt {
    seed: u64,
    faults: Vec<(u64, Fault)>,
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "seed {}", self.seed)?;
        self.faults.iter().try_for_each(|(wait, fault)| write!(f, ", {fault:?} at wait {wait}"))
    }
}

/// A run that did not come to a proper end.
#[derive(Debug)]
pub struct Finding {
    attempt: Attempt,
    problems: Vec<String>,
    outcome: Outcome,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}:", self.attempt)?;
        self.problems.iter().try_for_each(|problem| writeln!(f, "  {problem}"))?;
        write!(f, "{}", self.outcome)
    }
}

impl Finding {
    fn of(attempt: Attempt, problem: &str) -> Finding {
        Finding { attempt, problems: vec![problem.to_owned()], outcome: Outcome::default() }
    }
}

/// What came of a program.
#[derive(Debug, Default)]
pub struct Verdict {
    /// How often it ran.
    pub runs: u64,
    /// How often it waits when nothing goes wrong.
    pub waits: u64,
    /// Runs that did not come to a proper end.
    pub findings: Vec<Finding>,
}

/// Runs `program` with every fault at every wait.
///
/// # Panics
/// There is no thread for it.
pub fn check(program: &Program, effort: Effort) -> Verdict {
    let (tell, hear) = channel();
    let program = program.clone();
    let thread = thread::Builder::new().stack_size(STACK_BYTES);
    let running = thread.spawn(move || check_here(&program, effort, &mut |news| drop(tell.send(news))));
    #[expect(clippy::expect_used, reason = "a test cannot go on without")]
    let running = running.expect("the machine has threads");
    let mut verdict = Verdict::default();
    let mut current = Attempt::default();
    loop {
        match hear.recv_timeout(PATIENCE) {
            Ok(News::Begins(attempt)) => {
                verdict.runs += 1;
                current = attempt;
            }
            Ok(News::Waits(waits)) => verdict.waits = waits,
            Ok(News::Finds(finding)) => verdict.findings.push(*finding),
            Err(RecvTimeoutError::Timeout) => {
                // Its thread is left to itself.
                verdict.findings.push(Finding::of(current, "it hangs"));
                return verdict;
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    if running.join().is_err() {
        verdict.findings.push(Finding::of(current, "its thread panicked"));
    }
    verdict
}

/// What the thread has to tell that runs a program.
enum News {
    Begins(Attempt),
    Waits(u64),
    Finds(Box<Finding>),
}

fn check_here(program: &Program, effort: Effort, tell: &mut dyn FnMut(News)) {
    let mut attempt = |seed: u64, faults: &[(u64, Fault)]| {
        let attempt = Attempt { seed, faults: faults.to_vec() };
        tell(News::Begins(attempt.clone()));
        let (waits, finding) = try_out(program, attempt);
        if let Some(finding) = finding {
            tell(News::Finds(Box::new(finding)));
        }
        waits
    };
    let mut usual = 0;
    for seed in 0..=effort.seeds {
        let waits = attempt(seed, &[]);
        if seed == 0 {
            usual = waits;
        }
        for first in (0..waits).flat_map(|wait| FAULTS.map(|fault| (wait, fault))) {
            let waits = attempt(seed, &[first]);
            let seconds = first.0 + 1..waits.min(first.0 + 1 + effort.second_within);
            for second in seconds.flat_map(|wait| FAULTS.map(|fault| (wait, fault))) {
                attempt(seed, &[first, second]);
            }
        }
    }
    tell(News::Waits(usual));
}

/// Answers how often the program waited, and what is wrong.
fn try_out(program: &Program, attempt: Attempt) -> (u64, Option<Finding>) {
    let prepared = || {
        let faults = Faults::at(&attempt.faults);
        let mut program = program.clone();
        program.settings.faults = Some(faults.clone());
        program.settings.schedule_seed = attempt.seed;
        (faults, program)
    };
    let (faults, with_faults) = prepared();
    let Ok(outcome) = catch_unwind(AssertUnwindSafe(|| run(&with_faults))) else {
        return (faults.waits(), Some(Finding::of(attempt, "the engine panicked")));
    };
    let mut problems = problems(program, &attempt, &faults, &outcome);
    // What a panic leaves is not looked at again, and the network has threads of its own.
    let is_measured = !attempt.panics() && !program.uses_network();
    if problems.is_empty() && is_measured {
        // Names and tables, which the first run has made, stay.
        let (_, again) = prepared();
        let left = measure(|| drop(run(&again))).bytes_current;
        if left != 0 {
            problems.push(format!("{left} bytes are left"));
        }
    }
    let finding = (!problems.is_empty()).then_some(Finding { attempt, problems, outcome });
    (faults.waits(), finding)
}

impl Attempt {
    fn panics(&self) -> bool {
        self.faults.iter().any(|(_, fault)| *fault == Fault::Panic)
    }
}

impl Program {
    /// Whether it waits for servers, which take the time they take.
    fn uses_network(&self) -> bool {
        self.source.contains("http")
    }
}

/// What is wrong with how a run ended.
fn problems(program: &Program, attempt: &Attempt, faults: &Faults, outcome: &Outcome) -> Vec<String> {
    let mut found = Vec::new();
    let told = told(outcome);
    let tells = |text: &str| told.iter().any(|told| told.contains(text));
    let allowed = program.settings.allowed;
    let is_single = attempt.faults.len() < 2;
    // What was interrupted twice need not clean up.
    let may_clean_up = is_single || outcome.status != 130;
    if attempt.faults.iter().any(|(wait, _)| faults.waits() <= *wait) && !program.uses_network() {
        found.push(format!("it waits {} times, and did more often before", faults.waits()));
    }
    if tells("Resource limit exceeded") {
        found.push("it runs on and on".to_owned());
    }
    if tells("Deadlock: ") && is_single && !allowed.deadlock {
        found.push("fibers wait for each other".to_owned());
    }
    if faults.has_raised() && !tells(INJECTED) && is_single && !allowed.silence {
        found.push("the error is lost".to_owned());
    }
    // An operation goes on whose fiber does not wait for it, since the wait failed.
    let operations = if faults.has_raised() { outcome.unfinished.operations } else { 0 };
    if may_clean_up && outcome.unfinished != (Unfinished { operations, ..Unfinished::default() }) {
        found.push(format!("{} left", outcome.unfinished));
    }
    found.extend(outcome.stdout.lines().filter(|line| line.starts_with("leak")).map(str::to_owned));
    if may_clean_up {
        found.extend(unpaired(&outcome.stdout, attempt.panics()));
    }
    found
}

/// All that a run tells people.
fn told(outcome: &Outcome) -> Vec<&str> {
    let mut texts = vec![outcome.stdout.as_str(), outcome.stderr.as_str()];
    let mut open: Vec<&Report> = outcome.reports.iter().collect();
    while let Some(report) = open.pop() {
        texts.push(&report.message);
        texts.extend(report.notes.iter().map(String::as_str));
        open.extend(report.cause.as_deref());
    }
    texts
}

/// What was opened and not closed, or closed more often than opened.
fn unpaired(stdout: &str, has_panicked: bool) -> Vec<String> {
    let mut open: BTreeMap<&str, i64> = BTreeMap::new();
    for line in stdout.lines() {
        match line.split_once(' ') {
            Some(("open", name)) => *open.entry(name).or_default() += 1,
            Some(("close", name)) => *open.entry(name).or_default() -= 1,
            _ => {}
        }
    }
    open.retain(|name, count| *count != 0 && !(has_panicked && name.starts_with("isolate")));
    open.into_iter()
        .map(|(name, count)| format!("{name} was opened {count} times more than closed"))
        .collect()
}
