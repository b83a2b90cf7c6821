//! Tasks that need the registry of builtins. `cargo xtask` runs them; start there.
#![forbid(unsafe_code)]
#![expect(clippy::disallowed_methods, reason = "a task of the workspace; no program of Ruff's runs here")]

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use ruff_contracts::reference::{DIRECTORY, pages, with_contents};
use ruff_contracts::specification::{Coverage, entries};
use ruff_contracts::workspace;

const USAGE: &str = "\
Usage: ruff-contracts TASK

Tasks:
  coverage [--json]   compare the builtins with the specification's registries
  docs [--check]      write the reference of the builtins, or tell whether it is current";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["coverage"] => coverage(false),
        ["coverage", "--json"] => coverage(true),
        ["docs"] => docs(false),
        ["docs", "--check"] => docs(true),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("ruff-contracts: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Prints how far the registry is from the specification. Being far is no failure.
fn coverage(as_json: bool) -> Result<bool, Box<dyn Error>> {
    let coverage = Coverage::new(&ruff_natives::test_registry(), &entries()?);
    if as_json {
        print!("{}", coverage.to_json());
    } else {
        print!("{coverage}");
    }
    Ok(true)
}

/// Writes the pages, or tells which ones are not as they would be written.
fn docs(only_check: bool) -> Result<bool, Box<dyn Error>> {
    let book = workspace().join("docs/src");
    let registry = ruff_natives::test_registry();
    let directory = book.join(DIRECTORY);
    let mut wanted: BTreeMap<PathBuf, String> =
        pages(&registry).into_iter().map(|(name, text)| (directory.join(name), text)).collect();
    let summary = book.join("SUMMARY.md");
    let contents = with_contents(&fs::read_to_string(&summary)?, &registry)
        .ok_or("docs/src/SUMMARY.md has no line for the builtins")?;
    wanted.insert(summary, contents);
    let mut stale: Vec<PathBuf> = Vec::new();
    for (path, text) in &wanted {
        if fs::read_to_string(path).ok().as_ref() != Some(text) {
            stale.push(path.clone());
        }
    }
    let there = fs::read_dir(&directory).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    let surplus: Vec<PathBuf> = there.filter(|path| !wanted.contains_key(path)).collect();
    if only_check {
        for path in stale.iter().chain(&surplus) {
            println!("{} is not current; run `cargo xtask docs`", path.display());
        }
        return Ok(stale.is_empty() && surplus.is_empty());
    }
    fs::create_dir_all(&directory)?;
    for path in &stale {
        fs::write(path, wanted.get(path).map_or("", String::as_str))?;
    }
    for path in &surplus {
        fs::remove_file(path)?;
    }
    println!(
        "{} pages written, {} deleted, {} as they were",
        stale.len(),
        surplus.len(),
        wanted.len() - stale.len()
    );
    Ok(true)
}
