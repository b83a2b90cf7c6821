//! What cargo knows about the workspace: its crates and what they depend on.

use std::path::Path;
use std::process::Command;

use anyhow::Context as _;
use serde::Deserialize;

/// The part of `cargo metadata` that tells the dependencies.
#[derive(Debug, Deserialize)]
pub(crate) struct Metadata {
    pub(crate) packages: Vec<Package>,
}

/// A crate of the workspace.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    /// Those of builds and tests included.
    pub(crate) dependencies: Vec<Dependency>,
}

/// A crate that another one names.
#[derive(Debug, Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
}

impl Metadata {
    /// Asks cargo about the workspace at `root`.
    pub(crate) fn read(root: &Path) -> anyhow::Result<Metadata> {
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
        serde_json::from_slice(&output.stdout).context("the answer of cargo metadata")
    }

    /// Whether a crate of that name belongs to the workspace.
    pub(crate) fn is_ours(&self, name: &str) -> bool {
        self.packages.iter().any(|package| package.name == name)
    }
}
