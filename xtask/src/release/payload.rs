//! The report for tools. Its form is a contract: fields are added, never renamed.

use serde::Serialize;

use super::gate::{Gate, Outcome, Totals, Verdict, tenths};

/// The version of the form.
const CONTRACT_VERSION: &str = "1.0.0";

#[derive(Serialize)]
struct Report<'a> {
    contract_version: &'a str,
    command: &'a str,
    gates: Vec<Row<'a>>,
    totals: Totals,
}

#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    status: &'a str,
    seconds: f64,
    detail: String,
    fix: Option<&'a str>,
}

#[derive(Serialize)]
struct List<'a> {
    contract_version: &'a str,
    command: &'a str,
    gates: Vec<Known<'a>>,
}

#[derive(Serialize)]
struct Known<'a> {
    name: &'a str,
    proves: &'a str,
    fix: &'a str,
}

/// What came of the gates.
pub(crate) fn outcomes(outcomes: &[Outcome]) -> anyhow::Result<String> {
    let row = |outcome: &'_ Outcome| Row {
        name: outcome.name,
        status: match outcome.verdict {
            Verdict::Passed(_) => "passed",
            Verdict::Failed(_) => "failed",
            Verdict::Skipped(_) => "skipped",
        },
        seconds: tenths(outcome.seconds),
        detail: outcome.detail().join("\n"),
        fix: outcome.fix(),
    };
    print(&Report {
        contract_version: CONTRACT_VERSION,
        command: "release-check",
        gates: outcomes.iter().map(row).collect(),
        totals: Totals::of(outcomes),
    })
}

/// What the gates are and what they prove.
pub(crate) fn list(gates: &[&Gate]) -> anyhow::Result<String> {
    let known = |gate: &&Gate| Known { name: gate.name, proves: gate.proves, fix: gate.fix };
    print(&List {
        contract_version: CONTRACT_VERSION,
        command: "release-check --list",
        gates: gates.iter().map(known).collect(),
    })
}

fn print(payload: &impl Serialize) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(payload)? + "\n")
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::super::sample;
    use super::{list, outcomes};

    #[test]
    fn tools_see_all_of_it() {
        assert_snapshot!(outcomes(&sample::outcomes()).unwrap());
    }

    #[test]
    fn tools_see_the_list() {
        let gates = sample::gates();
        assert_snapshot!(list(&gates.iter().collect::<Vec<_>>()).unwrap());
    }
}
