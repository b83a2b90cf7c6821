//! What a text format writes it reads back, and no text harms its reader.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use ruff_runtime::Value;
use ruff_runtime::native::NativeDef;
use ruff_runtime::value::{Dict, Key, exactly_equal};

use crate::csv::{PARSE_CSV, TO_CSV};
use crate::json::{PARSE_JSON, TO_JSON, TO_JSON_PRETTY};
use crate::testing::call;
use crate::toml::{PARSE_TOML, TO_TOML};
use crate::yaml::{PARSE_YAML, TO_YAML};

/// Pieces of texts that mean something in one of the formats, and some that are only awkward.
const PIECES: [&str; 62] = [
    "a",
    "é",
    "\u{1F600}",
    "\u{301}",
    " ",
    "\n",
    "\r",
    "\r\n",
    "\t",
    "\0",
    "\u{1}",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "\u{fffe}",
    "\u{d7ff}",
    "-",
    "--",
    "---",
    "...",
    "?",
    ":",
    ": ",
    " #",
    "#",
    ",",
    "[",
    "]",
    "{",
    "}",
    "&",
    "*",
    "!",
    "|",
    ">",
    "|-",
    "%",
    "@",
    "`",
    "'",
    "''",
    "\"",
    "\"\"",
    "\\",
    "\\u",
    "\\ud83d",
    "=",
    "<<",
    ".",
    "_",
    "1",
    "0",
    "0x",
    "1e5",
    "e999",
    "inf",
    "nan",
    "true",
    "null",
    "~",
    "2020-01-01",
];

const TEXTS: [(&NativeDef, &str); 4] = [
    (
        &PARSE_JSON,
        "{\"a\": [1, -2.5e+3, 0.1, true, false, null],\r\n \"\\u00e9\\ud83d\\ude00\\n\": {\"b\": {}}, \"c\": [[], \"é\"]}",
    ),
    (
        &PARSE_YAML,
        "%YAML 1.2\n---\n# é\na: text é\n? b\n: - &x {k: [1, ~]}\n  - *x\n  - \"\\u00e9 \\\n    q\"\n  - 'it''s'\nl: |-\n  é\n\n   \
         m\nf: >+\n  a\n  b\n\ns:\n- - !t 1\n-\n\"q\": [a, b: c,\n  0x1f]\n...\n",
    ),
    (
        &PARSE_TOML,
        "# é\na = \"\\u00e9\\\"\"\n'l k'.\"é\" = [0x1f, -1_0, 1e3, inf, 1979-05-27 07:32:00Z]\nm = \"\"\"\na \\\n  b\"\"\"\nn = '''\n''''\n\
         [t.u]\nx = { y = true, z.w = 07:32:00 }\r\n[[p]]\n[p.q]\nk = [\n 1, # c\n [2],\n]\n[[p]]\n",
    ),
    (&PARSE_CSV, "a,\"b \"\"q\"\"\",é\r\n1,\"x\ny\",\n\n-2.5,,\"\"\r\n"),
];

fn awkward_text() -> impl Strategy<Value = String> {
    let pieces = vec(proptest::sample::select(&PIECES[..]), 0..6).prop_map(|pieces| pieces.concat());
    // YAML writes long keys in a way of their own.
    let long = (pieces.clone(), 20..60_usize).prop_map(|(text, times)| text.repeat(times));
    prop_oneof![20 => pieces, 1 => long, 5 => any::<String>(), 5 => "[ -~]{0,20}"]
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        (-99..99_i64).prop_map(Value::Int),
        proptest::num::f64::ANY
            .prop_filter("no infinity or NaN", |float| float.is_finite())
            .prop_map(Value::Float),
        (-9999..9999_i32).prop_map(|number| Value::Float(f64::from(number) / 4.0)),
        awkward_text().prop_map(Value::string),
    ]
}

/// Values that every format but CSV can tell apart.
fn value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(5, 60, 6, |inner| {
        prop_oneof![vec(inner.clone(), 0..6).prop_map(Value::array), table(inner)]
    })
}

fn table(values: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    btree_map(awkward_text(), values, 0..6).prop_map(dict)
}

fn dict(entries: impl IntoIterator<Item = (String, Value)>) -> Value {
    Value::Dict(Dict::from_entries(entries.into_iter().map(|(key, value)| (Key::from(&*key), value))))
}

/// Rows of one length, of fields that read as what they are: no number loses its kind, no text looks like one.
fn rows() -> impl Strategy<Value = Value> {
    let text = awkward_text().prop_filter("no number", |text| text.parse::<f64>().is_err());
    let field = prop_oneof![2 => text.prop_map(Value::string), 1 => any::<i64>().prop_map(Value::Int)];
    btree_map(awkward_text(), vec(field, 5), 1..5).prop_map(|columns| {
        let row =
            |index: usize| dict(columns.iter().map(|(key, column)| (key.clone(), column[index].clone())));
        Value::array((0..5).map(row).collect())
    })
}

fn there_and_back(value: &Value, write: &'static NativeDef, read: &'static NativeDef) {
    let text = call(write, vec![value.clone()]).unwrap();
    match call(read, vec![text.clone()]) {
        Ok(back) => assert!(exactly_equal(&back, value), "{value:?}\n{text:?}\n{back:?}"),
        Err(error) => panic!("{error:?}\n{text:?}"),
    }
}

/// The reader gives a value, or an error that people can read.
fn read_anything(read: &'static NativeDef, text: &str) {
    if let Err(error) = call(read, vec![Value::str(text)]) {
        let message = error.fault().message.to_string();
        assert!(message.len() < 800, "{message}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn json_reads_what_it_writes(value in value()) {
        there_and_back(&value, &TO_JSON, &PARSE_JSON);
        there_and_back(&value, &TO_JSON_PRETTY, &PARSE_JSON);
    }

    #[test]
    fn yaml_reads_what_it_writes(value in value()) {
        there_and_back(&value, &TO_YAML, &PARSE_YAML);
    }

    #[test]
    fn toml_reads_what_it_writes(value in table(value())) {
        there_and_back(&value, &TO_TOML, &PARSE_TOML);
    }

    #[test]
    fn csv_reads_what_it_writes(rows in rows()) {
        there_and_back(&rows, &TO_CSV, &PARSE_CSV);
    }

    #[test]
    fn no_text_harms_a_reader(
        which in 0..TEXTS.len(),
        changes in vec((any::<prop::sample::Index>(), 0..3_usize, prop::sample::select(&PIECES[..])), 0..6),
    ) {
        let (read, text) = TEXTS[which];
        let mut chars: Vec<char> = text.chars().collect();
        for (at, removed, piece) in changes {
            let at = at.index(chars.len() + 1);
            let end = (at + removed).min(chars.len());
            chars.splice(at..end, piece.chars());
        }
        read_anything(read, &chars.into_iter().collect::<String>());
    }
}

#[test]
fn no_beginning_of_a_text_harms_a_reader() {
    for (read, text) in TEXTS {
        assert!(call(read, vec![Value::str(text)]).is_ok(), "{text}");
        for (end, _) in text.char_indices() {
            read_anything(read, text.get(..end).unwrap());
        }
    }
}
