//! Dicts: their entries, and dicts made of others.

mod combine;
mod entries;

use ruff_runtime::family;
use ruff_runtime::native::Family;

/// The builtins of this family.
pub(crate) static FAMILY: Family = family!("dicts": [
    combine::DICT,
    entries::GET,
    entries::GET_DEFAULT,
    entries::HAS_KEY,
    combine::INVERT,
    entries::ITEMS,
    entries::KEYS,
    combine::MERGE,
    combine::UPDATE,
    entries::VALUES,
]);
