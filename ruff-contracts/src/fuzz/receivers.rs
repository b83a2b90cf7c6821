//! Random methods that change their receiver, run on receivers of every kind: all must come to the same.
//!
//! How a receiver gets into a method and back depends on who else could see it: it is moved out of a variable of its
//! own, lent by a global or captured one, shared where there is a copy. The program made here compares them, and looks
//! at the receiver from elsewhere in the middle of it all.

use std::fmt::Write as _;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// What a method does to `self`, with `K` for a small number.
const CHANGES: &[&str] = &[
    "self.n += K",
    "self.n := K",
    "self.text += \"K\"",
    "self.text := \"\"",
    "self.items.push(K)",
    "self.items := push(self.items, K)",
    "self.items += [K, K]",
    "if len(self.items) > 0 { self.items.pop() }",
    "if len(self.items) > 0 { self.items[-1] := K }",
    "if len(self.items) > 1 { self.items[0] += K }",
    "self.items.insert(0, K)",
    "self.items.sort()",
    "self.items.clear()",
    "self.entries[\"kK\"] := K",
    "self.entries.remove(\"kK\")",
    "self.entries.update({\"kK\": self.n})",
    "self.members.set_add(K)",
    "self.members.set_remove(K)",
    "self.waiting.queue_enqueue(K)",
    "self.waiting.queue_dequeue()",
    "self.piled.stack_push(K)",
    "self.piled.stack_pop()",
    "self.grid[0][1] := K",
    "self.grid[1].push(K)",
    "self.late := K",
    "if self.n > 50 { self := make(K) }",
    "copy := self",
    "mut other := self\n        other.items.push(K)\n        other.n := K",
    "change := func() { self.items.push(K) }\n        change()",
    "try { self.items[K + 100] := 1 } except e { self.n += 1 }",
    "try { self.step0(depth - 1)\n        throw(\"K\") } except e { self.n += 2 }",
    "look()",
    "self.stepK(depth - 1)",
    "if len(self.inner) > 0 { self.inner[K % 2].stepK(depth - 1) }",
    "for i in 3 { self.items.push(i)\n        self.n += i }",
];

/// How many methods there are.
const METHODS: usize = 3;

/// Programs that fail where two receivers differ that must not.
pub fn programs() -> impl Strategy<Value = String> {
    let changes =
        (select(CHANGES), 0..METHODS).prop_map(|(change, number)| change.replace('K', &number.to_string()));
    vec(vec(changes, 1..=7), METHODS).prop_map(|methods| program(&methods))
}

/// A program whose methods make these changes.
fn program(methods: &[Vec<String>]) -> String {
    let mut out = String::from(HEAD);
    for (number, changes) in methods.iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "    func step{number}(self, depth) {{\n        if depth < 0 {{ return 0 }}");
        for change in changes {
            let _ = writeln!(out, "        if true {{ {change} }}");
        }
        out.push_str("        return self.n\n    }\n");
    }
    out.push_str(TAIL);
    out
}

const HEAD: &str = "struct Node {
    n: int, text: string, items: array, entries: dict, members: set, waiting: queue, piled: stack, grid: array, inner: array

    func fail(self, depth) {
        self.step0(depth)
        self.step1(depth)
        look()
        throw(\"on purpose\")
    }
";

const TAIL: &str = r#"}

func make(n) {
    mut inner := []
    if n < 10 {
        inner := [make(n + 10), make(n + 20)]
    }
    return Node {
        n: n, text: "some text that is not short", items: [3, 1], entries: {"k0": 0}, members: Set([1]),
        waiting: Queue([7]), piled: Stack([8]), grid: [[1, 2], [3]], inner: inner
    }
}

func shown(node) {
    return to_string([node, queue_to_array(node.waiting), stack_to_array(node.piled)])
}

mut global := make(1)
mut list := [0, make(1)]
mut before := ""
mut seen := ""
func look() {
    if before != "" {
        if shown(global) != before { seen := shown(global) }
        if shown(list[1]) != before { seen := shown(list[1]) }
    }
}

func caught(node) {
    mut own := node
    was := shown(own)
    try { own.fail(2) } except e { assert_equal(e.message, "on purpose") }
    assert_equal(shown(own), was)
}

func captured(node) {
    mut own := node
    show := func() { return shown(own) }
    was := show()
    try { own.fail(2) } except e { assert_equal(e.message, "on purpose") }
    assert_equal(show(), was)
    own.step0(2)
    return [show(), shown(own)]
}

func local(node) {
    mut own := node
    own.step0(2)
    return shown(own)
}

before := ""
both := captured(make(1))
assert_equal(both[0], both[1])
assert_equal(both[0], local(make(1)))
caught(make(1))

was := shown(global)
try { global.fail(2) } except e { assert_equal(e.message, "on purpose") }
assert_equal(shown(global), was)
try { list[1].fail(2) } except e { assert_equal(e.message, "on purpose") }
assert_equal(shown(list[1]), was)

before := shown(global)
mut expected := global
before := ""
expected.step0(2)
before := shown(global)
first := global.step0(2)
before := ""
second := list[1].step0(2)
assert_equal(first, second)
assert_equal(shown(global), shown(expected))
assert_equal(shown(list[1]), shown(expected))
assert_equal(seen, "")
"#;
