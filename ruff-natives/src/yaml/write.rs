//! From values to YAML text in block style. Recursion is bounded by [`MAX_DEPTH`](crate::data::MAX_DEPTH).

use std::borrow::Cow;

use ruff_runtime::Value;
use ruff_runtime::value::Str;

use super::scalar;
use crate::data::{Data, Unwritable};
use crate::json::push_float;

/// Characters that a key may have without a `?` before it. YAML allows 1024, quotes and escapes included.
const KEY_LENGTH: usize = 100;

/// The text of `value`.
pub(super) fn text(value: &Value) -> Result<String, Unwritable> {
    let mut writer = Writer { out: String::new() };
    writer.node(value, 0, 0, Place::Line)?;
    Ok(writer.out)
}

/// Where a node begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// At the start of a line.
    Line,
    /// Behind `key:`.
    Entry,
    /// Behind `- `, where collections begin on the same line.
    Item,
}

struct Writer {
    out: String,
}

impl Writer {
    /// Writes a node whose further lines are indented by `indent` levels, with its last line end.
    fn node(&mut self, value: &Value, depth: usize, indent: usize, place: Place) -> Result<(), Unwritable> {
        Unwritable::check(depth, &self.out)?;
        let data = Data::of(value)?;
        match data {
            Data::List(items) if !items.is_empty() => return self.list(&items, depth, indent, place),
            Data::Table(entries) if !entries.is_empty() => return self.table(&entries, depth, indent, place),
            _ => {}
        }
        if place == Place::Entry {
            self.out.push(' ');
        }
        match data {
            Data::Null => self.out.push_str("null"),
            Data::Bool(truth) => self.out.push_str(if truth { "true" } else { "false" }),
            Data::Int(int) => self.out.push_str(Str::from_int(int).as_str()),
            Data::Float(float) => self.float(float),
            Data::Text(text) if Form::of(text) == Form::Block => {
                self.block(text, indent);
                return Ok(());
            }
            Data::Text(text) => self.scalar(text),
            Data::List(_) => self.out.push_str("[]"),
            Data::Table(_) => self.out.push_str("{}"),
        }
        self.out.push('\n');
        Ok(())
    }

    /// Items stand below their key, not further in.
    fn list(
        &mut self,
        items: &[&Value],
        depth: usize,
        indent: usize,
        place: Place,
    ) -> Result<(), Unwritable> {
        let indent = if place == Place::Entry { indent - 1 } else { indent };
        if place == Place::Entry {
            self.out.push('\n');
        }
        for (index, item) in items.iter().enumerate() {
            if index > 0 || place != Place::Item {
                self.indent(indent);
            }
            self.out.push_str("- ");
            self.node(item, depth + 1, indent + 1, Place::Item)?;
        }
        Ok(())
    }

    fn table(
        &mut self,
        entries: &[(Str, Cow<'_, Value>)],
        depth: usize,
        indent: usize,
        place: Place,
    ) -> Result<(), Unwritable> {
        if place == Place::Entry {
            self.out.push('\n');
        }
        for (index, (key, value)) in entries.iter().enumerate() {
            if index > 0 || place != Place::Item {
                self.indent(indent);
            }
            if key.char_count() > KEY_LENGTH {
                self.out.push_str("? ");
                self.scalar(key);
                self.out.push('\n');
                self.indent(indent);
            } else {
                self.scalar(key);
            }
            self.out.push(':');
            self.node(value, depth + 1, indent + 1, Place::Entry)?;
        }
        Ok(())
    }

    fn indent(&mut self, levels: usize) {
        self.out.extend(std::iter::repeat_n("  ", levels));
    }

    fn float(&mut self, float: f64) {
        match float {
            float if float.is_nan() => self.out.push_str(".nan"),
            f64::INFINITY => self.out.push_str(".inf"),
            f64::NEG_INFINITY => self.out.push_str("-.inf"),
            float => push_float(&mut self.out, float),
        }
    }

    /// A text on one line.
    fn scalar(&mut self, text: &str) {
        match Form::of(text) {
            Form::Plain => self.out.push_str(text),
            Form::Single => {
                self.out.push('\'');
                for (index, part) in text.split('\'').enumerate() {
                    if index > 0 {
                        self.out.push_str("''");
                    }
                    self.out.push_str(part);
                }
                self.out.push('\'');
            }
            Form::Block | Form::Double => self.double(text),
        }
    }

    fn double(&mut self, text: &str) {
        self.out.push('"');
        for char in text.chars() {
            match char {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                char if is_shown(char) => self.out.push(char),
                char => match u32::from(char) {
                    code @ 0..=0xff => self.out.push_str(&format!("\\x{code:02x}")),
                    code @ 0x100..=0xffff => self.out.push_str(&format!("\\u{code:04x}")),
                    code => self.out.push_str(&format!("\\U{code:08x}")),
                },
            }
        }
        self.out.push('"');
    }

    /// A text of several lines as they are, with what becomes of its last line ends in the header.
    fn block(&mut self, text: &str, indent: usize) {
        let content = text.trim_end_matches('\n');
        let ends = text.len() - content.len();
        self.out.push_str(match ends {
            0 => "|-\n",
            1 => "|\n",
            _ => "|+\n",
        });
        for line in content.split('\n') {
            if !line.is_empty() {
                self.indent(indent.max(1));
                self.out.push_str(line);
            }
            self.out.push('\n');
        }
        self.out.extend(std::iter::repeat_n('\n', ends.saturating_sub(1)));
    }
}

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// As it is.
    Plain,
    /// In single quotes, in which only those are special.
    Single,
    /// In double quotes with escapes.
    Double,
    /// Line by line.
    Block,
}

impl Form {
    fn of(text: &str) -> Form {
        if !text.chars().all(|char| is_shown(char) || matches!(char, '\n' | '\t')) {
            return Form::Double;
        }
        if text.contains('\n') {
            return if is_block(text) { Form::Block } else { Form::Double };
        }
        if is_plain(text) { Form::Plain } else { Form::Single }
    }
}

/// Whether a text of one line is read as the same string without quotes.
fn is_plain(text: &str) -> bool {
    let mut chars = text.chars();
    let is_free_start = match chars.next() {
        // Nothing, or a sign of the syntax if a blank follows.
        Some('-' | '?' | ':') => chars.next().is_some_and(|second| !second.is_whitespace()),
        Some(first) => !matches!(
            first,
            ',' | '[' | ']' | '{' | '}' | '#' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`'
        ),
        None => false,
    };
    is_free_start
        && text.trim().len() == text.len()
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.contains('\t')
        && !text.ends_with(':')
        // The ends of documents.
        && !text.starts_with("---")
        && !text.starts_with("...")
        && scalar::is_string(text)
}

/// Whether a text of several lines is read as the same string line by line: blanks in front would count as indentation,
/// and those at the end of the text be lost.
fn is_block(text: &str) -> bool {
    let content = text.trim_end_matches('\n');
    let last = content.rsplit('\n').next().unwrap_or_default();
    !text.starts_with([' ', '\t', '\n']) && !last.trim().is_empty()
}

/// Whether a character is written as it is, at least in double quotes.
fn is_shown(char: char) -> bool {
    !char.is_control() && !matches!(char, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}
