//! Time: clocks, dates and durations.

mod calendar;
mod clock;

use ruff_runtime::family;
use ruff_runtime::native::Family;

/// The builtins of this family.
pub(crate) static FAMILY: Family = family!("time": [
    clock::CURRENT_TIMESTAMP,
    clock::ELAPSED,
    calendar::FORMAT_DATE,
    clock::FORMAT_DURATION,
    clock::NOW,
    clock::NOW_UNIX,
    calendar::NOW_UTC,
    calendar::PARSE_DATE,
    clock::PERFORMANCE_NOW,
    clock::SLEEP,
    clock::TIME_NS,
    clock::TIME_US,
]);
