//! The documentation: it builds, its links lead somewhere, its programs do what they say.

use super::links;
use super::suite;
use super::suites::{EXAMPLES, MANUAL};
use super::tool::MDBOOK;
use crate::release::{Gate, Run, Verdict};
use crate::tidy::{Finding, Tree};

pub(super) const DOCS: Gate = Gate {
    name: "docs",
    proves: "the book builds, links between pages and to their headings lead somewhere, and the programs in pages do \
             what they say",
    fix: "mend the page; `cargo test -p ruff-contracts --test documents PAGE` runs its programs",
    check,
};

fn check(run: &Run) -> anyhow::Result<Verdict> {
    let tree = Tree::read(&run.root)?;
    let mut culprits: Vec<String> = links::check(&tree).iter().map(Finding::summary).collect();
    let book = run.target.join("release-check/book");
    let built =
        run.finish(MDBOOK.command(run, &["build", "docs", "--dest-dir", &book.to_string_lossy()])?)?;
    // What it cannot include is a complaint of mdBook's, not a failure.
    culprits.extend(built.culprits(|line| {
        let complaint = line.strip_prefix("ERROR").or_else(|| line.strip_prefix("WARN"))?;
        Some(format!("docs/book.toml: {}", complaint.trim()))
    }));
    let pages =
        ["--package", "ruff-contracts", "--test", "documents", "--", "--skip", MANUAL, "--skip", EXAMPLES];
    let programs = suite::run(run, &pages)?;
    culprits.extend(programs.failures);
    Ok(Verdict::new(culprits, format!("{} programs", programs.passed)))
}
