//! [`Repetitions`]: runs a program again and again, and in other orders of its fibers.

use super::{Failure, Folder, Program, check, in_small_stack, verdict};

/// With so many seeds a program that needs the usual order should have met one that breaks it.
const TELLING: u64 = 100;

/// How often a program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repetitions {
    /// Times as it is.
    pub times: u64,
    /// Orders that chance decides: one for each seed from 1.
    pub seeds: u64,
}

impl Repetitions {
    /// Once as it is.
    pub const ONCE: Repetitions = Repetitions { times: 1, seeds: 0 };

    /// Runs a program so often; the error is that of the first run that fails.
    pub fn check(self, folder: &Folder) -> Result<(), Failure> {
        check(folder)?;
        for run in 2..=self.times {
            check(folder).map_err(|failure| Failure::Repeated { run, failure: Box::new(failure) })?;
        }
        if self.seeds == 0 {
            return Ok(());
        }
        let program = Program::read(folder, None)?;
        // Those about growth are about cost, which no order changes.
        if program.settings.growth.is_some() { Ok(()) } else { self.in_other_orders(program) }
    }

    fn in_other_orders(self, mut program: Program) -> Result<(), Failure> {
        let fifo = program.settings.fifo.take();
        for seed in 1..=self.seeds {
            program.settings.schedule_seed = seed;
            let result = in_small_stack(&program).and_then(|outcome| verdict(&program, outcome));
            match (result, &fifo) {
                (Ok(()), _) => {}
                (Err(Failure::Differs { .. }), Some(_)) => return Ok(()),
                (Err(failure), _) => return Err(Failure::Seeded { seed, failure: Box::new(failure) }),
            }
        }
        match fifo {
            Some(why) if self.seeds >= TELLING => Err(Failure::NeedlessFifo { why, seeds: self.seeds }),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TURNS: &str = "\
async func turn(id) {
    await async_sleep(0)
    print(id)
}
turn(1)
turn(2)
turn(3)
# expect: 1
# expect: 2
# expect: 3
";

    fn check(source: &str, seeds: u64) -> Result<(), Failure> {
        Repetitions { times: 2, seeds }.check(&Folder::single("area/case", source))
    }

    #[test]
    fn programs_that_need_the_usual_order_say_so() {
        assert_eq!(check(TURNS, 0), Ok(()));
        assert!(matches!(check(TURNS, 20), Err(Failure::Seeded { .. })));
        assert_eq!(check(&format!("# fifo: turns\n{TURNS}"), TELLING), Ok(()));
    }

    #[test]
    fn programs_that_do_not_need_it_do_not_say_so() {
        let source = "print(await async_sleep(0))  # expect: null\n";
        assert_eq!(check(source, 20), Ok(()));
        let told = format!("# fifo: turns\n{source}");
        assert_eq!(check(&told, TELLING - 1), Ok(()));
        let needless = Failure::NeedlessFifo { why: "turns".to_owned(), seeds: TELLING };
        assert_eq!(check(&told, TELLING), Err(needless));
    }
}
