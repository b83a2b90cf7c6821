//! What must be there: a snapshot for every builtin, a life cycle for every kind of handle; and nothing beyond that.
#![expect(clippy::disallowed_methods, reason = "no program reads these files, the tests do")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use ruff_runtime::native::NativeDef;

/// Kinds of values that are no handles: they have no state that others see.
const PLAIN: [&str; 18] = [
    "any", "array", "bool", "bytes", "dict", "error", "float", "function", "int", "never", "null", "number",
    "option", "queue", "set", "stack", "string", "struct",
];

/// The builtins among `natives` without a snapshot below `directory`, where each family has a directory, and the
/// snapshots without a builtin.
pub fn snapshot_mismatches(
    directory: &Path,
    natives: impl Iterator<Item = &'static NativeDef>,
) -> io::Result<Vec<String>> {
    let path = |def: &NativeDef| Path::new(def.family).join(format!("{}.snap", def.name));
    let expected: BTreeSet<PathBuf> = natives.map(path).collect();
    let found: BTreeSet<PathBuf> = files(directory)?
        .into_iter()
        .filter_map(|path| path.strip_prefix(directory).ok().map(Path::to_path_buf))
        .collect();
    let stale =
        found.difference(&expected).map(|path| format!("no builtin has the snapshot {}", path.display()));
    let missing = expected
        .difference(&found)
        .map(|path| format!("there is no snapshot {}; INSTA_UPDATE=always writes it", path.display()));
    Ok(missing.chain(stale).collect())
}

/// The kinds of handles that `natives` take or give and that are not among `tested`, and those of `tested` that no
/// builtin has.
pub fn handle_mismatches(natives: impl Iterator<Item = &'static NativeDef>, tested: &[&str]) -> Vec<String> {
    let words = natives.flat_map(|def| {
        let taken = def.params.iter().flat_map(|param| param.types).map(|word| word.word());
        taken.chain(def.returns.split(" or ")).chain(def.on)
    });
    // Functions with `yield` make generators; no builtin needs to.
    let handles: BTreeSet<&str> = words.chain(["generator"]).filter(|word| !PLAIN.contains(word)).collect();
    let tested: BTreeSet<&str> = tested.iter().copied().collect();
    let missing = handles.difference(&tested).map(|kind| format!("no life cycle is tested for {kind}"));
    let stale = tested.difference(&handles).map(|kind| format!("no builtin takes or gives a {kind}"));
    missing.chain(stale).collect()
}

/// The files below a directory, whatever they are.
fn files(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn natives() -> impl Iterator<Item = &'static NativeDef> {
        ruff_natives::test_registry().iter().filter(|def| !def.is_hidden())
    }

    #[test]
    fn a_builtin_without_snapshot_and_a_snapshot_without_builtin_are_named() {
        let directory = std::env::temp_dir().join(format!("ruff-completeness-{}", std::process::id()));
        for def in natives().filter(|def| def.name != "split") {
            let path = directory.join(def.family).join(format!("{}.snap", def.name));
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        fs::write(directory.join("strings/gone.snap"), "").unwrap();
        let found = snapshot_mismatches(&directory, natives()).unwrap();
        fs::remove_dir_all(&directory).unwrap();
        let expected = [
            "there is no snapshot strings/split.snap; INSTA_UPDATE=always writes it",
            "no builtin has the snapshot strings/gone.snap",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_handle_without_life_cycle_and_a_life_cycle_without_handle_are_named() {
        let makers = || natives().filter(|def| def.name == "map");
        assert_eq!(handle_mismatches(makers(), &["generator", "iterator"]), [""; 0]);
        let expected = ["no life cycle is tested for iterator", "no builtin takes or gives a socket"];
        assert_eq!(handle_mismatches(makers(), &["generator", "socket"]), expected);
    }
}
