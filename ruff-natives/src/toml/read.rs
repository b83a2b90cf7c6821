//! From TOML text to values. The parser underneath recurses no deeper than a limit of its own, which is above
//! [`MAX_DEPTH`].

use std::ops::Range;

use ruff_runtime::Value;
use ruff_runtime::heap::Ref;
use ruff_runtime::value::{Dict, Key};
use toml::Spanned;
use toml::de::{DeFloat, DeInteger, DeString, DeTable, DeValue, Error};

use super::mistake;
use crate::data::{MAX_DEPTH, Unreadable};

/// The dict of `text`.
pub(super) fn parse(text: &str) -> Result<Ref<Dict>, Unreadable> {
    let (root, errors) = DeTable::parse_recoverable(text);
    // They are told in the order in which they were found, which is not that of the text: numbers and texts are looked
    // at after everything else.
    let first = errors.into_iter().min_by_key(|error| error.span().map(|at| at.start));
    let dict = match first {
        None => table(root.into_inner(), 0),
        Some(error) => Err(Problem::from(error)),
    };
    dict.map_err(|problem| match problem {
        Problem::Depth => Unreadable::Depth,
        Problem::Mistake { detail, at } => Unreadable::Mistake(mistake::draw(text, &at, &detail)),
    })
}

/// Why a text is no TOML.
enum Problem {
    /// Nested too deep.
    Depth,
    /// Anything else, and the bytes where it is.
    Mistake { detail: String, at: Range<usize> },
}

impl From<Error> for Problem {
    fn from(error: Error) -> Problem {
        match error.message() {
            // Of values, and of keys with dots.
            "cannot recurse further; max recursion depth met" | "recursion limit" => Problem::Depth,
            detail => Problem::Mistake { detail: detail.to_owned(), at: error.span().unwrap_or_default() },
        }
    }
}

type Read<T> = Result<T, Problem>;

fn table(entries: DeTable<'_>, depth: usize) -> Read<Ref<Dict>> {
    let mut entries: Vec<(Spanned<DeString<'_>>, Spanned<DeValue<'_>>)> = entries.into_iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let mut dict = Dict::with_capacity(entries.len());
    for (key, item) in entries {
        dict.insert_key(Key::from(&**key.get_ref()), value(item, depth + 1)?);
    }
    Ok(dict)
}

fn value(item: Spanned<DeValue<'_>>, depth: usize) -> Read<Value> {
    if depth > MAX_DEPTH {
        return Err(Problem::Depth);
    }
    let at = item.span();
    let too_large =
        |kind| Problem::Mistake { detail: format!("{kind} number does not fit into 64 bits"), at };
    Ok(match item.into_inner() {
        DeValue::String(text) => Value::str(&text),
        DeValue::Integer(number) => int(&number).ok_or_else(|| too_large("integer"))?,
        DeValue::Float(number) => float(&number).ok_or_else(|| too_large("float"))?,
        DeValue::Boolean(truth) => Value::Bool(truth),
        DeValue::Datetime(moment) => Value::string(moment.to_string()),
        DeValue::Array(items) => {
            Value::array(items.into_iter().map(|item| value(item, depth + 1)).collect::<Read<_>>()?)
        }
        DeValue::Table(entries) => Value::Dict(table(entries, depth)?),
    })
}

fn int(number: &DeInteger<'_>) -> Option<Value> {
    i64::from_str_radix(number.as_str(), number.radix()).ok().map(Value::Int)
}

/// Infinity has words of its own; a number that would become it is too large.
fn float(number: &DeFloat<'_>) -> Option<Value> {
    let text = number.as_str();
    let float: f64 = text.parse().ok()?;
    (!float.is_infinite() || text.ends_with("inf")).then_some(Value::Float(float))
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
    fn places_are_true() {
        for (text, place) in [
            ("a = 1e400", "line 1, column 5"),
            ("\u{feff}é = 1", "line 1, column 1"),
            ("# é\r\n\r\n'é' = é", "line 3, column 7"),
            ("a = 'é", "line 1, column 7"),
            ("a = [\n1,\n", "line 2, column 3"),
            ("a = 1\n[b]\nc = '''\né\n''' d = 1\n", "line 5, column 5"),
            ("a.b = 1\na = 2", "line 2, column 1"),
            ("a = \"\\xzz\"\nb c = 1", "line 1, column 8"),
            ("a = [1 2\nb = 1\n", "line 1, column 6"),
        ] {
            let expected = format!("TOML parse error: TOML parse error at {place}");
            assert_eq!(fail(text).lines().next(), Some(&*expected), "{text:?}");
        }
    }

    #[test]
    fn floats_that_would_be_infinite_are_refused() {
        assert!(fail("a = -1_0e400").ends_with("\nfloat number does not fit into 64 bits"));
        assert_eq!(read("a = [inf, -inf, +inf, 1e-400]"), "{\"a\": [inf, -inf, inf, 0.0]}");
    }

    #[test]
    fn long_lines_are_cut() {
        assert_eq!(fail(&format!("a = {}", "x".repeat(1_000_000))).len(), 285);
    }

    #[test]
    fn the_limit_on_depth() {
        let around = |open: &str, levels: usize, close: &str| open.repeat(levels) + &close.repeat(levels);
        let texts = |levels: usize| {
            let half = levels / 2;
            [
                format!("a = {}", around("[", levels, "]")),
                format!("a = {}", around("{ a = [", half, "] }")),
                format!("a{} = []", ".a".repeat(levels - 1)),
                format!("[a{}]", ".a".repeat(levels - 1)),
                format!("[[a{}]]", ".a".repeat(levels - 2)),
                format!("a{} = {}", ".a".repeat(half), around("[", levels - half - 1, "]")),
            ]
        };
        for text in texts(64) {
            read(&text);
        }
        let unclosed = ["[", "{ a = "].map(|open| format!("a = {}", open.repeat(100)));
        for text in [66, 78, 80, 82, 100, 100_000].into_iter().flat_map(texts).chain(unclosed) {
            assert_eq!(fail(&text), "TOML input exceeds maximum nesting depth of 64", "{}", &text[..60]);
        }
    }
}
