//! [`analyse`]: from the text of a program or module to a resolved tree, or to the [`Refusal`] that it is none.

use std::sync::Arc;

use ruff_syntax::ast::Module;
use ruff_syntax::diagnostic::Area;
use ruff_syntax::resolve::{self, Resolution};
use ruff_syntax::{Diagnostic, ParseOptions, SourceFile};

/// Why a text is not run.
///
/// # Invariants
/// There is at least one diagnostic.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) file: Arc<SourceFile>,
    /// In source order, all of the stage that found them.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// How many more there are.
    pub(crate) omitted: usize,
}

/// Parses a text and resolves its names.
pub(crate) fn analyse(
    file: &Arc<SourceFile>,
    max_bytes: usize,
    options: resolve::Options<'_>,
) -> Result<(Module, Resolution), Refusal> {
    let parsed = ruff_syntax::parse(file.text(), ParseOptions { max_bytes });
    Refusal::of_any(file, parsed.diagnostics, parsed.omitted)?;
    let mut resolution = resolve::resolve(&parsed.module, options);
    Refusal::of_any(file, std::mem::take(&mut resolution.diagnostics), resolution.omitted)?;
    Ok((parsed.module, resolution))
}

impl Refusal {
    /// Nothing is wrong if there are no diagnostics.
    pub(crate) fn of_any(
        file: &Arc<SourceFile>,
        diagnostics: Vec<Diagnostic>,
        omitted: usize,
    ) -> Result<(), Refusal> {
        if diagnostics.is_empty() {
            return Ok(());
        }
        Err(Refusal { file: file.clone(), diagnostics, omitted })
    }

    /// The part of the system that refused.
    pub(crate) fn area(&self) -> Area {
        self.diagnostics.first().map_or(Area::Resolver, |first| first.code.area())
    }
}
