//! Gates and outcomes for the tests of reports.

use super::gate::{Gate, Outcome, Verdict};

pub(super) fn gates() -> [Gate; 2] {
    let gate = |name, proves| Gate { name, proves, fix: "mend it", check: |_| anyhow::bail!("only shown") };
    [
        gate("quick", "all is as it should be"),
        gate("thorough", "a sentence that is longer than a narrow line of the table is"),
    ]
}

pub(super) fn outcomes() -> Vec<Outcome> {
    let outcome = |name, seconds, verdict| Outcome { name, fix: "do what has to be done", seconds, verdict };
    let failed = |culprits: &[&str]| Verdict::Failed(culprits.iter().map(|&line| line.to_owned()).collect());
    vec![
        outcome("quick", 0.04, Verdict::Passed("12 files".to_owned())),
        outcome("silent", 1.0, Verdict::Passed(String::new())),
        outcome(
            "thorough",
            123.45,
            failed(&["one/src/main.rs:3:5: there is a mistake, which takes a long line to tell"]),
        ),
        outcome("many", 2.0, failed(&["a", "b", "c", "d", "e", "f", "g"])),
        outcome("away", 0.5, Verdict::Skipped("nobody answers".to_owned())),
    ]
}
