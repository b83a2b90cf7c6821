//! Words that have no place in the tree: paths of one machine, names of hosts a build must not depend on.

use super::config::{self, Config};
use super::finding::Finding;
use super::tree::Tree;

/// Checks every text file for the forbidden words, whatever their case.
pub(crate) fn check(tree: &Tree, config: &Config) -> Vec<Finding> {
    let forbidden: Vec<(String, &String)> =
        config.words.forbidden.iter().map(|(word, reason)| (word.to_lowercase(), reason)).collect();
    let mut findings = Vec::new();
    for file in tree.files() {
        if file.path == config::PATH || config.words.except.contains(&file.path) {
            continue;
        }
        for (number, line) in file.text.lines().enumerate() {
            let line = line.to_lowercase();
            for (word, reason) in forbidden.iter().filter(|(word, _)| line.contains(word)) {
                findings.push(Finding::at(
                    &file.path,
                    number + 1,
                    format!("`{word}`: {reason}"),
                    "write it without",
                ));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::{Config, Scratch};
    use super::check;

    #[test]
    fn forbidden_words_are_found_in_every_text_file() {
        let tree = Scratch::with(&[
            ("a.md", "one\nsee /Machine/here\n"),
            (".ci/run", "cd /machine/there\n"),
            ("b.md", "/machine/\n"),
            ("xtask/tidy.toml", "/machine/\n"),
        ])
        .read();
        let config =
            "[words]\nexcept = [\"b.md\"]\n[words.forbidden]\n\"/machine/\" = \"a path of one machine\"\n";
        let found: Vec<(String, usize, String)> = check(&tree, &Config::parse(config).unwrap())
            .into_iter()
            .map(|found| (found.path, found.line, found.message))
            .collect();
        let message = "`/machine/`: a path of one machine".to_owned();
        assert_eq!(found, [(".ci/run".to_owned(), 1, message.clone()), ("a.md".to_owned(), 2, message)]);
    }
}
