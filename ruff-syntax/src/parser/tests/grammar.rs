//! A tree for each rule of the grammar.

use super::parsed;

/// Snapshots the tree of a program, the program above it.
macro_rules! trees {
    ($($name:ident: $source:literal)*) => {$(
        #[test]
        fn $name() {
            let source = $source.trim();
            let parsed = parsed(source);
            assert_eq!(parsed.diagnostics, []);
            let tree = crate::ast::dump(&parsed.module);
            insta::assert_snapshot!(stringify!($name), format!("{source}\n-----\n{tree}"));
        }
    )*};
}

trees! {
    separators_are_optional: "
;;x := 1 y := 2; z
f() g()
"
    bindings: "
let a := 1
let b = 2
mut c: int := 3
const D: string = \"d\"
let _ := 4
let [e, [f, _], ...g] := 5
let {h, i, ...j}: Dict<string, int> = 6
let [k ...l,] := 7
let [...m] := 8
let [] := 9
let {...n,} := 10
let {o,} := 11
"
    destructuring: "
[a, b] := c
{d, e} = f
[[g], {h}, ...i] := j
[k, l]
{m: n}
[]
{}
"
    assignments: "
a := 1
a = 2
a += 3; a -= 4; a *= 5; a /= 6; a %= 7
b.c := 8
b[0].d[\"e\"].f += 9
self.x := 10
self := 11
"
    functions: "
func a() { }
func b(x, y: int, self,) -> string { return x }
async func c() { await d() }
func* e() { yield 1 }
async func* f() { }
x := func(a) { return a }
y := async func* (a: int) -> int { }
func(a) { a }(1)
"
    structs: "
struct A { }
struct B { x: int, y: float = 1.0, z; w }
struct C {
    name: string
    default = 5
    func get(self) -> string { return self.name }
    pub func set(self, v) { self.name := v },
    async func load(self) { }
    func* gen(self) { }
    pub: bool
    end
}
"
    enums: "
enum A { }
enum B { X }
enum C { X, Y, Z, }
"
    imports: "
import a
import a.b.c
from a.b import x, y
from m import z
"
    exports: "
export let a := 1
export [b, c] := 2
export d := 3
export d
export func e() { }
export async func f() { }
export struct G { }
export enum H { }
pub func i() { }
pub const J := 1
pub mut k := 2
pub
let l := 3
pub := 4
"
    conditionals: "
if a { b }
if (a) { b } else { c }
if a { b } else if c { d } else if e { f } else { g }
"
    loops: "
while a { break }
loop { continue }
loop while a { b }
for i in n { i }
for i in a + b { }
for i in -n { }
"
    matches: "
match x { }
match f(x) {
    case Ok(v): { v }
    case Err(e) { e }
    case Some(_) if a && b: { }
    case None: { };
    case Result::Ok(v): { },
    case E::A: { }
    case E::B(x, _, y) { }
    case Other(v) { }
    case word: { }
    case _: { }
    case 1 { } case -2 { } case 2.5: { } case -0.5 { } case \"s\" { }
    case true { } case false { } case null { }
    default: { d }
}
match x { default: { 1 } default { 2 } }
"
    tries: "
try { a } except e { b }
try { a } except { b }
try { a } finally { b }
try { a } except e { b } finally { c }
finally := 1
"
    spawns_and_tests: "
spawn { a }
test \"a\" { b }
test_group \"g\" {
    test_setup { c }
    test_teardown { d }
    test \"e\" { }
}
"
    returns: "
func f() {
    return
    g()
    return h(); return
}
func g() { return }
func h() { return -1 }
"
    literals: "
[0, 007, 9223372036854775807, 1.50, true, false, null, None]
\"a\\n\\\"\\\\\\$\\t\\r\"
\"\"
"
    interpolation: "
\"a ${b} c\"
\"${a}${b}\"
\"$x $${y} \\${z}\"
\"a ${\"b ${c} d\"} e\"
\"v=${d[\"k\"]} ${f({\"a\": \"}\"})} ${func() { return 1 }()}\"
\"${
    a /* } */ + // }
    b
}\"
"
    precedence: "
a |> b ?? c || d && e == f < g + h * -i.j;
-x[\"a\"]
!a == b;
- - 1
await f() + 1
await a.b?
a - b - c
a / b * c
a ?? b ?? c
a |> b |> c
a < b < c
(a + b) * c;
-a * b
"
    yields: "
func* f() {
    yield
    1
    yield 1 + 2
    x := yield a ?? b
    [yield, yield 1, (yield)]
    1 + yield 2 + 3
}
"
    postfix: "
f(1, 2,)(3)
a.b.c(1).d
a?.b?.c(2)
a[0][1 + 2]
f()?[0]?.x
a.default.if.func(1)
x
    .y()
    .z
P { x: 1 }.m()
5.x
"
    new_lines: "
x := 5
(3)
x := f
[1, 2]
x := P
{ x: 1 }
a
  + b
  - c
f
?.g
"
    constructors: "
[Ok(1), Err(2), Some(3), None, None()]
Ok
(1)
[Result::Ok(1), Result::Err(2), Option::Some(3), Option::None, Option::None()]
[Result::Ok(), Result::Err(1, 2,), Option::Some]
Result
Option::Other(1)
throw(1)
throw
throw + 1
"
    enum_values: "
E::A
E::B(1, 2)
E::C()
E::A == x
[E::A][0]
E::A
(1)
"
    struct_literals: "
P { }
P { x: 1, default: 2, y: [3], }
[P {}, f(P { x: 1 })]
flag { }
"
    collections: "
[1, ...a, 2,]
{\"a\": 1, b: 2, 1 + 2: 3, ...d,}
[a && b, c ?? d, func() { }]
{\"k\": a |> b}
"
    heads: "
if flag { }
if flag { a }
if P { x: 1 } == p { b }
if f(flag { }) { c }
while (flag { }) { }
for x in xs { }
match x { }
match x { default: { a } }
match P { default: 1, x: 2 } { }
if a == b { x }
match r { case Ok(v) if v { y } case v if flag: { } }
if func() { return flag {} }() { d }
"
    annotations: "
let a: int := 1
let b: string? = 2
let c: [int] := 3
let d: int[] := 4
let e: int?[]? := 5
let f: int | null | string := 6
let g: func := 7
let h: func() := 8
let i: func(int, string) -> bool := 9
let j: Array<int> := 10
let k: Dict<string, Array<int>>= 11
let l: Option<int>= 12
let m: Result<int, string> := 13
let n: int?? := 14
let o: func(int) -> int | null := 15
let p: Name := 16
"
    comments: "
#!/usr/bin/env ruff
x := 1 # a
// b
y := /* c */ 2
/// d
z := 3 /* e
*/ w := 4
"
}
