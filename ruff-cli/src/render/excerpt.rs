//! The lines of source that labels point into, and how a line looks on a screen: tabs, wide characters, control
//! characters, and a window over lines that are too long.

use std::ops::Range;

use miette::SpanContents;
use unicode_width::UnicodeWidthChar;

use super::look::{Look, steers};

/// Columns that a tab takes. Ruff counts a tab as one column of a position; on the screen it is wider.
const TAB_WIDTH: usize = 4;
/// Columns kept free after the last mark of a line that does not fit.
const MARGIN: usize = 12;

/// Consecutive lines of a source.
pub(super) struct Excerpt<'a> {
    /// 0-based number of the first line.
    pub(super) first: usize,
    lines: Vec<Line<'a>>,
}

/// One line without its end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    /// Byte offset in the source.
    start: usize,
    pub(super) text: &'a str,
}

impl<'a> Excerpt<'a> {
    /// The lines of `contents`, which starts at the beginning of a line.
    pub(super) fn new(contents: &(dyn SpanContents<'a> + 'a)) -> Self {
        let text = std::str::from_utf8(contents.data()).unwrap_or_default();
        let mut lines = Vec::with_capacity(contents.line_count());
        let mut start = contents.span().offset();
        let mut rest = text;
        // A byte order mark is no part of the first line, as positions see it.
        if let Some(after) = rest.strip_prefix('\u{feff}').filter(|_| start == 0) {
            start += rest.len() - after.len();
            rest = after;
        }
        while let Some(end) = rest.find(['\n', '\r']) {
            let after = rest.get(end..).unwrap_or_default();
            let ending = if after.starts_with("\r\n") { 2 } else { 1 };
            lines.push(Line { start, text: rest.get(..end).unwrap_or_default() });
            start += end + ending;
            rest = after.get(ending..).unwrap_or_default();
        }
        lines.push(Line { start, text: rest });
        Excerpt { first: contents.line(), lines }
    }

    /// The line at an index counted from the excerpt's first.
    pub(super) fn line(&self, index: usize) -> Option<Line<'a>> {
        self.lines.get(index).copied()
    }

    /// The index of the line that holds a byte offset of the source.
    pub(super) fn line_at(&self, offset: usize) -> usize {
        self.lines.partition_point(|line| line.start <= offset).saturating_sub(1)
    }
}

impl<'a> Line<'a> {
    /// The bytes of this line that `span`, a range of the source, covers.
    pub(super) fn clip(self, span: &Range<usize>) -> Range<usize> {
        let within = |offset: usize| offset.saturating_sub(self.start).min(self.text.len());
        within(span.start)..within(span.end)
    }

    /// The characters before a byte of this line.
    pub(super) fn before(self, byte: usize) -> &'a str {
        self.text.get(..self.text.floor_char_boundary(byte)).unwrap_or_default()
    }

    /// The screen column of a byte of this line, from 0.
    pub(super) fn column(self, byte: usize) -> usize {
        self.before(byte).chars().map(width).sum()
    }

    /// The first byte that is not blank.
    pub(super) fn indent(self) -> usize {
        self.text.len() - self.text.trim_start().len()
    }
}

/// The screen columns of a line that are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    from: usize,
    to: usize,
    /// Width of `...` at the left.
    left: usize,
    is_cut_right: bool,
}

const CUT: &str = "...";

impl Window {
    /// The part of a line of `total` columns that fits into `available` ones and shows `focus` in its surroundings,
    /// and all of `marks` where that is possible.
    pub(super) fn new(total: usize, available: usize, marks: &Range<usize>, focus: &Range<usize>) -> Self {
        if total <= available {
            return Window { from: 0, to: total, left: 0, is_cut_right: false };
        }
        let cut = CUT.len();
        let inner = available - 2 * cut;
        let start = if marks.end - marks.start + 2 * MARGIN <= inner { marks.start } else { focus.start };
        let from = start.saturating_sub(inner / 3);
        if from <= cut || marks.end + MARGIN + cut <= available {
            return Window { from: 0, to: available - cut, left: 0, is_cut_right: true };
        }
        if from + inner + cut >= total {
            return Window { from: total + cut - available, to: total, left: cut, is_cut_right: false };
        }
        Window { from, to: from + inner, left: cut, is_cut_right: true }
    }

    /// Where a screen column of the line is shown; what lies outside is found under the dots that stand for it.
    pub(super) fn place(self, column: usize) -> usize {
        if column < self.from {
            return 0;
        }
        let past = if self.is_cut_right && column > self.to { CUT.len() - 1 } else { 0 };
        column.min(self.to) - self.from + self.left + past
    }

    /// The shown text of `line`.
    pub(super) fn show(self, line: Line<'_>, look: Look) -> String {
        let mut out = String::from(if self.left > 0 { CUT } else { "" });
        let mut column = 0;
        for c in line.text.chars() {
            let next = column + width(c);
            if next > self.to {
                break;
            }
            if column >= self.from {
                push_visible(&mut out, c, look);
            } else {
                // The visible half of a wide character or tab that begins before the window.
                out.extend(std::iter::repeat_n(' ', next.saturating_sub(self.from)));
            }
            column = next;
        }
        if self.is_cut_right {
            out.extend(std::iter::repeat_n(' ', self.to.saturating_sub(column)));
            out.push_str(CUT);
        } else {
            out.truncate(out.trim_end().len());
        }
        out
    }
}

fn push_visible(out: &mut String, c: char, look: Look) {
    match c {
        '\t' => out.push_str("    "),
        c if steers(c) => out.push(if look.unicode { '\u{fffd}' } else { '?' }),
        c => out.push(c),
    }
}

fn width(c: char) -> usize {
    match c {
        '\t' => TAB_WIDTH,
        c if steers(c) => 1,
        c => c.width().unwrap_or(0),
    }
}
