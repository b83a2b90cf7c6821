//! The world outside: files, the environment, the clock, and the end of the program. Everything goes through the host,
//! after the capability check.

mod calendar;
mod clock;
mod files;
mod process;

use ruff_runtime::family;
use ruff_runtime::native::Family;

/// The builtins of this family.
pub(crate) static FAMILY: Family = family!("system": [
    files::APPEND_FILE,
    process::ARGS,
    clock::CURRENT_TIMESTAMP,
    files::DELETE_FILE,
    clock::ELAPSED,
    process::ENV,
    process::EXIT,
    files::FILE_EXISTS,
    calendar::FORMAT_DATE,
    clock::FORMAT_DURATION,
    clock::NOW,
    clock::NOW_UNIX,
    calendar::NOW_UTC,
    calendar::PARSE_DATE,
    clock::PERFORMANCE_NOW,
    files::READ_FILE,
    files::READ_LINES,
    clock::SLEEP,
    clock::TIME_NS,
    clock::TIME_US,
    files::WRITE_FILE,
]);
