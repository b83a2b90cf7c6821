//! What is seen on standard error while gates run.

use std::cell::Cell;
use std::fs::File;
use std::io::{IsTerminal as _, Read as _, Seek as _, SeekFrom, Write as _};
use std::time::{Duration, Instant};

use super::gate::{Outcome, Verdict};

/// How many of the last lines of a gate that failed are shown.
const LAST_LINES: usize = 40;

/// How often the line of the running gate changes.
const TURN: Duration = Duration::from_millis(200);

/// How much of what a command wrote last is looked at for its last line.
const TAIL: u64 = 512;

/// Shows which gate runs. A terminal gets one line that changes; what else reads along gets a line when a gate starts
/// and one when it ends.
pub(crate) struct Progress {
    terminal: Option<usize>,
    count: usize,
    running: Cell<Running>,
}

#[derive(Clone, Copy)]
struct Running {
    gate: &'static str,
    number: usize,
    since: Instant,
    shown: Instant,
}

impl Progress {
    /// Over `count` gates.
    pub(crate) fn new(count: usize) -> Progress {
        let stderr = std::io::stderr();
        let width = || terminal_size::terminal_size_of(&stderr).map_or(80, |(width, _)| usize::from(width.0));
        let now = Instant::now();
        let running = Cell::new(Running { gate: "", number: 0, since: now, shown: now });
        Progress { terminal: stderr.is_terminal().then(width), count, running }
    }

    /// The gate that runs.
    pub(crate) fn gate(&self) -> &'static str {
        self.running.get().gate
    }

    /// The next gate starts.
    pub(crate) fn start(&self, gate: &'static str) {
        let now = Instant::now();
        self.running.set(Running { gate, number: self.running.get().number + 1, since: now, shown: now });
        if self.terminal.is_some() { self.rewrite("") } else { eprintln!("{}", self.place()) }
    }

    /// The gate still runs, and has written this far.
    pub(crate) fn tick(&self, written: &mut File) {
        let mut running = self.running.get();
        if self.terminal.is_some() && running.shown.elapsed() >= TURN {
            running.shown = Instant::now();
            self.running.set(running);
            self.rewrite(&last_line(written).unwrap_or_default());
        }
    }

    /// The gate has ended. One that failed shows the last of what its commands wrote that `failed`.
    pub(crate) fn end(&self, outcome: &Outcome, failed: &str) {
        let word = match outcome.verdict {
            Verdict::Passed(_) => "passed",
            Verdict::Failed(_) => "FAILED",
            Verdict::Skipped(_) => "skipped",
        };
        if self.terminal.is_some() {
            eprint!("\r\x1b[2K");
        }
        eprintln!("{} {word}, {:.1} s", self.place(), outcome.seconds);
        if matches!(outcome.verdict, Verdict::Failed(_)) {
            let lines: Vec<&str> = failed.lines().collect();
            for line in &lines[lines.len().saturating_sub(LAST_LINES)..] {
                eprintln!("    {line}");
            }
        }
    }

    fn place(&self) -> String {
        let Running { gate, number, .. } = self.running.get();
        format!("[{number:>2}/{}] {gate}", self.count)
    }

    fn rewrite(&self, doing: &str) {
        let seconds = self.running.get().since.elapsed().as_secs();
        let line: String = format!("{} {seconds} s  {doing}", self.place())
            .chars()
            .filter(|ch| !ch.is_control())
            .take(self.terminal.map_or(0, |width| width.saturating_sub(1)))
            .collect();
        let mut stderr = std::io::stderr();
        // Nobody needs to know that progress could not be shown.
        let _ = write!(stderr, "\r\x1b[2K{line}").and_then(|()| stderr.flush());
    }
}

/// The last line that was written.
fn last_line(written: &mut File) -> std::io::Result<String> {
    let length = written.metadata()?.len();
    written.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    let mut bytes = Vec::new();
    written.read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(text.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or("").to_owned())
}
