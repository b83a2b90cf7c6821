//! Programs with fibers: what is told about errors that nobody awaits, and when such programs end.

use insta::assert_snapshot;

use crate::transcript::Transcript;

// row: C032
#[test]
fn errors_that_nobody_awaits() {
    let mut case = Transcript::new();
    case.file(
        "program.ruff",
        "async func boom() {\n    throw(\"kaboom\")\n}\nboom()\nspawn {\n    throw(\"bad\")\n}\nprint(\"end\")\n",
    );
    case.file("host.ruff", "async_read_file(\"missing\")\nsleep(50)\nprint(\"end\")\n");
    case.ruff("run program.ruff").ruff("run host.ruff");
    for policy in ["strict", "warn", "silent"] {
        case.ruff(&format!("run --unhandled-rejections {policy} --error-format short program.ruff"));
        case.ruff(&format!("run --unhandled-rejections {policy} --error-format short host.ruff"));
    }
    assert_snapshot!(case.text());
}

#[test]
fn call_stacks_show_where_errors_were_awaited() {
    let mut case = Transcript::new();
    case.file(
        "a.ruff",
        "async func inner() {\n    await async_sleep(1)\n    throw(\"deep\")\n}\nfunc outer() {\n    await inner()\n}\n\
         outer()\n",
    );
    case.ruff("run a.ruff");
    assert_snapshot!(case.text());
}

#[test]
fn groups_tell_what_failed() {
    let mut case = Transcript::new();
    case.file(
        "a.ruff",
        "task_group(func(g) {\n    for i in range(12) {\n        g.start(func() {\n            try {\n                \
         sleep(1000)\n            } finally {\n                throw(\"cannot clean up ${i}\")\n            }\n        \
         })\n    }\n    throw(\"wrong\")\n})\n",
    );
    case.ruff("run a.ruff");
    assert_snapshot!(case.text());
}

/// The clock looks at what computes as well, whatever it is in.
#[test]
fn timeouts_end_what_computes() {
    let mut case = Transcript::new();
    case.file(
        "a.ruff",
        r#"
try {
    with_timeout(50, func() {
        try { while true { } } except e { print("never") } finally { print("loop ends") }
    })
} except e { print(e.message) }
func forth(n) { if n > 1000 { return 0 } return back(n + 1) }
func back(n) { return forth(n + 1) }
print(move_on_after(50, func() { loop { forth(0) } }, "calls end"))
let text := to_json(range(20000))
print(move_on_after(50, func() { loop { parse_json(text) } }, "builtins end"))
print(move_on_after(50, func() {
    move_on_after(60000, func() { loop { } })
    print("never")
}, "the outer one ends"))
print(task_group(func(g) {
    g.start(func() { try { sleep(60000) } finally { loop { } } })
    g.cancel()
}, {"cleanup_grace_ms": 50}))
print(with_timeout(60000, func() { return "in time" }))
"#,
    );
    case.ruff("run a.ruff");
    assert_snapshot!(case.text());
}

#[test]
fn deadlocks_tell_who_waits_for_what() {
    let mut case = Transcript::new();
    case.file(
        "a.ruff",
        r#"c := channel()
full := bounded_channel(1)
full.send(1)
async func reader() {
    for v in c { print(v) }
}
async func writer() { full.send(2) }
async func chooser() { select([c]) }
async func back() {
    await async_sleep(1)
    await q
}
async func forth() { await p }
p := back()
q := forth()
reader()
writer()
chooser()
s := semaphore(1)
func deep() {
    task_group(func(g) {
        g.start(func() { s.with(func() { map([1], func(x) { return c.receive() }) }) })
        g.start(func() { print("never") })
    }, {"limit": 1})
}
async func permit() { s.with(func() { print("free") }) }
async func go_on() {
    await async_sleep(2)
    permit()
    await p
}
go_on()
deep()
"#,
    );
    case.file(
        "b.ruff",
        "c := channel()\nasync func stuck() { c.receive() }\nfor i in range(25) { stuck() }\nawait stuck()\n",
    );
    case.ruff("run a.ruff").ruff("run b.ruff");
    assert_snapshot!(case.text());
}

// row: C159 C160
#[test]
fn waiting_has_a_limit() {
    let mut case = Transcript::new();
    case.file("a.ruff", "print(\"before\")\nawait async_sleep(60000)\n");
    case.file("b.ruff", "c := channel()\nprint(c.receive())\n");
    case.ruff("run --scheduler-timeout-ms 50 a.ruff")
        .ruff("run --scheduler-timeout-ms 0 a.ruff")
        .ruff("run --timeout 0.05 a.ruff")
        .ruff("run b.ruff");
    assert_snapshot!(case.text());
}

// row: C036
#[test]
fn what_was_started_is_finished() {
    let mut case = Transcript::new();
    case.file(
        "a.ruff",
        "async_write_file(\"out\", \"hello\")\nasync_sleep(60000)\nasync func late() {\n    await async_sleep(5)\n    \
         print(\"late\")\n}\nlate()\nprint(\"end\")\n",
    );
    case.file("b.ruff", "print(read_file(\"out\"), await async_read_file(\"out\"))\n");
    case.ruff("run a.ruff").ruff("run b.ruff");
    assert_snapshot!(case.text());
}
