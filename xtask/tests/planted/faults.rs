//! The faults: each is found by one gate, which names the place.

use crate::tree::{DATABASE, Tree};

/// Something that is wrong with a tree.
pub(crate) struct Fault {
    /// What it is, as the name of its test.
    pub(crate) name: &'static str,
    /// The gate that finds it; all others pass.
    pub(crate) gate: &'static str,
    pub(crate) plant: fn(&Tree),
    /// What the gate's row names.
    pub(crate) culprit: &'static str,
    /// The gate's result.
    pub(crate) status: &'static str,
}

const LIBRARY: &str = "ruff-cli/src/lib.rs";
const PROGRAM: &str = "ruff-cli/src/main.rs";

const fn fault(gate: &'static str, name: &'static str, plant: fn(&Tree), culprit: &'static str) -> Fault {
    Fault { name, gate, plant, culprit, status: "failed" }
}

pub(crate) const FAULTS: [Fault; 29] = [
    fault("format", "blanks", |tree| tree.replace(PROGRAM, "fn main", "fn  main"), PROGRAM),
    fault(
        "tidy",
        "work_for_later",
        |tree| tree.replace(LIBRARY, "//! The library.", "//! The library.\n// TODO: more"),
        "ruff-cli/src/lib.rs:2: `TODO`",
    ),
    fault(
        "changelog",
        "no_entry",
        |tree| tree.replace("CHANGELOG.md", "## 1.0.0", "## 0.9.0"),
        "CHANGELOG.md: no entry for 1.0.0",
    ),
    fault(
        "changelog",
        "another_version",
        |tree| {
            tree.replace("xtask/Cargo.toml", "version.workspace = true", "version = \"1.0.1\"");
            tree.lock();
        },
        "xtask/Cargo.toml: version 1.0.1, not 1.0.0",
    ),
    fault(
        "unused",
        "a_dependency_without_use",
        |tree| {
            tree.replace("ruff-cli/Cargo.toml", "[dependencies]\n", "[dependencies]\nonce_cell = \"1\"\n");
            tree.lock();
        },
        "ruff-cli/Cargo.toml: nothing uses once_cell",
    ),
    fault(
        "licences",
        "a_licence_nobody_accepted",
        |tree| tree.replace("xtask/Cargo.toml", "license.workspace = true", "license = \"GPL-3.0-only\""),
        "xtask 1.0.0: failed to satisfy license requirements",
    ),
    fault(
        "licences",
        "a_banned_crate",
        |tree| tree.replace("deny.toml", "deny = [\n", "deny = [\n    \"insta\",\n"),
        "insta",
    ),
    fault(
        "licences",
        "a_crate_from_elsewhere",
        |tree| tree.replace("deny.toml", "[sources]\n", "[sources]\nallow-registry = []\n"),
        "insta",
    ),
    fault("advisories", "a_vulnerability", |tree| tree.advise("insta"), "insta"),
    Fault {
        name: "no_database",
        gate: "advisories",
        plant: |tree| tree.replace("deny.toml", DATABASE, "https://nowhere.invalid/"),
        culprit: "no advisory database",
        status: "skipped",
    },
    fault(
        "lints",
        "a_needless_return",
        |tree| tree.replace(LIBRARY, "    42\n", "    return 42;\n"),
        "ruff-cli/src/lib.rs:6:5",
    ),
    fault(
        "documented",
        "no_comment",
        |tree| tree.replace(LIBRARY, "/// The answer.\n", ""),
        "ruff-cli/src/lib.rs:4:1",
    ),
    fault(
        "documented",
        "a_broken_link",
        |tree| tree.replace(LIBRARY, "/// The answer.", "/// The answer to [`question`]."),
        "ruff-cli/src/lib.rs:4:21",
    ),
    fault(
        "tests",
        "a_test_that_fails",
        |tree| tree.replace(LIBRARY, "answer() % 2, 0", "answer() % 2, 1"),
        "tests::the_answer_is_even",
    ),
    fault(
        "tests",
        "a_deleted_snapshot",
        |tree| tree.delete("ruff-cli/src/snapshots/ruff_cli__tests__the_answer.snap"),
        "tests::the_answer: snapshot assertion for 'the_answer' failed",
    ),
    fault(
        "contracts",
        "a_pending_snapshot",
        |tree| tree.write("ruff-cli/src/snapshots/ruff_cli__tests__a_question.snap.new", "43\n"),
        "ruff_cli__tests__a_question.snap.new: nobody accepted or refused it",
    ),
    fault(
        "contracts",
        "an_orphan",
        |tree| tree.write("ruff-cli/src/snapshots/ruff_cli__tests__the_answer-2.snap", "---\n---\n42\n"),
        "ruff_cli__tests__the_answer-2.snap: no test refers to it",
    ),
    fault(
        "contracts",
        "another_shape",
        |tree| tree.replace("ruff-contracts/tests/snapshots/contracts__one.snap", "shape", "other"),
        "one: snapshot assertion for 'one' failed",
    ),
    fault(
        "contracts",
        "a_builtin_without_shape",
        |tree| tree.write("manual/two", "right\n"),
        "every_builtin_has_its_shape: there is no snapshot of two",
    ),
    fault(
        "contracts",
        "a_handle_without_life_cycle",
        |tree| tree.write("handles/socket", "right\n"),
        "every_kind_of_handle_has_its_life_cycle: no life cycle is tested for socket",
    ),
    fault("contracts", "a_manual_page", |tree| tree.write("manual/one", "wrong\n"), "natives::one"),
    fault("corpus", "a_program", |tree| tree.write("corpus/one.ruff", "wrong\n"), "one.ruff is wrong"),
    fault("corpus", "an_example", |tree| tree.write("examples/one.ruff", "wrong\n"), "examples/one.ruff"),
    fault(
        "docs",
        "a_broken_link",
        |tree| tree.replace("docs/src/page.md", "page.md#page", "page.md#top"),
        "docs/src/page.md:3: docs/src/page.md has no heading #top",
    ),
    fault(
        "docs",
        "a_program",
        |tree| tree.replace("docs/src/page.md", "# Page", "# Page\n\nwrong"),
        "docs/src/page.md:1",
    ),
    fault(
        "reference",
        "a_stale_page",
        |tree| tree.write("docs/src/reference.md", "wrong\n"),
        "docs/src/reference.md",
    ),
    fault(
        "budget",
        "ballast",
        |tree| {
            tree.write("ruff-cli/src/ballast", &"ballast\n".repeat(3_000_000));
            let ballast = "static BALLAST: &str = include_str!(\"ballast\");\n\nfn main() {\n    println!(\"{BALLAST}\");";
            tree.replace(PROGRAM, "fn main() {", ballast);
        },
        "ruff has 24.",
    ),
    fault(
        "budget",
        "one_crate_too_many",
        |tree| tree.replace("xtask/budget.toml", "crates = 2\n", "crates = 0\n"),
        "ruff-cli is made of 1 of 0 crates",
    ),
    fault(
        "faults",
        "a_fault_nobody_finds",
        |tree| tree.replace("xtask/tests/planted.rs", "4);", "5);"),
        "a_fault: assertion `left == right` failed",
    ),
];
