//! The call stack below an error.

use std::fmt::Write;

use ruff_runtime::error::Frame;

use super::look::{Look, clean};

/// Lines of a call stack; the rest is counted.
const LINES: usize = 20;
/// A run of more identical frames than this is collapsed.
const RUN: usize = 10;

/// Appends `frames`, innermost first.
pub(super) fn write(out: &mut String, frames: &[Frame], look: Look) {
    if frames.is_empty() {
        return;
    }
    out.push_str("Call stack (innermost first):\n");
    let ellipsis = look.ellipsis();
    let mut lines = 0;
    let mut index = 0;
    for run in frames.chunk_by(|a, b| a == b) {
        // Of a collapsed run one frame is left, and a line that counts the others.
        let shown = if run.len() > RUN { 1 } else { run.len() };
        for frame in run.iter().take(shown) {
            if lines == LINES {
                // Writing to a string cannot fail.
                let _ = writeln!(out, "  {ellipsis} ({} more frames)", frames.len() - index);
                return;
            }
            let Frame { function, file, line, column } = frame;
            let _ = writeln!(out, "  {index}: {} ({}:{line}:{column})", clean(function), clean(file));
            lines += 1;
            index += 1;
        }
        let hidden = run.len() - shown;
        if hidden > 0 && lines < LINES {
            let _ = writeln!(out, "  {ellipsis} {hidden} more");
            lines += 1;
            index += hidden;
        }
    }
}
