//! Random calls of every builtin. `RUFF_FUZZ_CASES=1000000 cargo test --release -p ruff-contracts --test fuzz` makes
//! more of them, `RUFF_FUZZ_FIRST=NUMBER RUFF_FUZZ_CASES=1` repeats one.
#![expect(clippy::disallowed_methods, reason = "no program reads these variables, the test does")]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot run fails")]

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::Builder;
use std::time::Duration;

use ruff_contracts::fuzz::{Case, Ending, run_case};
use ruff_runtime::native::NativeDef;

/// How many calls an ordinary run makes.
const CASES: u64 = 4_000;

/// Nothing hangs longer. A case takes less than a millisecond, on a busy machine some of them.
const PATIENCE: Duration = Duration::from_secs(30);

/// Stack of the threads that run cases. The engine must not need more.
const STACK_BYTES: usize = 1 << 20;

/// How often each ending was seen, by its name.
type Endings = BTreeMap<String, u64>;

/// What a thread tells: that it goes on, what is wrong, or how its cases ended.
enum News {
    GoesOn,
    Wrong(String),
    Done(Endings),
}

#[test]
fn no_arguments_harm_a_builtin() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let first = number("RUFF_FUZZ_FIRST").unwrap_or(0);
    let end = first + number("RUFF_FUZZ_CASES").unwrap_or(CASES);
    let threads = std::thread::available_parallelism().map_or(1, |count| count.get() as u64);
    let workers: Vec<Worker> =
        (0..threads).map(|thread| Worker::start((first + thread..end).step_by(threads as usize))).collect();
    let mut endings = Endings::new();
    for worker in workers {
        for (ending, count) in worker.wait() {
            *endings.entry(ending).or_default() += count;
        }
    }
    eprintln!("{} cases: {endings:?}", end - first);
    // Most arguments are of kinds that the builtin takes: bodies run, not only checks.
    let values = endings.get("value").copied().unwrap_or(0);
    assert!(end - first < CASES || values * 2 > end - first, "only {values} calls came to an end");
}

/// A thread that runs cases.
struct Worker {
    news: Receiver<News>,
    /// What it runs right now.
    case: Arc<Mutex<String>>,
}

impl Worker {
    fn start(numbers: impl Iterator<Item = u64> + Send + 'static) -> Worker {
        let (sender, news) = channel();
        let case = Arc::new(Mutex::new(String::new()));
        let current = case.clone();
        let work = move || {
            // Whoever listens has given up if nobody does.
            let _ = sender.send(run_all(numbers, &current, &sender));
        };
        Builder::new().stack_size(STACK_BYTES).spawn(work).expect("the machine has a thread left");
        Worker { news, case }
    }

    fn wait(self) -> Endings {
        loop {
            match self.news.recv_timeout(PATIENCE) {
                Ok(News::GoesOn) => {}
                Ok(News::Done(endings)) => return endings,
                Ok(News::Wrong(fault)) => panic!("{fault}"),
                Err(RecvTimeoutError::Timeout) => panic!("hangs: {}", self.case.lock().unwrap()),
                Err(RecvTimeoutError::Disconnected) => panic!("ended: {}", self.case.lock().unwrap()),
            }
        }
    }
}

fn run_all(numbers: impl Iterator<Item = u64>, current: &Mutex<String>, news: &Sender<News>) -> News {
    let registry = ruff_natives::registry();
    let natives: Vec<&'static NativeDef> = registry.iter().collect();
    let mut endings = Endings::new();
    for number in numbers {
        let case = Case::new(&natives, number);
        *current.lock().unwrap() = case.to_string();
        let ending = match run_case(&case) {
            Ok(Ending::Value) => "value".to_owned(),
            Ok(Ending::Error(code)) => code.to_string(),
            Ok(Ending::Ended) => "ended".to_owned(),
            Err(fault) => return News::Wrong(format!("{fault}\n{case}")),
        };
        *endings.entry(ending).or_default() += 1;
        let _ = news.send(News::GoesOn);
    }
    News::Done(endings)
}
