//! Snapshots of the code of small functions: the source first, then its instructions. That the work on large ones is linear
//! `growth` checks.

mod growth;
mod limits;

use std::fmt::Write;
use std::sync::Arc;

use ruff_syntax::{ParseOptions, SourceFile};

use super::{Compiled, Options, compile};
use crate::analysis::Refusal;
use crate::bytecode::disassemble;
use crate::module::{Globals, ModuleId};
use crate::native::{
    Cx, Family, FromArg, NativeBody, NativeDef, NativeResult, Param, Registry, Undo, Updates, Whole,
};
use crate::value::Value;

const ARRAY: &[Param] = &[Param::new("array", Whole::TYPES, false, false)];
const ANY: &[Param] = &[Param::new("values", Whole::TYPES, false, true)];

fn nothing(_: &mut Cx<'_>, _: &mut [Value]) -> NativeResult<Value> {
    Ok(Value::Null)
}

const fn native(name: &'static str, params: &'static [Param], updates: Updates) -> NativeDef {
    NativeDef {
        name,
        aliases: &[],
        family: "tests",
        params,
        returns: "any",
        capabilities: &[],
        global: true,
        method: true,
        on: None,
        updates,
        undo: Undo::Copy,
        pure: true,
        doc: "",
        since: "2.0",
        body: NativeBody::Rust(nothing),
    }
}

static INSERT: NativeDef = native("insert", ANY, Updates::Result);
static LEN: NativeDef = native("len", ARRAY, Updates::No);
static PRINT: NativeDef = native("print", ANY, Updates::No);
static PUSH: NativeDef = native("push", ANY, Updates::Result);
static RANGE: NativeDef = native("range", ANY, Updates::No);
static STR: NativeDef = native("str", ARRAY, Updates::No);
static FAMILY: Family = crate::family!("tests": [INSERT, LEN, PRINT, PUSH, RANGE, STR]);
static FAMILIES: &[&Family] = &[&FAMILY];

/// The code of a program, behind its text.
fn code_of(source: &str) -> String {
    code_with(source, Options::default())
}

fn code_with(source: &str, options: Options) -> String {
    let mut out = String::new();
    for (number, line) in (1..).zip(source.lines()) {
        writeln!(out, "{number:3} | {line}").unwrap();
    }
    match compiled(source, options) {
        Ok(compiled) => write!(out, "\n{}", disassemble(&compiled.proto)).unwrap(),
        Err(refusal) => {
            for problem in refusal.diagnostics {
                writeln!(out, "\nerror: {}", problem.message).unwrap();
            }
        }
    }
    out
}

/// A program without errors of syntax, compiled.
fn compiled(source: &str, options: Options) -> Result<Compiled, Refusal> {
    let parsed = ruff_syntax::parse(source, ParseOptions::default());
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    let resolver = ruff_syntax::resolve::Options { keep_globals: options.keep_globals, existing: &[] };
    let resolution = ruff_syntax::resolve::resolve(&parsed.module, resolver);
    assert!(resolution.diagnostics.is_empty(), "{:?}", resolution.diagnostics);
    let file = Arc::new(SourceFile::new("test.ruff", source));
    let mut globals = Globals::default();
    let registry = Registry::new(FAMILIES);
    compile(&file, &parsed.module, &resolution, &mut globals, &registry, ModuleId::NOWHERE, options)
}

macro_rules! snapshots {
    ($($name:ident: $source:literal;)*) => {
        $(
            #[test]
            fn $name() {
                insta::assert_snapshot!(stringify!($name), code_of($source));
            }
        )*
    };
}

snapshots! {
    arithmetic: "\
func f(a, b) {
    c := a + b * 2 - 1
    d := 10 - c
    e := 2 * d + (1 + 2) * 3
    return -e % 7 / 100000
}";
    comparisons: "\
func f(a, b) {
    if a < 10 && b != \"x\" || !(a == b) { return 1 }
    return a >= b
}";
    truth_values: "\
func f(a, b) {
    c := a && !b || 0
    return c ?? a ?? 5
}";
    while_loop: "\
func f(n) {
    mut i := 0
    while i < n {
        i += 1
        if i == 3 { continue }
        if i > 7 { break }
        print(i)
    }
    return i
}";
    ranges: "\
func f(n, xs) {
    for i in 0..n { print(i) }
    for i in 1..=n { print(i) }
    for i in range(0, n) { print(i) }
    if n in 1..=9 { return len(2..n) }
    if n !in xs { return xs[1..n] }
    return [n..9, xs?.[n], xs[..=-2], n ** 2 | 1]
}";
    assignment_if_null: "\
func f(d, k) {
    d[k] ??= [k]
    k ??= 1
    return d
}";
    range_loops: "\
func f(n) {
    mut sum := 0
    for i in range(n) { sum += i }
    for i in range(1, n) { sum += i }
    for i in range(n, 0, -1) { sum += i }
    for i in 10 { sum += i }
    return len(range(2, n))
}";
    for_loop: "\
func f(xs) {
    for x in xs { print(x) }
}";
    endless_loop: "\
func f() {
    loop { if print() { return } }
}";
    building_an_array: "\
func f(n) {
    mut xs := []
    for i in n { xs := push(xs, i) }
    xs := insert(xs, 0, n)
    return xs
}";
    building_text: "\
func f(words) {
    mut text := \"\"
    for word in words { text := text + word + \", \" }
    text += \".\"
    return \"<${text}>\"
}";
    updating_globals: "\
mut total := 0
mut seen := {}
mut log := []
func f(x) {
    total += x
    total := total * 2
    seen[x] := true
    log := push(log, x)
    log.push(x)
    total += f(x)
}";
    places: "\
func f(grid, p, i) {
    grid[i] := 1
    grid[i] += 2
    grid[i][0] := p.x
    grid[i][0] -= 1
    p.x := i
    p.x *= i
    p.items[0].n := p
    p.items := push(p.items, i)
    p.items.push(i)
    p.n += print(i)
    return grid
}";
    immutable_places: "\
func f() {
    let a := [1]
    const C := 2
    a[0] := 3
    a.push(4)
    a += 5
    C := 6
}";
    calls: "\
func g(a, b) { return a }
func f(h, x) {
    y := g(h(x), 1)
    x |> g(y) |> h
    f(y, x)
    return h(g)(y)
}";
    methods: "\
func f(a, b) {
    a.m(b)
    a.b.m()
    b := a.m(b).n(1)
    return a?.m(b?.c)
}";
    last_uses_move: "\
func f(xs, n) {
    ys := xs
    t := g(ys)
    t = g(t)
    try { t = g(t) } except { print(t) }
    if n > 0 { return t }
    return [t, n]
}
func g(a) { return a }";
    structs: "\
struct P {
    x: int
    y: int = 1 + 1
    func sum(self) { return self.x + self.y }
    func bump(self) { self.x += 1 return self }
    func old(k) { x := x + k return x }
}
func f() { return P { x: 1, y: 2, x: 3 } }";
    enums: "\
enum E { A, B }
func f(e) {
    match e {
        case E::A: { return 1 }
        case E::B(x, y): { return x }
        case Ok(v) if v > 1: { return v }
        case word: { return 2 }
        case -3: { return 3 }
        default: { return E::B(e) }
    }
}";
    closures: "\
func f(n) {
    mut count := 0
    step := 2
    inc := func() { count += step return count }
    for i in n { inc := push(inc, func() { return i }) }
    fact := func(k) { if k < 2 { return 1 } return k * fact(k - 1) }
    return inc
}";
    nested_functions: "\
func f(a) {
    print(even(a))
    func even(n) { if n == 0 { return true } return odd(n - 1) }
    func odd(n) { if n == 0 { return false } return even(n - 1) }
}";
    generators: "\
func* f(n) {
    mut i := 0
    while i < n { yield i i += 1 }
    x := yield
}
func g() { yield 1 }";
    try_except: "\
func f(x) {
    try { print(x) } except e { throw(e) }
    try { return g(x)? } except { return 2 }
}
func g(x) { return Ok(x) }";
    finally_blocks: "\
func f(xs) {
    for x in xs {
        try {
            if x { return x }
            if x == 1 { break }
            if x == 2 { continue }
            print(x)
        } except e { print(e) } finally { print(1) }
    }
}";
    nested_finally: "\
func f(x) {
    try {
        try { return x } finally { print(1) }
    } finally { print(2) }
}";
    try_operator_at_top_level: "\
x := print()?
print(x)";
    literals: "\
func f(a, d) {
    b := [1, ...a, a]
    c := {\"k\": a, 1: 2, ...d}
    return [b, c, 100000000000, 1.5, null, true, Some(a), None]
}";
    destructuring: "\
func f(p) {
    [a, _, [b], ...c] := p
    {x, ...rest} := g(p)
    return a
}
func g(p) { return p }
[u, v] := [1, 2]
print(u, v)";
    indexing: "\
func f(a, i) {
    return a[0] + a[-1] + a[i] + a[\"k\"] + a.k
}";
    imports: "\
import a.b
from c import x, Y
print(b.z, x, Y { n: 1 })
func f() {
    import d
    from e import w
    return w(q)
}";
    duplicates_and_ended_blocks: "\
let x := 1
if x { y := 2 }
print(y)
let x := 3";
    match_arms_leak: "\
func f(r) {
    match r { case Ok(v): { got := v } default: { got := 0 } }
    return got
}";
    spawn_blocks: "\
func f(n) {
    mut count := n
    inc := func() { count += 1 }
    spawn { count := count + n print(count) }
}";
    async_functions: "\
async func f(p) { return await p }
print(await f(1))";
    test_declarations: "\
test \"adds\" { print(1 + 1) }
print(2)";
    receivers_and_arguments: "\
struct P { func set(self, x) { self.x := x } }
func f(s, p, g) {
    p.show(s.push(1))
    p.set(s.push(1))
    change := func() { s := 1 p := 2 }
    s.split(change())
    s.push(change())
    p.set(change())
}";
    builtins_that_an_import_may_replace: "\
import m
func f(n) {
    for i in range(n) { print(i) }
    return len(range(n))
}";
    shadowed_builtin: "\
func f(xs) { return len(xs) }
func g(len) { return len(1) }";
}

#[test]
fn last_expression_is_yielded() {
    let options = Options { keep_globals: true, yields_last: true, ..Options::default() };
    insta::assert_snapshot!("last_expression_is_yielded", code_with("x := 1\nx + len(\"ab\")", options));
}

#[test]
fn builtin_in_ruff_calls_itself() {
    let options = Options { is_internal: true, ..Options::default() };
    insta::assert_snapshot!(
        "builtin_in_ruff_calls_itself",
        code_with("func str(a) { return str(a) }", options)
    );
}

#[test]
fn far_jumps_take_the_long_form() {
    let body = "print(a)\n".repeat(20_000);
    let code = code_of(&format!("func f(a) {{\nwhile a < 3 {{\n{body}}}\n}}"));
    let tail: Vec<&str> = code.lines().rev().take(5).collect();
    let tail: Vec<&str> = tail.into_iter().rev().collect();
    insta::assert_snapshot!("far_jumps_take_the_long_form", tail.join("\n"));
}

#[test]
fn long_chains_need_no_stack() {
    let source = format!("x := 1\ny := {}x", "x + ".repeat(100_000));
    assert!(code_of(&source).contains("Add"));
}
