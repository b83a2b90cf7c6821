//! The call stack below an error.

use std::fmt::Write;

use ruff_runtime::error::{AWAITED, Frame};

use super::look::{Look, clean};

/// Lines of a call stack; the rest is counted.
const LINES: usize = 20;
/// A run of more identical frames than this is collapsed.
const RUN: usize = 10;

/// Functions that were active.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stack {
    /// Innermost first.
    pub(crate) frames: Vec<Frame>,
    /// Frames missing there when the stack was deep: after how many, and how many.
    pub(crate) omitted: Option<(usize, usize)>,
    /// Frames before which a promise was awaited.
    pub(crate) awaits: Vec<usize>,
}

/// Neighbours on the stack that are told about together.
struct Run<'a> {
    /// What they are; `None` when they are not known.
    frame: Option<&'a Frame>,
    count: usize,
}

/// Appends the lines of `stack`.
pub(super) fn write(out: &mut String, stack: &Stack, look: Look) {
    if stack.frames.is_empty() {
        return;
    }
    out.push_str("Call stack (innermost first):\n");
    let ellipsis = look.ellipsis();
    let runs = stack.runs();
    let total: usize = runs.iter().map(|run| run.count).sum();
    let (mut lines, mut index) = (0, 0);
    for run in &runs {
        // Of a collapsed run one frame is left, and a line that counts the others.
        let shown = match run.frame {
            Some(_) if run.count > RUN => 1,
            Some(_) => run.count,
            None => 0,
        };
        let hidden = run.count - shown;
        let frames = run.frame.into_iter().flat_map(|frame| std::iter::repeat_n(Some(frame), shown));
        let count = (hidden > 0).then_some(None);
        for line in frames.chain(count) {
            // Writing to a string cannot fail.
            if lines == LINES {
                let _ = writeln!(out, "  {ellipsis} ({} more frames)", total - index);
                return;
            }
            match line {
                Some(Frame { function, file, line, column }) => {
                    if stack.awaits.contains(&index) {
                        let _ = writeln!(out, "  {AWAITED}");
                    }
                    let _ = writeln!(out, "  {index}: {} ({}:{line}:{column})", clean(function), clean(file));
                    index += 1;
                }
                None => {
                    let _ = writeln!(out, "  {ellipsis} {hidden} more");
                    index += hidden;
                }
            }
            lines += 1;
        }
    }
}

impl Stack {
    fn runs(&self) -> Vec<Run<'_>> {
        let (before, after) = match self.omitted {
            Some((at, _)) => self.frames.split_at(at.min(self.frames.len())),
            None => (self.frames.as_slice(), [].as_slice()),
        };
        let mut all: Vec<Run<'_>> = runs(before).collect();
        let mut rest = runs(after).peekable();
        if let Some((_, omitted)) = self.omitted {
            let same = rest.next_if(|next| all.last().is_some_and(|last| last.frame == next.frame));
            match (all.last_mut(), same) {
                // What lies between two equal frames is most likely more of them.
                (Some(last), Some(same)) => last.count += omitted + same.count,
                _ => all.push(Run { frame: None, count: omitted }),
            }
        }
        all.extend(rest);
        all
    }
}

fn runs(frames: &[Frame]) -> impl Iterator<Item = Run<'_>> {
    frames.chunk_by(|a, b| a == b).map(|run| Run { frame: run.first(), count: run.len() })
}
