//! The house rules that neither rustc nor clippy checks.
//!
//! A rule is a module with one function from the [`Tree`] and the [`Config`] to [`Finding`]s. The figures, the
//! exceptions and their reasons live in `xtask/tidy.toml`. Start reading at [`run`]; to add a rule, write its module
//! with a test that shows it failing on a [`Scratch`] tree, and name it in [`findings`].

mod config;
mod dependencies;
mod finding;
mod functions;
mod headers;
mod layers;
mod links;
mod metadata;
mod names;
mod patterns;
mod rust;
#[cfg(test)]
mod scratch;
mod sizes;
mod snapshots;
mod tree;
mod unsafe_code;
mod words;

use std::path::Path;

use config::Config;
use finding::Finding;
use metadata::Metadata;
#[cfg(test)]
pub(crate) use scratch::Scratch;
use tree::Tree;

/// Checks the workspace at `root`, prints what it found, and tells whether it found nothing.
pub(crate) fn run(root: &Path) -> anyhow::Result<bool> {
    let config = Config::read(root)?;
    let tree = Tree::read(root)?;
    let mut found = findings(&tree, &config);
    let metadata = Metadata::read(root)?;
    found.extend(layers::check(&metadata, &config));
    found.extend(dependencies::check(&tree, &metadata));
    found.sort();
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

/// What the rules that only need the text of the tree find.
fn findings(tree: &Tree, config: &Config) -> Vec<Finding> {
    let rules: [fn(&Tree, &Config) -> Vec<Finding>; 9] = [
        sizes::check,
        functions::check,
        unsafe_code::check,
        names::check,
        headers::check,
        patterns::check,
        words::check,
        snapshots::check,
        links::check,
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
