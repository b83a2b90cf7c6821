//! CSV text after RFC 4180, separated by commas.

mod read;
mod write;

use ruff_runtime::Value;
use ruff_runtime::family;
use ruff_runtime::native;
use ruff_runtime::native::{Cx, Family, NativeResult};
use ruff_runtime::value::Array;

/// The builtins of this family.
pub(crate) static FAMILY: Family = family!("csv": [self::PARSE_CSV, self::TO_CSV]);

/// The records of a CSV text as dicts, whose keys are the fields of the first record.
///
/// Fields that read as an int or a decimal number become one, all others stay strings. Blank lines are skipped.
///
/// Fails with `CSV parse error: {reason}` if a record is longer or shorter than the first, and for a quoted field that goes
/// on behind its closing quote or has none.
///
/// ```ruff
/// parse_csv("name,age\nAda,36\nBob,4.5")             # => [{"age": 36, "name": "Ada"}, {"age": 4.5, "name": "Bob"}]
/// ```
#[native(family = "csv", method, pure)]
fn parse_csv(cx: &mut Cx<'_>, text: &str) -> NativeResult<Vec<Value>> {
    read::parse(text).map_err(|problem| problem.error(cx, "CSV"))
}

/// An array of dicts as CSV text. The first line has the keys of the first dict, every other the values for them.
///
/// `null` and missing values are empty fields, arrays and dicts their JSON, other values their text. No rows are no
/// text.
///
/// Fails with `CSV requires array of dictionaries` for rows that are none. Fails as `to_json` does for arrays and
/// dicts that have no JSON. Fails with `to_csv() result exceeds maximum size of 268435456 bytes` if the text would be
/// longer.
///
/// ```ruff
/// to_csv([{"a": 1, "b": "x,y"}, {"a": null}])        # => "a,b\n1,\"x,y\"\n,\n"
/// ```
#[native(family = "csv", method, pure)]
fn to_csv(cx: &mut Cx<'_>, rows: &Array) -> NativeResult<String> {
    write::text(cx, rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{call, message, source};
    use ruff_runtime::value::{Dict, Key};

    fn read(text: &str) -> String {
        source(call(&PARSE_CSV, vec![Value::str(text)]))
    }

    fn dict(entries: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
        Value::Dict(Dict::from_entries(entries.into_iter().map(|(key, value)| (Key::from(key), value))))
    }

    fn written(rows: Vec<Value>) -> String {
        call(&TO_CSV, vec![Value::array(rows)]).unwrap().as_str().unwrap().to_owned()
    }

    #[test]
    fn fields_are_numbers_where_they_can_be() {
        assert_eq!(
            read("v\n007\n+5\n-0\n1e3\n.5\n9223372036854775808\n"),
            r#"[{"v": 7}, {"v": 5}, {"v": 0}, {"v": 1000.0}, {"v": 0.5}, {"v": 9223372036854776000.0}]"#
        );
        for text in [" 1", "1 ", "inf", "NaN", "-Infinity", "1e999", "0x10", "1_0", "true", "e"] {
            assert_eq!(read(&format!("v,w\n{text},1")), format!(r#"[{{"v": "{text}", "w": 1}}]"#));
        }
    }

    #[test]
    fn quotes_line_ends_and_headers() {
        assert_eq!(read(""), "[]");
        assert_eq!(read("a,b\n"), "[]");
        assert_eq!(read("a,b\r\n\r\n\"x\"\"\n,y\",2\r\n"), r#"[{"a": "x\"\n,y", "b": 2}]"#);
        assert_eq!(read(" a,a,a\n1,2,3"), r#"[{" a": 1, "a": 3}]"#);
        assert_eq!(read("a\n\"\"\n"), r#"[{"a": ""}]"#);
        assert_eq!(read("\u{feff}\"a\",b\r1,\"\"\"\"\r"), r#"[{"a": 1, "b": "\""}]"#);
        assert_eq!(read("\r\n\n\"\",\n,"), r#"[{"": ""}]"#);
    }

    fn fail(text: &str) -> String {
        message(call(&PARSE_CSV, vec![Value::str(text)])).replace("CSV parse error: CSV error: ", "")
    }

    #[test]
    fn records_of_another_length_are_refused() {
        let cases = [
            ("a,b\n1\n", "record 1 (line: 2, byte: 4)", 1),
            ("a,b\n1,2\n1,2,", "record 2 (line: 3, byte: 8)", 3),
            ("a,b\n\n\n\n1", "record 1 (line: 5, byte: 7)", 1),
            ("\n\na,b\n\n1", "record 1 (line: 5, byte: 7)", 1),
            ("a,b\r\n\r\n1", "record 1 (line: 3, byte: 7)", 1),
            ("a,b\r\r1", "record 1 (line: 3, byte: 5)", 1),
            ("a,b\n\"x\n\r\ny\",2\r\n1", "record 2 (line: 5, byte: 15)", 1),
            ("\u{feff}é,b\r\n1", "record 1 (line: 2, byte: 9)", 1),
            ("a,b\n \n", "record 1 (line: 2, byte: 4)", 1),
        ];
        for (text, place, fields) in cases {
            let expected =
                format!("{place}: found record with {fields} fields, but the previous record has 2 fields");
            assert_eq!(fail(text), expected, "{text:?}");
        }
    }

    #[test]
    fn quotes_that_are_not_closed_are_refused() {
        for (text, place) in [
            ("\"", "record 0 (line: 1, byte: 0)"),
            ("a,b\n\n1,\"x\n\ny,z\n", "record 1 (line: 3, byte: 7)"),
            ("a\n\"x\"\"", "record 1 (line: 2, byte: 2)"),
        ] {
            assert_eq!(
                fail(text),
                format!("{place}: the quote that opens a field is not closed"),
                "{text:?}"
            );
        }
    }

    #[test]
    fn fields_end_at_their_closing_quote() {
        for (text, place, found) in [
            ("a\n\"x\"é\"", "record 1 (line: 2, byte: 5)", "é"),
            ("a\r\n\"x\ny\" ,1", "record 1 (line: 3, byte: 8)", " "),
            ("\"x\"\0", "record 0 (line: 1, byte: 3)", "\\0"),
        ] {
            let expected = format!(
                "{place}: found `{found}` behind the closing quote of a field, expected `,` or the end of the line; \
                 a quote inside of a field is written twice"
            );
            assert_eq!(fail(text), expected, "{text:?}");
        }
        assert_eq!(read("a,b\nx\"y\", \"z\"\n"), r#"[{"a": "x\"y\"", "b": " \"z\""}]"#);
    }

    #[test]
    fn what_is_written() {
        assert_eq!(written(vec![]), "");
        assert_eq!(
            written(vec![
                dict([("b", Value::Int(1)), ("a", Value::str("x\"y"))]),
                dict([("a", Value::str("l\nm")), ("c", Value::Null)]),
                dict([("b", Value::Float(2.0)), ("a", Value::Bool(true))]),
            ]),
            "b,a\n1,\"x\"\"y\"\n,\"l\nm\"\n2,true\n"
        );
        let nested = Value::array(vec![Value::Int(1), Value::str("x")]);
        assert_eq!(written(vec![dict([("a", nested)])]), "a\n\"[1,\"\"x\"\"]\"\n");
        assert_eq!(written(vec![dict([("\u{feff}a", Value::Int(1))])]), "\"\u{feff}a\"\n1\n");
        assert_eq!(written(vec![dict([("a", Value::str(""))]), dict([])]), "a\n\"\"\n\"\"\n");
        assert_eq!(written(vec![dict([("", Value::some(Value::Int(1)))])]), "\"\"\nSome(1)\n");
    }

    #[test]
    fn rows_that_are_no_dicts_are_refused() {
        let rows = |row| call(&TO_CSV, vec![Value::array(vec![dict([("a", Value::Null)]), row])]);
        assert_eq!(message(rows(Value::Int(1))), "CSV requires array of dictionaries");
        let not_finite = Value::array(vec![Value::Float(f64::NAN)]);
        assert_eq!(message(rows(dict([("a", not_finite)]))), "Cannot convert non-finite float NaN to JSON");
    }
}
