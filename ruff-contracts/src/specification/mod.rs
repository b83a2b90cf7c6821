//! What the specification says about its builtins: names, arguments, results, capabilities, examples.
//!
//! The data lies in `registry/*.toml`, one file a chapter. [`Coverage`] compares a registry of the project with it.
//! Nothing here is taken from the project's own registry.

mod coverage;
mod example;
mod report;

pub use coverage::{Chapter, Coverage, Difference};

use std::collections::BTreeMap;

use serde::Deserialize;

/// The chapters and their files.
const CHAPTERS: [(&str, &str); 4] = [
    ("03-async", include_str!("../../registry/03-async.toml")),
    ("10-core", include_str!("../../registry/10-core.toml")),
    ("11-system", include_str!("../../registry/11-system.toml")),
    ("12-net-data", include_str!("../../registry/12-net-data.toml")),
];

/// A builtin as the specification has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its own name.
    pub name: String,
    /// The chapter that owns it.
    pub chapter: &'static str,
    /// Other names for it.
    pub aliases: Vec<String>,
    /// Its parameters in order; for an own method those after the receiver.
    pub params: Vec<Parameter>,
    /// The kinds of values it gives, sorted; `any` for all of them, `never` if it always fails.
    pub returns: Vec<String>,
    /// The capabilities it needs, sorted.
    pub needs: Vec<String>,
    /// It can be called on its first argument.
    pub method: bool,
    /// It is a predefined name.
    pub global: bool,
    /// The word of the kind of values whose own method it is; its name begins with it.
    pub on: Option<String>,
    /// It is wanted, but not counted among the names that must be there.
    pub is_extension: bool,
    /// The shapes of its errors, words in braces for what differs, but for those that its parameters and capabilities
    /// imply.
    pub errors: Vec<String>,
    /// A program that shows it.
    pub example: Option<Example>,
}

/// A parameter of an [`Entry`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// The kinds of values it takes, in the words of `type()`, sorted; `any` for all of them.
    pub kinds: Vec<String>,
    /// May be left out.
    pub optional: bool,
    /// Takes all remaining arguments.
    pub variadic: bool,
}

/// A program and what it prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The program.
    pub code: String,
    /// Its standard output without the last line end.
    pub prints: String,
}

/// Why the data cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// A file is not TOML, or has other keys.
    #[error("registry/{chapter}.toml: {error}")]
    Toml {
        /// The chapter.
        chapter: &'static str,
        /// What is wrong with its file.
        error: toml::de::Error,
    },
    /// A parameter that is not `name: kinds`.
    #[error("registry/{chapter}.toml: {name}: `{param}` is not `name: kind|kind`")]
    Parameter {
        /// The chapter.
        chapter: &'static str,
        /// The builtin.
        name: String,
        /// The parameter.
        param: String,
    },
}

/// An entry as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    aliases: Vec<String>,
    params: Vec<String>,
    returns: String,
    on: Option<String>,
    #[serde(default)]
    needs: Vec<String>,
    #[serde(default)]
    method: bool,
    #[serde(default = "yes")]
    global: bool,
    #[serde(default)]
    extension: bool,
    #[serde(default)]
    errors: Vec<String>,
    example: Option<String>,
    prints: Option<String>,
}

fn yes() -> bool {
    true
}

/// Every builtin of the specification, by chapter, then by name.
pub fn entries() -> Result<Vec<Entry>, DataError> {
    let mut entries = Vec::new();
    for (chapter, text) in CHAPTERS {
        let written: BTreeMap<String, Written> =
            toml::from_str(text).map_err(|error| DataError::Toml { chapter, error })?;
        for (name, written) in written {
            entries.push(Entry::read(chapter, name, written)?);
        }
    }
    Ok(entries)
}

impl Entry {
    fn read(chapter: &'static str, name: String, written: Written) -> Result<Entry, DataError> {
        let bad = |param: &String| DataError::Parameter { chapter, name: name.clone(), param: param.clone() };
        let params = written
            .params
            .iter()
            .map(|param| Parameter::read(param).ok_or_else(|| bad(param)))
            .collect::<Result<_, _>>()?;
        let mut needs = written.needs;
        needs.sort();
        Ok(Entry {
            name,
            chapter,
            aliases: written.aliases,
            params,
            returns: kinds_of(&written.returns),
            needs,
            method: written.method,
            global: written.global && written.on.is_none(),
            on: written.on,
            is_extension: written.extension,
            errors: written.errors,
            example: written.example.zip(written.prints).map(|(code, prints)| Example { code, prints }),
        })
    }

    /// Its own name, then the others.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.aliases.iter().map(String::as_str))
    }
}

impl Parameter {
    /// Reads `name: kind|kind`; the name may be `...name` or `name?`, `...name+` needs at least one.
    fn read(text: &str) -> Option<Parameter> {
        let (name, kinds) = text.split_once(": ")?;
        let (name, variadic) = name.strip_prefix("...").map_or((name, false), |name| (name, true));
        let (name, optional) = match name.strip_suffix('?') {
            Some(name) => (name, true),
            None => (name, variadic && !name.ends_with('+')),
        };
        Some(Parameter {
            name: name.trim_end_matches('+').to_owned(),
            kinds: kinds_of(kinds),
            optional,
            variadic,
        })
    }
}

/// The kinds in `kind|kind`, sorted.
fn kinds_of(text: &str) -> Vec<String> {
    let mut kinds: Vec<String> = text.split('|').map(str::to_owned).collect();
    kinds.sort();
    kinds
}

/// As it is written in the data, its kinds sorted.
impl std::fmt::Display for Parameter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (before, behind) = match (self.variadic, self.optional) {
            (true, true) => ("...", ""),
            (true, false) => ("...", "+"),
            (false, true) => ("", "?"),
            (false, false) => ("", ""),
        };
        write!(f, "{before}{}{behind}: {}", self.name, self.kinds.join("|"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_and_written() {
        for text in ["value: any", "count?: float|int", "...values: any", "...parts+: string"] {
            assert_eq!(Parameter::read(text).unwrap().to_string(), text);
        }
        assert_eq!(Parameter::read("value: string|array").unwrap().to_string(), "value: array|string");
        assert_eq!(Parameter::read("value"), None);
    }

    #[test]
    fn every_name_stands_once() {
        let entries = entries().unwrap();
        let mut names: Vec<&str> = entries.iter().flat_map(Entry::names).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
        let wanted = |entry: &&Entry| entry.global && !entry.is_extension;
        assert_eq!(entries.iter().filter(wanted).flat_map(Entry::names).count(), 335);
    }
}
