//! [`Group`]: probes of one kind with what they did, written down so that equal outcomes take a line.

use super::outcome::Outcome;
use crate::columns::wrapped;

/// How wide a page is.
const WIDTH: usize = 110;

/// From how many on the samples with the same outcome are too many to be listed.
const MANY: usize = 8;

/// Probes under a title.
pub(super) struct Group {
    title: String,
    /// What was tried, and what came out.
    rows: Vec<(String, Outcome)>,
}

impl Group {
    pub(super) fn new(title: &str) -> Group {
        Group { title: title.to_owned(), rows: Vec::new() }
    }

    pub(super) fn add(&mut self, label: String, outcome: Outcome) {
        self.rows.push((label, outcome));
    }

    /// Writes each probe, if there is any.
    pub(super) fn write_rows(self, out: &mut String) {
        let rows = self.rows.into_iter().map(|(label, outcome)| (vec![label], outcome.to_string()));
        write(out, &self.title, rows.collect());
    }

    /// Writes the probes, those with the same outcome together, if there is any. The refusal that most kinds of values
    /// meet comes last, as that of all others.
    pub(super) fn write(self, out: &mut String) {
        let mut groups: Vec<(Vec<String>, Outcome)> = Vec::new();
        for (label, outcome) in self.rows {
            match groups.iter_mut().find(|(_, known)| *known == outcome) {
                Some((labels, _)) => labels.push(label),
                None => groups.push((vec![label], outcome)),
            }
        }
        let refusals =
            (0..groups.len()).filter(|at| groups[*at].1.is_refusal() && groups[*at].0.len() >= MANY);
        if let Some(most) = refusals.max_by_key(|at| groups[*at].0.len()) {
            let (_, outcome) = groups.remove(most);
            groups.push((vec!["all others".to_owned()], outcome));
        }
        let groups = groups.into_iter().map(|(labels, outcome)| (labels, outcome.to_string()));
        write(out, &self.title, groups.collect());
    }
}

fn write(out: &mut String, title: &str, groups: Vec<(Vec<String>, String)>) {
    if groups.is_empty() {
        return;
    }
    out.push_str(&format!("\n{title}\n"));
    for (labels, outcome) in groups {
        let outcome = outcome.trim_end();
        let lines = wrapped(&labels, ", ", WIDTH - 4);
        match &lines[..] {
            [line] if line.chars().count() + outcome.chars().count() + 8 <= WIDTH => {
                out.push_str(&format!("    {line} -> {outcome}\n"));
            }
            _ => {
                lines.iter().for_each(|line| out.push_str(&format!("    {line}\n")));
                out.push_str(&format!("        -> {outcome}\n"));
            }
        }
    }
}
