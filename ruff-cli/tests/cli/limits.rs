//! Limits that the command line sets, and those of the machine.
#![expect(clippy::disallowed_methods, reason = "tests set their own scene")]

use std::process::Command;
use std::time::{Duration, Instant};

use insta::assert_snapshot;

use crate::scene::Scene;
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

/// Memory is limited by the shell, which not every system lets it.
#[cfg(target_os = "linux")]
#[test]
fn memory_ends() {
    let run = |program: &str| {
        let mut scene = Scene::new();
        scene.file("a.ruff", format!("print(\"before\")\n{program}\n").as_bytes());
        let words = ["-c", "ulimit -v 250000; exec \"$0\" a.ruff", env!("CARGO_BIN_EXE_ruff")];
        let output = Command::new("sh").args(words).current_dir(scene.path("")).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (text(output.stdout), text(output.stderr), output.status.code())
    };
    let large = [
        ("range(200000000)", "range()"),
        ("mut s := [1]\nloop { s := s + s }", "Array concatenation"),
        ("mut s := []\nloop { s.push(1) }", "push()"),
        ("func f() { mut s := []\nloop { s := push(s, 1) } }\nf()", "push()"),
    ];
    for (program, what) in large {
        let (stdout, stderr, status) = run(program);
        let message = format!("error[RUFRUN023]: Out of memory: there is no room for the result of {what}\n");
        assert!(stderr.starts_with(&message), "{program}: {stderr}");
        assert_eq!((stdout.as_str(), status), ("before\n", Some(4)), "{program}");
    }
    // Many small things: nobody asks before each of them.
    let (_, stderr, status) = run("mut all := []\nloop { all.push(repeat(\"x\", 1000000)) }");
    assert!(stderr.starts_with("memory allocation of 1000000 bytes failed"), "{stderr}");
    assert_eq!(status, Some(6));
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

#[test]
fn json_input_has_a_size_limit_when_the_program_is_not_trusted() {
    let mut case = Transcript::new();
    let program = r#"
for size in [1048575, 1048576, 1048577] {
    try {
        print(len(parse_json("\"" + repeat("x", size - 2) + "\"")))
    } except e {
        print(e.message)
    }
}
"#;
    case.file("parse.ruff", program);
    for words in ["parse.ruff", "run --allow-clock parse.ruff", "run --untrusted parse.ruff"] {
        case.ruff(words);
    }
    assert_snapshot!(case.text());
}
