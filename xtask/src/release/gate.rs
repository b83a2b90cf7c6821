//! What a gate is, and what came of it.

use super::Run;

/// A check that the tree must pass before it is released.
pub(crate) struct Gate {
    /// One word, which `--only` takes.
    pub(crate) name: &'static str,
    /// What is true of the tree when the gate passes.
    pub(crate) proves: &'static str,
    /// What to do when it fails.
    pub(crate) fix: &'static str,
    pub(crate) check: fn(&Run) -> anyhow::Result<Verdict>,
}

/// What a gate says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// All is well; what was looked at, with its figures.
    Passed(String),
    /// What is wrong, each with its place or name.
    Failed(Vec<String>),
    /// The gate could not look, and why.
    Skipped(String),
}

impl Verdict {
    /// Passed if there are no `culprits`.
    pub(crate) fn new(culprits: Vec<String>, figures: impl Into<String>) -> Verdict {
        if culprits.is_empty() { Verdict::Passed(figures.into()) } else { Verdict::Failed(culprits) }
    }
}

/// A gate with its verdict.
pub(crate) struct Outcome {
    pub(crate) name: &'static str,
    pub(crate) fix: &'static str,
    pub(crate) seconds: f64,
    pub(crate) verdict: Verdict,
}

impl Outcome {
    /// What to do, if there is something to do.
    pub(crate) fn fix(&self) -> Option<&'static str> {
        (!matches!(self.verdict, Verdict::Passed(_))).then_some(self.fix)
    }

    /// What there is to say, a line each.
    pub(crate) fn detail(&self) -> Vec<&str> {
        match &self.verdict {
            Verdict::Passed(text) | Verdict::Skipped(text) => vec![text],
            Verdict::Failed(culprits) => culprits.iter().map(String::as_str).collect(),
        }
    }
}

/// How many gates passed, failed and were skipped, and how long all took.
#[derive(Debug, Default, PartialEq, serde::Serialize)]
pub(crate) struct Totals {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: usize,
    pub(crate) seconds: f64,
}

impl Totals {
    pub(crate) fn of(outcomes: &[Outcome]) -> Totals {
        let mut totals = Totals::default();
        for outcome in outcomes {
            match outcome.verdict {
                Verdict::Passed(_) => totals.passed += 1,
                Verdict::Failed(_) => totals.failed += 1,
                Verdict::Skipped(_) => totals.skipped += 1,
            }
            totals.seconds += outcome.seconds;
        }
        totals.seconds = tenths(totals.seconds);
        totals
    }
}

/// A time as reports show it.
pub(crate) fn tenths(seconds: f64) -> f64 {
    (seconds * 10.0).round() / 10.0
}
