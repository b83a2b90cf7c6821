//! How large the command is, and of how many crates it is made.

use std::collections::BTreeSet;
use std::fs;

use anyhow::Context as _;

use super::compiler;
use crate::cargo::cargo;
use crate::release::{Gate, Run, Verdict};

/// The crate of the command, and the program.
const CRATE: &str = "ruff-cli";
const PROGRAM: &str = "ruff";

/// One binary has the whole language; it should still be small.
const MOST_BYTES: u64 = 20_000_000;

/// Every crate is code that somebody else maintains. There is room for the network, databases and machine code.
const MOST_CRATES: usize = 250;

pub(super) const BUDGET: Gate = Gate {
    name: "budget",
    proves: "the command has at most 20 MB and is made of at most 250 crates",
    fix: "find what grew (`cargo tree -p ruff-cli`), and do without; a larger budget needs its reason in \
          xtask/src/gates/budget.rs",
    check,
};

fn check(run: &Run) -> anyhow::Result<Verdict> {
    let what = ["build", "--release", "--locked", "--package", CRATE, "--bin", PROGRAM];
    let built = run.finish(cargo(&[&what[..], &["--message-format", "short"]].concat()))?;
    if !built.success {
        return Ok(Verdict::Failed(compiler::mistakes(&built)));
    }
    let program = run.target.join("release").join(format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX));
    let bytes = fs::metadata(&program).with_context(|| program.display().to_string())?.len();
    let edges = ["--package", CRATE, "--edges", "normal,build", "--prefix", "none", "--format", "{p}"];
    let listed = run.finish(cargo(&[&["tree", "--locked"], &edges[..]].concat()))?;
    anyhow::ensure!(listed.success, "cargo tree: {}", listed.text.trim());
    Ok(judge(bytes, crates(&listed.text)))
}

/// The crates in a list of `name version`, each once.
fn crates(list: &str) -> usize {
    let named = list.lines().filter(|line| !line.is_empty());
    named.map(|line| line.split_whitespace().take(2).collect::<Vec<_>>()).collect::<BTreeSet<_>>().len()
}

fn judge(bytes: u64, crates: usize) -> Verdict {
    let mut culprits = Vec::new();
    let megabytes = |bytes: u64| format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10);
    let size = format!("{PROGRAM} has {} of {}", megabytes(bytes), megabytes(MOST_BYTES));
    let count = format!("{CRATE} is made of {crates} of {MOST_CRATES} crates");
    if bytes > MOST_BYTES {
        culprits.push(size.clone());
    }
    if crates > MOST_CRATES {
        culprits.push(count.clone());
    }
    Verdict::new(culprits, format!("{size}, {count}"))
}

#[cfg(test)]
mod tests {
    use super::{crates, judge};
    use crate::release::Verdict;

    #[test]
    fn the_figures_are_told_and_what_is_too_much_fails() {
        let size = |figure| format!("ruff has {figure} of 20.0 MB");
        let count = |figure| format!("ruff-cli is made of {figure} of 250 crates");
        let fine = format!("{}, {}", size("20.0 MB"), count(250));
        assert_eq!(judge(20_000_000, 250), Verdict::Passed(fine));
        assert_eq!(judge(21_350_000, 1), Verdict::Failed(vec![size("21.3 MB")]));
        assert_eq!(judge(1, 251), Verdict::Failed(vec![count(251)]));
    }

    #[test]
    fn crates_count_once_a_version() {
        assert_eq!(crates("a v1.0.0 (here)\nb v1.0.0\nb v2.0.0 (proc-macro)\nb v2.0.0 (*)\n"), 3);
    }
}
