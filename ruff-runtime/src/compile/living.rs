//! The lines of a function that are not dead, found in no time however many dead ones lie in between.

use super::function::Line;
use crate::work;

/// For each line, and for the end behind the last, the way to the next living one: itself, or a line further on.
pub(super) struct Living(Vec<usize>);

impl Living {
    pub(super) fn of(lines: &[Line]) -> Living {
        let mut next = lines.len();
        let way = |(at, line): (usize, &Line)| {
            if !line.is_dead {
                next = at;
            }
            next
        };
        let mut ways: Vec<usize> = lines.iter().enumerate().rev().map(way).collect();
        ways.reverse();
        ways.push(lines.len());
        Living(ways)
    }

    /// The first line from `at` on that lives, or the end. Cost: constant in the long run, as every way that is gone gets
    /// shorter.
    pub(super) fn from(&mut self, mut at: usize) -> usize {
        loop {
            work::note(1);
            let next = self.step(at);
            if next == at {
                return at;
            }
            let further = self.step(next);
            if let Some(way) = self.0.get_mut(at) {
                *way = further;
            }
            at = further;
        }
    }

    /// Takes a line that died into account.
    pub(super) fn bury(&mut self, at: usize) {
        if let Some(way) = self.0.get_mut(at) {
            *way = at + 1;
        }
    }

    fn step(&self, at: usize) -> usize {
        self.0.get(at).copied().unwrap_or(at)
    }
}
