//! The gates a change must pass, in the order that fails soonest.
//!
//! Every gate runs even when an earlier one failed, so that one run tells everything there is to mend.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Context as _;

const FORMAT: &[&str] = &["fmt", "--all", "--check"];
const LINTS: &[&str] = &["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"];
const TESTS: &[&str] = &["test", "--locked", "--workspace", "--no-fail-fast"];

/// Runs all gates over the workspace at `root` and tells whether every one passed.
pub(crate) fn run(root: &Path) -> anyhow::Result<bool> {
    let outcomes = [
        time("format", || cargo(root, FORMAT))?,
        time("lints", || cargo(root, LINTS))?,
        time("tidy", || crate::tidy::run(root))?,
        time("reference", || contracts(root, &["docs", "--check"]))?,
        time("tests", || cargo(root, TESTS))?,
    ];
    println!();
    for outcome in &outcomes {
        println!("{outcome}");
    }
    Ok(outcomes.iter().all(|outcome| outcome.passed))
}

/// Runs a task of `ruff-contracts`, which knows the builtins.
pub(crate) fn contracts(root: &Path, task: &[&str]) -> anyhow::Result<bool> {
    let run = ["run", "--locked", "--quiet", "--package", "ruff-contracts", "--"];
    cargo(root, &[&run, task].concat())
}

struct Outcome {
    name: &'static str,
    passed: bool,
    took: Duration,
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let verdict = if self.passed { "passed" } else { "FAILED" };
        write!(f, "{:<9} {verdict} {:>7.1} s", self.name, self.took.as_secs_f64())
    }
}

fn time(name: &'static str, gate: impl FnOnce() -> anyhow::Result<bool>) -> anyhow::Result<Outcome> {
    println!("== {name}");
    let start = Instant::now();
    let passed = gate().with_context(|| format!("the {name} gate could not run"))?;
    Ok(Outcome { name, passed, took: start.elapsed() })
}

/// Runs `cargo` with `arguments` in `root` and tells whether it succeeded.
fn cargo(root: &Path, arguments: &[&str]) -> anyhow::Result<bool> {
    // Cargo tells its subcommands which cargo they run under; a task started by hand takes the one on the path.
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(program)
        .args(arguments)
        .current_dir(root)
        .status()
        .with_context(|| format!("cargo {}", arguments.join(" ")))?;
    Ok(status.success())
}

#[cfg(test)]
mod tests {
    use super::{FORMAT, cargo, time};
    use crate::tidy::Scratch;

    fn workspace(source: &str) -> Scratch {
        Scratch::with(&[
            ("Cargo.toml", "[package]\nname = \"one\"\nedition = \"2024\"\n\n[workspace]\n"),
            ("src/lib.rs", source),
        ])
    }

    #[test]
    fn a_gate_passes_and_fails_with_its_command() {
        assert!(cargo(workspace("//! One.\n").path(), FORMAT).unwrap());
        assert!(!cargo(workspace("//! One.\nfn  a ( ) { }\n").path(), FORMAT).unwrap());
    }

    #[test]
    fn the_outcome_names_the_gate_and_says_how_it_ended() {
        let tree = workspace("//! One.\n");
        let outcome = time("unknown", || cargo(tree.path(), &["no-such-subcommand"])).unwrap();
        assert!(outcome.to_string().starts_with("unknown   FAILED"), "{outcome}");
    }
}
