//! Programs with isolates, on real threads.

use crate::scene::{Outcome, Scene};

fn run(program: &str) -> Outcome {
    let mut scene = Scene::new();
    scene.file("a.ruff", program.as_bytes());
    scene.run(&["a.ruff"])
}

#[track_caller]
fn prints(program: &str, expected: &str) {
    let outcome = run(program);
    let found = (outcome.stdout.as_str(), outcome.stderr.as_str(), outcome.status);
    assert_eq!(found, (expected, "", Some(0)));
}

#[test]
fn what_one_print_writes_stays_together() {
    let outcome = run("spawn { for i in 2000 { print(repeat(\"a\", 70), repeat(\"b\", 70)) } }
        for i in 2000 { print(repeat(\"c\", 70), repeat(\"d\", 70)) }");
    let of = |a: &str, b: &str| format!("{} {}", a.repeat(70), b.repeat(70));
    let (theirs, ours) = (of("a", "b"), of("c", "d"));
    assert_eq!(outcome.stdout.lines().filter(|line| *line == theirs).count(), 2000);
    assert_eq!(outcome.stdout.lines().filter(|line| *line == ours).count(), 2000);
    assert_eq!((outcome.stdout.lines().count(), outcome.status), (4000, Some(0)));
}

#[test]
fn work_is_done_on_several_threads() {
    prints(
        "func fib(n) { if n < 2 { return n } return fib(n - 1) + fib(n - 2) }
        results := await parallel_map(range(0, 200), func(i) { return fib(i % 12) + i })
        mut wrong := 0
        for i in len(results) { if results[i] != fib(i % 12) + i { wrong := wrong + 1 } }
        print(len(results), wrong)",
        "200 0\n",
    );
}

#[test]
fn ten_thousand_isolates() {
    prints(
        "shared_set(\"n\", 0)
        for i in 10000 { spawn { shared_add_int(\"n\", 1) } }
        while shared_get(\"n\") < 10000 { sleep(1) }
        print(shared_get(\"n\"))",
        "10000\n",
    );
}

#[test]
fn isolates_that_only_compute_share_their_threads() {
    prints(
        "shared_set(\"stop\", false)
        tasks := map(range(0, 8), func(i) {
            return spawn_task(func() {
                mut turns := 0
                while !shared_get(\"stop\") { turns := turns + 1 }
                return turns > 0
            })
        })
        last := spawn_task(func() { shared_set(\"stop\", true) })
        await last
        for task in tasks { print(await task) }",
        &"true\n".repeat(8),
    );
}

// row: C112
#[test]
fn a_loop_that_is_cancelled_stops_soon() {
    prints(
        "t := spawn_task(func() {
            shared_set(\"begun\", true)
            try { while true { } } finally { shared_set(\"stopped\", true) }
        })
        while !shared_has(\"begun\") { sleep(1) }
        print(cancel_task(t))
        while !shared_has(\"stopped\") { sleep(1) }
        print(cancel_task(t))",
        "true\nfalse\n",
    );
}

#[test]
fn exit_in_an_isolate_ends_the_process() {
    let outcome = run("spawn {\n    sleep(5)\n    exit(7)\n}\nwhile true { }");
    assert_eq!((outcome.stderr.as_str(), outcome.status), ("", Some(7)));
    let outcome = run("spawn {\n    sleep(5)\n    exit(8)\n}\nsleep(60000)");
    assert_eq!((outcome.stderr.as_str(), outcome.status), ("", Some(8)));
}

#[test]
fn what_still_runs_when_the_program_fails_cleans_up() {
    let outcome = run(
        "spawn {\n    shared_set(\"begun\", true)\n    try { sleep(60000) } finally { print(\"clean\") }\n}
        while !shared_has(\"begun\") { sleep(1) }
        throw(\"over\")",
    );
    assert_eq!((outcome.stdout.as_str(), outcome.status), ("clean\n", Some(4)));
}

#[test]
fn files_are_read_by_isolates() {
    prints(
        "write_file(\"x\", \"text\")
        tasks := map(range(0, 20), func(i) { return spawn_task(func() {
            return await async_read_file(\"x\") + to_string(i)
        }) })
        mut texts := []
        for task in tasks { texts := push(texts, await task) }
        print(texts[0], texts[19])",
        "text0 text19\n",
    );
}

#[test]
fn isolates_that_wait_for_each_other_are_told() {
    let outcome =
        run("t := spawn_task(func() {\n    c := channel()\n    async func f() { return c.receive() }\n    \
         p := f()\n    return await p\n})\nprint(\"on\")\nprint(await t)");
    assert_eq!((outcome.stdout.as_str(), outcome.status), ("on\n", Some(4)));
    assert!(outcome.stderr.contains("Deadlock: all fibers are blocked (2 fibers)"), "{}", outcome.stderr);
}

#[test]
fn the_number_of_threads_can_be_chosen() {
    let program = "await parallel_map(range(0, 100), func(i) { return i })\nprint(\"done\")";
    let mut scene = Scene::new();
    scene.file("a.ruff", program.as_bytes());
    for workers in ["1", "3", "1000"] {
        let outcome = scene.run(&["run", "--workers", workers, "a.ruff"]);
        assert_eq!((outcome.stdout.as_str(), outcome.status), ("done\n", Some(0)), "{}", outcome.stderr);
    }
    let refused = scene.run(&["run", "--workers", "0", "a.ruff"]);
    assert_eq!(refused.status, Some(2));
    assert!(refused.stderr.contains("expected a positive integer"), "{}", refused.stderr);
    scene.vars.push(("RUFF_WORKERS", "1"));
    assert_eq!(scene.run(&["a.ruff"]).stdout, "done\n");
}

#[test]
fn a_seed_decides_who_is_next() {
    let program = "async func say(n) { await async_sleep(0)\n    print(n) }\nfor i in 8 { say(i) }\n";
    let mut scene = Scene::new();
    scene.file("a.ruff", program.as_bytes());
    let order = |seed: &str| scene.run(&["run", "--schedule-seed", seed, "a.ruff"]).stdout;
    let usual: String = (0..8).map(|n| format!("{n}\n")).collect();
    assert_eq!((order("0"), scene.run(&["a.ruff"]).stdout), (usual.clone(), usual.clone()));
    assert_eq!(order("7"), order("7"));
    assert!((1..20).any(|seed| order(&seed.to_string()) != usual));
}

/// What `cargo xtask soak` runs for minutes.
#[test]
fn all_that_fibers_and_isolates_do_goes_on_at_once() {
    let mut scene = Scene::new();
    scene.file("soak.ruff", include_bytes!("../../../xtask/src/soak/soak.ruff"));
    let outcome = scene.run(&["soak.ruff", "1"]);
    assert_eq!((outcome.stderr.as_str(), outcome.status), ("", Some(0)));
    assert!(outcome.stdout.ends_with(" rounds\n"), "{}", outcome.stdout);
}
