//! Source text: byte spans, and line and column positions computed on demand.

use std::sync::OnceLock;

/// A half-open range of bytes of one source file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    /// First byte.
    pub lo: u32,
    /// One past the last byte.
    pub hi: u32,
}

impl Span {
    /// The span from byte `lo` to byte `hi`.
    pub fn new(lo: u32, hi: u32) -> Self {
        Span { lo, hi }
    }

    /// The smallest span that covers both.
    pub fn to(self, other: Span) -> Self {
        Span { lo: self.lo.min(other.lo), hi: self.hi.max(other.hi) }
    }

    /// The empty span at the start of this one.
    pub fn start(self) -> Self {
        Span { lo: self.lo, hi: self.lo }
    }
}

/// A 1-based line and column; a column counts Unicode scalar values, a tab is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// 1-based line.
    pub line: u32,
    /// 1-based column in Unicode scalar values.
    pub column: u32,
}

/// A named source text and its line index.
///
/// `\n`, `\r\n` and a lone `\r` each end a line. The line index is built on first use, since most programs run
/// without ever asking for a position.
#[derive(Debug)]
pub struct SourceFile {
    name: String,
    text: String,
    line_starts: OnceLock<Vec<u32>>,
}

impl SourceFile {
    /// A source file called `name` in diagnostics.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        SourceFile { name: name.into(), text: text.into(), line_starts: OnceLock::new() }
    }

    /// The name shown in diagnostics, usually the path as the user gave it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of `span`, empty when it does not lie on character boundaries of this file.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.lo as usize..span.hi as usize).unwrap_or("")
    }

    /// The position of a byte offset. Cost: binary search for the line, linear in the line's length.
    pub fn position(&self, offset: u32) -> Position {
        let line = self.line_at(offset);
        let start = self.line_start(line);
        let end = (offset as usize).min(self.text.len());
        let before = self.text.get(start as usize..end).unwrap_or("");
        let column = before.trim_start_matches('\u{feff}').chars().count() + 1;
        Position { line, column: u32::try_from(column).unwrap_or(u32::MAX) }
    }

    /// The 1-based line of a byte offset. Cost: binary search.
    pub fn line_at(&self, offset: u32) -> u32 {
        let line = self.line_starts().partition_point(|&start| start <= offset).max(1);
        u32::try_from(line).unwrap_or(u32::MAX)
    }

    /// The text of a 1-based line without its line end.
    pub fn line(&self, line: u32) -> &str {
        let starts = self.line_starts();
        let Some(index) = (line as usize).checked_sub(1) else { return "" };
        let Some(&lo) = starts.get(index) else { return "" };
        let hi = starts.get(index + 1).map_or(self.text.len(), |&next| next as usize);
        self.text.get(lo as usize..hi).unwrap_or("").trim_end_matches(['\n', '\r'])
    }

    /// The byte offset at which a 1-based line starts.
    pub fn line_start(&self, line: u32) -> u32 {
        (line as usize).checked_sub(1).and_then(|index| self.line_starts().get(index).copied()).unwrap_or(0)
    }

    /// How many lines the text has; an empty text has one.
    pub fn line_count(&self) -> usize {
        self.line_starts().len()
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let bytes = self.text.as_bytes();
            let mut starts = vec![0];
            let mut at = 0;
            while at < bytes.len() {
                let next = at + 1;
                let ends_line = match bytes[at] {
                    b'\n' => true,
                    b'\r' => bytes.get(next) != Some(&b'\n'),
                    _ => false,
                };
                if ends_line {
                    starts.push(u32::try_from(next).unwrap_or(u32::MAX));
                }
                at = next;
            }
            starts
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_line_end_counts_once() {
        let file = SourceFile::new("t", "a\nb\r\nc\rd");
        assert_eq!(file.line_count(), 4);
        assert_eq!(file.position(5), Position { line: 3, column: 1 });
        assert_eq!(file.line(2), "b");
        assert_eq!(file.line(4), "d");
    }

    #[test]
    fn columns_count_scalar_values() {
        let file = SourceFile::new("t", "é\tx");
        assert_eq!(file.position(3), Position { line: 1, column: 3 });
    }
}
