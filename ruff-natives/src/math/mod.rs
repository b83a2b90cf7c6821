//! Numbers: functions of floats, and the bits of ints.

mod bits;
mod functions;

use ruff_runtime::family;
use ruff_runtime::native::Family;

/// The builtins of this family.
pub(crate) static FAMILY: Family = family!("math": [
    functions::ABS,
    bits::BIT_AND,
    bits::BIT_NOT,
    bits::BIT_OR,
    bits::BIT_SHL,
    bits::BIT_SHR,
    bits::BIT_XOR,
    functions::CEIL,
    functions::COS,
    functions::EXP,
    functions::FLOOR,
    functions::LOG,
    functions::MAX,
    functions::MIN,
    functions::POW,
    functions::ROUND,
    functions::SIN,
    functions::SQRT,
    functions::TAN,
]);
