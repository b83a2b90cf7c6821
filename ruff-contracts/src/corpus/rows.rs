//! [`Rows`]: numbered contracts, each of which some program or test proves. `corpus/rows.toml` lists them.
#![expect(clippy::disallowed_methods, reason = "no program reads these files, the runner does")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{fs, io};

use super::{Folder, Program};

/// The table of rows that nothing can prove yet, each with the reason.
const PENDING: &str = "pending";

/// The part of the corpus whose programs are there for a row.
const AREA: &str = "contracts/";

/// How a test in Rust says which rows it proves.
const IN_RUST: &str = "// row: ";

/// What must hold, by number.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Rows {
    wanted: BTreeSet<String>,
    pending: BTreeSet<String>,
    repeated: BTreeSet<String>,
}

/// A program or test that says it proves rows.
#[derive(Debug, PartialEq, Eq)]
pub struct Proof {
    /// What it is called.
    pub name: String,
    /// The rows.
    pub rows: Vec<String>,
}

impl Proof {
    /// What `folders` say, which is a mistake in programs below `contracts/` that prove nothing.
    pub fn of_programs(folders: &[Folder]) -> Vec<Proof> {
        let programs = folders.iter().filter_map(|folder| Program::read(folder, None).ok());
        let proofs = programs.map(|program| Proof { name: program.name, rows: program.settings.rows });
        proofs.filter(|proof| !proof.rows.is_empty() || proof.name.starts_with(AREA)).collect()
    }

    /// What the tests in the files of `directory` say, in lines of their own: `// row: ID …`.
    pub fn of_tests(directory: &Path) -> io::Result<Vec<Proof>> {
        let mut proofs = Vec::new();
        for entry in fs::read_dir(directory)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path)?;
                let rows: Vec<String> = text
                    .lines()
                    .filter_map(|line| line.trim_start().strip_prefix(IN_RUST))
                    .flat_map(|rows| rows.split_whitespace().map(str::to_owned))
                    .collect();
                if !rows.is_empty() {
                    proofs.push(Proof { name: path.display().to_string(), rows });
                }
            }
        }
        Ok(proofs)
    }
}

impl Rows {
    /// Reads a list of rows: tables of `ID = "what holds"`, and the table `pending` of `ID = "why it cannot be proved"`.
    pub fn parse(text: &str) -> Result<Rows, toml::de::Error> {
        let mut tables: BTreeMap<String, BTreeMap<String, String>> = toml::from_str(text)?;
        let pending = tables.remove(PENDING).unwrap_or_default().into_keys().collect();
        let mut rows = Rows { pending, ..Rows::default() };
        for row in tables.into_values().flat_map(BTreeMap::into_keys) {
            if !rows.wanted.insert(row.clone()) {
                rows.repeated.insert(row);
            }
        }
        Ok(rows)
    }

    /// Everything that is not as it should be, in words.
    pub fn problems(&self, proofs: &[Proof]) -> Vec<String> {
        let mut found: Vec<String> =
            self.repeated.iter().map(|row| format!("{row} is listed several times")).collect();
        let mut proved = BTreeSet::new();
        for Proof { name, rows } in proofs {
            if rows.is_empty() {
                found.push(format!("{name} proves no row: write `# row: ID`"));
            }
            for row in rows {
                proved.insert(row);
                if !self.wanted.contains(row) {
                    found.push(format!("{name} proves {row}, which is no row"));
                }
                if self.pending.contains(row) {
                    found.push(format!("{row} is pending, and {name} proves it: take it off the list"));
                }
            }
        }
        let missing = self.wanted.iter().filter(|row| !proved.contains(row) && !self.pending.contains(*row));
        found.extend(missing.map(|row| format!("nothing proves {row}")));
        let stray = self.pending.difference(&self.wanted);
        found.extend(stray.map(|row| format!("{row} is pending, and is no row")));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(list: &str, proofs: &[(&str, &[&str])]) -> Vec<String> {
        let proof = |&(name, rows): &(&str, &[&str])| Proof {
            name: name.to_owned(),
            rows: rows.iter().map(|row| (*row).to_owned()).collect(),
        };
        let proofs: Vec<Proof> = proofs.iter().map(proof).collect();
        Rows::parse(list).unwrap().problems(&proofs)
    }

    const LIST: &str = "[await]\nA1 = 'a'\nA2 = 'b'\n[channels]\nB1 = 'c'\n[pending]\nB1 = 'why'\n";

    #[test]
    fn every_row_has_a_proof_or_is_pending() {
        assert_eq!(problems(LIST, &[("p", &["A1"]), ("q", &["A1", "A2"])]), [""; 0]);
        assert_eq!(problems(LIST, &[("p", &["A1"])]), ["nothing proves A2"]);
    }

    #[test]
    fn every_proof_has_a_row() {
        let found = problems(LIST, &[("p", &["A1", "A2", "A3"]), ("q", &[])]);
        assert_eq!(found, ["p proves A3, which is no row", "q proves no row: write `# row: ID`"]);
    }

    #[test]
    fn the_list_is_in_order() {
        let found = problems(LIST, &[("p", &["A1", "A2", "B1"])]);
        assert_eq!(found, ["B1 is pending, and p proves it: take it off the list"]);
        let found = problems("[a]\nA1 = ''\n[b]\nA1 = ''\n[pending]\nA9 = ''\n", &[("p", &["A1"])]);
        assert_eq!(found, ["A1 is listed several times", "A9 is pending, and is no row"]);
    }

    #[test]
    fn programs_and_tests_say_what_they_prove() {
        let source = "# row: A1 A2\nprint(1)  # expect: 1\n# row: B1\n";
        let folders = [
            Folder::single("async/one", source),
            Folder::single("async/other", "# expect nothing"),
            Folder::single("contracts/bare", "# expect nothing"),
        ];
        let proofs = Proof::of_programs(&folders);
        let named: Vec<(&str, usize)> =
            proofs.iter().map(|proof| (proof.name.as_str(), proof.rows.len())).collect();
        assert_eq!(named, [("async/one", 3), ("contracts/bare", 0)]);
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ruff-cli/tests/cli");
        let told = Proof::of_tests(&tests).unwrap();
        let rows: Vec<&str> = told.iter().flat_map(|proof| &proof.rows).map(String::as_str).collect();
        assert!(rows.contains(&"C160"), "{rows:?}");
    }
}
