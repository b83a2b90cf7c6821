//! Blanks and comments: what stands between two tokens. Tools recover it from the gap; the parser never sees it.

use super::Lexer;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// A blank or a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trivia {
    /// What it is.
    pub kind: TriviaKind,
    /// The bytes it covers; the line end after a line comment does not belong to it.
    pub span: Span,
}

/// What a piece of trivia is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TriviaKind {
    /// Spaces, tabs, line ends, and a byte order mark at the start of the file.
    Blank,
    /// `# …` or `// …`
    LineComment,
    /// `/// …` or `//! …`, which documentation tools read.
    DocLineComment,
    /// `/* … */`, unclosed at the end of the file when that was reported.
    BlockComment,
    /// `/** … */`
    DocBlockComment,
}

/// The trivia of a gap between two tokens of `source`, in order and without holes. Cost: linear in the gap.
pub fn trivia(source: &str, gap: Span) -> impl Iterator<Item = Trivia> {
    let mut rest = source.get(gap.lo as usize..gap.hi as usize).unwrap_or("");
    let mut lo = gap.lo;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (kind, length) = first_piece(rest);
        let (_, after) = rest.split_at(length);
        let span = Span::new(lo, lo + (rest.len() - after.len()) as u32);
        (rest, lo) = (after, span.hi);
        Some(Trivia { kind, span })
    })
}

/// The kind and byte length of the piece that `text`, not empty, starts with.
fn first_piece(text: &str) -> (TriviaKind, usize) {
    if let Some(body) = text.strip_prefix("/*") {
        let length = body.find("*/").map_or(text.len(), |end| end + 4);
        let is_doc = body.starts_with('*') && !body.starts_with("*/");
        return (if is_doc { TriviaKind::DocBlockComment } else { TriviaKind::BlockComment }, length);
    }
    if text.starts_with('#') || text.starts_with("//") {
        let is_doc = text.starts_with("///") || text.starts_with("//!");
        let length = text.find(['\n', '\r']).unwrap_or(text.len());
        return (if is_doc { TriviaKind::DocLineComment } else { TriviaKind::LineComment }, length);
    }
    let is_comment_start = |at: usize| {
        let rest = &text[at..];
        rest.starts_with('#') || rest.starts_with("//") || rest.starts_with("/*")
    };
    let length = text.char_indices().map(|(at, _)| at).find(|&at| is_comment_start(at));
    // A byte that starts no comment is blank here: gaps hold nothing else.
    (TriviaKind::Blank, length.filter(|&length| length > 0).unwrap_or(text.len()))
}

impl Lexer<'_> {
    /// Skips blanks and comments before the next token; answers whether a line end was among them.
    pub(super) fn skip_trivia(&mut self) -> bool {
        let mut newline = false;
        loop {
            match self.byte(0) {
                Some(b' ' | b'\t') => self.at += 1,
                Some(b'\n' | b'\r') => {
                    self.at += 1;
                    newline = true;
                }
                Some(b'#') => self.skip_line_comment(),
                Some(b'/') if self.byte(1) == Some(b'/') => self.skip_line_comment(),
                Some(b'/') if self.byte(1) == Some(b'*') => newline |= self.skip_block_comment(),
                _ => return newline,
            }
        }
    }

    fn skip_line_comment(&mut self) {
        while let Some(byte) = self.byte(0) {
            match byte {
                b'\n' | b'\r' => return,
                0 => self.report_null(),
                _ => self.at += 1,
            }
        }
    }

    fn skip_block_comment(&mut self) -> bool {
        let opening = Span::new(self.at, self.at + 2);
        let mut newline = false;
        self.at += 2;
        while let Some(byte) = self.byte(0) {
            match byte {
                b'*' if self.byte(1) == Some(b'/') => {
                    self.at += 2;
                    return newline;
                }
                b'\n' | b'\r' => {
                    newline = true;
                    self.at += 1;
                }
                0 => self.report_null(),
                _ => self.at += 1,
            }
        }
        let diagnostic = Diagnostic::error(Code::UnterminatedComment, "Unterminated block comment", opening)
            .labelled("this comment is never closed")
            .with_help("close it with '*/'; block comments do not nest");
        self.report(diagnostic);
        newline
    }
}
