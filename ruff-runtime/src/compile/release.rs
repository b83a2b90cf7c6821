//! Registers that die on the way from one block to another, where no instruction takes them.
//!
//! What such a register still holds does harm only if it shares something that is updated before the register is written
//! again: the update would copy. So a release is inserted only where that can happen.

use super::blocks::{Blocks, Set};
use super::function::{Function, Line, Reg};
use crate::bytecode::op::KILL_B;
use crate::bytecode::{Access, Instr, Op, for_each_register};
use crate::work;

/// Releases to insert before lines.
pub(super) fn on_edges(func: &Function, blocks: &Blocks, live_in: &[Set], words: usize) -> Vec<(usize, Reg)> {
    let candidates = sharing(func, words);
    let is_updating = |line: &Line| !line.is_dead && updates(line.instr);
    if candidates.registers().next().is_none() || !func.lines.iter().any(is_updating) {
        return Vec::new();
    }
    let exposed = exposed(func, blocks, words);
    let mut found: Vec<(usize, Reg)> = Vec::new();
    for (at, mut dying) in dying(blocks, live_in, words).into_iter().enumerate() {
        let (Some(block), Some(exposed)) = (blocks.list.get(at), exposed.get(at)) else { continue };
        dying.intersect(&candidates);
        dying.intersect(exposed);
        work::note(1);
        found.extend(dying.registers().map(|register| (block.start, register)));
        // Many variables may die in many places. The code must not grow with the square of its size.
        if found.len() > func.lines.len() {
            break;
        }
    }
    found
}

/// For each block the registers that are alive at the end of one before it, but not at its own start.
fn dying(blocks: &Blocks, live_in: &[Set], words: usize) -> Vec<Set> {
    let mut dying = vec![Set::new(words); blocks.list.len()];
    for block in blocks.list.iter().filter(|block| block.is_fork()) {
        for next in block.next() {
            let Some(dying) = dying.get_mut(next) else { continue };
            block.next().filter_map(|other| live_in.get(other)).for_each(|live| dying.add(live));
        }
    }
    for (dying, live) in dying.iter_mut().zip(live_in) {
        dying.subtract(live);
    }
    dying
}

/// For each block the registers that may still hold what they hold at its start when something is updated.
fn exposed(func: &Function, blocks: &Blocks, words: usize) -> Vec<Set> {
    let mut exposed = vec![Set::new(words); blocks.list.len()];
    let mut set = Set::new(words);
    loop {
        let mut is_changed = false;
        for (at, block) in blocks.list.iter().enumerate().rev() {
            set.clear();
            let lines = func.lines.get(block.start..block.end).unwrap_or_default();
            let update = lines.iter().position(|line| !line.is_dead && updates(line.instr));
            match update {
                Some(_) => set.fill(),
                None => block.next().filter_map(|next| exposed.get(next)).for_each(|next| set.add(next)),
            }
            // What is written up to then no longer holds it.
            let end = update.map_or(lines.len(), |update| update + 1);
            work::note(end);
            for line in lines.get(..end).unwrap_or_default() {
                if !line.is_dead {
                    for_each_register(line.instr, &func.tables, |register, access| {
                        if access == Access::Def {
                            set.remove(register);
                        }
                    });
                }
            }
            if let Some(known) = exposed.get_mut(at) {
                is_changed |= known.become_like(&set);
            }
        }
        if !is_changed {
            return exposed;
        }
    }
}

/// Registers that may share a container with something else: they get values from elsewhere and are not used as numbers
/// or keys.
fn sharing(func: &Function, words: usize) -> Set {
    let (mut shares, mut numbers) = (Set::new(words), Set::new(words));
    for line in func.lines.iter().filter(|line| !line.is_dead) {
        let instr = line.instr;
        let (is_share, is_numeric) = (shares_source(instr), is_numeric(instr.op));
        for_each_register(instr, &func.tables, |register, access| match access {
            Access::Def if is_share => shares.insert(register),
            Access::Def => {}
            _ if is_numeric => numbers.insert(register),
            _ => {}
        });
        match instr.op {
            Op::GetIndex => numbers.insert(instr.c),
            Op::SetIndex | Op::UpdateIndex => numbers.insert(instr.b),
            _ => {}
        }
    }
    numbers.registers().for_each(|register| shares.remove(register));
    shares
}

fn shares_source(instr: Instr) -> bool {
    match instr.op {
        Op::Move => instr.kind & KILL_B == 0,
        Op::GetIndex
        | Op::GetIndexI
        | Op::GetIndexK
        | Op::GetField
        | Op::GetPlace
        | Op::GetGlobal
        | Op::GetCell
        | Op::GetCapture
        | Op::GetCaptureCell
        | Op::GetPayload
        | Op::UnpackIndex
        | Op::UnpackKey
        | Op::ForNext => true,
        _ => false,
    }
}

/// Instructions whose operands are numbers, or text at most.
fn is_numeric(op: Op) -> bool {
    let is_arithmetic = matches!(op, Op::AddI | Op::Sub | Op::SubI | Op::SubK | Op::SubR | Op::Neg)
        || matches!(op, Op::Mul | Op::MulI | Op::MulK | Op::Div | Op::DivI | Op::DivK | Op::DivR)
        || matches!(op, Op::Mod | Op::ModI | Op::ModK | Op::ModR | Op::Operate | Op::BitNot);
    let is_order = matches!(op, Op::Lt | Op::Le | Op::Gt | Op::Ge)
        || matches!(op, Op::JumpLt | Op::JumpLe | Op::JumpGt | Op::JumpGe)
        || matches!(op, Op::JumpLtI | Op::JumpLeI | Op::JumpGtI | Op::JumpGeI)
        || matches!(op, Op::JumpLtK | Op::JumpLeK | Op::JumpGtK | Op::JumpGeK);
    let is_range = matches!(op, Op::RangePrep | Op::RangeNext | Op::StepPrep | Op::StepNext)
        || matches!(op, Op::RangeLen | Op::Range);
    is_arithmetic || is_order || is_range
}

/// Instructions that change a container in place if nobody shares it.
fn updates(instr: Instr) -> bool {
    matches!(
        instr.op,
        Op::SetIndex
            | Op::SetField
            | Op::UpdateIndex
            | Op::UpdateField
            | Op::SetPlace
            | Op::UpdatePlace
            | Op::ExtendPlace
            | Op::Push
            | Op::InvokeLocal
            | Op::InvokePlace
    )
}
