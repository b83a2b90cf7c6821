//! The report for people: a row a gate, then how many passed.

use std::fmt::Write as _;
use std::io::IsTerminal as _;

use super::gate::{Gate, Outcome, Totals, Verdict};

/// How wide a table is where nobody says.
const DEFAULT_WIDTH: usize = 100;

/// Narrower ones are not made.
const MIN_WIDTH: usize = 60;

/// Lines of a gate's detail. The report for tools has them all.
const MOST_LINES: usize = 5;

/// What standard output can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Look {
    pub(crate) color: bool,
    pub(crate) width: usize,
}

impl Look {
    /// What standard output can show here.
    pub(crate) fn of_stdout() -> Look {
        let stdout = std::io::stdout();
        let size = || terminal_size::terminal_size_of(&stdout).map_or(0, |(width, _)| usize::from(width.0));
        Look::detect(stdout.is_terminal().then(size), |name| std::env::var(name).ok())
    }

    /// `terminal` is the width of the terminal, if it is one.
    fn detect(terminal: Option<usize>, env: impl Fn(&str) -> Option<String>) -> Look {
        let set = |name: &str| env(name).filter(|value| !value.is_empty());
        let columns = env("COLUMNS").and_then(|columns| columns.parse().ok());
        Look {
            color: terminal.is_some() && set("NO_COLOR").is_none() && env("TERM").as_deref() != Some("dumb"),
            width: columns.or(terminal).unwrap_or(DEFAULT_WIDTH).max(MIN_WIDTH),
        }
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.color { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// What came of the gates.
pub(crate) fn outcomes(outcomes: &[Outcome], look: Look) -> String {
    let name_width = outcomes.iter().map(|outcome| outcome.name.len()).max().unwrap_or(0).max("gate".len());
    let mut out = format!("{:name_width$}  result      time  detail\n", "gate");
    let indent = name_width + 21;
    for outcome in outcomes {
        let result = match outcome.verdict {
            Verdict::Passed(_) => look.paint("32", "passed "),
            Verdict::Failed(_) => look.paint("1;31", "FAILED "),
            Verdict::Skipped(_) => look.paint("1;33", "skipped"),
        };
        let seconds = format!("{:.1} s", outcome.seconds);
        let row = format!("{:name_width$}  {result}  {seconds:>8}  ", outcome.name);
        let lines = detail(outcome, look.width.saturating_sub(indent));
        for (index, line) in lines.iter().enumerate() {
            if index == 0 {
                out.push_str(&row);
            } else {
                out.extend(std::iter::repeat_n(' ', indent));
            }
            out.push_str(line);
            out.truncate(out.trim_end().len());
            out.push('\n');
        }
    }
    let Totals { passed, failed, skipped, seconds } = Totals::of(outcomes);
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "\nthe gates took {seconds:.1} s\ngates: {passed} passed, {failed} failed, {skipped} skipped"
    );
    out
}

/// What the gates are and what they prove.
pub(crate) fn list(gates: &[&Gate], look: Look) -> String {
    let name_width = gates.iter().map(|gate| gate.name.len()).max().unwrap_or(0);
    let mut out = String::new();
    for gate in gates {
        for (index, line) in
            wrapped(gate.proves, look.width.saturating_sub(name_width + 2)).iter().enumerate()
        {
            let name = if index == 0 { gate.name } else { "" };
            // Writing to a string cannot fail.
            let _ = writeln!(out, "{name:name_width$}  {line}");
        }
    }
    out
}

/// The lines of the last column.
fn detail(outcome: &Outcome, width: usize) -> Vec<String> {
    let all = outcome.detail();
    let mut lines: Vec<String> = all.iter().take(MOST_LINES).flat_map(|line| wrapped(line, width)).collect();
    if all.len() > MOST_LINES {
        lines.push(format!("and {} more", all.len() - MOST_LINES));
    }
    if let Some(fix) = outcome.fix() {
        lines.extend(wrapped(&format!("fix: {fix}"), width));
    }
    if lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

/// `text` in lines of at most `width` characters where its words allow it. There is at least one.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::super::sample;
    use super::{Look, list, outcomes};

    #[test]
    fn people_see_a_table() {
        assert_snapshot!(outcomes(&sample::outcomes(), Look { color: false, width: 90 }));
    }

    #[test]
    fn a_narrow_terminal_gets_shorter_lines() {
        assert_snapshot!(outcomes(&sample::outcomes(), Look { color: false, width: 60 }));
    }

    #[test]
    fn results_have_colours() {
        let table = outcomes(&sample::outcomes(), Look { color: true, width: 90 });
        assert_snapshot!(table.replace('\u{1b}', "␛"));
    }

    #[test]
    fn the_list_says_what_gates_prove() {
        let gates = sample::gates();
        assert_snapshot!(list(&gates.iter().collect::<Vec<_>>(), Look { color: false, width: 60 }));
    }

    #[test]
    fn the_environment_says_what_can_be_shown() {
        let look = |terminal, vars: &[(&str, &str)]| {
            let var = |name: &str| vars.iter().find(|(known, _)| *known == name);
            Look::detect(terminal, |name| var(name).map(|(_, value)| (*value).to_owned()))
        };
        assert_eq!(look(Some(120), &[]), Look { color: true, width: 120 });
        assert_eq!(look(Some(120), &[("NO_COLOR", "1")]), Look { color: false, width: 120 });
        assert_eq!(look(Some(120), &[("NO_COLOR", ""), ("COLUMNS", "80")]), Look { color: true, width: 80 });
        assert_eq!(look(Some(20), &[("TERM", "dumb")]), Look { color: false, width: 60 });
        assert_eq!(look(None, &[]), Look { color: false, width: 100 });
    }
}
