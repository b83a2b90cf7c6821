//! The formats of findings, colours and widths, from outside.

use insta::assert_snapshot;

use crate::scene::Scene;
use crate::transcript::Transcript;

const TWO_ERRORS: &str = "print(1\n\nx := \"${y\"\n";

#[test]
fn every_format() {
    let mut case = Transcript::new();
    case.file("a.ruff", TWO_ERRORS);
    for format in ["full", "short", "json", "github"] {
        case.ruff(&format!("check a.ruff --error-format {format}"));
        case.ruff(&format!("--error-format={format} missing.ruff"));
        case.ruff(&format!("--error-format {format} --bogus"));
    }
    assert_snapshot!(case.text());
}

#[test]
fn colours_only_where_they_are_wanted() {
    let mut scene = Scene::new();
    scene.file("a.ruff", b"let\n");
    let has_colour = |scene: &Scene, words: &[&str]| scene.run(words).stderr.contains('\u{1b}');
    assert!(!has_colour(&scene, &["a.ruff"]));
    assert!(has_colour(&scene, &["--color", "always", "a.ruff"]));
    scene.vars.push(("CLICOLOR_FORCE", "1"));
    assert!(has_colour(&scene, &["a.ruff"]));
    assert!(!has_colour(&scene, &["--color=never", "a.ruff"]));
    scene.vars.push(("NO_COLOR", "1"));
    assert!(!has_colour(&scene, &["a.ruff"]));
}

#[test]
fn width_and_characters_come_from_the_environment() {
    let mut case = Transcript::new();
    case.file(
        "a.ruff",
        &format!("let text := \"{}\" + + 1 # {}\n", "word ".repeat(12), "and on ".repeat(10)),
    );
    case.ruff("a.ruff").var("COLUMNS", "70").ruff("a.ruff").var("COLUMNS", "10").ruff("a.ruff");
    case.scene.file("many.ruff", "$\n".repeat(101).as_bytes());
    case.var("LC_ALL", "C");
    let stderr = case.scene.run(&["check", "--error-format=short", "many.ruff"]).stderr;
    assert!(stderr.ends_with("... and 1 more\n"), "{stderr}");
    assert_snapshot!(case.text());
}
