//! Manual pages of builtins.

use insta::assert_snapshot;

use crate::transcript::Transcript;

#[test]
fn pages_of_builtins() {
    let mut case = Transcript::new();
    for name in [
        "pad_left",
        "pad_start",
        "push",
        "collect",
        "ArgParser.parse",
        "sleep",
        "read_file",
        "parse_json",
        "PI",
    ] {
        case.ruff_words(&["help", "builtin", name]);
    }
    assert_snapshot!(case.text());
}

#[test]
fn pages_fit_the_terminal() {
    let mut case = Transcript::new();
    case.var("COLUMNS", "60").ruff("help builtin remove");
    assert_snapshot!(case.text());
}

#[test]
fn unknown_builtins() {
    let mut case = Transcript::new();
    for words in [
        "help builtin pad_lfet",
        "help builtin UPPER",
        "help builtin xyzzy",
        "help builtin __sort_naturally",
        "help run surplus",
    ] {
        case.ruff(words);
    }
    assert_snapshot!(case.text());
}

#[test]
fn every_builtin_is_listed() {
    let list = Transcript::new().scene.run(&["help", "builtin"]).stdout;
    let words: Vec<&str> = list.split([' ', ',', '\n']).collect();
    for name in ruff_natives::test_registry().names().chain(["next", "E"]) {
        assert!(words.contains(&name), "{name}");
    }
    assert!(list.contains("\narrays:\n  all, any, append,"), "{list}");
}
