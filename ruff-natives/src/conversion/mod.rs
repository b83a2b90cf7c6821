//! From one kind of value to another, and asking which kind a value is.

mod convert;
mod kind;
mod numbers;

use ruff_runtime::family;
use ruff_runtime::native::Family;

/// The builtins of this family.
pub(crate) static FAMILY: Family = family!("conversion": [
    convert::BYTES,
    convert::ERROR,
    kind::IS_ARRAY,
    kind::IS_ASYNC,
    kind::IS_BOOL,
    kind::IS_DICT,
    kind::IS_FLOAT,
    kind::IS_FUNCTION,
    kind::IS_INT,
    kind::IS_NULL,
    kind::IS_STRING,
    kind::IS_TRUTHY,
    numbers::PARSE_FLOAT,
    numbers::PARSE_INT,
    convert::TO_BOOL,
    numbers::TO_FLOAT,
    numbers::TO_INT,
    convert::TO_STRING,
    kind::TYPE_NAME,
]);
