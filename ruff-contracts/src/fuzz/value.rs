//! Random values, as expressions of the language.

use ruff_runtime::native::{Cx, NativeResult, TypeWord};
use ruff_runtime::value::{Bytes, Dict, Key, Queue, Set, Stack};
use ruff_runtime::{Engine, Value};
use ruff_syntax::Code;

use super::random::Random;

/// What the expressions need to be declared.
pub(super) const DECLARATIONS: &str = "\
struct Point { x: int, y: any }
enum Color { Red, Mixed }
func* few() { yield 3; yield \"a\"; yield [1] }
func* failing() { yield 1; error(\"boom\") }
func* endless() { mut n := 0; loop { n += 1; yield n } }
";

// Results of 256 MiB and arrays of 268 million elements are allowed, but take long to make. No number here, nor a
// quotient of two, asks for one of more than some ten thousand and less than that.
const INTS: &[&str] = &[
    "0",
    "1",
    "(-1)",
    "2",
    "3",
    "(-3)",
    "7",
    "10",
    "13",
    "63",
    "64",
    "100",
    "255",
    "256",
    "1000",
    "(-1000)",
    "65536",
    "9007199254740993",
    "(-9007199254740993)",
    "given(\"most\")",
    "given(\"least\")",
];

const FLOATS: &[&str] = &[
    "0.0",
    "(-0.0)",
    "0.5",
    "(-0.5)",
    "1.0",
    "2.5",
    "(-2.5)",
    "1000.75",
    "0.1",
    "given(\"NaN\")",
    "given(\"infinite\")",
    "given(\"negative infinite\")",
    "given(\"vast\")",
    "given(\"tiny\")",
];

const STRINGS: &[&str] = &[
    "\"\"",
    "\"a\"",
    "\"text\"",
    "\" \"",
    "\",\"",
    "\"a,b;c\"",
    "\"1\"",
    "\" -7 \"",
    "\"3.5e2\"",
    "\"true\"",
    "\"null\"",
    "\"%-05.3d%%%s%\"",
    "\"%9999999999d %.99999f\"",
    "\"é\u{1F468}\u{200D}\u{1F469}\"",
    "\"ǅßİ\"",
    "\"[1, {\\\"a\\\": [2.5, null]}]\"",
    "\"{\\\"a\\\": 1, \\\"a\\\": \"",
    "\"YYYY-MM-DD\"",
    "\"2024-02-29\"",
    "\"99999999999999999999\"",
    "\"(a+)+$\"",
    "\"[\"",
    "\"\\\\\"",
    "\"$1$x$$\"",
    "\"(?P<n>x)|y\"",
    "\"a{1,5000}\"",
    "\"a: 1\\n- b\"",
    "\"&a [*a, *a]\"",
    "\"a = 1\\n[b]\\nc = 1979-05-27\"",
    "\"a,b\\n\\\"1\\\",2\\r\\n\"",
    "\"notes.txt\"",
    "\"../x\"",
    "\"/\"",
    "\"message\"",
    "\"x\"",
    "\"--flag\"",
    "\"AQ==\"",
    "given(\"long\")",
    "given(\"controls\")",
];

const FUNCTIONS: &[&str] = &[
    "func(x) { return x }",
    "func(x) { return [x, x] }",
    "func(a, b) { return a }",
    "func(a, b) { return a - b }",
    "func(a, b) { return given(\"NaN\") }",
    "func() { return 1 }",
    "func(x) { error(\"boom\") }",
    "func(x) { return func() { return x } }",
    "len",
    "given",
    "push",
    "error",
];

const OTHERS: &[&str] = &[
    "Point { x: 1, y: [2] }",
    "Color::Red",
    "Color::Mixed(1, [2])",
    "Ok(1)",
    "Err(\"e\")",
    "Some(None)",
    "None",
];

/// Makes random values.
pub(super) struct Values<'a> {
    pub(super) random: &'a mut Random,
    /// How many containers are around the next value.
    depth: usize,
}

impl<'a> Values<'a> {
    pub(super) fn new(random: &'a mut Random) -> Values<'a> {
        Values { random, depth: 0 }
    }

    /// A value of any kind.
    pub(super) fn any(&mut self) -> String {
        match self.random.below(16) {
            0..3 => self.random.pick(INTS).to_owned(),
            3..5 => self.random.pick(FLOATS).to_owned(),
            5..8 => self.random.pick(STRINGS).to_owned(),
            8..10 => self.of(TypeWord::Array),
            10 => self.of(TypeWord::Dict),
            11 => self.random.pick(&["true", "false", "null"]).to_owned(),
            12 => self.random.pick(OTHERS).to_owned(),
            13 => self.random.pick(FUNCTIONS).to_owned(),
            14 => self.of(TypeWord::Iterator),
            _ => self
                .random
                .pick(&["given(\"bytes\")", "given(\"set\")", "given(\"queue\")", "given(\"stack\")"])
                .to_owned(),
        }
    }

    /// A value that `word` speaks of.
    pub(super) fn of(&mut self, word: TypeWord) -> String {
        let options: &[&str] = match word {
            TypeWord::Int => INTS,
            TypeWord::Float => FLOATS,
            TypeWord::Number | TypeWord::Finite if self.random.one_in(3) => FLOATS,
            TypeWord::Number | TypeWord::Finite => INTS,
            TypeWord::String => STRINGS,
            TypeWord::Bool => &["true", "false"],
            TypeWord::Null => &["null"],
            TypeWord::Array if !self.random.one_in(6) => return self.list("[", "]", Values::any),
            TypeWord::Array => &["[]", "given(\"deep\")", "given(\"many\")", "given(\"texts\")"],
            TypeWord::Dict if !self.random.one_in(6) => return self.list("{", "}", Values::entry),
            TypeWord::Dict => &["{}", "given(\"wide\")", "{1: 2, \"1\": 3}"],
            TypeWord::Bytes => &["given(\"bytes\")", "given(\"no bytes\")", "given(\"many bytes\")"],
            TypeWord::Set => &["given(\"set\")", "given(\"large set\")"],
            TypeWord::Queue => &["given(\"queue\")"],
            TypeWord::Stack => &["given(\"stack\")"],
            TypeWord::Iterator => {
                &["few()", "failing()", "endless()", "map(endless(), func(x) { return [x] })"]
            }
            TypeWord::Function => FUNCTIONS,
            TypeWord::Struct => &["Point { x: 1, y: [2] }", "arg_parser().add_argument(\"--a\")"],
            // There are none so far.
            TypeWord::Handle(_) => &["null"],
        };
        self.random.pick(options).to_owned()
    }

    fn entry(&mut self) -> String {
        let key = self.random.pick(&["\"a\"", "\"b\"", "\"\"", "\"1\"", "2", "\"message\"", "\"é\""]);
        format!("{key}: {}", self.any())
    }

    /// Some items, fewer the deeper they are.
    fn list(&mut self, open: &str, close: &str, item: impl Fn(&mut Self) -> String) -> String {
        let most = 4usize.saturating_sub(self.depth);
        self.depth += 1;
        let items: Vec<String> = (0..self.random.below(most + 1)).map(|_| item(self)).collect();
        self.depth -= 1;
        format!("{open}{}{close}", items.join(", "))
    }
}

/// Lets the programs of `engine` write values that have no literal.
pub(super) fn register(engine: &mut Engine) {
    engine.register("given", None, given);
}

fn given(cx: &mut Cx<'_>, what: &[Value]) -> NativeResult<Value> {
    let number = |index: i64| Value::Int(index * 7919 % 1000);
    let mixed = || {
        let first = [Value::Int(3), Value::Float(f64::NAN), Value::str("é"), Value::Null, Value::Float(-0.0)];
        first.into_iter().chain([Value::array(vec![Value::Int(1)])])
    };
    Ok(match what.first().and_then(Value::as_str).unwrap_or_default() {
        "most" => Value::Int(i64::MAX),
        "least" => Value::Int(i64::MIN),
        "NaN" => Value::Float(f64::NAN),
        "infinite" => Value::Float(f64::INFINITY),
        "negative infinite" => Value::Float(f64::NEG_INFINITY),
        "vast" => Value::Float(-1e300),
        "tiny" => Value::Float(5e-324),
        "long" => Value::string("ab é,".repeat(50)),
        "controls" => Value::str("\0\t\r\n\u{1b}[2J\u{202e}\u{feff}"),
        "deep" => (0..4000).fold(Value::Null, |value, _| Value::array(vec![value])),
        "many" => Value::array((0..2000).map(number).collect()),
        "texts" => Value::array((0..500).map(|index| Value::string(format!("t{}", index % 97))).collect()),
        "wide" => {
            let entry = |index: i64| (Key::from(format!("k{index}").as_str()), number(index));
            Value::Dict(Dict::from_entries((0..1000).map(entry)))
        }
        "bytes" => Value::Bytes(Bytes::from_vec(vec![0, 255, 104, 105])),
        "no bytes" => Value::Bytes(Bytes::from_vec(vec![])),
        "many bytes" => Value::Bytes(Bytes::from_vec((0..=255).cycle().take(5000).collect())),
        "set" => Value::Set(Set::from_items(mixed())),
        "large set" => Value::Set(Set::from_items((0..1000).map(number))),
        "queue" => Value::Queue(Queue::from_vec(mixed().collect())),
        "stack" => Value::Stack(Stack::from_vec(mixed().collect())),
        _ => return Err(cx.fail(Code::ArgumentValue, "nothing is given")),
    })
}
