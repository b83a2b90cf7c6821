//! The format for people: header, place, excerpt, help and notes, call stack, causes.
//!
//! ```text
//! error[RUFPARSE004]: Expected ')' to close function call arguments but found end of input
//!   --> src/main.ruff:3:14
//!    |
//!  3 | print(add(1, 2)
//!    |      -       ^ expected ')' here
//!    |      |
//!    |      opened here
//!    = help: add ')' after 2
//! ```
//!
//! [`Handler`] is a miette report handler and draws everything that a `miette::Diagnostic` can say. What is ours
//! alone, call stacks and chains of causes, [`render`] adds.

use std::fmt::{self, Write};
use std::ops::Range;

use miette::{Diagnostic, LabeledSpan, ReportHandler, SourceCode, SourceSpan};
use ruff_syntax::Severity;

use super::excerpt::{Excerpt, Line, Window};
use super::finding::severity_word;
use super::look::{Look, Tint, clean};
use super::report::Report;
use super::underline::{Mark, rows};
use super::{Finding, stack};

/// Causes drawn.
const CAUSES: usize = 10;

/// `finding` as people read it, in whole lines.
pub(crate) fn render(finding: &Finding, look: Look) -> String {
    let mut out = block(finding, look);
    for cause in finding.causes.iter().take(CAUSES) {
        out.push_str("Caused by:\n");
        for line in block(cause, look).lines() {
            // Writing to a string cannot fail.
            let _ = writeln!(out, "  {line}");
        }
    }
    if finding.causes.len() > CAUSES {
        // How many is not known: of a long chain the runtime keeps a part.
        let _ = writeln!(out, "{} and more causes", look.ellipsis());
    }
    out
}

fn block(finding: &Finding, look: Look) -> String {
    let handler = Handler { look, severity: finding.severity };
    let mut out = Drawn(&Report::new(finding), &handler).to_string();
    stack::write(&mut out, &finding.stack, look);
    out
}

/// A diagnostic as a handler draws it.
struct Drawn<'a>(&'a dyn Diagnostic, &'a Handler);

impl fmt::Display for Drawn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.1.debug(self.0, f)
    }
}

/// Draws one diagnostic for one stream.
struct Handler {
    look: Look,
    /// Finer than miette's, which has one word for information and hints.
    severity: Severity,
}

impl ReportHandler for Handler {
    fn debug(&self, diagnostic: &dyn Diagnostic, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        self.header(&mut out, diagnostic);
        let labels: Vec<LabeledSpan> = diagnostic.labels().into_iter().flatten().collect();
        let gutter = match diagnostic.source_code() {
            Some(source) => self.source(&mut out, source, &labels),
            None => 1,
        };
        if let Some(help) = diagnostic.help() {
            // Several helps are one text, a line each.
            help.to_string().lines().for_each(|line| self.remark(&mut out, gutter, "help", line));
        }
        for note in diagnostic.related().into_iter().flatten() {
            self.remark(&mut out, gutter, "note", &note.to_string());
        }
        f.write_str(&out)
    }
}

impl Handler {
    fn tint(&self) -> Tint {
        Tint::Severity(self.severity)
    }

    fn header(&self, out: &mut String, diagnostic: &dyn Diagnostic) {
        self.look.paint(out, self.tint(), severity_word(self.severity));
        if let Some(code) = diagnostic.code() {
            self.look.paint(out, Tint::Bold, &format!("[{code}]"));
        }
        self.look.paint(out, Tint::Bold, &format!(": {}", clean(&diagnostic.to_string())));
        out.push('\n');
    }

    fn remark(&self, out: &mut String, gutter: usize, word: &str, text: &str) {
        out.extend(std::iter::repeat_n(' ', gutter + 2));
        self.look.paint(out, Tint::Frame, "= ");
        self.look.paint(out, Tint::Bold, word);
        let indent = format!("\n{}", " ".repeat(gutter + 4));
        let _ = writeln!(out, ": {}", clean(text).replace('\n', &indent));
    }

    /// Draws the place and the lines around it, and tells how wide the line numbers are.
    fn source(&self, out: &mut String, source: &dyn SourceCode, labels: &[LabeledSpan]) -> usize {
        let Some(primary) = labels.iter().find(|label| label.primary()) else { return 1 };
        let all = labels.iter().fold(range(primary), |all, label| {
            let span = range(label);
            all.start.min(span.start)..all.end.max(span.end)
        });
        let Ok(contents) = source.read_span(&SourceSpan::from(all), 0, 0) else { return 1 };
        let excerpt = Excerpt::new(&*contents);
        let shown = lines_to_show(&excerpt, labels);
        let last = shown.last().map_or(0, |(line, _)| *line);
        let gutter = (excerpt.first + last + 1).to_string().len();

        let at = excerpt.line_at(primary.offset());
        let column = excerpt.line(at).map_or(1, |line| column_of(line, primary.offset()));
        let name = contents.name().map(clean).unwrap_or_default();
        out.extend(std::iter::repeat_n(' ', gutter + 1));
        self.look.paint(out, Tint::Frame, "-->");
        let _ = writeln!(out, " {name}:{}:{column}", excerpt.first + at + 1);
        // A file without text has nothing to show; it stands for one that was not read.
        if !contents.data().is_empty() || contents.line() > 0 {
            self.lines(out, &excerpt, &shown, gutter);
        }
        gutter
    }

    fn lines(&self, out: &mut String, excerpt: &Excerpt<'_>, shown: &[(usize, Vec<Target>)], gutter: usize) {
        self.gutter(out, gutter, "");
        out.push('\n');
        let mut next = shown.first().map_or(0, |(line, _)| *line);
        for (index, targets) in shown {
            let skipped = *index - next;
            // A single line takes no more room than the dots that would stand for it.
            if skipped == 1 {
                self.line(out, excerpt, next, &[], gutter);
            } else if skipped > 1 {
                self.look.paint(out, Tint::Frame, "...");
                out.push('\n');
            }
            self.line(out, excerpt, *index, targets, gutter);
            next = *index + 1;
        }
    }

    fn line(&self, out: &mut String, excerpt: &Excerpt<'_>, index: usize, targets: &[Target], gutter: usize) {
        let Some(line) = excerpt.line(index) else { return };
        let columns = |target: &Target| line.column(target.bytes.start)..line.column(target.bytes.end);
        let marks =
            targets.iter().map(columns).reduce(|all, mark| all.start.min(mark.start)..all.end.max(mark.end));
        let focus = targets.iter().find(|target| target.is_primary).or(targets.first()).map(columns);
        // One column past the end of the line can be marked too.
        let total = line.column(line.text.len()) + 1;
        let available = self.look.width.saturating_sub(gutter + 4);
        let window = Window::new(total, available, &marks.unwrap_or_default(), &focus.unwrap_or_default());

        self.gutter(out, gutter, &(excerpt.first + index + 1).to_string());
        let text = window.show(line, self.look);
        let _ = writeln!(out, "{}{text}", if text.is_empty() { "" } else { " " });
        if targets.is_empty() {
            return;
        }
        let marks = targets.iter().map(|target| Mark {
            lo: window.place(line.column(target.bytes.start)),
            hi: window.place(line.column(target.bytes.end)),
            is_primary: target.is_primary,
            text: target.text.clone(),
        });
        for row in rows(marks.collect(), self.tint(), self.look) {
            self.gutter(out, gutter, "");
            let _ = writeln!(out, " {row}");
        }
    }

    fn gutter(&self, out: &mut String, width: usize, number: &str) {
        self.look.paint(out, Tint::Frame, &format!(" {number:>width$} |"));
    }
}

/// What to mark in one line.
#[derive(Debug)]
struct Target {
    /// Bytes of the line.
    bytes: Range<usize>,
    is_primary: bool,
    text: String,
}

/// The lines that have something to mark, in order.
fn lines_to_show(excerpt: &Excerpt<'_>, labels: &[LabeledSpan]) -> Vec<(usize, Vec<Target>)> {
    let mut shown = std::collections::BTreeMap::<usize, Vec<Target>>::new();
    for label in labels {
        let span = range(label);
        let first = excerpt.line_at(span.start);
        // A span that ends with a line end does not reach into the next line.
        let last = excerpt.line_at(span.end.saturating_sub(1).max(span.start));
        let text = label.label().unwrap_or_default().to_owned();
        let is_primary = label.primary();
        let Some(line) = excerpt.line(first) else { continue };
        if first == last {
            shown.entry(first).or_default().push(Target { bytes: line.clip(&span), is_primary, text });
            continue;
        }
        // Of a longer span both ends are marked, and its words stand at the end.
        shown.entry(first).or_default().push(Target {
            bytes: line.clip(&span),
            is_primary,
            text: String::new(),
        });
        let Some(line) = excerpt.line(last) else { continue };
        let bytes = line.clip(&span);
        let bytes = line.indent().min(bytes.end)..bytes.end;
        shown.entry(last).or_default().push(Target { bytes, is_primary, text });
    }
    shown.into_iter().collect()
}

fn range(label: &LabeledSpan) -> Range<usize> {
    label.offset()..label.offset() + label.len()
}

/// The 1-based column of a byte offset of the source, in characters.
fn column_of(line: Line<'_>, offset: usize) -> usize {
    line.before(line.clip(&(offset..offset)).start).chars().count() + 1
}
