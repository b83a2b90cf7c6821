//! Tickers: channels that give the number of a tick, one a period.
//!
//! While a tick waits to be received no timer runs: those that come meanwhile are one with it, and it gets the number of
//! the last of them. So a ticker that nobody looks at costs nothing, and there is never more than one of its ticks.

use std::time::Duration;

/// When the ticks of a channel are.
pub(super) struct Ticker {
    /// The clock when it was made.
    start: Duration,
    period: Duration,
    /// The number of the last tick that was given to somebody; they count from 1.
    last: u64,
    /// One waits to be received.
    pub(super) has_tick: bool,
}

impl Ticker {
    /// A ticker from now on. `period` is more than nothing.
    pub(super) fn new(start: Duration, period: Duration) -> Ticker {
        Ticker { start, period, last: 0, has_tick: false }
    }

    /// Gives out the tick that it is time for, and says when the next one is.
    pub(super) fn give(&mut self, now: Duration) -> (i64, Duration) {
        let passed = now.saturating_sub(self.start).as_nanos() / self.period.as_nanos().max(1);
        // A clock may stand still, or a timer be early by less than it can show.
        self.last = u64::try_from(passed).unwrap_or(u64::MAX).max(self.last.saturating_add(1));
        self.has_tick = false;
        (i64::try_from(self.last).unwrap_or(i64::MAX), self.next())
    }

    /// When the tick after the last one is.
    pub(super) fn next(&self) -> Duration {
        let passed = self.period.as_nanos().saturating_mul(u128::from(self.last) + 1);
        self.start.saturating_add(of_nanos(passed))
    }
}

fn of_nanos(nanos: u128) -> Duration {
    const SECOND: u128 = 1_000_000_000;
    // What is left of a second fits.
    let rest = u32::try_from(nanos % SECOND).unwrap_or(0);
    u64::try_from(nanos / SECOND).map_or(Duration::MAX, |seconds| Duration::new(seconds, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn ticks_that_were_missed_are_one() {
        let mut ticker = Ticker::new(millis(100), millis(10));
        assert_eq!(ticker.next(), millis(110));
        assert_eq!(ticker.give(millis(110)), (1, millis(120)));
        assert_eq!(ticker.give(millis(157)), (5, millis(160)));
    }

    #[test]
    fn a_clock_that_stands_still_gives_no_tick_twice() {
        let mut ticker = Ticker::new(millis(100), millis(10));
        assert_eq!(ticker.give(millis(109)), (1, millis(120)));
        assert_eq!(ticker.give(millis(109)), (2, millis(130)));
    }

    #[test]
    fn the_end_of_time_is_never_reached() {
        let mut ticker = Ticker::new(Duration::ZERO, Duration::MAX);
        assert_eq!(ticker.give(Duration::MAX), (1, Duration::MAX));
    }
}
