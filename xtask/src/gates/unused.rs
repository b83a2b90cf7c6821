//! Dependencies that no code names.

use crate::metadata::{Metadata, Node, Package};
use crate::release::{Gate, Run, Verdict};
use crate::tidy::{Rust, Tree};

pub(super) const UNUSED: Gate = Gate {
    name: "unused",
    proves: "the code of every crate names each of its dependencies",
    fix: "delete it from the manifest; what only tests use belongs under [dev-dependencies]",
    check,
};

/// A Rust file as it is looked at here.
struct Source<'a> {
    path: &'a str,
    rust: &'a Rust,
}

fn check(run: &Run) -> anyhow::Result<Verdict> {
    let tree = Tree::read(&run.root)?;
    let sources: Vec<Source<'_>> =
        tree.rust().map(|(file, rust)| Source { path: &file.path, rust }).collect();
    let metadata = Metadata::resolved(&run.root)?;
    let nodes = metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
    let (mut culprits, mut count) = (Vec::new(), 0);
    for node in nodes {
        if let Some(package) = metadata.ours().find(|package| package.id == node.id) {
            culprits.extend(unused(&metadata, package, node, &sources));
            count += node.deps.len();
        }
    }
    culprits.sort();
    Ok(Verdict::new(culprits, format!("{count} dependencies")))
}

/// The dependencies of `package` that none of its files names.
fn unused(metadata: &Metadata, package: &Package, node: &Node, sources: &[Source<'_>]) -> Vec<String> {
    let home = directory(metadata, package);
    let mine: Vec<&Source<'_>> =
        sources.iter().filter(|source| owner(metadata, source.path) == Some(&package.id)).collect();
    let mut found = Vec::new();
    for edge in &node.deps {
        let kinds = edge.dep_kinds.iter().map(|kind| kind.kind.as_deref());
        let used = kinds.into_iter().any(|kind| {
            let part = match kind {
                Some("dev") => home.clone(),
                Some("build") => format!("{home}build.rs"),
                _ => format!("{home}src/"),
            };
            mine.iter().any(|source| {
                source.path.starts_with(&part) && source.rust.words(&edge.name).next().is_some()
            })
        });
        if !used {
            let name = metadata
                .packages
                .iter()
                .find(|other| other.id == edge.pkg)
                .map_or(&edge.name, |other| &other.name);
            found.push(format!("{home}Cargo.toml: nothing uses {name}"));
        }
    }
    found
}

/// The path of the directory of a crate, with `/` at its end if there is one.
fn directory(metadata: &Metadata, package: &Package) -> String {
    let manifest =
        package.manifest_path.strip_prefix(&metadata.workspace_root).unwrap_or(&package.manifest_path);
    let manifest = manifest.to_string_lossy().replace('\\', "/");
    manifest.strip_suffix("Cargo.toml").unwrap_or(&manifest).to_owned()
}

/// The id of the crate that a file belongs to. Crates lie in each other; the innermost has it.
fn owner<'a>(metadata: &'a Metadata, path: &str) -> Option<&'a String> {
    let around = metadata.ours().filter(|package| path.starts_with(&directory(metadata, package)));
    around.max_by_key(|package| package.manifest_path.as_os_str().len()).map(|package| &package.id)
}

#[cfg(test)]
mod tests {
    use super::{Source, unused};
    use crate::metadata::{Edge, Kind, Metadata, Node, Package};
    use crate::tidy::Rust;

    #[test]
    fn dependencies_are_named_where_they_belong() {
        let package = |id: &str, path: &str| Package {
            id: id.to_owned(),
            name: id.to_owned(),
            manifest_path: path.into(),
            ..Package::default()
        };
        let metadata = Metadata {
            packages: vec![
                package("a", "/ws/a/Cargo.toml"),
                package("in", "/ws/a/in/Cargo.toml"),
                package("x-y", "/x"),
            ],
            workspace_members: vec!["a".to_owned(), "in".to_owned()],
            workspace_root: "/ws".into(),
            ..Metadata::default()
        };
        let files = [
            ("a/src/lib.rs", "use one::One; // x_y"),
            ("a/tests/t.rs", "two::two(); three::three();"),
            ("a/build.rs", "four::four();"),
            ("a/in/src/lib.rs", "use x_y::X;"),
        ];
        let read: Vec<(&str, Rust)> = files.iter().map(|&(path, text)| (path, Rust::new(text))).collect();
        let sources: Vec<Source<'_>> = read.iter().map(|(path, rust)| Source { path, rust }).collect();
        let edge = |name: &str, kind: Option<&str>| Edge {
            name: name.to_owned(),
            pkg: name.replace('_', "-"),
            dep_kinds: vec![Kind { kind: kind.map(str::to_owned) }],
        };
        let node = Node {
            id: "a".to_owned(),
            deps: vec![
                edge("one", None),
                edge("x_y", None),
                edge("two", None),
                edge("three", Some("dev")),
                edge("four", Some("build")),
            ],
        };
        let expected = ["a/Cargo.toml: nothing uses x-y", "a/Cargo.toml: nothing uses two"];
        assert_eq!(unused(&metadata, &metadata.packages[0], &node, &sources), expected);
    }
}
