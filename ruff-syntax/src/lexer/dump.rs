//! The tokens of a source as text, for people.

use std::fmt::Write;

use super::{TokenKind, lex, trivia};
use crate::source::{SourceFile, Span};

/// One token or comment a line: its position, its kind, its text. Not a stable format.
pub fn dump(source: &str) -> String {
    let file = SourceFile::new("", source);
    let mut out = String::new();
    let mut end = 0;
    for token in lex(source).tokens {
        for piece in trivia(source, Span::new(end, token.span.lo)) {
            if piece.kind != super::TriviaKind::Blank {
                line(&mut out, &file, &format!("{:?}", piece.kind), piece.span);
            }
        }
        let kind = match token.kind {
            kind if kind.is_reserved() => "Word".to_owned(),
            kind if kind.fixed_text().is_some() => "Mark".to_owned(),
            kind => format!("{kind:?}"),
        };
        line(&mut out, &file, &kind, token.span);
        end = token.span.hi;
        if token.kind == TokenKind::Eof {
            break;
        }
    }
    out
}

fn line(out: &mut String, file: &SourceFile, kind: &str, span: Span) {
    let position = file.position(span.lo);
    let at = format!("{}:{}", position.line, position.column);
    let text = file.slice(span).escape_debug();
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{at:<7} {kind:<11} {text}");
}
