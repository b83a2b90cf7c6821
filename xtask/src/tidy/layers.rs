//! Which crate may depend on which, as cargo sees it.

use std::path::Path;
use std::process::Command;

use anyhow::Context as _;
use serde::Deserialize;

use super::config::{self, Config};
use super::finding::Finding;

/// The part of `cargo metadata` that tells the dependencies.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
}

/// Checks the dependencies between the crates of the workspace at `root`, those of builds and tests included.
pub(crate) fn check(root: &Path, config: &Config) -> anyhow::Result<Vec<Finding>> {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(program)
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root)
        .output()
        .context("cargo metadata")?;
    anyhow::ensure!(
        output.status.success(),
        "cargo metadata: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    let metadata: Metadata =
        serde_json::from_slice(&output.stdout).context("the answer of cargo metadata")?;
    Ok(edges(&metadata, config))
}

fn edges(metadata: &Metadata, config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in &metadata.packages {
        let Some(allowed) = config.layers.get(&package.name) else {
            let message = format!("the crate {} has no place in the layers", package.name);
            findings.push(Finding::file(
                config::PATH,
                message,
                "add it under [layers] with what it may depend on",
            ));
            continue;
        };
        let ours = |name: &String| metadata.packages.iter().any(|package| package.name == *name);
        let permitted = |name: &String| allowed.iter().any(|other| other == "*" || other == name);
        for dependency in package.dependencies.iter().filter(|it| ours(&it.name) && !permitted(&it.name)) {
            let message = format!("{} may not depend on {}", package.name, dependency.name);
            let fix = format!("move the code to the right layer; the layers are in {}", config::PATH);
            findings.push(Finding::file("Cargo.toml", message, fix));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::{Config, Scratch};
    use super::check;

    fn workspace() -> Scratch {
        let package =
            |name: &str, rest: &str| format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n{rest}");
        Scratch::with(&[
            ("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"low\", \"high\"]\n"),
            ("low/Cargo.toml", &package("low", "[dev-dependencies]\nhigh = { path = \"../high\" }\n")),
            ("low/src/lib.rs", "//! Low.\n"),
            ("high/Cargo.toml", &package("high", "[dependencies]\nlow = { path = \"../low\" }\n")),
            ("high/src/lib.rs", "//! High.\n"),
        ])
    }

    fn messages(config: &str) -> Vec<String> {
        let found = check(workspace().path(), &Config::parse(config).unwrap()).unwrap();
        found.into_iter().map(|found| found.message).collect()
    }

    #[test]
    fn an_edge_against_the_layers_is_found_even_for_tests() {
        let expected = ["low may not depend on high"];
        assert_eq!(messages("[layers]\nlow = []\nhigh = [\"low\"]\n"), expected);
        assert_eq!(messages("[layers]\nlow = [\"*\"]\nhigh = [\"low\"]\n"), [""; 0]);
    }

    #[test]
    fn every_crate_has_its_place() {
        let expected = ["the crate low has no place in the layers"];
        assert_eq!(messages("[layers]\nhigh = [\"low\"]\n"), expected);
    }
}
