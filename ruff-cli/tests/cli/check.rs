//! `ruff check`: single files, several, directories, JSON, dumps.
#![expect(clippy::disallowed_methods, reason = "tests set their own scene")]

use insta::assert_snapshot;

use crate::scene::Scene;
use crate::transcript::Transcript;

const GOOD: &str = "func f(a) {\n    return a + 1\n}\nprint(f(1))\n";
const BAD: &str = "print(1\n";
const SEMANTIC: &str = "continue\n";

#[test]
fn single_files() {
    let mut case = Transcript::new();
    case.file("good.ruff", GOOD).file("bad.ruff", BAD).file("semantic.ruff", SEMANTIC);
    for words in [
        "check good.ruff",
        "check -q good.ruff",
        "check bad.ruff",
        "check semantic.ruff",
        "check missing.ruff",
        "check --json missing.ruff",
    ] {
        case.ruff(words);
    }
    case.input(BAD).ruff("check -").ruff("check - --stdin-filename buffer.ruff");
    assert_snapshot!(case.text());
}

#[test]
fn the_verbose_line_counts() {
    let mut scene = Scene::new();
    let line = scene.file("good.ruff", GOOD.as_bytes()).run(&["check", "-v", "good.ruff"]).stdout;
    assert!(line.starts_with("check passed: good.ruff (statements=2, bytecode_instructions="), "{line}");
}

#[test]
fn nothing_is_run() {
    let mut case = Transcript::new();
    case.file("a.ruff", "print(\"ran\")\nexit(9)\n").ruff("check a.ruff");
    assert_snapshot!(case.text());
}

#[test]
fn several_files() {
    let mut case = Transcript::new();
    case.file("good.ruff", GOOD).file("bad.ruff", BAD).file("semantic.ruff", SEMANTIC);
    for words in [
        "check good.ruff good.ruff",
        "check semantic.ruff bad.ruff good.ruff",
        "check bad.ruff good.ruff",
        "check bad.ruff missing.ruff semantic.ruff",
        "check -q bad.ruff semantic.ruff",
    ] {
        case.ruff(words);
    }
    assert_snapshot!(case.text());
}

#[test]
fn directories_are_searched() {
    let mut case = Transcript::new();
    for name in [
        "b.ruff",
        "a.ruff",
        "src/deep/c.ruff",
        "src/notes.txt",
        "node_modules/x.ruff",
        "target/x.ruff",
        ".hidden/x.ruff",
        "ignored.ruff",
        "old/x.ruff",
        "generated/x.ruff",
    ] {
        case.scene.file(name, GOOD.as_bytes());
    }
    case.file(".gitignore", "ignored.ruff\n").file(".ignore", "old\n").file(".ruffignore", "generated/\n");
    for words in [
        "check",
        "check .",
        "check src",
        "check ignored.ruff src/notes.txt",
        "check src a.ruff",
        "-C src check",
    ] {
        case.ruff(words);
    }
    case.scene.file("src/deep/broken.ruff", BAD.as_bytes());
    case.ruff("check src");
    std::fs::create_dir(case.scene.path("nothing")).unwrap();
    case.ruff("check nothing");
    assert_snapshot!(case.text());
}

#[test]
fn results_as_json() {
    let mut case = Transcript::new();
    case.file("good.ruff", "").file("bad.ruff", BAD);
    for words in ["check --json good.ruff", "check --json bad.ruff", "check --json -q good.ruff missing.ruff"]
    {
        case.ruff(words);
    }
    assert_snapshot!(case.text());
}

#[test]
fn at_most_a_hundred_findings() {
    let mut scene = Scene::new();
    scene.file("many.ruff", "$\n".repeat(130).as_bytes());
    let outcome = scene.run(&["check", "many.ruff"]);
    assert_eq!(outcome.status, Some(3));
    assert_eq!(outcome.stderr.matches("error[RUFLEX001]").count(), 100);
    assert!(outcome.stderr.ends_with("\u{2026} and 30 more\n\nerror: 130 errors\n"), "{}", outcome.stderr);
    let json = scene.run(&["check", "--json", "many.ruff"]).stdout;
    assert!(json.contains("\"error_count\": 130"));
    // The same for mistakes that are no syntax errors.
    for mistake in ["break\n", "nowhere()\n"] {
        scene.file("many.ruff", mistake.repeat(130).as_bytes());
        let outcome = scene.run(&["check", "many.ruff"]);
        assert_eq!((outcome.status, outcome.stderr.matches("error[RUFNAME").count()), (Some(4), 100));
        assert!(
            outcome.stderr.ends_with("\u{2026} and 30 more\n\nerror: 130 errors\n"),
            "{}",
            outcome.stderr
        );
    }
}

#[test]
fn dumps() {
    let mut case = Transcript::new();
    case.file("a.ruff", "print(1 + x) # sum\n");
    for words in ["check --dump tokens a.ruff", "check --dump ast a.ruff", "check --dump bytecode a.ruff"] {
        let outcome = case.scene.run(&words.split_whitespace().collect::<Vec<_>>());
        assert_eq!((outcome.status, outcome.stderr.as_str()), (Some(0), ""));
        assert!(outcome.stdout.ends_with('\n'));
    }
    case.file("bad.ruff", "let\n")
        .ruff("check --dump tokens bad.ruff")
        .ruff("check --dump bytecode bad.ruff");
    assert_snapshot!(case.text());
}

#[test]
fn undefined_names() {
    let mut case = Transcript::new();
    case.file(
        "names.ruff",
        "let total := 1\nfunc f(count) {\n    print(cuont, totl)\n    return helper(later)\n}\nprnt(f(2))\n\
         if total > 0 {\n    inner := 1\n}\nprint(inner, late)\nlate := 3\nlater := 4\nmissing += 1\nmissing.x := 2\n\
         if false {\n    nowhere()\n}\nexport total\nexport nothing\n",
    );
    case.file(
        "fine.ruff",
        "func f() {\n    return g() + later\n}\nfunc g() {\n    return PI\n}\nlater := 1\nstruct P {\n    x: int,\n\
         \n    func get() {\n        return x\n    }\n}\nprint(f(), P { x: 1 }.get(), P)\nmatch Some(1) {\n    case \
         Some(n): {\n        leaked := n\n    }\n}\nprint(leaked)\n",
    );
    case.file(
        "lib.ruff",
        "export func helper() {\n    return 1\n}\nexport let LIMIT := 2\nlet hidden := 3\n",
    );
    case.file("imports.ruff", "import lib\nprint(helper(), LIMIT, lib)\nprint(hidden)\n");
    case.file("inside.ruff", "func f() {\n    import lib\n    return helper()\n}\nprint(f())\n");
    case.file("unknown.ruff", "import elsewhere\nprint(whatever)\n");
    for name in ["names", "fine", "imports", "inside", "unknown"] {
        case.ruff(&format!("check {name}.ruff"));
    }
    case.ruff("--error-format=short names.ruff");
    assert_snapshot!(case.text());
}
