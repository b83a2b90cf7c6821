//! Findings for tools. The field names and their order are a contract; consumers get what is here and nothing else.

use ruff_syntax::diagnostic::Area;
use ruff_syntax::{Code, SourceFile, Span};
use serde::Serialize;

use super::Finding;
use super::finding::severity_word;

/// The `Diagnostic` of payloads and of `--error-format json`.
#[derive(Debug, Serialize)]
pub(crate) struct Diagnostic<'a> {
    code: &'static str,
    severity: &'static str,
    subsystem: &'static str,
    message: &'a str,
    help: Option<String>,
    file: Option<&'a str>,
    #[serde(flatten)]
    extent: Extent,
    byte_start: u32,
    byte_end: u32,
    labels: Vec<Label<'a>>,
    notes: &'a [String],
    suggestion: Option<&'a str>,
    fixes: [(); 0],
    legacy_code: Option<&'static str>,
    url: Option<&'static str>,
}

/// A place in words.
#[derive(Debug, Serialize)]
struct Label<'a> {
    #[serde(flatten)]
    extent: Extent,
    message: &'a str,
}

/// 1-based positions, the end exclusive; all 0 when unknown.
#[derive(Debug, Default, Serialize)]
struct Extent {
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

impl Extent {
    fn new(file: &SourceFile, span: Span) -> Self {
        let (start, end) = (file.position(span.lo), file.position(span.hi));
        Extent { line: start.line, column: start.column, end_line: end.line, end_column: end.column }
    }
}

impl<'a> Diagnostic<'a> {
    /// What tools see of `finding`.
    pub(crate) fn new(finding: &'a Finding) -> Self {
        let place = finding.place.as_ref();
        let label = |label: &'a ruff_syntax::Label| {
            place.map(|place| Label { extent: Extent::new(&place.file, label.span), message: &label.message })
        };
        let labels = place.into_iter().flat_map(|place| {
            let primary = Some(&place.primary).filter(|primary| !primary.message.is_empty());
            primary.into_iter().chain(&place.secondary).filter_map(label)
        });
        Diagnostic {
            code: finding.code.as_str(),
            severity: severity_word(finding.severity),
            subsystem: finding.subsystem,
            message: &finding.message,
            help: (!finding.help.is_empty()).then(|| finding.help.join("\n")),
            file: finding.file(),
            extent: place.map(|place| Extent::new(&place.file, place.primary.span)).unwrap_or_default(),
            byte_start: place.map_or(0, |place| place.primary.span.lo),
            byte_end: place.map_or(0, |place| place.primary.span.hi),
            labels: labels.collect(),
            notes: &finding.notes,
            suggestion: finding.suggestion(),
            fixes: [],
            legacy_code: legacy_code(finding.code),
            url: None,
        }
    }
}

/// One object in one line.
pub(crate) fn line(finding: &Finding) -> String {
    // Strings and numbers always have a JSON form.
    let mut out = serde_json::to_string(&Diagnostic::new(finding)).unwrap_or_default();
    out.push('\n');
    out
}

/// The code under which older Ruff reported the same mistake, which had one code for each of these areas.
fn legacy_code(code: Code) -> Option<&'static str> {
    match code.area() {
        Area::Lexer => None,
        Area::Parser => Some("RUFPARSE001"),
        Area::Resolver | Area::Runtime | Area::Async => Some("RUFVM001"),
        Area::Cli => Some("RUFCLI001"),
    }
}
