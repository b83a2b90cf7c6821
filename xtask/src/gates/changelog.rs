//! The version: one for all crates, with an entry in the changelog.

use std::collections::BTreeSet;
use std::fs;

use anyhow::Context as _;
use serde::Deserialize;

use crate::metadata::Metadata;
use crate::release::{Gate, Run, Verdict};

const PAGE: &str = "CHANGELOG.md";
const LOCK: &str = "Cargo.lock";

pub(super) const CHANGELOG: Gate = Gate {
    name: "changelog",
    proves: "all crates and the lock file agree about the version, and the changelog tells what is new in it",
    fix: "write the entry under `## VERSION` in CHANGELOG.md; the version stands in Cargo.toml under [workspace.package]",
    check,
};

#[derive(Deserialize)]
struct Lock {
    package: Vec<Locked>,
}

#[derive(Deserialize)]
struct Locked {
    name: String,
    version: String,
    /// Where it comes from; nothing for what is ours.
    source: Option<String>,
}

fn check(run: &Run) -> anyhow::Result<Verdict> {
    let read =
        |path: &str| fs::read_to_string(run.root.join(path)).with_context(|| format!("cannot read {path}"));
    let lock: Lock = toml::from_str(&read(LOCK)?).with_context(|| format!("{LOCK} is no lock file"))?;
    let (mut culprits, version) = versions(&run.metadata, &lock);
    culprits.extend(entry(&read(PAGE)?, &version));
    Ok(Verdict::new(culprits, version))
}

/// Where versions differ, and the version of most crates.
fn versions(metadata: &Metadata, lock: &Lock) -> (Vec<String>, String) {
    let all: BTreeSet<&str> = metadata.ours().map(|package| package.version.as_str()).collect();
    let crates = |version: &str| metadata.ours().filter(|package| package.version == version).count();
    let version = all.into_iter().max_by_key(|version| crates(version)).unwrap_or_default();
    let mut culprits = Vec::new();
    for package in metadata.ours() {
        let Metadata { workspace_root, .. } = metadata;
        let manifest = package.manifest_path.strip_prefix(workspace_root).unwrap_or(&package.manifest_path);
        if package.version != version {
            culprits.push(format!("{}: version {}, not {version}", manifest.display(), package.version));
        }
        let locked = |locked: &&Locked| locked.name == package.name && locked.source.is_none();
        match lock.package.iter().find(locked) {
            Some(locked) if locked.version == package.version => {}
            Some(locked) => culprits.push(format!("{LOCK}: {} has version {}", package.name, locked.version)),
            None => culprits.push(format!("{LOCK}: {} is not there", package.name)),
        }
    }
    (culprits, version.to_owned())
}

/// What is wrong with the entry of `version`: a heading that starts with it, and something under it.
fn entry(page: &str, version: &str) -> Option<String> {
    let names = |line: &&str| {
        line.strip_prefix("## ").is_some_and(|rest| rest.split([' ', ',']).next() == Some(version))
    };
    let mut lines = page.lines().skip_while(|line| !names(line));
    if lines.next().is_none() {
        return Some(format!("{PAGE}: no entry for {version}"));
    }
    let mut under = lines.take_while(|line| !line.starts_with("## "));
    let empty = !under.any(|line| line.starts_with("- "));
    empty.then(|| format!("{PAGE}: the entry for {version} says nothing"))
}

#[cfg(test)]
mod tests {
    use super::{Lock, Locked, entry, versions};
    use crate::metadata::{Metadata, Package};

    #[test]
    fn the_version_has_an_entry_that_says_something() {
        let page =
            "# Changes\n\n## 1.1.0, in 2026\n\n### Added\n\n- This.\n\n## 1.0.0\n\n## 0.9.0\n- That.\n";
        assert_eq!(entry(page, "1.1.0"), None);
        assert_eq!(entry(page, "0.9.0"), None);
        assert_eq!(entry(page, "1.0.0").unwrap(), "CHANGELOG.md: the entry for 1.0.0 says nothing");
        assert_eq!(entry(page, "1.1").unwrap(), "CHANGELOG.md: no entry for 1.1");
    }

    #[test]
    fn the_versions_agree() {
        let package = |name: &str, version: &str| Package {
            id: name.to_owned(),
            name: name.to_owned(),
            version: version.to_owned(),
            manifest_path: format!("{name}/Cargo.toml").into(),
            ..Package::default()
        };
        let locked = |name: &str, version: &str, source: Option<&str>| Locked {
            name: name.to_owned(),
            version: version.to_owned(),
            source: source.map(str::to_owned),
        };
        let metadata = Metadata {
            packages: vec![package("a", "2.0.0"), package("b", "2.0.0"), package("c", "1.0.0")],
            workspace_members: ["a", "b", "c"].map(str::to_owned).to_vec(),
            ..Metadata::default()
        };
        let package = vec![
            locked("a", "9.0.0", Some("elsewhere")),
            locked("a", "2.0.0", None),
            locked("b", "1.9.0", None),
        ];
        let (culprits, version) = versions(&metadata, &Lock { package });
        assert_eq!(version, "2.0.0");
        let expected = [
            "Cargo.lock: b has version 1.9.0",
            "c/Cargo.toml: version 1.0.0, not 2.0.0",
            "Cargo.lock: c is not there",
        ];
        assert_eq!(culprits, expected);
    }
}
