//! Which registers are alive where basic blocks start and end: whose value may still be read.
//!
//! Backward data flow. What an error handler looks at stays alive throughout the code it protects.

use super::blocks::{Block, Blocks, Set};
use super::function::{Function, Reg};
use crate::bytecode::{Access, Instr, Op, for_each_register};
use crate::work;

/// What is alive around the blocks of a function.
pub(super) struct Alive {
    /// At the start of each block.
    pub(super) at_start: Vec<Set>,
    /// For each handler, what it and those around it look at.
    protected: Vec<Set>,
    nothing: Set,
}

impl Alive {
    /// Finds out what is alive in a tidied function. Cost: for each block and handler a set of `words` words.
    pub(super) fn of(func: &Function, blocks: &Blocks, words: usize) -> Alive {
        let mut alive = Alive {
            at_start: vec![Set::new(words); blocks.list.len()],
            protected: vec![Set::new(words); blocks.handlers.len()],
            nothing: Set::new(0),
        };
        // Handlers by the block they start with, the last first; of several the outermost first.
        let mut handlers: Vec<usize> = (0..blocks.handlers.len()).rev().collect();
        handlers.sort_by_key(|&at| blocks.handlers.get(at).map(|handler| std::cmp::Reverse(handler.target)));
        let mut live = Set::new(words);
        while alive.flow(func, blocks, &handlers, &mut live) {}
        alive
    }

    /// Goes once over all blocks; answers whether something changed.
    fn flow(&mut self, func: &Function, blocks: &Blocks, handlers: &[usize], live: &mut Set) -> bool {
        let mut is_changed = false;
        let mut handlers = handlers.iter().copied().peekable();
        for (at, block) in blocks.list.iter().enumerate().rev() {
            self.at_end(block, live);
            let protected = self.protected(block);
            for line in func.lines.get(block.start..block.end).unwrap_or_default().iter().rev() {
                work::note(1);
                if !line.is_dead {
                    step(func, line.instr, protected, live);
                }
            }
            if let Some(known) = self.at_start.get_mut(at) {
                is_changed |= known.become_like(live);
            }
            // Whatever a handler protects, handlers in it included, stands before it.
            while let Some(handler) = handlers
                .next_if(|&handler| blocks.handlers.get(handler).is_some_and(|found| found.target >= at))
            {
                is_changed |= self.protect(blocks, handler, live);
            }
        }
        is_changed
    }

    /// Notes what a handler looks at; answers whether that changed.
    fn protect(&mut self, blocks: &Blocks, handler: usize, work: &mut Set) -> bool {
        let Some(found) = blocks.handlers.get(handler) else { return false };
        work.clear();
        self.at_start.get(found.target).into_iter().for_each(|live| work.add(live));
        work.remove(found.register);
        let around = found.around.and_then(|around| self.protected.get(around));
        around.into_iter().for_each(|around| work.add(around));
        self.protected.get_mut(handler).is_some_and(|known| known.become_like(work))
    }

    /// What is alive at the end of a block.
    pub(super) fn at_end(&self, block: &Block, live: &mut Set) {
        live.clear();
        block.next().filter_map(|next| self.at_start.get(next)).for_each(|next| live.add(next));
        live.add(self.protected(block));
        block.kept.iter().for_each(|&register| live.insert(register));
    }

    /// What the handlers around a block look at.
    pub(super) fn protected(&self, block: &Block) -> &Set {
        block.handler.and_then(|handler| self.protected.get(handler)).unwrap_or(&self.nothing)
    }
}

/// Goes back over one instruction. What handlers look at stays alive.
pub(super) fn step(func: &Function, instr: Instr, protected: &Set, live: &mut Set) {
    for_each_register(instr, &func.tables, |register, access| {
        if access == Access::Def && !protected.contains(register) {
            live.remove(register);
        }
    });
    for_each_read(func, instr, |register| live.insert(register));
}

/// Calls `visit` for every register that an instruction looks at.
fn for_each_read(func: &Function, instr: Instr, mut visit: impl FnMut(Reg)) {
    for_each_register(instr, &func.tables, |register, access| {
        if access != Access::Def {
            visit(register);
        }
    });
    if returns_receiver(func, instr) {
        visit(0);
    }
}

/// Whether the receiver is taken out of its register after this instruction.
fn returns_receiver(func: &Function, instr: Instr) -> bool {
    func.flags.modifies_self && matches!(instr.op, Op::Return | Op::ReturnNull)
}

/// The registers that some block reads before it writes them: no others are alive at the start of any block.
pub(super) fn crossing(func: &Function, blocks: &Blocks, words: usize) -> Set {
    let mut crossing = Set::new(words);
    blocks.list.iter().flat_map(|block| &block.kept).for_each(|&register| crossing.insert(register));
    // The last block that wrote each register, counted from 1.
    let mut written = vec![0; words * 64];
    for (block, number) in blocks.list.iter().zip(1..) {
        for line in func.lines.get(block.start..block.end).unwrap_or_default() {
            if line.is_dead {
                continue;
            }
            for_each_read(func, line.instr, |register| {
                if written.get(usize::from(register)) != Some(&number) {
                    crossing.insert(register);
                }
            });
            for_each_register(line.instr, &func.tables, |register, access| {
                if access == Access::Def
                    && let Some(written) = written.get_mut(usize::from(register))
                {
                    *written = number;
                }
            });
        }
    }
    crossing
}
