//! `xtask/tidy.toml`: the figures of the rules, and every exception with its reason.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;

/// Path of the configuration from the root of the workspace.
pub(crate) const PATH: &str = "xtask/tidy.toml";

/// All of `tidy.toml`. What a table leaves out has the figures of the style guide and no exceptions.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    pub(crate) files: Files,
    pub(crate) functions: Functions,
    #[serde(rename = "unsafe")]
    pub(crate) unsafe_code: Unsafe,
    /// Crate name to the crates of the workspace it may depend on; `*` is all of them.
    pub(crate) layers: BTreeMap<String, Vec<String>>,
    pub(crate) words: Words,
    pub(crate) patterns: Patterns,
}

/// Lines of the Rust files.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Files {
    /// The median may not pass this.
    pub(crate) median: usize,
    /// Nine files of ten stay within this.
    pub(crate) most: usize,
    /// No file passes this without an exception.
    pub(crate) cap: usize,
    /// The cap of files that hold only tests.
    pub(crate) test_cap: usize,
    /// Path to a cap of its own.
    pub(crate) exceptions: BTreeMap<String, Exception>,
    /// Path of a page of text to its cap.
    pub(crate) pages: BTreeMap<String, usize>,
}

impl Default for Files {
    fn default() -> Self {
        Files {
            median: 200,
            most: 600,
            cap: 1000,
            test_cap: 1500,
            exceptions: BTreeMap::new(),
            pages: BTreeMap::new(),
        }
    }
}

/// Lines of functions.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Functions {
    /// No function passes this without an exception.
    pub(crate) cap: usize,
    /// `path::function` to a cap of its own.
    pub(crate) exceptions: BTreeMap<String, Exception>,
}

impl Default for Functions {
    fn default() -> Self {
        Functions { cap: 150, exceptions: BTreeMap::new() }
    }
}

/// A longer limit for one file or function.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exception {
    pub(crate) lines: usize,
    pub(crate) reason: String,
}

/// Where unsafe code may be.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Unsafe {
    /// Crates that need not forbid it.
    pub(crate) crates: Vec<String>,
    /// Path of a file to the number of its `unsafe` blocks.
    pub(crate) blocks: BTreeMap<String, usize>,
}

/// Words that no file of the tree may hold.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Words {
    /// The word to the reason it is not wanted.
    pub(crate) forbidden: BTreeMap<String, String>,
    /// Files that hold such words by their nature.
    pub(crate) except: Vec<String>,
}

/// Rules that are a search in the text.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Patterns {
    /// Files whose trailing blanks are meant.
    pub(crate) trailing_blanks: Vec<String>,
}

impl Config {
    /// Reads the configuration of the workspace at `root`.
    pub(crate) fn read(root: &Path) -> anyhow::Result<Config> {
        let text = fs::read_to_string(root.join(PATH)).with_context(|| format!("cannot read {PATH}"))?;
        Config::parse(&text).with_context(|| format!("{PATH} is not what tidy expects"))
    }

    /// Reads a configuration from its text. Every exception needs a reason.
    pub(crate) fn parse(text: &str) -> anyhow::Result<Config> {
        let config: Config = toml::from_str(text)?;
        for (name, exception) in config.files.exceptions.iter().chain(&config.functions.exceptions) {
            anyhow::ensure!(!exception.reason.trim().is_empty(), "the exception of {name} has no reason");
        }
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::Config;

    #[test]
    fn exceptions_need_a_reason() {
        let text = "[files.exceptions.\"a.rs\"]\nlines = 1200\nreason = \" \"\n";
        assert_eq!(Config::parse(text).unwrap_err().to_string(), "the exception of a.rs has no reason");
    }

    #[test]
    fn unknown_keys_are_mistakes() {
        assert!(Config::parse("[files]\nmediam = 3\n").is_err());
    }
}
