//! Growth tests: a program that does twice as much may allocate about twice the bytes and run about twice as far.
//!
//! Allocated bytes stand for work: whoever copies a container allocates the copy. Calls and loop turns stand for the
//! rest. Unlike the clock both are the same on every machine and in every run.

use super::{Failure, Folder, Outcome, Program, on_small_stack, run, verdict};

/// A first look with small sizes: a quadratic program would take minutes with the real ones.
const FIRST_LOOK: u64 = 1_000;

/// How much more twice the size may cost. Linear growth gives 2, quadratic 4; buffers that double in length can put
/// either measurement at the worse end.
const MOST: f64 = 2.7;

/// What a run cost.
struct Cost {
    bytes: u64,
    turns: u64,
}

/// Runs the program with small sizes, then with `size` and its double.
pub(super) fn check(folder: &Folder, size: u64) -> Result<(), Failure> {
    for size in [FIRST_LOOK.min(size), size] {
        let small = measure(folder, size)?;
        let large = measure(folder, size * 2)?;
        compare("bytes allocated", size, small.bytes, large.bytes)?;
        compare("calls and loop turns", size, small.turns, large.turns)?;
    }
    Ok(())
}

fn compare(what: &'static str, size: u64, small: u64, large: u64) -> Result<(), Failure> {
    // Far below 2^52, where the conversion is exact.
    let ratio = large as f64 / small.max(1) as f64;
    if ratio <= MOST { Ok(()) } else { Err(Failure::Grows { what, size, small, large }) }
}

/// What a run of the program costs, which must do what it says besides.
fn measure(folder: &Folder, size: u64) -> Result<Cost, Failure> {
    let program = Program::read(folder, Some(size))?;
    let (outcome, bytes) = on_small_stack(&program.name, || {
        let mut outcome = Outcome::default();
        let allocated = allocation_counter::measure(|| outcome = run(&program));
        (outcome, allocated.bytes_total)
    })?;
    let turns = outcome.fuel_used;
    verdict(&program, outcome)?;
    Ok(Cost { bytes, turns })
}
