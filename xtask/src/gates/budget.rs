//! How large the command is, and of how many crates it is made.

use std::collections::BTreeSet;
use std::fs;

use anyhow::Context as _;
use serde::Deserialize;

use super::compiler;
use crate::cargo::cargo;
use crate::release::{Gate, Run, Verdict};

/// The crate of the command, and the program.
const CRATE: &str = "ruff-cli";
const PROGRAM: &str = "ruff";

/// Where the figures lie, from the root of the workspace.
const PATH: &str = "xtask/budget.toml";

/// What the command may have at most.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Most {
    bytes: u64,
    crates: usize,
}

pub(super) const BUDGET: Gate = Gate {
    name: "budget",
    proves: "the command is no larger, and made of no more crates, than xtask/budget.toml allows",
    fix: "find what grew (`cargo tree -p ruff-cli`), and do without; a larger budget needs its reason in \
          xtask/budget.toml",
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
    let text = fs::read_to_string(run.root.join(PATH)).context(PATH)?;
    Ok(judge(bytes, crates(&listed.text), &toml::from_str(&text).context(PATH)?))
}

/// The crates in a list of `name version`, each once.
fn crates(list: &str) -> usize {
    let named = list.lines().filter(|line| !line.is_empty());
    named.map(|line| line.split_whitespace().take(2).collect::<Vec<_>>()).collect::<BTreeSet<_>>().len()
}

fn judge(bytes: u64, crates: usize, most: &Most) -> Verdict {
    let mut culprits = Vec::new();
    let megabytes = |bytes: u64| format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10);
    let size = format!("{PROGRAM} has {} of {}", megabytes(bytes), megabytes(most.bytes));
    let count = format!("{CRATE} is made of {crates} of {} crates", most.crates);
    if bytes > most.bytes {
        culprits.push(size.clone());
    }
    if crates > most.crates {
        culprits.push(count.clone());
    }
    Verdict::new(culprits, format!("{size}, {count}"))
}

#[cfg(test)]
mod tests {
    use super::{Most, crates, judge};
    use crate::release::Verdict;

    #[test]
    fn the_figures_are_told_and_what_is_too_much_fails() {
        let size = |figure| format!("ruff has {figure} of 20.0 MB");
        let count = |figure| format!("ruff-cli is made of {figure} of 250 crates");
        let judge = |bytes, crates| judge(bytes, crates, &Most { bytes: 20_000_000, crates: 250 });
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
