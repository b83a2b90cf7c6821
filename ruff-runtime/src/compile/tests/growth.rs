//! The work on a function, and the size of its code, are linear in its source.

use super::{Options, compiled};
use crate::work;

/// A program of `count` units; `#` in them stands for their number.
fn program((before, unit, after): (&str, &str, &str), count: usize) -> String {
    let units: String = (0..count).map(|number| unit.replace('#', &number.to_string())).collect();
    format!("{before}{units}{after}")
}

/// Steps taken and instructions made.
fn cost(source: &str) -> (u64, u64) {
    let mut instructions = 0;
    let steps = work::count(|| {
        let compiled = compiled(source, Options::default()).unwrap_or_else(|_| panic!("{source}"));
        let body = compiled.proto.protos.first().unwrap_or(&compiled.proto);
        instructions = body.code.len() as u64;
    });
    (steps, instructions)
}

#[test]
fn work_and_code_are_linear() {
    let shapes = [
        ("func f(a) {", "if a { a := 2 } else { a := 3 }\n", "}"),
        ("func f(a) { if a { }", " else if a == # { return # }", "}"),
        ("func f(a) { if a", " && a < # || a", " { return 1 } }"),
        ("func f(a) { return a", " || 1", "}"),
        // Code that is never reached.
        ("func f(a) {", "return 1\n", "}"),
        ("func f(a) { return 1\n", "while a { if a { break } else { continue } }\n", "}"),
        ("func f(a) {", "loop { }\n", "}"),
        // Jumps that go.
        ("func f(a) {", "if a { }\n", "}"),
        ("func f(a) { while a {", "if a { continue }\nif a { break }\n", "} }"),
        // Handlers, each of which is reached from the one before.
        ("func f(a) {", "try { return a } except { }\n", "}"),
        (
            "func f(a) {",
            "try { return a } except { try { return a } finally { a := 1 } } finally { a := 2 }\n",
            "}",
        ),
        ("func f(a) { try { try { try {", "if a { a := # }\n", "} except { } } except { } } finally { } }"),
        ("func f(a) { for x in a {", "try { if x { continue }; break } finally { a := # }\n", "} }"),
        // Places.
        ("func f(a) { a", ".b[0]", ".c() }"),
        ("func f(a) { a", "[a]", " := 1 }"),
        // Variables that share something and die in many places.
        ("func f(a) { mut y := a", "\nx# := a[0]\nwhile a { if x# { y[0] = # } }", "}"),
        ("func f(a) { mut y := a\nx := a[0]\nwhile a {", "if x { y[0] = 1; return # }\n", "} }"),
    ];
    for shape in shapes {
        let ((small, small_code), (large, large_code)) =
            (cost(&program(shape, 400)), cost(&program(shape, 1600)));
        assert!(large <= small * 5, "{shape:?}: {small} steps, then {large}");
        assert!(large_code <= small_code * 5, "{shape:?}: {small_code} instructions, then {large_code}");
    }
}

#[test]
fn variables_that_die_in_many_places_make_little_code() {
    let source = |count: usize| {
        let variables = program(("", "x# := a[#]\n", ""), count);
        let exits = program(("", "if x# { y[0] = #; return # }\n", ""), count);
        format!("func f(a) {{ mut y := a\n{variables}while a {{ {exits} }} }}")
    };
    let ((small, small_code), (large, large_code)) = (cost(&source(200)), cost(&source(800)));
    assert!(large <= small * 5, "{small} steps, then {large}");
    assert!(large_code <= small_code * 5, "{small_code} instructions, then {large_code}");
}

#[test]
fn large_functions_still_move_what_they_replace() {
    // So many variables and blocks that only a rough look is taken.
    let variables = program(("", "x# := a\n", ""), 20_000);
    let blocks = program(("", "if a { a := x# }\n", ""), 20_000);
    let source = format!("func f(a, s) {{\n{variables}{blocks}s := g(s, a + 1)\nreturn s }}");
    let compiled = compiled(&source, Options::default()).unwrap_or_else(|_| panic!("compiles"));
    let code = crate::bytecode::disassemble(&compiled.proto);
    let end: Vec<&str> = code.lines().rev().take(4).collect();
    insta::assert_snapshot!(end.into_iter().rev().map(|line| format!("{line}\n")).collect::<String>());
}
