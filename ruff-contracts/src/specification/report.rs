//! A [`Coverage`] for people, and for tools.

use std::fmt;

use super::Coverage;
use crate::columns::wrapped;

/// How wide a report is.
const WIDTH: usize = 100;

impl Coverage {
    /// The coverage as JSON: the numbers of each chapter, then what they count.
    pub fn to_json(&self) -> String {
        // Strings and numbers always have a JSON form.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
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

fn write_differences(f: &mut fmt::Formatter<'_>, chapter: &super::Chapter) -> fmt::Result {
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
