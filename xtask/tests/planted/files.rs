//! The files of a small workspace that every gate passes. It has the crates, programs and tests that gates ask for.

/// Path and contents of each.
pub(crate) const FILES: [(&str, &str); 28] = [
    ("Cargo.toml", WORKSPACE),
    ("clippy.toml", ""),
    ("CHANGELOG.md", "# Changes\n\n## 1.0.0\n\n- All of it.\n"),
    ("ARCHITECTURE.md", "# Map\n\n| Crate | Why |\n|---|---|\n| insta, once_cell | tests |\n"),
    ("xtask/tidy.toml", TIDY),
    ("xtask/budget.toml", "bytes = 20_000_000\ncrates = 2\n"),
    ("docs/book.toml", "[book]\ntitle = \"Small\"\nsrc = \"src\"\n"),
    ("docs/src/SUMMARY.md", "# Summary\n\n- [Page](page.md)\n- [Reference](reference.md)\n"),
    (
        "docs/src/page.md",
        "# Page\n\nThis is [here](page.md#page), that is in the [reference](reference.md).\n",
    ),
    ("docs/src/reference.md", "Generated.\n"),
    ("corpus/one.ruff", "right\n"),
    ("examples/one.ruff", "right\n"),
    ("manual/one", "right\n"),
    ("handles/channel", "right\n"),
    ("ruff-cli/Cargo.toml", CLI),
    ("ruff-cli/src/lib.rs", CLI_LIBRARY),
    ("ruff-cli/src/main.rs", CLI_PROGRAM),
    (
        "ruff-cli/src/snapshots/ruff_cli__tests__the_answer.snap",
        "---\nsource: ruff-cli/src/lib.rs\n---\n42\n",
    ),
    ("ruff-contracts/Cargo.toml", CONTRACTS),
    ("ruff-contracts/src/lib.rs", CONTRACTS_LIBRARY),
    ("ruff-contracts/src/main.rs", CONTRACTS_PROGRAM),
    ("ruff-contracts/tests/contracts.rs", SHAPES),
    (
        "ruff-contracts/tests/snapshots/contracts__one.snap",
        "---\nsource: ruff-contracts/tests/contracts.rs\n---\nshape\n",
    ),
    ("ruff-contracts/tests/lifecycles.rs", LIFECYCLES),
    ("ruff-contracts/tests/corpus.rs", CORPUS),
    ("ruff-contracts/tests/documents.rs", DOCUMENTS),
    ("xtask/Cargo.toml", XTASK),
    ("xtask/src/lib.rs", "//! Tasks.\n#![forbid(unsafe_code)]\n"),
];

/// The test of the gate that this test is: in the small tree it plants nothing.
pub(crate) const PLANTED: (&str, &str) = (
    "xtask/tests/planted.rs",
    "//! Faults.\n\n#[test]\nfn a_fault() {\n    assert_eq!(2_u8.pow(2), 4);\n}\n",
);

/// The policy says where its database lies, which is somewhere on this machine.
const TIDY: &str =
    "[layers]\nruff-cli = []\nruff-contracts = []\nxtask = []\n\n[words]\nexcept = [\"deny.toml\"]\n";

const WORKSPACE: &str = r#"[workspace]
resolver = "3"
members = ["ruff-cli", "ruff-contracts", "xtask"]

[workspace.package]
version = "1.0.0"
edition = "2024"
license = "MIT"

[workspace.lints.rust]
missing_docs = "warn"

[profile.dev]
debug = false
"#;

const CLI: &str = r#"[package]
name = "ruff-cli"
version.workspace = true
edition.workspace = true
license.workspace = true
publish = false

[lints]
workspace = true

[dependencies]

[dev-dependencies]
insta = "1"

[[bin]]
name = "ruff"
path = "src/main.rs"
"#;

const CLI_LIBRARY: &str = r#"//! The library.
#![forbid(unsafe_code)]

/// The answer.
pub fn answer() -> u8 {
    42
}

#[cfg(test)]
mod tests {
    use super::answer;

    #[test]
    fn the_answer() {
        insta::assert_snapshot!(answer().to_string());
    }

    #[test]
    fn the_answer_is_even() {
        assert_eq!(answer() % 2, 0);
    }
}
"#;

const CLI_PROGRAM: &str = r#"//! The command.
#![forbid(unsafe_code)]

fn main() {
    println!("{}", ruff_cli::answer());
}
"#;

const CONTRACTS: &str = r#"[package]
name = "ruff-contracts"
version.workspace = true
edition.workspace = true
license.workspace = true
publish = false

[lints]
workspace = true

[dev-dependencies]
insta = "1"

[[test]]
name = "documents"
harness = false
"#;

const CONTRACTS_LIBRARY: &str = r#"//! Reading what tests look at.
#![forbid(unsafe_code)]

use std::path::Path;

/// Whether the file at that path from the root says what is right.
pub fn is_right(path: &str) -> bool {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    std::fs::read_to_string(root.join(path)).is_ok_and(|text| !text.contains("wrong"))
}

/// The names of the files in the directory at that path from the root.
pub fn names(path: &str) -> Vec<String> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    let entries = std::fs::read_dir(directory).expect("the directory is there");
    entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}
"#;

const CONTRACTS_PROGRAM: &str = r#"//! The generator.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    if ruff_contracts::is_right("docs/src/reference.md") {
        return ExitCode::SUCCESS;
    }
    println!("docs/src/reference.md is not current");
    ExitCode::FAILURE
}
"#;

const SHAPES: &str = r#"//! Shapes.

#[test]
fn one() {
    insta::assert_snapshot!("shape");
}

#[test]
fn every_builtin_has_its_shape() {
    let shapes = ruff_contracts::names("ruff-contracts/tests/snapshots");
    for name in ruff_contracts::names("manual") {
        assert!(shapes.contains(&format!("contracts__{name}.snap")), "there is no snapshot of {name}");
    }
}
"#;

const LIFECYCLES: &str = r#"//! Handles.

#[test]
fn every_kind_of_handle_has_its_life_cycle() {
    for kind in ruff_contracts::names("handles") {
        assert!(["channel"].contains(&kind.as_str()), "no life cycle is tested for {kind}");
    }
}
"#;

const CORPUS: &str = r#"//! Programs.

#[test]
fn one() {
    assert!(ruff_contracts::is_right("corpus/one.ruff"), "one.ruff is wrong");
}
"#;

const DOCUMENTS: &str = r#"//! Documents, each by its name.

use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let (mut passed, mut failed) = (0, 0);
    for (name, path) in [
        ("natives::one", "manual/one"),
        ("examples/one.ruff", "examples/one.ruff"),
        ("docs/src/page.md:1", "docs/src/page.md"),
    ] {
        let (mut skipped, mut wanted) = (false, true);
        for (at, word) in words.iter().enumerate() {
            match at.checked_sub(1).map(|before| words[before].as_str()) {
                Some("--skip") => skipped |= name.contains(word),
                _ if word != "--skip" => wanted = name.contains(word),
                _ => {}
            }
        }
        if skipped || !wanted {
            continue;
        }
        if ruff_contracts::is_right(path) {
            passed += 1;
            println!("test {name} ... ok");
        } else {
            failed += 1;
            println!("test {name} ... FAILED");
        }
    }
    println!("test result: done. {passed} passed; {failed} failed");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
"#;

const XTASK: &str = r#"[package]
name = "xtask"
version.workspace = true
edition.workspace = true
license.workspace = true
publish = false

[lints]
workspace = true

[[test]]
name = "planted"
test = false
"#;
