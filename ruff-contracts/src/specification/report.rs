//! A [`Coverage`] for people, and for tools.

use std::fmt;

use serde::Serialize;

use super::{Chapter, Coverage, Difference};
use crate::columns::wrapped;

/// How wide a report is.
const WIDTH: usize = 100;

/// A [`Coverage`] as tools see it.
#[derive(Serialize)]
struct Payload<'a> {
    schema: u32,
    chapters: Vec<ChapterPayload<'a>>,
    extra: &'a [String],
}

#[derive(Serialize)]
struct ChapterPayload<'a> {
    chapter: &'a str,
    names: usize,
    there: usize,
    missing: &'a [String],
    different: Vec<DifferencePayload<'a>>,
    extensions: usize,
    missing_extensions: &'a [String],
}

#[derive(Serialize)]
struct DifferencePayload<'a> {
    name: &'a str,
    what: &'a str,
    wanted: &'a str,
    actual: &'a str,
}

impl<'a> ChapterPayload<'a> {
    fn new(chapter: &'a Chapter) -> Self {
        let difference = |found: &'a Difference| DifferencePayload {
            name: &found.name,
            what: found.what,
            wanted: &found.wanted,
            actual: &found.actual,
        };
        ChapterPayload {
            chapter: chapter.chapter,
            names: chapter.names,
            there: chapter.there(),
            missing: &chapter.missing,
            different: chapter.different.iter().map(difference).collect(),
            extensions: chapter.extensions,
            missing_extensions: &chapter.missing_extensions,
        }
    }
}

impl Coverage {
    /// The coverage as JSON.
    pub fn to_json(&self) -> String {
        let chapters = self.chapters.iter().map(ChapterPayload::new).collect();
        let payload = Payload { schema: 1, chapters, extra: &self.extra };
        // Strings and numbers always have a JSON form.
        let mut text = serde_json::to_string_pretty(&payload).unwrap_or_default();
        text.push('\n');
        text
    }
}

/// A table of the chapters, then what is different and what is missing, by name.
impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = |f: &mut fmt::Formatter<'_>, name: &str, cells: [usize; 4], extensions: [usize; 2]| {
            let [names, there, missing, different] = cells;
            let [found, of] = extensions;
            writeln!(f, "{name:<12}{names:>7}{there:>7}{missing:>9}{different:>11}{found:>9} of {of}")
        };
        writeln!(
            f,
            "{:<12}{:>7}{:>7}{:>9}{:>11}   extensions",
            "chapter", "names", "there", "missing", "different"
        )?;
        let (mut all, mut extensions) = ([0; 4], [0; 2]);
        for chapter in &self.chapters {
            let cells = [chapter.names, chapter.there(), chapter.missing.len(), chapter.different.len()];
            let found = [chapter.extensions - chapter.missing_extensions.len(), chapter.extensions];
            row(f, chapter.chapter, cells, found)?;
            all.iter_mut().zip(cells).for_each(|(sum, cell)| *sum += cell);
            extensions.iter_mut().zip(found).for_each(|(sum, cell)| *sum += cell);
        }
        row(f, "all", all, extensions)?;
        for chapter in &self.chapters {
            write_differences(f, chapter)?;
            write_names(f, &format!("{}: missing", chapter.chapter), &chapter.missing)?;
            write_names(f, &format!("{}: extensions missing", chapter.chapter), &chapter.missing_extensions)?;
        }
        write_names(f, "in no chapter", &self.extra)
    }
}

fn write_differences(f: &mut fmt::Formatter<'_>, chapter: &Chapter) -> fmt::Result {
    if !chapter.different.is_empty() {
        writeln!(f, "\n{}: different", chapter.chapter)?;
    }
    for difference in &chapter.different {
        writeln!(f, "  {} {}", difference.name, difference.what)?;
        writeln!(f, "    wanted  {}\n    is      {}", difference.wanted, difference.actual)?;
    }
    Ok(())
}

fn write_names(f: &mut fmt::Formatter<'_>, title: &str, names: &[String]) -> fmt::Result {
    if names.is_empty() {
        return Ok(());
    }
    writeln!(f, "\n{title}")?;
    wrapped(names, ", ", WIDTH - 2).into_iter().try_for_each(|line| writeln!(f, "  {line}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coverage() -> Coverage {
        let difference = Difference {
            name: "abs".to_owned(),
            what: "capability",
            wanted: "none".to_owned(),
            actual: "clock".to_owned(),
        };
        let chapter = Chapter {
            chapter: "10-core",
            names: 3,
            missing: vec!["cos".to_owned()],
            different: vec![difference],
            extensions: 1,
            missing_extensions: vec![],
        };
        Coverage { chapters: vec![chapter], extra: vec!["next".to_owned()] }
    }

    #[test]
    fn people_see_a_table_and_what_to_do() {
        insta::assert_snapshot!(coverage().to_string());
    }

    #[test]
    fn tools_see_the_same() {
        insta::assert_snapshot!(coverage().to_json());
    }
}
