//! Reading what `cargo test` says: which tests failed, and why.

use std::collections::BTreeMap;

use super::compiler;
use crate::cargo::cargo;
use crate::release::{Finished, Run};

/// What came of some tests.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Suite {
    pub(super) passed: usize,
    /// Each with the first line of what it said.
    pub(super) failures: Vec<String>,
}

/// Runs `cargo test` with these arguments.
pub(super) fn run(run: &Run, arguments: &[&str]) -> anyhow::Result<Suite> {
    Ok(read(&start(run, arguments)?))
}

/// [`run`], unread.
pub(super) fn start(run: &Run, arguments: &[&str]) -> anyhow::Result<Finished> {
    let how = ["test", "--locked", "--no-fail-fast", "--message-format", "short"];
    run.finish(cargo(&[&how[..], arguments].concat()))
}

/// Reads what test programs wrote. That none ran is a failure too.
pub(super) fn read(finished: &Finished) -> Suite {
    let passed = finished.lines().filter_map(passed).sum();
    let words = first_words(&finished.text);
    let named: Vec<String> = finished.lines().filter_map(failed).collect();
    let mut failures: Vec<String> = named
        .into_iter()
        .map(|name| match words.get(name.as_str()) {
            Some(said) => format!("{name}: {said}"),
            None => name,
        })
        .collect();
    if failures.is_empty() && !finished.success {
        failures = compiler::mistakes(finished);
    } else if failures.is_empty() && passed == 0 {
        failures.push("no test was run".to_owned());
    }
    Suite { passed, failures }
}

/// The name of the test, if the line says that it failed.
fn failed(line: &str) -> Option<String> {
    Some(line.strip_prefix("test ")?.strip_suffix("... FAILED")?.trim_end().to_owned())
}

/// How many tests of a program passed, if the line is its sum.
fn passed(line: &str) -> Option<usize> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    counts.split_once(" passed")?.0.parse().ok()
}

/// The first line that says something, of what each failed test wrote.
fn first_words(text: &str) -> BTreeMap<&str, &str> {
    let mut words = BTreeMap::new();
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).peekable();
    while let Some(line) = lines.next() {
        let heading = line.strip_prefix("---- ").and_then(|line| line.strip_suffix(" ----"));
        let Some(name) = heading.map(|name| name.trim_end_matches(" stdout")) else { continue };
        // Where it panicked is not what is wrong; nor is what the test printed before.
        let block =
            std::iter::from_fn(|| lines.next_if(|line| !line.starts_with("---- ") && *line != "failures:"));
        let block: Vec<&str> = block.collect();
        let panic = block.iter().position(|line| line.contains("panicked at "));
        if let Some(said) = block.get(panic.map_or(0, |at| at + 1)) {
            words.insert(name, *said);
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::{Suite, read};
    use crate::release::Finished;

    fn suite(success: bool, text: &str) -> Suite {
        read(&Finished { success, text: text.to_owned() })
    }

    #[test]
    fn failures_have_their_first_words() {
        let text = "\
running 3 tests
test one ... ok
test two::three ... FAILED
test natives::list       ... FAILED
test src/lib.rs - four (line 3) ... FAILED

failures:

---- two::three stdout ----
printed before

thread 'two::three' (12) panicked at one/src/lib.rs:7:9:
assertion `left == right` failed
  left: 1

---- natives::list ----
the snapshot differs
here

failures:
    two::three

test result: FAILED. 1 passed; 3 failed; 0 ignored
error: test failed, to rerun pass `--lib`
";
        let failures = [
            "two::three: assertion `left == right` failed",
            "natives::list: the snapshot differs",
            "src/lib.rs - four (line 3)",
        ];
        assert_eq!(suite(false, text), Suite { passed: 1, failures: failures.map(str::to_owned).to_vec() });
    }

    #[test]
    fn the_programs_are_added_up() {
        let text = "test result: ok. 3 passed; 0 failed\ntest result: ok. 4 passed; 0 failed\n";
        assert_eq!(suite(true, text), Suite { passed: 7, failures: vec![] });
    }

    #[test]
    fn what_does_not_compile_or_crashes_or_is_empty_fails() {
        let broken = "src/lib.rs:1:2: error: expected one of\nerror: could not compile\n";
        assert_eq!(suite(false, broken).failures, ["src/lib.rs:1:2: expected one of"]);
        let crashed = "running 2 tests\nerror: test failed, to rerun pass `--lib`\n(signal: 6)\n";
        assert_eq!(suite(false, crashed).failures, ["error: test failed, to rerun pass `--lib`"]);
        assert_eq!(suite(true, "test result: ok. 0 passed; 0 failed\n").failures, ["no test was run"]);
    }
}
