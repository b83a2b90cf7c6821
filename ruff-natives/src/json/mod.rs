//! JSON text, straight from and to values.

mod number;
mod read;
mod scan;
mod write;

use ruff_runtime::Value;
use ruff_runtime::family;
use ruff_runtime::native;
use ruff_runtime::native::{Cx, Family, NativeResult};
use ruff_syntax::Code;

pub(crate) use number::push_float;

use crate::data::Unwritable;

/// The builtins of this family.
pub(crate) static FAMILY: Family = family!("json": [self::PARSE_JSON, self::TO_JSON, self::TO_JSON_PRETTY]);

/// The value that a JSON text stands for. Objects become dicts with their keys in order; of equal keys the last wins.
///
/// Whole numbers within 64 bits become ints, all others floats.
///
/// Fails with `JSON parse error: {reason} at line {line} column {column}` for anything that is not JSON. Fails with
/// `JSON input exceeds maximum nesting depth of 64` for values nested deeper. Fails with `JSON input exceeds maximum
/// input size of {limit} bytes` for more than 1 MiB in a program that is not trusted.
///
/// ```ruff
/// parse_json("[1, 2.5, null, true]")         # => [1, 2.5, null, true]
/// parse_json("[1,]")                         # fails: JSON parse error: trailing comma at line 1 column 4
/// ```
#[native(family = "json", method, pure)]
fn parse_json(cx: &mut Cx<'_>, text: &str) -> NativeResult<Value> {
    if let Some(limit) = cx.json_bytes().filter(|limit| text.len() > *limit) {
        let message = format!("JSON input exceeds maximum input size of {limit} bytes");
        return Err(cx.fail(Code::Conversion, message));
    }
    read::parse(text).map_err(|problem| problem.error(cx, "JSON"))
}

/// A value as JSON text on one line, keys sorted by bytes.
///
/// Structs become objects; sets, queues and stacks arrays; `Some(v)` is `v` and `None` is `null`.
///
/// Fails with `Cannot convert non-finite float {float} to JSON` for `NaN` and infinities. Fails with `Cannot
/// convert {type} to JSON` for functions, bytes, enum values, results and handles. Fails with `JSON value exceeds
/// maximum nesting depth of 64` for values nested deeper. Fails with `to_json() result exceeds maximum size of
/// 268435456 bytes` if the text would be longer.
///
/// ```ruff
/// to_json({"b": [1, 2.0], "a": null})        # => "{\"a\":null,\"b\":[1,2.0]}"
/// ```
#[native(family = "json", method, pure)]
fn to_json(cx: &mut Cx<'_>, value: &Value) -> NativeResult<String> {
    to_text(cx, value, false)
}

/// A value as JSON text on several lines, indented by two blanks a level. See `to_json`.
///
/// Fails with `Cannot convert non-finite float {float} to JSON` for `NaN` and infinities. Fails with `Cannot
/// convert {type} to JSON` for functions, bytes, enum values, results and handles. Fails with `JSON value exceeds
/// maximum nesting depth of 64` for values nested deeper. Fails with `to_json_pretty() result exceeds maximum size of
/// 268435456 bytes` if the text would be longer.
///
/// ```ruff
/// to_json_pretty({"a": [1]})                 # => "{\n  \"a\": [\n    1\n  ]\n}"
/// ```
#[native(family = "json", method, pure)]
fn to_json_pretty(cx: &mut Cx<'_>, value: &Value) -> NativeResult<String> {
    to_text(cx, value, true)
}

/// `value` as JSON text on one line.
pub(crate) fn to_line(value: &Value) -> Result<String, Unwritable> {
    write::text(value, false)
}

fn to_text(cx: &Cx<'_>, value: &Value, is_pretty: bool) -> NativeResult<String> {
    let text = write::text(value, is_pretty).map_err(|problem| problem.error(cx, "JSON"))?;
    cx.check_bytes(text.len())?;
    Ok(text)
}
