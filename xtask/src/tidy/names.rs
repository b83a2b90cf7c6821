//! Names of files: a file is called after its concept.

use super::config::Config;
use super::finding::Finding;
use super::tree::Tree;

/// Names that say nothing about what is inside.
const EMPTY: [&str; 7] = ["util", "utils", "helper", "helpers", "common", "misc", "stuff"];

/// Checks the names of Rust files and of the directories around them.
pub(crate) fn check(tree: &Tree, _: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, _) in tree.rust() {
        let parts = file.path.split('/').map(|part| part.strip_suffix(".rs").unwrap_or(part));
        for part in parts.filter(|part| EMPTY.contains(part)) {
            let message = format!("`{part}` says nothing about what is inside");
            findings.push(Finding::file(
                &file.path,
                message,
                "name it after its concept, split if there are several",
            ));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::{Config, Scratch};
    use super::check;

    #[test]
    fn files_and_directories_are_named_after_their_concept() {
        let tree = Scratch::with(&[("a/utils.rs", ""), ("misc/b.rs", ""), ("a/utility.rs", "")]).read();
        let found: Vec<String> =
            check(&tree, &Config::default()).into_iter().map(|found| found.path).collect();
        assert_eq!(found, ["a/utils.rs", "misc/b.rs"]);
    }
}
