//! Crates from elsewhere: under which terms, where from, and what is known to be wrong with them.

use serde::Deserialize;

use super::tool::CARGO_DENY;
use crate::release::{Finished, Gate, Run, Verdict};

pub(super) const LICENCES: Gate = Gate {
    name: "licences",
    proves: "every dependency has a licence that deny.toml accepts, comes from the registry, is there in one version \
             and is not banned",
    fix: "do without the crate, or accept the licence or the second version in deny.toml with the reason",
    check: licences,
};

pub(super) const ADVISORIES: Gate = Gate {
    name: "advisories",
    proves: "no dependency has a known vulnerability, is unsound or was withdrawn",
    fix: "update the crate (`cargo update -p CRATE`) or do without; an exception goes to deny.toml with reason and date; \
          where there was no database, run again with a network that reaches it",
    check: advisories,
};

/// A line of what cargo-deny writes.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line {
    Diagnostic {
        fields: Diagnostic,
    },
    Log {
        fields: Log,
    },
    Summary,
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Diagnostic {
    severity: String,
    message: String,
    #[serde(default)]
    labels: Vec<Label>,
    #[serde(default)]
    graphs: Vec<Graph>,
}

#[derive(Deserialize)]
struct Label {
    #[serde(default)]
    span: String,
    #[serde(default)]
    message: String,
}

/// The crate that is meant, with what depends on it.
#[derive(Deserialize)]
struct Graph {
    #[serde(rename = "Krate")]
    krate: Option<Krate>,
}

#[derive(Deserialize)]
struct Krate {
    name: String,
    version: String,
}

#[derive(Deserialize)]
struct Log {
    level: String,
    message: String,
}

fn licences(run: &Run) -> anyhow::Result<Verdict> {
    let finished = deny(run, &["check", "licenses", "bans", "sources"])?;
    Ok(Verdict::new(culprits(&finished), ""))
}

fn advisories(run: &Run) -> anyhow::Result<Verdict> {
    let finished = deny(run, &["check", "advisories"])?;
    let Some(reason) = not_fetched(&finished) else { return Ok(Verdict::new(culprits(&finished), "")) };
    // One that was fetched earlier will do.
    let finished = deny(run, &["--offline", "check", "advisories"])?;
    if has_looked(&finished) {
        return Ok(Verdict::new(culprits(&finished), "with the database of an earlier run"));
    }
    Ok(Verdict::Skipped(format!("no advisory database: {reason}")))
}

fn deny(run: &Run, task: &[&str]) -> anyhow::Result<Finished> {
    run.finish(CARGO_DENY.command(run, &[&["--format", "json", "--locked"], task].concat())?)
}

fn lines(finished: &Finished) -> impl Iterator<Item = Line> {
    finished.lines().filter_map(|line| serde_json::from_str(line).ok())
}

/// Why there is no database of today, if that is what the matter is.
fn not_fetched(finished: &Finished) -> Option<String> {
    lines(finished).find_map(|line| match line {
        Line::Log { fields } if fields.message.contains("failed to fetch advisory database") => {
            fields.message.split(": ").next().map(str::to_owned)
        }
        _ => None,
    })
}

/// Whether it came to its end: it sums up then.
fn has_looked(finished: &Finished) -> bool {
    lines(finished).any(|line| matches!(line, Line::Summary))
}

/// What cargo-deny refuses, by crate.
fn culprits(finished: &Finished) -> Vec<String> {
    finished.culprits(|line| match serde_json::from_str(line) {
        Ok(Line::Diagnostic { fields }) if fields.severity == "error" => Some(fields.describe()),
        Ok(Line::Log { fields }) if fields.level == "ERROR" => Some(fields.message),
        _ => None,
    })
}

impl Diagnostic {
    /// The crates, what is wrong with them, and what the first place that says more is about.
    fn describe(self) -> String {
        let named = |graph: Graph| graph.krate.map(|krate| format!("{} {}", krate.name, krate.version));
        let mut crates: Vec<String> = self.graphs.into_iter().filter_map(named).collect();
        crates.dedup();
        let label = self.labels.into_iter().find(|label| !label.message.is_empty());
        let label =
            label.map_or(String::new(), |label| format!(": {} ({})", label.span.trim(), label.message));
        let subject = if crates.is_empty() { "deny.toml".to_owned() } else { crates.join(", ") };
        format!("{subject}: {}{label}", self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::{culprits, has_looked, not_fetched};
    use crate::release::Finished;

    fn finished(text: &str) -> Finished {
        Finished { success: false, text: text.to_owned() }
    }

    #[test]
    fn crates_are_named_with_what_is_wrong() {
        let text = r#"{"type":"diagnostic","fields":{"severity":"warning","message":"fine"}}
{"type":"diagnostic","fields":{"severity":"error","message":"failed to satisfy license requirements","labels":[{"message":"","span":"A AND B"},{"message":"rejected: license is not explicitly allowed","span":"B"}],"graphs":[{"Krate":{"name":"one","version":"1.0.3"}}]}}
{"type":"summary","fields":{"licenses":{"errors":1}}}"#;
        let expected = "one 1.0.3: failed to satisfy license requirements: B (rejected: license is not explicitly allowed)";
        assert_eq!(culprits(&finished(text)), [expected]);
    }

    #[test]
    fn a_missing_database_is_told_from_other_mistakes() {
        let text = r#"{"type":"log","fields":{"level":"ERROR","message":"failed to fetch advisory database x: why\nmore"}}"#;
        assert_eq!(not_fetched(&finished(text)).unwrap(), "failed to fetch advisory database x");
        assert!(!has_looked(&finished(text)));
        assert!(has_looked(&finished(r#"{"type":"summary","fields":{"advisories":{"errors":1}}}"#)));
        let text = r#"{"type":"log","fields":{"level":"ERROR","message":"failed to parse deny.toml"}}"#;
        assert_eq!(not_fetched(&finished(text)), None);
        assert_eq!(culprits(&finished(text)), ["failed to parse deny.toml"]);
    }
}
