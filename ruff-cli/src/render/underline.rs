//! The rows under a line of source: carets, dashes, and the words that go with them, laid out without collisions.

use super::look::{Look, Tint, clean};

/// Something to point at in one line.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    /// Screen columns.
    pub(super) lo: usize,
    pub(super) hi: usize,
    pub(super) is_primary: bool,
    pub(super) text: String,
}

/// The rows under a line, drawn in the colours of `primary` and [`Tint::Frame`].
///
/// The words of the last mark stand beside it when nothing is to its right. Those of the others hang below, the last
/// one highest, each from a line of `|`:
///
/// ```text
/// ----    -    ^ the last
/// |       |
/// |       another
/// the first
/// ```
pub(super) fn rows(mut marks: Vec<Mark>, primary: Tint, look: Look) -> Vec<String> {
    for mark in &mut marks {
        mark.hi = mark.hi.max(mark.lo + 1);
        mark.text = clean(&mark.text).replace(['\n', '\t'], " ");
    }
    // Later marks are drawn over earlier ones, so that nothing hides the primary one; and of two that start together
    // the primary one's words come first.
    marks.sort_by_key(|mark| (mark.is_primary, mark.lo));
    let mut first = Row::default();
    for mark in &marks {
        let (c, tint) = if mark.is_primary { ('^', primary) } else { ('-', Tint::Frame) };
        (mark.lo..mark.hi).for_each(|column| first.put(column, c, tint));
    }
    marks.retain(|mark| !mark.text.is_empty());
    marks.sort_by_key(|mark| (mark.lo, mark.is_primary));
    let end = first.cells.len();
    if let Some(beside) = marks.pop_if(|mark| mark.hi == end) {
        first.write(end + 1, &beside.text, beside.tint(primary));
    }
    let mut rows = vec![first];
    if !marks.is_empty() {
        rows.push(Row::connectors(&marks, primary));
    }
    while let Some(mark) = marks.pop() {
        let mut row = Row::connectors(&marks, primary);
        row.cells.truncate(mark.lo);
        row.write(mark.lo, &mark.text, mark.tint(primary));
        rows.push(row);
    }
    rows.into_iter().map(|row| row.paint(look)).collect()
}

impl Mark {
    fn tint(&self, primary: Tint) -> Tint {
        if self.is_primary { primary } else { Tint::Frame }
    }
}

/// One row of the screen.
#[derive(Debug, Default)]
struct Row {
    cells: Vec<(char, Tint)>,
}

impl Row {
    fn connectors(marks: &[Mark], primary: Tint) -> Row {
        let mut row = Row::default();
        for mark in marks {
            row.put(mark.lo, '|', mark.tint(primary));
        }
        row
    }

    fn put(&mut self, column: usize, c: char, tint: Tint) {
        if self.cells.len() <= column {
            self.cells.resize(column + 1, (' ', Tint::Plain));
        }
        if let Some(cell) = self.cells.get_mut(column) {
            *cell = (c, tint);
        }
    }

    fn write(&mut self, column: usize, text: &str, tint: Tint) {
        for (column, c) in (column..).zip(text.chars()) {
            self.put(column, c, tint);
        }
    }

    fn paint(&self, look: Look) -> String {
        let mut out = String::new();
        for run in self.cells.chunk_by(|a, b| a.1 == b.1) {
            let text: String = run.iter().map(|(c, _)| *c).collect();
            let tint = run.first().map_or(Tint::Plain, |(_, tint)| *tint);
            look.paint(&mut out, tint, &text);
        }
        out
    }
}
