//! Random calls of builtins: no arguments may make one panic, hang, or take more memory than there is.
//!
//! Nothing here names a builtin: [`calls`] follows from the declarations of those it is given. What a failure needs to
//! happen again is the program, which gets smaller as long as it fails. What values there are stands in `value`.

pub mod receivers;
mod value;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use ruff_runtime::Engine;
use ruff_runtime::engine::Options;
use ruff_runtime::error::RunError;
use ruff_runtime::native::{NativeDef, Updates};
use ruff_syntax::{Code, SourceFile};

use crate::host::{TestHost, World};
pub use value::Sizes;
use value::{DECLARATIONS, Values};

/// Calls and loop turns of a case; endless generators are among the values.
const FUEL: u64 = 20_000;

/// Bytes that a process may have which runs cases: room for a text as long as texts may be, what it grew in, and as much
/// again. Arrays may be larger by the language, but whoever makes one asks whether there is room for it.
pub const BUDGET: usize = 2 << 30;

/// What is wrong with what a case did.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It panicked.
    #[error("a panic: {0}")]
    Panic(String),
    /// It ended with an error that stands nowhere.
    #[error("an error without a place: {0}")]
    Nowhere(String),
    /// The program is none, which is a mistake of the generator of cases.
    #[error("no program: {0}")]
    NoProgram(String),
}

/// How a case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// With a value.
    Value,
    /// With an error of that code.
    Error(Code),
    /// The program ended.
    Ended,
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ending::Value => f.write_str("value"),
            Ending::Error(code) => write!(f, "{code}"),
            Ending::Ended => f.write_str("end"),
        }
    }
}

/// Makes so many cases, the same ones for a seed, and shrinks those that fail.
pub fn runner(cases: u32, seed: u64) -> TestRunner {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}

/// Programs of one line that call one of `natives` with random arguments, mostly ones that it takes.
pub fn calls(
    natives: impl Iterator<Item = &'static NativeDef>,
    sizes: Sizes,
) -> impl Strategy<Value = String> {
    let values = Values::new(sizes);
    Union::new(natives.map(|def| calls_of(&values, def)))
}

fn calls_of(values: &Values, def: &'static NativeDef) -> BoxedStrategy<String> {
    let most = def.max_args().unwrap_or(def.min_args() + 3);
    let arguments: Vec<BoxedStrategy<String>> =
        (0..=most).map(|index| argument(values, def, index)).collect();
    let count = prop_oneof![19 => def.min_args()..=most, 1 => 0..=most + 1];
    let name = if def.on.is_some() { vec![def.method_name()] } else { def.names().collect() };
    (select(name), any::<bool>(), any::<bool>(), count, arguments)
        .prop_map(move |(name, as_method, in_place, count, mut arguments)| {
            arguments.truncate(count);
            write_call(def, name, as_method && def.method, in_place, &arguments)
        })
        .boxed()
}

/// Values for the parameter at `index`, mostly of a kind that it takes.
fn argument(values: &Values, def: &NativeDef, index: usize) -> BoxedStrategy<String> {
    match def.params.get(index).or(def.params.last()) {
        Some(param) if !param.types.is_empty() => {
            let right = Union::new(param.types.iter().map(|word| values.of(*word)));
            prop_oneof![7 => right, 1 => values.any()].boxed()
        }
        _ => values.any(),
    }
}

fn write_call(def: &NativeDef, name: &str, as_method: bool, in_place: bool, arguments: &[String]) -> String {
    // Nobody looks at a promise but who awaits it.
    let wait = if def.returns == "promise" { "await " } else { "" };
    match arguments.split_first() {
        Some((receiver, others)) if as_method || !def.global => {
            let others = others.join(", ");
            if def.updates != Updates::No && in_place {
                return format!("mut place := {receiver}; place.{name}({others}); place");
            }
            format!("{wait}({receiver}).{name}({others})")
        }
        _ => format!("{wait}{name}({})", arguments.join(", ")),
    }
}

/// Runs a program.
pub fn run_case(program: &str) -> Result<Ending, Fault> {
    let options = Options { fuel: Some(FUEL), ..Options::default() };
    let host = Box::new(TestHost::new(World::default()));
    let mut engine = Engine::new(host, ruff_natives::registry(), options);
    value::register(&mut engine);
    let file = Arc::new(SourceFile::new("fuzz.ruff", format!("{DECLARATIONS}{program}")));
    match catch_unwind(AssertUnwindSafe(|| engine.run(file))) {
        Ok(Ok(_)) => Ok(Ending::Value),
        Ok(Err(RunError::Ended(_))) => Ok(Ending::Ended),
        Ok(Err(RunError::Uncaught(error))) if error.location.is_none() => Err(Fault::Nowhere(error.message)),
        Ok(Err(RunError::Uncaught(error))) => Ok(Ending::Error(error.code)),
        Ok(Err(error)) => Err(Fault::NoProgram(error.to_string())),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            Err(Fault::Panic(
                text.or(panic.downcast_ref::<&str>().copied()).unwrap_or("no message").to_owned(),
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestError;

    use super::*;

    fn calls_of(name: &str) -> impl Strategy<Value = String> {
        let (def, _) = ruff_natives::registry().find(name).unwrap();
        calls([def].into_iter(), Sizes::All)
    }

    #[test]
    fn a_seed_makes_the_same_cases() {
        let make = |seed| runner(1, seed);
        let tree = |seed| calls_of("push").new_tree(&mut make(seed)).unwrap().current();
        assert_eq!(tree(7), tree(7));
        assert_ne!(tree(7), tree(8));
    }

    #[test]
    fn what_fails_is_made_small() {
        let fails = |program: String| {
            prop_assert!(!program.ends_with(", 268435457)"));
            Ok(())
        };
        let failure = runner(100_000, 0).run(&calls_of("repeat"), fails).unwrap_err();
        let TestError::Fail(_, program) = failure else { panic!("{failure}") };
        assert_eq!(program, "repeat(\"\", 268435457)");
    }
}
