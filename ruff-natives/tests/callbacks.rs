//! The builtins that are written in Ruff, run by the engine: on arrays at once, on generators lazily.
#![forbid(unsafe_code)]

use std::sync::Arc;

use ruff_runtime::Engine;
use ruff_runtime::engine::Options;
use ruff_runtime::host::NoHost;
use ruff_runtime::value::source_text;
use ruff_syntax::SourceFile;

const GENERATORS: &str = "
func* g() { yield 3; yield 1; yield 2 }
func* endless() { mut i := 0; loop { yield i; i = i + 1 } }
";

/// The value of the last expression of `program` as source text, or its error with the place in the program.
fn value_of(program: &str) -> String {
    let options = Options { yields_last: true, ..Options::default() };
    let mut engine = Engine::new(Box::new(NoHost), ruff_natives::registry(), options);
    let text = format!("{GENERATORS}{program}");
    match engine.run(Arc::new(SourceFile::new("test.ruff", text))) {
        Ok(value) => source_text(&value),
        Err(error) => error.to_string(),
    }
}

fn check(cases: &[(&str, &str)]) {
    for (program, expected) in cases {
        assert_eq!(value_of(program), *expected, "{program}");
    }
}

#[test]
fn on_arrays_at_once() {
    check(&[
        ("map([1, 2], func(n) { return n * n })", "[1, 4]"),
        ("[\"a\"].map(upper)", "[\"A\"]"),
        ("filter([0, 1, \"\", \"x\"], func(v) { return v })", "[1, \"x\"]"),
        ("reduce([1, 2, 3], 10, func(sum, n) { return sum + n })", "16"),
        ("[find([5, 8], func(n) { return n > 6 }), find([5], func(n) { return n > 6 })]", "[8, 0]"),
        ("[any([], func(n) { return true }), all([], func(n) { return false })]", "[false, true]"),
        ("[take([1, 2, 3], 2), take([1], 9), take([1], -1)]", "[[1, 2], [1], []]"),
        ("[skip([1, 2, 3], 2), skip([1], 9), skip([1], -1)]", "[[3], [], [1]]"),
        (
            "[chunk([1, 2, 3], 2), chunk([], 2), flatten([[1], 2]), enumerate([7])]",
            "[[[1, 2], [3]], [], [1, 2], [[0, 7]]]",
        ),
        ("[zip([1, 2], [3]), [4].collect()]", "[[[1, 3]], [4]]"),
    ]);
}

#[test]
fn on_generators_lazily() {
    check(&[
        ("type(g().map(func(n) { return n }))", "\"iterator\""),
        ("g().map(func(n) { return n * 2 }).filter(func(n) { return n > 2 }).collect()", "[6, 4]"),
        ("endless().map(func(n) { return n * n }).skip(2).take(3).collect()", "[4, 9, 16]"),
        ("[g().take(0).collect(), g().skip(9).collect()]", "[[], []]"),
        ("[g().chunk(2).collect(), g().chunk(0).collect()]", "[[[3, 1], [2]], [[3, 1, 2]]]"),
        ("g().map(func(n) { return [n, n] }).flatten().collect()", "[3, 3, 1, 1, 2, 2]"),
        ("[g().zip([7]).collect(), [7].zip(endless()).collect()]", "[[[3, 7]], [[7, 0]]]"),
        ("endless().enumerate().zip(g()).collect()", "[[[0, 0], 3], [[1, 1], 1], [[2, 2], 2]]"),
        (
            "[any(endless(), func(n) { return n > 5 }), all(endless(), func(n) { return n < 5 })]",
            "[true, false]",
        ),
        (
            "[find(endless(), func(n) { return n > 5 }), reduce(g(), 0, func(a, b) { return a + b })]",
            "[6, 6]",
        ),
        ("i := g()\n[i.next(), i.next(), i.next(), i.next()]", "[Some(3), Some(1), Some(2), None]"),
    ]);
}

#[test]
fn sorting_by_a_comparator() {
    let rows = "[[2, \"b\"], [1, \"x\"], [2, \"a\"], [1, \"y\"]]";
    check(&[
        ("sort([3, 1, 2], func(a, b) { return b - a })", "[3, 2, 1]"),
        (
            &format!("sort({rows}, func(a, b) {{ return a[0] - b[0] }})"),
            "[[1, \"x\"], [1, \"y\"], [2, \"b\"], [2, \"a\"]]",
        ),
        ("sort([1, 2], func(a, b) { return 0.5 })", "[2, 1]"),
        ("sort([], func(a, b) { return 1 })", "[]"),
        (
            "sort([1, 2], func(a, b) { return true })",
            "test.ruff:4:1: sort() compare must return a number, got bool",
        ),
        ("sort([1, 2], func(a) { return 1 })", "test.ruff:4:1: <lambda> expects 1 arguments, got 2"),
        ("mut xs := [2, 3, 1]\nxs.sort(func(a, b) { return b - a })\nxs", "[3, 2, 1]"),
        ("mut xs := [2, 3, 1]\nsort(xs)\nxs", "[2, 3, 1]"),
    ]);
    let shuffled = "mut xs := []\nfor i in range(1000) { xs = push(xs, i * 7919 % 1009) }\n";
    check(&[
        (&format!("{shuffled}sort(xs, func(a, b) {{ return a - b }}) == sort(xs)"), "true"),
        // A comparator that contradicts itself loses nothing.
        (&format!("{shuffled}sort(sort(xs, func(a, b) {{ return 1 }})) == sort(xs)"), "true"),
        (&format!("{shuffled}sort(sort(xs, func(a, b) {{ return (a * b) % 3 - 1 }})) == sort(xs)"), "true"),
    ]);
}

#[test]
fn errors_of_callbacks_come_through_unchanged() {
    check(&[
        ("map([1], func() { return 1 })", "test.ruff:4:1: <lambda> expects 0 arguments, got 1"),
        ("map([1], func(n) { throw(\"no\") })", "test.ruff:4:20: no"),
        (
            "map(1, func(n) { return n })",
            "test.ruff:4:1: map() requires an array or iterator argument for values, got int",
        ),
        ("[1].map()", "test.ruff:4:1: map() expects 1 argument, got 0"),
    ]);
}
