//! A builtin that panics, which is a mistake in it, ends the isolate that it runs in and nothing else.

use std::panic;
use std::sync::Arc;

use ruff_contracts::corpus::Outcome;
use ruff_contracts::host::{TestHost, World};
use ruff_runtime::engine::{Engine, Options};
use ruff_runtime::native::{Cx, Family};
use ruff_runtime::scheduler::Unfinished;
use ruff_runtime::{Value, family, native};
use ruff_syntax::SourceFile;

/// Panics.
///
/// ```ruff
/// type(panics)  # => "function"
/// ```
#[native(family = "faulty")]
fn panics(_cx: &mut Cx, why: &str) -> Value {
    panic!("{why}")
}

static FAULTY: Family = family!("faulty": [self::PANICS]);

static FAMILIES: &[&Family] = &[&FAULTY];

/// Runs a program that has the builtin `panics`. Answers what it printed and what was reported.
fn run(program: &str) -> (String, Vec<String>) {
    panic::set_hook(Box::new(|info| {
        if info.payload_as_str() != Some("broken") {
            eprintln!("{info}");
        }
    }));
    let host = TestHost::new(World::default());
    let registry = ruff_natives::registry().with_families(FAMILIES);
    let mut engine = Engine::new(Box::new(host.clone()), registry, Options::default());
    let source = Arc::new(SourceFile::new("panics.ruff", program));
    if let Err(error) = engine.run(source) {
        panic!("{}", Outcome::from(error));
    }
    assert_eq!(engine.take_unfinished(), Unfinished::default());
    let reports = engine.take_reports().into_iter().map(|report| report.error.message).collect();
    let stdout = host.stdout().to_owned();
    (stdout, reports)
}

#[test]
fn a_task_is_rejected_and_the_others_go_on() {
    let (stdout, reports) = run(r#"
        func task(n) { return func() { sleep(n); if n == 2 { panics("broken") } return n } }
        for t in map([1, 2, 3], func(n) { return spawn_task(task(n)) }) {
            try { print(await t) } except e { print(e.message) }
        }"#);
    assert_eq!((stdout.as_str(), reports), ("1\nTask panicked: broken\n3\n", vec![]));
}

#[test]
fn fibers_of_the_same_isolate_end_with_it() {
    let (stdout, reports) = run(r#"
        func task() {
            return task_group(func(g) {
                g.start(func() { sleep(100); print("never") })
                g.start(func() { sleep(1); panics("broken") })
            })
        }
        try { print(await spawn_task(task)) } except e { print(e.message) }
        print("end")"#);
    assert_eq!((stdout.as_str(), reports), ("Task panicked: broken\nend\n", vec![]));
}

#[test]
fn a_group_fails_with_its_child() {
    let (stdout, reports) = run(r#"
        try {
            task_group(func(g) {
                g.start_task(func() { panics("broken") })
                try { sleep(1000) } finally { print("clean") }
            })
        } except e { print(e.message) }"#);
    assert_eq!((stdout.as_str(), reports), ("clean\nTask panicked: broken\n", vec![]));
}

#[test]
fn a_mapper_fails_for_its_item() {
    let (stdout, reports) = run(r#"
        try {
            await parallel_map(range(100), func(n) { if n == 70 { panics("broken") } return n })
        } except e { print(e.message) }"#);
    assert_eq!((stdout.as_str(), reports), ("Task panicked: broken\n", vec![]));
}

#[test]
fn a_block_is_reported() {
    let (stdout, reports) = run(r#"
        spawn { panics("broken") }
        print("end")"#);
    let report = "Unhandled error in spawn block: Task panicked: broken".to_owned();
    assert_eq!((stdout.as_str(), reports), ("end\n", vec![report]));
}

#[test]
fn who_waits_for_the_isolate_at_a_channel_does_not_wait_for_ever() {
    let (stdout, reports) = run(r#"
        c := channel()
        t := spawn_task(func() { c.send(1); sleep(1); panics("broken") })
        print(c.receive())
        try { print(c.receive()) } except e { print(e.kind) }
        try { await t } except e { print(e.message) }"#);
    assert_eq!((stdout.as_str(), reports), ("1\nDeadlock\nTask panicked: broken\n", vec![]));
}
