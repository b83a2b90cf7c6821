//! [`Finding`]: a diagnostic of any stage, in the one shape that all formats draw.

use std::sync::Arc;

use ruff_runtime::RuntimeError;
use ruff_runtime::scheduler::Report;
use ruff_syntax::diagnostic::Area;
use ruff_syntax::{Code, Diagnostic, Label, Position, Severity, SourceFile};

use super::stack::Stack;

/// One thing to tell the user.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    pub(crate) code: Code,
    pub(crate) severity: Severity,
    /// The part of the system that found it, as machine-readable formats name it.
    pub(crate) subsystem: &'static str,
    pub(crate) message: String,
    /// Where it is, unknown for what has no place in a source text.
    pub(crate) place: Option<Place>,
    pub(crate) help: Vec<String>,
    pub(crate) notes: Vec<String>,
    /// Functions that were active.
    pub(crate) stack: Stack,
    /// What led to it, nearest first. The causes have no causes of their own.
    pub(crate) causes: Vec<Finding>,
}

/// Where a finding is.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) file: Arc<SourceFile>,
    pub(crate) primary: Label,
    /// Other places that explain it.
    pub(crate) secondary: Vec<Label>,
}

impl Finding {
    /// A finding of the command line itself.
    pub(crate) fn new(severity: Severity, code: Code, message: impl Into<String>) -> Self {
        Finding {
            code,
            severity,
            subsystem: code.area().subsystem(),
            message: message.into(),
            place: None,
            help: Vec::new(),
            notes: Vec::new(),
            stack: Stack::default(),
            causes: Vec::new(),
        }
    }

    /// An error of the command line itself.
    pub(crate) fn error(code: Code, message: impl Into<String>) -> Self {
        Finding::new(Severity::Error, code, message)
    }

    /// A warning of the command line itself.
    pub(crate) fn warning(message: impl Into<String>) -> Self {
        Finding::new(Severity::Warning, Code::CommandLine, message)
    }

    /// Adds a likely fix.
    #[must_use]
    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// A finding about a source text.
    pub(crate) fn from_source(diagnostic: Diagnostic, file: &Arc<SourceFile>) -> Self {
        Finding {
            place: Some(Place {
                file: file.clone(),
                primary: diagnostic.primary,
                secondary: diagnostic.secondary,
            }),
            help: diagnostic.help,
            notes: diagnostic.notes,
            ..Finding::new(diagnostic.severity, diagnostic.code, diagnostic.message)
        }
    }

    /// An error that a program did not catch.
    pub(crate) fn from_runtime(error: RuntimeError) -> Self {
        let mut next = error.cause;
        let mut finding = Finding::without_causes(RuntimeError { cause: None, ..error });
        while let Some(mut cause) = next {
            next = cause.cause.take();
            finding.causes.push(Finding::without_causes(*cause));
        }
        finding
    }

    /// Something that a program did not ask to know: an error that nobody awaited, for one.
    pub(crate) fn from_report(report: Report) -> Self {
        let Report { severity, error, created, .. } = report;
        let mut finding = Finding { severity, ..Finding::from_runtime(error) };
        if let (Some(place), Some((file, span))) = (&mut finding.place, created)
            && Arc::ptr_eq(&place.file, &file)
            && place.primary.span != span
        {
            place.secondary.push(Label { span, message: "the promise was made here".to_owned() });
        }
        finding
    }

    fn without_causes(error: RuntimeError) -> Self {
        Finding {
            // A name that turns out undefined while running is the runtime's finding, whatever its code.
            subsystem: Area::Runtime.subsystem(),
            place: error.location.map(|(file, span)| Place {
                file,
                primary: Label { span, message: error.label },
                secondary: error.secondary,
            }),
            help: error.help,
            notes: error.notes,
            stack: Stack { frames: error.frames, omitted: error.omitted, awaits: error.awaits },
            ..Finding::error(error.code, error.message)
        }
    }

    /// The name of its file, if it has a place.
    pub(crate) fn file(&self) -> Option<&str> {
        self.place.as_ref().map(|place| place.file.name())
    }

    /// Where it starts.
    pub(crate) fn position(&self) -> Option<Position> {
        self.place.as_ref().map(|place| place.file.position(place.primary.span.lo))
    }

    /// The name that a `Did you mean 'x'?` among its help suggests.
    ///
    /// The stages keep a suggestion as the sentence that people read, so that there is one text to agree on.
    pub(crate) fn suggestion(&self) -> Option<&str> {
        self.help.iter().find_map(|help| help.strip_prefix("Did you mean '")?.strip_suffix("'?"))
    }
}

/// The word for a severity.
pub(crate) fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
        Severity::Hint => "hint",
    }
}
