//! Words that have no place in the tree: paths of one machine, names of hosts a build must not depend on.

use std::path::Path;
use std::{env, fs};

use super::config::{self, Config};
use super::finding::Finding;
use super::tree::Tree;

/// Checks every text file for the forbidden words and for paths into the place where this tree lies, whatever their case.
pub(crate) fn check(tree: &Tree, config: &Config) -> Vec<Finding> {
    let forbidden: Vec<(String, &String)> =
        config.words.forbidden.iter().map(|(word, reason)| (word.to_lowercase(), reason)).collect();
    let place = place(tree.root()).to_string_lossy().to_lowercase();
    let mut findings = Vec::new();
    for file in tree.files().iter().filter(|file| !config.words.except.contains(&file.path)) {
        // The configuration lists the words.
        let forbidden = if file.path == config::PATH { &[] } else { &forbidden[..] };
        for (number, line) in file.text.lines().enumerate() {
            let line = line.to_lowercase();
            let mut find = |message| {
                findings.push(Finding::at(&file.path, number + 1, message, "write it without"));
            };
            for (word, reason) in forbidden.iter().filter(|(word, _)| line.contains(word)) {
                find(format!("`{word}`: {reason}"));
            }
            if leads_into(&line, &place) {
                find(format!("`{place}`: a path of this machine"));
            }
        }
    }
    findings
}

/// What paths to the tree and its neighbours begin with. In directories that every machine has, the neighbours are
/// anybody's.
fn place(root: &Path) -> &Path {
    let temporary = fs::canonicalize(env::temp_dir()).unwrap_or_default();
    let is_own = |parent: &&Path| parent.parent().is_some() && **parent != temporary;
    root.parent().filter(is_own).unwrap_or(root)
}

/// Whether a path in `line` begins with the directory `place`.
fn leads_into(line: &str, place: &str) -> bool {
    let is_part = |char: char| char.is_alphanumeric() || "_-.".contains(char);
    line.match_indices(place).any(|(at, _)| {
        let (before, behind) = (&line[..at], &line[at + place.len()..]);
        !before.ends_with(|char| is_part(char) || char == '/') && !behind.starts_with(is_part)
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::{Config, Scratch};
    use super::{check, place};

    fn found(scratch: &Scratch, config: &str) -> Vec<(String, usize, String)> {
        let findings = check(&scratch.read(), &Config::parse(config).unwrap());
        findings.into_iter().map(|found| (found.path, found.line, found.message)).collect()
    }

    #[test]
    fn forbidden_words_are_found_in_every_text_file() {
        let scratch = Scratch::with(&[
            ("a.md", "one\nsee /Machine/here\n"),
            (".ci/run", "cd /machine/there\n"),
            ("b.md", "/machine/\n"),
            ("xtask/tidy.toml", "/machine/\n"),
        ]);
        let config =
            "[words]\nexcept = [\"b.md\"]\n[words.forbidden]\n\"/machine/\" = \"a path of one machine\"\n";
        let message = "`/machine/`: a path of one machine".to_owned();
        let expected = [(".ci/run".to_owned(), 1, message.clone()), ("a.md".to_owned(), 2, message)];
        assert_eq!(found(&scratch, config), expected);
    }

    #[test]
    fn paths_to_where_the_tree_lies_are_found() {
        let scratch = Scratch::with(&[("xtask/tidy.toml", "")]);
        let root = std::fs::canonicalize(scratch.path()).unwrap();
        let root = root.to_str().unwrap();
        let text = format!("{root}\n{root}s\n/x{root}\n({root}/a)\n");
        std::fs::write(scratch.path().join("xtask/tidy.toml"), text).unwrap();
        let message = format!("`{}`: a path of this machine", root.to_lowercase());
        let expected = [1, 4].map(|line| ("xtask/tidy.toml".to_owned(), line, message.clone()));
        assert_eq!(found(&scratch, ""), expected);
    }

    #[test]
    fn neighbours_of_the_tree_lie_in_the_same_place() {
        assert_eq!(place(Path::new("/some/where/ruff")), Path::new("/some/where"));
        assert_eq!(place(Path::new("/ruff")), Path::new("/ruff"));
        let temporary = std::fs::canonicalize(std::env::temp_dir()).unwrap().join("ruff");
        assert_eq!(place(&temporary), temporary);
    }
}
