//! The hot loop: fetches an instruction, does it if that takes a few steps, else hands it to a method of [`Vm`].
//!
//! Speed rests on a few facts that `bytecode::verify` proves of all code: operands name registers of the frame,
//! constants and table entries that exist, and jumps land on instructions. [`Window`] relies on them.
#![expect(unsafe_code, reason = "reads verified operands without checking them again")]

use ruff_syntax::Code;
use ruff_syntax::ast::BinaryOp;

use crate::bytecode::op::{FIELD_DIES, KILL_A, KILL_B, KILL_C, NO_REGISTER, SENSE};
use crate::bytecode::{BinaryKind, Instr, Op, Proto};
use crate::error::VmError;
use crate::fiber::{Frame, ReturnMode};
use crate::heap::{MAX_DEPTH, Ref, StructRef};
use crate::native::{NativeBody, Number};
use crate::value::{Bits, Closure, KeyRef, Value};

use super::window::Window;
use super::{Vm, VmResult};

/// Runs until the program ends or an error is raised.
#[expect(clippy::cognitive_complexity, reason = "one arm an instruction; each is short")]
pub(super) fn dispatch(vm: &mut Vm) -> VmResult<Value> {
    let mut w = Window::of(vm);

    // Leaves an instruction to a method and goes on with whatever frame is topmost then.
    macro_rules! leave {
        ($call:expr) => {{
            vm.frame_mut().pc = w.pc;
            $call?;
            w = Window::of(vm);
        }};
    }
    // As `leave`, for methods that neither push a frame nor branch nor grow the stack: the window stays as it is.
    macro_rules! stay {
        ($call:expr) => {{
            vm.frame_mut().pc = w.pc;
            $call?;
        }};
    }
    macro_rules! safepoint {
        () => {
            vm.countdown = vm.countdown.wrapping_sub(1);
            if vm.countdown == 0 {
                leave!(vm.safepoint());
                if vm.member.is_late {
                    // The instruction has done nothing so far, and is done when the isolate has its next turn.
                    return Err(vm.give_way_before(w.pc));
                }
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
                    leave!(vm.safepoint());
                    w.jump(distance);
                    if vm.member.is_late {
                        return Err(vm.give_way_at(w.pc));
                    }
                    continue;
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
                        w.set_int($instr.a, int);
                        continue;
                    }
                }
                (Value::Float(lhs), Value::Float(rhs)) => {
                    let float = *lhs $op *rhs;
                    w.set_float($instr.a, float);
                    continue;
                }
                (Value::Float(lhs), Value::Int(rhs)) => {
                    let float = *lhs $op (*rhs as f64);
                    w.set_float($instr.a, float);
                    continue;
                }
                (Value::Int(lhs), Value::Float(rhs)) => {
                    let float = (*lhs as f64) $op *rhs;
                    w.set_float($instr.a, float);
                    continue;
                }
                _ => {}
            }
            leave!(vm.binary(*$instr));
        }};
    }
    macro_rules! arithmetic_imm {
        ($instr:ident, $checked:ident) => {{
            if let Value::Int(lhs) = w.reg($instr.b)
                && let Some(int) = lhs.$checked(i64::from($instr.imm_c()))
            {
                w.set_int($instr.a, int);
                continue;
            }
            leave!(vm.binary(*$instr));
        }};
    }
    macro_rules! division {
        ($instr:ident, $lhs:expr, $rhs:expr, $int:ident, $op:tt) => {{
            match ($lhs, $rhs) {
                (Value::Int(lhs), Value::Int(rhs)) => {
                    if let Some(int) = $int(*lhs, *rhs) {
                        w.set_int($instr.a, int);
                        continue;
                    }
                }
                (Value::Float(lhs), Value::Float(rhs)) if *rhs != 0.0 => {
                    let float = *lhs $op *rhs;
                    w.set_float($instr.a, float);
                    continue;
                }
                (Value::Float(lhs), Value::Int(rhs)) if *rhs != 0 => {
                    let float = *lhs $op (*rhs as f64);
                    w.set_float($instr.a, float);
                    continue;
                }
                (Value::Int(lhs), Value::Float(rhs)) if *rhs != 0.0 => {
                    let float = (*lhs as f64) $op *rhs;
                    w.set_float($instr.a, float);
                    continue;
                }
                _ => {}
            }
            leave!(vm.binary(*$instr));
        }};
    }
    macro_rules! order {
        ($instr:ident, $lhs:expr, $rhs:expr, $op:tt) => {{
            let truth = match ($lhs, $rhs) {
                (Value::Int(lhs), Value::Int(rhs)) => *lhs $op *rhs,
                (Value::Float(lhs), Value::Float(rhs)) => *lhs $op *rhs,
                _ => {
                    leave!(vm.compare(*$instr));
                    continue;
                }
            };
            w.set_bool($instr.a, truth);
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
                _ => leave!(vm.compare_branch(*$instr)),
            }
        }};
    }
    macro_rules! imm_branch {
        ($instr:ident, $op:tt) => {{
            match w.reg($instr.a) {
                Value::Int(lhs) => branch_on!($instr, (*lhs $op i64::from($instr.imm_b()))),
                _ => leave!(vm.compare_branch(*$instr)),
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
                        w.reg_mut($instr.a).put_null();
                    }
                    branch_on!($instr, (0 $op 1));
                }
                _ => leave!(vm.compare_branch(*$instr)),
            }
        }};
    }

    loop {
        let instr = w.fetch();
        match instr.op {
            Op::LoadNull | Op::Drop => w.reg_mut(instr.a).put_null(),
            Op::LoadBool => w.set_bool(instr.a, instr.b != 0),
            Op::LoadInt => w.set_int(instr.a, i64::from(instr.wide_operand())),
            Op::LoadConst => {
                // SAFETY: the verifier found the constant below the count of constants.
                let bits = unsafe { &*w.consts.add(instr.wide_index()) }.share();
                w.set_bits(instr.a, bits);
            }
            Op::LoadUndefined => w.set(instr.a, Value::Undefined),
            Op::LoadNothing => w.set(instr.a, Value::Nothing),
            Op::Move => {
                let bits = w.operand(instr, instr.b, KILL_B);
                w.set_bits(instr.a, bits);
            }
            Op::Take => {
                let bits = w.reg_mut(instr.b).take_bits();
                w.set_bits(instr.a, bits);
            }
            Op::CheckDefined => {
                if matches!(w.reg(instr.a), Value::Undefined) {
                    leave!(vm.undefined_local(*instr));
                }
            }
            Op::LoadSelf => stay!(vm.load_self(*instr)),

            Op::GetCell => match held(w.reg(instr.b)) {
                Value::Undefined => stay!(vm.look_again(*instr)),
                value => w.set(instr.a, value),
            },
            Op::NewCell | Op::SetCell | Op::SetCaptureCell => stay!(vm.cell(*instr)),
            Op::GetCapture => {
                let bits = vm.capture(instr.b).share();
                w.set_bits(instr.a, bits);
            }
            Op::GetCaptureCell => match held(vm.capture(instr.b)) {
                Value::Undefined => stay!(vm.look_again(*instr)),
                value => w.set(instr.a, value),
            },
            Op::GetGlobal => match w.global(instr.wide_index()) {
                Value::Undefined => leave!(vm.undefined_global(*instr)),
                value => {
                    let bits = value.share();
                    w.set_bits(instr.a, bits);
                }
            },
            Op::PeekGlobal => match w.global(instr.wide_index()) {
                Value::Undefined => stay!(vm.look_again(*instr)),
                value => {
                    let bits = value.share();
                    w.set_bits(instr.a, bits);
                }
            },
            Op::SetGlobal => {
                let bits = w.operand(instr, instr.a, KILL_A);
                // SAFETY: as in `Window::global`.
                let slot = unsafe { &mut *w.globals.add(instr.wide_index()) };
                slot.put_bits(bits);
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
                    w.set_int(instr.a, int);
                    continue;
                }
                leave!(vm.binary(*instr));
            }
            Op::ModI => {
                if let Value::Int(lhs) = w.reg(instr.b)
                    && let Some(int) = remainder(*lhs, i64::from(instr.imm_c()))
                {
                    w.set_int(instr.a, int);
                    continue;
                }
                leave!(vm.binary(*instr));
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
                            w.set_int(instr.a, int);
                            continue;
                        }
                    }
                    Value::Float(float) => {
                        let float = -float;
                        w.set_float(instr.a, float);
                        continue;
                    }
                    _ => {}
                }
                leave!(vm.unary(*instr));
            }
            Op::Not => match *w.reg(instr.b) {
                Value::Bool(truth) => w.set_bool(instr.a, !truth),
                _ => leave!(vm.unary(*instr)),
            },
            Op::ToBool => {
                let truth = w.reg(instr.b).is_truthy();
                if instr.kind & KILL_B != 0 && w.reg(instr.b).is_heap() {
                    w.set(instr.b, Value::Null);
                }
                w.set_bool(instr.a, truth);
            }

            Op::Eq | Op::Ne => match (w.reg(instr.b), w.reg(instr.c)) {
                (Value::Int(lhs), Value::Int(rhs)) => {
                    let truth = (lhs == rhs) == (instr.op == Op::Eq);
                    w.set_bool(instr.a, truth);
                }
                _ => leave!(vm.compare(*instr)),
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
            Op::JumpTrue | Op::JumpFalse => {
                let truth = match w.reg(instr.a) {
                    Value::Bool(truth) => *truth,
                    value => value.is_truthy(),
                };
                if instr.kind & KILL_A != 0 && w.reg(instr.a).is_heap() {
                    w.set(instr.a, Value::Null);
                }
                if truth == (instr.op == Op::JumpTrue) {
                    branch!(instr.wide_operand());
                }
            }
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
            Op::JumpUnlessExact => {
                let is_equal = match (w.reg(instr.a), w.constant(instr.b)) {
                    (Value::Int(lhs), Value::Int(rhs)) => lhs == rhs,
                    (lhs, rhs) => crate::value::exactly_equal(lhs, rhs),
                };
                if !is_equal {
                    branch!(i32::from(instr.imm_c()));
                }
            }
            Op::JumpUnwrap => leave!(vm.unwrap_or_fall_through(*instr)),

            Op::NewArray => stay!(vm.new_array(*instr)),
            Op::ArrayPush | Op::ArraySpread => stay!(vm.extend_array(*instr)),
            Op::NewDict | Op::DictInsert | Op::DictSpread => stay!(vm.build_dict(*instr)),
            Op::NewStruct => {
                if let Some(site) = w.proto().structs.get(usize::from(instr.c))
                    && let Some(slot) = site.def_slot
                    && let Some(shape) = site.known_shape(w.global(slot as usize))
                {
                    let object = StructRef::new(shape, w.slice(instr.b, site.fields.len()));
                    if object.depth() > MAX_DEPTH {
                        leave!(Err::<(), VmError>(too_deep_struct()));
                    }
                    w.set(instr.a, Value::Struct(object));
                    continue;
                }
                leave!(vm.new_struct(*instr));
            }
            Op::NewVariant => stay!(vm.new_variant(*instr)),
            Op::Wrap => stay!(vm.wrap(*instr)),
            Op::Interpolate => stay!(vm.interpolate(*instr)),
            Op::Closure => stay!(vm.make_closure(*instr)),
            Op::NewStructDef | Op::AddMethod | Op::AddDefault => stay!(vm.declare_struct(*instr)),

            Op::GetIndex => {
                let found = match (w.reg(instr.b), w.reg(instr.c)) {
                    (Value::Array(array), Value::Int(index)) => element(array, *index),
                    (Value::Dict(dict), key) => KeyRef::from_value(key).and_then(|key| dict.get(key)),
                    _ => None,
                };
                let Some(found) = found else {
                    stay!(vm.get_index(*instr));
                    continue;
                };
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
                        w.set_bits(next.a, bits);
                        w.fetch();
                        continue;
                    }
                }
                let bits = found.share();
                if instr.kind & KILL_B != 0 && instr.b != instr.a {
                    w.reg_mut(instr.b).put_null();
                }
                w.set_bits(instr.a, bits);
            }
            Op::GetIndexI => match w.reg(instr.b) {
                Value::Array(array) => match element(array, i64::from(instr.imm_c())) {
                    Some(value) => {
                        let bits = value.share();
                        if instr.kind & KILL_B != 0 && instr.b != instr.a {
                            w.reg_mut(instr.b).put_null();
                        }
                        w.set_bits(instr.a, bits);
                    }
                    None => stay!(vm.get_index(*instr)),
                },
                _ => stay!(vm.get_index(*instr)),
            },
            Op::GetIndexK => stay!(vm.get_index(*instr)),
            Op::GetField => match w.cached_field(instr.b, instr.c, instr.kind & (KILL_B | FIELD_DIES) != 0) {
                Some(bits) => {
                    if instr.kind & KILL_B != 0 && instr.b != instr.a {
                        w.reg_mut(instr.b).put_null();
                    }
                    w.set_bits(instr.a, bits);
                }
                None => stay!(vm.get_field(*instr)),
            },
            Op::GetReceiverField => stay!(vm.get_receiver_field(*instr)),
            Op::SetIndex => {
                if let &Value::Int(index) = w.reg(instr.b)
                    && w.reg(instr.c).is_plain()
                    && w.is_own_element(instr.a, index)
                {
                    let bits = w.operand(instr, instr.c, KILL_C);
                    if let Some(place) = w.own_element(instr.a, index) {
                        place.put_bits(bits);
                    }
                    continue;
                }
                stay!(vm.set_index(*instr));
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
                        place.put_bits(bits);
                    }
                    continue;
                }
                stay!(vm.set_field(*instr));
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
                leave!(vm.update_index(*instr));
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
                leave!(vm.update_field(*instr));
            }
            Op::GetPlace => stay!(vm.get_place(*instr)),
            Op::SetPlace => stay!(vm.set_place(*instr)),
            Op::UpdatePlace => leave!(vm.update_place(*instr)),
            Op::ExtendPlace => {
                if w.reg(instr.a).scalar().is_none() {
                    leave!(vm.extend_place(*instr));
                }
            }
            Op::JumpHas => leave!(vm.jump_has(*instr)),
            Op::GetPayload => {
                let bits = match w.reg(instr.b) {
                    Value::Tagged(tagged) => tagged.payload().get(usize::from(instr.c)).map(Value::share),
                    _ => None,
                };
                if instr.kind & KILL_B != 0 && instr.b != instr.a {
                    w.reg_mut(instr.b).put_null();
                }
                w.set_bits(instr.a, bits.unwrap_or(Bits::NULL));
            }
            Op::UnpackIndex | Op::UnpackRest | Op::UnpackKey | Op::UnpackDictRest => stay!(vm.unpack(*instr)),
            Op::Len => match w.reg(instr.b) {
                Value::Array(array) => {
                    // A length fits: an array of 2^63 values does not fit into memory.
                    let len = array.len() as i64;
                    if instr.kind & KILL_B != 0 && instr.b != instr.a {
                        w.reg_mut(instr.b).put_null();
                    }
                    w.set_int(instr.a, len);
                }
                _ => leave!(vm.len(*instr)),
            },
            Op::RangeLen => leave!(vm.range_len(*instr)),
            Op::Push => {
                if instr.a == instr.b && w.reg(instr.c).is_plain() && w.has_own_room(instr.a) {
                    let bits = w.operand(instr, instr.c, KILL_C);
                    w.push(instr.a, bits);
                    continue;
                }
                leave!(vm.push(*instr));
            }

            Op::Call => {
                safepoint!();
                let closure: *const Closure = match w.reg(instr.a) {
                    Value::Closure(closure) => &raw const **closure,
                    _ => std::ptr::null(),
                };
                if !enter(vm, &mut w, closure, instr, true) {
                    leave!(vm.call(*instr));
                }
            }
            Op::CallGlobal => {
                safepoint!();
                let closure: *const Closure = match w.global(usize::from(instr.c)) {
                    Value::Closure(closure) => &raw const **closure,
                    _ => std::ptr::null(),
                };
                if !enter(vm, &mut w, closure, instr, false) {
                    leave!(vm.call_global(*instr));
                }
            }
            Op::CallNative => {
                if let &Value::Native(alias, def) = w.constant(instr.c)
                    && let NativeBody::Rust(body) = def.body
                {
                    vm.frame_mut().pc = w.pc;
                    let args = w.run(instr.a, instr.kind);
                    let value = vm.call_rust(def, alias, body, args)?;
                    args.iter_mut().for_each(Value::put_null);
                    if instr.b != NO_REGISTER {
                        w.set(instr.b, value);
                    }
                    continue;
                }
                leave!(vm.call_native(*instr));
            }
            Op::Invoke => {
                safepoint!();
                let method = w.cached_method(instr.a + 1, instr.c);
                if !enter_method(vm, &mut w, method, instr) {
                    leave!(vm.invoke(*instr));
                }
            }
            Op::InvokeLocal => {
                safepoint!();
                let site = w.proto().invokes.get(usize::from(instr.c));
                let (root, dies) = site.map_or((0, false), |site| (site.root, site.dies));
                if instr.b == NO_REGISTER
                    && site.is_some_and(|site| site.pushes)
                    && instr.kind == 1
                    && w.reg(instr.a + 2).is_plain()
                    && w.has_own_room(root)
                {
                    let bits = w.reg_mut(instr.a + 2).take_bits();
                    w.push(root, bits);
                    continue;
                }
                let method =
                    w.cached_method(root, instr.c).filter(|method| !method.proto.flags.modifies_self);
                if method.is_none() || !enter_method_on(vm, &mut w, root, dies, method, instr) {
                    leave!(vm.invoke_local(*instr));
                }
            }
            Op::InvokePlace => {
                safepoint!();
                leave!(vm.invoke_place(*instr));
            }
            Op::Return | Op::ReturnNull => {
                let bits = if instr.op == Op::Return { w.reg_mut(instr.a).take_bits() } else { Bits::NULL };
                if let Some((frame, bits)) = leave_frame(vm, &mut w, bits) {
                    if let Some(result) = vm.finish_return(frame, bits.into_value())? {
                        return Ok(result);
                    }
                    w = Window::of(vm);
                }
            }
            Op::Yield => leave!(vm.yield_value(*instr)),
            Op::Await => leave!(vm.await_value(*instr)),
            Op::Spawn => leave!(vm.spawn(*instr)),

            Op::Throw => leave!(vm.throw(*instr)),
            Op::Raise => leave!(vm.raise(*instr)),
            Op::RaiseUnhandled => leave!(vm.raise_unhandled(*instr)),

            Op::ForPrep => leave!(vm.for_prep(*instr)),
            Op::ForNext => {
                if let (Value::Array(array), &Value::Int(at)) = (w.reg(instr.a), w.reg(instr.a + 1)) {
                    // The counter starts at 0 and stops at the length.
                    match array.get(at as usize).map(Value::share) {
                        Some(bits) => {
                            w.set_int(instr.a + 1, at + 1);
                            w.set_bits(instr.a + 2, bits);
                            branch!(instr.wide_operand());
                        }
                        // The array is no longer needed: releasing it lets the program change its own in place again.
                        None => w.reg_mut(instr.a).put_null(),
                    }
                    continue;
                }
                safepoint!();
                leave!(vm.for_next(*instr));
            }
            Op::RangePrep => match (w.reg(instr.a), w.reg(instr.a + 1)) {
                (Value::Int(_), Value::Int(_)) => w.jump(instr.wide_operand()),
                _ => leave!(vm.range_prep(*instr)),
            },
            Op::RangeNext => {
                if let (&Value::Int(at), &Value::Int(end)) = (w.reg(instr.a), w.reg(instr.a + 1))
                    && at < end
                {
                    w.set_int(instr.a + 2, at);
                    w.set_int(instr.a, at + 1);
                    branch!(instr.wide_operand());
                }
            }
            Op::StepPrep => leave!(vm.step_prep(*instr)),
            Op::StepNext => {
                if let (&Value::Int(at), &Value::Int(end), &Value::Int(step)) =
                    (w.reg(instr.a), w.reg(instr.a + 1), w.reg(instr.a + 2))
                    && (if step > 0 { at < end } else { at > end })
                {
                    w.set_int(instr.a + 3, at);
                    // Past the last int there is nothing more to count.
                    w.set_int(instr.a, at.checked_add(step).unwrap_or(end));
                    branch!(instr.wide_operand());
                }
            }

            Op::Import => leave!(vm.import(*instr)),
            Op::ImportAll => leave!(vm.import_all(*instr)),
            Op::GetExport | Op::GetExportType | Op::GetImported => leave!(vm.get_export(*instr)),
        }
    }
}

/// Pushes the frame of a known closure if nothing stands in the way.
#[inline(always)]
fn enter(vm: &mut Vm, w: &mut Window, closure: *const Closure, instr: &Instr, owns_callee: bool) -> bool {
    // SAFETY: either null or a closure that a register or global of the running code holds.
    let Some(callee) = (unsafe { closure.as_ref() }) else { return false };
    let proto: &Proto = &callee.proto;
    if !proto.is_simple() || proto.params != u16::from(instr.kind) {
        return false;
    }
    push_frame(vm, w, callee, instr, owns_callee)
}

/// Pushes the frame of a known method if nothing stands in the way. Its receiver is the first parameter.
#[inline(always)]
fn enter_method(vm: &mut Vm, w: &mut Window, method: Option<Ref<Closure>>, instr: &Instr) -> bool {
    let Some(method) = method else { return false };
    let callee: *const Closure = &raw const *method;
    if !method.proto.is_simple() || method.proto.params != u16::from(instr.kind) + 1 {
        return false;
    }
    // The slot below the frame owns the method like any callee: its declaration may go while it runs.
    w.set(instr.a, Value::Closure(method));
    // SAFETY: the register that was just written holds the closure.
    push_frame(vm, w, unsafe { &*callee }, instr, true)
}

/// As [`enter_method`] with a variable as the receiver, which is moved if it dies.
#[inline(always)]
fn enter_method_on(
    vm: &mut Vm,
    w: &mut Window,
    root: u16,
    dies: bool,
    method: Option<Ref<Closure>>,
    instr: &Instr,
) -> bool {
    let receiver = if dies { w.reg_mut(root).take_bits() } else { w.reg(root).share() };
    w.set_bits(instr.a + 1, receiver);
    let is_entered = enter_method(vm, w, method, instr);
    if dies && !is_entered {
        let receiver = w.reg_mut(instr.a + 1).take_bits();
        w.set_bits(root, receiver);
    }
    is_entered
}

#[inline(always)]
fn push_frame(vm: &mut Vm, w: &mut Window, callee: &Closure, instr: &Instr, owns_callee: bool) -> bool {
    let proto: &Proto = &callee.proto;
    let fiber = &mut *vm.fiber;
    let depth = fiber.frames.len();
    let Some(caller) = fiber.frames.last_mut() else { return false };
    let base = caller.base + u32::from(instr.a) + 1;
    let is_tight = base as usize + usize::from(proto.registers) > fiber.stack.len();
    let is_foreign = proto.module != w.module && !vm.modules.owns(proto.module);
    if depth >= fiber.frame_limit || is_tight || is_foreign {
        return false;
    }
    caller.pc = w.pc;
    fiber.frames.push(Frame {
        closure: callee,
        pc: proto.start,
        base,
        extra: 0,
        dest: instr.b,
        registers: proto.registers,
        mode: ReturnMode::Plain,
        owns_callee,
    });
    w.pc = proto.start;
    w.proto = proto;
    w.consts = proto.consts.as_ptr();
    // SAFETY: the stack has room for the callee's registers from `base` on.
    w.registers = unsafe { w.registers.add(usize::from(instr.a) + 1) };
    if proto.module != w.module {
        w.module = proto.module;
        w.globals = vm.modules.get_mut(proto.module).globals.pointer();
    }
    true
}

/// Pops the frame and hands its result to the caller; a frame that ends in an unusual way is handed out instead.
#[inline(always)]
fn leave_frame(vm: &mut Vm, w: &mut Window, bits: Bits) -> Option<(Frame, Bits)> {
    let frames = &mut vm.fiber.frames;
    let [.., caller, frame] = &frames[..] else { return Some((*vm.fiber.frame(), bits)) };
    if frame.mode != ReturnMode::Plain {
        return Some((*frame, bits));
    }
    for at in 0..usize::from(frame.registers) {
        // SAFETY: the frame's registers.
        let slot = unsafe { &mut *w.registers.add(at) };
        if slot.is_heap() {
            slot.put_null();
        }
    }
    if frame.owns_callee {
        // SAFETY: the register below the frame's base belongs to the caller's call run.
        unsafe { &mut *w.registers.sub(1) }.put_null();
    }
    let proto: &Proto = caller.proto();
    w.pc = caller.pc;
    w.proto = proto;
    w.consts = proto.consts.as_ptr();
    // SAFETY: both bases lie inside the stack, the caller's below.
    w.registers = unsafe { w.registers.sub((frame.base - caller.base) as usize) };
    let dest = frame.dest;
    if proto.module != w.module {
        w.module = proto.module;
        w.globals = vm.modules.get_mut(proto.module).globals.pointer();
    }
    frames.pop();
    if dest == NO_REGISTER {
        drop(bits.into_value());
    } else {
        w.set_bits(dest, bits);
    }
    None
}

/// What a variable that closures may share holds.
#[inline(always)]
fn held(variable: &Value) -> Value {
    match variable {
        Value::Cell(cell) => cell.get(),
        other => other.clone(),
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
    let int = |int: Option<i64>| int.map(Number::Int);
    let float = |float: f64| Some(Number::Float(float));
    let result = match (BinaryKind::decode(kind), &*place, rhs) {
        (BinaryOp::Add, Value::Int(lhs), Some(Number::Int(rhs))) => int(lhs.checked_add(rhs)),
        (BinaryOp::Add, Value::Float(lhs), Some(Number::Float(rhs))) => float(lhs + rhs),
        (BinaryOp::Sub, Value::Int(lhs), Some(Number::Int(rhs))) => int(lhs.checked_sub(rhs)),
        (BinaryOp::Sub, Value::Float(lhs), Some(Number::Float(rhs))) => float(lhs - rhs),
        (BinaryOp::Mul, Value::Int(lhs), Some(Number::Int(rhs))) => int(lhs.checked_mul(rhs)),
        (BinaryOp::Mul, Value::Float(lhs), Some(Number::Float(rhs))) => float(lhs * rhs),
        _ => None,
    };
    match result {
        Some(Number::Int(int)) => place.put_int(int),
        Some(Number::Float(float)) => place.put_float(float),
        None => return false,
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
