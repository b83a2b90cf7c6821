//! The language's test-suite: programs that say in comments what they do. `corpus/README.md` describes the form.
//!
//! A [`Folder`] is what lies on disk; [`Program::read`] takes it apart into what to run and what to expect;
//! [`run`] gives an [`Outcome`], and [`judge`] compares the two. Start reading at [`check`], which does all of it.
//! Nothing here knows what any single program is about.

mod checklist;
mod directive;
mod expectation;
mod failure;
mod folder;
mod growth;
mod judge;
mod outcome;
mod program;
mod repetition;
mod rows;
mod run;
mod template;

pub use checklist::{Coverage, coverage};
pub use directive::{BadDirective, Directive, Place};
pub use expectation::{Expected, ExpectedError, Line, Pattern};
pub use failure::Failure;
pub use folder::{Folder, folders};
pub use judge::judge;
pub use outcome::{Frame, Outcome, Report, Site};
pub use program::{Allowed, Mistake, Program, Settings};
pub use repetition::Repetitions;
pub use rows::{Proof, Rows};
pub use run::{check_only, run};

use std::thread;

/// Stack of the thread that a program runs in. The engine must not need more, however deeply the program nests.
const STACK_BYTES: usize = 1 << 20;

/// Runs a program and compares; the error tells everything that is not as the program says, with places.
pub fn check(folder: &Folder) -> Result<(), Failure> {
    let program = Program::read(folder, None)?;
    match program.settings.growth {
        Some(size) => growth::check(folder, size),
        None => in_both_modes(program),
    }
}

/// A program does the same whether its top-level names are locals, where that is possible, or all globals, as in a
/// REPL. The compiler makes rather different code for the two.
fn in_both_modes(mut program: Program) -> Result<(), Failure> {
    verdict(&program, in_small_stack(&program)?)?;
    program.settings.keep_globals = true;
    let outcome = in_small_stack(&program)?;
    verdict(&program, outcome).map_err(|failure| Failure::KeptGlobals(Box::new(failure)))
}

/// What [`judge`] found.
pub fn verdict(program: &Program, outcome: Outcome) -> Result<(), Failure> {
    let differences = judge(program, &outcome);
    if differences.is_empty() {
        return Ok(());
    }
    Err(Failure::Differs { differences, outcome: Box::new(outcome) })
}

/// Runs `program` on a thread of its own, as [`check`] does.
pub fn in_small_stack(program: &Program) -> Result<Outcome, Failure> {
    on_small_stack(&program.name, || run(program))
}

fn on_small_stack<T: Send>(name: &str, body: impl FnOnce() -> T + Send) -> Result<T, Failure> {
    thread::scope(|scope| {
        let thread = thread::Builder::new().name(name.to_owned()).stack_size(STACK_BYTES);
        let running = thread.spawn_scoped(scope, body).map_err(|error| Failure::Thread(error.kind()))?;
        running.join().map_err(|panic| {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
            Failure::Panic(text.unwrap_or("no message").to_owned())
        })
    })
}

#[cfg(test)]
mod tests;
