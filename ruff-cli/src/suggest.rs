//! Suggestions for mistyped command names.

use ruff_syntax::diagnostic::distance;

/// Suggestions for one name.
const SUGGESTIONS: usize = 3;

/// `Did you mean 'run'?` with up to three of `known`, nearest first. The same name in another case is always near.
pub(crate) fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let allowed = (name.chars().count() / 3).max(1);
    let folded = name.to_lowercase();
    let mut near: Vec<(usize, &str)> = known
        .into_iter()
        .map(|known| (if known.to_lowercase() == folded { 0 } else { distance(name, known) }, known))
        .filter(|(distance, _)| *distance <= allowed)
        .collect();
    near.sort_unstable();
    near.truncate(SUGGESTIONS);
    let quoted: Vec<String> = near.into_iter().map(|(_, known)| format!("'{known}'")).collect();
    match quoted.split_last()? {
        (last, []) => Some(format!("Did you mean {last}?")),
        (last, others) => Some(format!("Did you mean {} or {last}?", others.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_come_first() {
        let known = ["fmt", "test", "task", "lint", "init", "run"];
        assert_eq!(did_you_mean("rnu", known).as_deref(), Some("Did you mean 'run'?"));
        assert_eq!(did_you_mean("tast", known).as_deref(), Some("Did you mean 'task' or 'test'?"));
        assert_eq!(did_you_mean("deploy", known), None);
        assert_eq!(did_you_mean("LINT", known).as_deref(), Some("Did you mean 'lint'?"));
    }
}
