//! Basic blocks of a tidied function, and sets of registers: what data flow is computed with.

use super::function::{Function, Line, Reg};
use super::living::Living;
use super::protection::Protection;

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

    /// Takes over whether a register is in another set.
    pub(super) fn copy_from(&mut self, other: &Set, register: Reg) {
        if other.contains(register) {
            self.insert(register);
        } else {
            self.remove(register);
        }
    }

    /// All registers.
    pub(super) fn fill(&mut self) {
        self.0.fill(u64::MAX);
    }

    /// No registers.
    pub(super) fn clear(&mut self) {
        self.0.fill(0);
    }

    /// Gives up what another set has.
    pub(super) fn subtract(&mut self, other: &Set) {
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word &= !other;
        }
    }

    /// Keeps what another set has too.
    pub(super) fn intersect(&mut self, other: &Set) {
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word &= other;
        }
    }

    /// Becomes the same as another set; answers whether it was different.
    pub(super) fn become_like(&mut self, other: &Set) -> bool {
        let is_different = self != other;
        if is_different {
            self.0.copy_from_slice(&other.0);
        }
        is_different
    }

    /// The registers in it, in order.
    pub(super) fn registers(&self) -> impl Iterator<Item = Reg> {
        let without_lowest = |&word: &u64| Some(word & (word - 1)).filter(|&rest| rest != 0);
        let bits = move |word: u64| {
            let rests = std::iter::successors(Some(word).filter(|&word| word != 0), without_lowest);
            rests.map(|rest| rest.trailing_zeros() as Reg)
        };
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
    /// The blocks that follow it: the next one, the one it jumps to.
    next: [Option<usize>; 2],
    /// The innermost handler around it.
    pub(super) handler: Option<usize>,
    /// Registers that must stay as they are although no instruction may read them: the machine looks there for why a
    /// `finally` block runs.
    pub(super) kept: Vec<Reg>,
}

impl Block {
    /// The blocks that follow it.
    pub(super) fn next(&self) -> impl Iterator<Item = usize> {
        self.next.iter().flatten().copied()
    }

    /// Whether control flow parts behind it.
    pub(super) fn is_fork(&self) -> bool {
        self.next().count() > 1
    }
}

/// A handler.
pub(super) struct Handler {
    /// The block it starts with.
    pub(super) target: usize,
    /// The register that receives the error.
    pub(super) register: Reg,
    /// The next handler around what it protects.
    pub(super) around: Option<usize>,
}

pub(super) struct Blocks {
    pub(super) list: Vec<Block>,
    /// In the order of the function's guards.
    pub(super) handlers: Vec<Handler>,
}

impl Blocks {
    pub(super) fn of(func: &Function) -> Blocks {
        let lines = &func.lines;
        let mut living = Living::of(lines);
        let starts = starts(func, &mut living);
        let block_at = |line: usize| starts.partition_point(|&start| start <= line).saturating_sub(1);
        let protection = Protection::of(func);
        let mut list = Vec::with_capacity(starts.len());
        for (at, &start) in starts.iter().enumerate() {
            let end = starts.get(at + 1).copied().unwrap_or(lines.len());
            let last = lines.get(start..end).unwrap_or_default().iter().rfind(|line| !line.is_dead);
            let target = last.map(|last| last.target).filter(|&target| target != Line::NOWHERE);
            let goes_on = end < lines.len() && last.is_none_or(|last| !last.instr.ends_flow());
            let next =
                [target.map(|target| block_at(living.from(target as usize))), goes_on.then_some(at + 1)];
            let handler = protection.innermost(living.from(start));
            list.push(Block { start, end, next, handler, kept: Vec::new() });
        }
        keep_reasons(func, &mut list);
        let handlers = func.guards.iter().enumerate().map(|(at, guard)| Handler {
            target: block_at(living.from(func.line_of(guard.target) as usize)),
            register: guard.register,
            around: protection.around(at),
        });
        let handlers = handlers.collect();
        Blocks { list, handlers }
    }
}

/// Finds the blocks of `finally` blocks.
fn keep_reasons(func: &Function, list: &mut [Block]) {
    for guard in &func.guards {
        let Some(end) = guard.finally_end else { continue };
        let block_from = |line: u32| list.partition_point(|block| block.start < line as usize);
        let range = block_from(func.line_of(guard.target))..block_from(func.line_of(end));
        for block in list.get_mut(range).unwrap_or_default() {
            block.kept.extend([guard.register, guard.register + 1]);
        }
    }
}

/// The lines that blocks start at.
fn starts(func: &Function, living: &mut Living) -> Vec<usize> {
    let lines = &func.lines;
    let mut starts = vec![false; lines.len() + 1];
    let mut mark = |at: usize| {
        if let Some(flag) = starts.get_mut(at) {
            *flag = true;
        }
    };
    mark(0);
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| !line.is_dead) {
        if line.target != Line::NOWHERE {
            mark(living.from(line.target as usize));
        }
        if line.target != Line::NOWHERE || line.instr.ends_flow() {
            mark(at + 1);
        }
    }
    for guard in &func.guards {
        for label in [guard.start, guard.end, guard.target] {
            mark(living.from(func.line_of(label) as usize));
        }
    }
    (0..lines.len()).filter(|&at| starts.get(at).copied().unwrap_or(false)).collect()
}
