//! Inputs that are not programs: each ends in a diagnostic and the exit status that belongs to it, never in a crash.
#![expect(clippy::disallowed_methods, reason = "tests set their own scene")]

#[path = "cli/scene.rs"]
mod scene;

use scene::Scene;

/// Exit statuses.
const SYNTAX: i32 = 3;
const SEMANTIC: i32 = 4;
const IO: i32 = 5;

/// Checks and runs `name` in `scene`: both must refuse it with `status`, and begin with an error of `code`. Answers
/// what is different.
fn differences(scene: &Scene, name: &str, status: i32, code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for words in [&["check", name][..], &["run", name]] {
        let outcome = scene.run(words);
        let first = outcome.stderr.lines().next().unwrap_or_default();
        let is_refused = outcome.status == Some(status)
            && first.starts_with(&format!("error[{code}]: "))
            && outcome.stdout.is_empty()
            && !outcome.stderr.contains(":0:0");
        if !is_refused {
            found.push(format!(
                "{words:?}: {:?} instead of {status}, {first} instead of {code}",
                outcome.status
            ));
        }
    }
    found
}

#[track_caller]
fn refused(scene: &Scene, name: &str, status: i32, code: &str) {
    assert_eq!(differences(scene, name, status, code).join("\n"), "");
}

/// Sources that are refused for the same reason.
#[track_caller]
fn all_refused(status: i32, code: &str, sources: &[&str]) {
    let mut scene = Scene::new();
    let mut found = Vec::new();
    for source in sources {
        scene.file("case.ruff", source.as_bytes());
        let shown: String = source.chars().take(40).collect();
        let differences = differences(&scene, "case.ruff", status, code);
        found.extend(differences.into_iter().map(|found| format!("{shown:?} {found}")));
    }
    assert_eq!(found.join("\n"), "");
}

#[test]
fn unterminated_words_and_comments() {
    all_refused(
        SYNTAX,
        "RUFLEX003",
        &["\"abc", "print(\"abc\nprint(1)", "\"", "\"a ${x", "\"a ${x\"", "\"${", "\"${\"${\"", "\"\\"],
    );
    all_refused(SYNTAX, "RUFLEX004", &["/*", "x := 1 /* never\nclosed", "/*/", "/** doc *"]);
}

#[test]
fn unclosed_delimiters() {
    let sources = [
        "print(1",
        "x := [1, 2",
        "x := {\"a\": 1",
        "xs[0",
        "(1 + 2",
        "throw(1",
        "Ok(1",
        "Err(1",
        "Some(1",
        "func f(a",
        "func f() {",
        "func f() { return [1",
        "x := func(a) {",
        "if x {",
        "if x { } else {",
        "while x {",
        "loop {",
        "for x in xs {",
        "match x {",
        "match x { case 1 {",
        "match x { default {",
        "try {",
        "try { } except e {",
        "spawn {",
        "test \"t\" {",
        "test_group \"g\" {",
        "struct S {",
        "struct S { func m() {",
        "enum E {",
        "x := S { a: 1",
    ];
    all_refused(SYNTAX, "RUFPARSE004", &sources);
    all_refused(SYNTAX, "RUFPARSE005", &[")", "]", "}", "x := 1 }", "print(1))"]);
}

#[test]
fn statements_that_stop_too_early() {
    all_refused(
        SYNTAX,
        "RUFPARSE002",
        &[
            "x :=", "x +=", "1 +", "x |>", "!", "-", "while", "if", "for x in", "let x :=", "a &&",
            "print(,)", "await", "f(", "[", "x := {",
        ],
    );
    all_refused(
        SYNTAX,
        "RUFPARSE006",
        &[
            "let",
            "func",
            "const",
            "struct",
            "enum",
            "for",
            "import",
            "from",
            "from m import",
            "import 1",
            "x := E::",
            "test",
            "x.",
        ],
    );
    all_refused(
        SYNTAX,
        "RUFPARSE003",
        &["let x", "const X", "func f", "func f()", "for x", "from m", "try { }", "async"],
    );
}

#[test]
fn characters_and_literals_that_do_not_exist() {
    all_refused(
        SYNTAX,
        "RUFLEX001",
        &["'a'", "$", "x := 1 ` 2", "\u{a0}", "x := “a”", "@x", "`", "🦀", "\\", "\u{c}"],
    );
    all_refused(SYNTAX, "RUFLEX002", &["\0", "print(1)\0", "\"a\0b\"", "# a\0b"]);
    all_refused(SYNTAX, "RUFLEX005", &["\"\\q\"", "\"\\u{zz}\"", "\"\\u{110000}\""]);
    all_refused(SYNTAX, "RUFLEX006", &["99999999999999999999"]);
    all_refused(SYNTAX, "RUFLEX007", &["12abc"]);
}

#[test]
fn lengths_beyond_the_limits() {
    all_refused(SYNTAX, "RUFLEX008", &[&"x".repeat(257)]);
    all_refused(SYNTAX, "RUFLEX009", &[&format!("\"{}\"", "x".repeat(1_048_577))]);
    all_refused(SYNTAX, "RUFLEX010", &[&"1".repeat(513)]);
    all_refused(SYNTAX, "RUFPARSE012", &[&format!("[{}]", "1,".repeat(1_048_577))]);
}

#[test]
fn nesting_without_end() {
    let deep = |opening: &str| opening.repeat(100_000);
    let sources = [
        deep("("),
        deep("["),
        format!("x := {}", deep("{\"a\": ")),
        deep("f("),
        deep("-"),
        deep("!"),
        deep("await "),
        deep("if x {"),
        deep("loop {"),
        deep("func f() {"),
        deep("x := func() {"),
        deep("match x { case 1 {"),
        deep("try {"),
        deep("spawn {"),
        deep("test_group \"g\" {"),
        deep("Some("),
        format!("let x: {}", deep("Array<")),
        format!("let {}", deep("[")),
    ];
    all_refused(SYNTAX, "RUFPARSE010", &sources.each_ref().map(String::as_str));
    // The depth of these is not the parser's: what is said first is something else.
    let mut scene = Scene::new();
    for opening in ["\"${", "}", "xs[0", "case ", "else if x {"] {
        scene.file("case.ruff", opening.repeat(5_000).as_bytes());
        assert_eq!(scene.run(&["check", "case.ruff"]).status, Some(SYNTAX), "{opening}");
    }
}

#[test]
fn long_chains_are_no_nesting() {
    let mut scene = Scene::new();
    let chains = [
        format!("x := 1{}", " + 1".repeat(20_000)),
        format!("x := {{}} y := x{}", "?.a".repeat(20_000)),
        format!("x := false{}", " || false".repeat(20_000)),
        format!("x := null{}", " ?? null".repeat(20_000)),
        format!("if false {{ }}{}", " else if false { }".repeat(1_000)),
        "x := 1\n".repeat(50_000),
        "# comment\n".repeat(50_000),
        ";".repeat(500_000),
    ];
    for (n, source) in chains.iter().enumerate() {
        let name = format!("case_{n}.ruff");
        scene.file(&name, source.as_bytes());
        let outcome = scene.run(&["check", "-q", &name]);
        assert_eq!((outcome.status, outcome.stderr.as_str()), (Some(0), ""), "{name}");
    }
}

#[test]
fn programs_that_cannot_mean_anything() {
    all_refused(
        SEMANTIC,
        "RUFNAME005",
        &["break", "continue", "loop { func f() { break } }", "if true { continue }"],
    );
    all_refused(SEMANTIC, "RUFNAME003", &["func f(a, a) { }", "func f() { let x := 1 let x := 2 }"]);
}

#[test]
fn files_that_are_no_text() {
    let mut all_bytes: Vec<u8> = (0..=255).collect();
    all_bytes.extend(0..=255);
    let files: [(&str, &[u8]); 12] = [
        ("bytes.ruff", &all_bytes),
        ("elf.ruff", b"\x7fELF\x02\x01\x01\0\0\0\0\0\xf3\xff"),
        ("png.ruff", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        ("gzip.ruff", b"\x1f\x8b\x08\0\0\0\0\0\0\x03"),
        ("utf16le.ruff", b"\xff\xfep\0r\0i\0n\0t\0"),
        ("utf16be.ruff", b"\xfe\xff\0p\0r\0i\0n\0t"),
        ("latin1.ruff", b"print(\"caf\xe9\")\n"),
        ("lone_continuation.ruff", b"x := 1\n\x80\n"),
        ("overlong.ruff", b"\xc0\xaf"),
        ("surrogate.ruff", b"\"\xed\xa0\x80\""),
        ("truncated_character.ruff", b"print(\"\xe2\x82"),
        ("beyond_unicode.ruff", b"\xf5\x80\x80\x80"),
    ];
    let mut scene = Scene::new();
    for (name, bytes) in files {
        scene.file(name, bytes);
        refused(&scene, name, IO, "RUFCLI002");
        let outcome = scene.run(&["check", name]);
        assert!(outcome.stderr.contains("stream did not contain valid UTF-8"), "{}", outcome.stderr);
    }
    let outcome = scene.run(&["check", "lone_continuation.ruff"]);
    assert!(outcome.stderr.contains("line 2, at offset 7"), "{}", outcome.stderr);
}

#[test]
fn sources_that_are_too_large() {
    let mut scene = Scene::new();
    let size = 20 * 1024 * 1024;
    scene.file("one_line.ruff", &vec![b'x'; size]);
    scene.file("lines.ruff", &b"x := 1\n".repeat(size / 7));
    scene.file("zeros.ruff", &vec![0; size]);
    for name in ["one_line.ruff", "lines.ruff", "zeros.ruff"] {
        refused(&scene, name, SYNTAX, "RUFPARSE011");
    }
    let outcome = scene.run(&["check", "one_line.ruff"]);
    let message = format!("Source size {size} bytes exceeds maximum allowed 16777216 bytes");
    assert_eq!(outcome.stderr, format!("error[RUFPARSE011]: {message}\n  --> one_line.ruff:1:1\n"));
}

#[test]
fn paths_that_lead_nowhere() {
    let mut scene = Scene::new();
    scene.file("file.ruff", b"print(1)\n").file("dir.ruff/inside.txt", b"");
    refused(&scene, "missing.ruff", IO, "RUFCLI002");
    refused(&scene, "no/such/dir/a.ruff", IO, "RUFCLI002");
    refused(&scene, "file.ruff/below.ruff", IO, "RUFCLI002");
    refused(&scene, &format!("{}.ruff", "long".repeat(1000)), IO, "RUFCLI002");
    refused(&scene, "", IO, "RUFCLI002");
    let outcome = scene.run(&["run", "dir.ruff"]);
    let message = "error[RUFCLI002]: Failed to read .ruff file 'dir.ruff': Is a directory (os error 21)\n";
    assert_eq!((outcome.status, outcome.stderr.as_str()), (Some(IO), message));
}

#[cfg(unix)]
#[test]
fn files_that_cannot_be_opened() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let mut scene = Scene::new();
    symlink("gone", scene.path("dangling.ruff")).unwrap();
    symlink("loop.ruff", scene.path("loop.ruff")).unwrap();
    refused(&scene, "dangling.ruff", IO, "RUFCLI002");
    refused(&scene, "loop.ruff", IO, "RUFCLI002");
    scene.file("secret.ruff", b"print(1)\n");
    let path = scene.path("secret.ruff");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    // The superuser reads everything.
    if std::fs::File::open(&path).is_err() {
        refused(&scene, "secret.ruff", IO, "RUFCLI002");
    }
}

#[test]
fn standard_input_is_no_better() {
    let mut scene = Scene::new();
    let cases: [(&[u8], i32, &str); 4] = [
        (b"print(1", SYNTAX, "RUFPARSE004"),
        (b"\xff\xfe", IO, "RUFCLI002"),
        (b"\0", SYNTAX, "RUFLEX002"),
        (b"break", SEMANTIC, "RUFNAME005"),
    ];
    for (input, status, code) in cases {
        scene.input(input);
        refused(&scene, "-", status, code);
    }
    scene.input(&vec![b' '; 17 * 1024 * 1024]);
    refused(&scene, "-", SYNTAX, "RUFPARSE011");
}

/// Every construct of the language once.
const PROGRAM: &str = r#"#!/usr/bin/env ruff
/* a comment */ import math_tools
from text.tools import trim_all, split_all
let a: int := 1
mut b := [1, 2.5, ...rest, "text ${a + 1} and \"more\"\n", null]
const C := {"key": true, name: false, ...other}
let [first, _, ...others] := b
export struct Point { x: int, y: float = 1.5, func len(self) -> float { return self.x ** self.y } }
enum Shape { Circle(r), Square(w, h), Empty }
func* count(n) { mut i := 0 while i < n { yield i i += 1 } }
async func later(x, y: string) -> Option<int> { return await other(x)? }
for i in range(10) { if i % 2 == 0 && !done { continue } else if i > 5 { break } else { b[i] -= i } }
match shape { case Shape::Circle(r): { print(r) } case 1 { } default { print("other") } }
try { throw({"message": "no"}) } except e { print(e.message) } finally { loop { break } }
x := func(y) { return y ?? a |> trim_all } spawn { print(p?.name) }
test_group "g" { test_setup { } test "t" { assert_equal(Some(1), Ok(2)) } test_teardown { } }
"#;

#[test]
fn a_program_cut_off_anywhere() {
    let mut scene = Scene::new();
    for end in 0..PROGRAM.len() {
        scene.file(&format!("cut/{end:04}.ruff"), &PROGRAM.as_bytes()[..end]);
    }
    // As it is, and with each byte replaced by one that hardly fits anywhere.
    for at in (0..PROGRAM.len()).step_by(3) {
        let mut bytes = PROGRAM.as_bytes().to_vec();
        bytes[at] = b"){\"]};$("[at % 8];
        scene.file(&format!("changed/{at:04}.ruff"), &bytes);
    }
    let outcome = scene.run(&["check", "--json", "cut", "changed"]);
    assert_eq!(outcome.stderr, "");
    assert!(matches!(outcome.status, Some(SYNTAX | SEMANTIC)), "{:?}", outcome.status);
    let payload: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    let files = payload["files"].as_array().unwrap();
    assert_eq!(files.len(), PROGRAM.len() + PROGRAM.len().div_ceil(3));
    for file in files {
        let diagnostics = file["diagnostics"].as_array().unwrap();
        assert_eq!(file["status"] == "ok", diagnostics.is_empty(), "{file}");
        for diagnostic in diagnostics {
            assert!(
                diagnostic["line"].as_u64() > Some(0) && diagnostic["column"].as_u64() > Some(0),
                "{file}"
            );
            assert!(!diagnostic["message"].as_str().unwrap().is_empty(), "{file}");
        }
    }
}
