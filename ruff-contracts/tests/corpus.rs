//! Runs the programs below `corpus/`, one test each, named as the program is.
//!
//! Programs with fibers also run in other orders than the usual one: `RUFF_SCHEDULE_SEEDS=1000` says in how many, and
//! `RUFF_REPEAT=200` how often they run in the usual one. `docs/reliability.md` tells what came of that.
#![expect(
    clippy::disallowed_methods,
    reason = "no program of Ruff's reads variables and files, the test does"
)]

use std::process::ExitCode;
use std::{env, fs};

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use ruff_contracts::corpus::{Folder, Program, Proof, Repetitions, Rows, coverage, folders};
use ruff_contracts::workspace;

/// Rows of the conformance checklist that are one file each.
const SINGLE_FILE_ROWS: std::ops::RangeInclusive<u32> = 1..=299;

/// Rows that are several files each. Those after them need the test runner.
const MULTI_FILE_ROWS: std::ops::RangeInclusive<u32> = 300..=316;

/// Where programs with fibers are.
const CONCURRENT: [&str; 4] = ["async/", "contracts/", "isolates/", "natives/http/"];

/// In how many orders they run besides the usual one.
const SEEDS: u64 = 2;

/// Where tests in Rust prove contracts.
const TESTS: [&str; 2] = ["ruff-contracts/tests", "ruff-cli/tests/cli"];

fn main() -> ExitCode {
    let root = workspace().join("corpus");
    match folders(&root) {
        Ok(found) => {
            let contracts = [
                checklist("single_file_rows", SINGLE_FILE_ROWS, &found),
                checklist("multi_file_rows", MULTI_FILE_ROWS, &found),
                every_row_has_a_contract(&found),
            ];
            let often =
                Repetitions { times: number("RUFF_REPEAT", 1), seeds: number("RUFF_SCHEDULE_SEEDS", SEEDS) };
            let trials = found.into_iter().map(|folder| trial(folder, often)).chain(contracts).collect();
            libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
        }
        Err(error) => {
            eprintln!("cannot read {}: {error}", root.display());
            ExitCode::FAILURE
        }
    }
}

fn number(name: &str, usual: u64) -> u64 {
    env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// The test of one program; ignored with the reason while the feature it needs is missing.
fn trial(folder: Folder, often: Repetitions) -> Trial {
    let is_concurrent = CONCURRENT.iter().any(|area| folder.name.starts_with(area));
    let repetitions = if is_concurrent { often } else { Repetitions::ONCE };
    Trial::ignorable_test(folder.name.clone(), move || {
        let needs = Program::read(&folder, None).ok().and_then(|program| program.settings.needs);
        if let Some(feature) = needs {
            return Ok(Completion::ignored_with(format!("needs {feature}")));
        }
        let checked = repetitions.check(&folder);
        checked.map_err(|failure| Failed::from(indent(&folder.name, &failure.to_string())))?;
        Ok(Completion::Completed)
    })
}

fn checklist(name: &str, rows: std::ops::RangeInclusive<u32>, found: &[Folder]) -> Trial {
    let coverage = coverage(found, rows);
    Trial::test(format!("checklist::{name}"), move || {
        if coverage.is_complete() { Ok(()) } else { Err(Failed::from(coverage.to_string())) }
    })
}

fn every_row_has_a_contract(found: &[Folder]) -> Trial {
    let mut proofs = Proof::of_programs(found);
    Trial::test("rows::every_row_has_a_contract", move || {
        let rows = Rows::parse(&fs::read_to_string(workspace().join("corpus/rows.toml"))?)?;
        for directory in TESTS {
            proofs.extend(Proof::of_tests(&workspace().join(directory))?);
        }
        let problems = rows.problems(&proofs);
        if problems.is_empty() { Ok(()) } else { Err(Failed::from(problems.join("\n"))) }
    })
}

fn indent(name: &str, text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("    {line}")).collect();
    format!("corpus/{name}\n{}", lines.join("\n"))
}
