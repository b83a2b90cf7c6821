//! The gates of a release, in the order that fails soonest.
//!
//! A gate is one [`Gate`]: its name, what it proves, what to do when it fails, and the function that looks at the tree
//! of a [`Run`](crate::release::Run). To add one, write it in the file of its subject, name it in [`GATES`], and plant
//! a fault that it alone finds in `xtask/tests/planted/faults.rs`.

mod budget;
mod changelog;
mod compiler;
mod deny;
mod documents;
mod links;
mod reference;
mod snapshots;
mod suite;
mod suites;
mod tidy;
mod tool;
mod unused;

use crate::release::Gate;

/// All gates.
pub(crate) const GATES: [Gate; 15] = [
    compiler::FORMAT,
    tidy::TIDY,
    changelog::CHANGELOG,
    unused::UNUSED,
    deny::LICENCES,
    deny::ADVISORIES,
    compiler::LINTS,
    compiler::DOCUMENTED,
    suites::TESTS,
    suites::CONTRACTS,
    suites::CORPUS,
    documents::DOCS,
    reference::REFERENCE,
    budget::BUDGET,
    suites::FAULTS,
];
