//! [`Argument`]: one that a program knows, and what the words of a command line make of all of them.

use std::fmt::Write;

use ruff_runtime::Value;
use ruff_runtime::heap::Ref;
use ruff_runtime::value::{Dict, Key, text};

/// What is wrong with a declaration or a command line.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Problem {
    #[error("Unknown argument type: {0}")]
    Type(String),
    #[error("Unknown argument: {0}")]
    Unknown(String),
    #[error("Argument {0} requires a value")]
    NoValue(String),
    #[error("Argument {long} requires {kind} value, got: {word}")]
    NotOfType { long: String, kind: &'static str, word: String },
    #[error("Required argument {0} is missing")]
    Missing(String),
}

/// An argument that a program knows.
#[derive(Debug, Clone)]
pub(super) struct Argument {
    /// With its dashes.
    long: String,
    short: Option<String>,
    kind: Kind,
    is_required: bool,
    help: Option<String>,
    /// A string, number or bool, or null.
    default: Value,
}

/// What values an argument takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    String,
    Int,
    Float,
    Bool,
}

impl Kind {
    const ALL: [(Kind, &'static str); 4] =
        [(Kind::String, "string"), (Kind::Int, "int"), (Kind::Float, "float"), (Kind::Bool, "bool")];

    fn find(word: &str) -> Option<Kind> {
        Kind::ALL.iter().find(|(_, name)| *name == word).map(|(kind, _)| *kind)
    }

    fn name(self) -> &'static str {
        Kind::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }
}

impl Argument {
    /// The argument `long` with the words and values behind it.
    pub(super) fn declared(long: &str, options: &[Value]) -> Result<Argument, Problem> {
        let mut argument = Argument {
            long: long.to_owned(),
            short: None,
            kind: Kind::String,
            is_required: false,
            help: None,
            default: Value::Null,
        };
        let mut options = options;
        if let Some((first, rest)) = options.split_first()
            && let Some(short) = first.as_str().filter(|text| text.starts_with('-'))
        {
            argument.short = Some(short.to_owned());
            options = rest;
        }
        for pair in options.chunks_exact(2) {
            if let [word, value] = pair
                && let Some(word) = word.as_str()
            {
                argument.set(word, value)?;
            }
        }
        Ok(argument)
    }

    /// The argument as a parser keeps it; nothing if it has no name.
    pub(super) fn from_dict(dict: &Dict) -> Option<Argument> {
        let mut argument = Argument::declared(dict.get("long")?.as_str()?, &[]).ok()?;
        for (word, value) in dict.iter() {
            // Whatever the program wrote there.
            let _ = argument.set(&word.to_str(), value);
        }
        Some(argument)
    }

    /// The dict that a parser keeps.
    pub(super) fn into_dict(self) -> Ref<Dict> {
        let optional = |text: Option<String>| text.map_or(Value::Null, Value::string);
        let entries = [
            ("long", Value::string(self.long)),
            ("short", optional(self.short)),
            ("type", Value::str(self.kind.name())),
            ("required", Value::Bool(self.is_required)),
            ("help", optional(self.help)),
            ("default", self.default),
        ];
        Dict::from_entries(entries.map(|(key, value)| (Key::from(key), value)))
    }

    fn set(&mut self, word: &str, value: &Value) -> Result<(), Problem> {
        match (word, value) {
            ("required", Value::Bool(truth)) => self.is_required = *truth,
            ("default", Value::Int(_) | Value::Float(_) | Value::Bool(_)) => self.default = value.clone(),
            _ => {
                let Some(text) = value.as_str() else { return Ok(()) };
                match word {
                    "short" => self.short = Some(text.to_owned()),
                    "type" => self.kind = Kind::find(text).ok_or_else(|| Problem::Type(text.to_owned()))?,
                    "help" => self.help = Some(text.to_owned()),
                    "default" => self.default = value.clone(),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// What it is called in the result.
    fn key(&self) -> &str {
        self.long.trim_start_matches('-')
    }

    fn is_called(&self, word: &str) -> bool {
        self.long == word || self.short.as_deref() == Some(word)
    }

    fn value(&self, word: &str) -> Result<Value, Problem> {
        let (value, kind) = match self.kind {
            Kind::String => (Some(Value::str(word)), ""),
            Kind::Int => (word.parse().ok().map(Value::Int), "an integer"),
            Kind::Float => (word.parse().ok().map(Value::Float), "a float"),
            Kind::Bool => (word.parse().ok().map(Value::Bool), "a bool"),
        };
        value.ok_or_else(|| Problem::NotOfType { long: self.long.clone(), kind, word: word.to_owned() })
    }

    /// Its value when it is not on the command line.
    fn absent(&self) -> Result<Value, Problem> {
        match (&self.default, self.kind) {
            _ if self.is_required => Err(Problem::Missing(self.long.clone())),
            (Value::Null, Kind::Bool) => Ok(Value::Bool(false)),
            (Value::Null, _) => Ok(Value::Null),
            (default, _) => self.value(&text(default)),
        }
    }

    pub(super) fn write_help(&self, help: &mut String) {
        match &self.short {
            Some(short) => help.extend(["  ", short, ", "]),
            None => help.push_str("      "),
        }
        help.push_str(&self.long);
        if self.kind != Kind::Bool {
            help.extend([" <", self.kind.name(), ">"]);
        }
        if self.is_required {
            help.push_str(" (required)");
        }
        if !matches!(self.default, Value::Null) {
            // Writing to a string cannot fail.
            let _ = write!(help, " [default: {}]", text(&self.default));
        }
        help.push('\n');
        if let Some(text) = &self.help {
            help.extend(["        ", text, "\n"]);
        }
    }
}

/// The dict of the values that `words` give to `arguments`.
pub(super) fn parse(arguments: &[Argument], words: Vec<String>) -> Result<Ref<Dict>, Problem> {
    let mut values: Vec<Option<Value>> = vec![None; arguments.len()];
    let mut positional = Vec::new();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        if word == "--" {
            positional.extend(words.by_ref().map(Value::string));
        } else if let Some(at) = arguments.iter().position(|argument| argument.is_called(&word)) {
            let Some((argument, place)) = arguments.get(at).zip(values.get_mut(at)) else { continue };
            *place = Some(match argument.kind {
                Kind::Bool => Value::Bool(true),
                _ => {
                    let next = words.next().ok_or_else(|| Problem::NoValue(argument.long.clone()))?;
                    argument.value(&next)?
                }
            });
        } else if let Some((at, value)) = assignment(arguments, &word) {
            let Some((argument, place)) = arguments.get(at).zip(values.get_mut(at)) else { continue };
            *place = Some(argument.value(value)?);
        } else if word.starts_with('-') && word != "-" && word.parse::<f64>().is_err() {
            return Err(Problem::Unknown(word));
        } else {
            positional.push(Value::string(word));
        }
    }
    let mut parsed = Dict::with_capacity(arguments.len() + 1);
    for (argument, value) in arguments.iter().zip(values) {
        let value = match value {
            Some(value) => value,
            None => argument.absent()?,
        };
        parsed.insert(argument.key(), value);
    }
    if !positional.is_empty() {
        parsed.insert("_positional", Value::array(positional));
    }
    Ok(parsed)
}

/// The argument and the value of `--name=value`.
fn assignment<'a>(arguments: &[Argument], word: &'a str) -> Option<(usize, &'a str)> {
    let (name, value) = word.split_once('=')?;
    let at = arguments.iter().position(|argument| argument.is_called(name))?;
    Some((at, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared(long: &str, options: &[Value]) -> Argument {
        Argument::declared(long, options).unwrap()
    }

    fn strings(words: &[&str]) -> Vec<Value> {
        words.iter().map(|word| Value::str(word)).collect()
    }

    fn arguments() -> Vec<Argument> {
        vec![
            declared("--count", &strings(&["-c", "type", "int", "default", "3"])),
            declared("--rate", &strings(&["type", "float"])),
            declared("--verbose", &strings(&["-v", "type", "bool"])),
            declared("--name", &[Value::str("default"), Value::Int(7), Value::str("help"), Value::Int(1)]),
        ]
    }

    fn parsed(words: &[&str]) -> Result<String, Problem> {
        let words = words.iter().map(|&word| word.to_owned()).collect();
        parse(&arguments(), words).map(|dict| text(&Value::Dict(dict)))
    }

    fn refused(words: &[&str]) -> String {
        parsed(words).unwrap_err().to_string()
    }

    #[test]
    fn options_and_defaults() {
        assert_eq!(parsed(&[]).unwrap(), r#"{"count": 3, "name": 7, "rate": null, "verbose": false}"#);
        assert_eq!(
            parsed(&["-c", "-2", "--rate", "-5", "-v", "--name", "--x"]).unwrap(),
            r#"{"count": -2, "name": --x, "rate": -5, "verbose": true}"#
        );
        assert_eq!(
            parsed(&["--count=4", "--name=a=b", "--verbose=false", "--count", "5"]).unwrap(),
            r#"{"count": 5, "name": a=b, "rate": null, "verbose": false}"#
        );
    }

    #[test]
    fn what_is_no_option() {
        assert_eq!(
            parsed(&["a", "-5", "-", "--", "--count", "-c"]).unwrap(),
            r#"{"_positional": [a, -5, -, --count, -c], "count": 3, "name": 7, "rate": null, "verbose": false}"#
        );
        assert_eq!(refused(&["--nope"]), "Unknown argument: --nope");
        assert_eq!(refused(&["--nope=1"]), "Unknown argument: --nope=1");
        assert_eq!(refused(&["-x"]), "Unknown argument: -x");
    }

    #[test]
    fn values_that_do_not_fit() {
        assert_eq!(refused(&["--count"]), "Argument --count requires a value");
        assert_eq!(refused(&["-c", "x"]), "Argument --count requires an integer value, got: x");
        assert_eq!(refused(&["--rate", "x"]), "Argument --rate requires a float value, got: x");
        assert_eq!(refused(&["-v=x"]), "Argument --verbose requires a bool value, got: x");
    }

    #[test]
    fn required_arguments_are_looked_for_last() {
        let required = [Value::str("required"), Value::Bool(true)];
        let arguments = [declared("--a", &required), declared("--b", &required)];
        let fail = |words: &[&str]| {
            let words = words.iter().map(|&word| word.to_owned()).collect();
            parse(&arguments, words).err().map(|problem| problem.to_string()).unwrap_or_default()
        };
        assert_eq!(fail(&["--b", "1"]), "Required argument --a is missing");
        assert_eq!(fail(&["--b"]), "Argument --b requires a value");
        assert_eq!(fail(&["--a", "1"]), "Required argument --b is missing");
    }

    #[test]
    fn types_have_names() {
        let problem = Argument::declared("--a", &strings(&["type", "number"])).unwrap_err();
        assert_eq!(problem.to_string(), "Unknown argument type: number");
    }

    #[test]
    fn parsers_keep_dicts() {
        let options = strings(&["-c", "type", "int", "default", "3", "odd"]);
        let dict = declared("--count", &options).into_dict();
        assert_eq!(
            text(&Value::Dict(dict.clone())),
            r#"{"default": 3, "help": null, "long": --count, "required": false, "short": -c, "type": int}"#
        );
        let back = Argument::from_dict(&dict).unwrap().into_dict();
        assert_eq!(text(&Value::Dict(back)), text(&Value::Dict(dict)));
        assert!(Argument::from_dict(&Dict::from_entries([])).is_none());
    }
}
