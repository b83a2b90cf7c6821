//! How the parser goes on after mistakes: one diagnostic for each, and the rest of the program in the tree.

use super::parsed;
use crate::diagnostic::write_diagnostics;

/// Snapshots a program with mistakes, its diagnostics and its tree.
macro_rules! recovers {
    ($($name:ident: $source:literal)*) => {$(
        #[test]
        fn $name() {
            let source = $source.trim();
            let parsed = parsed(source);
            let diagnostics = write_diagnostics(source, &parsed.diagnostics);
            let tree = crate::ast::dump(&parsed.module);
            insta::assert_snapshot!(stringify!($name), format!("{source}\n-----\n{diagnostics}-----\n{tree}"));
        }
    )*};
}

recovers! {
    statements_after_a_mistake: "
let x := := 5
let y := 6; let := 7; let z := 8
x := 1 + let w := 9
print(x y
print(z)
"
    missing_parenthesis: "
func f() {
    x := g(1, (2 + 3)
    let y := 4
    return y
}
f()
"
    missing_parenthesis_before_an_assignment: "
x := f(1,
    2
y := 3
"
    mistake_in_a_multi_line_call: "
f(
    1,
    2 3,
    g(4),
    h
)
x := 5
"
    mistake_in_a_dict: "
x := {
    a: 1,
    b 2,
    c: func() {
        return 5
    },
    d: 4
}
y := 6
"
    mistakes_in_nested_blocks: "
func f(x) {
    if x {
        let 5 := 1
    } else {
        let a := )
        b := 2
    }
    return [1 2]
}
func g() { return 3 }
"
    heads_with_mistakes: "
if x = 5 {
    a := 1
} else if y +  {
    b := 2
} else {
    c := ]
}
while f(x { d }
for in y { e }
for i of z { g }
func f(a b) { h }
match x y { case 1 { i } }
"
    missing_closing_brace: "
func f() {
    if x {
        a := 1

    return a
}

func g() {
    return 2
}
"
    superfluous_closing_brace: "
func f() {
    a := 1
    }
    b := 2
}
c := 3
"
    unclosed_dict_at_the_margin: "
x := {a: 1,
let y := 2
z := 3
"
    struct_members_with_mistakes: "
struct S {
    x: 5
    y: int
    z = 1 +
    func f(self { return 1 }
    func (self) { return 2 }
    + + +
    w: int
}
p := S { }
"
    arms_with_mistakes: "
match x {
    case 1 + 2: { a }
    case Ok(5): { b }
    something
    case 3 { c := }
    default: d
    case 4: { e }
}
f := 6
"
    lambda_with_a_mistake_in_a_call: "
f(func(a b) { c := 1 }, 2)
f(func(a) { c := ; d := 2 }, 3)
g := 4
"
    half_typed_members: "
x.
let y := z.
w.foo(
"
    mistakes_in_strings: "
x := \"a ${b c} d ${e}\"
y := \"a ${} b\" + 1
z := \"a ${\"b ${c d} e\"} f\"
w := \"a ${func() { let }} b\"
"
    lexical_mistakes_hide_their_consequences: "
let x := @
let y := 'a'
print(\"a
z := 0xZZ + 1
a := été + `b` ) 1
c := )
"
    unclosed_strings: "
print(\"a ${b\")
c := \"d
e := \"f ${g} h
i := 1
"
    unclosed_string_in_a_block: "
func f() {
    print(\"a ${b)
    return 1
}
"
    unknown_statement_words: "
else { a := 1 }
} else {
    b := 2
}
case 5: { c := 3 }
"
    reserved_words_as_names: "
let match := 1
func test(case) { x := 2 }
for in in default { y := 3 }
let [enum, b] := c
{struct} := d
import default
x.match := 4
"
    several_on_one_line: "
x := (1 + ; y := [2, ; z := 3
"
    truncated: "
func f(x) {
    for i in range(10) {
        if i > {"
}
