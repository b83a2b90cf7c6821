//! The world outside: files, the environment, and the end of the program. Everything goes through the host, after the
//! capability check.

mod files;
mod process;

use ruff_runtime::family;
use ruff_runtime::native::Family;

/// The builtins of this family.
pub(crate) static FAMILY: Family = family!("system": [
    files::APPEND_FILE,
    files::DELETE_FILE,
    process::ENV,
    process::EXIT,
    files::FILE_EXISTS,
    files::READ_FILE,
    files::READ_LINES,
    files::WRITE_FILE,
]);
