//! TOML text, version 1.0.

mod mistake;
mod read;
mod write;

use ruff_runtime::family;
use ruff_runtime::heap::Ref;
use ruff_runtime::native;
use ruff_runtime::native::{Cx, Family, NativeResult};
use ruff_runtime::value::Dict;

/// The builtins of this family.
pub(crate) static FAMILY: Family = family!("toml": [self::PARSE_TOML, self::TO_TOML]);

/// The dict that a TOML text stands for, its keys in the order of the text.
///
/// Dates and times become strings.
///
/// Fails with `TOML parse error: {reason}` for anything that is not TOML, for whole numbers of more than 64 bits, and for
/// values nested more than 64 deep.
///
/// ```ruff
/// parse_toml("n = 1\n[t]\nok = true")                # => {"n": 1, "t": {"ok": true}}
/// ```
#[native(family = "toml", method, pure)]
fn parse_toml(cx: &mut Cx<'_>, text: &str) -> NativeResult<Ref<Dict>> {
    read::parse(text).map_err(|problem| problem.error(cx, "TOML"))
}

/// A dict as TOML text: keys sorted by bytes, plain entries first, then tables under their headers.
///
/// Structs become tables; sets, queues and stacks arrays; `Some(v)` is `v`; `null` and `None` are empty strings.
///
/// Fails with `Cannot convert {type} to TOML` for functions, bytes, enum values, results and handles. Fails with
/// `TOML value exceeds maximum nesting depth of 64` for values nested deeper. Fails with `to_toml() result exceeds
/// maximum size of 268435456 bytes` if the text would be longer.
///
/// ```ruff
/// to_toml({"b": 1.0, "a": "x"})                      # => "a = \"x\"\nb = 1.0\n"
/// ```
#[native(family = "toml", method, pure)]
fn to_toml(cx: &mut Cx<'_>, value: &Dict) -> NativeResult<String> {
    let text = write::text(value).map_err(|problem| problem.error(cx, "TOML"))?;
    cx.check_bytes(text.len())?;
    Ok(text)
}
