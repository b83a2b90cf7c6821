//! [`Failure`]: why a program does not pass.

use std::io;

use super::outcome::Outcome;
use super::program::Mistake;

/// Why a program, or an example in a document, does not pass.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// It is not written down as it should be.
    #[error("{}", Mistake::list(.0))]
    Mistakes(Vec<Mistake>),
    /// It does other things than it says.
    #[error("{}\n{outcome}", differences.join("\n"))]
    Differs {
        /// Each difference in words, with its place.
        differences: Vec<String>,
        /// What the run did.
        outcome: Box<Outcome>,
    },
    /// It says nothing about itself, and does not end well.
    #[error("{0}")]
    Fails(Box<Outcome>),
    /// It fails when the engine keeps its top-level names, and only then.
    #[error("with all top-level names kept as globals:\n{0}")]
    KeptGlobals(Box<Failure>),
    /// It fails in a run after others that it passed.
    #[error("in run {run}:\n{failure}")]
    Repeated {
        /// The number of the run, from 1.
        run: u64,
        /// What is wrong with that one.
        failure: Box<Failure>,
    },
    /// It fails when chance decides which fiber is next.
    #[error("with schedule seed {seed}:\n{failure}")]
    Seeded {
        /// The seed.
        seed: u64,
        /// What is wrong with that order.
        failure: Box<Failure>,
    },
    /// It says that it needs the order in which fibers are woken.
    #[error("it says `fifo: {why}`, and does the same under {seeds} schedule seeds")]
    NeedlessFifo {
        /// What it says.
        why: String,
        /// How many were tried.
        seeds: u64,
    },
    /// A line of an example is not what it claims to be.
    #[error("{code}\n  expected: {wanted}\n  actual:   {actual}")]
    Claim {
        /// The line without its claim.
        code: String,
        /// What it claims.
        wanted: String,
        /// What it did.
        actual: String,
    },
    /// It costs too much more when it has twice as much to do.
    #[error("{what}: {small} with size {size}, {large} with size {}", size * 2)]
    Grows {
        /// What was counted.
        what: &'static str,
        /// The size.
        size: u64,
        /// The count with that size.
        small: u64,
        /// The count with its double.
        large: u64,
    },
    /// The engine panicked.
    #[error("the engine panicked: {0}")]
    Panic(String),
    /// The machine has no thread for it.
    #[error("cannot start a thread: {0}")]
    Thread(io::ErrorKind),
}

impl From<Vec<Mistake>> for Failure {
    fn from(mistakes: Vec<Mistake>) -> Failure {
        Failure::Mistakes(mistakes)
    }
}
