//! What names mean, one rule a test; see the snapshots.

mod dump;

use super::{Options, resolve};
use dump::dump;

/// Snapshots the resolution of a program, the program above it.
macro_rules! resolves {
    ($($name:ident: $source:literal)*) => {$(
        #[test]
        fn $name() {
            insta::assert_snapshot!(stringify!($name), dump($source, Options::default()));
        }
    )*};
}

resolves! {
    top_level_names_nobody_else_uses_are_locals: "
x := 1
mut y := x
let [a, _, ...r] := [x, y]
x := x + y
y += 2
y[0] := a
"
    functions_make_top_level_names_global: "
x := 1
let y := 2
func f() { x := y return later }
later := 3
"
    exported_names_are_global: "
export a := 1
export let [b, c] := [1, 2]
export func f() { }
export struct S { x: int }
export enum E { A }
d := 1
export d
struct T { }
export T
"
    plain_import_keeps_the_names_before_it_global: "
before := 1
import m
after := 2
before(m.x, after)
"
    plain_import_in_a_block_keeps_the_names_before_it_global: "
before := 1
try { import m; x() } except e { e }
after := before
"
    imported_names_are_locals_or_globals_like_others: "
from m import a, b
a(b)
func f() { b }
let c := 1
from m import c
c := 2
"
    earlier_uses_at_top_level_mean_nothing_yet: "
f(x)
x := 1
x
y
func g() { y }
y := 2
"
    hoisted_names_are_visible_everywhere: "
p := P { x: f() }
func f() { return P }
struct P { x: int }
E::A
enum E { A }
"
    constant_functions: "
func a() { }
func b() { }
b := 1
func c() { }
func c() { }
func d() { d := 2 }
a.x()
"
    blocks_at_top_level_have_locals: "
x := 1
if true { x := 2; y := 3; y }
y
for i in x { let i := i; func() { return i } }
while x { let k := x }
"
    nearest_visible_variable_is_assigned: "
x := 1
func f(a) {
    a := 1
    x := 2
    let y := 3
    if a { y := 4; z := 5; z }
    z
    len := 6
}
"
    implicit_names_in_functions_prefer_top_level_names_declared_later: "
g := func() { x := 1; n := 2; w := 3 }
x := 0
from m import n
import w
"
    match_arms_leak_implicit_names: "
func f(r) {
    match r {
        case Ok(v): { got := v; let own := 1; func() { return got } }
        case Err(v) if v: { got := v; v := 2 }
        default: { other := 1 }
    }
    return [got, own, other]
}
"
    match_arms_leak_at_top_level: "
match 1 {
    case 1: { a := 1; match 2 { case 2: { b := 2; if a { c := 3 } } } }
    case E::B(v): { v := 1; let d := 1; d := 2 }
}
[a, b, c, d, v]
func f() { a := 2; b := 3; d := 4; v := 5 }
"
    declarations_are_visible_afterwards: "
func f(x) {
    if x { let x := x + 1; x }
    for x in x { x }
    let y := y
}
"
    loop_variables_and_except_variables_end_with_their_blocks: "
func f() {
    for i in 3 { i := 1 }
    i
    try { let t := 1 } except e { e := 1 } finally { t }
    e
}
"
    lambdas_see_names_where_they_stand: "
func f() {
    let a := 1
    g := func() { return [a, b] }
    let b := 2
    return g
}
"
    captures_pass_through_functions_between: "
func a(x) {
    return func(y) { return func(z) { return x + y + z } }
}
"
    cells_are_for_captured_variables_that_change: "
func f() {
    let a := 1
    mut b := 2
    mut c := 3
    func() { [a, b, c]; c := 4; d := 5; func() { d += 1 } }
}
"
    method_calls_may_change_mutable_roots: "
func f() {
    let a := []
    mut b := []
    c := []
    d := []
    func() { [a, b, c, d] }
    a.push(1)
    b.x[0].push(1)
    (c).push(1)
    g(d).push(1)
}
"
    failing_writes_to_immutable_bindings_need_no_cell: "
func f() {
    let a := [1]
    const b := [1]
    func() { a := 2; b[0] := 3 }
}
"
    lambda_names_itself: "
func f() {
    let g := func(n) { return g(n - 1) }
    h := (func(n) { return h(n - 1) })
    return g
}
"
    lambda_whose_binding_changes_captures_it: "
func f() {
    g := func(n) { return g(n - 1) + g(n) }
    g := 1
}
"
    lambda_used_by_a_nested_function_is_early: "
func f() {
    let g := func(n) { g(1); return func() { return g(n - 1) } }
}
"
    lambda_assigned_to_a_known_variable_is_no_declaration: "
func f(g) {
    g := func() { return g }
}
"
    nested_functions_are_hoisted: "
func f() {
    let a := h()
    func h() { return [a, b, i(), h] }
    func i() { return j() }
    func j() { return i }
    let b := 2
}
"
    nested_function_sees_outer_variables_ready: "
func f(p) {
    let a := 1
    if p { func g() { return [p, a] } }
    func k() { return p }
}
"
    nested_functions_replace_each_other: "
func f(a) {
    func g() { return g }
    func g() { return 2 }
    func a() { return a }
}
"
    nested_structs_are_local: "
func f() {
    let p := P { x: 1 }
    k := 5
    struct P { x: int = k, func m(self) { return [P, Q { }, k] } }
    struct Q { }
    return Q
}
Q
"
    variables_hide_types_of_their_name: "
struct P { }
func f(P) { return [P, P { x: 1 }] }
P
"
    imported_names_may_be_types: "
from m import Pt
Pt { x: 1 }
func f() {
    from m import Q
    Q { x: 1 }
    Q::A
    if Q { struct Q { } Q { x: 2 } }
}
"
    imports_replace_in_functions: "
func f() {
    let a := 1
    func() { return a }
    from m import a
    a := 2
}
"
    plain_imports_in_functions_are_asked_first: "
func f(p) {
    let a := 1
    import m.n
    let b := 2
    [a, b, p, q, n, n.x]
    c := 3
    d += 4
    if p { import o; let e := 1; [e, a, o]; func() { return [a, e] } }
    [a]
    func h() { return q }
}
"
    spawn_blocks_work_on_copies: "
func f() {
    mut n := 0
    let k := 1
    spawn {
        n := n + 1
        k := 2
        g := func() { n := n + 1 }
        spawn { n += 1 }
    }
    func() { n }
}
"
    spawn_block_copies_what_may_be_undefined: "
func f() {
    match 1 { case 1: { a := 1 } }
    spawn { a; spawn { a } }
}
"
    methods_may_modify_self: "
struct C {
    n: int
    func a(self) { self.n := 1 }
    func b(self) { self := 1 }
    func c(self) { self.items[0].push(2) }
    func d(self) { self.a() }
    func e(self) { func() { self.n += 1 } }
    func f(self) { mut s := self; s.n := 1; s.a(); return self.n }
    func g(other, self) { self.n := 1 }
}
"
    methods_without_self_see_fields: "
x := 0
struct C {
    x: int
    y: int
    z = x
    func a(y) { x := x + y; func() { return [x, self] } }
    func b(self) { return x }
    func c() { let y := 1; w := 2 }
}
"
    nested_methods_without_self_see_their_own_fields: "
func f(x, y) {
    struct C { x: int, func m() { func() { return [x, y] } } }
}
"
    tests_are_functions: "
helper := 1
alone := 2
test \"t\" { helper; own := 1; func() { own } }
"
    duplicates_in_functions_are_errors: "
func f(a, a) {
    let b := 1
    mut b := 2
    c := 3
    const c := 4
    [d, d] := 5
    let e := 6
    if e { let e := 7 }
    let a := 8
    func g() { }
    let g := 9
}
func() { [x, x] := 1 }
"
    duplicates_at_top_level_are_found_when_reached: "
let a := 1
let a := 2
b := 3
mut b := 4
func c() { }
let c := 5
if a { let d := 1; let d := 2 }
let [e, e] := 6
from m import f
let f := 7
"
    closed_blocks_explain_undefined_names: "
func f(c) {
    if c { y := 5; let z := 6 }
    [y, z]
    func() { y }
}
for i in 1 { w := 1 }
[i, w]
w := 2
"
    exports_and_reads_of_unknown_names: "
export x
y += 1
z[0] := 1
z.f()
"
    break_and_continue_need_a_loop: "
break
for i in 3 { break; func() { continue }; if i { continue } }
while true { spawn { break } }
loop { match 1 { case 1: { break } } }
func f() { loop { } continue }
"
    argument_counts_are_checked: "
throw()
throw(1, 2)
[Result::Ok(), Result::Err(1, 2), Option::Some(), Option::None(1), Result::Ok(1), None]
"
    generator_methods_are_refused: "
struct S { func* m(self) { yield 1 } }
"
}

#[test]
fn kept_globals() {
    let options = Options { keep_globals: true, ..Options::default() };
    let source = "x := 1\nfunc f() { x := y }\nif x { y := 2 }";
    insta::assert_snapshot!("kept_globals", dump(source, options));
}

#[test]
fn existing_variables_are_assigned() {
    let existing = ["x".to_owned(), "unused".to_owned()];
    let options = Options { keep_globals: true, existing: &existing };
    let source = "func f() { x := 1; y := 2 }\nfor i in 3 { x := i }\nx := 3\nlet x := 4";
    insta::assert_snapshot!("existing_variables_are_assigned", dump(source, options));
}

/// Runs `body` with the stack that every part of the crate must get along with.
fn with_small_stack(body: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(1024 * 1024).spawn(body);
    thread.expect("starting a thread").join().expect("the stack suffices");
}

#[test]
fn long_chains_need_no_stack() {
    with_small_stack(|| {
        let source = format!("x := 1\ny := x{}\nz := x{}", " + x".repeat(300_000), ".f".repeat(300_000));
        let parsed = crate::parse(&source, Default::default());
        let resolution = resolve(&parsed.module, Options::default());
        assert!(resolution.diagnostics.is_empty());
        assert!(resolution.names.iter().all(Option::is_some));
    });
}

#[test]
fn deepest_nesting_fits_the_stack() {
    with_small_stack(|| {
        let depth = crate::limits::BLOCK_DEPTH - 1;
        for (open, close) in [("func() { a := [x]; ", " }"), ("if x { let a := [x] ", " }")] {
            let source = format!("let x := 1 {}{}", open.repeat(depth), close.repeat(depth));
            let parsed = crate::parse(&source, Default::default());
            assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
            assert!(resolve(&parsed.module, Options::default()).diagnostics.is_empty());
        }
    });
}

#[test]
fn too_many_visible_imports_are_refused() {
    let limit = crate::limits::VISIBLE_IMPORTS;
    let count = |imports: usize| {
        let source = format!("func f() {{ {}\nx }}", "import m\n".repeat(imports));
        let parsed = crate::parse(&source, Default::default());
        resolve(&parsed.module, Options::default()).diagnostics.len()
    };
    assert_eq!([count(limit), count(limit + 1)], [0, 1]);
}

#[test]
fn diagnostics_are_limited() {
    let source = "break\n".repeat(crate::limits::DIAGNOSTICS + 10);
    let parsed = crate::parse(&source, Default::default());
    let resolution = resolve(&parsed.module, Options::default());
    assert_eq!(resolution.diagnostics.len(), crate::limits::DIAGNOSTICS);
}
