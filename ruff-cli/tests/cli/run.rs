//! `ruff run`: programs that succeed, that fail, and how that is told.

use insta::assert_snapshot;

use crate::scene::Scene;
use crate::transcript::Transcript;

#[test]
fn output_comes_before_the_error() {
    let mut case = Transcript::new();
    case
        .file(
            "a.ruff",
            "func divide(a, b) {\n    return a / b\n}\n\nfunc average(items) {\n    return divide(sum(items), len(items))\n}\n\
             \nprint(\"start\")\nprint(average([]))\nprint(\"never\")\n",
        )
        .ruff("run a.ruff");
    assert_snapshot!(case.text());
}

#[test]
fn nothing_runs_when_the_source_is_wrong() {
    let mut case = Transcript::new();
    case.file("syntax.ruff", "print(\"before\")\nlet := 1\nprint(\"between\"\n").ruff("syntax.ruff");
    case.file("semantic.ruff", "print(\"before\")\nbreak\nfunc f() { let a := 1\nlet a := 2 }\n")
        .ruff("semantic.ruff");
    assert_snapshot!(case.text());
}

#[test]
fn exit_statuses_of_programs() {
    let mut case = Transcript::new();
    for code in
        ["exit()", "exit(7)", "exit(256)", "exit(-1)", "print(\"said\") exit(3)", "throw(\"no\")", "nope()"]
    {
        case.ruff_words(&["-e", code]);
    }
    assert_snapshot!(case.text());
}

#[test]
fn uncaught_errors() {
    let mut case = Transcript::new();
    let programs = [
        "print(totl)\ntotal := 1",
        "let items := [1, 2]\nprint(items[2])",
        "struct Wrong { message: string }\nthrow(Wrong { message: \"from a struct\" })",
        "func down(n) {\n    return down(n + 1)\n}\ndown(0)",
        "struct Wrapped {\n    message: string,\n    cause: any\n}\ntry {\n    throw(\"inner\")\n} except e {\n    throw(Wrapped { message: \"outer\", cause: e })\n}",
        "throw(\"two\\nlines\")",
        "Err(\"bad\")?",
        "map([1, 2, 0], func(n) { return 10 / n })",
        "assert(1 == 2, \"sums\")",
    ];
    for code in programs {
        case.ruff_words(&["-e", code]);
    }
    assert_snapshot!(case.text());
}

#[test]
fn chains_of_causes_end() {
    let mut scene = Scene::new();
    let program = "struct W { message: string, cause: any }\nmut last := null\nfor i in range(50000) {\n    try {\n        \
                   throw(W { message: \"m\", cause: last })\n    } except e {\n        last := e\n    }\n}\n\
                   throw(W { message: \"top\", cause: last })\n";
    scene.file("chain.ruff", program.as_bytes());
    let outcome = scene.run(&["chain.ruff"]);
    assert_eq!(outcome.status, Some(4));
    assert!(outcome.stderr.starts_with("error[RUFRUN001]: top\n"), "{}", outcome.stderr);
    assert!(outcome.stderr.ends_with("\u{2026} and more causes\n"), "{}", outcome.stderr);
}

#[test]
fn failures_as_json() {
    let mut case = Transcript::new();
    case.file("fails.ruff", "func f() {\n    return 1 / 0\n}\nprint(\"out\")\nf()\n");
    case.ruff("run fails.ruff --json-runtime-diagnostics");
    case.ruff("run --json-runtime-diagnostics=stderr fails.ruff");
    case.ruff_words(&["--json-runtime-diagnostics", "-e", "print(1 +)"]);
    case.ruff_words(&["--json-runtime-diagnostics", "-e", "break continue"]);
    case.ruff_words(&["--json-runtime-diagnostics", "--max-steps", "10", "-e", "loop { }"]);
    case.ruff_words(&["--json-runtime-diagnostics", "-e", "input(\"no line end: \") throw(\"no\")"]);
    case.ruff_words(&["--json-runtime-diagnostics", "-e", "print(\"fine\")"]);
    case.ruff("run --json-runtime-diagnostics missing.ruff");
    assert_snapshot!(case.text());
}

#[test]
fn capabilities_are_enforced() {
    let mut case = Transcript::new();
    case.file("write.ruff", "write_file(\"out.txt\", \"text\", true)\nprint(read_file(\"out.txt\"))\n");
    let lines = [
        "run --untrusted write.ruff",
        "run --allow-fs-write write.ruff",
        "run --untrusted --allow-write --allow-read write.ruff",
        "run --deny-fs-write write.ruff",
        "run --untrusted -A write.ruff",
        "run --allow-all --deny-fs-read write.ruff",
        "write.ruff",
    ];
    for words in lines {
        case.ruff(words);
    }
    assert_snapshot!(case.text());
}

#[test]
fn modules_are_found_beside_the_program() {
    let mut case = Transcript::new();
    case.file("app/main.ruff", "from util import twice\nprint(twice(21))\n");
    case.file("app/util.ruff", "export func twice(n) {\n    return n * 2\n}\n");
    case.ruff("run app/main.ruff").ruff("-C app main.ruff").ruff_words(&["-e", "import util"]);
    assert_snapshot!(case.text());
}

#[test]
fn mistakes_in_modules_are_shown_there() {
    let mut case = Transcript::new();
    case.file("parse.ruff", "func f(a) {\n    return max(a, 1\n}\nlet := 2\n")
        .file("lex.ruff", "\nx := `1`\n");
    case.file("names.ruff", "let a := 1\nfunc f() { let b := 1\nlet b := 2 }\n");
    case.file("exports.ruff", "let a := 1\nexport a\nexport nope\n");
    case.file("middle.ruff", "func load() {\n    import parse\n}\nload()\n");
    for name in ["parse", "lex", "names", "exports", "middle"] {
        case.ruff_words(&["-e", &format!("print(\"first\")\nimport {name}")]);
    }
    case.ruff_words(&["--error-format=short", "-e", "import middle"]);
    case.ruff_words(&["--json-runtime-diagnostics", "-e", "import parse"]);
    let caught = "try {\n    import parse\n} except e {\n    print(e.line, e.message)\n    throw(e)\n}";
    case.ruff_words(&["-e", caught]);
    assert_snapshot!(case.text());
}

#[test]
fn options_kept_for_older_scripts() {
    let mut case = Transcript::new();
    case.file("a.ruff", "print(1)\n").ruff("run --interpreter a.ruff").ruff("run --jit a.ruff");
    case.ruff("-q run --interpreter a.ruff");
    assert_snapshot!(case.text());
}

#[test]
fn scripts_may_start_with_a_shebang_or_a_byte_order_mark() {
    let mut case = Transcript::new();
    case.file("shebang.ruff", "#!/usr/bin/env ruff\nprint(\"ran\")\n").ruff("shebang.ruff");
    case.scene.file("bom.ruff", b"\xef\xbb\xbfprint(\"ran\")\r\nprint(nope)\r\n");
    case.ruff("bom.ruff");
    case.scene.file("cr.ruff", b"print(1)\rprint(nope)\r");
    case.ruff("cr.ruff");
    case.file("empty.ruff", "").ruff("empty.ruff");
    assert_snapshot!(case.text());
}
