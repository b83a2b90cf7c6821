//! How deeply data nests, and the limit on it.
//!
//! Every container knows an upper bound of its depth ([`crate::heap::Ref::depth`]). What puts an item into a container raises it;
//! the tracked operations on `Ref<Array>`, `Ref<Dict>` and their like do. Refusing what is too deep is up to the
//! machine: it checks what literals and builtins built with [`check_depth`].

use ruff_syntax::Code;

use super::Value;
use crate::error::VmError;
use crate::heap::MAX_DEPTH;

/// The depth of data that holds `item`, not yet checked.
#[inline]
pub fn depth_around(item: &Value) -> u16 {
    item.depth().saturating_add(1)
}

/// The depth of data that holds `items`, not yet checked.
#[inline]
pub fn depth_around_all<'a>(items: impl IntoIterator<Item = &'a Value>) -> u16 {
    items.into_iter().map(Value::depth).max().unwrap_or(0).saturating_add(1)
}

/// Refuses data that nests more than [`MAX_DEPTH`] levels; `doing` says what was being done, as in `building array
/// literal`.
#[inline]
pub fn check_depth(depth: u16, doing: &str) -> Result<(), VmError> {
    if depth <= MAX_DEPTH { Ok(()) } else { Err(too_deep(doing)) }
}

#[cold]
#[inline(never)]
fn too_deep(doing: &str) -> VmError {
    VmError::new(Code::DataDepth, format!("Maximum data nesting depth of {MAX_DEPTH} exceeded while {doing}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_level_too_many_is_refused() {
        let mut value = Value::Null;
        for _ in 0..MAX_DEPTH {
            value = Value::array(vec![value]);
        }
        assert!(check_depth(value.depth(), "building array literal").is_ok());
        let error = check_depth(depth_around(&value), "building array literal").unwrap_err();
        assert_eq!(
            error.fault().message,
            "Maximum data nesting depth of 4096 exceeded while building array literal"
        );
    }
}
