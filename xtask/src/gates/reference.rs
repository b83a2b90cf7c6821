//! The generated pages about builtins.

use crate::cargo::cargo;
use crate::release::{Gate, Run, Verdict};

pub(super) const REFERENCE: Gate = Gate {
    name: "reference",
    proves: "the book's pages about builtins are what the generator writes",
    fix: "run `cargo xtask docs`",
    check,
};

fn check(run: &Run) -> anyhow::Result<Verdict> {
    let task = ["run", "--locked", "--quiet", "--package", "ruff-contracts", "--", "docs", "--check"];
    let finished = run.finish(cargo(&task))?;
    let stale = |line: &str| line.contains("is not current").then(|| line.to_owned());
    Ok(Verdict::new(finished.culprits(stale), ""))
}
