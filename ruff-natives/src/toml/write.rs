//! From values to TOML text. Recursion is bounded by [`MAX_DEPTH`](crate::data::MAX_DEPTH).

use std::borrow::Cow;

use ruff_runtime::Value;
use ruff_runtime::value::{Dict, Str};
use toml_writer::{TomlKeyBuilder, TomlStringBuilder, TomlWrite, WriteTomlKey, WriteTomlValue};

use crate::data::{Data, Unwritable};

/// The text of a dict.
pub(super) fn text(dict: &Dict) -> Result<String, Unwritable> {
    let mut writer = Writer { out: String::new(), path: Vec::new() };
    let entries = dict.iter().map(|(key, value)| (key.to_str(), Cow::Borrowed(value))).collect();
    writer.table(entries, 0, Header::None)?;
    Ok(writer.out)
}

type Entries<'a> = Vec<(Str, Cow<'a, Value>)>;

/// What stands above the entries of a table.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Header {
    None,
    /// `[a.b]`
    Table,
    /// `[[a.b]]`
    Element,
}

struct Writer {
    out: String,
    /// The keys that lead to the table being written, as they are written.
    path: Vec<String>,
}

impl Writer {
    /// Plain entries, then tables and arrays of tables under headers of their own.
    fn table(&mut self, mut entries: Entries<'_>, depth: usize, header: Header) -> Result<(), Unwritable> {
        Unwritable::check(depth, &self.out)?;
        entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        let mut plain = Vec::new();
        let mut nested = Vec::new();
        for (key, value) in &entries {
            match Data::of(value)? {
                Data::Table(entries) => nested.push((key, Nested::Table(entries))),
                Data::List(items) => match tables(&items)? {
                    Some(tables) => nested.push((key, Nested::Tables(tables))),
                    None => plain.push((key, Data::List(items))),
                },
                data => plain.push((key, data)),
            }
        }
        // A table that only holds tables is there because of them.
        if header == Header::Element || (header == Header::Table && (!plain.is_empty() || nested.is_empty()))
        {
            self.header(header);
        }
        for (key, data) in plain {
            put_key(&mut self.out, key);
            self.out.push_str(" = ");
            self.inline(data, depth + 1)?;
            self.out.push('\n');
        }
        for (key, nested) in nested {
            let mut written = String::new();
            put_key(&mut written, key);
            self.path.push(written);
            match nested {
                Nested::Table(entries) => self.table(entries, depth + 1, Header::Table)?,
                Nested::Tables(tables) => {
                    for entries in tables {
                        self.table(entries, depth + 2, Header::Element)?;
                    }
                }
            }
            self.path.pop();
        }
        Ok(())
    }

    fn header(&mut self, header: Header) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        let (open, close) = if header == Header::Element { ("[[", "]]\n") } else { ("[", "]\n") };
        self.out.push_str(open);
        self.out.push_str(&self.path.join("."));
        self.out.push_str(close);
    }

    /// A value on one line, but for the line breaks of texts.
    fn inline(&mut self, data: Data<'_>, depth: usize) -> Result<(), Unwritable> {
        Unwritable::check(depth, &self.out)?;
        match data {
            Data::Null => put(&mut self.out, ""),
            Data::Bool(truth) => put(&mut self.out, truth),
            Data::Int(int) => put(&mut self.out, int),
            Data::Float(float) => put(&mut self.out, float),
            Data::Text(text) => put(&mut self.out, TomlStringBuilder::new(text).as_default()),
            Data::List(items) => {
                self.out.push('[');
                for (index, item) in items.into_iter().enumerate() {
                    if index > 0 {
                        self.out.push_str(", ");
                    }
                    self.inline(Data::of(item)?, depth + 1)?;
                }
                self.out.push(']');
            }
            Data::Table(mut entries) => {
                entries.sort_by(|(a, _), (b, _)| a.cmp(b));
                self.out.push('{');
                for (index, (key, value)) in entries.iter().enumerate() {
                    self.out.push_str(if index > 0 { ", " } else { " " });
                    put_key(&mut self.out, key);
                    self.out.push_str(" = ");
                    self.inline(Data::of(value)?, depth + 1)?;
                }
                self.out.push_str(if entries.is_empty() { "}" } else { " }" });
            }
        }
        Ok(())
    }
}

/// What has headers of its own.
enum Nested<'a> {
    Table(Entries<'a>),
    Tables(Vec<Entries<'a>>),
}

/// The items as tables, if they are all tables and there is one at least.
fn tables<'a>(items: &[&'a Value]) -> Result<Option<Vec<Entries<'a>>>, Unwritable> {
    let mut tables = Vec::new();
    for item in items {
        match Data::of(item)? {
            Data::Table(entries) => tables.push(entries),
            _ => return Ok(None),
        }
    }
    Ok(if tables.is_empty() { None } else { Some(tables) })
}

fn put(out: &mut String, value: impl WriteTomlValue) {
    // Writing to a string cannot fail.
    let _ = out.value(value);
}

fn put_key(out: &mut String, key: &str) {
    let _ = TomlKeyBuilder::new(key).as_default().write_toml_key(out);
}

#[cfg(test)]
mod tests {
    use super::super::{PARSE_TOML, TO_TOML};
    use crate::testing::{call, message};
    use ruff_runtime::Value;
    use ruff_runtime::value::{Dict, Key, Set};

    fn dict(entries: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
        Value::Dict(Dict::from_entries(entries.into_iter().map(|(key, value)| (Key::from(key), value))))
    }

    fn written(value: Value) -> String {
        let text = call(&TO_TOML, vec![value]).unwrap();
        text.as_str().unwrap().to_owned()
    }

    /// Reads `text` and writes it again.
    fn again(text: &str) -> String {
        written(call(&PARSE_TOML, vec![Value::str(text)]).unwrap())
    }

    #[test]
    fn entries_before_tables_and_all_sorted() {
        let text = "a = [[{ x = 1 }], []]\nc = [1, 2]\nd = [{ x = 1 }, 2]\n\n[[b]]\ny = 1\n\n[[b]]\n\n[[b.z]]\nw = 1\n\n\
                    [empty]\n\n[h.i]\n\n[t]\nok = true\n\n[t.u.v]\nw = 1.0\n";
        assert_eq!(again(text), text);
        assert_eq!(written(dict([])), "");
    }

    #[test]
    fn scalars() {
        assert_eq!(
            again("a = +inf\nb = nan\nc = -0.0\nd = 1e20\ne = 9223372036854775807\nf = 1979-05-27"),
            "a = inf\nb = nan\nc = -0.0\nd = 100000000000000000000.0\ne = 9223372036854775807\nf = \"1979-05-27\"\n"
        );
        assert_eq!(
            written(dict([("a", Value::Null), ("b", Value::array(vec![Value::Nothing]))])),
            "a = \"\"\nb = [\"\"]\n"
        );
    }

    #[test]
    fn texts_and_keys() {
        let text = "\"\" = \"it's\"\na-b = 'a\"b'\n\"a.b\" = \"\"\"\na\nb\"\"\"\n'q\"r' = \"\\u0001\"\n";
        assert_eq!(again(text), text);
        assert_eq!(again("[\"x y\".\"\"]\nz = 1"), "[\"x y\".\"\"]\nz = 1\n");
    }

    #[test]
    fn other_kinds_of_values() {
        let set = Value::Set(Set::from_items([Value::some(Value::Int(1)), Value::Int(2)]));
        assert_eq!(written(dict([("s", set)])), "s = [1, 2]\n");
        let fail = |value| message(call(&TO_TOML, vec![value]));
        assert_eq!(fail(dict([("f", Value::Native(0, &TO_TOML))])), "Cannot convert function to TOML");
        assert_eq!(fail(Value::Int(1)), "to_toml() requires a dict argument for value, got int");
    }

    #[test]
    fn the_limits_on_depth_and_size() {
        let nested = |levels| (0..levels).fold(dict([]), |value, _| dict([("a", value)]));
        assert!(call(&TO_TOML, vec![nested(64)]).is_ok());
        assert_eq!(
            message(call(&TO_TOML, vec![nested(65)])),
            "TOML value exceeds maximum nesting depth of 64"
        );
        let huge = Value::array(vec![Value::string("x".repeat(1 << 22)); 65]);
        assert_eq!(
            message(call(&TO_TOML, vec![dict([("a", huge)])])),
            "to_toml() result exceeds maximum size of 268435456 bytes"
        );
    }
}
