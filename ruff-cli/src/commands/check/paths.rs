//! The files that paths on the command line stand for.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use ignore::{DirEntry, WalkBuilder};
use ruff_syntax::Code;

use crate::failure::Failure;
use crate::render::Finding;
use crate::status::Status;

/// Directories that hold other people's programs.
const SKIPPED: [&str; 2] = ["node_modules", "target"];

/// A source to check.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Input {
    Stdin,
    File(OsString),
}

impl Input {
    /// Its name in messages.
    pub(super) fn name(&self, stdin_name: &str) -> String {
        match self {
            Input::Stdin => stdin_name.to_owned(),
            Input::File(path) => path.to_string_lossy().into_owned(),
        }
    }
}

/// What to check.
pub(super) struct Inputs {
    /// In byte order of their paths.
    pub(super) files: Vec<Input>,
    /// One file was named, and no directory.
    pub(super) is_single: bool,
    /// Directories that cannot be read.
    pub(super) failures: Vec<Failure>,
}

/// The files that `paths` name, and those below the directories among them; without paths those below this directory.
///
/// A file that is named is checked whatever its name, and also when it is to be ignored elsewhere.
pub(super) fn expand(paths: &[OsString]) -> Inputs {
    let here = [OsString::from(".")];
    let paths = if paths.is_empty() { &here } else { paths };
    let mut inputs = Inputs { files: Vec::new(), is_single: paths.len() == 1, failures: Vec::new() };
    for path in paths {
        if path == "-" {
            inputs.files.push(Input::Stdin);
        } else if Path::new(path).is_dir() {
            inputs.is_single = false;
            walk(path, &mut inputs);
        } else {
            inputs.files.push(Input::File(path.clone()));
        }
    }
    inputs.files.sort_unstable();
    inputs.files.dedup();
    inputs
}

fn walk(root: &OsStr, inputs: &mut Inputs) {
    let walk = WalkBuilder::new(root)
        .require_git(false)
        .git_global(false)
        .add_custom_ignore_filename(".ruffignore")
        .filter_entry(|entry| entry.depth() == 0 || !is_skipped(entry))
        .build();
    for entry in walk {
        match entry {
            Ok(entry) if is_program(&entry) => {
                // Paths below `.` read better without it.
                let path = if root == "." { entry.path().strip_prefix(".") } else { Ok(entry.path()) };
                inputs.files.push(Input::File(path.unwrap_or(entry.path()).as_os_str().to_owned()));
            }
            Ok(_) => {}
            Err(error) => {
                let finding =
                    Finding::error(Code::FileNotReadable, format!("Failed to read directory: {error}"));
                inputs.failures.push(Failure::new(Status::IO, finding));
            }
        }
    }
}

fn is_skipped(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_dir())
        && SKIPPED.iter().any(|name| entry.file_name() == *name)
}

fn is_program(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| !kind.is_dir())
        && entry.path().extension().is_some_and(|extension| extension == "ruff")
}
