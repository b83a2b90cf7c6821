//! Tasks of the workspace, run as `cargo xtask TASK`.
//!
//! `tidy` checks the house rules that neither rustc nor clippy knows, `ci` runs every gate in order. `coverage` and
//! `docs` need the builtins, and are tasks of `ruff-contracts` for which this is the way in. Start reading at
//! [`tidy::run`].
#![forbid(unsafe_code)]
#![expect(
    clippy::disallowed_methods,
    reason = "tasks read the tree and run cargo; no program of Ruff's runs here"
)]

mod gates;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo xtask TASK

Tasks:
  tidy                check the house rules; every finding names its place and what to do
  coverage [--json]   compare the builtins with the specification's registries
  docs [--check]      write the reference of the builtins, or tell whether it is current
  ci                  run all gates in order: format, lints, house rules, reference, tests";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["tidy"] => report(tidy::run(&root())),
        ["coverage" | "docs", ..] => report(gates::contracts(&root(), &words)),
        ["ci"] => report(gates::run(&root())),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}

/// The directory of the workspace, wherever the task was started.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Turns a task's answer, whether all is well, into the exit status.
fn report(result: anyhow::Result<bool>) -> ExitCode {
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
