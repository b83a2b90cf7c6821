//! [`Failure`]: why a command did not do what it was asked, and how the process ends for it.

use std::sync::Arc;

use ruff_runtime::error::{Ending, RunError};
use ruff_syntax::{Code, Diagnostic, SourceFile};

use crate::render::Finding;
use crate::status::Status;

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct Failure {
    /// At least one.
    pub(crate) findings: Vec<Finding>,
    /// Findings beyond the limit for one file, which are only counted.
    pub(crate) omitted: usize,
    pub(crate) status: Status,
}

impl Failure {
    /// A failure for one reason.
    pub(crate) fn new(status: Status, finding: Finding) -> Self {
        Failure { findings: vec![finding], omitted: 0, status }
    }

    /// A command line that makes no sense.
    pub(crate) fn usage(finding: Finding) -> Self {
        Failure::new(Status::USAGE, finding)
    }

    /// Errors found in a source text before it runs.
    pub(crate) fn of_source(
        status: Status,
        file: &Arc<SourceFile>,
        diagnostics: Vec<Diagnostic>,
        omitted: usize,
    ) -> Self {
        let findings =
            diagnostics.into_iter().map(|diagnostic| Finding::from_source(diagnostic, file)).collect();
        Failure { findings, omitted, status }
    }

    /// Why a program was not run to its end, unless it asked to end there.
    pub(crate) fn of_run(error: RunError) -> Result<Self, Ending> {
        match error {
            RunError::Syntax { file, diagnostics, omitted } => {
                Ok(Failure::of_source(Status::SYNTAX, &file, diagnostics, omitted))
            }
            RunError::Compile { file, diagnostics, omitted } => {
                Ok(Failure::of_source(Status::FAILED, &file, diagnostics, omitted))
            }
            RunError::Uncaught(error) => {
                let status = if error.code == Code::TimeLimit { Status::TIMEOUT } else { Status::FAILED };
                Ok(Failure::new(status, Finding::from_runtime(*error)))
            }
            RunError::Ended(ending) => Err(ending),
        }
    }
}
