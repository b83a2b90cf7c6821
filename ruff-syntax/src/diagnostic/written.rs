//! Diagnostics written down for snapshots.

use std::fmt::Write;

use super::{Diagnostic, Label};
use crate::source::{SourceFile, Span};

/// A source, then its diagnostics: position, code, message, labels and helps.
pub(crate) fn write_diagnostics(source: &str, diagnostics: &[Diagnostic]) -> String {
    let file = SourceFile::new("test", source);
    let mut out = String::new();
    for diagnostic in diagnostics {
        let at = range(&file, diagnostic.primary.span);
        writeln!(out, "{at} {} {}", diagnostic.code, diagnostic.message).expect("writing to a string");
        for Label { span, message } in std::iter::once(&diagnostic.primary).chain(&diagnostic.secondary) {
            if !message.is_empty() {
                writeln!(out, "  {} {message}", range(&file, *span)).expect("writing to a string");
            }
        }
        for help in &diagnostic.help {
            writeln!(out, "  help: {help}").expect("writing to a string");
        }
        for note in &diagnostic.notes {
            writeln!(out, "  note: {note}").expect("writing to a string");
        }
    }
    out
}

fn range(file: &SourceFile, span: Span) -> String {
    let (lo, hi) = (file.position(span.lo), file.position(span.hi));
    format!("{}:{}-{}:{}", lo.line, lo.column, hi.line, hi.column)
}
