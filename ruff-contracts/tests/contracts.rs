//! The contract of every builtin: its shape as the prober finds it, one snapshot each.
//!
//! A change of a builtin's name, arguments, messages or results shows as a difference in its snapshot and in no other.
//! `INSTA_UPDATE=always cargo test -p ruff-contracts --test contracts` writes them anew; read them before you keep
//! them.

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use ruff_contracts::completeness::snapshot_mismatches;
use ruff_contracts::prober::probe;
use ruff_contracts::specification::{Coverage, Entry, entries};
use ruff_contracts::workspace;
use ruff_runtime::native::NativeDef;

/// Where the snapshots of builtins lie, from the directory of this file.
const SNAPSHOTS: &str = "snapshots/natives";

/// How many calls a builtin is tried with, on average, at the least.
const AVERAGE: usize = 25;

fn main() -> ExitCode {
    match entries() {
        Ok(entries) => run(entries),
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(entries: Vec<Entry>) -> ExitCode {
    let probes = Arc::new(AtomicUsize::new(0));
    let mut trials: Vec<Trial> = natives().map(|def| shape(def, probes.clone())).collect();
    let count = trials.len();
    trials.push(Trial::test("every_snapshot_has_its_builtin", stale_and_missing));
    let coverage = Coverage::new(&ruff_natives::test_registry(), &entries);
    let missing: Arc<BTreeSet<String>> =
        Arc::new(coverage.chapters.iter().flat_map(|chapter| &chapter.missing).cloned().collect());
    let with_example = entries.into_iter().filter(|entry| entry.example.is_some());
    trials.extend(with_example.map(|entry| example(entry, missing.clone())));
    // Progress shows as a difference of this snapshot.
    trials.push(Trial::test("coverage", move || {
        assert_snapshot("snapshots", "coverage", &coverage.to_string());
        Ok(())
    }));
    let conclusion = libtest_mimic::run(&Arguments::from_args(), trials);
    let probes = probes.load(Ordering::Relaxed);
    if conclusion.num_filtered_out > 0 {
        return conclusion.exit_code();
    }
    eprintln!("{probes} calls for {count} builtins");
    if probes < count * AVERAGE { ExitCode::FAILURE } else { conclusion.exit_code() }
}

/// The builtins that programs can name.
fn natives() -> impl Iterator<Item = &'static NativeDef> {
    ruff_natives::test_registry().iter().filter(|def| !def.is_hidden())
}

fn shape(def: &'static NativeDef, probes: Arc<AtomicUsize>) -> Trial {
    Trial::test(format!("natives::{}::{}", def.family, def.name), move || {
        let page = probe(&ruff_natives::test_registry(), def);
        probes.fetch_add(page.probes, Ordering::Relaxed);
        assert_snapshot(&format!("{SNAPSHOTS}/{}", def.family), def.name, &page.text);
        if page.faults.is_empty() { Ok(()) } else { Err(Failed::from(page.faults.join("\n"))) }
    })
}

/// Compares `text` with the snapshot `name`, and panics if it differs.
fn assert_snapshot(directory: &str, name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(directory);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// Every snapshot has a builtin, and every builtin a snapshot.
fn stale_and_missing() -> Result<(), Failed> {
    let directory = workspace().join("ruff-contracts/tests").join(SNAPSHOTS);
    let problems = snapshot_mismatches(&directory, natives())?;
    if problems.is_empty() { Ok(()) } else { Err(Failed::from(problems.join("; "))) }
}

/// The specification's example of a builtin; ignored while a builtin that it uses is missing.
fn example(entry: Entry, missing: Arc<BTreeSet<String>>) -> Trial {
    Trial::ignorable_test(format!("example::{}", entry.name), move || {
        if let Some(name) = entry.uses().find(|name| missing.contains(*name)) {
            return Ok(Completion::ignored_with(format!("there is no {name} yet")));
        }
        entry.check_example().map_err(Failed::from)?;
        Ok(Completion::Completed)
    })
}
