//! From CSV text to values.

use std::borrow::Cow;

use ruff_runtime::Value;
use ruff_runtime::value::{Dict, Key};

use crate::data::Unreadable;
use crate::place::{BYTE_ORDER_MARK, Place};

/// The records of `text` below the first.
pub(super) fn parse(text: &str) -> Result<Vec<Value>, Unreadable> {
    let mut reader = Reader { text, at: 0, record: 0 };
    reader.rows().map_err(|Mistake { detail, at }| {
        let (record, line) = (reader.record, Place::of(text, at).line);
        Unreadable::Mistake(format!("CSV error: record {record} (line: {line}, byte: {at}): {detail}"))
    })
}

/// What is wrong, and the byte where it is.
struct Mistake {
    detail: String,
    at: usize,
}

struct Reader<'a> {
    text: &'a str,
    /// The byte that comes next.
    at: usize,
    /// The number of the record that is read; the first has the keys and is 0.
    record: usize,
}

impl<'a> Reader<'a> {
    fn rows(&mut self) -> Result<Vec<Value>, Mistake> {
        let mut fields = Vec::new();
        if self.text.starts_with(BYTE_ORDER_MARK) {
            self.at += BYTE_ORDER_MARK.len_utf8();
        }
        self.skip_line_ends();
        self.read_record(&mut fields)?;
        let keys: Vec<Key> = fields.iter().map(|field| Key::from(&**field)).collect();
        let mut rows = Vec::new();
        loop {
            self.skip_line_ends();
            if self.peek().is_none() {
                return Ok(rows);
            }
            self.record += 1;
            let start = self.at;
            self.read_record(&mut fields)?;
            if fields.len() != keys.len() {
                return Err(other_length(start, fields.len(), keys.len()));
            }
            let mut row = Dict::with_capacity(keys.len());
            for (key, field) in keys.iter().zip(&fields) {
                row.insert_key(key.clone(), value(field));
            }
            rows.push(Value::Dict(row));
        }
    }

    fn skip_line_ends(&mut self) {
        while let Some(b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    /// Reads the fields up to the end of the line.
    fn read_record(&mut self, fields: &mut Vec<Cow<'a, str>>) -> Result<(), Mistake> {
        fields.clear();
        loop {
            fields.push(if self.peek() == Some(b'"') { self.quoted()? } else { self.plain() });
            if self.peek() != Some(b',') {
                return Ok(());
            }
            self.at += 1;
        }
    }

    fn plain(&mut self) -> Cow<'a, str> {
        let rest = self.rest();
        let len = rest.bytes().position(|byte| matches!(byte, b',' | b'\n' | b'\r')).unwrap_or(rest.len());
        self.at += len;
        rest.get(..len).unwrap_or_default().into()
    }

    /// A field in quotes, which stand twice where the field has one.
    fn quoted(&mut self) -> Result<Cow<'a, str>, Mistake> {
        let open = self.at;
        self.at += 1;
        let mut before = String::new();
        loop {
            let Some((part, _)) = self.rest().split_once('"') else {
                return Err(Mistake {
                    detail: "the quote that opens a field is not closed".to_owned(),
                    at: open,
                });
            };
            self.at += part.len() + 1;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    before.push_str(part);
                    before.push('"');
                }
                None | Some(b',' | b'\n' | b'\r') if before.is_empty() => return Ok(part.into()),
                None | Some(b',' | b'\n' | b'\r') => return Ok((before + part).into()),
                Some(_) => return Err(self.behind_quote()),
            }
        }
    }

    #[cold]
    fn behind_quote(&self) -> Mistake {
        let found = self.rest().chars().next().unwrap_or_default().escape_debug();
        let detail = format!(
            "found `{found}` behind the closing quote of a field, expected `,` or the end of the line; a quote inside of \
             a field is written twice"
        );
        Mistake { detail, at: self.at }
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }
}

#[cold]
fn other_length(at: usize, found: usize, expected: usize) -> Mistake {
    let detail = format!("found record with {found} fields, but the previous record has {expected} fields");
    Mistake { detail, at }
}

fn value(field: &str) -> Value {
    // No number begins with anything else, and the words for the numbers that are none do not count.
    let may_be_number = field.starts_with(|first: char| matches!(first, '0'..='9' | '+' | '-' | '.'))
        && field.ends_with(|last: char| matches!(last, '0'..='9' | '.'));
    if may_be_number {
        if let Ok(int) = field.parse() {
            return Value::Int(int);
        }
        if let Some(float) = field.parse().ok().filter(|float: &f64| float.is_finite()) {
            return Value::Float(float);
        }
    }
    Value::str(field)
}
