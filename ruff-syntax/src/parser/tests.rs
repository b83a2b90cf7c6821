//! What the parser makes of programs, good and bad; see the snapshots.

mod diagnostics;
mod grammar;
mod limits;
mod recovery;
mod soundness;

use super::{Parsed, parse};

/// Parses with the usual options.
fn parsed(source: &str) -> Parsed {
    parse(source, super::ParseOptions::default())
}

/// Runs `body` with the stack that every part of the crate must get along with.
fn with_small_stack(body: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(1024 * 1024).spawn(body);
    thread.expect("starting a thread").join().expect("the stack suffices");
}
