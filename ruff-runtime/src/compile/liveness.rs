//! Finds out where registers die, so that values move instead of being shared.
//!
//! Backward data flow over the basic blocks of a finished function. A register that an instruction reads for the last
//! time gets its kill bit there. What an error handler looks at stays alive throughout the code it protects.

use super::blocks::{Block, Blocks, Set};
use super::function::{Function, Reg};
use super::release;
use crate::bytecode::op::{KILL_A, KILL_B, KILL_C, NO_REGISTER};
use crate::bytecode::{Access, Instr, Op, PlaceRoot, for_each_register};

/// Words of 64 registers, over all blocks, beyond which a function is left as it is. Only generated code is so large.
const WORDS: usize = 4 << 20;

/// Releases to insert: registers that die where no instruction takes them.
#[derive(Default)]
pub(super) struct Edits {
    before: Vec<(usize, Reg)>,
    after: Vec<(usize, Reg)>,
}

impl Edits {
    /// The releases before a line.
    pub(super) fn before(&self, line: usize) -> &[(usize, Reg)] {
        of_line(&self.before, line)
    }

    /// The releases behind a line.
    pub(super) fn after(&self, line: usize) -> &[(usize, Reg)] {
        of_line(&self.after, line)
    }
}

fn of_line(edits: &[(usize, Reg)], line: usize) -> &[(usize, Reg)] {
    let start = edits.partition_point(|&(at, _)| at < line);
    let end = edits.partition_point(|&(at, _)| at <= line);
    edits.get(start..end).unwrap_or_default()
}

/// Sets the kill bits of a tidied function.
pub(super) fn analyse(func: &mut Function) -> Edits {
    let blocks = Blocks::of(func);
    let words = usize::from(func.registers()).div_ceil(64);
    if blocks.list.len().saturating_mul(words) > WORDS {
        return Edits::default();
    }
    let live_in = flow(func, &blocks, words);
    let mut edits = Edits::default();
    for at in 0..blocks.list.len() {
        finish_block(func, &blocks, &live_in, at, &mut edits);
    }
    edits.before = release::on_edges(func, &blocks, &live_in, words);
    edits.before.sort_unstable();
    edits.after.sort_unstable();
    edits
}

/// The registers that are alive at the start of each block.
fn flow(func: &Function, blocks: &Blocks, words: usize) -> Vec<Set> {
    let mut live_in = vec![Set::new(words); blocks.list.len()];
    loop {
        let mut is_changed = false;
        for (at, block) in blocks.list.iter().enumerate().rev() {
            let protected = protected(block, &live_in, words);
            let mut live = live_out(block, &live_in, &protected, words);
            for line in func.lines.get(block.start..block.end).unwrap_or_default().iter().rev() {
                if !line.is_dead {
                    step(func, line.instr, &mut live);
                    live.add(&protected);
                }
            }
            if let Some(known) = live_in.get_mut(at)
                && *known != live
            {
                *known = live;
                is_changed = true;
            }
        }
        if !is_changed {
            return live_in;
        }
    }
}

/// What the handlers around a block look at.
fn protected(block: &Block, live_in: &[Set], words: usize) -> Set {
    let mut protected = Set::new(words);
    for &(handler, register) in &block.handlers {
        if let Some(live) = live_in.get(handler) {
            let mut live = live.clone();
            live.remove(register);
            protected.add(&live);
        }
    }
    protected
}

fn live_out(block: &Block, live_in: &[Set], protected: &Set, words: usize) -> Set {
    let mut live = Set::new(words);
    block.next.iter().filter_map(|&next| live_in.get(next)).for_each(|next| live.add(next));
    live.add(protected);
    live
}

/// Goes back over one instruction.
fn step(func: &Function, instr: Instr, live: &mut Set) {
    for_each_register(instr, &func.tables, |register, access| {
        if access == Access::Def {
            live.remove(register);
        }
    });
    for_each_register(instr, &func.tables, |register, access| {
        if access != Access::Def {
            live.insert(register);
        }
    });
    if returns_receiver(func, instr) {
        live.insert(0);
    }
}

/// Whether the receiver is taken out of its register after this instruction.
fn returns_receiver(func: &Function, instr: Instr) -> bool {
    func.flags.modifies_self && matches!(instr.op, Op::Return | Op::ReturnNull)
}

/// Sets the kill bits of a block.
fn finish_block(func: &mut Function, blocks: &Blocks, live_in: &[Set], at: usize, edits: &mut Edits) {
    let Some(block) = blocks.list.get(at) else { return };
    let words = usize::from(func.registers()).div_ceil(64);
    let protected = protected(block, live_in, words);
    let mut live = live_out(block, live_in, &protected, words);
    for line_at in (block.start..block.end).rev() {
        let Some(line) = func.lines.get(line_at).copied().filter(|line| !line.is_dead) else { continue };
        let mut instr = line.instr;
        let dead_def = dead_def(func, instr, &live);
        if dead_def.is_some() && is_load(instr.op) {
            if let Some(line) = func.lines.get_mut(line_at) {
                line.is_dead = true;
            }
            continue;
        }
        if dead_def.is_some() && is_call(instr.op) {
            instr.b = NO_REGISTER;
        } else if let Some(register) = dead_def
            && keeps_alive(instr.op)
            && !live.contains(register)
        {
            edits.after.push((line_at, register));
        }
        instr.kind |= kills(func, instr, &live, &protected);
        allow_move(func, instr, &protected);
        if let Some(line) = func.lines.get_mut(line_at) {
            line.instr = instr;
        }
        step(func, instr, &mut live);
        live.add(&protected);
    }
}

/// The register that an instruction writes although nobody reads it afterwards.
fn dead_def(func: &Function, instr: Instr, live: &Set) -> Option<Reg> {
    let mut found = None;
    let mut defs = 0;
    for_each_register(instr, &func.tables, |register, access| {
        if access == Access::Def {
            defs += 1;
            found = Some(register).filter(|&register| !live.contains(register));
        }
    });
    found.filter(|_| defs == 1)
}

/// Instructions that do nothing but write a register.
fn is_load(op: Op) -> bool {
    matches!(
        op,
        Op::LoadNull
            | Op::LoadBool
            | Op::LoadInt
            | Op::LoadConst
            | Op::LoadUndefined
            | Op::LoadNothing
            | Op::LoadSelf
            | Op::Move
            | Op::GetCell
            | Op::GetCapture
            | Op::GetCaptureCell
            | Op::PeekGlobal
            | Op::GetReceiverField
            | Op::GetPayload
            | Op::UnpackIndex
            | Op::UnpackKey
            | Op::Closure
    )
}

fn is_call(op: Op) -> bool {
    matches!(op, Op::Call | Op::CallGlobal | Op::CallNative | Op::Invoke | Op::InvokeLocal | Op::InvokePlace)
}

/// Instructions whose result may share something and that go on with the next one.
fn keeps_alive(op: Op) -> bool {
    matches!(
        op,
        Op::GetGlobal
            | Op::GetIndex
            | Op::GetIndexI
            | Op::GetIndexK
            | Op::GetField
            | Op::GetPlace
            | Op::Await
    )
}

/// The kill bits of an instruction: its last uses of registers.
fn kills(func: &Function, instr: Instr, live: &Set, protected: &Set) -> u8 {
    let mut bits = 0;
    let operands = [(instr.a, KILL_A), (instr.b, KILL_B), (instr.c, KILL_C)];
    for_each_register(instr, &func.tables, |register, access| {
        let Access::Use(bit) = access else { return };
        if protected.contains(register) || mentions(func, instr, register) > 1 {
            return;
        }
        let is_replaced = defines(func, instr, register);
        if is_replaced || !live.contains(register) {
            debug_assert!(operands.contains(&(register, bit)), "a use is an operand");
            bits |= bit;
        }
    });
    bits
}

/// How often an instruction reads a register.
fn mentions(func: &Function, instr: Instr, register: Reg) -> u32 {
    let mut count = 0;
    for_each_register(instr, &func.tables, |other, access| {
        count += u32::from(other == register && access != Access::Def);
    });
    count
}

fn defines(func: &Function, instr: Instr, register: Reg) -> bool {
    let mut found = false;
    for_each_register(instr, &func.tables, |other, access| {
        found |= other == register && access == Access::Def;
    });
    found
}

/// Lets a method call move its receiver out of the variable, if no handler would find it missing.
fn allow_move(func: &Function, instr: Instr, protected: &Set) {
    let Some(site) = func.tables.invokes.get(usize::from(instr.c)) else { return };
    let root = match instr.op {
        Op::InvokeLocal => Some(site.root),
        Op::InvokePlace => match func.tables.places.get(usize::from(site.place)).map(|place| place.root) {
            Some(PlaceRoot::Register(root)) => Some(root),
            _ => None,
        },
        _ => None,
    };
    if let Some(root) = root {
        site.may_move.set(!protected.contains(root));
    }
}
