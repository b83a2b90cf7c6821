//! [`Clock`]: what time it is for an isolate.
//!
//! Usually time passes as it does for the host. Virtual time stands still while anything goes on, and jumps to the next
//! deadline when nothing does, so that waiting takes no time and a program does the same every time. All deadlines of an
//! isolate are times of its clock, which never goes back: it stops when virtual time begins, and goes on from
//! there when it ends. [`TimedHost`](crate::timed_host::TimedHost) is a host with such a clock.

use std::cell::Cell;
use std::time::Duration;

/// The date at which virtual time begins: 2000-01-01T00:00:00Z, in milliseconds since the Unix epoch.
const EPOCH_MILLIS: i64 = 946_684_800_000;

/// A clock that the isolates share which share a thread.
pub(crate) struct Clock {
    pace: Cell<Pace>,
    /// Operations of hosts with this clock that are not over.
    on_their_way: Cell<usize>,
}

#[derive(Clone, Copy)]
enum Pace {
    /// As for the host: it showed `since` when that showed `host`.
    Real { since: Duration, host: Duration },
    /// It shows `now`. Virtual time began at `began`, and so many want it.
    Virtual { now: Duration, began: Duration, users: usize },
}

impl Clock {
    /// One that shows what the host's does.
    pub(crate) fn real() -> Clock {
        Clock::with(Pace::Real { since: Duration::ZERO, host: Duration::ZERO })
    }

    /// One that is virtual from the start.
    pub(crate) fn virtual_from_start() -> Clock {
        Clock::with(Pace::Virtual { now: Duration::ZERO, began: Duration::ZERO, users: 1 })
    }

    fn with(pace: Pace) -> Clock {
        Clock { pace: Cell::new(pace), on_their_way: Cell::new(0) }
    }

    /// What it shows, when `host` says what that of the host does.
    #[inline]
    pub(crate) fn now(&self, host: impl FnOnce() -> Duration) -> Duration {
        match self.pace.get() {
            Pace::Real { since, host: then } => since.saturating_add(host().saturating_sub(then)),
            Pace::Virtual { now, .. } => now,
        }
    }

    /// Milliseconds since the Unix epoch, if time is virtual.
    pub(crate) fn virtual_unix_millis(&self) -> Option<i64> {
        let Pace::Virtual { now, began, .. } = self.pace.get() else { return None };
        let passed = i64::try_from(now.saturating_sub(began).as_millis()).unwrap_or(i64::MAX);
        Some(EPOCH_MILLIS.saturating_add(passed))
    }

    pub(crate) fn is_virtual(&self) -> bool {
        matches!(self.pace.get(), Pace::Virtual { .. })
    }

    /// What the host's clock shows when this one shows `time`, if that is certain.
    pub(crate) fn on_host(&self, time: Duration) -> Option<Duration> {
        let Pace::Real { since, host } = self.pace.get() else { return None };
        Some(host.saturating_add(time.saturating_sub(since)))
    }

    /// What this one shows when the host's clock shows `time`, if that is certain.
    pub(crate) fn of_host(&self, time: Duration) -> Option<Duration> {
        let Pace::Real { since, host } = self.pace.get() else { return None };
        Some(since.saturating_add(time.saturating_sub(host)))
    }

    /// Somebody wants virtual time from now on, when the host's clock shows `host`.
    pub(crate) fn begin_virtual(&self, host: Duration) {
        let now = self.now(|| host);
        self.pace.set(match self.pace.get() {
            Pace::Real { .. } => Pace::Virtual { now, began: now, users: 1 },
            Pace::Virtual { began, users, .. } => Pace::Virtual { now, began, users: users + 1 },
        });
    }

    /// Somebody does not want virtual time any more, when the host's clock shows `host`.
    pub(crate) fn end_virtual(&self, host: Duration) {
        let Pace::Virtual { now, began, users } = self.pace.get() else { return };
        self.pace.set(match users {
            0 | 1 => Pace::Real { since: now, host },
            _ => Pace::Virtual { now, began, users: users - 1 },
        });
    }

    /// Nobody wants virtual time any more but, perhaps, the engine.
    pub(crate) fn forget_users(&self, is_wanted: bool, host: Duration) {
        if let Pace::Virtual { now, began, .. } = self.pace.get() {
            self.pace.set(Pace::Virtual { now, began, users: 1 });
            if !is_wanted {
                self.end_virtual(host);
            }
        }
    }

    /// Lets virtual time jump to `time`, unless it is later already. Answers whether time is virtual.
    pub(crate) fn jump(&self, time: Duration) -> bool {
        let Pace::Virtual { now, began, users } = self.pace.get() else { return false };
        self.pace.set(Pace::Virtual { now: now.max(time), began, users });
        true
    }

    /// Whether something real is on its way, which virtual time waits for.
    pub(crate) fn is_held(&self) -> bool {
        self.on_their_way.get() > 0
    }

    /// An operation of a host has begun.
    pub(crate) fn hold(&self) {
        self.on_their_way.update(|count| count + 1);
    }

    /// So many operations of a host are over.
    pub(crate) fn release(&self, operations: usize) {
        self.on_their_way.update(|count| count.saturating_sub(operations));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn it_never_goes_back() {
        let clock = Clock::real();
        assert_eq!(clock.now(|| millis(7)), millis(7));
        clock.begin_virtual(millis(10));
        assert_eq!(clock.now(|| millis(900)), millis(10));
        assert!(clock.jump(millis(5_000)) && clock.jump(millis(20)));
        clock.end_virtual(millis(1_000));
        assert_eq!(clock.now(|| millis(1_001)), millis(5_001));
        assert_eq!(clock.on_host(millis(5_003)), Some(millis(1_003)));
        assert_eq!(clock.of_host(millis(1_003)), Some(millis(5_003)));
        assert!(!clock.jump(millis(9_000)), "only virtual time jumps");
    }

    #[test]
    fn virtual_time_has_dates_of_its_own() {
        let clock = Clock::real();
        assert_eq!(clock.virtual_unix_millis(), None);
        clock.begin_virtual(millis(10));
        clock.jump(millis(12));
        assert_eq!(clock.virtual_unix_millis(), Some(EPOCH_MILLIS + 2));
    }

    #[test]
    fn it_is_virtual_as_long_as_anybody_wants_it() {
        let clock = Clock::real();
        clock.begin_virtual(millis(10));
        clock.begin_virtual(millis(10));
        clock.end_virtual(millis(10));
        assert!(clock.is_virtual());
        clock.end_virtual(millis(10));
        clock.end_virtual(millis(10));
        assert!(!clock.is_virtual());
    }
}
