//! Which words of the command line are Ruff's and which are the script's.
//!
//! A script's arguments may look like options of Ruff and still are the script's, verbatim, so they must be found
//! before clap reads anything. [`scan_run`] walks over the words after `ruff run`; [`Options`] tells options, and the
//! words that are their values, from other words. The table it looks them up in is clap's own.

use std::ffi::{OsStr, OsString};

/// The options of a command.
pub(crate) struct Options<'a>(pub(crate) &'a clap::Command);

/// What a word is, where an option may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    /// An option with everything it needs: one word, or two if the next is its value.
    Option {
        words: usize,
        /// It is, or holds, `-e`, `-p`, `-h` and so on: the name clap knows it by.
        last: Name,
    },
    /// Starts with `-`, but no option.
    Unknown,
    /// `--`
    End,
    /// Anything else, `-` included.
    Plain,
}

/// The options that decide what kind of command line this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Name {
    Eval,
    Print,
    Help { is_long: bool },
    Version,
    Other,
}

#[derive(Clone, Copy)]
struct Known {
    name: Name,
    takes_value: bool,
}

impl Options<'_> {
    /// What `word` is.
    pub(crate) fn classify(&self, word: &OsStr) -> Word {
        let Some(text) = word.to_str() else { return Word::Plain };
        match text.strip_prefix("--") {
            Some("") => Word::End,
            Some(long) => self.long(long),
            None => match text.strip_prefix('-') {
                None | Some("") => Word::Plain,
                Some(cluster) => self.short(cluster),
            },
        }
    }

    fn long(&self, text: &str) -> Word {
        let (name, has_value) = match text.split_once('=') {
            Some((name, _)) => (name, true),
            None => (text, false),
        };
        let is_named = |arg: &&clap::Arg| {
            arg.get_long() == Some(name)
                || arg.get_all_aliases().is_some_and(|aliases| aliases.contains(&name))
        };
        match self.find(is_named) {
            Some(known) => {
                Word::Option { words: if known.takes_value && !has_value { 2 } else { 1 }, last: known.name }
            }
            None => Word::Unknown,
        }
    }

    /// A cluster such as `qe` in `-qe CODE`: flags, and at its end perhaps an option with a value.
    fn short(&self, cluster: &str) -> Word {
        let mut last = Name::Other;
        let mut chars = cluster.chars();
        while let Some(c) = chars.next() {
            let Some(known) = self.find(|arg| arg.get_short() == Some(c)) else { return Word::Unknown };
            last = match known.name {
                Name::Help { .. } => Name::Help { is_long: false },
                name => name,
            };
            if known.takes_value {
                return Word::Option { words: if chars.as_str().is_empty() { 2 } else { 1 }, last };
            }
        }
        Word::Option { words: 1, last }
    }

    fn find(&self, is_it: impl Fn(&&clap::Arg) -> bool) -> Option<Known> {
        let arg = self.0.get_arguments().find(is_it)?;
        let name = match arg.get_id().as_str() {
            "eval" => Name::Eval,
            "print" => Name::Print,
            "help" => Name::Help { is_long: true },
            "version" => Name::Version,
            _ => Name::Other,
        };
        Some(Known { name, takes_value: arg.get_action().takes_values() && !arg.is_require_equals_set() })
    }
}

/// The words after `ruff run`, sorted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RunWords {
    /// Options, in their order.
    pub(crate) options: Vec<OsString>,
    /// The program; none when code is given, or nothing.
    pub(crate) file: Option<OsString>,
    /// The script's arguments.
    pub(crate) script: Vec<OsString>,
    /// `--` set the script's arguments apart.
    pub(crate) is_apart: bool,
}

/// Sorts the words after `ruff run`.
///
/// Options may stand before and after the file; the first other word after it, unknown options included, starts the
/// script's arguments. Before the file an unknown option stays among the options, for clap to complain about.
pub(crate) fn scan_run(options: &Options<'_>, words: &[OsString]) -> RunWords {
    let mut sorted = RunWords { options: Vec::new(), file: None, script: Vec::new(), is_apart: false };
    let mut has_program = false;
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let taken = match options.classify(word) {
            Word::Option { words, last } => {
                has_program |= last == Name::Eval;
                words
            }
            Word::Unknown if !has_program => 1,
            Word::End => {
                let mut rest = words.iter().skip(at + 1).cloned();
                if !has_program {
                    sorted.file = rest.next();
                }
                sorted.is_apart = true;
                sorted.script = rest.collect();
                return sorted;
            }
            Word::Plain if !has_program => {
                has_program = true;
                sorted.file = Some(word.clone());
                at += 1;
                continue;
            }
            Word::Plain | Word::Unknown => {
                sorted.script = words.iter().skip(at).cloned().collect();
                return sorted;
            }
        };
        sorted.options.extend(words.iter().skip(at).take(taken).cloned());
        at += taken;
    }
    sorted
}
