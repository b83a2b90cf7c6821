//! Snapshots that wait for somebody to read them, and those that no test refers to.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::tidy::Tree;

/// Snapshots nobody accepted or refused.
pub(super) fn pending(root: &Path) -> anyhow::Result<Vec<String>> {
    let tree = Tree::read(root)?;
    let names = tree.files().iter().map(|file| file.path.as_str());
    let pending = names.filter(|path| path.ends_with(".snap.new") || path.ends_with(".pending-snap"));
    Ok(pending.map(|path| format!("{path}: nobody accepted or refused it")).collect())
}

/// Snapshots that are not in the list `references`, which tests wrote, and the number of those that are.
pub(super) fn orphans(root: &Path, references: &Path) -> anyhow::Result<(Vec<String>, usize)> {
    let list = fs::read_to_string(references)?;
    // Tests name a file as seen from where they are, and only the file system knows when that is another one's name.
    let referred: BTreeSet<PathBuf> = list.lines().filter_map(|path| fs::canonicalize(path).ok()).collect();
    let tree = Tree::read(root)?;
    let snapshots = tree.files().iter().filter(|file| file.path.ends_with(".snap"));
    let (found, orphans): (Vec<_>, Vec<_>) = snapshots
        .partition(|file| fs::canonicalize(root.join(&file.path)).is_ok_and(|path| referred.contains(&path)));
    let orphans = orphans.iter().map(|file| format!("{}: no test refers to it", file.path));
    Ok((orphans.collect(), found.len()))
}

#[cfg(test)]
mod tests {
    use super::{orphans, pending};
    use crate::tidy::Scratch;

    #[test]
    fn pending_snapshots_are_found() {
        let files =
            [("a/snapshots/b.snap", ""), ("a/snapshots/b.snap.new", ""), ("a/.c.rs.pending-snap", "")];
        let expected = ["a/.c.rs.pending-snap", "a/snapshots/b.snap.new"];
        let expected = expected.map(|path| format!("{path}: nobody accepted or refused it"));
        assert_eq!(pending(Scratch::with(&files).path()).unwrap(), expected);
    }

    #[test]
    fn snapshots_that_no_test_refers_to_are_found() {
        let tree = Scratch::with(&[("a/b.snap", ""), ("a/b-2.snap", ""), ("c.snap", ""), ("list", "")]);
        let list = tree.path().join("list");
        let names = |path: &str| format!("{}\n", tree.path().join(path).display());
        std::fs::write(&list, names("a/../a/b.snap") + &names("c.snap") + &names("gone.snap")).unwrap();
        let expected = vec!["a/b-2.snap: no test refers to it".to_owned()];
        assert_eq!(orphans(tree.path(), &list).unwrap(), (expected, 2));
    }
}
