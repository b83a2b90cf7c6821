//! The hot loop: fetches an instruction, does it if that takes a few steps, else hands it to a method of [`Vm`].
//!
//! Speed rests on a few facts that `bytecode::verify` proves of all code: operands name registers of the frame,
//! constants and table entries that exist, and jumps land on instructions. [`Window`] relies on them.
#![expect(unsafe_code, reason = "reads verified operands without checking them again")]

use std::convert::Infallible;

use ruff_syntax::Code;
use ruff_syntax::ast::BinaryOp;

use crate::bytecode::op::{FIELD_DIES, KILL_A, KILL_B, KILL_C, NO_REGISTER, SENSE};
use crate::bytecode::{BinaryKind, Instr, Op};
use crate::error::VmError;
use crate::heap::{MAX_DEPTH, StructRef};
use crate::native::{NativeBody, Number};
use crate::value::{Bits, KeyRef, Last, Value, on_bits};

use super::frames::{
    Pushed, is_called_simply, is_plain_return, is_popped_simply, pop_frame, push_frame, push_method,
    put_result,
};
use super::window::Window;
use super::{Vm, VmResult};

/// Does what the loop leaves of an instruction.
type Method = fn(&mut Vm, Instr) -> VmResult;

/// The same with a copy of the window: a reference would keep the loop's in memory.
type Step = fn(&mut Vm, Window, Instr) -> VmResult;

/// Why the loop stops.
enum Exit {
    /// The method does the instruction, and the loop goes on with whatever frame is topmost then.
    Leave(Method, Instr),
    /// As `Leave`, for methods that neither push a frame nor branch nor grow the stack: the window stays as it is.
    Stay(Method, Instr),
    /// As `Stay`, for functions of this file, which look through the window too.
    Step(Step, Instr),
    /// It is time to look up before the instruction, which has done nothing so far.
    Again,
    /// It is time to look up before a jump of that distance.
    Jump(i32),
    /// The topmost frame is one of another module.
    Elsewhere,
    /// The function returns that, and there is more to do than to pop its frame.
    Return(Bits),
    /// The instruction is done; an object is to be freed that it has overwritten the last owner of.
    Free(Last),
    /// The program has ended, or its turn has, or there is an error.
    End(VmResult<Value>),
}

impl From<Last> for Exit {
    #[inline(always)]
    fn from(last: Last) -> Exit {
        Exit::Free(last)
    }
}

impl From<VmError> for Exit {
    #[inline(always)]
    fn from(error: VmError) -> Exit {
        Exit::End(Err(error))
    }
}

/// Runs until the program ends or an error is raised.
pub(super) fn dispatch(vm: &mut Vm) -> VmResult<Value> {
    let mut w = Window::of(vm);
    loop {
        let Err(exit) = run(vm, &mut w);
        match exit {
            Exit::Free(last) => {
                last.free();
                continue;
            }
            Exit::Elsewhere => {
                w = Window::of(vm);
                continue;
            }
            Exit::Return(bits) => {
                let frame = *vm.frame();
                if let Some(result) = vm.finish_return(frame, bits.into_value())? {
                    return Ok(result);
                }
                w = Window::of(vm);
                continue;
            }
            Exit::End(result) => return result,
            _ => vm.frame_mut().pc = w.next(),
        }
        match exit {
            Exit::Leave(method, instr) => method(vm, instr)?,
            Exit::Stay(method, instr) => {
                method(vm, instr)?;
                continue;
            }
            Exit::Step(step, instr) => {
                step(vm, w, instr)?;
                continue;
            }
            Exit::Again => {
                vm.safepoint()?;
                w = Window::of(vm);
                if vm.member.is_late {
                    return Err(vm.give_way_before(w.next()));
                }
                w.jump(-1);
                continue;
            }
            Exit::Jump(distance) => {
                vm.safepoint()?;
                w = Window::of(vm);
                w.jump(distance);
                if vm.member.is_late {
                    return Err(vm.give_way_at(w.next()));
                }
                continue;
            }
            Exit::Free(_) | Exit::Elsewhere | Exit::Return(_) | Exit::End(_) => {}
        }
        w = Window::of(vm);
    }
}

/// Does instructions as long as that takes a few steps. All calls of methods are in [`dispatch`], once for all instructions:
/// so the loop has registers to spare for what it looks at all the time.
#[inline(always)]
#[expect(clippy::cognitive_complexity, reason = "one arm an instruction; each is short")]
fn run(vm: &mut Vm, w: &mut Window) -> Result<Infallible, Exit> {
    macro_rules! leave {
        ($method:ident, $instr:ident) => {
            return Err(Exit::Leave(Vm::$method, *$instr))
        };
    }
    macro_rules! stay {
        ($method:ident, $instr:ident) => {
            return Err(Exit::Stay(Vm::$method, *$instr))
        };
    }
    macro_rules! step {
        ($function:ident, $instr:ident) => {
            return Err(Exit::Step($function, *$instr))
        };
    }
    macro_rules! safepoint {
        () => {
            vm.countdown = vm.countdown.wrapping_sub(1);
            if vm.countdown == 0 {
                return Err(Exit::Again);
            }
        };
    }
    macro_rules! branch {
        ($distance:expr) => {{
            let distance: i32 = $distance;
            // First, so that a limit reached here is reported at the jump.
            if distance < 0 {
                vm.countdown = vm.countdown.wrapping_sub(1);
                if vm.countdown == 0 {
                    return Err(Exit::Jump(distance));
                }
            }
            w.jump(distance);
        }};
    }
    // a = lhs op rhs for two numbers; ints are checked.
    macro_rules! arithmetic {
        ($instr:ident, $lhs:expr, $rhs:expr, $checked:ident, $op:tt) => {{
            match ($lhs, $rhs) {
                (Value::Int(lhs), Value::Int(rhs)) => {
                    if let Some(int) = lhs.$checked(*rhs) {
                        w.set_int($instr.a, int)?;
                        continue;
                    }
                }
                (Value::Float(lhs), Value::Float(rhs)) => {
                    let float = *lhs $op *rhs;
                    w.set_float($instr.a, float)?;
                    continue;
                }
                (Value::Float(lhs), Value::Int(rhs)) => {
                    let float = *lhs $op (*rhs as f64);
                    w.set_float($instr.a, float)?;
                    continue;
                }
                (Value::Int(lhs), Value::Float(rhs)) => {
                    let float = (*lhs as f64) $op *rhs;
                    w.set_float($instr.a, float)?;
                    continue;
                }
                _ => {}
            }
            leave!(binary, $instr);
        }};
    }
    macro_rules! arithmetic_imm {
        ($instr:ident, $checked:ident) => {{
            if let Value::Int(lhs) = w.reg($instr.b)
                && let Some(int) = lhs.$checked(i64::from($instr.imm_c()))
            {
                w.set_int($instr.a, int)?;
                continue;
            }
            leave!(binary, $instr);
        }};
    }
    macro_rules! division {
        ($instr:ident, $lhs:expr, $rhs:expr, $int:ident, $op:tt) => {{
            match ($lhs, $rhs) {
                (Value::Int(lhs), Value::Int(rhs)) => {
                    if let Some(int) = $int(*lhs, *rhs) {
                        w.set_int($instr.a, int)?;
                        continue;
                    }
                }
                (Value::Float(lhs), Value::Float(rhs)) if *rhs != 0.0 => {
                    let float = *lhs $op *rhs;
                    w.set_float($instr.a, float)?;
                    continue;
                }
                (Value::Float(lhs), Value::Int(rhs)) if *rhs != 0 => {
                    let float = *lhs $op (*rhs as f64);
                    w.set_float($instr.a, float)?;
                    continue;
                }
                (Value::Int(lhs), Value::Float(rhs)) if *rhs != 0.0 => {
                    let float = (*lhs as f64) $op *rhs;
                    w.set_float($instr.a, float)?;
                    continue;
                }
                _ => {}
            }
            leave!(binary, $instr);
        }};
    }
    macro_rules! order {
        ($instr:ident, $lhs:expr, $rhs:expr, $op:tt) => {{
            let truth = match ($lhs, $rhs) {
                (Value::Int(lhs), Value::Int(rhs)) => *lhs $op *rhs,
                (Value::Float(lhs), Value::Float(rhs)) => *lhs $op *rhs,
                _ => leave!(compare, $instr),
            };
            w.set_bool($instr.a, truth)?;
        }};
    }
    macro_rules! branch_on {
        ($instr:ident, $truth:expr) => {{
            if $truth == ($instr.kind & SENSE != 0) {
                branch!(i32::from($instr.imm_c()));
            }
        }};
    }
    macro_rules! order_branch {
        ($instr:ident, $lhs:expr, $rhs:expr, $op:tt) => {{
            match ($lhs, $rhs) {
                (Value::Int(lhs), Value::Int(rhs)) => branch_on!($instr, (*lhs $op *rhs)),
                (Value::Float(lhs), Value::Float(rhs)) => branch_on!($instr, (*lhs $op *rhs)),
                _ => leave!(compare_branch, $instr),
            }
        }};
    }
    macro_rules! imm_branch {
        ($instr:ident, $op:tt) => {{
            match w.reg($instr.a) {
                Value::Int(lhs) => branch_on!($instr, (*lhs $op i64::from($instr.imm_b()))),
                _ => leave!(compare_branch, $instr),
            }
        }};
    }
    macro_rules! equal_branch {
        ($instr:ident, $lhs:expr, $rhs:expr, $op:tt) => {{
            match ($lhs, $rhs) {
                (Value::Int(lhs), Value::Int(rhs)) => branch_on!($instr, (*lhs $op *rhs)),
                (Value::Bool(lhs), Value::Bool(rhs)) => branch_on!($instr, (*lhs $op *rhs)),
                (Value::Null, Value::Null) => branch_on!($instr, (0 $op 0)),
                (Value::Struct(lhs), Value::Null) if !lhs.shape().overloads() => {
                    if $instr.kind & KILL_A != 0 {
                        if lhs.is_unique() {
                            leave!(compare_branch, $instr);
                        }
                        w.reg_mut($instr.a).replace_null()?;
                    }
                    branch_on!($instr, (0 $op 1));
                }
                _ => leave!(compare_branch, $instr),
            }
        }};
    }

    loop {
        let instr = w.fetch();
        match instr.op {
            Op::LoadNull | Op::Drop => w.reg_mut(instr.a).replace_null()?,
            Op::LoadBool => w.set_bool(instr.a, instr.b != 0)?,
            Op::LoadInt => w.set_int(instr.a, i64::from(instr.wide_operand()))?,
            Op::LoadConst => {
                // SAFETY: the verifier found the constant below the count of constants.
                let bits = unsafe { &*w.consts.add(instr.wide_index()) }.share();
                w.set_bits(instr.a, bits)?;
            }
            Op::LoadUndefined => w.set(instr.a, Value::Undefined)?,
            Op::LoadNothing => w.set(instr.a, Value::Nothing)?,
            Op::Move => {
                let bits = w.operand(instr, instr.b, KILL_B);
                w.set_bits(instr.a, bits)?;
            }
            Op::Take => {
                let bits = w.reg_mut(instr.b).take_bits();
                w.set_bits(instr.a, bits)?;
            }
            Op::CheckDefined => {
                if matches!(w.reg(instr.a), Value::Undefined) {
                    leave!(undefined_local, instr);
                }
            }
            Op::LoadSelf => stay!(load_self, instr),

            Op::GetCell => match held(w.reg(instr.b)) {
                Some(bits) => w.set_bits(instr.a, bits)?,
                None => stay!(look_again, instr),
            },
            Op::NewCell | Op::SetCell | Op::SetCaptureCell => stay!(cell, instr),
            Op::GetCapture => {
                let bits = vm.capture(instr.b).share();
                w.set_bits(instr.a, bits)?;
            }
            Op::GetCaptureCell => match held(vm.capture(instr.b)) {
                Some(bits) => w.set_bits(instr.a, bits)?,
                None => stay!(look_again, instr),
            },
            Op::GetGlobal => match w.global(instr.wide_index()) {
                Value::Undefined => leave!(undefined_global, instr),
                value => {
                    let bits = value.share();
                    w.set_bits(instr.a, bits)?;
                }
            },
            Op::PeekGlobal => match w.global(instr.wide_index()) {
                Value::Undefined => stay!(look_again, instr),
                value => {
                    let bits = value.share();
                    w.set_bits(instr.a, bits)?;
                }
            },
            Op::SetGlobal => {
                let bits = w.operand(instr, instr.a, KILL_A);
                // SAFETY: as in `Window::global`.
                let slot = unsafe { &mut *w.globals.add(instr.wide_index()) };
                slot.replace(bits)?;
            }

            Op::Add => arithmetic!(instr, w.reg(instr.b), w.reg(instr.c), checked_add, +),
            Op::Sub => arithmetic!(instr, w.reg(instr.b), w.reg(instr.c), checked_sub, -),
            Op::Mul => arithmetic!(instr, w.reg(instr.b), w.reg(instr.c), checked_mul, *),
            Op::Div => division!(instr, w.reg(instr.b), w.reg(instr.c), divide, /),
            Op::Mod => division!(instr, w.reg(instr.b), w.reg(instr.c), remainder, %),
            Op::AddI => arithmetic_imm!(instr, checked_add),
            Op::SubI => arithmetic_imm!(instr, checked_sub),
            Op::MulI => arithmetic_imm!(instr, checked_mul),
            Op::DivI => {
                if let Value::Int(lhs) = w.reg(instr.b)
                    && let Some(int) = divide(*lhs, i64::from(instr.imm_c()))
                {
                    w.set_int(instr.a, int)?;
                    continue;
                }
                leave!(binary, instr);
            }
            Op::ModI => {
                if let Value::Int(lhs) = w.reg(instr.b)
                    && let Some(int) = remainder(*lhs, i64::from(instr.imm_c()))
                {
                    w.set_int(instr.a, int)?;
                    continue;
                }
                leave!(binary, instr);
            }
            // Addition and multiplication of numbers commute, so the swap bit matters to the method alone.
            Op::AddK => arithmetic!(instr, w.reg(instr.b), w.constant(instr.c), checked_add, +),
            Op::SubK => arithmetic!(instr, w.reg(instr.b), w.constant(instr.c), checked_sub, -),
            Op::MulK => arithmetic!(instr, w.reg(instr.b), w.constant(instr.c), checked_mul, *),
            Op::DivK => division!(instr, w.reg(instr.b), w.constant(instr.c), divide, /),
            Op::ModK => division!(instr, w.reg(instr.b), w.constant(instr.c), remainder, %),
            Op::SubR => arithmetic!(instr, w.constant(instr.c), w.reg(instr.b), checked_sub, -),
            Op::DivR => division!(instr, w.constant(instr.c), w.reg(instr.b), divide, /),
            Op::ModR => division!(instr, w.constant(instr.c), w.reg(instr.b), remainder, %),
            Op::Neg => {
                match w.reg(instr.b) {
                    Value::Int(int) => {
                        if let Some(int) = int.checked_neg() {
                            w.set_int(instr.a, int)?;
                            continue;
                        }
                    }
                    Value::Float(float) => {
                        let float = -float;
                        w.set_float(instr.a, float)?;
                        continue;
                    }
                    _ => {}
                }
                leave!(unary, instr);
            }
            Op::Not => match *w.reg(instr.b) {
                Value::Bool(truth) => w.set_bool(instr.a, !truth)?,
                _ => leave!(unary, instr),
            },
            Op::ToBool => match truth(w.reg(instr.b)) {
                Some(truth) => w.set_bool(instr.a, truth)?,
                None => stay!(truth, instr),
            },
            Op::BitNot => match *w.reg(instr.b) {
                Value::Int(int) => w.set_int(instr.a, !int)?,
                _ => leave!(unary, instr),
            },
            Op::Operate => {
                if let (&Value::Int(lhs), &Value::Int(rhs)) = (w.reg(instr.b), w.reg(instr.c))
                    && let Some(int) = on_bits(BinaryKind::decode(instr.kind), lhs, rhs)
                {
                    w.set_int(instr.a, int)?;
                    continue;
                }
                leave!(binary, instr);
            }
            Op::In => stay!(is_in, instr),
            Op::InRange => stay!(is_in_range, instr),
            Op::Range => leave!(range, instr),
            Op::Slice => leave!(slice, instr),

            Op::Eq | Op::Ne => match (w.reg(instr.b), w.reg(instr.c)) {
                (Value::Int(lhs), Value::Int(rhs)) => {
                    let truth = (lhs == rhs) == (instr.op == Op::Eq);
                    w.set_bool(instr.a, truth)?;
                }
                _ => leave!(compare, instr),
            },
            Op::Lt => order!(instr, w.reg(instr.b), w.reg(instr.c), <),
            Op::Le => order!(instr, w.reg(instr.b), w.reg(instr.c), <=),
            Op::Gt => order!(instr, w.reg(instr.b), w.reg(instr.c), >),
            Op::Ge => order!(instr, w.reg(instr.b), w.reg(instr.c), >=),
            Op::JumpEq => equal_branch!(instr, w.reg(instr.a), w.reg(instr.b), ==),
            Op::JumpNe => equal_branch!(instr, w.reg(instr.a), w.reg(instr.b), !=),
            Op::JumpLt => order_branch!(instr, w.reg(instr.a), w.reg(instr.b), <),
            Op::JumpLe => order_branch!(instr, w.reg(instr.a), w.reg(instr.b), <=),
            Op::JumpGt => order_branch!(instr, w.reg(instr.a), w.reg(instr.b), >),
            Op::JumpGe => order_branch!(instr, w.reg(instr.a), w.reg(instr.b), >=),
            Op::JumpEqI => imm_branch!(instr, ==),
            Op::JumpNeI => imm_branch!(instr, !=),
            Op::JumpLtI => imm_branch!(instr, <),
            Op::JumpLeI => imm_branch!(instr, <=),
            Op::JumpGtI => imm_branch!(instr, >),
            Op::JumpGeI => imm_branch!(instr, >=),
            Op::JumpEqK => equal_branch!(instr, w.reg(instr.a), w.constant(instr.b), ==),
            Op::JumpNeK => equal_branch!(instr, w.reg(instr.a), w.constant(instr.b), !=),
            Op::JumpLtK => order_branch!(instr, w.reg(instr.a), w.constant(instr.b), <),
            Op::JumpLeK => order_branch!(instr, w.reg(instr.a), w.constant(instr.b), <=),
            Op::JumpGtK => order_branch!(instr, w.reg(instr.a), w.constant(instr.b), >),
            Op::JumpGeK => order_branch!(instr, w.reg(instr.a), w.constant(instr.b), >=),

            Op::Jump => branch!(instr.wide_operand()),
            Op::JumpTrue | Op::JumpFalse => match truth(w.reg(instr.a)) {
                Some(truth) => {
                    if truth == (instr.op == Op::JumpTrue) {
                        branch!(instr.wide_operand());
                    }
                }
                None => leave!(jump_if_truthy, instr),
            },
            Op::JumpNull => {
                if matches!(w.reg(instr.a), Value::Null) {
                    branch!(instr.wide_operand());
                }
            }
            Op::JumpNotNull => {
                if !matches!(w.reg(instr.a), Value::Null) {
                    branch!(instr.wide_operand());
                }
            }
            Op::JumpDefined => {
                if !matches!(w.reg(instr.a), Value::Undefined) {
                    branch!(instr.wide_operand());
                }
            }
            Op::JumpUnlessVariant => {
                if !w.is_variant(instr.a, instr.b) {
                    branch!(i32::from(instr.imm_c()));
                }
            }
            Op::JumpUnlessExact => match (w.reg(instr.a), w.constant(instr.b)) {
                (Value::Int(lhs), Value::Int(rhs)) => {
                    if lhs != rhs {
                        branch!(i32::from(instr.imm_c()));
                    }
                }
                _ => leave!(jump_unless_exact, instr),
            },
            Op::JumpUnwrap => leave!(unwrap_or_fall_through, instr),

            Op::NewArray => stay!(new_array, instr),
            Op::ArrayPush | Op::ArraySpread => stay!(extend_array, instr),
            Op::NewDict | Op::DictInsert | Op::DictSpread => stay!(build_dict, instr),
            Op::NewStruct => {
                if w.struct_site(instr.c).is_some_and(|(site, def)| site.knows_shape(def)) {
                    step!(new_known_struct, instr);
                }
                leave!(new_struct, instr);
            }
            Op::NewVariant => stay!(new_variant, instr),
            Op::Wrap => stay!(wrap, instr),
            Op::Interpolate => stay!(interpolate, instr),
            Op::Closure => stay!(make_closure, instr),
            Op::NewStructDef | Op::AddMethod | Op::AddDefault => stay!(declare_struct, instr),

            Op::GetIndex => {
                let found = match (w.reg(instr.b), w.reg(instr.c)) {
                    (Value::Array(array), Value::Int(index)) => element(array, *index),
                    (Value::Dict(_), _) => step!(get_entry, instr),
                    _ => None,
                };
                let Some(found) = found else { stay!(get_index, instr) };
                // `a[i][j]`: the inner array is looked into where it is, without becoming another owner of it.
                if let Value::Array(inner) = found {
                    let next = w.peek();
                    if next.op == Op::GetIndex
                        && next.b == instr.a
                        && next.kind & KILL_B != 0
                        && instr.kind & KILL_B == 0
                        && let Value::Int(index) = w.reg(next.c)
                        && next.c != instr.a
                        && let Some(value) = element(inner, *index)
                    {
                        let bits = value.share();
                        w.set_bits(next.a, bits)?;
                        w.fetch();
                        continue;
                    }
                }
                let bits = found.share();
                w.set_and_kill(instr, bits)?;
            }
            Op::GetIndexI => match w.reg(instr.b) {
                Value::Array(array) => match element(array, i64::from(instr.imm_c())) {
                    Some(value) => {
                        let bits = value.share();
                        w.set_and_kill(instr, bits)?;
                    }
                    None => stay!(get_index, instr),
                },
                _ => stay!(get_index, instr),
            },
            Op::GetIndexK => stay!(get_index, instr),
            Op::GetField => match w.cached_field(instr.b, instr.c) {
                // What is no object is as cheap to copy.
                Some(value) if instr.kind & (KILL_B | FIELD_DIES) == 0 || !value.is_heap() => {
                    let bits = value.share();
                    w.set_and_kill(instr, bits)?;
                }
                Some(_) => step!(take_field, instr),
                None => stay!(get_field, instr),
            },
            Op::GetReceiverField => stay!(get_receiver_field, instr),
            Op::SetIndex => {
                if let &Value::Int(index) = w.reg(instr.b)
                    && w.reg(instr.c).is_plain()
                    && w.is_own_element(instr.a, index)
                {
                    let bits = w.operand(instr, instr.c, KILL_C);
                    if let Some(place) = w.own_element(instr.a, index) {
                        place.replace(bits)?;
                    }
                    continue;
                }
                stay!(set_index, instr);
            }
            Op::SetField => {
                let cache = w.field_cache(instr.c);
                if w.reg(instr.b).is_plain()
                    && matches!(
                        w.reg(instr.a),
                        Value::Struct(object) if object.is_unique() && object.shape().id() == cache.shape
                    )
                {
                    let bits = w.operand(instr, instr.b, KILL_B);
                    if let Value::Struct(object) = w.reg_mut(instr.a)
                        && let Some(place) =
                            object.fields_mut().and_then(|fields| fields.get_mut(usize::from(cache.position)))
                    {
                        place.replace(bits)?;
                    }
                    continue;
                }
                stay!(set_field, instr);
            }
            Op::UpdateIndex => {
                if let &Value::Int(index) = w.reg(instr.b) {
                    let rhs = w.number(instr.c);
                    if let Some(place) = w.own_element(instr.a, index)
                        && update(place, instr.kind, rhs)
                    {
                        continue;
                    }
                }
                leave!(update_index, instr);
            }
            Op::UpdateField => {
                let rhs = w.number(instr.b);
                let cache = w.field_cache(instr.c);
                if let Value::Struct(object) = w.reg_mut(instr.a)
                    && object.shape().id() == cache.shape
                    && let Some(fields) = object.fields_mut()
                    && let Some(place) = fields.get_mut(usize::from(cache.position))
                    && update(place, instr.kind, rhs)
                {
                    continue;
                }
                leave!(update_field, instr);
            }
            Op::GetPlace => stay!(get_place, instr),
            Op::SetPlace => stay!(set_place, instr),
            Op::UpdatePlace => leave!(update_place, instr),
            Op::ExtendPlace => {
                if w.reg(instr.a).scalar().is_none() {
                    leave!(extend_place, instr);
                }
            }
            Op::JumpHas => leave!(jump_has, instr),
            Op::GetPayload => {
                let bits = match w.reg(instr.b) {
                    Value::Tagged(tagged) => tagged.payload().get(usize::from(instr.c)).map(Value::share),
                    _ => None,
                };
                w.set_and_kill(instr, bits.unwrap_or(Bits::NULL))?;
            }
            Op::UnpackIndex | Op::UnpackRest | Op::UnpackKey | Op::UnpackDictRest => stay!(unpack, instr),
            Op::Len => match w.reg(instr.b) {
                Value::Array(array) => {
                    // A length fits: an array of 2^63 values does not fit into memory.
                    let len = array.len() as i64;
                    w.set_and_kill(instr, Value::Int(len).into_bits())?;
                }
                _ => leave!(len, instr),
            },
            Op::RangeLen => leave!(range_len, instr),
            Op::Push => {
                if instr.a != instr.b || !w.push(instr.a, instr.c, instr.kind & KILL_C != 0) {
                    leave!(push, instr);
                }
            }

            Op::Call => {
                safepoint!();
                let callee = match w.reg(instr.a) {
                    Value::Closure(closure) if is_called_simply(closure, instr.kind, 0) => closure,
                    _ => leave!(call, instr),
                };
                match push_frame(vm, w, &raw const **callee, instr, true) {
                    Pushed::Entered => {}
                    Pushed::Elsewhere => return Err(Exit::Elsewhere),
                    Pushed::Refused => leave!(call, instr),
                }
            }
            Op::CallGlobal => {
                safepoint!();
                let callee = match w.global(usize::from(instr.c)) {
                    Value::Closure(closure) if is_called_simply(closure, instr.kind, 0) => closure,
                    _ => leave!(call_global, instr),
                };
                match push_frame(vm, w, &raw const **callee, instr, false) {
                    Pushed::Entered => {}
                    Pushed::Elsewhere => return Err(Exit::Elsewhere),
                    Pushed::Refused => leave!(call_global, instr),
                }
            }
            Op::CallNative => match w.constant(instr.c) {
                Value::Native(_, def) if matches!(def.body, NativeBody::Rust(_)) => {
                    step!(call_native, instr);
                }
                _ => leave!(call_native, instr),
            },
            Op::Invoke => {
                safepoint!();
                let callee = match w.cached_method(instr.a + 1, instr.c) {
                    Some(callee) if is_called_simply(callee, instr.kind, 1) => callee,
                    _ => leave!(invoke, instr),
                };
                match push_method(vm, w, callee, instr) {
                    Pushed::Entered => {}
                    Pushed::Elsewhere => return Err(Exit::Elsewhere),
                    Pushed::Refused => leave!(invoke, instr),
                }
            }
            Op::InvokeLocal => {
                safepoint!();
                let site = w.proto().invokes.get(usize::from(instr.c));
                let (root, dies) = site.map_or((0, false), |site| (site.root, site.dies));
                if instr.b == NO_REGISTER
                    && site.is_some_and(|site| site.pushes)
                    && instr.kind == 1
                    && w.push(root, instr.a + 2, true)
                {
                    continue;
                }
                let callee = match w.cached_method(root, instr.c) {
                    Some(callee)
                        if is_called_simply(callee, instr.kind, 1)
                            && !callee.proto.flags.modifies_self
                            && !w.reg(instr.a + 1).is_heap() =>
                    {
                        callee
                    }
                    _ => leave!(invoke_local, instr),
                };
                let receiver = if dies { w.reg_mut(root).take_bits() } else { w.reg(root).share() };
                w.set_bits(instr.a + 1, receiver)?;
                match push_method(vm, w, callee, instr) {
                    Pushed::Entered => {}
                    Pushed::Elsewhere => return Err(Exit::Elsewhere),
                    Pushed::Refused => {
                        let receiver = w.reg_mut(instr.a + 1).take_bits();
                        if dies {
                            w.set_bits(root, receiver)?;
                        } else {
                            w.set_bits(instr.a + 1, receiver)?;
                        }
                        leave!(invoke_local, instr);
                    }
                }
            }
            Op::InvokePlace => {
                safepoint!();
                leave!(invoke_place, instr);
            }
            Op::Return | Op::ReturnNull => {
                let bits = if instr.op == Op::Return { w.reg_mut(instr.a).take_bits() } else { Bits::NULL };
                if !is_plain_return(vm) || !is_popped_simply(vm, w) {
                    return Err(Exit::Return(bits));
                }
                let (dest, callee) = pop_frame(vm, w);
                Last::both(callee, put_result(w, dest, bits))?;
            }
            Op::Yield => leave!(yield_value, instr),
            Op::Await => leave!(await_value, instr),
            Op::Spawn => leave!(spawn, instr),

            Op::Throw => leave!(throw, instr),
            Op::Raise => leave!(raise, instr),
            Op::RaiseUnhandled => leave!(raise_unhandled, instr),

            Op::ForPrep => leave!(for_prep, instr),
            Op::ForNext => {
                safepoint!();
                if let (Value::Array(array), &Value::Int(at)) = (w.reg(instr.a), w.reg(instr.a + 1)) {
                    // The counter starts at 0 and stops at the length.
                    match array.get(at as usize).map(Value::share) {
                        Some(bits) => {
                            w.put_plain(instr.a + 1, at + 1);
                            w.jump(instr.wide_operand());
                            w.set_bits(instr.a + 2, bits)?;
                        }
                        // The array is no longer needed: releasing it lets the program change its own in place again.
                        None => w.reg_mut(instr.a).replace_null()?,
                    }
                    continue;
                }
                leave!(for_next, instr);
            }
            Op::RangePrep => match (w.reg(instr.a), w.reg(instr.a + 1)) {
                (Value::Int(_), Value::Int(_)) => w.jump(instr.wide_operand()),
                _ => leave!(range_prep, instr),
            },
            Op::RangeNext => {
                if let (&Value::Int(at), &Value::Int(end)) = (w.reg(instr.a), w.reg(instr.a + 1))
                    && at < end
                {
                    safepoint!();
                    w.put_plain(instr.a, at + 1);
                    w.jump(instr.wide_operand());
                    w.set_int(instr.a + 2, at)?;
                }
            }
            Op::StepPrep => leave!(step_prep, instr),
            Op::StepNext => {
                if let (&Value::Int(at), &Value::Int(end), &Value::Int(step)) =
                    (w.reg(instr.a), w.reg(instr.a + 1), w.reg(instr.a + 2))
                    && (if step > 0 { at < end } else { at > end })
                {
                    safepoint!();
                    // Past the last int there is nothing more to count.
                    w.put_plain(instr.a, at.checked_add(step).unwrap_or(end));
                    w.jump(instr.wide_operand());
                    w.set_int(instr.a + 3, at)?;
                }
            }

            Op::Import => leave!(import, instr),
            Op::ImportAll => leave!(import_all, instr),
            Op::GetExport | Op::GetExportType | Op::GetImported => leave!(get_export, instr),
        }
    }
}

/// `CallNative` of a builtin written in Rust.
fn call_native(vm: &mut Vm, mut w: Window, instr: Instr) -> VmResult {
    let &Value::Native(alias, def) = w.constant(instr.c) else { return Ok(()) };
    let NativeBody::Rust(body) = def.body else { return Ok(()) };
    let args = w.run(instr.a, instr.kind);
    let value = vm.call_rust(def, alias, body, args)?;
    args.iter_mut().for_each(Value::put_null);
    if instr.b != NO_REGISTER {
        w.reg_mut(instr.b).put_bits(value.into_bits());
    }
    Ok(())
}

/// `GetIndex` of a dict.
fn get_entry(vm: &mut Vm, mut w: Window, instr: Instr) -> VmResult {
    let found = match w.reg(instr.b) {
        Value::Dict(dict) => KeyRef::from_value(w.reg(instr.c)).and_then(|key| dict.get(key)),
        _ => None,
    };
    let Some(found) = found else { return vm.get_index(instr) };
    let bits = found.share();
    w.set_and_kill(&instr, bits).unwrap_or_else(Last::free);
    Ok(())
}

/// `NewStruct` of a declaration that was seen before.
fn new_known_struct(_: &mut Vm, mut w: Window, instr: Instr) -> VmResult {
    let Some((site, def)) = w.struct_site(instr.c) else { return Ok(()) };
    let (Some(shape), count) = (site.known_shape(def), site.fields.len()) else { return Ok(()) };
    let object = StructRef::new(shape, w.slice(instr.b, count));
    if object.depth() > MAX_DEPTH {
        return Err(too_deep_struct());
    }
    w.reg_mut(instr.a).put_bits(Value::Struct(object).into_bits());
    Ok(())
}

/// `GetField` of an object that stands where it did last time, and is not read again there.
fn take_field(_: &mut Vm, mut w: Window, instr: Instr) -> VmResult {
    let position = usize::from(w.field_cache(instr.c).position);
    let Value::Struct(object) = w.reg_mut(instr.b) else { return Ok(()) };
    let bits = match object.fields_mut() {
        Some(fields) => fields.get_mut(position).map(Value::take_bits),
        None => object.fields().get(position).map(Value::share),
    };
    w.set_and_kill(&instr, bits.unwrap_or(Bits::NULL)).unwrap_or_else(Last::free);
    Ok(())
}

/// The truth of the values that are asked for it most.
#[inline(always)]
fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::Int(int) => Some(*int != 0),
        Value::Null => Some(false),
        _ => None,
    }
}

/// What a variable that closures may share holds, if it is defined.
#[inline(always)]
fn held(variable: &Value) -> Option<Bits> {
    match variable {
        Value::Cell(cell) => cell.share_defined(),
        Value::Undefined => None,
        other => Some(other.share()),
    }
}

/// The element at a position that is not counted from the end.
#[inline(always)]
fn element(array: &[Value], index: i64) -> Option<&Value> {
    // A negative index becomes a huge one, which the method looks into.
    array.get(index as usize)
}

/// Does a compound assignment on a number in place; answers whether it could.
#[inline(always)]
fn update(place: &mut Value, kind: u8, rhs: Option<Number>) -> bool {
    let op = BinaryKind::decode(kind);
    match (place, rhs) {
        (Value::Int(lhs), Some(Number::Int(rhs))) => {
            let result = match op {
                BinaryOp::Add => lhs.checked_add(rhs),
                BinaryOp::Sub => lhs.checked_sub(rhs),
                BinaryOp::Mul => lhs.checked_mul(rhs),
                _ => None,
            };
            let Some(result) = result else { return false };
            *lhs = result;
        }
        (Value::Float(lhs), Some(Number::Float(rhs))) => match op {
            BinaryOp::Add => *lhs += rhs,
            BinaryOp::Sub => *lhs -= rhs,
            BinaryOp::Mul => *lhs *= rhs,
            _ => return false,
        },
        _ => return false,
    }
    true
}

#[cold]
fn too_deep_struct() -> VmError {
    let message = format!("Maximum data nesting depth of {MAX_DEPTH} exceeded while building struct value");
    VmError::new(Code::DataDepth, message)
}

/// Truncating division; `None` when it fails. 32-bit operands divide several times faster on many processors.
#[inline(always)]
fn divide(lhs: i64, rhs: i64) -> Option<i64> {
    match (u32::try_from(lhs), u32::try_from(rhs)) {
        (Ok(lhs), Ok(rhs)) => lhs.checked_div(rhs).map(i64::from),
        _ => lhs.checked_div(rhs),
    }
}

/// Remainder with the dividend's sign; `None` when it fails.
#[inline(always)]
fn remainder(lhs: i64, rhs: i64) -> Option<i64> {
    match (u32::try_from(lhs), u32::try_from(rhs)) {
        (Ok(lhs), Ok(rhs)) => lhs.checked_rem(rhs).map(i64::from),
        // The remainder of a division by -1 is 0, also where the quotient overflows.
        _ => lhs.checked_rem(rhs).or((rhs == -1).then_some(0)),
    }
}
