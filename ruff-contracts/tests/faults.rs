//! Runs the programs below `corpus/faults/` with everything going wrong that can, wherever they wait; a test each.
//!
//! `RUFF_SCHEDULE_SEEDS=10` says in how many other orders of fibers, and `RUFF_SECOND_FAULT=5` lets one more thing go wrong
//! up to so many waits later.
#![expect(clippy::disallowed_methods, reason = "no program of Ruff's reads variables, the test does")]

use std::process::ExitCode;
use std::{env, panic};

use libtest_mimic::{Arguments, Failed, Trial};
use ruff_contracts::corpus::{Folder, Mistake, Program, folders};
use ruff_contracts::faults::{Effort, Finding, INJECTED, check};
use ruff_contracts::workspace;

/// How many programs there are at least.
const PROGRAMS: usize = 40;

/// How many runs of a program a failure shows.
const SHOWN: usize = 5;

fn main() -> ExitCode {
    silence_injected_panics();
    let root = workspace().join("corpus");
    match folders(&root) {
        Ok(mut found) => {
            found.retain(|folder| folder.area() == "faults");
            let count = found.len();
            let enough = Trial::test("there_are_enough_programs", move || {
                if count >= PROGRAMS { Ok(()) } else { Err(format!("{count} of {PROGRAMS} programs").into()) }
            });
            let effort = Effort {
                seeds: number("RUFF_SCHEDULE_SEEDS", 1),
                second_within: number("RUFF_SECOND_FAULT", 0),
            };
            let trials = found.into_iter().map(|folder| trial(folder, effort)).chain([enough]).collect();
            libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
        }
        Err(error) => {
            eprintln!("cannot read {}: {error}", root.display());
            ExitCode::FAILURE
        }
    }
}

/// Panics that are meant need no backtrace.
fn silence_injected_panics() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if info.payload_as_str() != Some(INJECTED) {
            usual(info);
        }
    }));
}

fn number(name: &str, usual: u64) -> u64 {
    env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

fn trial(folder: Folder, effort: Effort) -> Trial {
    Trial::test(folder.name.clone(), move || {
        let program =
            Program::read(&folder, None).map_err(|mistakes| Failed::from(Mistake::list(&mistakes)))?;
        let verdict = check(&program, effort);
        if verdict.waits == 0 {
            return Err(Failed::from("it never waits"));
        }
        if verdict.findings.is_empty() {
            return Ok(());
        }
        let shown: Vec<String> = verdict.findings.iter().take(SHOWN).map(Finding::to_string).collect();
        let (count, runs) = (verdict.findings.len(), verdict.runs);
        Err(Failed::from(format!("{count} of {runs} runs\n{}", shown.join("\n"))))
    })
}
