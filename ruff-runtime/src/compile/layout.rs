//! Writes the final code of a function: dead lines go, releases come in, jumps get their distances.

use std::sync::{Arc, OnceLock};

use ruff_syntax::{SourceFile, Span};

use super::function::{Function, Line};
use super::liveness::Edits;
use crate::bytecode::{Chunk, Const, Handler, Instr, Op, Proto, Role};
use crate::module::ModuleId;
use crate::work;

/// Where a line stands in the final code, and how.
#[derive(Clone, Copy, Default)]
struct Place {
    /// Its first instruction, releases before it included.
    start: usize,
    /// The instruction itself.
    at: usize,
    /// Its distance does not fit: it jumps to a wide jump behind it.
    is_long: bool,
}

/// Instructions a jump takes whose distance does not fit: itself, a jump over the next, the wide jump.
const LONG: usize = 3;

/// Writes a tidied function.
pub(super) fn lay_out(func: Box<Function>, edits: &Edits, file: Arc<SourceFile>, module: ModuleId) -> Proto {
    let places = place(&func, edits);
    let (code, spans) = write(&func, edits, &places);
    let handlers = handlers(&func, &places, code.len());
    let registers = func.registers();
    let func = *func;
    let tables = func.tables;
    let chunk = Chunk {
        name: func.name,
        flags: func.flags,
        params: func.params,
        registers,
        code: code.into(),
        spans: spans.into(),
        consts: tables.consts.iter().map(Const::of).collect(),
        chunks: tables.protos.iter().map(|proto| proto.chunk.clone()).collect(),
        captures: func.captures.into(),
        capture_names: func.capture_names.into(),
        handlers: handlers.into(),
        field_names: tables.fields.into(),
        calls: tables.invokes.into(),
        places: tables.places.into(),
        literals: tables.structs.into(),
        variants: tables.variants.into(),
        struct_defs: tables.struct_defs.into(),
        key_lists: tables.key_lists.into(),
        raises: tables.raises.into(),
        imports: tables.imports.into(),
        locals: func.names.into(),
        file,
        module,
        used_globals: OnceLock::new(),
    };
    Proto::new(Arc::new(chunk), tables.protos.into())
}

/// Finds a place for every line and one past the last; dead lines share that of the next.
fn place(func: &Function, edits: &Edits) -> Vec<Place> {
    let mut places = vec![Place::default(); func.lines.len() + 1];
    loop {
        let mut next = 0;
        for (at, place) in places.iter_mut().enumerate() {
            work::note(1);
            place.start = next;
            let Some(line) = func.lines.get(at) else { break };
            next += edits.before(at).len();
            place.at = next;
            if !line.is_dead {
                next += if place.is_long { LONG } else { 1 };
                next += edits.after(at).len();
            }
        }
        if !lengthen(func, &mut places) {
            return places;
        }
    }
}

/// Marks the jumps whose distance does not fit; answers whether there was one more.
fn lengthen(func: &Function, places: &mut [Place]) -> bool {
    let mut is_changed = false;
    for at in 0..func.lines.len() {
        let Some(line) = func.lines.get(at).filter(|line| is_short_jump(line)) else { continue };
        let (Some(place), Some(target)) =
            (places.get(at).copied(), places.get(line.target as usize).copied())
        else {
            continue;
        };
        if !place.is_long && i16::try_from(distance(place.at, target.start)).is_err() {
            is_changed = true;
            if let Some(place) = places.get_mut(at) {
                place.is_long = true;
            }
        }
    }
    is_changed
}

fn is_short_jump(line: &Line) -> bool {
    !line.is_dead && line.target != Line::NOWHERE && line.instr.op.roles()[2] == Role::Jump
}

/// From the instruction behind `from` to `to`.
fn distance(from: usize, to: usize) -> i64 {
    i64::try_from(to).unwrap_or(i64::MAX) - i64::try_from(from).unwrap_or(i64::MAX) - 1
}

fn write(func: &Function, edits: &Edits, places: &[Place]) -> (Vec<Instr>, Vec<Span>) {
    let mut code: Vec<Instr> = Vec::with_capacity(func.lines.len());
    let mut spans: Vec<Span> = Vec::with_capacity(func.lines.len());
    for (at, line) in func.lines.iter().enumerate() {
        let release = |register: u16| (Instr::new(Op::Drop, register, 0, 0), line.span);
        let mut put = |(instr, span): (Instr, Span)| {
            code.push(instr);
            spans.push(span);
        };
        edits.before(at).iter().for_each(|&(_, register)| put(release(register)));
        if line.is_dead {
            continue;
        }
        let place = places.get(at).copied().unwrap_or_default();
        if line.target == Line::NOWHERE {
            put((line.instr, line.span));
        } else {
            let target = places.get(line.target as usize).map_or(0, |place| place.start);
            jump(line, place, target).into_iter().for_each(|instr| put((instr, line.span)));
        }
        edits.after(at).iter().for_each(|&(_, register)| put(release(register)));
    }
    (code, spans)
}

fn jump(line: &Line, place: Place, target: usize) -> Vec<Instr> {
    let instr = line.instr;
    let wide = |op: Op, a: u16, at: usize| {
        let distance = i32::try_from(distance(at, target)).unwrap_or(i32::MAX);
        Instr::wide(op, a, distance).with_kind(instr.kind)
    };
    if instr.op.roles()[2] != Role::Jump {
        return vec![wide(instr.op, instr.a, place.at)];
    }
    if place.is_long {
        let far = wide(Op::Jump, 0, place.at + 2).with_kind(0);
        return vec![Instr { c: 1, ..instr }, Instr::wide(Op::Jump, 0, 1), far];
    }
    let distance = i16::try_from(distance(place.at, target)).unwrap_or(0);
    vec![Instr { c: distance.cast_unsigned(), ..instr }]
}

fn handlers(func: &Function, places: &[Place], len: usize) -> Vec<Handler> {
    let position = |label| {
        let line = func.line_of(label) as usize;
        let position = places.get(line).map_or(len, |place| place.start);
        u32::try_from(position).unwrap_or(u32::MAX)
    };
    let mut handlers = Vec::with_capacity(func.guards.len());
    for guard in &func.guards {
        let (start, end, target) = (position(guard.start), position(guard.end), position(guard.target));
        if start < end && (target as usize) < len {
            let (register, finally_end) = (guard.register, guard.finally_end.map(position));
            handlers.push(Handler { start, end, target, register, finally_end });
        }
    }
    handlers
}
