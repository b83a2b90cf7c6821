//! Crates from elsewhere: each has its reason in the architecture page.

use super::finding::Finding;
use super::tree::Tree;
use crate::metadata::Metadata;

/// The page with the reasons.
const PAGE: &str = "ARCHITECTURE.md";

/// Checks that the tables of the page name every crate the workspace depends on.
pub(crate) fn check(tree: &Tree, metadata: &Metadata) -> Vec<Finding> {
    let page = tree.files().iter().find(|file| file.path == PAGE).map_or("", |page| page.text.as_str());
    let mut foreign: Vec<&str> = metadata
        .packages
        .iter()
        .flat_map(|package| &package.dependencies)
        .map(|dependency| dependency.name.as_str())
        .filter(|name| !metadata.is_ours(name) && !names(page, name))
        .collect();
    foreign.sort_unstable();
    foreign.dedup();
    let unexplained = foreign.into_iter().map(|name| {
        let message = format!("nothing says why {name} is there");
        Finding::file(PAGE, message, "add it to the table of dependencies, or do without")
    });
    unexplained.collect()
}

/// Whether the first column of a table lists `name`.
fn names(page: &str, name: &str) -> bool {
    let cells = page.lines().filter_map(|line| line.strip_prefix('|')?.split('|').next());
    cells.flat_map(|cell| cell.split(',')).any(|word| word.trim() == name)
}

#[cfg(test)]
mod tests {
    use super::super::Scratch;
    use super::check;
    use crate::metadata::{Dependency, Metadata, Package};

    #[test]
    fn every_dependency_has_its_reason() {
        let dependencies = ["one", "two", "three", "here"].map(|name| Dependency { name: name.to_owned() });
        let dependencies = dependencies.into();
        let package = Package { name: "here".to_owned(), dependencies, ..Package::default() };
        let page = "one is a word here\n\n| Crate | Why |\n|---|---|\n| two, three | needed |\n";
        let tree = Scratch::with(&[("ARCHITECTURE.md", page)]).read();
        let metadata = Metadata {
            packages: vec![package],
            workspace_members: vec![String::new()],
            ..Metadata::default()
        };
        let found = check(&tree, &metadata);
        let messages: Vec<String> = found.into_iter().map(|found| found.message).collect();
        assert_eq!(messages, ["nothing says why one is there"]);
    }
}
