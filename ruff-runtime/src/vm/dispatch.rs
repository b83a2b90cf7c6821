//! The hot loop: fetches an instruction, does it if that takes a few steps, else hands it to a method of [`Vm`].
//!
//! Speed rests on a few facts that `bytecode::verify` proves of all code: operands name registers of the frame,
//! constants and table entries that exist, and jumps land on instructions. [`Window`] is the only place that relies
//! on them.
#![expect(unsafe_code, reason = "reads verified operands without checking them again")]

use crate::bytecode::op::{KILL_A, KILL_B, KILL_C, NO_REGISTER, SENSE};
use crate::bytecode::{BinaryKind, Instr, Op, Proto};
use crate::fiber::{Frame, ReturnMode};
use crate::heap::Ref;
use crate::module::ModuleId;
use crate::value::{Closure, Value};

use super::{Vm, VmResult};

/// The topmost frame, unpacked into what the loop needs at hand.
///
/// # Invariants
/// `registers` leads to the frame's registers in the fiber's stack, `consts` and `pc` into its code, `globals` to
/// the variables of its module. Whatever may move one of them is followed by [`Window::load`].
struct Window {
    pc: *const Instr,
    registers: *mut Value,
    consts: *const Value,
    globals: *mut Value,
    module: ModuleId,
}

impl Window {
    #[inline(always)]
    fn of(vm: &mut Vm) -> Window {
        let frame = *vm.frame();
        let proto: &Proto = frame.proto();
        let module = proto.module;
        let (pc, consts) = (frame.pc, proto.consts.as_ptr());
        // SAFETY: a frame's base lies inside the stack.
        let registers = unsafe { vm.fiber.stack.pointer().add(frame.base as usize) };
        let globals = vm.modules.get_mut(module).globals.pointer();
        Window { pc, registers, consts, globals, module }
    }

    #[inline(always)]
    fn fetch(&mut self) -> Instr {
        // SAFETY: jumps land on instructions, and the last instruction of a function ends the flow.
        let instr = unsafe { *self.pc };
        // SAFETY: at most one past the end, which is never read: see above.
        self.pc = unsafe { self.pc.add(1) };
        instr
    }

    #[inline(always)]
    fn reg(&self, at: u16) -> &Value {
        // SAFETY: the verifier found every register operand below the frame's count, and all registers hold values.
        unsafe { &*self.registers.add(usize::from(at)) }
    }

    #[inline(always)]
    fn reg_mut(&mut self, at: u16) -> &mut Value {
        // SAFETY: as in `reg`; the loop holds one such reference at a time.
        unsafe { &mut *self.registers.add(usize::from(at)) }
    }

    /// Writes a register and releases what it held.
    #[inline(always)]
    fn set(&mut self, at: u16, value: Value) {
        self.reg_mut(at).put(value);
    }

    #[inline(always)]
    fn take(&mut self, at: u16) -> Value {
        std::mem::take(self.reg_mut(at))
    }

    #[inline(always)]
    fn constant(&self, at: u16) -> &Value {
        // SAFETY: the verifier found every constant operand below the count of constants.
        unsafe { &*self.consts.add(usize::from(at)) }
    }

    #[inline(always)]
    fn global(&self, at: usize) -> &Value {
        // SAFETY: the compiler asked the module for every slot it names, and slots are never given up.
        unsafe { &*self.globals.add(at) }
    }

    #[inline(always)]
    fn jump(&mut self, distance: i32) {
        // SAFETY: the verifier found the target inside the code.
        self.pc = unsafe { self.pc.offset(distance as isize) };
    }
}

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
            }
        };
    }
    macro_rules! branch {
        ($distance:expr) => {{
            let distance: i32 = $distance;
            w.jump(distance);
            if distance < 0 {
                safepoint!();
            }
        }};
    }
    // a = lhs op rhs for two ints (checked) or two floats.
    macro_rules! arithmetic {
        ($instr:ident, $lhs:expr, $rhs:expr, $checked:ident, $op:tt) => {{
            let value = match ($lhs, $rhs) {
                (Value::Int(lhs), Value::Int(rhs)) => lhs.$checked(*rhs).map(Value::Int),
                (Value::Float(lhs), Value::Float(rhs)) => Some(Value::Float(*lhs $op *rhs)),
                _ => None,
            };
            match value {
                Some(value) => w.set($instr.a, value),
                None => leave!(vm.binary($instr)),
            }
        }};
    }
    macro_rules! arithmetic_imm {
        ($instr:ident, $checked:ident) => {{
            let value = match w.reg($instr.b) {
                Value::Int(lhs) => lhs.$checked(i64::from($instr.imm_c())).map(Value::Int),
                _ => None,
            };
            match value {
                Some(value) => w.set($instr.a, value),
                None => leave!(vm.binary($instr)),
            }
        }};
    }
    macro_rules! division {
        ($instr:ident, $lhs:expr, $rhs:expr, $int:ident, $op:tt) => {{
            let value = match ($lhs, $rhs) {
                (Value::Int(lhs), Value::Int(rhs)) => $int(*lhs, *rhs).map(Value::Int),
                (Value::Float(lhs), Value::Float(rhs)) if *rhs != 0.0 => Some(Value::Float(*lhs $op *rhs)),
                _ => None,
            };
            match value {
                Some(value) => w.set($instr.a, value),
                None => leave!(vm.binary($instr)),
            }
        }};
    }
    macro_rules! order {
        ($instr:ident, $lhs:expr, $rhs:expr, $op:tt) => {{
            let truth = match ($lhs, $rhs) {
                (Value::Int(lhs), Value::Int(rhs)) => Some(*lhs $op *rhs),
                (Value::Float(lhs), Value::Float(rhs)) => Some(*lhs $op *rhs),
                _ => None,
            };
            match truth {
                Some(truth) => w.set($instr.a, Value::Bool(truth)),
                None => leave!(vm.compare($instr)),
            }
        }};
    }
    macro_rules! order_branch {
        ($instr:ident, $lhs:expr, $rhs:expr, $op:tt) => {{
            let truth = match ($lhs, $rhs) {
                (Value::Int(lhs), Value::Int(rhs)) => Some(*lhs $op *rhs),
                (Value::Float(lhs), Value::Float(rhs)) => Some(*lhs $op *rhs),
                _ => None,
            };
            match truth {
                Some(truth) => {
                    if truth == ($instr.kind & SENSE != 0) {
                        branch!(i32::from($instr.imm_c()));
                    }
                }
                None => leave!(vm.compare_branch($instr)),
            }
        }};
    }
    macro_rules! imm_branch {
        ($instr:ident, $op:tt) => {{
            match w.reg($instr.a) {
                Value::Int(lhs) => {
                    if (*lhs $op i64::from($instr.imm_b())) == ($instr.kind & SENSE != 0) {
                        branch!(i32::from($instr.imm_c()));
                    }
                }
                _ => leave!(vm.compare_branch($instr)),
            }
        }};
    }
    macro_rules! equal_branch {
        ($instr:ident, $lhs:expr, $rhs:expr, $op:tt) => {{
            let truth = match ($lhs, $rhs) {
                (Value::Int(lhs), Value::Int(rhs)) => Some(*lhs $op *rhs),
                (Value::Bool(lhs), Value::Bool(rhs)) => Some(*lhs $op *rhs),
                _ => None,
            };
            match truth {
                Some(truth) => {
                    if truth == ($instr.kind & SENSE != 0) {
                        branch!(i32::from($instr.imm_c()));
                    }
                }
                None => leave!(vm.compare_branch($instr)),
            }
        }};
    }

    loop {
        let instr = w.fetch();
        match instr.op {
            Op::LoadNull => w.set(instr.a, Value::Null),
            Op::LoadBool => w.set(instr.a, Value::Bool(instr.b != 0)),
            Op::LoadInt => w.set(instr.a, Value::Int(i64::from(instr.wide_operand()))),
            Op::LoadConst => {
                // SAFETY: the verifier found the constant below the count of constants.
                let value = unsafe { &*w.consts.add(instr.wide_index()) }.clone();
                w.set(instr.a, value);
            }
            Op::LoadUndefined => w.set(instr.a, Value::Undefined),
            Op::LoadNothing => w.set(instr.a, Value::Nothing),
            Op::Move => {
                let value = if instr.kind & KILL_B != 0 { w.take(instr.b) } else { w.reg(instr.b).clone() };
                w.set(instr.a, value);
            }
            Op::Take => {
                let value = w.take(instr.b);
                w.set(instr.a, value);
            }
            Op::Drop => w.set(instr.a, Value::Null),
            Op::CheckDefined => {
                if matches!(w.reg(instr.a), Value::Undefined) {
                    leave!(vm.undefined_local(instr));
                }
            }
            Op::LoadSelf => stay!(vm.load_self(instr)),

            Op::GetCell => {
                let value = match w.reg(instr.b) {
                    Value::Cell(cell) => cell.get(),
                    other => other.clone(),
                };
                w.set(instr.a, value);
            }
            Op::NewCell | Op::SetCell | Op::SetCaptureCell => stay!(vm.cell(instr)),
            Op::GetCapture => {
                let value = vm.capture(instr.b).clone();
                w.set(instr.a, value);
            }
            Op::GetCaptureCell => {
                let value = match vm.capture(instr.b) {
                    Value::Cell(cell) => cell.get(),
                    other => other.clone(),
                };
                w.set(instr.a, value);
            }
            Op::GetGlobal => match w.global(instr.wide_index()) {
                Value::Undefined => leave!(vm.undefined_global(instr)),
                value => {
                    let value = value.clone();
                    w.set(instr.a, value);
                }
            },
            Op::PeekGlobal => {
                let value = w.global(instr.wide_index()).clone();
                w.set(instr.a, value);
            }
            Op::SetGlobal => {
                let value = if instr.kind & KILL_A != 0 { w.take(instr.a) } else { w.reg(instr.a).clone() };
                // SAFETY: as in `Window::global`.
                let slot = unsafe { &mut *w.globals.add(instr.wide_index()) };
                slot.put(value);
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
                let value = match w.reg(instr.b) {
                    Value::Int(lhs) => divide(*lhs, i64::from(instr.imm_c())),
                    _ => None,
                };
                match value {
                    Some(value) => w.set(instr.a, Value::Int(value)),
                    None => leave!(vm.binary(instr)),
                }
            }
            Op::ModI => {
                let value = match w.reg(instr.b) {
                    Value::Int(lhs) => remainder(*lhs, i64::from(instr.imm_c())),
                    _ => None,
                };
                match value {
                    Some(value) => w.set(instr.a, Value::Int(value)),
                    None => leave!(vm.binary(instr)),
                }
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
                let value = match w.reg(instr.b) {
                    Value::Int(int) => int.checked_neg().map(Value::Int),
                    Value::Float(float) => Some(Value::Float(-float)),
                    _ => None,
                };
                match value {
                    Some(value) => w.set(instr.a, value),
                    None => leave!(vm.unary(instr)),
                }
            }
            Op::Not => match *w.reg(instr.b) {
                Value::Bool(truth) => w.set(instr.a, Value::Bool(!truth)),
                _ => leave!(vm.unary(instr)),
            },
            Op::ToBool => {
                let truth = w.reg(instr.b).is_truthy();
                if instr.kind & KILL_B != 0 && w.reg(instr.b).is_heap() {
                    w.set(instr.b, Value::Null);
                }
                w.set(instr.a, Value::Bool(truth));
            }

            Op::Eq | Op::Ne => match (w.reg(instr.b), w.reg(instr.c)) {
                (Value::Int(lhs), Value::Int(rhs)) => {
                    let truth = (lhs == rhs) == (instr.op == Op::Eq);
                    w.set(instr.a, Value::Bool(truth));
                }
                _ => leave!(vm.compare(instr)),
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
                if !vm.is_variant(w.reg(instr.a), instr.b) {
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
            Op::JumpUnwrap => leave!(vm.unwrap_or_fall_through(instr)),

            Op::NewArray => stay!(vm.new_array(instr)),
            Op::ArrayPush | Op::ArraySpread => stay!(vm.extend_array(instr)),
            Op::NewDict | Op::DictInsert | Op::DictSpread => stay!(vm.build_dict(instr)),
            Op::NewStruct => leave!(vm.new_struct(instr)),
            Op::NewVariant => stay!(vm.new_variant(instr)),
            Op::Wrap => stay!(vm.wrap(instr)),
            Op::Interpolate => stay!(vm.interpolate(instr)),
            Op::Closure => stay!(vm.make_closure(instr)),
            Op::NewStructDef | Op::AddMethod | Op::AddDefault => stay!(vm.declare_struct(instr)),

            Op::GetIndex => match (w.reg(instr.b), w.reg(instr.c)) {
                (Value::Array(array), Value::Int(index)) => match element(array, *index) {
                    Some(value) => {
                        let value = value.clone();
                        if instr.kind & KILL_B != 0 && instr.b != instr.a {
                            w.set(instr.b, Value::Null);
                        }
                        w.set(instr.a, value);
                    }
                    None => stay!(vm.get_index(instr)),
                },
                _ => stay!(vm.get_index(instr)),
            },
            Op::GetIndexI => match w.reg(instr.b) {
                Value::Array(array) => match element(array, i64::from(instr.imm_c())) {
                    Some(value) => {
                        let value = value.clone();
                        if instr.kind & KILL_B != 0 && instr.b != instr.a {
                            w.set(instr.b, Value::Null);
                        }
                        w.set(instr.a, value);
                    }
                    None => stay!(vm.get_index(instr)),
                },
                _ => stay!(vm.get_index(instr)),
            },
            Op::GetIndexK => stay!(vm.get_index(instr)),
            Op::GetField => {
                let cached = match w.reg(instr.b) {
                    Value::Struct(object) => {
                        let cache = vm.field_cache(instr.c);
                        if cache.shape == object.shape().id() {
                            object.fields().get(usize::from(cache.position)).cloned()
                        } else {
                            None
                        }
                    }
                    _ => None,
                };
                match cached {
                    Some(value) => {
                        if instr.kind & KILL_B != 0 && instr.b != instr.a {
                            w.set(instr.b, Value::Null);
                        }
                        w.set(instr.a, value);
                    }
                    None => stay!(vm.get_field(instr)),
                }
            }
            Op::GetReceiverField => stay!(vm.get_receiver_field(instr)),
            Op::SetIndex => {
                let is_done = match (w.reg(instr.b), w.reg(instr.c).is_plain()) {
                    (&Value::Int(index), true) => {
                        let kill = instr.kind & KILL_C != 0;
                        let value = if kill { w.take(instr.c) } else { w.reg(instr.c).clone() };
                        match w.reg_mut(instr.a) {
                            Value::Array(array) => match array.get_mut().and_then(|array| slot(array, index))
                            {
                                Some(place) => {
                                    *place = value;
                                    true
                                }
                                None => {
                                    w.set(instr.c, value);
                                    false
                                }
                            },
                            _ => {
                                w.set(instr.c, value);
                                false
                            }
                        }
                    }
                    _ => false,
                };
                if !is_done {
                    stay!(vm.set_index(instr));
                }
            }
            Op::SetField => stay!(vm.set_field(instr)),
            Op::UpdateIndex => {
                let updated = match (w.reg(instr.b), w.reg(instr.c)) {
                    (&Value::Int(index), rhs) => {
                        let rhs = rhs.scalar();
                        match w.reg_mut(instr.a) {
                            Value::Array(array) => match array.get_mut().and_then(|array| slot(array, index))
                            {
                                Some(place) => update(place, instr.kind, rhs),
                                None => false,
                            },
                            _ => false,
                        }
                    }
                    _ => false,
                };
                if !updated {
                    leave!(vm.update_index(instr));
                }
            }
            Op::UpdateField => {
                let rhs = w.reg(instr.b).scalar();
                let cache = vm.field_cache(instr.c);
                let updated = match w.reg_mut(instr.a) {
                    Value::Struct(object) if object.shape().id() == cache.shape => {
                        let fields = object.fields_mut();
                        match fields.and_then(|fields| fields.get_mut(usize::from(cache.position))) {
                            Some(place) => update(place, instr.kind, rhs),
                            None => false,
                        }
                    }
                    _ => false,
                };
                if !updated {
                    leave!(vm.update_field(instr));
                }
            }
            Op::GetPlace => stay!(vm.get_place(instr)),
            Op::SetPlace => stay!(vm.set_place(instr)),
            Op::UpdatePlace => leave!(vm.update_place(instr)),
            Op::GetPayload => stay!(vm.get_payload(instr)),
            Op::UnpackIndex | Op::UnpackRest | Op::UnpackKey | Op::UnpackDictRest => stay!(vm.unpack(instr)),
            Op::Len => match w.reg(instr.b) {
                Value::Array(array) => {
                    // A length fits: an array of 2^63 values does not fit into memory.
                    let len = array.len() as i64;
                    if instr.kind & KILL_B != 0 && instr.b != instr.a {
                        w.set(instr.b, Value::Null);
                    }
                    w.set(instr.a, Value::Int(len));
                }
                _ => leave!(vm.len(instr)),
            },
            Op::RangeLen => leave!(vm.range_len(instr)),
            Op::Push => {
                let is_done = instr.a == instr.b && w.reg(instr.c).is_plain() && {
                    let kill = instr.kind & KILL_C != 0;
                    let value = if kill { w.take(instr.c) } else { w.reg(instr.c).clone() };
                    match w.reg_mut(instr.a) {
                        Value::Array(array) if array.is_unique() => {
                            if let Some(array) = array.get_mut() {
                                array.push(value);
                            }
                            true
                        }
                        _ => {
                            w.set(instr.c, value);
                            false
                        }
                    }
                };
                if !is_done {
                    leave!(vm.push(instr));
                }
            }

            Op::Call => {
                let closure: *const Closure = match w.reg(instr.a) {
                    Value::Closure(closure) => &raw const **closure,
                    _ => std::ptr::null(),
                };
                safepoint!();
                if !enter(vm, &mut w, closure, instr, true) {
                    leave!(vm.call(instr));
                }
            }
            Op::CallGlobal => {
                let closure: *const Closure = match w.global(usize::from(instr.c)) {
                    Value::Closure(closure) => &raw const **closure,
                    _ => std::ptr::null(),
                };
                safepoint!();
                if !enter(vm, &mut w, closure, instr, false) {
                    leave!(vm.call_global(instr));
                }
            }
            Op::CallNative => leave!(vm.call_native(instr)),
            Op::Invoke => {
                let method = vm.cached_method(w.reg(instr.a + 1), instr.c);
                safepoint!();
                if !enter_method(vm, &mut w, method, instr) {
                    leave!(vm.invoke(instr));
                }
            }
            Op::InvokeLocal => {
                let receiver = w.reg(vm.receiver_register(instr.c));
                let method =
                    vm.cached_method(receiver, instr.c).filter(|method| !method.proto.flags.modifies_self);
                safepoint!();
                let is_entered = method.is_some() && {
                    let receiver = w.reg(vm.receiver_register(instr.c)).clone();
                    w.set(instr.a + 1, receiver);
                    enter_method(vm, &mut w, method, instr)
                };
                if !is_entered {
                    leave!(vm.invoke_local(instr));
                }
            }
            Op::InvokePlace => {
                safepoint!();
                leave!(vm.invoke_place(instr));
            }
            Op::Return => {
                let value = w.take(instr.a);
                match leave_frame(vm, &mut w, value) {
                    None => {}
                    Some((frame, value)) => {
                        if let Some(result) = vm.finish_return(frame, value)? {
                            return Ok(result);
                        }
                        w = Window::of(vm);
                    }
                }
            }
            Op::ReturnNull => match leave_frame(vm, &mut w, Value::Null) {
                None => {}
                Some((frame, value)) => {
                    if let Some(result) = vm.finish_return(frame, value)? {
                        return Ok(result);
                    }
                    w = Window::of(vm);
                }
            },
            Op::Yield => leave!(vm.yield_value(instr)),
            Op::Await => leave!(vm.await_value(instr)),
            Op::Spawn => leave!(vm.spawn(instr)),

            Op::Throw => leave!(vm.throw(instr)),
            Op::Raise => leave!(vm.raise(instr)),
            Op::RaiseUnhandled => leave!(vm.raise_unhandled(instr)),

            Op::ForPrep => leave!(vm.for_prep(instr)),
            Op::ForNext => {
                let next = match (w.reg(instr.a), w.reg(instr.a + 1)) {
                    (Value::Array(array), &Value::Int(at)) => {
                        // The counter starts at 0 and stops at the length.
                        let item = array.get(at as usize).cloned();
                        Some(item.map(|item| (item, at + 1)))
                    }
                    _ => None,
                };
                match next {
                    Some(Some((item, at))) => {
                        w.set(instr.a + 1, Value::Int(at));
                        w.set(instr.a + 2, item);
                        branch!(instr.wide_operand());
                    }
                    // The array is no longer needed: releasing it lets the program change its own in place again.
                    Some(None) => w.set(instr.a, Value::Null),
                    None => {
                        safepoint!();
                        leave!(vm.for_next(instr));
                    }
                }
            }
            Op::RangePrep => match (w.reg(instr.a), w.reg(instr.a + 1)) {
                (Value::Int(_), Value::Int(_)) => w.jump(instr.wide_operand()),
                _ => leave!(vm.range_prep(instr)),
            },
            Op::RangeNext => {
                if let (&Value::Int(at), &Value::Int(end)) = (w.reg(instr.a), w.reg(instr.a + 1))
                    && at < end
                {
                    w.set(instr.a + 2, Value::Int(at));
                    *w.reg_mut(instr.a) = Value::Int(at + 1);
                    branch!(instr.wide_operand());
                }
            }
            Op::StepPrep => leave!(vm.step_prep(instr)),
            Op::StepNext => {
                if let (&Value::Int(at), &Value::Int(end), &Value::Int(step)) =
                    (w.reg(instr.a), w.reg(instr.a + 1), w.reg(instr.a + 2))
                    && (if step > 0 { at < end } else { at > end })
                {
                    w.set(instr.a + 3, Value::Int(at));
                    // Past the last int there is nothing more to count.
                    *w.reg_mut(instr.a) = Value::Int(at.checked_add(step).unwrap_or(end));
                    branch!(instr.wide_operand());
                }
            }

            Op::Import => leave!(vm.import(instr)),
            Op::ImportAll => leave!(vm.import_all(instr)),
            Op::GetExport | Op::GetExportType | Op::GetImported => leave!(vm.get_export(instr)),
        }
    }
}

/// Pushes the frame of a known closure if nothing stands in the way.
#[inline(always)]
fn enter(vm: &mut Vm, w: &mut Window, closure: *const Closure, instr: Instr, owns_callee: bool) -> bool {
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
fn enter_method(vm: &mut Vm, w: &mut Window, method: Option<Ref<Closure>>, instr: Instr) -> bool {
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

#[inline(always)]
fn push_frame(vm: &mut Vm, w: &mut Window, callee: &Closure, instr: Instr, owns_callee: bool) -> bool {
    let proto: &Proto = &callee.proto;
    let fiber = &mut *vm.fiber;
    let depth = fiber.frames.len();
    let Some(caller) = fiber.frames.last_mut() else { return false };
    let base = caller.base + u32::from(instr.a) + 1;
    if depth >= fiber.frame_limit
        || depth == fiber.frames.capacity()
        || base as usize + usize::from(proto.registers) > fiber.stack.len()
    {
        return false;
    }
    let Some(caller) = fiber.frames.last_mut() else { return false };
    caller.pc = w.pc;
    fiber.frames.push(Frame {
        closure: callee,
        pc: proto.code.as_ptr(),
        base,
        extra: 0,
        dest: instr.b,
        mode: if instr.b == NO_REGISTER { ReturnMode::Discard } else { ReturnMode::Plain },
        owns_callee,
    });
    w.pc = proto.code.as_ptr();
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
fn leave_frame(vm: &mut Vm, w: &mut Window, value: Value) -> Option<(Frame, Value)> {
    let fiber = &mut *vm.fiber;
    let frame = *fiber.frame();
    if !matches!(frame.mode, ReturnMode::Plain | ReturnMode::Discard) {
        return Some((frame, value));
    }
    let registers = usize::from(frame.proto().registers);
    for at in 0..registers {
        // SAFETY: the frame's registers.
        let slot = unsafe { &mut *w.registers.add(at) };
        if slot.is_heap() {
            slot.put(Value::Null);
        }
    }
    fiber.frames.pop();
    let caller = fiber.frame();
    let proto: &Proto = caller.proto();
    if frame.owns_callee {
        // SAFETY: the register below the frame's base belongs to the caller's call run.
        let slot = unsafe { &mut *w.registers.sub(1) };
        slot.put(Value::Null);
    }
    w.pc = caller.pc;
    w.consts = proto.consts.as_ptr();
    // SAFETY: a frame's base lies inside the stack.
    w.registers = unsafe { fiber.stack.pointer().add(caller.base as usize) };
    if proto.module != w.module {
        w.module = proto.module;
        w.globals = vm.modules.get_mut(proto.module).globals.pointer();
    }
    if frame.mode == ReturnMode::Plain {
        w.set(frame.dest, value);
    }
    None
}

/// The element at a position that is not counted from the end.
#[inline(always)]
fn element(array: &[Value], index: i64) -> Option<&Value> {
    // A negative index becomes a huge one, which the method looks into.
    array.get(index as usize)
}

/// The place of the element at a position that is not counted from the end.
#[inline(always)]
fn slot(array: &mut crate::value::Array, index: i64) -> Option<&mut Value> {
    array.get_mut(index as usize)
}

/// Does a compound assignment on a number in place; answers whether it could.
#[inline(always)]
fn update(place: &mut Value, kind: u8, rhs: Option<Value>) -> bool {
    use ruff_syntax::ast::BinaryOp;
    let result = match (BinaryKind::decode(kind), &*place, rhs) {
        (BinaryOp::Add, Value::Int(lhs), Some(Value::Int(rhs))) => lhs.checked_add(rhs).map(Value::Int),
        (BinaryOp::Add, Value::Float(lhs), Some(Value::Float(rhs))) => Some(Value::Float(lhs + rhs)),
        (BinaryOp::Sub, Value::Int(lhs), Some(Value::Int(rhs))) => lhs.checked_sub(rhs).map(Value::Int),
        (BinaryOp::Sub, Value::Float(lhs), Some(Value::Float(rhs))) => Some(Value::Float(lhs - rhs)),
        (BinaryOp::Mul, Value::Int(lhs), Some(Value::Int(rhs))) => lhs.checked_mul(rhs).map(Value::Int),
        (BinaryOp::Mul, Value::Float(lhs), Some(Value::Float(rhs))) => Some(Value::Float(lhs * rhs)),
        _ => None,
    };
    match result {
        Some(value) => {
            *place = value;
            true
        }
        None => false,
    }
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
