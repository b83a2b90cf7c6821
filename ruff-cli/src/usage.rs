//! Command lines that make no sense, as findings.

use std::ffi::OsString;

use clap::error::ErrorKind;
use ruff_syntax::Code;

use crate::render::Finding;

/// What clap found wrong, in our words where it matters and in clap's elsewhere.
///
/// clap hands out a text of paragraphs: `error: …`, then tips, then its idea of the usage.
pub(crate) fn from_clap(error: &clap::Error) -> Finding {
    let code = match error.kind() {
        ErrorKind::InvalidValue
        | ErrorKind::ValueValidation
        | ErrorKind::NoEquals
        | ErrorKind::TooManyValues
        | ErrorKind::TooFewValues
        | ErrorKind::WrongNumberOfValues => Code::BadOptionValue,
        _ => Code::CommandLine,
    };
    let text = error.render().to_string();
    let mut paragraphs = text.split("\n\n");
    let first = paragraphs.next().unwrap_or_default();
    let message: Vec<&str> = first.trim_start_matches("error: ").lines().map(str::trim).collect();
    let mut finding = Finding::error(code, message.join(" "));
    let tips = paragraphs.flat_map(str::lines).filter_map(|line| line.trim().strip_prefix("tip: "));
    // That an unknown option can be an argument after `--` is no likely fix.
    finding.help.extend(tips.filter(|tip| !tip.starts_with("to pass ")).map(str::to_owned));
    let takes_no_list = ["--allow-", "--deny-"].iter().any(|flag| finding.message.contains(flag));
    if error.kind() == ErrorKind::TooManyValues && takes_no_list {
        finding =
            finding.with_help("this version takes no list here; the flag alone stands for all of its kind");
    }
    finding
}

/// A line of help for those who meant the Python linter that is called `ruff` too.
pub(crate) const LINTER_HELP: &str = "this is the Ruff programming language; for the Python linter of the same name \
                                      run `uvx ruff` or `python -m ruff`";

/// Whether these words, the script's arguments left out, were meant for the Python linter.
pub(crate) fn is_for_linter(words: &[OsString]) -> bool {
    const FLAGS: [&str; 9] = [
        "--select",
        "--ignore",
        "--extend-select",
        "--fixable",
        "--unsafe-fixes",
        "--target-version",
        "--preview",
        "--show-fixes",
        "--add-noqa",
    ];
    const COMMANDS: [&str; 5] = ["rule", "linter", "clean", "server", "analyze"];
    let first = words.iter().filter_map(|word| word.to_str()).find(|word| !word.starts_with('-'));
    first.is_some_and(|word| COMMANDS.contains(&word))
        || words.iter().filter_map(|word| word.to_str()).any(|word| {
            FLAGS.contains(&word.split('=').next().unwrap_or(word))
                || [".py", ".pyi", ".ipynb"].iter().any(|extension| word.ends_with(extension))
        })
}
