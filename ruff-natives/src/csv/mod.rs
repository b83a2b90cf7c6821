//! CSV text after RFC 4180, separated by commas.

mod read;
mod write;

use ruff_runtime::Value;
use ruff_runtime::family;
use ruff_runtime::native;
use ruff_runtime::native::{Cx, Family, NativeResult};
use ruff_runtime::value::Array;
use ruff_syntax::Code;

/// The builtins of this family.
pub(crate) static FAMILY: Family = family!("csv": [self::PARSE_CSV, self::TO_CSV]);

/// The records of a CSV text as dicts, whose keys are the fields of the first record.
///
/// Fields that read as an int or a decimal number become one, all others stay strings. Blank lines are skipped. Fails
/// if a record is longer or shorter than the first.
///
/// ```ruff
/// parse_csv("name,age\nAda,36\nBob,4.5")             # => [{"age": 36, "name": "Ada"}, {"age": 4.5, "name": "Bob"}]
/// ```
#[native(family = "csv", method, pure)]
fn parse_csv(cx: &mut Cx<'_>, text: &str) -> NativeResult<Vec<Value>> {
    read::parse(text).map_err(|error| cx.fail(Code::Conversion, format!("CSV parse error: {error}")))
}

/// An array of dicts as CSV text. The first line has the keys of the first dict, every other the values for them.
///
/// `null` and missing values are empty fields, arrays and dicts their JSON, other values their text. No rows are no
/// text. Fails for rows that are no dicts.
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
    }

    #[test]
    fn records_of_another_length_are_refused() {
        let error = call(&PARSE_CSV, vec![Value::str("a,b\n1\n")]);
        assert_eq!(
            message(error),
            "CSV parse error: CSV error: record 1 (line: 2, byte: 4): found record with 1 fields, but the previous \
             record has 2 fields"
        );
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
