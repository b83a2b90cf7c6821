//! The house rules as a gate.

use crate::release::{Gate, Run, Verdict};
use crate::tidy::{self, Finding, Tree};

pub(super) const TIDY: Gate = Gate {
    name: "tidy",
    proves: "the tree keeps the house rules that neither compiler nor clippy knows",
    fix: "`cargo xtask tidy` tells what to do about each",
    check,
};

fn check(run: &Run) -> anyhow::Result<Verdict> {
    let tree = Tree::read(&run.root)?;
    let findings = tidy::check(&run.root, &tree, &run.metadata)?;
    let culprits = findings.iter().map(Finding::summary).collect();
    Ok(Verdict::new(culprits, format!("{} files", tree.files().len())))
}
