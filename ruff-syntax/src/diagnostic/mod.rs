//! Diagnostics: what went wrong in a source text, as data. Drawing them is the command line's business.

mod code;
mod suggest;
#[cfg(test)]
mod written;

pub use code::{Area, Code};
pub use suggest::{closest, distance};
#[cfg(test)]
pub(crate) use written::write_diagnostics;

use crate::source::Span;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The program cannot run, or failed.
    Error,
    /// The program runs, but probably not as meant.
    Warning,
    /// Worth knowing.
    Info,
    /// A suggestion.
    Hint,
}

/// A span with a few words about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is there, in plain words, possibly empty.
    pub message: String,
}

/// One finding about a source file.
///
/// # Invariants
/// `message` is one line without a trailing period. `primary.span` lies inside the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable code.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// Where, with what is expected there.
    pub primary: Label,
    /// Other places that explain it.
    pub secondary: Vec<Label>,
    /// Likely fixes.
    pub help: Vec<String>,
    /// Background.
    pub notes: Vec<String>,
}

impl Diagnostic {
    /// An error at `span` without further explanation.
    pub fn error(code: Code, message: impl Into<String>, span: Span) -> Self {
        Diagnostic {
            code,
            severity: Severity::Error,
            message: message.into(),
            primary: Label { span, message: String::new() },
            secondary: Vec::new(),
            help: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Says a few words at the primary span.
    #[must_use]
    pub fn labelled(mut self, message: impl Into<String>) -> Self {
        self.primary.message = message.into();
        self
    }

    /// Points at another place that explains the error.
    #[must_use]
    pub fn with_label(mut self, span: Span, message: impl Into<String>) -> Self {
        self.secondary.push(Label { span, message: message.into() });
        self
    }

    /// Adds a likely fix.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Adds background.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }
}
