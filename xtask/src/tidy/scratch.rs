//! A small tree in a temporary directory, for tests of rules.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, process};

use super::tree::Tree;

/// A directory that is removed when the test is done with it.
pub(crate) struct Scratch {
    root: PathBuf,
}

impl Scratch {
    /// A tree of these files: path and contents.
    pub(crate) fn with(files: &[(&str, &str)]) -> Scratch {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let root = env::temp_dir().join(format!("ruff-tidy-{}-{number}", process::id()));
        for (path, contents) in files {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, contents).unwrap();
        }
        Scratch { root }
    }

    /// Where it lies.
    pub(crate) fn path(&self) -> &Path {
        &self.root
    }

    /// The tree as the rules see it.
    pub(crate) fn read(&self) -> Tree {
        Tree::read(&self.root).unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A directory left behind is no reason to fail a test.
        let _ = fs::remove_dir_all(&self.root);
    }
}
