//! Tidies the control flow of a finished function: labels become lines, jumps to jumps go straight on, code that is never
//! reached and jumps that lead nowhere go.

use super::function::{Function, Line};
use super::living::Living;
use super::protection::Protection;
use crate::bytecode::op::SENSE;
use crate::bytecode::{Instr, Op, Role};
use crate::work;

/// Jumps to jumps that are followed from one; a circle of jumps has no end.
const HOPS: u32 = 64;

/// Tidies a function; afterwards [`Line::target`] is a line.
pub(super) fn tidy(func: &mut Function) {
    resolve_labels(func);
    thread(&mut func.lines);
    drop_unreachable(func);
    invert_over_jumps(func);
    drop_jumps_to_next(&mut func.lines);
}

fn resolve_labels(func: &mut Function) {
    for at in 0..func.lines.len() {
        let Some(line) = func.lines.get(at).copied() else { continue };
        if line.target != Line::NOWHERE {
            let target = func.place_of(line.target);
            if let Some(line) = func.lines.get_mut(at) {
                line.target = target;
            }
        }
    }
}

fn thread(lines: &mut [Line]) {
    for at in 0..lines.len() {
        let Some(line) = lines.get(at).copied() else { continue };
        if line.target == Line::NOWHERE {
            continue;
        }
        let mut target = line.target;
        for _ in 0..HOPS {
            match lines.get(target as usize) {
                Some(next) if next.instr.op == Op::Jump && next.target != target => target = next.target,
                _ => break,
            }
        }
        let ends = lines.get(target as usize).map(|next| (next.instr, next.span));
        let Some(line) = lines.get_mut(at) else { continue };
        line.target = target;
        if let (Op::Jump, Some((instr @ Instr { op: Op::ReturnNull, .. }, span))) = (line.instr.op, ends) {
            *line = Line { instr, target: Line::NOWHERE, span, is_dead: false };
        }
    }
}

fn drop_unreachable(func: &mut Function) {
    let reached = reach(func, &Protection::of(func));
    for (line, is_reached) in func.lines.iter_mut().zip(reached) {
        line.is_dead |= !is_reached;
    }
}

/// For each line whether control flow can reach it. A handler is reached from what it protects.
fn reach(func: &Function, protection: &Protection) -> Vec<bool> {
    let mut reached = vec![false; func.lines.len()];
    let mut is_used = vec![false; func.guards.len()];
    let mut open = vec![0];
    while let Some(mut at) = open.pop() {
        while let (Some(is_reached), Some(line)) = (reached.get_mut(at), func.lines.get(at)) {
            work::note(1);
            if std::mem::replace(is_reached, true) {
                break;
            }
            // Those around a handler in use are in use too.
            let mut innermost = protection.innermost(at);
            while let Some(guard) = innermost
                && let Some(is_used) = is_used.get_mut(guard)
                && !std::mem::replace(is_used, true)
            {
                work::note(1);
                open.extend(func.guards.get(guard).map(|guard| func.line_of(guard.target) as usize));
                innermost = protection.around(guard);
            }
            if line.target != Line::NOWHERE {
                open.push(line.target as usize);
            }
            if line.instr.ends_flow() {
                break;
            }
            at += 1;
        }
    }
    reached
}

/// A branch around a jump becomes the opposite branch.
fn invert_over_jumps(func: &mut Function) {
    let mut is_target = vec![false; func.lines.len() + 1];
    let mut mark = |at: u32| {
        if let Some(flag) = is_target.get_mut(at as usize) {
            *flag = true;
        }
    };
    func.lines
        .iter()
        .filter(|line| line.target != Line::NOWHERE && !line.is_dead)
        .for_each(|line| mark(line.target));
    func.guards.iter().for_each(|guard| mark(func.line_of(guard.target)));
    let lines = &mut func.lines;
    let mut living = Living::of(lines);
    for at in 0..lines.len() {
        let Some(line) = lines.get(at).copied() else { continue };
        if line.is_dead || line.target == Line::NOWHERE {
            continue;
        }
        let jump_at = living.from(at + 1);
        let Some(jump) = lines.get(jump_at).copied() else { continue };
        let leads_behind = living.from(jump_at + 1) == living.from(line.target as usize);
        let lies_between = !is_target.get(jump_at).copied().unwrap_or(true);
        if jump.instr.op != Op::Jump || !leads_behind || !lies_between {
            continue;
        }
        let Some(opposite) = opposite(line.instr) else { continue };
        if let Some(line) = lines.get_mut(at) {
            line.instr = opposite;
            line.target = jump.target;
        }
        if let Some(jump) = lines.get_mut(jump_at) {
            jump.is_dead = true;
        }
        living.bury(jump_at);
    }
}

/// The branch that is taken when `instr` is not.
fn opposite(instr: Instr) -> Option<Instr> {
    let op = match instr.op {
        Op::JumpTrue => Op::JumpFalse,
        Op::JumpFalse => Op::JumpTrue,
        Op::JumpNull => Op::JumpNotNull,
        Op::JumpNotNull => Op::JumpNull,
        Op::JumpUnlessVariant | Op::JumpUnlessExact | Op::JumpUnwrap | Op::ExtendPlace | Op::JumpHas => {
            return None;
        }
        op if op.roles()[2] == Role::Jump => return Some(instr.with_kind(instr.kind ^ SENSE)),
        _ => return None,
    };
    Some(Instr { op, ..instr })
}

fn drop_jumps_to_next(lines: &mut [Line]) {
    // The first live line behind the one looked at.
    let mut next = lines.len();
    let mut living = Living::of(lines);
    for at in (0..lines.len()).rev() {
        let Some(line) = lines.get(at).filter(|line| !line.is_dead).copied() else { continue };
        if line.instr.op == Op::Jump && living.from(line.target as usize) == next {
            if let Some(line) = lines.get_mut(at) {
                line.is_dead = true;
            }
            living.bury(at);
        } else {
            next = at;
        }
    }
}
