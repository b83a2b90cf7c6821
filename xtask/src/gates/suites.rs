//! The tests, told apart by what they prove.
//!
//! Every test belongs to one gate. Most crates have [`TESTS`]; the tests of `ruff-contracts` are shared out by the
//! programs they are in, and those of its program `documents` by their names.

use super::{snapshots, suite};
use crate::release::{Finished, Gate, Run, Verdict};

/// The crate with the tests of what users see.
const CRATE: &str = "ruff-contracts";

/// Test programs of that crate that are not for [`CONTRACTS`].
const OTHERS: [&str; 2] = ["corpus", "documents"];

/// How the tests of manual pages are named in `documents`.
pub(super) const MANUAL: &str = "natives::";

/// How those of examples are named; what is neither is a page.
pub(super) const EXAMPLES: &str = "examples/";

pub(super) const TESTS: Gate = Gate {
    name: "tests",
    proves: "the tests of every crate pass, but for those that have a gate of their own",
    fix: "`cargo test -p CRATE NAME` runs one; a snapshot that is meant to change is accepted with INSTA_UPDATE=always",
    check: tests,
};

pub(super) const CONTRACTS: Gate = Gate {
    name: "contracts",
    proves: "every builtin has its shape contract and keeps it, every kind of handle its life cycle, every manual page \
             its example; no snapshot is pending, and none is left that no test refers to",
    fix: "`cargo test -p ruff-contracts` shows more; read a changed snapshot, then accept it with INSTA_UPDATE=always; \
          delete one that nothing refers to",
    check: contracts,
};

pub(super) const CORPUS: Gate = Gate {
    name: "corpus",
    proves: "the programs of the corpus and the examples do what they say",
    fix: "`cargo test -p ruff-contracts --test corpus NAME` runs one program",
    check: corpus,
};

pub(super) const FAULTS: Gate = Gate {
    name: "faults",
    proves: "every gate can fail: it, and only it, finds a fault planted in a small tree",
    fix: "`cargo test -p xtask --test planted NAME` runs one; a gate without a fault needs one in \
          xtask/tests/planted/faults.rs",
    check: |run| {
        let suite = suite::run(run, &["--package", "xtask", "--test", "planted"])?;
        Ok(Verdict::new(suite.failures, format!("{} planted", suite.passed)))
    },
};

fn tests(run: &Run) -> anyhow::Result<Verdict> {
    let suite = suite::read(unit_tests(run)?);
    Ok(Verdict::new(suite.failures, format!("{} tests", suite.passed)))
}

/// What the tests of [`TESTS`] said; they are run once.
fn unit_tests(run: &Run) -> anyhow::Result<&Finished> {
    if let Some(finished) = run.unit_tests.get() {
        return Ok(finished);
    }
    let finished = suite::start(run, &["--workspace", "--exclude", CRATE])?;
    Ok(run.unit_tests.get_or_init(|| finished))
}

fn contracts(run: &Run) -> anyhow::Result<Verdict> {
    let package = run.metadata.ours().find(|package| package.name == CRATE);
    let targets = package.iter().flat_map(|package| &package.targets);
    let programs = targets.filter(|target| target.test && target.kind.iter().any(|kind| kind == "test"));
    let mut arguments = vec!["--package", CRATE, "--lib", "--bins"];
    for program in programs.filter(|program| !OTHERS.contains(&program.name.as_str())) {
        arguments.extend(["--test", &program.name]);
    }
    let suite = suite::run(run, &arguments)?;
    let manual = suite::run(run, &["--package", CRATE, "--test", "documents", "--", MANUAL])?;
    let complete = suite.failures.is_empty();
    let mut culprits = [suite.failures, manual.failures].concat();
    culprits.extend(snapshots::pending(&run.root)?);
    // A test that fails early does not get to its snapshots.
    let complete = complete && suite::read(unit_tests(run)?).failures.is_empty();
    let (orphans, count) = snapshots::orphans(&run.root, &run.references())?;
    if complete {
        culprits.extend(orphans);
    } else if culprits.is_empty() {
        return Ok(Verdict::Skipped(
            "while tests fail, nobody knows which snapshots they refer to".to_owned(),
        ));
    }
    let tests = suite.passed + manual.passed;
    Ok(Verdict::new(culprits, format!("{tests} tests, {count} snapshots")))
}

fn corpus(run: &Run) -> anyhow::Result<Verdict> {
    let corpus = suite::run(run, &["--package", CRATE, "--test", "corpus"])?;
    let examples = suite::run(run, &["--package", CRATE, "--test", "documents", "--", EXAMPLES])?;
    let figures = format!("{} programs, {} examples", corpus.passed, examples.passed);
    Ok(Verdict::new([corpus.failures, examples.failures].concat(), figures))
}
