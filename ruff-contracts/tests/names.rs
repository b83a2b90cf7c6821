//! `ruff check` finds names that nothing declares, and no others: it passes every program of the corpus, of the guide and
//! of `examples/`, but those that are about such names.
#![expect(clippy::disallowed_methods, reason = "no program reads these files, the test does")]

use ruff_contracts::corpus::{Folder, Program, check_only, folders};
use ruff_contracts::workspace;

const UNDEFINED: &str = "RUFNAME001";

/// Programs that use undefined names on purpose, where running them does not get to or catches it.
const ON_PURPOSE: [&str; 3] = [
    "checklist/logic/081_short_circuit",
    "errors/everything_is_catchable",
    "moves/variable_survives_a_failed_operator",
];

/// What check says about the names of a program that says nothing of the kind itself.
fn complaints(program: &Program) -> Vec<String> {
    let says_so = program.source.contains("Undefined variable")
        || program.expected.errors.iter().any(|error| error.code == UNDEFINED)
        || ON_PURPOSE.contains(&program.name.as_str());
    if says_so || program.settings.needs.is_some() {
        return Vec::new();
    }
    let reports = check_only(program).reports.into_iter().filter(|report| report.code == UNDEFINED);
    reports.map(|report| format!("{}: {report:?}", program.name)).collect()
}

#[test]
fn no_program_of_the_corpus_is_refused_for_its_names() {
    let mut found = Vec::new();
    // Programs at a limit are large, and all have the same few names.
    let all = folders(&workspace().join("corpus")).unwrap();
    for folder in all.into_iter().filter(|folder| folder.area() != "limits") {
        let Ok(program) = Program::read(&folder, Some(10)) else { continue };
        found.extend(complaints(&program));
    }
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn no_example_is_refused_for_its_names() {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(workspace().join("examples")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "ruff") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let folder = Folder::single(&path.with_extension("").to_string_lossy(), &text);
        found.extend(complaints(&Program::read_lenient(&folder).unwrap()));
    }
    assert_eq!(found, Vec::<String>::new());
}
