//! Random calls of builtins: no arguments may make one panic, hang or take more memory than it may.
//!
//! A case is a program made from a number, so that a failure can be seen again by its number. Start reading at
//! [`run_case`]; what values there are stands in `value`.

mod random;
pub mod receivers;
mod value;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use allocation_counter::measure;
use ruff_runtime::Engine;
use ruff_runtime::engine::Options;
use ruff_runtime::error::RunError;
use ruff_runtime::native::{NativeDef, Updates};
use ruff_syntax::{Code, SourceFile};

use crate::host::{TestHost, World};
use random::Random;
use value::{DECLARATIONS, Values};

/// Calls and loop turns of a case; endless generators are among the values.
const FUEL: u64 = 20_000;

/// Bytes that a case may hold at a time. Strings and bytes may have 256 MiB, but no case has an argument that asks for
/// much more than 64.
const BUDGET: u64 = 128 << 20;

/// What is wrong with what a case did.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It panicked.
    #[error("a panic: {0}")]
    Panic(String),
    /// It took too much memory.
    #[error("{0} bytes at a time")]
    Memory(u64),
    /// It ended with an error that stands nowhere.
    #[error("an error without a place: {0}")]
    Nowhere(String),
    /// The program is none, which is a mistake of the generator of cases.
    #[error("no program: {0}")]
    NoProgram(String),
}

/// A random call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The number it was made from.
    pub number: u64,
    /// The program.
    pub program: String,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "case {}:\n{}", self.number, self.program)
    }
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

impl Case {
    /// The case of a number: a call of one of `natives`.
    pub fn new(natives: &[&'static NativeDef], number: u64) -> Case {
        let mut random = Random::new(number);
        let mut values = Values::new(&mut random);
        let call = natives
            .get(values.random.below(natives.len()))
            .map_or_else(String::new, |def| call(&mut values, def));
        Case { number, program: call }
    }
}

/// A call of `def` with random arguments, mostly ones that it takes.
fn call(values: &mut Values<'_>, def: &'static NativeDef) -> String {
    let names: Vec<&str> = def.names().collect();
    let name = names.get(values.random.below(names.len())).copied().unwrap_or(def.name);
    let name = if def.on.is_some() { def.method_name() } else { name };
    let arguments: Vec<String> =
        (0..count(values.random, def)).map(|index| argument(values, def, index)).collect();
    let as_method = !def.global || def.method && values.random.one_in(2);
    match arguments.split_first() {
        Some((receiver, others)) if as_method => {
            let others = others.join(", ");
            if def.updates != Updates::No && values.random.one_in(2) {
                return format!("mut place := {receiver}\nplace.{name}({others})\nplace");
            }
            format!("({receiver}).{name}({others})")
        }
        _ => format!("{name}({})", arguments.join(", ")),
    }
}

/// A number of arguments, mostly one that `def` takes.
fn count(random: &mut Random, def: &NativeDef) -> usize {
    let most = def.max_args().unwrap_or(def.min_args() + 3);
    if random.one_in(20) {
        return random.below(most + 2);
    }
    def.min_args() + random.below(most - def.min_args() + 1)
}

fn argument(values: &mut Values<'_>, def: &NativeDef, index: usize) -> String {
    let param = def.params.get(index).or(def.params.last());
    match param.filter(|_| !values.random.one_in(8)) {
        Some(param) if !param.types.is_empty() => {
            let word = param.types.get(values.random.below(param.types.len()));
            word.map_or_else(String::new, |word| values.of(*word))
        }
        _ => values.any(),
    }
}

/// Runs a case.
pub fn run_case(case: &Case) -> Result<Ending, Fault> {
    let mut ending = Ok(Ending::Value);
    let taken = measure(|| ending = run(case));
    match ending {
        Ok(_) if taken.bytes_max > BUDGET => Err(Fault::Memory(taken.bytes_max)),
        ending => ending,
    }
}

fn run(case: &Case) -> Result<Ending, Fault> {
    let options = Options { fuel: Some(FUEL), ..Options::default() };
    let host = Box::new(TestHost::new(World::default()));
    let mut engine = Engine::new(host, ruff_natives::registry(), options);
    value::register(&mut engine);
    let file = Arc::new(SourceFile::new("fuzz.ruff", format!("{DECLARATIONS}{}", case.program)));
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
