//! What cargo knows about the workspace: its crates and what they depend on.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Deserialize;

use crate::cargo::cargo;

/// The part of `cargo metadata` that tasks need.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Metadata {
    /// Those of the workspace, or with [`Metadata::resolved`] all that are built.
    pub(crate) packages: Vec<Package>,
    /// Ids of the packages that are ours.
    pub(crate) workspace_members: Vec<String>,
    pub(crate) workspace_root: PathBuf,
    pub(crate) target_directory: PathBuf,
    /// What leads to what; only in [`Metadata::resolved`].
    pub(crate) resolve: Option<Resolve>,
}

/// A crate.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Package {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) manifest_path: PathBuf,
    pub(crate) targets: Vec<Target>,
    /// Those of builds and tests included.
    pub(crate) dependencies: Vec<Dependency>,
}

/// Something that is built from a crate.
#[derive(Debug, Deserialize)]
pub(crate) struct Target {
    pub(crate) name: String,
    pub(crate) kind: Vec<String>,
    /// Whether `cargo test` runs it unasked.
    pub(crate) test: bool,
}

/// A crate that another one names.
#[derive(Debug, Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
}

/// The graph of crates.
#[derive(Debug, Deserialize)]
pub(crate) struct Resolve {
    pub(crate) nodes: Vec<Node>,
}

/// A crate in the graph, by the id of its package.
#[derive(Debug, Deserialize)]
pub(crate) struct Node {
    pub(crate) id: String,
    pub(crate) deps: Vec<Edge>,
}

/// A dependency in the graph.
#[derive(Debug, Deserialize)]
pub(crate) struct Edge {
    /// What the code calls the crate.
    pub(crate) name: String,
    /// Id of its package.
    pub(crate) pkg: String,
    pub(crate) dep_kinds: Vec<Kind>,
}

/// What a dependency is for.
#[derive(Debug, Deserialize)]
pub(crate) struct Kind {
    /// `dev`, `build`, or nothing for the crate itself.
    pub(crate) kind: Option<String>,
}

impl Metadata {
    /// Asks cargo about the crates of the workspace at `root`.
    pub(crate) fn read(root: &Path) -> anyhow::Result<Metadata> {
        Metadata::ask(root, &["--no-deps", "--offline"])
    }

    /// Asks cargo about all crates that the workspace at `root` is built of.
    pub(crate) fn resolved(root: &Path) -> anyhow::Result<Metadata> {
        Metadata::ask(root, &["--locked"])
    }

    fn ask(root: &Path, arguments: &[&str]) -> anyhow::Result<Metadata> {
        let output = cargo(&["metadata", "--format-version", "1"])
            .args(arguments)
            .current_dir(root)
            .output()
            .context("cargo metadata")?;
        anyhow::ensure!(
            output.status.success(),
            "cargo metadata: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
        serde_json::from_slice(&output.stdout).context("the answer of cargo metadata")
    }

    /// The crates of the workspace.
    pub(crate) fn ours(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| self.workspace_members.contains(&package.id))
    }

    /// Whether a crate of that name belongs to the workspace.
    pub(crate) fn is_ours(&self, name: &str) -> bool {
        self.ours().any(|package| package.name == name)
    }
}
