//! Every message of the parser.

use super::parsed;
use crate::diagnostic::write_diagnostics;

/// Snapshots the diagnostics of programs, which stand one a line (or, when they have several lines, under each other
/// with a line of `--` in between), each below its program.
macro_rules! mistakes {
    ($($name:ident: $source:literal)*) => {$(
        #[test]
        fn $name() {
            let mut out = String::new();
            let source = $source.trim_matches('\n');
            let programs: Vec<&str> = match source.contains("\n--\n") {
                true => source.split("\n--\n").collect(),
                false => source.lines().collect(),
            };
            for program in programs {
                let diagnostics = write_diagnostics(program, &parsed(program).diagnostics);
                out.push_str(&format!("{program}\n{diagnostics}\n"));
            }
            insta::assert_snapshot!(stringify!($name), out);
        }
    )*};
}

mistakes! {
    missing_operands: "
x :=
x := ;
x++
1 +
f(,)
[1, , 2]
x := if
(
!
a && && b
f(in)
"
    starts_of_blocks: "
if a b
if a { } else b
while a b
loop b
for i in a b
func f() b
x := func() b
match a { case 1: b }
match a { default: b }
match a b
try b
try { } except e b
try { } finally b
spawn b
test \"a\" b
test_group \"a\" b
test_setup b
test_teardown b
struct A b
enum A b
"
    ends_of_blocks: "
if a {
if a { } else {
while a {
loop {
for i in a {
func f() {
x := func() {
match a { case 1: {
match a { default: {
match a {
try {
try { } except e {
try { } finally {
spawn {
test \"a\" {
test_group \"a\" {
test_setup {
test_teardown {
struct A {
enum A {
enum A { B C }
enum A { B(x) }
"
    unclosed_brackets: "
func f(a
func f(a b) { }
func f(a + b) { }
x := func(a
f(1, 2
f(1 2)
x.f(1
E::A(1
throw(1
a[1
[1, 2][0:1]
[1, 2
[1 2]
{\"a\": 1
{\"a\": 1 \"b\": 2}
P { x: 1
P { x: 1 y: 2 }
P { x: 1, 2 }
(1
Ok(1
Err(1
Some(1
let [a b] := c
let {a b} := c
print(add(1, 2)
"
    declarations: "
let x
let x 5
mut x + 1
const X
const X: int 5
const 5 := 1
const [a] := 1
let 5 := 1
let test := 1
let [a, 5] := 1
let [a, ...5] := 1
let {a: b} := 1
let {5} := 1
func () { }
func
func 5() { }
func if() { }
func f { }
func f(5) { }
func f(if) { }
x := func f() { }
x := func
async x
x := async 5
enum 5 { }
struct 5 { }
struct { }
struct A { 5 }
struct A { x: int, + }
struct A { func() { } }
"
    loops_and_tries: "
for 5 in x { }
for if in x { }
for i { }
for i of x { }
for i, j in x { }
try { }
try { } x
match x { y }
match x { case { } }
match x { case if { } }
match x { case E:: { } }
match x { case Ok(1) { } }
match x { case Ok() { } }
match x { case - { } }
match x { case \"a${b}\" { } }
match x { case Ok(a b) { } }
"
    dicts_and_assignments: "
{a}
{a, b}
{\"a\" 1}
f() := 1
f()[0] := 2
5 := 1
a + b := 1
(a) := 1
x?.y := 1
[a, b.c] := d
{a: b} := c
-x += 1
a := b := 1
a := b += 1
let a := b := 1
if a = 1 { }
"
    imports: "
import
import 5
import if
import a.
from
from 5
from a. import b
from a
from a export b
from a import
from a import *
from a import x,
"
    tests: "
test { }
test 5 { }
test \"a${b}\" { }
test_group { }
"
    types: "
let a: Result := 1
let a: Result<int> := 1
let a: Result<int, string := 1
let a: Option := 1
let a: Option<int := 1
let a: Array<int := 1
let a: 5 := 1
let a: := 1
let a: [int := 1
let a: func(int := 1
func f(a: ) { }
func f() -> { }
struct A { x: }
"
    constructors: "
Ok
map(xs, Ok)
Err + 1
Some 1
Ok()
Err(1, 2)
Some(1,)
E::
E::5
x.
x?.5
"
    statements: "
else { }
case 1: { }
default: { }
in x
except e { }
impl A { }
int
) + 1
x := 1)
f(1]]
}
if a { } }
export 5
export if a { }
export a.b := 1
export f()
export export a
export
& a
a & b
| a
a ? b : c
:= 5
"
    interpolations: "
\"a ${} b\"
\"a ${b c} d\"
\"a ${b} c ${} d ${}\"
\"a ${(b} c\"
\"a ${b +} c\"
\"a ${f(1 2)} b\" +
f(\"${}\", 1 2)
"
}

#[test]
fn source_too_large() {
    let options = crate::ParseOptions { max_bytes: 5 };
    let program = "x := 12345";
    let parsed = crate::parse(program, options);
    insta::assert_snapshot!(write_diagnostics(program, &parsed.diagnostics));
    assert_eq!(crate::parse("x := 1", crate::ParseOptions { max_bytes: 6 }).diagnostics, []);
}
