//! Programs that run for long may not grow: what nobody can reach is freed, cycles included, and an engine that is
//! dropped leaves nothing behind.

use std::sync::Arc;

use allocation_counter::measure;
use ruff_contracts::corpus::Outcome;
use ruff_contracts::host::{TestHost, World};
use ruff_runtime::Engine;
use ruff_runtime::engine::Options;
use ruff_syntax::SourceFile;

/// Turns of a program's loop: enough for several collections.
const TURNS: u64 = 10_000;

/// What the larger of two runs may need at most, in bytes, beyond what the smaller one needs at most.
const SLACK: u64 = 64 << 10;

fn run(program: &str, turns: u64) {
    let source = program.replace("TURNS", &turns.to_string());
    let host = Box::new(TestHost::new(World::default()));
    let mut engine = Engine::new(host, ruff_natives::registry(), Options::default());
    if let Err(error) = engine.run(Arc::new(SourceFile::new("leaks.ruff", source))) {
        panic!("{}", Outcome::from(error));
    }
}

/// Runs the program for some turns and for four times as many: the second run may need no more memory at a time, and
/// neither may leave any behind.
fn check(program: &str) {
    // Names and the tables of builtins stay.
    run(program, 1);
    let few = measure(|| run(program, TURNS));
    let many = measure(|| run(program, TURNS * 4));
    assert!(many.bytes_total > 2 * few.bytes_total, "the program does nothing: {few:?} {many:?}");
    assert!(many.bytes_max <= few.bytes_max + SLACK, "memory piles up: {few:?} {many:?}");
    assert_eq!((few.bytes_current, many.bytes_current), (0, 0), "something is left: {few:?} {many:?}");
}

#[test]
fn a_lambda_that_calls_itself() {
    check(
        "func work(n) {
            mut down := null
            down := func(k) {
                if k == 0 { return 0 }
                return down(k - 1)
            }
            return down(n)
        }
        for i in TURNS { work(3) }",
    );
}

#[test]
fn nested_functions_that_call_each_other() {
    check(
        "func work(n) {
            func even(k) { return k == 0 || odd(k - 1) }
            func odd(k) { return k != 0 && even(k - 1) }
            return even(n)
        }
        for i in TURNS { work(3) }",
    );
}

#[test]
fn an_object_made_of_closures() {
    check(
        "func make() {
            mut this := {\"count\": 0}
            this[\"add\"] := func(n) { this[\"count\"] := this[\"count\"] + n; return this[\"count\"] }
            this[\"twice\"] := func(n) { return this.add(n) + this.add(n) }
            return this
        }
        for i in TURNS { make().twice(i) }",
    );
}

#[test]
fn every_kind_of_container_around_a_closure() {
    check(
        "struct Box { inner: any }
        enum Held { One }
        func make(kind) {
            mut holder := null
            f := func() { return holder }
            if kind == 0 { holder := [f, [f]] }
            if kind == 1 { holder := {\"f\": f} }
            if kind == 2 { holder := Box { inner: f } }
            if kind == 3 { holder := Held::One(f) }
            if kind == 4 { holder := Some(f) }
            if kind == 5 { holder := Set([f]) }
            if kind == 6 { holder := Queue([f]) }
            if kind == 7 { holder := Stack([f]) }
        }
        for i in TURNS { make(i % 8) }",
    );
}

#[test]
fn a_struct_declared_in_a_function_whose_methods_know_it() {
    check(
        "func make(n) {
            mut last := null
            struct Node {
                func next(self) {
                    last := Node { value: self.value + 1 }
                    return last
                }
            }
            return Node { value: n }.next().next().value
        }
        for i in TURNS { make(i) }",
    );
}

#[test]
fn a_bound_method_in_a_shared_variable() {
    check(
        "struct P {
            func show(self) { return self.f }
        }
        func make() {
            mut held := null
            p := P { f: func() { return held } }
            held := p.show
            return held
        }
        for i in TURNS { make() }",
    );
}

#[test]
fn a_suspended_generator_that_captured_its_variable() {
    check(
        "func make() {
            mut held := null
            func* numbers() {
                mut n := 0
                loop { yield [n, held]; n += 1 }
            }
            held := numbers()
            for x in held { return x }
        }
        for i in TURNS { make() }",
    );
}

#[test]
fn a_generator_that_found_itself_by_a_global() {
    check(
        "mut current := null
        func* numbers() {
            myself := current
            loop { yield myself }
        }
        func turn() {
            current := numbers()
            for x in current { return null }
        }
        for i in TURNS { turn() }
        export current",
    );
}

#[test]
fn errors_that_hold_closures() {
    check(
        "func make() {
            mut held := null
            f := func() { return held }
            try { throw({\"message\": \"m\", \"f\": f}) } except e { held := e }
        }
        for i in TURNS { make() }",
    );
}

#[test]
fn iterators_over_generators() {
    check(
        "func make() {
            mut held := null
            func* numbers() { loop { yield held } }
            held := numbers().map(func(x) { return [x, held] })
            for x in held { return x }
        }
        for i in TURNS { make() }",
    );
}

#[test]
fn promises_that_lead_to_themselves() {
    check(
        "async func work(box) {
            await async_sleep(1)
            return box
        }
        func turn() {
            mut box := []
            let p := work(func() { return box })
            box := [p]
            await p
        }
        for i in TURNS { turn() }",
    );
}

#[test]
fn promises_that_wait_for_themselves() {
    check("for i in TURNS { d := deferred(); d.resolve(d[\"promise\"]) }");
    check(
        "for i in TURNS {
            a := deferred()
            b := deferred()
            a.resolve(b[\"promise\"])
            b.resolve(a[\"promise\"])
        }",
    );
}

#[test]
fn channels_that_hold_themselves() {
    check("for i in TURNS { c := channel(); c.send(c); c.send([c]) }");
}

#[test]
fn fibers_that_wait_for_each_other_or_for_nothing() {
    check(
        "async func work(c) { return c.receive() }
        async func fail() { throw(\"no\") }
        for i in TURNS {
            c := channel()
            p := work(c)
            c.send(i)
            await p
            try { await fail() } except e {}
        }
        async func stuck(c) { return [work(c), c.receive()] }
        for i in 100 { stuck(channel()) }",
    );
}
