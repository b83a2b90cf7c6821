//! Unsafe code: only in the files that are listed, and no more of it than is written there.

use std::collections::BTreeMap;

use super::config::{self, Config};
use super::finding::Finding;
use super::rust::Rust;
use super::tree::{File, Tree};

/// Checks where unsafe code is, how much, and that the other crates forbid it.
pub(crate) fn check(tree: &Tree, config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut unused: BTreeMap<&str, usize> =
        config.unsafe_code.blocks.iter().map(|(path, &count)| (path.as_str(), count)).collect();
    for (file, rust) in tree.rust() {
        match unused.remove(file.path.as_str()) {
            Some(pinned) => findings.extend(recount(file, rust, pinned)),
            None => findings.extend(elsewhere(file, rust)),
        }
        findings.extend(crate_root(tree, file, rust, config));
    }
    for path in unused.keys() {
        let message = format!("the list of unsafe code names {path}, which is not there");
        findings.push(Finding::file(config::PATH, message, "delete the entry"));
    }
    findings
}

fn recount(file: &File, rust: &Rust, pinned: usize) -> Option<Finding> {
    let blocks = rust.words("unsafe").filter(|&at| opens_block(rust, at)).count();
    let message = format!("{blocks} unsafe blocks, {pinned} are written down");
    let fix = if blocks > pinned {
        format!("do without, or show the gain and write {blocks} into {}", config::PATH)
    } else {
        format!("write {blocks} into {}", config::PATH)
    };
    (blocks != pinned).then(|| Finding::file(&file.path, message, fix))
}

fn opens_block(rust: &Rust, at: usize) -> bool {
    rust.code[at + "unsafe".len()..].trim_start().starts_with('{')
}

fn elsewhere<'a>(file: &'a File, rust: &'a Rust) -> impl Iterator<Item = Finding> + 'a {
    rust.words("unsafe").map(|at| {
        let fix = format!("write it safely; files with unsafe code are listed in {}", config::PATH);
        Finding::at(&file.path, rust.line(at), "unsafe code in a file that is not listed for it", fix)
    })
}

/// A crate's root file must say what the crate may do.
fn crate_root(tree: &Tree, file: &File, rust: &Rust, config: &Config) -> Option<Finding> {
    let directory = ["src/lib.rs", "src/main.rs"].iter().find_map(|root| file.path.strip_suffix(root))?;
    let manifest = format!("{directory}Cargo.toml");
    if !tree.files().iter().any(|file| file.path == manifest) {
        return None;
    }
    let name = directory.trim_end_matches('/');
    let wanted = if config.unsafe_code.crates.iter().any(|allowed| allowed == name) {
        "#![deny(unsafe_code)]"
    } else {
        "#![forbid(unsafe_code)]"
    };
    let message = format!("the crate does not say {wanted}");
    (!rust.code.contains(wanted)).then(|| Finding::file(&file.path, message, "put it behind the `//!` lines"))
}

#[cfg(test)]
mod tests {
    use super::super::{Config, Scratch};
    use super::check;

    fn messages(files: &[(&str, &str)], config: &str) -> Vec<String> {
        let config = Config::parse(config).unwrap();
        check(&Scratch::with(files).read(), &config).iter().map(|found| found.message.clone()).collect()
    }

    #[test]
    fn unsafe_code_needs_a_listed_file() {
        let files = [("a.rs", "// unsafe\nunsafe fn f() {}\n"), ("b.rs", "fn f() { unsafe { g() } }\n")];
        let expected = ["unsafe code in a file that is not listed for it"];
        assert_eq!(messages(&files, "[unsafe.blocks]\n\"b.rs\" = 1\n"), expected);
    }

    #[test]
    fn the_number_of_blocks_is_pinned_both_ways() {
        let files = [("a.rs", "fn f() { unsafe { g() } }\n")];
        assert_eq!(
            messages(&files, "[unsafe.blocks]\n\"a.rs\" = 0\n"),
            ["1 unsafe blocks, 0 are written down"]
        );
        assert_eq!(
            messages(&files, "[unsafe.blocks]\n\"a.rs\" = 2\n"),
            ["1 unsafe blocks, 2 are written down"]
        );
    }

    #[test]
    fn the_list_names_files_that_are_there() {
        let expected = ["the list of unsafe code names a.rs, which is not there"];
        assert_eq!(messages(&[("b.rs", "")], "[unsafe.blocks]\n\"a.rs\" = 0\n"), expected);
    }

    #[test]
    fn crates_forbid_it_unless_they_are_listed() {
        let files = [
            ("one/Cargo.toml", ""),
            ("one/src/lib.rs", "//! #![forbid(unsafe_code)]\n"),
            ("two/Cargo.toml", ""),
            ("two/src/main.rs", "#![forbid(unsafe_code)]\n"),
            ("three/Cargo.toml", ""),
            ("three/src/lib.rs", "#![deny(unsafe_code)]\n"),
        ];
        let expected = ["the crate does not say #![forbid(unsafe_code)]"];
        assert_eq!(messages(&files, "[unsafe]\ncrates = [\"three\"]\n"), expected);
    }
}
