//! [`Report`]: a finding as a `miette::Diagnostic`, which is what the handler in [`full`](super::full) draws.

use std::fmt::{self, Display};

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use ruff_syntax::{Label, Severity, SourceFile, Span};

use super::Finding;

/// A finding as miette sees it. Notes are related diagnostics of the severity `Advice`.
#[derive(Debug)]
pub(super) struct Report<'a> {
    finding: &'a Finding,
    source: Option<Source<'a>>,
    notes: Vec<Note<'a>>,
}

impl<'a> Report<'a> {
    pub(super) fn new(finding: &'a Finding) -> Self {
        Report {
            finding,
            source: finding.place.as_ref().map(|place| Source(&place.file)),
            notes: finding.notes.iter().map(|note| Note(note)).collect(),
        }
    }
}

impl Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.finding.message)
    }
}

impl std::error::Error for Report<'_> {}

impl miette::Diagnostic for Report<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        Some(Box::new(self.finding.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.finding.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Info | Severity::Hint => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        let help = &self.finding.help;
        (!help.is_empty()).then(|| Box::new(help.join("\n")) as Box<dyn Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let place = self.finding.place.as_ref()?;
        let text = |label: &Label| (!label.message.is_empty()).then(|| label.message.clone());
        let primary = LabeledSpan::new_primary_with_span(text(&place.primary), to_miette(place.primary.span));
        let secondary = place
            .secondary
            .iter()
            .map(move |label| LabeledSpan::new_with_span(text(label), to_miette(label.span)));
        Some(Box::new(std::iter::once(primary).chain(secondary)))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        Some(Box::new(self.notes.iter().map(|note| note as &dyn miette::Diagnostic)))
    }
}

fn to_miette(span: Span) -> SourceSpan {
    SourceSpan::from((span.lo as usize, span.hi.saturating_sub(span.lo) as usize))
}

/// A sentence of background.
#[derive(Debug)]
struct Note<'a>(&'a str);

impl Display for Note<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Note<'_> {}

impl miette::Diagnostic for Note<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(miette::Severity::Advice)
    }
}

/// A source file that hands out whole lines.
#[derive(Debug)]
struct Source<'a>(&'a SourceFile);

impl SourceCode for Source<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let file = self.0;
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let count = |lines: usize| u32::try_from(lines).unwrap_or(u32::MAX);
        let last_line = count(file.line_count());
        let first = file.position(offset(span.offset())).line.saturating_sub(count(before)).max(1);
        let last = file
            .position(offset(span.offset() + span.len()))
            .line
            .saturating_add(count(after))
            .min(last_line);
        let lo = file.line_start(first) as usize;
        let hi = file.line_start(last) as usize + file.line(last).len();
        let data = file.text().as_bytes().get(lo..hi).ok_or(MietteError::OutOfBounds)?;
        Ok(Box::new(MietteSpanContents::new_named(
            file.name().to_owned(),
            data,
            SourceSpan::from((lo, hi - lo)),
            first as usize - 1,
            0,
            (last - first) as usize + 1,
        )))
    }
}
