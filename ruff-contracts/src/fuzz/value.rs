//! Random values, as expressions of the language.

use std::ops::RangeInclusive;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use ruff_runtime::native::{Cx, NativeResult, TypeWord};
use ruff_runtime::value::{Bytes, Dict, Key, Queue, Set, Stack};
use ruff_runtime::{Engine, Value};
use ruff_syntax::Code;

/// What the expressions need to be declared.
pub(super) const DECLARATIONS: &str = "\
struct Point { x: int, y: any }
enum Color { Red, Mixed }
func* few() { yield 3; yield \"a\"; yield [1] }
func* failing() { yield 1; error(\"boom\") }
func* endless() { mut n := 0; loop { n += 1; yield n } }
async func after(ms) { await async_sleep(ms); return ms }
async func rejected() { error(\"boom\") }
func closed() { c := channel(); c.send(1); c.close(); return c }
";

/// Which sizes there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sizes {
    /// Those that are small, and those that are too large: work that takes long is either refused or not asked for.
    Moderate,
    /// All. What is as large as it may be takes seconds, without optimisation minutes.
    All,
}

/// Sizes that are large and accepted.
const LARGE: RangeInclusive<i64> = 1 << 20..=1 << 28;

/// Ints at which something ends: kinds of numbers, and what texts and arrays may have.
const EDGES: [i64; 20] = [
    255,
    256,
    65_535,
    65_536,
    65_537,
    (1 << 28) - 1,
    1 << 28,
    (1 << 28) + 1,
    (1 << 31) - 1,
    1 << 31,
    (1 << 31) + 1,
    (1 << 32) - 1,
    1 << 32,
    (1 << 32) + 1,
    5_000_000_000,
    (1 << 53) - 1,
    1 << 53,
    (1 << 53) + 1,
    i64::MAX,
    i64::MIN,
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
    "268435457.5",
    "5000000000.0",
    "9223372036854775808.0",
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

const ITERATORS: &[&str] = &["few()", "failing()", "endless()", "map(endless(), func(x) { return [x] })"];

/// Values without a literal.
const GIVEN: &[&str] =
    &["given(\"bytes\")", "given(\"set\")", "given(\"queue\")", "given(\"stack\")", "channel()", "after(0)"];

const OTHERS: &[&str] = &[
    "Point { x: 1, y: [2] }",
    "Color::Red",
    "Color::Mixed(1, [2])",
    "Ok(1)",
    "Err(\"e\")",
    "Some(None)",
    "None",
];

/// Strategies for random values.
pub(super) struct Values {
    sizes: Sizes,
    any: BoxedStrategy<String>,
}

impl Values {
    pub(super) fn new(sizes: Sizes) -> Values {
        let plain = prop_oneof![
            1 => select(&["null", "true", "false"][..]).prop_map_into(),
            3 => ints(sizes),
            2 => floats(),
            3 => strings(sizes),
            1 => select(OTHERS).prop_map_into(),
            1 => select(FUNCTIONS).prop_map_into(),
            1 => select(ITERATORS).prop_map_into(),
            1 => select(GIVEN).prop_map_into(),
        ];
        let any = plain.prop_recursive(
            4,
            24,
            4,
            move |any| prop_oneof![2 => arrays(sizes, &any), 1 => dicts(&any)],
        );
        Values { sizes, any: any.boxed() }
    }

    /// Values of any kind.
    pub(super) fn any(&self) -> BoxedStrategy<String> {
        self.any.clone()
    }

    /// Values that `word` speaks of.
    pub(super) fn of(&self, word: TypeWord) -> BoxedStrategy<String> {
        let options: &[&str] = match word {
            TypeWord::Int => return ints(self.sizes),
            TypeWord::Float => return floats(),
            TypeWord::Number | TypeWord::Finite => {
                return prop_oneof![2 => ints(self.sizes), 1 => floats()].boxed();
            }
            TypeWord::String => return strings(self.sizes),
            TypeWord::Array => return arrays(self.sizes, &self.any),
            TypeWord::Dict => return dicts(&self.any),
            TypeWord::Bool => &["true", "false"],
            TypeWord::Null => &["null"],
            TypeWord::Bytes => &["given(\"bytes\")", "given(\"no bytes\")", "given(\"many bytes\")"],
            TypeWord::Set => &["given(\"set\")", "given(\"large set\")"],
            TypeWord::Queue => &["given(\"queue\")"],
            TypeWord::Stack => &["given(\"stack\")"],
            TypeWord::Iterator => ITERATORS,
            TypeWord::Function => FUNCTIONS,
            TypeWord::Struct => &["Point { x: 1, y: [2] }", "arg_parser().add_argument(\"--a\")"],
            TypeWord::Handle(kind) => return handles(kind.word),
        };
        select(options).prop_map_into().boxed()
    }
}

fn ints(sizes: Sizes) -> BoxedStrategy<String> {
    let edges = (select(&EDGES[..]), any::<bool>())
        .prop_map(|(edge, is_negative)| if is_negative { edge.saturating_neg() } else { edge });
    // Of every magnitude alike.
    let all = (any::<i64>(), 0..64_u32).prop_map(|(bits, shift)| bits >> shift);
    let written = move |int: i64| match int {
        i64::MIN => "given(\"least\")".to_owned(),
        _ if sizes == Sizes::Moderate && LARGE.contains(&int) => (int & 0xffff).to_string(),
        0.. => int.to_string(),
        _ => format!("({int})"),
    };
    prop_oneof![8 => -3..=3_i64, 6 => 4..=100_i64, 4 => edges, 2 => all].prop_map(written).boxed()
}

fn floats() -> BoxedStrategy<String> {
    select(FLOATS).prop_map_into().boxed()
}

fn strings(sizes: Sizes) -> BoxedStrategy<String> {
    let huge = if sizes == Sizes::All { 1 } else { 0 };
    prop_oneof![60 => select(STRINGS), huge => Just("given(\"huge\")")].prop_map_into().boxed()
}

fn arrays(sizes: Sizes, items: &BoxedStrategy<String>) -> BoxedStrategy<String> {
    let listed = vec(items.clone(), 0..=4).prop_map(|items| format!("[{}]", items.join(", ")));
    let given = select(&["given(\"many\")", "given(\"texts\")", "given(\"deep\")"][..]);
    let doubled = if sizes == Sizes::All { 1 } else { 0 };
    prop_oneof![500 => listed, 80 => given.prop_map_into(), doubled => Just("given(\"doubled\")".to_owned())]
        .boxed()
}

fn dicts(items: &BoxedStrategy<String>) -> BoxedStrategy<String> {
    let keys = select(&["\"a\"", "\"b\"", "\"\"", "\"1\"", "2", "\"message\"", "\"é\""][..]);
    let entries = (keys, items.clone()).prop_map(|(key, value)| format!("{key}: {value}"));
    let listed = vec(entries, 0..=4).prop_map(|entries| format!("{{{}}}", entries.join(", ")));
    let given = select(&["given(\"wide\")", "{1: 2, \"1\": 3}"][..]);
    prop_oneof![5 => listed, 1 => given.prop_map_into()].boxed()
}

fn handles(kind: &str) -> BoxedStrategy<String> {
    let options: &[&str] = match kind {
        "Channel" => &["channel()", "closed()"],
        "Promise" => &["after(0)", "after(5)", "rejected()"],
        "TaskHandle" => &["spawn_task(func() { return 7 })", "spawn_task(func() { error(\"boom\") })"],
        _ => &["null"],
    };
    select(options).prop_map_into().boxed()
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
        "least" => Value::Int(i64::MIN),
        "NaN" => Value::Float(f64::NAN),
        "infinite" => Value::Float(f64::INFINITY),
        "negative infinite" => Value::Float(f64::NEG_INFINITY),
        "vast" => Value::Float(-1e300),
        "tiny" => Value::Float(5e-324),
        "long" => Value::string("ab é,".repeat(50)),
        "controls" => Value::str("\0\t\r\n\u{1b}[2J\u{202e}\u{feff}"),
        "huge" => Value::string("0é,\n".repeat(1 << 20)),
        // Its text is longer than any string may be.
        "doubled" => (0..40).fold(Value::Int(0), |value, _| Value::array(vec![value.clone(), value])),
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
