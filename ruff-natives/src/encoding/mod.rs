//! Bytes as text.

mod base64;

use ruff_runtime::Value;
use ruff_runtime::family;
use ruff_runtime::heap::Ref;
use ruff_runtime::native;
use ruff_runtime::native::{Cx, Family, NativeResult};
use ruff_runtime::value::Bytes;
use ruff_syntax::Code;

/// The builtins of this family.
pub(crate) static FAMILY: Family = family!("encoding": [self::DECODE_BASE64, self::ENCODE_BASE64]);

/// Bytes, or the UTF-8 bytes of a string, in base64: the standard alphabet, padded.
///
/// ```ruff
/// encode_base64("kennel")                            # => "a2VubmVs"
/// encode_base64(bytes([255, 254]))                   # => "//4="
/// ```
#[native(family = "encoding", method, pure)]
fn encode_base64(cx: &mut Cx<'_>, #[types(bytes, string)] value: &Value) -> NativeResult<String> {
    let bytes = match value {
        Value::Bytes(bytes) => bytes,
        other => other.as_str().unwrap_or_default().as_bytes(),
    };
    cx.check_bytes(bytes.len().div_ceil(3).saturating_mul(4))?;
    Ok(base64::encode(bytes))
}

/// The bytes that a base64 text stands for. It is in the standard alphabet, padded, without blanks.
///
/// Fails with `Base64 decode error: {reason}` for anything else.
///
/// ```ruff
/// to_string(decode_base64("a2VubmVs"))               # => "kennel"
/// ```
#[native(family = "encoding", method, pure)]
fn decode_base64(cx: &mut Cx<'_>, text: &str) -> NativeResult<Ref<Bytes>> {
    match base64::decode(text) {
        Ok(bytes) => Ok(Bytes::from_vec(bytes)),
        Err(problem) => Err(cx.fail(Code::Conversion, format!("Base64 decode error: {problem}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{call, message, source};

    #[test]
    fn text_and_bytes() {
        assert_eq!(source(call(&ENCODE_BASE64, vec![Value::str("ä")])), "\"w6Q=\"");
        assert_eq!(source(call(&DECODE_BASE64, vec![Value::str("w6Q=")])), "<bytes: 2>");
        assert_eq!(
            message(call(&DECODE_BASE64, vec![Value::str("w6Q")])),
            "Base64 decode error: Invalid padding"
        );
    }
}
