//! The arguments of the program, and the parser for them.

mod argument;
mod parser;

use ruff_runtime::Value;
use ruff_runtime::family;
use ruff_runtime::native;
use ruff_runtime::native::{Cx, Family};

/// The builtins of this family.
pub(crate) static FAMILY: Family = family!("arguments": [
    parser::ADD_ARGUMENT,
    parser::HELP,
    parser::PARSE,
    parser::ARG_PARSER,
    self::ARGS,
]);

/// The program's arguments, as strings: what stands behind the script on the command line.
///
/// ```ruff
/// args()                         # => []
/// ```
#[native(family = "arguments")]
fn args(cx: &mut Cx<'_>) -> Vec<Value> {
    cx.host().args().iter().map(|arg| Value::str(arg)).collect()
}
