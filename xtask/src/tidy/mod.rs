//! The house rules that neither rustc nor clippy checks.
//!
//! A rule is a module with one function from the [`Tree`] and the [`Config`] to [`Finding`]s. The figures, the
//! exceptions and their reasons live in `xtask/tidy.toml`. Start reading at [`run`]; to add a rule, write its module
//! with a test that shows it failing on a `Scratch` tree, and name it in [`findings`].

mod config;
mod dependencies;
mod finding;
mod functions;
mod headers;
mod layers;
mod names;
mod patterns;
mod rust;
#[cfg(test)]
mod scratch;
mod sizes;
mod tree;
mod unsafe_code;
mod words;

use std::path::Path;

use config::Config;
pub(crate) use finding::Finding;
pub(crate) use rust::Rust;
#[cfg(test)]
pub(crate) use scratch::Scratch;
pub(crate) use tree::{File, Tree};

use crate::metadata::Metadata;

/// Checks the workspace at `root`, prints what it found, and tells whether it found nothing.
pub(crate) fn run(root: &Path) -> anyhow::Result<bool> {
    let tree = Tree::read(root)?;
    let found = check(root, &tree, &Metadata::read(root)?)?;
    for finding in &found {
        println!("{finding}");
    }
    match found.len() {
        0 => println!("tidy: {} files, nothing to mend", tree.files().len()),
        1 => println!("tidy: 1 finding"),
        n => println!("tidy: {n} findings"),
    }
    Ok(found.is_empty())
}

/// All that the rules find, in the order of the files.
pub(crate) fn check(root: &Path, tree: &Tree, metadata: &Metadata) -> anyhow::Result<Vec<Finding>> {
    let config = Config::read(root)?;
    let mut found = findings(tree, &config);
    found.extend(layers::check(metadata, &config));
    found.extend(dependencies::check(tree, metadata));
    found.sort();
    Ok(found)
}

/// What the rules that only need the text of the tree find.
fn findings(tree: &Tree, config: &Config) -> Vec<Finding> {
    let rules: [fn(&Tree, &Config) -> Vec<Finding>; 7] = [
        sizes::check,
        functions::check,
        unsafe_code::check,
        names::check,
        headers::check,
        patterns::check,
        words::check,
    ];
    rules.iter().flat_map(|rule| rule(tree, config)).collect()
}

#[cfg(test)]
mod tests {
    use super::{Config, Scratch, findings};

    #[test]
    fn a_clean_tree_has_no_findings() {
        let tree = Scratch::with(&[
            ("one/Cargo.toml", "[package]\nname = \"one\"\n"),
            ("one/src/lib.rs", "//! One.\n#![forbid(unsafe_code)]\n\nfn one() -> u8 {\n    1\n}\n"),
        ]);
        assert_eq!(findings(&tree.read(), &Config::default()), []);
    }
}
