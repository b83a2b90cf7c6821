//! The words behind `cargo xtask release-check`.

use std::path::PathBuf;

use anyhow::bail;

use super::gate::Gate;

/// What was asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// Report for tools.
    pub(crate) json: bool,
    /// Tell what gates there are, and run none.
    pub(crate) list: bool,
    /// The gates to run; all if there are none.
    pub(crate) only: Vec<String>,
    /// The tree to look at, if it is not this one.
    pub(crate) root: Option<PathBuf>,
}

impl Options {
    /// Reads the words; the error says which one is wrong.
    pub(crate) fn parse(words: &[&str], gates: &[Gate]) -> anyhow::Result<Options> {
        let mut options = Options::default();
        let mut words = words.iter().copied();
        while let Some(word) = words.next() {
            let (flag, joined) =
                word.split_once('=').map_or((word, None), |(flag, value)| (flag, Some(value)));
            match flag {
                "--json" if joined.is_none() => options.json = true,
                "--list" if joined.is_none() => options.list = true,
                "--only" | "--root" => {
                    let Some(value) = joined.or_else(|| words.next()) else { bail!("{flag} needs a value") };
                    if flag == "--root" {
                        options.root = Some(value.into());
                    } else if gates.iter().any(|gate| gate.name == value) {
                        options.only.push(value.to_owned());
                    } else {
                        let names: Vec<&str> = gates.iter().map(|gate| gate.name).collect();
                        bail!("there is no gate '{value}'; there are {}", names.join(", "));
                    }
                }
                _ => bail!("release-check does not know '{word}'"),
            }
        }
        Ok(options)
    }

    /// Whether a gate was asked for.
    pub(crate) fn wants(&self, gate: &Gate) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| name == gate.name)
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::Options;

    fn parse(line: &str) -> anyhow::Result<Options> {
        Options::parse(&line.split_whitespace().collect::<Vec<_>>(), &sample::gates())
    }

    #[test]
    fn gates_are_chosen_by_name() {
        assert_eq!(parse("").unwrap(), Options::default());
        let options = parse("--json --only thorough --only=quick --root there --list").unwrap();
        let only = vec!["thorough".to_owned(), "quick".to_owned()];
        assert_eq!(options, Options { json: true, list: true, only, root: Some("there".into()) });
        let [quick, thorough] = sample::gates();
        let options = parse("--only thorough").unwrap();
        assert_eq!((options.wants(&quick), options.wants(&thorough)), (false, true));
    }

    #[test]
    fn mistakes_are_named() {
        let message = |line| parse(line).unwrap_err().to_string();
        assert_eq!(message("--only slow"), "there is no gate 'slow'; there are quick, thorough");
        assert_eq!(message("--only"), "--only needs a value");
        assert_eq!(message("--jsno"), "release-check does not know '--jsno'");
        assert_eq!(message("--json=1"), "release-check does not know '--json=1'");
    }
}
