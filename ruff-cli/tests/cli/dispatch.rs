//! What a command line asks for, and who gets which words.
#![expect(clippy::disallowed_methods, reason = "tests set their own scene")]

use insta::assert_snapshot;

use crate::scene::Scene;
use crate::transcript::Transcript;

/// A program that shows its arguments.
const ARGS: &str = "print(args())\n";

#[test]
fn help_goes_to_standard_output() {
    let mut case = Transcript::new();
    for words in ["", "-h", "--help", "help", "help run", "help check", "--color never"] {
        case.ruff(words);
    }
    assert_snapshot!(case.text());
    let same = [("run --help", "help run"), ("check -h", "help check"), ("help", "--help"), ("-q", "")];
    for (one, other) in same {
        let [one, other] =
            [one, other].map(|words| case.scene.run(&words.split_whitespace().collect::<Vec<_>>()).stdout);
        assert_eq!(one, other);
    }
}

#[test]
fn nothing_is_read_from_standard_input_without_being_asked() {
    let mut scene = Scene::new();
    let outcome = scene.input(b"print(1)").run(&[]);
    assert_eq!((outcome.status, outcome.stdout.contains("Usage:")), (Some(0), true));
}

#[test]
fn versions() {
    let scene = Scene::new();
    let line = format!("ruff {}\n", env!("CARGO_PKG_VERSION"));
    for words in [&["--version"][..], &["-V"], &["run", "--version"], &["check", "-V"]] {
        assert_eq!(scene.run(words).stdout, line);
    }
    let long = scene.run(&["version"]).stdout;
    let start = format!("Ruff programming language {} (", env!("CARGO_PKG_VERSION"));
    assert!(long.starts_with(&start) && long.ends_with(")\n"), "{long}");
}

#[test]
fn unknown_and_reserved_words() {
    let mut case = Transcript::new();
    case.scene.file("src/a.ruff", b"");
    for words in ["chekc", "rum", "deploy", "src", "help chekc", "fmt", "lsp-hover", "login", "update-self"] {
        case.ruff(words);
    }
    assert_snapshot!(case.text());
}

#[test]
fn those_who_want_the_python_linter_are_told() {
    let mut case = Transcript::new();
    case.file("app.py", "import os\nprint('hi')\n").ruff("check app.py").ruff("check gone.py");
    for words in ["--select E501 src", "check --fix --unsafe-fixes", "clean", "rule F401", "server"] {
        case.ruff(words);
    }
    case.file("a.ruff", "print(args())\nthrow(\"not about Python\")\n").ruff("a.ruff clean x.py --select");
    assert_snapshot!(case.text());
}

#[test]
fn mistakes_in_options() {
    let mut case = Transcript::new();
    let lines = [
        "--bogus",
        "--jitt a.ruff",
        "run",
        "--jit",
        "run --bogus a.ruff",
        "check --bogus",
        "check --jsn",
        "--color sometimes check",
        "--color sometimes",
        "--color",
        "-q -v check",
        "-q -v",
        "run --timeout soon a.ruff",
        "run --timeout 0 a.ruff",
        "run --timeout -1 a.ruff",
        "run --timeout nan a.ruff",
        "run --timeout 1e30 a.ruff",
        "run --max-steps 0 a.ruff",
        "run --max-steps -5 a.ruff",
        "run --max-steps 1.5 a.ruff",
        "run --max-steps",
        "run -p a.ruff",
        "run --allow-fs-read=/tmp a.ruff",
        "run --deny-net-client=example.com a.ruff",
        "check --dump tokens a.ruff b.ruff",
        "check --dump trees a.ruff",
        "-C nowhere check",
    ];
    for words in lines {
        case.ruff(words);
    }
    assert_snapshot!(case.text());
}

#[test]
fn a_file_is_run_by_its_name() {
    let mut case = Transcript::new();
    case.file("a.ruff", ARGS).file("tool", ARGS).file("dir/b.ruff", ARGS).file("check", ARGS);
    let lines = [
        "a.ruff",
        "./a.ruff one two",
        "tool one",
        "dir/b.ruff",
        "-C dir b.ruff",
        "-C dir ../tool",
        "./check it",
        "-- a.ruff -- one",
        "--jit -q a.ruff",
        "missing.ruff",
        "dir",
        "dir/",
    ];
    for words in lines {
        case.ruff(words);
    }
    assert_snapshot!(case.text());
}

#[test]
fn words_after_the_file_are_the_scripts() {
    let mut case = Transcript::new();
    case.file("a.ruff", ARGS);
    let lines = [
        "a.ruff --help",
        "a.ruff --jit -e 1 -- -V",
        "run a.ruff --foo bar",
        "run a.ruff --jit x",
        "run a.ruff x --jit",
        "run a.ruff -- --jit x",
        "run a.ruff x -- y",
        "run a.ruff --jit",
        "run a.ruff -q -vx",
        "run -- a.ruff -q",
        "run a.ruff --max-steps 1000 --color=never -x",
        "run a.ruff -",
        "run a.ruff -1",
    ];
    for words in lines {
        case.ruff(words);
    }
    assert_snapshot!(case.text());
}

#[test]
fn code_and_standard_input() {
    let mut case = Transcript::new();
    case.input("print(\"from input\", args())\n")
        .ruff("-")
        .ruff("- --jit x")
        .ruff("run - x")
        .ruff("run -q -");
    let cases: [&[&str]; 14] = [
        &["-e", "print(args())"],
        &["-e", "print(args())", "one", "-e", "two"],
        &["-e", "print(args())", "--", "--", "x"],
        &["-e", "print(args())", "--color", "x"],
        &["-e", "x := 20", "-e", "print(x + 1)"],
        &["-p", "-e", "6 * 7"],
        &["-pe", "[1, \"two\", 3.0]"],
        &["-e", "x := 1", "-p"],
        &["-p", "-e", "null"],
        &["-pe", "print(1)"],
        &["-p", "-e", "func f() { return 1 }"],
        &["run", "-p", "-e", "len(args())", "one", "--jit"],
        &["run", "--eval=print(args())", "--jit", "--other", "-p"],
        &["-e"],
    ];
    for words in cases {
        case.ruff_words(words);
    }
    assert_snapshot!(case.text());
}

#[test]
fn flags_for_ruff_among_the_scripts_words_are_noticed() {
    let mut case = Transcript::new();
    case.file("a.ruff", ARGS);
    for words in [
        "a.ruff --allow-net",
        "run a.ruff x --untrusted",
        "run a.ruff -- --allow-net",
        "-q a.ruff -A --deny-clock",
    ] {
        case.ruff(words);
    }
    assert_snapshot!(case.text());
}

#[cfg(unix)]
#[test]
fn arguments_must_be_text() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let mut scene = Scene::new();
    scene.file("a.ruff", ARGS.as_bytes());
    let output = scene.command(&["a.ruff", "one"]).arg(OsStr::from_bytes(b"\xff")).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_snapshot!(String::from_utf8(output.stderr).unwrap());
}

#[cfg(unix)]
#[test]
fn messages_use_the_name_that_was_called() {
    let scene = Scene::new();
    let twin = scene.path("rufflang");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_ruff"), &twin).unwrap();
    let output = std::process::Command::new(twin).output().unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().contains("Usage: rufflang [OPTIONS]"));
}
