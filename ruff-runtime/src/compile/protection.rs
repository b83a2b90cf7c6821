//! Which handlers protect each line of a function whose labels are resolved.
//!
//! The ranges that handlers protect lie in one another like the `try` statements they come from. So it is enough to know
//! the innermost handler of each line, and for each handler the next one around it.

use super::function::Function;

/// The handlers around each line.
pub(super) struct Protection {
    /// For each line its innermost handler, as an index into the guards of the function.
    innermost: Vec<Option<usize>>,
    /// For each handler the innermost one whose range is larger.
    around: Vec<Option<usize>>,
}

impl Protection {
    pub(super) fn of(func: &Function) -> Protection {
        if func.guards.is_empty() {
            return Protection { innermost: Vec::new(), around: Vec::new() };
        }
        let mut innermost = vec![None; func.lines.len()];
        let mut around = vec![None; func.guards.len()];
        let range = |guard: usize| {
            func.guards.get(guard).map_or((0, 0), |guard| {
                (func.line_of(guard.start) as usize, func.line_of(guard.end) as usize)
            })
        };
        // Those that start first come first, of several that start at a line the outermost.
        let mut guards: Vec<usize> = (0..func.guards.len()).rev().collect();
        guards.sort_by_key(|&guard| {
            let (start, end) = range(guard);
            (start, std::cmp::Reverse(end))
        });
        let mut open: Vec<usize> = Vec::new();
        let mut guards = guards.into_iter().peekable();
        for (line, innermost) in innermost.iter_mut().enumerate() {
            while open.last().is_some_and(|&guard| range(guard).1 <= line) {
                open.pop();
            }
            while let Some(guard) = guards.next_if(|&guard| range(guard).0 <= line) {
                if range(guard).1 > line {
                    if let Some(around) = around.get_mut(guard) {
                        *around = open.last().copied();
                    }
                    open.push(guard);
                }
            }
            *innermost = open.last().copied();
        }
        Protection { innermost, around }
    }

    /// The innermost handler that protects a line.
    pub(super) fn innermost(&self, line: usize) -> Option<usize> {
        self.innermost.get(line).copied().flatten()
    }

    /// The next handler around a handler.
    pub(super) fn around(&self, guard: usize) -> Option<usize> {
        self.around.get(guard).copied().flatten()
    }
}
