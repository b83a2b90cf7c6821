//! `cargo xtask release-check`: runs the gates and reports what came of them.
//!
//! The gates themselves are in [`crate::gates`], and nothing here knows any of them. Every gate runs even when an
//! earlier one failed, so that one run tells everything there is to mend. Start reading at [`check`].

mod gate;
mod options;
mod payload;
mod progress;
mod run;
#[cfg(test)]
mod sample;
mod table;

use std::fs;
use std::path::Path;
use std::time::Instant;

use gate::Outcome;
pub(crate) use gate::{Gate, Verdict};
pub(crate) use options::Options;
use progress::Progress;
pub(crate) use run::{Finished, Run};
use table::Look;

/// Runs what was asked for and tells whether no gate failed. `root` is the tree to look at where the options name none.
pub(crate) fn check(options: &Options, gates: &[Gate], root: &Path) -> anyhow::Result<bool> {
    let chosen: Vec<&Gate> = gates.iter().filter(|gate| options.wants(gate)).collect();
    if options.list {
        let list =
            if options.json { payload::list(&chosen)? } else { table::list(&chosen, Look::of_stdout()) };
        print!("{list}");
        return Ok(true);
    }
    let root = fs::canonicalize(options.root.as_deref().unwrap_or(root))?;
    let run = Run::new(&root, Progress::new(chosen.len()))?;
    let outcomes: Vec<Outcome> = chosen.into_iter().map(|gate| outcome(&run, gate)).collect();
    if options.json {
        print!("{}", payload::outcomes(&outcomes)?);
    } else {
        print!("{}", table::outcomes(&outcomes, Look::of_stdout()));
    }
    Ok(!outcomes.iter().any(|outcome| matches!(outcome.verdict, Verdict::Failed(_))))
}

/// Runs one gate. A gate that cannot run has failed.
fn outcome(run: &Run, gate: &Gate) -> Outcome {
    let log = run.log(gate.name);
    // The one of an earlier run; there need not be one.
    let _ = fs::remove_file(&log);
    run.progress().start(gate.name);
    let start = Instant::now();
    let verdict = (gate.check)(run).unwrap_or_else(|error| Verdict::Failed(vec![format!("{error:#}")]));
    let outcome = Outcome { name: gate.name, fix: gate.fix, seconds: start.elapsed().as_secs_f64(), verdict };
    run.progress().end(&outcome, &run.take_failed());
    outcome
}
