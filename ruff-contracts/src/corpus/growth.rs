//! Growth tests: a program that does twice as much may allocate about twice the bytes.
//!
//! Allocated bytes stand for work: whoever copies a container allocates the copy. Unlike the clock they are the same
//! on every machine and in every run.

use super::{Folder, Mistake, Outcome, Program, on_small_stack, run, verdict};

/// A first look with small sizes: a quadratic program would take minutes with the real ones.
const FIRST_LOOK: u64 = 1_000;

/// How much more twice the size may allocate. Linear growth gives 2, quadratic 4; buffers that double in length can
/// put either measurement at the worse end.
const MOST: f64 = 2.7;

/// Runs the program with small sizes, then with `size` and its double.
pub(super) fn check(folder: &Folder, size: u64) -> Result<(), String> {
    for size in [FIRST_LOOK.min(size), size] {
        let small = measure(folder, size)?;
        let large = measure(folder, size * 2)?;
        // Bytes are far below 2^52, where the conversion is exact.
        let ratio = large as f64 / small as f64;
        if ratio > MOST {
            return Err(format!(
                "size {size} allocates {small} bytes, size {} allocates {large}: {ratio:.2} times, at most {MOST} is linear",
                size * 2
            ));
        }
    }
    Ok(())
}

/// Bytes that a run of the program allocates, which must do what it says besides.
fn measure(folder: &Folder, size: u64) -> Result<u64, String> {
    let program = Program::read(folder, Some(size)).map_err(|mistakes| Mistake::list(&mistakes))?;
    let (outcome, bytes) = on_small_stack(&program.name, || {
        let mut outcome = Outcome::default();
        let allocated = allocation_counter::measure(|| outcome = run(&program));
        (outcome, allocated.bytes_total)
    })?;
    verdict(&program, &outcome).map_err(|text| format!("with size {size}: {text}"))?;
    Ok(bytes)
}
