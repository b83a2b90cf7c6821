//! Strings, and measuring and searching whatever has parts.
//!
//! Strings are sequences of Unicode scalar values; nothing is normalised.

mod case;
mod cut;
mod edit;
pub(crate) mod search;
mod split;

pub(crate) use cut::between;

use ruff_runtime::family;
use ruff_runtime::native::Family;

/// The builtins of this family.
pub(crate) static FAMILY: Family = family!("strings": [
    case::CAPITALIZE,
    cut::CHAR_AT,
    search::CONTAINS,
    search::COUNT_CHARS,
    search::ENDS_WITH,
    search::INDEX_OF,
    search::IS_EMPTY,
    split::JOIN,
    search::LEN,
    split::LINES,
    edit::PAD_LEFT,
    edit::PAD_RIGHT,
    edit::REPEAT,
    edit::REPLACE,
    case::SLUGIFY,
    split::SPLIT,
    search::STARTS_WITH,
    edit::STR_REVERSE,
    cut::SUBSTRING,
    case::TO_CAMEL_CASE,
    case::TO_KEBAB_CASE,
    case::TO_LOWER,
    case::TO_SNAKE_CASE,
    case::TO_UPPER,
    cut::TRIM,
    cut::TRIM_END,
    cut::TRIM_START,
    cut::TRUNCATE,
    split::WORDS,
]);
