//! Which brace is likely at fault when braces do not balance: the indentation tells.

use super::Parser;
use crate::diagnostic::Diagnostic;
use crate::lexer::TokenKind;
use crate::source::Span;
use crate::work;

/// A brace that is open, and how far the line it stands in is indented.
struct OpenBrace {
    span: Span,
    indent: usize,
}

impl Parser<'_> {
    /// Points at the brace that most likely is not closed, when that is not the one that is open at the end.
    ///
    /// It is the first one whose closer stands further left than the line it was opened in. Cost: linear in the
    /// file, so this is for the one diagnostic about its end.
    pub(super) fn with_unclosed_suspect(&self, diagnostic: Diagnostic) -> Diagnostic {
        let suspect = self.first_pair(|open, closer_indent| closer_indent < open.indent);
        match suspect {
            Some((opener, _)) => diagnostic.with_label(opener, "perhaps it is this one that is not closed"),
            None => diagnostic,
        }
    }

    /// Points at the closing brace that most likely is one too many: the first one that stands further right than
    /// the line of the brace it closes. Cost: linear in the file.
    pub(super) fn with_superfluous_suspect(&self, diagnostic: Diagnostic) -> Diagnostic {
        let suspect = self.first_pair(|open, closer_indent| closer_indent > open.indent);
        match suspect {
            Some((_, closer)) => diagnostic.with_label(closer, "perhaps it is this one that is too many"),
            None => diagnostic,
        }
    }

    /// The first pair of braces for which `is_odd` holds, given the closer's indentation. Only closers that are first
    /// on their line count.
    fn first_pair(&self, is_odd: impl Fn(&OpenBrace, usize) -> bool) -> Option<(Span, Span)> {
        let mut open: Vec<OpenBrace> = Vec::new();
        let mut indent = 0;
        for (index, token) in self.tokens.iter().enumerate() {
            work::note(1);
            if token.newline_before || index == 0 {
                indent = self.indent(token.span.lo);
            }
            match token.kind {
                TokenKind::LBrace => open.push(OpenBrace { span: token.span, indent }),
                TokenKind::RBrace => {
                    let opener = open.pop()?;
                    if token.newline_before && is_odd(&opener, indent) {
                        return Some((opener.span, token.span));
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// How many blanks stand before the first token of a line.
    fn indent(&self, token: u32) -> usize {
        let before = self.source.as_bytes().get(..token as usize).unwrap_or(&[]);
        before.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
    }
}
