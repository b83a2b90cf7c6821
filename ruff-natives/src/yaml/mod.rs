//! YAML text, version 1.2 with its core schema.

mod read;
mod scalar;
mod write;

use ruff_runtime::Value;
use ruff_runtime::family;
use ruff_runtime::native;
use ruff_runtime::native::{Cx, Family, NativeResult};

/// The builtins of this family.
pub(crate) static FAMILY: Family = family!("yaml": [self::PARSE_YAML, self::TO_YAML]);

/// The value that a YAML text of one document stands for; `null` for an empty one.
///
/// Plain scalars are ints (decimal, `0x…`, `0o…`), floats, bools and nulls as the core schema says, so `yes`, `010`
/// and dates stay strings. Aliases are expanded, tags ignored. Keys that are no strings become their text.
///
/// Fails with `YAML parse error: {reason}`, which ends with line and column, for anything that is not YAML. Fails
/// with `YAML parse error: deserializing from YAML containing more than one document is not supported` if there are
/// more. Fails with `YAML input exceeds maximum nesting depth of 64` for values nested deeper.
///
/// ```ruff
/// parse_yaml("a: 1\nb: [x, 2.5]")                    # => {"a": 1, "b": ["x", 2.5]}
/// ```
#[native(family = "yaml", method, pure)]
fn parse_yaml(cx: &mut Cx<'_>, text: &str) -> NativeResult<Value> {
    read::parse(text).map_err(|problem| problem.error(cx, "YAML"))
}

/// A value as YAML text in block style, keys in their order.
///
/// Structs become mappings; sets, queues and stacks sequences; `Some(v)` is `v` and `None` is `null`.
///
/// Fails with `Cannot convert {type} to YAML` for functions, bytes, enum values, results and handles. Fails with
/// `YAML value exceeds maximum nesting depth of 64` for values nested deeper. Fails with `to_yaml() result exceeds
/// maximum size of 268435456 bytes` if the text would be longer.
///
/// ```ruff
/// to_yaml({"a": [1, "x"], "b": "true"})              # => "a:\n- 1\n- x\nb: 'true'\n"
/// ```
#[native(family = "yaml", method, pure)]
fn to_yaml(cx: &mut Cx<'_>, value: &Value) -> NativeResult<String> {
    let text = write::text(value).map_err(|problem| problem.error(cx, "YAML"))?;
    cx.check_bytes(text.len())?;
    Ok(text)
}

#[cfg(test)]
mod tests;
