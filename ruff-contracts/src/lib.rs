//! The contracts of Ruff: tests of what users see, through the same interfaces that users have.
//!
//! [`corpus`] runs the language's own test-suite, the programs below `corpus/` at the root of the workspace.
//! [`documents`] runs the Ruff code in the documentation, the examples and the manual pages of the builtins.
//! [`faults`] lets things go wrong wherever a program waits, and sees that it comes to a proper end.
//! [`completeness`] says which contracts are missing.
//! [`lifecycle`] tries what handles do in each of their states, [`fuzz`] what builtins do with random arguments.
//! [`prober`] finds the shape of every builtin; [`specification`] is what the specification says about them.
//! [`mod@reference`] makes the pages of the book about builtins.
//! [`host`] is the world that these programs run in, [`fixture`] the web server in it. This crate must not know anything that an embedder cannot.
#![forbid(unsafe_code)]

mod columns;
pub mod completeness;
pub mod corpus;
mod described;
pub mod documents;
pub mod faults;
pub mod fixture;
pub mod fuzz;
pub mod host;
pub mod lifecycle;
mod loopback;
pub mod prober;
pub mod reference;
pub mod specification;

use std::path::{Path, PathBuf};

/// The root of the workspace.
pub fn workspace() -> PathBuf {
    // The manifest of this crate lies one level below.
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
