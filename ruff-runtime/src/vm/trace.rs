//! Where the running code is: the calls in progress, and what an error or a promise notes of them.

use std::cell::OnceCell;

use super::{Resumer, Vm};
use crate::error::{Trace, TracePoint};
use crate::fiber::Frame;

/// Frames of a trace that are kept at either end; runaway recursion has thousands more in between.
const KEPT: usize = 256;

/// The calls in progress of the fiber that runs, and of those that wait for it to yield.
#[derive(Clone, Copy, Default)]
pub(crate) struct Calls<'vm> {
    pub(super) frames: &'vm [Frame],
    pub(super) resumers: &'vm [Resumer],
}

impl<'vm> Calls<'vm> {
    /// All frames from the innermost out.
    pub(super) fn frames(self) -> impl Iterator<Item = &'vm Frame> {
        let waiting = self.resumers.iter().rev().flat_map(|resumer| resumer.fiber.frames.iter().rev());
        self.frames.iter().rev().chain(waiting)
    }

    /// The innermost call of the program itself.
    pub(crate) fn here(self) -> Option<TracePoint> {
        self.frames().find(|frame| !frame.proto().is_internal()).map(point)
    }

    /// Frame by frame. Cost: linear in the depth of the calls.
    pub(crate) fn trace(self) -> Trace {
        let is_shown = |frame: &&Frame| !frame.proto().is_hidden();
        let innermost = self.frames().find(|frame| !frame.proto().is_internal());
        let mut points: Vec<_> = innermost.into_iter().filter(|frame| !is_shown(frame)).map(point).collect();
        let hidden = points.len();
        let total = self.frames().filter(is_shown).count();
        let gap = if total > 2 * KEPT { KEPT..total - KEPT } else { 0..0 };
        let shown = self.frames().filter(is_shown).enumerate();
        points.extend(shown.filter(|(at, _)| !gap.contains(at)).map(|(_, frame)| point(frame)));
        let omitted = (!gap.is_empty()).then(|| (hidden + gap.start, gap.len()));
        Trace { number: 0, points, omitted, awaits: Vec::new(), stack: OnceCell::new() }
    }
}

impl Vm {
    /// The calls in progress.
    pub(super) fn calls(&self) -> Calls<'_> {
        Calls { frames: &self.fiber.frames, resumers: &self.resumers }
    }
}

pub(super) fn point(frame: &Frame) -> TracePoint {
    TracePoint {
        chunk: frame.proto().chunk.clone(),
        // Code has fewer than 2^32 instructions: it comes from 16 MiB of source at most.
        at: u32::try_from(frame.at()).unwrap_or(u32::MAX),
    }
}
