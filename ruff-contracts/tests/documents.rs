//! Runs the code that people read: documentation pages, examples, and manual pages of builtins.
#![expect(clippy::disallowed_methods, reason = "no program reads these files, the runner does")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{fs, io};

use libtest_mimic::{Arguments, Failed, Trial};
use ruff_contracts::corpus::{Folder, Mistake, Program, in_small_stack};
use ruff_contracts::documents::{Block, blocks, check_block, check_example};
use ruff_contracts::workspace;

fn main() -> ExitCode {
    match trials(&workspace()) {
        Ok(trials) => libtest_mimic::run(&Arguments::from_args(), trials).exit_code(),
        Err(error) => {
            eprintln!("cannot read the documents: {error}");
            ExitCode::FAILURE
        }
    }
}

fn trials(root: &Path) -> io::Result<Vec<Trial>> {
    let mut trials = natives();
    for page in files(root, "docs", "md")?.into_iter().chain([PathBuf::from("README.md")]) {
        trials.extend(page_trials(root, &page)?);
    }
    for program in files(root, "examples", "ruff")? {
        trials.push(example(root, program));
    }
    Ok(trials)
}

/// One test for each block of Ruff in a page.
fn page_trials(root: &Path, page: &Path) -> io::Result<Vec<Trial>> {
    let text = fs::read_to_string(root.join(page))?;
    let page = page.to_string_lossy().into_owned();
    let all = blocks(&text);
    let trial = |block: &Block| {
        let (page, block, all) = (page.clone(), block.clone(), all.clone());
        Trial::test(format!("{page}:{}", block.line), move || {
            check_block(&page, &block, &all).map_err(Failed::from)
        })
    };
    Ok(all.iter().map(trial).collect())
}

/// An example prints what the `.out` file beside it holds; it finds its data from the root of the workspace.
fn example(root: &Path, program: PathBuf) -> Trial {
    let root = root.to_path_buf();
    Trial::test(program.to_string_lossy().into_owned(), move || run_example(&root, &program))
}

fn run_example(root: &Path, program: &Path) -> Result<(), Failed> {
    let path = root.join(program);
    let read = |path: &Path| fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()));
    let expected = read(&path.with_extension("out"))?;
    let folder = Folder::single(&program.with_extension("").to_string_lossy(), &read(&path)?);
    let mut loaded = Program::read_lenient(&folder).map_err(|mistakes| Mistake::list(&mistakes))?;
    for file in all_files(path.parent().unwrap_or(root))? {
        loaded.world.files.insert(file.strip_prefix(root).unwrap_or(&file).to_path_buf(), fs::read(&file)?);
    }
    if let Ok(stdin) = fs::read_to_string(path.with_extension("in")) {
        loaded.world.stdin = stdin.lines().map(str::to_owned).collect();
    }
    if let Ok(args) = fs::read_to_string(path.with_extension("args")) {
        loaded.world.args = args.lines().map(str::to_owned).collect();
    }
    let outcome = in_small_stack(&loaded)?;
    if outcome.status == 0 && outcome.stdout == expected {
        return Ok(());
    }
    let first = expected.lines().zip(outcome.stdout.lines()).position(|(wanted, actual)| wanted != actual);
    let at = first.unwrap_or_else(|| expected.lines().count().min(outcome.stdout.lines().count()));
    let line = |text: &str| text.lines().nth(at).unwrap_or("nothing more").to_owned();
    let (wanted, actual) = (line(&expected), line(&outcome.stdout));
    let number = at + 1;
    Err(format!("line {number} of the output\n  expected: {wanted}\n  actual:   {actual}\n{outcome}").into())
}

/// One test for each block in the manual page of a builtin.
fn natives() -> Vec<Trial> {
    let registry = ruff_natives::test_registry();
    let pages = registry.iter().filter(|def| !def.is_hidden()).flat_map(|def| {
        let name = format!("{}::{}", def.family, def.name);
        let found = blocks(def.doc);
        if found.is_empty() {
            let missing = || Err(Failed::from("the manual page has no example"));
            return vec![Trial::test(format!("natives::{name}"), missing)];
        }
        let trial = |block: Block| {
            let check = move || check_example("example", &block.code).map_err(Failed::from);
            Trial::test(format!("natives::{name}"), check)
        };
        found.into_iter().filter(|block| !block.is_no_run()).map(trial).collect()
    });
    pages.collect()
}

/// Files with an extension below a directory of the workspace, as paths from its root.
fn files(root: &Path, directory: &str, extension: &str) -> io::Result<Vec<PathBuf>> {
    let mut found = all_files(&root.join(directory))?;
    found.retain(|path| path.extension().is_some_and(|known| known == extension));
    Ok(found.into_iter().filter_map(|path| path.strip_prefix(root).ok().map(Path::to_path_buf)).collect())
}

/// All files below a directory, sorted; none if it does not exist.
fn all_files(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut pending = vec![directory.to_path_buf()];
    while let Some(at) = pending.pop() {
        let entries = match fs::read_dir(&at) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() { pending.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    Ok(found)
}
