//! Snapshots that wait for somebody to read them.

use super::config::Config;
use super::finding::Finding;
use super::tree::Tree;

/// Checks that no snapshot is pending.
pub(crate) fn check(tree: &Tree, _: &Config) -> Vec<Finding> {
    let pending = tree.files().iter().filter(|file| {
        let name = file.name();
        name.ends_with(".snap.new") || name.ends_with(".pending-snap")
    });
    pending
        .map(|file| {
            Finding::file(
                &file.path,
                "a snapshot nobody accepted or refused",
                "read it, then accept or delete it",
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Config, Scratch};
    use super::check;

    #[test]
    fn pending_snapshots_are_found() {
        let files =
            [("a/snapshots/b.snap", ""), ("a/snapshots/b.snap.new", ""), ("a/.c.rs.pending-snap", "")];
        let tree = Scratch::with(&files).read();
        let found: Vec<String> =
            check(&tree, &Config::default()).into_iter().map(|found| found.path).collect();
        assert_eq!(found, ["a/.c.rs.pending-snap", "a/snapshots/b.snap.new"]);
    }
}
