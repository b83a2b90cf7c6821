//! What matches are replaced by: text with references to groups.

use regex::{Captures, Regex};

/// A replacement, taken apart once for all matches, so that its size is known before it is written.
pub(super) struct Template<'a> {
    parts: Vec<Part<'a>>,
}

enum Part<'a> {
    Text(&'a str),
    /// What this group matched.
    Group(usize),
}

impl<'a> Template<'a> {
    /// Reads `$1`, `$name`, `${name}` and `$$` in `replacement`; any other dollar stands for itself. Groups that
    /// `regex` lacks are empty.
    pub(super) fn new(replacement: &'a str, regex: &Regex) -> Self {
        let mut parts = Vec::new();
        let mut rest = replacement;
        while let Some((before, after)) = rest.split_once('$') {
            parts.push(Part::Text(before));
            if let Some(after) = after.strip_prefix('$') {
                parts.push(Part::Text("$"));
                rest = after;
            } else if let Some((name, after)) = group_name(after) {
                parts.extend(group(name, regex).map(Part::Group));
                rest = after;
            } else {
                parts.push(Part::Text("$"));
                rest = after;
            }
        }
        parts.push(Part::Text(rest));
        Template { parts }
    }

    /// How many bytes [`Template::expand`] adds.
    pub(super) fn len(&self, captures: &Captures<'_>) -> usize {
        self.texts(captures).map(str::len).fold(0, usize::saturating_add)
    }

    /// Adds the replacement of a match.
    pub(super) fn expand(&self, captures: &Captures<'_>, out: &mut String) {
        out.extend(self.texts(captures));
    }

    fn texts<'t>(&'t self, captures: &'t Captures<'t>) -> impl Iterator<Item = &'t str> {
        self.parts.iter().map(move |part| match part {
            Part::Text(text) => text,
            Part::Group(index) => captures.get(*index).map_or("", |group| group.as_str()),
        })
    }
}

/// The name of a group at the start of `text`, in braces or as long as it can be, and what follows.
fn group_name(text: &str) -> Option<(&str, &str)> {
    if let Some(text) = text.strip_prefix('{') {
        return text.split_once('}');
    }
    let end = text.find(|char: char| !char.is_ascii_alphanumeric() && char != '_').unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

fn group(name: &str, regex: &Regex) -> Option<usize> {
    match name.parse() {
        Ok(index) => Some(index),
        Err(_) => regex.capture_names().position(|known| known == Some(name)),
    }
}
