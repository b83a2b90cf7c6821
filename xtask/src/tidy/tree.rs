//! The files of the workspace, read once for all rules.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::rust::Rust;

/// What holds nothing of ours.
const SKIPPED: [&str; 3] = [".git", "target", "docs/book"];

/// All files below the root, sorted by path.
#[derive(Debug)]
pub(crate) struct Tree {
    root: PathBuf,
    files: Vec<File>,
}

/// One file.
#[derive(Debug)]
pub(crate) struct File {
    /// Path from the root, with `/` between its parts.
    pub(crate) path: String,
    /// The contents; empty when they are not text.
    pub(crate) text: String,
    /// The contents with comments and code told apart, for Rust files.
    pub(crate) rust: Option<Rust>,
}

impl Tree {
    /// Reads every file below `root` but those of build and version control.
    pub(crate) fn read(root: &Path) -> anyhow::Result<Tree> {
        let mut files = Vec::new();
        let mut pending = vec![String::new()];
        while let Some(directory) = pending.pop() {
            let at = root.join(&directory);
            for entry in fs::read_dir(&at).with_context(|| at.display().to_string())? {
                let entry = entry?;
                let path = format!("{directory}{}", entry.file_name().to_string_lossy());
                if SKIPPED.contains(&path.as_str()) {
                    continue;
                }
                if entry.file_type()?.is_dir() {
                    pending.push(format!("{path}/"));
                } else {
                    files.push(File::read(root, path)?);
                }
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let root = fs::canonicalize(root).with_context(|| root.display().to_string())?;
        Ok(Tree { root, files })
    }

    /// Where it lies on this machine, from the root of the file system.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// All files.
    pub(crate) fn files(&self) -> &[File] {
        &self.files
    }

    /// The Rust files, each with its code and comments told apart.
    pub(crate) fn rust(&self) -> impl Iterator<Item = (&File, &Rust)> {
        self.files.iter().filter_map(|file| Some((file, file.rust.as_ref()?)))
    }
}

impl File {
    fn read(root: &Path, path: String) -> anyhow::Result<File> {
        let bytes = fs::read(root.join(&path)).with_context(|| path.clone())?;
        let text = String::from_utf8(bytes).unwrap_or_default();
        let rust = path.ends_with(".rs").then(|| Rust::new(&text));
        Ok(File { path, text, rust })
    }

    /// Whether the file holds nothing but tests.
    pub(crate) fn is_test(&self) -> bool {
        self.path.split('/').any(|part| part == "tests" || part == "tests.rs" || part.ends_with("_tests.rs"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Scratch;

    #[test]
    fn reads_everything_but_builds_and_version_control() {
        let scratch = Scratch::with(&[
            (".git/config", ""),
            (".ci/run", ""),
            ("target/debug/a.rs", ""),
            ("docs/book/index.html", ""),
            ("docs/src/target/a.md", ""),
            ("a/src/tests/b.rs", ""),
        ]);
        let tree = scratch.read();
        let paths: Vec<(&str, bool)> =
            tree.files().iter().map(|file| (file.path.as_str(), file.is_test())).collect();
        assert_eq!(paths, [(".ci/run", false), ("a/src/tests/b.rs", true), ("docs/src/target/a.md", false)]);
    }
}
