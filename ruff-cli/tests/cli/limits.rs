//! Limits that the command line sets.

use std::time::{Duration, Instant};

use insta::assert_snapshot;

use crate::transcript::Transcript;

#[test]
fn steps_are_counted() {
    let mut case = Transcript::new();
    case.file(
        "a.ruff",
        "mut n := 0\ntry {\n    loop {\n        n += 1\n    }\n} except e {\n    print(\"caught\")\n}\n",
    );
    case.ruff("run --max-steps 1000 a.ruff");
    assert_snapshot!(case.text());
}

#[test]
fn time_ends_a_loop_and_a_wait() {
    let mut case = Transcript::new();
    case.file("loop.ruff", "print(\"before\")\nloop { }\n")
        .file("sleep.ruff", "print(\"before\")\nsleep(60000)\n");
    case.file("input.ruff", "print(\"before\")\ninput()\n");
    case.file("finally.ruff", "try {\n    loop { }\n} finally {\n    print(\"never\")\n}\n");
    let start = Instant::now();
    case.ruff("run --timeout 0.2 loop.ruff")
        .ruff("run --timeout 0.2 sleep.ruff")
        .ruff("run --timeout 0.2 finally.ruff");
    assert!(start.elapsed() < Duration::from_secs(20));
    assert_snapshot!(case.text());
    // Standard input that never ends.
    let mut child = case.scene.command(&["run", "--timeout", "0.2", "input.ruff"]).spawn().unwrap();
    let stdin = child.stdin.take();
    assert_eq!(child.wait().unwrap().code(), Some(124));
    drop(stdin);
}

#[test]
fn sources_have_a_size_limit() {
    let mut case = Transcript::new();
    let line = b"print(12345678)\n";
    case.scene.file("large.ruff", &line.repeat(1024 * 1024 + 1)).file("middle.ruff", &line.repeat(65537));
    for words in ["run large.ruff", "check large.ruff", "run --untrusted middle.ruff", "check -q middle.ruff"]
    {
        case.ruff(words);
    }
    assert_snapshot!(case.text());
}
