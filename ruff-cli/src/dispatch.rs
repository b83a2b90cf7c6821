//! From the words of the command line to a command: what `ruff WORD` means, and who gets which words.
//!
//! The first word that is no option decides, in this order: a command; `-`, the program on standard input; a file,
//! which is anything with a path separator, ending in `.ruff`, or there; a name that Ruff keeps for itself; and else
//! a mistake. Words after a file, `-` or the code of `-e` are the script's.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches};
use ruff_syntax::Code;

use crate::args::scan::{Name, Options, RunWords, Word, scan_run};
use crate::args::{Command, CommandLine, GlobalOptions, is_capability_flag};
use crate::failure::Failure;
use crate::render::Finding;
use crate::session::Session;
use crate::status::Status;
use crate::suggest::did_you_mean;
use crate::{commands, output, usage};

/// Commands of Ruff that this version does not have. Nothing else may take their names.
const RESERVED: [&str; 47] = [
    "add",
    "bench",
    "build",
    "cache",
    "compile",
    "completions",
    "config",
    "coverage",
    "dap",
    "doc",
    "docgen",
    "doctor",
    "explain",
    "fmt",
    "format",
    "init",
    "install",
    "lint",
    "lock",
    "lsp",
    "lsp-code-actions",
    "lsp-complete",
    "lsp-definition",
    "lsp-diagnostics",
    "lsp-hover",
    "lsp-references",
    "lsp-rename",
    "new",
    "outdated",
    "pack",
    "package-add",
    "package-install",
    "package-publish",
    "playground",
    "profile",
    "publish",
    "query",
    "remove",
    "repl",
    "serve",
    "shell",
    "task",
    "test",
    "test-run",
    "tree",
    "uninstall",
    "update",
];

/// What a command line asks for.
#[derive(Debug, PartialEq, Eq)]
enum Plan {
    /// Help for Ruff as a whole.
    Help { is_long: bool },
    /// `--version` before any command.
    Version,
    /// A command.
    Command {
        /// Its words for clap, the command's name among them; the program name is left out.
        words: Vec<OsString>,
        /// How many words at the end are the script's.
        script: usize,
        /// The script's words were set apart with `--`.
        is_apart: bool,
    },
}

/// Does what the command line asks for, and says how the process ends.
pub(crate) fn main(argv: &[OsString]) -> Status {
    let (program, words) = match argv.split_first() {
        Some((program, words)) => (Path::new(program), words),
        None => (Path::new("ruff"), [].as_slice()),
    };
    // The same binary is installed under a second name, and messages use the one that was called.
    let name = program.file_stem().and_then(OsStr::to_str).unwrap_or("ruff");
    let mut clap = CommandLine::command().bin_name(name);
    clap.build();
    match plan(&clap, words) {
        Ok(Plan::Help { is_long }) => finish(&clap, words, commands::help::overview(&clap, is_long)),
        Ok(Plan::Version) => finish(&clap, words, commands::version::short()),
        Ok(Plan::Command { words, script, is_apart }) => command(clap, &words, script, is_apart),
        Err(failure) => finish(&clap, words, Err(failure)),
    }
}

/// Decides what `words` ask for.
fn plan(clap: &clap::Command, words: &[OsString]) -> Result<Plan, Failure> {
    let run = clap.find_subcommand("run").map_or(Options(clap), Options);
    let mut at = 0;
    while let Some(word) = words.get(at) {
        match run.classify(word) {
            Word::Option { last: Name::Help { is_long }, .. } => return Ok(Plan::Help { is_long }),
            Word::Option { last: Name::Version, .. } => return Ok(Plan::Version),
            Word::Option { last: Name::Eval, .. } => return Ok(evaluate(&run, words)),
            Word::Option { words, .. } => at += words,
            Word::Unknown => return Err(unknown_option(word)),
            Word::End => return Ok(shorthand(words, at, at + 1)),
            Word::Plain => return first_word(clap, words, at, word),
        }
    }
    let is_global = |word: &OsString| !matches!(Options(clap).classify(word), Word::Unknown);
    if words.iter().all(is_global) {
        // A command that has no options of its own tells whether these make sense.
        let argv = [&["ruff".into(), "version".into()], words].concat();
        return match CommandLine::command().try_get_matches_from(argv) {
            Ok(_) => Ok(Plan::Help { is_long: false }),
            Err(error) => Err(Failure::usage(usage::from_clap(&error))),
        };
    }
    // Options of `run`, but nothing to run: clap knows what to say.
    Ok(Plan::Command { words: with_run(words), script: 0, is_apart: false })
}

/// Decides by the first word that is no option, which is at `at`.
fn first_word(clap: &clap::Command, words: &[OsString], at: usize, word: &OsStr) -> Result<Plan, Failure> {
    let name = word.to_str().unwrap_or_default();
    if name == "run" {
        let (before, after) = words.split_at(at);
        let run = clap.find_subcommand("run").map_or(Options(clap), Options);
        let after = after.get(1..).unwrap_or_default();
        return Ok(run_plan([before, &["run".into()]].concat(), scan_run(&run, after)));
    }
    if clap.find_subcommand(name).is_some() {
        return Ok(Plan::Command { words: words.to_vec(), script: 0, is_apart: false });
    }
    if RESERVED.contains(&name) {
        return Err(reserved_command(clap, name));
    }
    let has_separator = name.contains(std::path::is_separator) || word.to_str().is_none();
    let before = words.get(..at).unwrap_or_default();
    if name == "-" || has_separator || name.ends_with(".ruff") || directory(before).join(word).is_file() {
        return Ok(shorthand(words, at, at));
    }
    let mut failure = unknown_command(clap, name);
    if directory(before).join(word).is_dir() {
        let help = format!("'{name}' is a directory; name a file in it");
        failure.findings.iter_mut().take(1).for_each(|first| first.help.push(help.clone()));
    }
    Err(failure)
}

/// `ruff [OPTIONS] FILE [SCRIPT_ARGS]`, with the options up to `options` and the file at `file`.
fn shorthand(words: &[OsString], options: usize, file: usize) -> Plan {
    let sorted = RunWords {
        options: words.iter().take(options).cloned().collect(),
        file: words.get(file).cloned(),
        script: words.iter().skip(file + 1).cloned().collect(),
        is_apart: false,
    };
    run_plan(vec!["run".into()], sorted)
}

/// `ruff [OPTIONS] -e CODE [SCRIPT_ARGS]`: after the code only more code and `-p` are Ruff's.
fn evaluate(run: &Options<'_>, words: &[OsString]) -> Plan {
    let mut has_code = false;
    let mut at = 0;
    while let Some(word) = words.get(at) {
        match run.classify(word) {
            Word::Option { words, last: Name::Eval } => {
                has_code = true;
                at += words;
            }
            Word::Option { words, last: Name::Print } => at += words,
            Word::Option { words, .. } if !has_code => at += words,
            _ => break,
        }
    }
    let (options, script) = words.split_at(at.min(words.len()));
    let is_apart = script.first().is_some_and(|word| word == "--");
    let script = script.get(usize::from(is_apart)..).unwrap_or_default();
    let sorted = RunWords { options: options.to_vec(), file: None, script: script.to_vec(), is_apart };
    run_plan(vec!["run".into()], sorted)
}

/// Puts the words of `ruff run` into an order that clap cannot misread.
fn run_plan(mut words: Vec<OsString>, sorted: RunWords) -> Plan {
    words.extend(sorted.options);
    let script = sorted.script.len();
    // At the very end it would be the value of an option that lacks one.
    if sorted.file.is_some() || script > 0 {
        words.push("--".into());
    }
    words.extend(sorted.file);
    words.extend(sorted.script);
    Plan::Command { words, script, is_apart: sorted.is_apart }
}

fn with_run(words: &[OsString]) -> Vec<OsString> {
    [&["run".into()], words].concat()
}

/// The directory that these options change to.
fn directory(options: &[OsString]) -> PathBuf {
    lenient(&with_run(options)).cwd.unwrap_or_default()
}

fn unknown_option(word: &OsString) -> Failure {
    // As clap would say it of `ruff run`, whose options all stand here too.
    let argv = ["ruff".into(), "run".into(), word.clone()];
    Failure::usage(match CommandLine::command().try_get_matches_from(argv) {
        Err(error) => usage::from_clap(&error),
        Ok(_) => Finding::error(
            Code::CommandLine,
            format!("unexpected argument '{}' found", word.to_string_lossy()),
        ),
    })
}

fn reserved_command(clap: &clap::Command, name: &str) -> Failure {
    let message = format!("Command name '{name}' is reserved by the Ruff CLI");
    let help = format!(
        "this version does not have it; `{} help` lists the commands it has",
        commands::help::program(clap)
    );
    Failure::usage(Finding::error(Code::ReservedCommand, message).with_help(help))
}

/// What to say about a word that is neither command nor file.
pub(crate) fn unknown_command(clap: &clap::Command, name: &str) -> Failure {
    let advice = match name {
        "upgrade" | "update-self" => {
            Some("upgrade with the tool you installed Ruff with (cargo, brew, scoop, the release archive)")
        }
        "search" | "login" | "logout" => Some("no package registry is configured"),
        _ => None,
    };
    if let Some(advice) = advice {
        let message = format!("'{} {name}' is not provided: {advice}", commands::help::program(clap));
        return Failure::usage(Finding::error(Code::ReservedCommand, message));
    }
    let commands = clap.get_subcommands().map(clap::Command::get_name);
    let mut finding = Finding::error(Code::UnknownCommand, format!("unknown command '{name}'"));
    finding.help.extend(did_you_mean(name, commands));
    Failure::usage(finding)
}

/// Lets clap read the words of a command, and runs it.
fn command(mut clap: clap::Command, words: &[OsString], script: usize, is_apart: bool) -> Status {
    let (ours, script) = words.split_at(words.len().saturating_sub(script));
    let argv = std::iter::once(OsString::from("ruff")).chain(words.iter().cloned());
    let parsed =
        clap.try_get_matches_from_mut(argv).and_then(|matches| CommandLine::from_arg_matches(&matches));
    match parsed {
        Ok(line) => {
            let mut session = session(line.global, ours);
            warn_about_flags(&mut session, script, is_apart);
            let result =
                change_directory(&session.options).and_then(|()| execute(&clap, line.command, &mut session));
            conclude(&clap, &mut session, ours, result)
        }
        Err(error) => {
            let result = match error.kind() {
                ErrorKind::DisplayHelp => {
                    output::print(&error.render().to_string()).map(|()| Status::SUCCESS)
                }
                ErrorKind::DisplayVersion => commands::version::short(),
                _ => Err(Failure::usage(usage::from_clap(&error))),
            };
            finish(&clap, ours, result)
        }
    }
}

fn execute(clap: &clap::Command, command: Command, session: &mut Session) -> Result<Status, Failure> {
    match command {
        Command::Run(args) => commands::run::execute(args, session),
        Command::Check(args) => commands::check::execute(&args, session),
        Command::Help(args) => commands::help::execute(clap, &args, session),
        Command::Version => commands::version::execute(),
    }
}

#[expect(clippy::disallowed_methods, reason = "the directory that programs see is set here")]
fn change_directory(options: &GlobalOptions) -> Result<(), Failure> {
    let Some(directory) = &options.cwd else { return Ok(()) };
    std::env::set_current_dir(directory).map_err(|error| {
        let message = format!("Failed to change to directory '{}': {error}", directory.display());
        Failure::new(Status::IO, Finding::error(Code::FileNotReadable, message))
    })
}

/// A flag of ours among the script's words is the script's, but perhaps was not meant to be.
fn warn_about_flags(session: &mut Session, script: &[OsString], is_apart: bool) {
    let mut words = script.iter().filter_map(|word| word.to_str());
    if let Some(word) = words.find(|word| !is_apart && is_capability_flag(word)) {
        let message =
            format!("'{word}' after the program belongs to the script and grants or denies nothing");
        session.reporter.report(&[Finding::warning(message).with_help("put it before the program")]);
    }
}

/// Ends an invocation without options that could be trusted: it failed before they were read.
fn finish(clap: &clap::Command, words: &[OsString], result: Result<Status, Failure>) -> Status {
    if let Ok(status) = result {
        return status;
    }
    conclude(clap, &mut session(lenient(words), words), words, result)
}

fn session(options: GlobalOptions, words: &[OsString]) -> Session {
    let mut session = Session::new(options);
    if usage::is_for_linter(words) {
        session.reporter.advise(usage::LINTER_HELP);
    }
    session
}

/// Reports a failure, after a mistake in the command line with how the command is used.
fn conclude(
    clap: &clap::Command,
    session: &mut Session,
    words: &[OsString],
    result: Result<Status, Failure>,
) -> Status {
    let mut failure = match result {
        Ok(status) => return status,
        Err(failure) => failure,
    };
    if failure.status == Status::USAGE {
        let names = words.iter().filter_map(|word| word.to_str());
        let command = names.into_iter().find(|name| clap.find_subcommand(name).is_some());
        let usage = commands::help::usage(clap, command);
        failure.findings.iter_mut().take(1).for_each(|first| first.notes.push(usage.clone()));
    }
    session.reporter.fail(&failure);
    failure.status
}

/// The global options among words that may hold mistakes.
fn lenient(words: &[OsString]) -> GlobalOptions {
    let argv = std::iter::once(OsString::from("ruff")).chain(words.iter().cloned());
    let matches = CommandLine::command().ignore_errors(true).try_get_matches_from(argv);
    matches.and_then(|matches| GlobalOptions::from_arg_matches(&matches)).unwrap_or_default()
}
