//! The tokens of a source as text, for people.

use std::fmt::Write;

use super::{TokenKind, lex, trivia};
use crate::source::{SourceFile, Span};
use crate::work;

/// One token or comment a line: its position, its kind, its text. Not a stable format.
pub fn dump(source: &str) -> String {
    let mut dump = Dump::new(source);
    let mut end = 0;
    for token in lex(source).tokens {
        for piece in trivia(source, Span::new(end, token.span.lo)) {
            if piece.kind != super::TriviaKind::Blank {
                dump.line(&format!("{:?}", piece.kind), piece.span);
            }
        }
        let kind = match token.kind {
            kind if kind.is_reserved() => "Word".to_owned(),
            kind if kind.fixed_text().is_some() => "Mark".to_owned(),
            kind => format!("{kind:?}"),
        };
        dump.line(&kind, token.span);
        end = token.span.hi;
        if token.kind == TokenKind::Eof {
            break;
        }
    }
    dump.out
}

struct Dump {
    file: SourceFile,
    out: String,
    /// Where the last line's piece starts, and in which column: the next one is not far, but its line may start far away.
    at: u32,
    column: usize,
}

impl Dump {
    fn new(source: &str) -> Dump {
        // A byte order mark takes no column.
        let at = if source.starts_with('\u{feff}') { 3 } else { 0 };
        Dump { file: SourceFile::new("", source), out: String::new(), at, column: 1 }
    }

    fn line(&mut self, kind: &str, span: Span) {
        let line = self.file.line_at(span.lo);
        let start = self.file.line_start(line);
        if start > self.at {
            (self.at, self.column) = (start, 1);
        }
        let before = self.file.slice(Span::new(self.at, span.lo));
        work::note(before.len());
        (self.at, self.column) = (span.lo, self.column + before.chars().count());
        let at = format!("{line}:{}", self.column);
        let text = self.file.slice(span).escape_debug();
        // Writing to a string cannot fail.
        let _ = writeln!(self.out, "{at:<7} {kind:<11} {text}");
    }
}
