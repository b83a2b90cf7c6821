//! Programs in virtual time, with real threads and a real clock beside them.

use std::time::{Duration, Instant};

use crate::scene::Scene;

#[track_caller]
fn prints(options: &[&str], program: &str, expected: &str) {
    let mut scene = Scene::new();
    scene.file("a.ruff", program.as_bytes());
    let words: Vec<&str> = ["run"].iter().chain(options).chain(&["a.ruff"]).copied().collect();
    let began = Instant::now();
    let outcome = scene.run(&words);
    let found = (outcome.stdout.as_str(), outcome.stderr.as_str(), outcome.status);
    assert_eq!(found, (expected, "", Some(0)));
    assert!(began.elapsed() < Duration::from_secs(20), "it takes time");
}

const HOURS: &str = "func hours() { return (current_timestamp() - 946684800000) / 3600000 }\n";

// row: C183
#[test]
fn a_whole_program_waits_without_taking_time() {
    let program = "
        sleep(3600000)
        spawn { sleep(7200000); print(\"block\", hours()) }
        task := spawn_task(func() { sleep(3600000); return hours() })
        print(await await_task(task))
        print(performance_now() / 3600000)
        async_sleep(1000)
        sleep(3600000 * 24)
        print(hours())";
    prints(&["--virtual-time"], &(HOURS.to_owned() + program), "2\n2\nblock 3\n26\n");
}

#[test]
fn limits_of_real_time_are_none_on_virtual_time() {
    let program = "sleep(130000)\nawait async_sleep(130000)\nprint(\"done\")";
    let options = ["--virtual-time", "--scheduler-timeout-ms", "10000", "--timeout", "10"];
    prints(&options, program, "done\n");
}

#[test]
fn isolates_of_real_time_go_on_beside_virtual_time() {
    let program = "
        start := channel()
        worker := spawn_task(func() {
            start.receive()
            return virtual_time(func() {
                inner := spawn_task(func() { sleep(7200000); return hours() })
                sleep(3600000)
                spawn { sleep(7200000) }
                return [hours(), await await_task(inner), hours()]
            })
        })
        real := spawn_task(func() { sleep(20); return current_timestamp() > 1700000000000 })
        virtual_time(func() {
            start.send(1)
            sleep(3600000)
            print(hours(), await await_task(worker))
        })
        print(await await_task(real), current_timestamp() > 1700000000000)
        exit(0)";
    prints(&[], &(HOURS.to_owned() + program), "1 [1, 2, 2]\ntrue true\n");
}

#[test]
fn what_is_real_holds_virtual_time() {
    let program = "
        print(len(await async_timeout(async_read_file(\"a.ruff\"), 1)) > 0, hours())
        virtual_time(func() {
            task := spawn_task(func() { return len(await async_read_file(\"a.ruff\")) > 0 })
            print(await async_timeout(await_task(task), 1), hours())
        })";
    prints(&["--virtual-time"], &(HOURS.to_owned() + program), "true 0\ntrue 0\n");
}

#[test]
fn what_waits_for_ever_is_noticed() {
    let program = "
        virtual_time(func() {
            sleep(3600000)
            try { await deferred()[\"promise\"] } except e { print(e.message) }
            spawn { sleep(1000) }
            task := spawn_task(func() { await deferred()[\"promise\"] })
            try { await await_task(task) } except e { print(e.message) }
        })";
    let expected =
        "Deadlock: all fibers are blocked (1 fibers)\nDeadlock: all fibers are blocked (1 fibers)\n";
    prints(&[], program, expected);
}

#[test]
fn a_program_that_fails_drops_what_it_started_in_virtual_time() {
    let mut scene = Scene::new();
    let program = "
        virtual_time(func() {
            spawn { try { sleep(3600000) } finally { print(\"block ends\") } }
            spawn_task(func() {
                virtual_time(func() { spawn { try { sleep(3600000) } finally { print(\"inner ends\") } } })
                try { sleep(3600000) } finally { print(\"task ends\") }
            })
            sleep(1)
            throw(\"failed\")
        })";
    scene.file("a.ruff", program.as_bytes());
    let outcome = scene.run(&["a.ruff"]);
    let mut lines: Vec<&str> = outcome.stdout.lines().collect();
    lines.sort_unstable();
    assert_eq!((lines, outcome.status), (vec!["block ends", "inner ends", "task ends"], Some(4)));
}
