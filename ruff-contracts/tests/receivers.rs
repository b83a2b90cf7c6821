//! Methods that change their receiver do the same to every receiver, and nobody sees half of it.
//! `RUFF_FUZZ_CASES=100000 cargo test --release -p ruff-contracts --test receivers` makes more programs.
#![expect(clippy::disallowed_methods, reason = "no program reads this variable, the test does")]

use std::sync::Arc;

use proptest::test_runner::{TestCaseError, TestError};
use ruff_contracts::corpus::Outcome;
use ruff_contracts::fuzz::{receivers, runner};
use ruff_contracts::host::{TestHost, World};
use ruff_runtime::Engine;
use ruff_runtime::engine::Options;
use ruff_syntax::SourceFile;

/// How many programs an ordinary run makes.
const CASES: u32 = 300;

#[test]
fn every_receiver_is_changed_alike() {
    let cases = std::env::var("RUFF_FUZZ_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(CASES);
    let run = |source: String| {
        let host = Box::new(TestHost::new(World::default()));
        let options = Options { fuel: Some(2_000_000), ..Options::default() };
        let mut engine = Engine::new(host, ruff_natives::registry(), options);
        let ending = engine.run(Arc::new(SourceFile::new("receivers.ruff", source)));
        ending.map(|_| ()).map_err(|error| TestCaseError::fail(Outcome::from(error).to_string()))
    };
    if let Err(TestError::Fail(reason, source)) = runner(cases, 0).run(&receivers::programs(), run) {
        panic!("{reason}\n{source}");
    }
}
