//! [`Place`]: where in a text that a program reads something stands.

use std::fmt;

/// What some editors put in front of a text. It says nothing, and nobody sees it.
pub(crate) const BYTE_ORDER_MARK: char = '\u{feff}';

/// A line and a column, as people count them: lines from 1, columns in characters from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) line: usize,
    pub(crate) column: usize,
    /// The byte of the text at which column 1 of the line is.
    pub(crate) line_start: usize,
}

impl Place {
    /// The place of a byte of `text`. As in programs, `\n`, `\r\n` and a lone `\r` end a line, and a byte order mark has
    /// no column. Linear in `at`.
    pub(crate) fn of(text: &str, at: usize) -> Place {
        let bytes = text.as_bytes();
        let at = text.floor_char_boundary(at);
        let ends_line = |&index: &usize| match bytes.get(index) {
            Some(b'\n') => true,
            Some(b'\r') => bytes.get(index + 1) != Some(&b'\n'),
            _ => false,
        };
        let mut ends = (0..at).filter(ends_line);
        let last = ends.next_back();
        let line = 1 + ends.count() + usize::from(last.is_some());
        let start = last.map_or(0, |end| end + 1);
        let has_mark = text.get(start..).is_some_and(|line| line.starts_with(BYTE_ORDER_MARK));
        let line_start = if has_mark { start + BYTE_ORDER_MARK.len_utf8() } else { start };
        let column = 1 + text.get(line_start..at).unwrap_or_default().chars().count();
        Place { line, column, line_start }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} column {}", self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_as_in_programs_and_columns_count_characters() {
        let cases = [
            ("", 0, (1, 1, 0)),
            ("ab", 2, (1, 3, 0)),
            ("ab", 9, (1, 3, 0)),
            ("é\tx", 3, (1, 3, 0)),
            ("é", 1, (1, 1, 0)),
            ("\u{feff}x", 3, (1, 1, 3)),
            ("\u{feff}x", 0, (1, 1, 3)),
            ("a\nb", 2, (2, 1, 2)),
            ("a\r\nb", 2, (1, 3, 0)),
            ("a\r\nb", 3, (2, 1, 3)),
            ("a\rb", 2, (2, 1, 2)),
            ("a\r", 2, (2, 1, 2)),
            ("\r\n\n\r\r", 5, (5, 1, 5)),
        ];
        for (text, at, (line, column, line_start)) in cases {
            assert_eq!(Place::of(text, at), Place { line, column, line_start }, "{text:?} at {at}");
        }
    }
}
