//! From TOML text to values. The parser underneath refuses what is nested more than 80 deep.

use std::ops::Range;

use ruff_runtime::Value;
use ruff_runtime::heap::Ref;
use ruff_runtime::value::{Dict, Key};
use toml::Spanned;
use toml::de::{DeInteger, DeString, DeTable, DeValue};

/// What is wrong with a text, and where.
#[derive(Debug)]
pub(super) struct Problem {
    detail: String,
    /// In bytes.
    at: Option<Range<usize>>,
}

impl Problem {
    /// The problem with the line that it is in.
    pub(super) fn drawn(&self, text: &str) -> String {
        let Some(at) = &self.at else { return self.detail.clone() };
        let before = text.get(..at.start).unwrap_or(text);
        let (start, number) = (before.rfind('\n').map_or(0, |end| end + 1), before.split('\n').count());
        let line = text.get(start..).unwrap_or_default().lines().next().unwrap_or_default();
        let column = before.get(start..).unwrap_or_default().chars().count();
        let marked = text.get(at.clone()).unwrap_or_default();
        let width = marked.lines().next().unwrap_or_default().chars().count().max(1);
        let gutter = " ".repeat(number.to_string().len());
        format!(
            "TOML parse error at line {number}, column {}\n{gutter} |\n{number} | {line}\n{gutter} | {}{}\n{}",
            column + 1,
            " ".repeat(column),
            "^".repeat(width),
            self.detail
        )
    }
}

/// The dict of `text`.
pub(super) fn parse(text: &str) -> Result<Ref<Dict>, Problem> {
    match DeTable::parse(text) {
        Ok(root) => table(root.into_inner()),
        Err(error) => Err(Problem { detail: error.message().to_owned(), at: error.span() }),
    }
}

fn table(entries: DeTable<'_>) -> Result<Ref<Dict>, Problem> {
    let mut entries: Vec<(Spanned<DeString<'_>>, Spanned<DeValue<'_>>)> = entries.into_iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let mut dict = Dict::with_capacity(entries.len());
    for (key, item) in entries {
        dict.insert_key(Key::from(&**key.get_ref()), value(item)?);
    }
    Ok(dict)
}

fn value(item: Spanned<DeValue<'_>>) -> Result<Value, Problem> {
    let span = item.span();
    Ok(match item.into_inner() {
        DeValue::String(text) => Value::str(&text),
        DeValue::Integer(number) => int(&number).ok_or_else(|| Problem {
            detail: "integer number does not fit into 64 bits".to_owned(),
            at: Some(span),
        })?,
        DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(truth) => Value::Bool(truth),
        DeValue::Datetime(moment) => Value::string(moment.to_string()),
        DeValue::Array(items) => Value::array(items.into_iter().map(value).collect::<Result<_, _>>()?),
        DeValue::Table(entries) => Value::Dict(table(entries)?),
    })
}

fn int(number: &DeInteger<'_>) -> Option<Value> {
    i64::from_str_radix(number.as_str(), number.radix()).ok().map(Value::Int)
}

#[cfg(test)]
mod tests {
    use super::super::PARSE_TOML;
    use super::parse;
    use crate::testing::{call, message, source};
    use ruff_runtime::Value;

    fn read(text: &str) -> String {
        source(call(&PARSE_TOML, vec![Value::str(text)]))
    }

    fn fail(text: &str) -> String {
        message(call(&PARSE_TOML, vec![Value::str(text)]))
    }

    #[test]
    fn all_kinds() {
        assert_eq!(read(""), "{}");
        assert_eq!(
            read("i = 0x1f\nj = -1_000\nf = 1e3\ng = -inf\nh = nan\nb = false\ns = 'x'\na = [1, [2.5]]"),
            r#"{"a": [1, [2.5]], "b": false, "f": 1000.0, "g": -inf, "h": NaN, "i": 31, "j": -1000, "s": "x"}"#
        );
        assert_eq!(
            read("[[p]]\nn = 1\n[[p]]\n[p.q]\nr.s = { t = 2 }"),
            r#"{"p": [{"n": 1}, {"q": {"r": {"s": {"t": 2}}}}]}"#
        );
        assert_eq!(
            read("d = 1979-05-27\nt = 07:32:00.5\nm = 1979-05-27T07:32:00-08:00"),
            r#"{"d": "1979-05-27", "m": "1979-05-27T07:32:00-08:00", "t": "07:32:00.5"}"#
        );
    }

    #[test]
    fn keys_keep_their_order() {
        let dict = parse("z = 1\na.y = 2\n[c]\n[b]").unwrap();
        let keys: Vec<String> = dict.iter().map(|(key, _)| key.to_string()).collect();
        assert_eq!(keys, ["z", "a", "c", "b"]);
    }

    #[test]
    fn mistakes_are_shown_in_their_line() {
        assert_eq!(
            fail("ä = 1\nb = 9223372036854775808"),
            "TOML parse error: TOML parse error at line 1, column 1\n  |\n1 | ä = 1\n  | ^\n\
             invalid unquoted key, expected letters, numbers, `-`, `_`"
        );
        assert_eq!(
            fail("a = 1\nb = [9223372036854775808]"),
            "TOML parse error: TOML parse error at line 2, column 6\n  |\n2 | b = [9223372036854775808]\n  |      \
             ^^^^^^^^^^^^^^^^^^^\ninteger number does not fit into 64 bits"
        );
    }

    #[test]
    fn what_is_nested_too_deep_is_refused() {
        for text in [
            format!("a = {}", "[".repeat(100_000)),
            format!("a{} = 1", ".a".repeat(100_000)),
            format!("[a{}]", ".a".repeat(100_000)),
        ] {
            assert!(fail(&text).contains("recur"), "{}", &fail(&text)[..100]);
        }
    }
}
