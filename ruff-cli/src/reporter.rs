//! [`Reporter`]: writes findings to standard error, in the format that was asked for.

use std::io::{IsTerminal, Write};

use ruff_syntax::Severity;

use crate::args::{ErrorFormat, GlobalOptions};
use crate::failure::Failure;
use crate::render::{Finding, Look, full, json, line};

/// Writes findings to standard error.
#[derive(Debug)]
pub(crate) struct Reporter {
    format: ErrorFormat,
    look: Look,
    /// Only errors.
    is_quiet: bool,
    has_written: bool,
    /// Help for the first error.
    advice: Option<&'static str>,
}

impl Reporter {
    /// A reporter as the options and the environment say.
    #[expect(clippy::disallowed_methods, reason = "what the terminal can do is no business of programs")]
    pub(crate) fn new(options: &GlobalOptions) -> Self {
        let stderr = std::io::stderr();
        let width = stderr
            .is_terminal()
            .then(|| terminal_size::terminal_size_of(&stderr).map_or(0, |(width, _)| usize::from(width.0)));
        Reporter {
            format: options.error_format,
            look: Look::detect(options.color, width, |name| std::env::var(name).ok()),
            is_quiet: options.quiet,
            has_written: false,
            advice: None,
        }
    }

    /// Adds help to the first error, if there will be one.
    pub(crate) fn advise(&mut self, help: &'static str) {
        self.advice = Some(help);
    }

    /// Reports everything about a failure.
    pub(crate) fn fail(&mut self, failure: &Failure) {
        self.report(&failure.findings);
        if failure.omitted > 0 && matches!(self.format, ErrorFormat::Full | ErrorFormat::Short) {
            self.write(&format!("{} and {} more\n", self.look.ellipsis(), failure.omitted));
        }
    }

    /// Reports `findings`, an empty line between two that take several lines.
    pub(crate) fn report(&mut self, findings: &[Finding]) {
        for finding in findings {
            if self.is_quiet && finding.severity != Severity::Error {
                continue;
            }
            let advised = self.advice.take_if(|_| finding.severity == Severity::Error).map(|help| {
                let finding = finding.clone();
                finding.with_help(help)
            });
            let finding = advised.as_ref().unwrap_or(finding);
            let text = match self.format {
                ErrorFormat::Full => full::render(finding, self.look),
                ErrorFormat::Short => line::short(finding, self.look),
                ErrorFormat::Json => json::line(finding),
                ErrorFormat::Github => line::github(finding),
            };
            let gap = if self.has_written && self.format == ErrorFormat::Full { "\n" } else { "" };
            self.write(&format!("{gap}{text}"));
            self.has_written = true;
        }
    }

    /// The last line of a report with several findings: `error: 2 errors, 1 warning`.
    pub(crate) fn summarize(&mut self, errors: usize, warnings: usize) {
        if errors + warnings < 2 || self.format != ErrorFormat::Full || (self.is_quiet && errors == 0) {
            return;
        }
        let word = if errors > 0 { "error" } else { "warning" };
        let counts = [count(errors, "error"), count(warnings, "warning")];
        let counts: Vec<String> = counts.into_iter().flatten().collect();
        self.write(&format!("\n{word}: {}\n", counts.join(", ")));
    }

    fn write(&self, text: &str) {
        // Where standard error is gone there is nobody to tell.
        let _ = std::io::stderr().lock().write_all(text.as_bytes());
    }
}

fn count(n: usize, word: &str) -> Option<String> {
    (n > 0).then(|| format!("{n} {word}{}", if n == 1 { "" } else { "s" }))
}
