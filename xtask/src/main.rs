//! Tasks of the workspace, run as `cargo xtask TASK`.
//!
//! `tidy` checks the house rules that neither rustc nor clippy knows. `release-check` runs every gate of a release, and
//! so does `.ci/run`. `soak` takes minutes, and is no part of it. `coverage` and `docs` need the builtins, and are tasks of `ruff-contracts` for which this is the
//! way in. Start reading at [`tidy::run`] or [`release::check`].
#![forbid(unsafe_code)]
#![expect(
    clippy::disallowed_methods,
    reason = "tasks read the tree and run cargo; no program of Ruff's runs here"
)]

mod cargo;
mod gates;
mod metadata;
mod release;
mod soak;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;

use cargo::cargo;
use gates::GATES;
use release::Options;

const USAGE: &str = "\
Usage: cargo xtask TASK

Tasks:
  tidy                check the house rules; every finding names its place and what to do
  coverage [--json]   compare the builtins with the specification's registries
  docs [--check]      write the reference of the builtins, or tell whether it is current
  soak [--minutes M]  run a program with fibers and isolates for ten minutes, and tell whether its memory stays the same
  release-check [--json] [--list] [--only GATE]... [--root DIRECTORY]
                      run the gates of a release, or those that are named, and tell what to mend;
                      --list tells what gates there are, --json is for tools, --root looks at another tree";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["tidy"] => report(tidy::run(&root())),
        ["coverage" | "docs", ..] => report(contracts(&root(), &words)),
        ["release-check", ref words @ ..] => match Options::parse(words, &GATES) {
            Ok(options) => report(release::check(&options, &GATES, &root())),
            Err(error) => {
                eprintln!("xtask: {error}");
                ExitCode::from(2)
            }
        },
        ["soak", ref words @ ..] => {
            report(soak::Options::parse(words).and_then(|options| soak::run(&options, &root())))
        }
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

/// Runs a task of `ruff-contracts`, which knows the builtins, and tells whether it succeeded.
fn contracts(root: &Path, task: &[&str]) -> anyhow::Result<bool> {
    let run = ["run", "--locked", "--quiet", "--package", "ruff-contracts", "--"];
    let status = cargo(&run).args(task).current_dir(root).status().context("cargo run")?;
    Ok(status.success())
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
