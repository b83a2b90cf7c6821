//! The limits, at the last size accepted and the first one refused; what is long but not deep; and that the work is
//! linear, for good programs and for bad ones.

use super::{parsed, with_small_stack};
use crate::limits;
use crate::resolve::{self, resolve};
use crate::work;

fn messages(source: &str) -> Vec<String> {
    parsed(source).diagnostics.into_iter().map(|diagnostic| diagnostic.message).collect()
}

/// Checks that `depth` levels are the most that are accepted.
fn check_depth(depth: usize, message: &'static str, source: impl Fn(usize) -> String + Send + 'static) {
    with_small_stack(move || {
        assert_eq!(messages(&source(depth - 1)), [""; 0]);
        assert_eq!(messages(&source(depth)), [""; 0]);
        assert_eq!(messages(&source(depth + 1)), [message]);
        // Much too deep is the same mistake.
        let deep = parsed(&source(10_000));
        assert_eq!(deep.diagnostics.len(), 1, "{:?}", deep.diagnostics);
        assert_eq!(deep.diagnostics[0].message, message);
        resolve(&deep.module, resolve::Options::default());
        crate::ast::dump(&deep.module);
    });
}

fn nested(open: &str, middle: &str, close: &str, levels: usize) -> String {
    format!("{}{middle}{}\nx := 1", open.repeat(levels), close.repeat(levels))
}

macro_rules! expression_limits {
    ($($name:ident: $open:literal $middle:literal $close:literal $what:literal)*) => {$(
        #[test]
        fn $name() {
            let message = concat!("Maximum expression nesting depth of 256 exceeded while parsing ", $what);
            check_depth(limits::EXPRESSION_DEPTH, message, |levels| {
                nested($open, $middle, $close, levels)
            });
        }
    )*};
}

expression_limits! {
    nested_parentheses: "(" "1" ")" "expression"
    nested_calls: "f(" "1" ")" "expression"
    nested_methods: "a.f(" "1" ")" "expression"
    nested_indices: "a[" "1" "]" "expression"
    nested_constructors: "Ok(" "1" ")" "expression"
    nested_structs: "P { x: " "1" " }" "expression"
    nested_strings: "\"${" "1" "}\"" "expression"
    nested_yields: "yield " "1" "" "expression"
    nested_arrays: "[" "1" "]" "array literal"
    nested_dicts: "{1: " "1" "}" "dictionary literal"
    nested_minuses: "- " "1" "" "unary expression"
    nested_nots: "!" "true" "" "unary expression"
    nested_awaits: "await " "p" "" "unary expression"
}

macro_rules! block_limits {
    ($($name:ident: $open:literal $close:literal $what:literal)*) => {$(
        #[test]
        fn $name() {
            let message = concat!("Maximum block nesting depth of 128 exceeded while parsing ", $what);
            check_depth(limits::BLOCK_DEPTH, message, |levels| nested($open, "y := 1", $close, levels));
        }
    )*};
}

block_limits! {
    nested_ifs: "if a { " " }" "if block"
    nested_elses: "if a { } else { " " }" "if block"
    nested_whiles: "while a { " " }" "while body"
    nested_loops: "loop { " " }" "loop body"
    nested_fors: "for i in a { " " }" "for loop body"
    nested_matches: "match a { case b { " " } }" "match case block"
    nested_tries: "try { " " } finally { }" "try block"
    nested_excepts: "try { } except { " " }" "try block"
    nested_spawns: "spawn { " " }" "spawn block"
    nested_functions: "func f() { " " }" "function body"
    nested_lambdas: "g := func() { " " }" "function expression body"
    nested_calls_with_lambdas: "g(func() { " " })" "function expression body"
    nested_tests: "test_group \"g\" { " " }" "test_group body"
}

#[test]
fn nested_methods_count_with_their_structs() {
    let source = |levels: usize| nested("struct S { func f(self) { ", "y := 1", " } }", levels);
    assert_eq!(messages(&source(limits::BLOCK_DEPTH / 2)), [""; 0]);
    let message = "Maximum block nesting depth of 128 exceeded while parsing struct body";
    assert_eq!(messages(&source(limits::BLOCK_DEPTH / 2 + 1)), [message]);
}

#[test]
fn patterns_and_types_count_like_expressions() {
    let limit = limits::EXPRESSION_DEPTH;
    let message = "Maximum expression nesting depth of 256 exceeded while parsing pattern";
    check_depth(limit, message, |levels| {
        format!("let {}a{} := 1\nx := 1", "[".repeat(levels), "]".repeat(levels))
    });
    let message = "Maximum expression nesting depth of 256 exceeded while parsing type annotation";
    for (open, close) in [("[", "]"), ("A<", ">"), ("func(", ")"), ("func() -> ", ""), ("", "?"), ("", "[]")]
    {
        check_depth(limit - 1, message, move |levels| {
            format!("let a: {}int{} := 1\nx := 1", open.repeat(levels), close.repeat(levels))
        });
    }
}

#[test]
fn mixed_nesting_fits_the_stack() {
    with_small_stack(|| {
        // The most host stack a level can take: a statement in a block in a function in an expression.
        let open = "if a { match b { case 1 { for i in f([{k: func(x) { try { return g(func() { ";
        let close = "}) } except { } }}]) { } } } } ";
        let levels = limits::BLOCK_DEPTH / 6;
        let parsed = parsed(&nested(open, "y := 1", close, levels));
        assert_eq!(parsed.diagnostics, []);
        assert_eq!(resolve(&parsed.module, resolve::Options::default()).diagnostics, []);
        crate::ast::dump(&parsed.module);
    });
}

#[test]
fn long_is_not_deep() {
    let count = 1_000_000;
    let sources = [
        format!("x := 1{}", " + 1".repeat(count)),
        format!("x := a{}", " |> f".repeat(count)),
        format!("x := a{}", ".b".repeat(count)),
        format!("x := a{}", "()".repeat(count)),
        format!("x := a{}", "? ".repeat(count)),
        format!("a{} := 1", "[0].b".repeat(count / 2)),
        format!("let a: int{} := 1", " | int".repeat(count)),
        format!("if a {{ }}{}", " else if a { }".repeat(100_000)),
        format!("f({})", "1, ".repeat(count)),
        format!("x := \"{}\"", "${a}".repeat(count / 4)),
        ";".repeat(count),
        "x ".repeat(count),
    ];
    for source in sources {
        with_small_stack(move || {
            let parsed = parsed(&source);
            assert_eq!(parsed.diagnostics, []);
            assert_eq!(resolve(&parsed.module, resolve::Options::default()).diagnostics, []);
            crate::ast::dump(&parsed.module);
        });
    }
}

#[test]
fn collection_literals_are_limited() {
    let limit = limits::LITERAL_ITEMS;
    let array = |items: usize| format!("x := [{}]", "1,".repeat(items));
    assert_eq!(messages(&array(limit - 1)), [""; 0]);
    assert_eq!(messages(&array(limit)), [""; 0]);
    assert_eq!(messages(&array(limit + 1)), ["Array literal exceeds maximum element count of 1048576"]);
    let dict = |items: usize| format!("x := {{{}}}", "a:1,".repeat(items));
    assert_eq!(messages(&dict(limit - 1)), [""; 0]);
    assert_eq!(messages(&dict(limit)), [""; 0]);
    assert_eq!(messages(&dict(limit + 1)), ["Dictionary literal exceeds maximum item count of 1048576"]);
}

#[test]
fn sources_are_limited() {
    let source = |size: usize| "x".repeat(8) + &" ".repeat(size - 8);
    let limit = limits::SOURCE_BYTES;
    assert_eq!(messages(&source(limit - 1)), [""; 0]);
    assert_eq!(messages(&source(limit)), [""; 0]);
    let message = "Source size 16777217 bytes exceeds maximum allowed 16777216 bytes";
    assert_eq!(messages(&source(limit + 1)), [message]);
}

#[test]
fn diagnostics_are_limited() {
    let limit = limits::DIAGNOSTICS;
    for mistake in ["let 5\n", "x := 0xZ\n", "let 5\nx := @\n"] {
        let parsed = parsed(&mistake.repeat(limit + 7));
        assert_eq!(parsed.diagnostics.len(), limit);
        assert!(parsed.omitted >= 7, "{mistake}");
        let positions: Vec<u32> =
            parsed.diagnostics.iter().map(|diagnostic| diagnostic.primary.span.lo).collect();
        assert!(positions.is_sorted());
        assert!(positions.last().is_some_and(|&last| (last as usize) < mistake.len() * (limit + 1)));
    }
}

#[test]
fn work_is_linear() {
    let shapes = [
        "x := f(1, [2, 3], {a: 4})[0].b\n",
        "[[a], {b}, c] := d\n",
        "[[[[ ",
        "[a, ",
        "{a: ",
        "x := {a 1\n",
        "if x y\n",
        "if x\n",
        "func f(a b\n",
        "match x { case 1 + { ",
        "struct S { + ",
        "\"a ${\n",
        "\"a ${\"b ${",
        "\"a ${b c} d\"",
        "\"a ${\"\n",
        "f(func() { ",
        "f((((\n",
        "} ",
        ") ",
        "else { ",
        "@ ",
        "let 5 @\n",
        "x := ( 5 let y := @ ",
        "/* ",
        "a ? b : c\n",
        "x { y",
        "let a: Array<Array<",
        "if a { if b { } ",
        "P { x: 1 } ",
        "1 - - - ",
        "a.",
        "case ",
        "default ",
        "else ",
        "except x ",
        "if a b else ",
        "'a' ",
        "x := `a` 'b'; ",
    ];
    // Many mistakes of the parser before one of the lexer, on its line.
    let endings = [("let 5 ", "@"), ("x := ) ", "'"), ("f(1 2); ", "\"")];
    for (shape, end) in shapes.map(|shape| (shape, "")).into_iter().chain(endings) {
        let steps = |count: usize| work::count(|| drop(parsed(&(shape.repeat(count) + end))));
        let (small, large) = (steps(2_000), steps(8_000));
        // Four times the input, four times the work; a little more for what has a constant share.
        assert!(large <= small * 5, "{shape}: {small} steps, then {large}");
    }
}
