//! Where the file of an import is found.

use std::path::{Path, PathBuf};

use crate::host::Host;

/// The directories an import is looked up in, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchRoots(Vec<PathBuf>);

/// A file that an import means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The path for messages, as composed of the root and the module's name.
    pub shown: PathBuf,
    /// The file itself, links resolved.
    pub path: PathBuf,
    /// The root it was found under.
    pub root: PathBuf,
}

/// Why no file was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SearchError {
    /// There is none; the directories that were tried.
    NotFound(Vec<PathBuf>),
    /// A link leads out of the root.
    Escapes {
        /// The path as composed.
        shown: PathBuf,
        /// The root it leaves.
        root: PathBuf,
    },
}

impl SearchRoots {
    /// The roots for an import: the importing module's own root, the entry script's directory and, if that is called
    /// `src`, its parent, the working directory, its `modules`, then the directories of modules loaded so far.
    pub fn new<'a>(
        importer: Option<&Path>,
        entry: Option<&Path>,
        loaded: impl IntoIterator<Item = &'a Path>,
    ) -> SearchRoots {
        let mut roots = SearchRoots::default();
        importer.iter().for_each(|root| roots.add(root));
        if let Some(entry) = entry {
            roots.add(entry);
            if entry.file_name().is_some_and(|name| name == "src") {
                entry.parent().iter().for_each(|parent| roots.add(parent));
            }
        }
        roots.add(Path::new("."));
        roots.add(Path::new("./modules"));
        loaded.into_iter().for_each(|directory| roots.add(directory));
        roots
    }

    fn add(&mut self, root: &Path) {
        let root = if root.as_os_str().is_empty() { Path::new(".") } else { root };
        if !self.0.iter().any(|known| known == root) {
            self.0.push(root.to_path_buf());
        }
    }

    /// Finds the file of the module `name`, `a.b` say: `a.b.ruff` before `a/b.ruff` in each root.
    pub fn find(&self, name: &str, host: &mut dyn Host) -> Result<Found, SearchError> {
        let flat = PathBuf::from(format!("{name}.ruff"));
        let nested = PathBuf::from(format!("{}.ruff", name.replace('.', "/")));
        for root in &self.0 {
            for relative in [&flat, &nested] {
                let shown = root.join(relative);
                if host.stamp(&shown).is_none() {
                    continue;
                }
                let (Ok(path), Ok(canonical_root)) = (host.canonical(&shown), host.canonical(root)) else {
                    continue;
                };
                if !path.starts_with(&canonical_root) {
                    return Err(SearchError::Escapes { shown, root: root.clone() });
                }
                return Ok(Found { shown, path, root: root.clone() });
            }
        }
        Err(SearchError::NotFound(self.0.clone()))
    }
}
