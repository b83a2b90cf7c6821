//! Text to and from the outside: printing, formatting, reading a line.

mod format;
mod print;

use ruff_runtime::family;
use ruff_runtime::native::Family;

/// The builtins of this family.
pub(crate) static FAMILY: Family =
    family!("output": [print::DEBUG, print::EPRINT, format::FORMAT, print::INPUT, print::PRINT]);
