//! Random calls of every builtin. `RUFF_FUZZ_CASES=1000000 cargo test --release -p ruff-contracts --test fuzz` makes more
//! of them and larger ones, `RUFF_FUZZ_SEED=7` others.
//!
//! Calls run in processes of their own, which may have little memory: whoever takes more without asking whether it is
//! there ends the process, and so does whoever needs too much of the stack.
#![expect(
    clippy::disallowed_methods,
    reason = "no program of Ruff's reads variables and starts processes, the test does"
)]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot run fails")]

use std::collections::BTreeMap;
use std::env;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::{self, Builder};
use std::time::Duration;

use libtest_mimic::{Arguments, Failed, Trial};
use proptest::test_runner::{TestCaseError, TestError};
use ruff_contracts::fuzz::{BUDGET, Sizes, calls, run_case, runner};

/// How many calls an ordinary run makes.
const CASES: u64 = 4_000;

/// Nothing hangs longer. Most calls take a fraction of a millisecond; some make a text as long as texts may be.
const PATIENCE: Duration = Duration::from_secs(30);

/// Stack of the thread that runs calls. The engine must not need more.
const STACK_BYTES: usize = 1 << 20;

/// Which of the processes this is.
const PART: &str = "RUFF_FUZZ_PART";

fn main() -> ExitCode {
    match number(PART) {
        Some(part) => run_part(part),
        None => {
            let trial = Trial::test("no_arguments_harm_a_builtin", no_arguments_harm_a_builtin);
            libtest_mimic::run(&Arguments::from_args(), vec![trial]).exit_code()
        }
    }
}

fn number(name: &str) -> Option<u64> {
    env::var(name).ok()?.parse().ok()
}

fn parts() -> u64 {
    thread::available_parallelism().map_or(1, |count| count.get() as u64)
}

fn no_arguments_harm_a_builtin() -> Result<(), Failed> {
    let parts: Vec<Part> = (0..parts()).map(Part::start).collect();
    let mut endings: BTreeMap<String, u64> = BTreeMap::new();
    for part in parts {
        for (ending, count) in part.wait()? {
            *endings.entry(ending).or_default() += count;
        }
    }
    let all: u64 = endings.values().sum();
    eprintln!("{all} calls: {endings:?}");
    // Most arguments are of kinds that the builtin takes: bodies run, not only checks.
    let values = endings.get("value").copied().unwrap_or_default();
    if values * 2 > all { Ok(()) } else { Err(format!("only {values} of {all} calls gave a value").into()) }
}

/// A process that makes its share of the calls, and the lines that it writes: `> CALL` before each call, `= COUNT ENDING`
/// at the end, `! WHAT` if something is wrong.
struct Part {
    process: Child,
    lines: Receiver<String>,
}

impl Part {
    fn start(part: u64) -> Part {
        let program = env::current_exe().expect("a test knows its program");
        let mut command = if cfg!(unix) {
            let mut shell = Command::new("sh");
            // Systems without such a limit run without it.
            shell.args(["-c", "ulimit -v \"$1\" 2> /dev/null; exec \"$0\""]);
            shell.arg(program).arg((BUDGET >> 10).to_string());
            shell
        } else {
            Command::new(program)
        };
        let mut process = command
            .env(PART, part.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a process can be started");
        let output = BufReader::new(process.stdout.take().expect("the output is piped"));
        let (sender, lines) = channel();
        // It ends when the process does, or nobody listens any more.
        thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Part { process, lines }
    }

    /// How often each ending came, if nothing is wrong.
    fn wait(mut self) -> Result<Vec<(String, u64)>, Failed> {
        let (mut call, mut endings) = (String::new(), Vec::new());
        loop {
            let line = match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => line,
                Err(RecvTimeoutError::Timeout) => return Err(format!("hangs: {call}").into()),
                Err(RecvTimeoutError::Disconnected) => break,
            };
            match line.split_at(2) {
                ("> ", text) => text.clone_into(&mut call),
                ("! ", text) => return Err(text.into()),
                (_, text) => {
                    let (count, ending) = text.split_once(' ').ok_or("the process writes something else")?;
                    endings.push((ending.to_owned(), count.parse()?));
                }
            }
        }
        let status = self.process.wait()?;
        if status.success() { Ok(endings) } else { Err(format!("{status}: {call}").into()) }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What a process does.
fn run_part(part: u64) -> ExitCode {
    let long_run = number("RUFF_FUZZ_CASES");
    let sizes = if long_run.is_some() { Sizes::All } else { Sizes::Moderate };
    let cases = long_run.unwrap_or(CASES).div_ceil(parts());
    let seed = number("RUFF_FUZZ_SEED").unwrap_or_default().wrapping_add(part);
    if cfg!(target_os = "linux") {
        assert!(
            Vec::<u8>::new().try_reserve_exact(BUDGET).is_err(),
            "the process may have more memory than it should"
        );
    }
    let run = move || {
        let mut endings: BTreeMap<String, u64> = BTreeMap::new();
        let mut runner = runner(u32::try_from(cases).unwrap(), seed);
        let counts = std::cell::RefCell::new(&mut endings);
        let registry = ruff_natives::registry();
        let all = calls(registry.iter().filter(|def| !def.is_hidden()), sizes);
        let result = runner.run(&all, |call| {
            println!("> {call}");
            let ending = run_case(&call).map_err(|fault| TestCaseError::fail(fault.to_string()))?;
            *counts.borrow_mut().entry(ending.to_string()).or_default() += 1;
            Ok(())
        });
        match result {
            Ok(()) => endings.iter().for_each(|(ending, count)| println!("= {count} {ending}")),
            Err(TestError::Fail(reason, call)) => println!("! {reason}: {call}"),
            Err(TestError::Abort(reason)) => println!("! {reason}"),
        }
    };
    let thread = Builder::new().stack_size(STACK_BYTES).spawn(run).expect("the machine has a thread left");
    thread.join().map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS)
}
