//! Text, truth, bytes and errors from values.

use ruff_runtime::Value;
use ruff_runtime::heap::Ref;
use ruff_runtime::native;
use ruff_runtime::native::{Cx, NativeResult};
use ruff_runtime::value::{Bytes, Str, shown, text};
use ruff_syntax::Code;

/// The text of a value, as `print` shows it. Bytes are read as UTF-8; what is not becomes `\u{FFFD}`.
///
/// ```ruff
/// to_string([1, "a", null])      # => "[1, a, null]"
/// str(2.0)                       # => "2"
/// ```
#[native(family = "conversion", alias = "str", method, pure)]
fn to_string(cx: &mut Cx<'_>, value: Value) -> NativeResult<Str> {
    let text = match value {
        Value::Short(text) => return Ok(Str::Short(text)),
        Value::Str(text) => return Ok(Str::Heap(text)),
        Value::Int(int) => return Ok(Str::from_int(int)),
        Value::Bytes(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        other => text(&other),
    };
    cx.check_bytes(text.len())?;
    Ok(Str::from_string(text))
}

/// The truth that a value spells: false for `false`, `null`, zero, `""`, `"0"`, `"false"` in any case, `[]` and `{}`.
///
/// ```ruff
/// to_bool("FALSE")               # => false
/// to_bool("no")                  # => true
/// ```
#[native(family = "conversion", method, pure)]
fn to_bool(value: &Value) -> bool {
    match value.as_str() {
        Some(text) => !(text.is_empty() || text == "0" || text.eq_ignore_ascii_case("false")),
        None => value.is_truthy(),
    }
}

/// Bytes from ints between 0 and 255, or the UTF-8 bytes of a string.
///
/// Fails with `bytes() requires int elements in values, got {type} at index {index}` for an array of anything but
/// ints. Fails with `bytes() requires integers in range 0-255, got {int}` for an int that is no byte.
///
/// ```ruff
/// len(bytes([104, 105]))         # => 2
/// to_string(bytes([104, 105]))   # => "hi"
/// ```
#[native(family = "conversion", pure)]
fn bytes(cx: &mut Cx<'_>, #[types(array, string)] values: &Value) -> NativeResult<Ref<Bytes>> {
    let Value::Array(values) = values else {
        return Ok(Bytes::from_vec(values.as_str().unwrap_or_default().as_bytes().to_vec()));
    };
    let mut bytes = Vec::with_capacity(values.len());
    for (index, value) in values.iter().enumerate() {
        let Value::Int(int) = value else {
            let got = value.type_name();
            let message =
                format!("{}() requires int elements in values, got {got} at index {index}", cx.name());
            return Err(cx.fail(Code::ArgumentType, message));
        };
        let byte = u8::try_from(*int).map_err(|_| {
            let message = format!("{}() requires integers in range 0-255, got {int}", cx.name());
            cx.fail(Code::ArgumentValue, message)
        })?;
        bytes.push(byte);
    }
    Ok(Bytes::from_vec(bytes))
}

/// Raises an error with `message`, like `throw`.
///
/// Fails with `{message}`, always: the text of `message`, which may be any value.
///
/// ```ruff
/// try { error("out of kibble") } except err { print(err.message) }   # prints out of kibble
/// ```
#[native(family = "conversion", returns = "never")]
fn error(cx: &mut Cx<'_>, message: &Value) -> NativeResult<()> {
    Err(cx.fail(Code::Thrown, shown(message)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{call, message, source};

    #[test]
    fn truth_of_words() {
        let truth = |value| source(call(&TO_BOOL, vec![value]));
        for text in ["", "0", "false", "FaLsE"] {
            assert_eq!(truth(Value::str(text)), "false", "{text}");
        }
        for text in [" ", "0.0", " false", "no"] {
            assert_eq!(truth(Value::str(text)), "true", "{text}");
        }
        assert_eq!(truth(Value::array(vec![])), "false");
        assert_eq!(truth(Value::Nothing), "true");
    }

    #[test]
    fn bytes_of_numbers_and_of_text() {
        let bytes = |values: &[Value]| call(&BYTES, vec![Value::array(values.to_vec())]);
        assert_eq!(source(bytes(&[Value::Int(0), Value::Int(255)])), "<bytes: 2>");
        assert_eq!(message(bytes(&[Value::Int(256)])), "bytes() requires integers in range 0-255, got 256");
        assert_eq!(
            message(bytes(&[Value::Int(1), Value::Float(1.0)])),
            "bytes() requires int elements in values, got float at index 1"
        );
        let text = call(&BYTES, vec![Value::str("hé")]).unwrap();
        assert_eq!(source(call(&TO_STRING, vec![text])), "\"hé\"");
        let broken = Value::Bytes(Bytes::from_vec(vec![104, 0xff]));
        assert_eq!(source(call(&TO_STRING, vec![broken])), "\"h\u{fffd}\"");
    }

    #[test]
    fn errors_carry_any_text() {
        assert_eq!(message(call(&ERROR, vec![Value::array(vec![Value::Int(1)])])), "[1]");
    }
}
