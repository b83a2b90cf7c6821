//! [`Unfinished`]: what had not come to its end when a program had.

use std::fmt;
use std::ops::AddAssign;

use super::Scheduler;

/// What had not come to its end when a program had, and was dropped with it: all of it waited for something that could not
/// happen any more, or nobody waited for it.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Unfinished {
    /// Fibers, in all isolates.
    pub fibers: usize,
    /// Bodies of groups, timeouts and the like, and what fibers had started.
    pub scopes: usize,
    /// Tickers that were not closed, and whose next tick was due.
    pub tickers: usize,
    /// Operations of the host.
    pub operations: usize,
    /// Isolates, besides the first.
    pub isolates: usize,
}

impl AddAssign for Unfinished {
    fn add_assign(&mut self, other: Unfinished) {
        self.fibers += other.fibers;
        self.scopes += other.scopes;
        self.tickers += other.tickers;
        self.operations += other.operations;
        self.isolates += other.isolates;
    }
}

/// As `2 fibers, 1 ticker`, or `nothing`.
impl fmt::Display for Unfinished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Unfinished { fibers, scopes, tickers, operations, isolates } = *self;
        let counts = [
            (fibers, "fiber"),
            (scopes, "scope"),
            (tickers, "ticker"),
            (operations, "operation"),
            (isolates, "isolate"),
        ];
        let mut is_first = true;
        for (count, what) in counts.into_iter().filter(|(count, _)| *count > 0) {
            let (before, end) = (if is_first { "" } else { ", " }, if count == 1 { "" } else { "s" });
            write!(f, "{before}{count} {what}{end}")?;
            is_first = false;
        }
        if is_first { f.write_str("nothing") } else { Ok(()) }
    }
}

impl Scheduler {
    /// What there is now, of this isolate.
    pub(crate) fn unfinished(&self) -> Unfinished {
        Unfinished {
            fibers: self.strands.len(),
            // That of the program is no part of it.
            scopes: self.scopes.len().saturating_sub(1),
            tickers: self.timers.tickers(),
            operations: self.operations.len(),
            isolates: 0,
        }
    }
}
