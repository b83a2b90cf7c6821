//! Calls and returns as the dispatch loop does them: frames pushed and popped with the window following, where nothing stands in
//! the way.
#![expect(unsafe_code, reason = "moves the window, whose invariants it keeps")]

use super::Vm;
use super::window::Window;
use crate::bytecode::op::NO_REGISTER;
use crate::bytecode::{Instr, Proto};
use crate::fiber::{Frame, ReturnMode};
use crate::heap::Ref;
use crate::value::{Bits, Closure, Last, Value};

/// Whether a call with `count` arguments, and as many receivers as that, needs nothing but a frame.
#[inline(always)]
pub(super) fn is_called_simply(callee: &Closure, count: u8, receivers: u16) -> bool {
    callee.proto.is_simple() && callee.proto.params == u16::from(count) + receivers
}

/// What became of a call.
pub(super) enum Pushed {
    /// The callee's frame is the topmost.
    Entered,
    /// So it is, and the callee is of another module.
    Elsewhere,
    /// Something stands in the way, and nothing has happened.
    Refused,
}

/// Pushes the frame of a closure whose arguments are in place.
#[inline(always)]
pub(super) fn push_frame(
    vm: &mut Vm,
    w: &mut Window,
    callee: *const Closure,
    instr: &Instr,
    owns_callee: bool,
) -> Pushed {
    // SAFETY: a register or a global of the code that runs holds it.
    let proto: &Proto = unsafe { &(*callee).proto };
    let fiber = &mut *vm.fiber;
    let frames = &mut fiber.frames;
    let depth = frames.len();
    let has_room = depth < frames.capacity();
    let Some(caller) = frames.last_mut() else { return Pushed::Refused };
    let base = caller.base + u32::from(instr.a) + 1;
    let is_tight = base as usize + usize::from(proto.registers) > fiber.stack.len();
    let is_elsewhere = proto.module != w.proto().module;
    let is_foreign = is_elsewhere && !vm.modules.owns(proto.module);
    if depth >= fiber.frame_limit || !has_room || is_tight || is_foreign {
        return Pushed::Refused;
    }
    caller.pc = w.next();
    let pc = proto.start;
    let (dest, registers) = (instr.b, proto.registers);
    let frame =
        Frame { closure: callee, pc, base, extra: 0, dest, registers, mode: ReturnMode::Plain, owns_callee };
    // Always so, see above; saying it here spares the code for a full list.
    if frames.len() < frames.capacity() {
        frames.push(frame);
    }
    w.go_to(pc);
    w.proto = proto;
    w.consts = proto.consts.as_ptr();
    // SAFETY: the stack has room for the callee's registers from `base` on.
    w.registers = unsafe { w.registers.add(usize::from(instr.a) + 1) };
    if is_elsewhere { Pushed::Elsewhere } else { Pushed::Entered }
}

/// The same for a method, whose receiver is the first argument.
#[inline(always)]
pub(super) fn push_method(vm: &mut Vm, w: &mut Window, method: &Ref<Closure>, instr: &Instr) -> Pushed {
    if w.reg(instr.a).is_heap() {
        return Pushed::Refused;
    }
    // The slot below the frame owns the method like any callee: its declaration may go while it runs.
    let place = &raw mut *w.reg_mut(instr.a);
    let pushed = push_frame(vm, w, &raw const **method, instr, true);
    if !matches!(pushed, Pushed::Refused) {
        let owner = Value::Closure(method.clone()).into_bits();
        // SAFETY: the register of the caller, which leads to no object.
        let _ = unsafe { &mut *place }.replace(owner);
    }
    pushed
}

/// Whether the topmost frame returns to a caller that gets the result.
#[inline(always)]
pub(super) fn is_plain_return(vm: &Vm) -> bool {
    matches!(&vm.fiber.frames[..], [.., _, frame] if frame.mode == ReturnMode::Plain)
}

/// Whether the caller of such a frame is of the same module, and no register of the frame leads to an object.
#[inline(always)]
pub(super) fn is_popped_simply(vm: &Vm, w: &Window) -> bool {
    let [.., caller, frame] = &vm.fiber.frames[..] else { return false };
    caller.proto().module == w.proto().module && !w.has_objects(frame.registers)
}

/// Pops the frame of a plain return, whose registers lead to no objects. Answers which register of the caller gets the result,
/// and what is left of the callee.
#[inline(always)]
pub(super) fn pop_frame(vm: &mut Vm, w: &mut Window) -> (u16, Result<(), Last>) {
    let frames = &mut vm.fiber.frames;
    let [.., caller, frame] = &frames[..] else { return (NO_REGISTER, Ok(())) };
    // SAFETY: the register below the frame's base belongs to the caller's call run.
    let callee = frame.owns_callee.then(|| unsafe { &mut *w.registers.sub(1) });
    let callee = callee.map_or(Ok(()), Value::replace_null);
    let proto: &Proto = caller.proto();
    let dest = frame.dest;
    w.go_to(caller.pc);
    w.proto = proto;
    w.consts = proto.consts.as_ptr();
    // SAFETY: both bases lie inside the stack, the caller's below.
    w.registers = unsafe { w.registers.sub((frame.base - caller.base) as usize) };
    frames.pop();
    (dest, callee)
}

/// Gives the caller the result of a call.
#[inline(always)]
pub(super) fn put_result(w: &mut Window, dest: u16, bits: Bits) -> Result<(), Last> {
    if dest == NO_REGISTER { bits.discard() } else { w.set_bits(dest, bits) }
}
