//! From values to JSON text. Recursion is bounded by [`MAX_DEPTH`](crate::data::MAX_DEPTH).

use ruff_runtime::Value;
use ruff_runtime::heap::StructRef;
use ruff_runtime::value::{Dict, Digits, Variant};

use super::number::push_float;
use super::scan::plain_len;
use crate::data::{Unwritable, error_fields};

/// The text of `value`, on several lines if it `is_pretty`.
pub(super) fn text(value: &Value, is_pretty: bool) -> Result<String, Unwritable> {
    let mut writer = Writer { out: String::with_capacity(128), is_pretty };
    writer.value(value, 0)?;
    Ok(writer.out)
}

struct Writer {
    out: String,
    is_pretty: bool,
}

impl Writer {
    fn value(&mut self, value: &Value, depth: usize) -> Result<(), Unwritable> {
        Unwritable::check(depth, &self.out)?;
        match value {
            Value::Null | Value::Nothing => self.out.push_str("null"),
            Value::Bool(truth) => self.out.push_str(if *truth { "true" } else { "false" }),
            Value::Int(int) => self.out.push_str(Digits::new(*int).as_str()),
            Value::Float(float) if float.is_finite() => push_float(&mut self.out, *float),
            Value::Float(float) => return Err(Unwritable::NotFinite(*float)),
            Value::Short(text) => self.string(text.as_str()),
            Value::Str(text) => self.string(text.as_str()),
            Value::Array(items) => self.array(items.iter(), depth)?,
            Value::Set(items) => self.array(items.iter(), depth)?,
            Value::Queue(items) => self.array(items.iter(), depth)?,
            Value::Stack(items) => self.array(items.iter(), depth)?,
            Value::Dict(dict) => self.dict(dict, depth)?,
            Value::Struct(object) => self.object(object, depth)?,
            Value::Error(error) => {
                self.fields(error_fields(error).iter().map(|(name, value)| (name.as_str(), &**value)), depth)?
            }
            Value::Tagged(tagged) if tagged.variant() == Variant::SOME => {
                return self.value(tagged.payload().first().unwrap_or(&Value::Null), depth + 1);
            }
            other => return Err(Unwritable::kind(other)),
        }
        Ok(())
    }

    fn array<'a>(&mut self, items: impl Iterator<Item = &'a Value>, depth: usize) -> Result<(), Unwritable> {
        self.out.push('[');
        let mut is_empty = true;
        for item in items {
            self.separate(&mut is_empty, depth);
            self.value(item, depth + 1)?;
        }
        self.close(is_empty, depth, ']');
        Ok(())
    }

    fn dict(&mut self, dict: &Dict, depth: usize) -> Result<(), Unwritable> {
        self.out.push('{');
        let mut is_empty = true;
        for (key, value) in dict.sorted_by_bytes() {
            self.separate(&mut is_empty, depth);
            key.with_text(|key| self.key(key));
            self.value(value, depth + 1)?;
        }
        self.close(is_empty, depth, '}');
        Ok(())
    }

    fn object(&mut self, object: &StructRef, depth: usize) -> Result<(), Unwritable> {
        let names = object.shape().fields().iter().map(|name| name.text());
        let mut fields: Vec<_> = names.zip(object.fields()).collect();
        fields.sort_unstable_by_key(|(a, _)| *a);
        self.fields(fields.iter().map(|(name, value)| (&**name, *value)), depth)
    }

    fn fields<'a>(
        &mut self,
        fields: impl Iterator<Item = (&'a str, &'a Value)>,
        depth: usize,
    ) -> Result<(), Unwritable> {
        self.out.push('{');
        let mut is_empty = true;
        for (name, value) in fields {
            self.separate(&mut is_empty, depth);
            self.key(name);
            self.value(value, depth + 1)?;
        }
        self.close(is_empty, depth, '}');
        Ok(())
    }

    /// Before an element or entry.
    fn separate(&mut self, is_empty: &mut bool, depth: usize) {
        if !std::mem::take(is_empty) {
            self.out.push(',');
        }
        if self.is_pretty {
            self.new_line(depth + 1);
        }
    }

    fn close(&mut self, is_empty: bool, depth: usize, bracket: char) {
        if self.is_pretty && !is_empty {
            self.new_line(depth);
        }
        self.out.push(bracket);
    }

    fn new_line(&mut self, depth: usize) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n("  ", depth));
    }

    fn key(&mut self, key: &str) {
        self.string(key);
        self.out.push_str(if self.is_pretty { ": " } else { ":" });
    }

    fn string(&mut self, text: &str) {
        self.out.push('"');
        let mut rest = text;
        loop {
            let (plain, special) = rest.split_at(plain_len(rest.as_bytes()));
            self.out.push_str(plain);
            // What is not plain is ASCII.
            let Some((special, after)) = special.split_at_checked(1) else { break };
            self.escape(special);
            rest = after;
        }
        self.out.push('"');
    }

    fn escape(&mut self, special: &str) {
        let escape = match special {
            "\"" => "\\\"",
            "\\" => "\\\\",
            "\n" => "\\n",
            "\r" => "\\r",
            "\t" => "\\t",
            "\u{8}" => "\\b",
            "\u{c}" => "\\f",
            control => {
                let code = control.bytes().next().unwrap_or_default();
                let digit = |nibble: u8| char::from_digit(u32::from(nibble & 15), 16).unwrap_or('0');
                self.out.push_str("\\u00");
                self.out.extend([digit(code >> 4), digit(code)]);
                return;
            }
        };
        self.out.push_str(escape);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{TO_JSON, TO_JSON_PRETTY};
    use super::*;
    use crate::testing::{call, message};
    use ruff_runtime::VmError;
    use ruff_runtime::value::{Bytes, ErrorValue, Key, Set};
    use ruff_syntax::Code;

    fn json(value: Value) -> String {
        text(&value, false).unwrap()
    }

    #[test]
    fn scalars() {
        assert_eq!(json(Value::str("a\"\\/\u{1}\u{1f}\n\u{7f}ä")), "\"a\\\"\\\\/\\u0001\\u001f\\n\u{7f}ä\"");
        assert_eq!(json(Value::some(Value::Int(1))), "1");
        assert_eq!(json(Value::Nothing), "null");
        assert_eq!(json(Value::Float(2.0)), "2.0");
    }

    #[test]
    fn containers() {
        let keys = ["2", "10", "1", "b"].map(|key| (Key::from(key), Value::Null));
        assert_eq!(
            json(Value::Dict(Dict::from_entries(keys))),
            "{\"1\":null,\"10\":null,\"2\":null,\"b\":null}"
        );
        assert_eq!(json(Value::Set(Set::from_items([Value::Int(2), Value::Int(1)]))), "[2,1]");
        let nested = Value::array(vec![Value::array(vec![]), Value::Dict(Dict::from_entries([]))]);
        assert_eq!(text(&nested, true).unwrap(), "[\n  [],\n  {}\n]");
    }

    #[test]
    fn what_has_no_text() {
        let fail = |value| message(call(&TO_JSON, vec![value]));
        assert_eq!(fail(Value::Float(f64::NEG_INFINITY)), "Cannot convert non-finite float -inf to JSON");
        assert_eq!(fail(Value::array(vec![Value::ok(Value::Null)])), "Cannot convert result to JSON");
        assert_eq!(fail(Value::Bytes(Bytes::from_vec(vec![]))), "Cannot convert bytes to JSON");
        assert_eq!(fail(Value::Native(0, &TO_JSON)), "Cannot convert function to JSON");
    }

    #[test]
    fn the_limit_on_depth() {
        let nested = |levels| (0..levels).fold(Value::array(vec![]), |value, _| Value::array(vec![value]));
        assert!(call(&TO_JSON_PRETTY, vec![nested(64)]).is_ok());
        assert_eq!(
            message(call(&TO_JSON_PRETTY, vec![nested(65)])),
            "JSON value exceeds maximum nesting depth of 64"
        );
        let options = (0..10_000).fold(Value::Null, |value, _| Value::some(value));
        assert_eq!(message(call(&TO_JSON, vec![options])), "JSON value exceeds maximum nesting depth of 64");
    }

    #[test]
    fn shared_parts_are_written_each_time_and_so_have_a_limit() {
        let huge = Value::string("x".repeat(1 << 22));
        let array = Value::array(vec![Value::array(vec![huge; 5]); 13]);
        assert_eq!(
            message(call(&TO_JSON, vec![array])),
            "to_json() result exceeds maximum size of 268435456 bytes"
        );
    }

    #[test]
    fn errors_are_structs() {
        let error = VmError::new(Code::Thrown, "m");
        assert_eq!(json(ErrorValue::caught(error)), r#"{"line":0,"message":"m","stack":[]}"#);
    }
}
