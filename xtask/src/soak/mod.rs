//! `cargo xtask soak`: runs a program that starts, cancels, times out, sends and receives for minutes, and tells whether
//! what it keeps in memory stays the same.

use std::fmt;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};

use crate::cargo::cargo;
use crate::metadata::Metadata;

const PROGRAM: &str = "xtask/src/soak/soak.ruff";

/// How long the program may take for getting as large as it is from then on.
const WARM_UP: Duration = Duration::from_secs(60);

/// How far a row of the table may be from the middle of all, in hundredths.
const TOLERANCE: f64 = 2.0;

/// Rows of the table.
const ROWS: usize = 20;

/// How long to run.
pub(crate) struct Options {
    seconds: u64,
}

impl Options {
    /// Reads `--minutes M`; ten if nothing is said.
    pub(crate) fn parse(words: &[&str]) -> anyhow::Result<Options> {
        let seconds = match words {
            [] => 600,
            ["--minutes", minutes] => {
                let minutes: u64 =
                    minutes.parse().with_context(|| format!("no number of minutes: {minutes}"))?;
                minutes * 60
            }
            _ => bail!("soak takes --minutes M"),
        };
        ensure!(
            Duration::from_secs(seconds) > WARM_UP,
            "the first minute is not looked at: it takes two at least"
        );
        Ok(Options { seconds })
    }
}

/// Runs the program and prints what it needed. Answers whether that stayed the same.
pub(crate) fn run(options: &Options, root: &Path) -> anyhow::Result<bool> {
    let build = cargo(&["build", "--release", "--locked", "--quiet", "--package", "ruff-cli"]);
    let built = { build }.current_dir(root).status().context("cargo build")?;
    ensure!(built.success(), "ruff-cli does not build");
    let ruff = Metadata::read(root)?.target_directory.join("release/ruff");
    let mut program = std::process::Command::new(&ruff)
        .args(["run", PROGRAM, &options.seconds.to_string()])
        .current_dir(root)
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| ruff.display().to_string())?;
    let samples = sample(&mut program)?;
    let output = program.wait_with_output().context("the program")?;
    ensure!(output.status.success(), "the program failed: {}", output.status);
    let table = Table::of(&samples, WARM_UP.as_secs() as usize);
    print!("{table}");
    println!("{}", String::from_utf8_lossy(&output.stdout).trim_end());
    Ok(table.is_flat())
}

/// Kibibytes in memory, each second as long as the program runs.
fn sample(program: &mut Child) -> anyhow::Result<Vec<u64>> {
    let status = format!("/proc/{}/status", program.id());
    let began = Instant::now();
    let mut samples = Vec::new();
    while program.try_wait()?.is_none() {
        let text = std::fs::read_to_string(&status).with_context(|| status.clone())?;
        samples.extend(resident(&text));
        let next = Duration::from_secs(samples.len() as u64 + 1);
        std::thread::sleep(next.saturating_sub(began.elapsed()));
    }
    Ok(samples)
}

/// What the kernel says is in memory of a process, which may be about to end.
fn resident(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

/// Samples in rows of as many seconds each.
struct Table {
    rows: Vec<Row>,
    /// In the middle of all samples after the warm-up.
    middle: u64,
}

struct Row {
    from: usize,
    least: u64,
    middle: u64,
    most: u64,
    is_warm_up: bool,
}

impl Table {
    fn of(samples: &[u64], warm_up: usize) -> Table {
        let (before, after) = samples.split_at(warm_up.min(samples.len()));
        let length = after.len().div_ceil(ROWS).max(1);
        let starts = (warm_up..).step_by(length);
        let mut rows = vec![Row::of(0, before, true)];
        rows.extend(starts.zip(after.chunks(length)).map(|(from, part)| Row::of(from, part, false)));
        Table { rows, middle: middle(after) }
    }

    /// Hundredths of the middle of all that a row is away from it.
    fn off(&self, row: &Row) -> f64 {
        let whole = self.middle.max(1) as f64;
        (row.middle as f64 - whole) / whole * 100.0
    }

    fn is_flat(&self) -> bool {
        let measured = self.rows.iter().filter(|row| !row.is_warm_up);
        self.middle > 0 && measured.map(|row| self.off(row).abs()).all(|off| off <= TOLERANCE)
    }
}

impl Row {
    fn of(from: usize, samples: &[u64], is_warm_up: bool) -> Row {
        let least = samples.iter().copied().min().unwrap_or_default();
        let most = samples.iter().copied().max().unwrap_or_default();
        Row { from, least, middle: middle(samples), most, is_warm_up }
    }
}

fn middle(samples: &[u64]) -> u64 {
    let mut sorted = samples.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| from second | least KiB | median KiB | most KiB | off |\n|---:|---:|---:|---:|---:|")?;
        for row in &self.rows {
            let Row { from, least, middle, most, is_warm_up } = row;
            let off = if *is_warm_up { "warm-up".to_owned() } else { format!("{:+.2} %", self.off(row)) };
            writeln!(f, "| {from} | {least} | {middle} | {most} | {off} |")?;
        }
        let verdict = if self.is_flat() { "flat" } else { "not flat" };
        writeln!(f, "\n{verdict}: median {} KiB, ± {TOLERANCE} % allowed", self.middle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_grows_is_not_flat() {
        let growing: Vec<u64> = (0..600).map(|second| 10_000 + second * 2).collect();
        assert!(!Table::of(&growing, 60).is_flat());
        let late: Vec<u64> = (0..600).map(|second| if second < 50 { second } else { 10_000 }).collect();
        assert!(Table::of(&late, 60).is_flat());
    }

    #[test]
    fn nothing_is_not_flat() {
        assert!(!Table::of(&[], 60).is_flat());
    }

    #[test]
    fn the_kernel_counts_in_kibibytes() {
        assert_eq!(resident("Name:\truff\nVmRSS:\t    5123 kB\nThreads:\t3\n"), Some(5123));
        assert_eq!(resident("State:\tZ (zombie)\n"), None);
    }
}
