//! [`Folder`]: a program as it lies on disk, one file or a folder of them.
#![expect(clippy::disallowed_methods, reason = "no program reads these files, the runner does")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The file that makes a folder one program.
const MAIN: &str = "main.ruff";

/// The files of one program.
#[derive(Debug, Clone, Default)]
pub struct Folder {
    /// The program's name: its path below the root of the corpus, without extension.
    pub name: String,
    /// Path to contents; paths are relative to the program's working directory.
    pub files: BTreeMap<PathBuf, Vec<u8>>,
    /// The file to run unless the sidecar says otherwise.
    pub entry: PathBuf,
    /// Directives that could not stand in the program: `NAME.expect`.
    pub sidecar: Option<String>,
}

impl Folder {
    /// A program of one file.
    pub fn single(name: &str, source: &str) -> Folder {
        let entry = PathBuf::from(format!("{}.ruff", name.rsplit('/').next().unwrap_or(name)));
        let files = BTreeMap::from([(entry.clone(), source.as_bytes().to_vec())]);
        Folder { name: name.to_owned(), files, entry, sidecar: None }
    }

    /// The directory above the last part of the name.
    pub fn area(&self) -> &str {
        self.name.rsplit_once('/').map_or("", |(area, _)| area)
    }
}

/// Every program below `root`, sorted by name.
///
/// A directory that holds `main.ruff` or `main.expect` is one program with all that lies in it; elsewhere each
/// `.ruff` file is one.
pub fn folders(root: &Path) -> io::Result<Vec<Folder>> {
    let mut found = Vec::new();
    gather(root, Path::new(""), &mut found)?;
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

fn gather(root: &Path, below: &Path, found: &mut Vec<Folder>) -> io::Result<()> {
    let directory = root.join(below);
    if directory.join(MAIN).exists() || directory.join("main.expect").exists() {
        found.push(whole(&directory, below)?);
        return Ok(());
    }
    for path in entries(&directory)? {
        let Some(name) = path.file_name() else { continue };
        let below = below.join(name);
        if path.is_dir() {
            gather(root, &below, found)?;
        } else if path.extension().is_some_and(|extension| extension == "ruff") {
            found.push(Folder {
                name: slashes(&below.with_extension("")),
                files: BTreeMap::from([(PathBuf::from(name), fs::read(&path)?)]),
                entry: PathBuf::from(name),
                sidecar: sidecar(&path)?,
            });
        }
    }
    Ok(())
}

fn whole(directory: &Path, below: &Path) -> io::Result<Folder> {
    let mut folder = Folder { name: slashes(below), entry: PathBuf::from(MAIN), ..Folder::default() };
    folder.sidecar = sidecar(&directory.join(MAIN))?;
    let mut pending = vec![directory.to_path_buf()];
    while let Some(at) = pending.pop() {
        for path in entries(&at)? {
            if path.is_dir() {
                pending.push(path);
            } else if let Ok(relative) = path.strip_prefix(directory)
                && relative != Path::new("main.expect")
            {
                folder.files.insert(relative.to_path_buf(), fs::read(&path)?);
            }
        }
    }
    Ok(folder)
}

fn entries(directory: &Path) -> io::Result<Vec<PathBuf>> {
    fs::read_dir(directory)?.map(|entry| entry.map(|entry| entry.path())).collect()
}

fn sidecar(program: &Path) -> io::Result<Option<String>> {
    match fs::read_to_string(program.with_extension("expect")) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn slashes(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}
