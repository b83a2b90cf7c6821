//! Finds out where registers die, so that values move instead of being shared.
//!
//! A register that an instruction reads for the last time gets its kill bit there. What is alive around the basic blocks of
//! a function `flow` tells, what is alive in them is found here.

use super::blocks::{Block, Blocks, Set};
use super::fields::Fields;
use super::flow::{Alive, crossing, step};
use super::function::{Function, Reg};
use super::release;
use crate::bytecode::op::{KILL_A, KILL_B, KILL_C, NO_REGISTER};
use crate::bytecode::{Access, Instr, Op, PlaceRoot, for_each_register};
use crate::work;

/// Words of 64 registers, over all blocks, beyond which a function is only looked at roughly, or work and memory would grow
/// with the square of its size. Only generated code is so large.
const WORDS: usize = 1 << 20;

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
    if (blocks.list.len() + blocks.handlers.len()).saturating_mul(words) > WORDS {
        return analyse_roughly(func, &blocks, words);
    }
    let alive = Alive::of(func, &blocks, words);
    let mut edits = Edits::default();
    let mut live = Set::new(words);
    for block in &blocks.list {
        alive.at_end(block, &mut live);
        finish_block(func, block, &mut live, alive.protected(block), &mut edits);
    }
    edits.before = release::on_edges(func, &blocks, &alive.at_start, words);
    edits.before.sort_unstable();
    edits.after.sort_unstable();
    edits
}

/// As [`analyse`], except that every register that is alive between some blocks counts as alive between all.
fn analyse_roughly(func: &mut Function, blocks: &Blocks, words: usize) -> Edits {
    let crossing = crossing(func, blocks, words);
    let nothing = Set::new(0);
    let mut edits = Edits::default();
    let mut live = crossing.clone();
    for block in &blocks.list {
        let protected = if block.handler.is_some() { &crossing } else { &nothing };
        finish_block(func, block, &mut live, protected, &mut edits);
        // Back to what it was, but not by a look at all registers.
        for line in func.lines.get(block.start..block.end).unwrap_or_default() {
            for_each_register(line.instr, &func.tables, |register, _| live.copy_from(&crossing, register));
        }
        live.copy_from(&crossing, 0);
    }
    edits.after.sort_unstable();
    edits
}

/// Sets the kill bits of a block.
///
/// `live` is what is alive at its end, from then on at its start.
fn finish_block(func: &mut Function, block: &Block, live: &mut Set, protected: &Set, edits: &mut Edits) {
    let mut fields = Fields::default();
    for line_at in (block.start..block.end).rev() {
        let Some(line) = func.lines.get(line_at).copied().filter(|line| !line.is_dead) else { continue };
        work::note(1);
        let mut instr = line.instr;
        let dead_def = dead_def(func, instr, live);
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
        instr.kind |= kills(func, instr, live, protected);
        allow_move(func, instr, live, protected);
        instr.kind |= fields.kills(func, instr, live, protected);
        if let Some(line) = func.lines.get_mut(line_at) {
            line.instr = instr;
        }
        step(func, instr, protected, live);
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
fn allow_move(func: &mut Function, instr: Instr, live: &Set, protected: &Set) {
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
        let is_protected = protected.contains(root);
        let is_read = live.contains(root) && !defines(func, instr, root);
        if let Some(site) = func.tables.invokes.get_mut(usize::from(instr.c)) {
            site.may_move = !is_protected;
            site.dies = instr.op == Op::InvokeLocal && !is_protected && !is_read;
        }
    }
}
