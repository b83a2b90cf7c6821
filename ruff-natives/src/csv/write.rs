//! From values to CSV text.

use ruff_runtime::Value;
use ruff_runtime::native::{Cx, NativeResult};
use ruff_runtime::value::{Array, Dict, write_text};
use ruff_syntax::Code;

use crate::json;
use crate::place::BYTE_ORDER_MARK;

/// The text of `rows`.
pub(super) fn text(cx: &Cx<'_>, rows: &Array) -> NativeResult<String> {
    let Some(first) = rows.first() else { return Ok(String::new()) };
    let keys: Vec<Value> = dict(cx, first)?.iter().map(|(key, _)| key.to_value()).collect();
    let mut out = String::new();
    record(cx, &mut out, keys.iter())?;
    for row in rows.iter() {
        let row = dict(cx, row)?;
        let fields = keys.iter().map(|key| key.as_str().and_then(|key| row.get(key)).unwrap_or(&Value::Null));
        record(cx, &mut out, fields)?;
        cx.check_size(out.len())?;
    }
    Ok(out)
}

fn dict<'a>(cx: &Cx<'_>, row: &'a Value) -> NativeResult<&'a Dict> {
    match row {
        Value::Dict(row) => Ok(row),
        _ => Err(cx.fail(Code::ArgumentType, "CSV requires array of dictionaries")),
    }
}

/// A line. If all there is on it is an empty field, that is quoted, or the line would be blank.
fn record<'a>(
    cx: &Cx<'_>,
    out: &mut String,
    fields: impl ExactSizeIterator<Item = &'a Value>,
) -> NativeResult<()> {
    let (start, count) = (out.len(), fields.len());
    for (index, field) in fields.enumerate() {
        if index > 0 {
            out.push(',');
        }
        push_field(cx, out, field)?;
    }
    if count == 1 && out.len() == start {
        out.push_str("\"\"");
    }
    out.push('\n');
    Ok(())
}

fn push_field(cx: &Cx<'_>, out: &mut String, field: &Value) -> NativeResult<()> {
    match field {
        Value::Null => {}
        Value::Array(_) | Value::Dict(_) => {
            push_quoted(out, &json::to_line(field).map_err(|problem| problem.error(cx, "JSON"))?);
        }
        other => match other.as_str() {
            Some(text) => push_quoted(out, text),
            None => {
                let mut text = String::new();
                write_text(&mut text, other);
                push_quoted(out, &text);
            }
        },
    }
    Ok(())
}

fn push_quoted(out: &mut String, text: &str) {
    // In front of the first key a byte order mark would not be read as part of it.
    if !text.contains(['"', ',', '\n', '\r', BYTE_ORDER_MARK]) {
        out.push_str(text);
        return;
    }
    out.push('"');
    for (index, part) in text.split('"').enumerate() {
        if index > 0 {
            out.push_str("\"\"");
        }
        out.push_str(part);
    }
    out.push('"');
}
