//! Basic blocks of a tidied function, and sets of registers: what data flow is computed with.

use super::function::{Function, Line, Reg};
use super::jumps::live_from;

/// A set of registers.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Set(Box<[u64]>);

impl Set {
    pub(super) fn new(words: usize) -> Set {
        Set(vec![0; words].into())
    }

    pub(super) fn contains(&self, register: Reg) -> bool {
        let word = self.0.get(usize::from(register) / 64).copied().unwrap_or(0);
        word >> (register % 64) & 1 != 0
    }

    pub(super) fn insert(&mut self, register: Reg) {
        if let Some(word) = self.0.get_mut(usize::from(register) / 64) {
            *word |= 1 << (register % 64);
        }
    }

    pub(super) fn remove(&mut self, register: Reg) {
        if let Some(word) = self.0.get_mut(usize::from(register) / 64) {
            *word &= !(1 << (register % 64));
        }
    }

    /// All registers.
    pub(super) fn fill(&mut self) {
        self.0.fill(u64::MAX);
    }

    /// The registers in it, in order.
    pub(super) fn registers(&self) -> impl Iterator<Item = Reg> {
        let bits = |word: u64| (0..64).filter(move |bit| word >> bit & 1 != 0);
        (0..).zip(&self.0).flat_map(move |(at, &word)| bits(word).map(move |bit| at * 64 + bit))
    }

    pub(super) fn add(&mut self, other: &Set) {
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word |= other;
        }
    }
}

/// A straight run of lines.
pub(super) struct Block {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Blocks that follow it.
    pub(super) next: Vec<usize>,
    /// Handlers around it: their block and the register that receives the error.
    pub(super) handlers: Vec<(usize, Reg)>,
}

pub(super) struct Blocks {
    pub(super) list: Vec<Block>,
}

impl Blocks {
    pub(super) fn of(func: &Function) -> Blocks {
        let lines = &func.lines;
        let count = lines.len();
        let mut starts = vec![false; count + 1];
        let mut mark = |at: usize| {
            if let Some(flag) = starts.get_mut(at) {
                *flag = true;
            }
        };
        mark(0);
        for (at, line) in lines.iter().enumerate().filter(|(_, line)| !line.is_dead) {
            if line.target != Line::NOWHERE {
                mark(live_from(lines, line.target as usize));
            }
            if line.target != Line::NOWHERE || line.instr.ends_flow() {
                mark(at + 1);
            }
        }
        for guard in &func.guards {
            for label in [guard.start, guard.end, guard.target] {
                mark(live_from(lines, func.line_of(label) as usize));
            }
        }
        let starts: Vec<usize> = (0..count).filter(|&at| starts.get(at).copied().unwrap_or(false)).collect();
        let block_at = |line: usize| starts.partition_point(|&start| start <= line).saturating_sub(1);
        let mut list = Vec::with_capacity(starts.len());
        for (at, &start) in starts.iter().enumerate() {
            let end = starts.get(at + 1).copied().unwrap_or(count);
            let mut next = Vec::new();
            let last = lines.get(start..end).unwrap_or_default().iter().rfind(|line| !line.is_dead);
            if let Some(last) = last
                && last.target != Line::NOWHERE
            {
                next.push(block_at(live_from(lines, last.target as usize)));
            }
            if end < count && last.is_none_or(|last| !last.instr.ends_flow()) {
                next.push(at + 1);
            }
            list.push(Block { start, end, next, handlers: Vec::new() });
        }
        let mut blocks = Blocks { list };
        blocks.add_handlers(func, block_at);
        blocks
    }

    fn add_handlers(&mut self, func: &Function, block_at: impl Fn(usize) -> usize) {
        let lines = &func.lines;
        for guard in &func.guards {
            let [start, end, target] = [guard.start, guard.end, guard.target]
                .map(|label| live_from(lines, func.line_of(label) as usize));
            let target = block_at(target);
            let first = block_at(start);
            for block in self.list.iter_mut().skip(first).take_while(|block| block.start < end) {
                block.handlers.push((target, guard.register));
            }
        }
    }
}
