//! [`Window`]: the topmost frame as the dispatch loop sees it, and the only place that relies on what the verifier
//! proved of all code.
#![expect(unsafe_code, reason = "reads verified operands without checking them again")]

use crate::bytecode::op::KILL_B;
use crate::bytecode::{FieldCache, Instr, Proto, StructSite};
use crate::heap::Ref;
use crate::native::Number;
use crate::value::{Array, Bits, Closure, Last, Value, Variant};

use super::Vm;

/// The topmost frame, unpacked into what the loop needs at hand.
///
/// # Invariants
/// `registers` leads to the frame's registers in the fiber's stack, `consts` into its code, `globals` to the variables of its
/// module. `pc` is the instruction that runs, the one before the next: so it is all that has to be kept while one runs. Whatever may move one of them is followed by a new [`Window::of`].
#[derive(Clone, Copy)]
pub(super) struct Window {
    pc: *const Instr,
    pub(super) proto: *const Proto,
    pub(super) registers: *mut Value,
    pub(super) consts: *const Value,
    pub(super) globals: *mut Value,
}

impl Window {
    #[inline(always)]
    pub(super) fn of(vm: &mut Vm) -> Window {
        let frame = *vm.frame();
        let proto: &Proto = frame.proto();
        let module = proto.module;
        let consts = proto.consts.as_ptr();
        // SAFETY: a frame's base lies inside the stack.
        let registers = unsafe { vm.fiber.stack.pointer().add(frame.base as usize) };
        let globals = vm.modules.get_mut(module).globals.pointer();
        Window { pc: frame.pc.wrapping_sub(1), proto, registers, consts, globals }
    }

    /// The next instruction, which runs from now on. By reference: each field is then read where it is needed, with one load.
    #[inline(always)]
    pub(super) fn fetch<'c>(&mut self) -> &'c Instr {
        self.pc = self.next();
        // SAFETY: jumps land on instructions, and the last instruction of a function ends the flow. The code lives as
        // long as its frame, longer than the reference.
        unsafe { &*self.pc }
    }

    /// The instruction that [`Window::fetch`] will answer next.
    #[inline(always)]
    pub(super) fn peek<'c>(&self) -> &'c Instr {
        // SAFETY: as in `fetch`; the last instruction of a function ends the flow, so none that goes on is the last.
        unsafe { &*self.next() }
    }

    /// Where that stands.
    #[inline(always)]
    pub(super) fn next(&self) -> *const Instr {
        self.pc.wrapping_add(1)
    }

    /// Makes the instruction at `next` the next one.
    #[inline(always)]
    pub(super) fn go_to(&mut self, next: *const Instr) {
        self.pc = next.wrapping_sub(1);
    }

    #[inline(always)]
    pub(super) fn reg(&self, at: u16) -> &Value {
        // SAFETY: the verifier found every register operand below the frame's count, and all registers hold values.
        unsafe { &*self.registers.add(usize::from(at)) }
    }

    #[inline(always)]
    pub(super) fn reg_mut(&mut self, at: u16) -> &mut Value {
        // SAFETY: as in `reg`; the loop holds one such reference at a time.
        unsafe { &mut *self.registers.add(usize::from(at)) }
    }

    /// Writes a register. What it alone owned is the caller's to free, outside of the loop.
    #[inline(always)]
    pub(super) fn set(&mut self, at: u16, value: Value) -> Result<(), Last> {
        self.reg_mut(at).replace(value.into_bits())
    }

    #[inline(always)]
    pub(super) fn set_int(&mut self, at: u16, int: i64) -> Result<(), Last> {
        self.reg_mut(at).replace_int(int)
    }

    #[inline(always)]
    pub(super) fn set_float(&mut self, at: u16, float: f64) -> Result<(), Last> {
        self.reg_mut(at).replace_float(float)
    }

    #[inline(always)]
    pub(super) fn set_bool(&mut self, at: u16, truth: bool) -> Result<(), Last> {
        self.reg_mut(at).replace_bool(truth)
    }

    #[inline(always)]
    pub(super) fn set_bits(&mut self, at: u16, bits: Bits) -> Result<(), Last> {
        self.reg_mut(at).replace(bits)
    }

    /// The result of an instruction, and its first operand is null if it dies.
    #[inline(always)]
    pub(super) fn set_and_kill(&mut self, instr: &Instr, result: Bits) -> Result<(), Last> {
        if instr.kind & KILL_B != 0 && instr.b != instr.a {
            let killed = self.reg_mut(instr.b).replace_null();
            return Last::both(killed, self.set_bits(instr.a, result));
        }
        self.set_bits(instr.a, result)
    }

    /// Whether one of the first `count` registers leads to an object.
    #[inline(always)]
    pub(super) fn has_objects(&self, count: u16) -> bool {
        (0..count).any(|at| self.reg(at).is_heap())
    }

    /// Writes a register that holds an int already.
    #[inline(always)]
    pub(super) fn put_plain(&mut self, at: u16, int: i64) {
        if let Value::Int(place) = self.reg_mut(at) {
            *place = int;
        }
    }

    /// The bits of an operand: taken if it dies here, else shared.
    #[inline(always)]
    pub(super) fn operand(&mut self, instr: &Instr, at: u16, kill: u8) -> Bits {
        if instr.kind & kill != 0 { self.reg_mut(at).take_bits() } else { self.reg(at).share() }
    }

    #[inline(always)]
    pub(super) fn own_element(&mut self, at: u16, index: i64) -> Option<&mut Value> {
        match self.reg_mut(at) {
            // A negative index becomes a huge one, which the method looks into.
            Value::Array(array) => array.get_mut()?.get_mut(index as usize),
            _ => None,
        }
    }

    #[inline(always)]
    pub(super) fn is_own_element(&self, at: u16, index: i64) -> bool {
        matches!(self.reg(at), Value::Array(array) if array.is_unique() && (index as usize) < array.len())
    }

    /// The number in a register.
    #[inline(always)]
    pub(super) fn number(&self, at: u16) -> Option<Number> {
        match self.reg(at) {
            Value::Int(int) => Some(Number::Int(*int)),
            Value::Float(float) => Some(Number::Float(*float)),
            _ => None,
        }
    }

    #[inline(always)]
    pub(super) fn constant(&self, at: u16) -> &Value {
        // SAFETY: the verifier found every constant operand below the count of constants.
        unsafe { &*self.consts.add(usize::from(at)) }
    }

    #[inline(always)]
    pub(super) fn global(&self, at: usize) -> &Value {
        // SAFETY: the compiler asked the module for every slot it names, and slots are never given up.
        unsafe { &*self.globals.add(at) }
    }

    /// The function that runs, for its side tables.
    #[inline(always)]
    pub(super) fn proto(&self) -> &Proto {
        // SAFETY: the frame's closure keeps it alive.
        unsafe { &*self.proto }
    }

    /// The site of a struct literal, and the declaration if that is a global.
    #[inline(always)]
    pub(super) fn struct_site(&self, at: u16) -> Option<(&StructSite, &Value)> {
        let site = self.proto().structs.get(usize::from(at))?;
        Some((site, self.global(site.def_slot? as usize)))
    }

    /// Where field site `at` found its field last time.
    #[inline(always)]
    pub(super) fn field_cache(&self, at: u16) -> FieldCache {
        self.proto().fields.get(usize::from(at)).map_or(FieldCache::EMPTY, |site| site.cache.get())
    }

    /// The method that site `at` called last time, if the receiver in a register is of the same shape.
    #[inline(always)]
    pub(super) fn cached_method<'c>(&self, receiver: u16, at: u16) -> Option<&'c Ref<Closure>> {
        let Value::Struct(object) = self.reg(receiver) else { return None };
        let site = self.proto().invokes.get(usize::from(at))?;
        let cache = site.cache.get();
        if cache.shape != object.shape().id() {
            return None;
        }
        let method = object.shape().def()?.method_pointer(cache.position)?;
        // SAFETY: methods are added by instructions alone, and the reference is gone before the next one.
        Some(unsafe { &*method })
    }

    /// The field of site `at` of the struct in a register, if it stands where it was found last time.
    #[inline(always)]
    pub(super) fn cached_field(&self, register: u16, at: u16) -> Option<&Value> {
        let cache = self.field_cache(at);
        let Value::Struct(object) = self.reg(register) else { return None };
        if cache.shape != object.shape().id() {
            return None;
        }
        object.fields().get(usize::from(cache.position))
    }

    /// Moves the value of register `item`, which nests nothing, to the end of the array in another, if nobody else owns that
    /// and it has room. Answers whether it could.
    #[inline(always)]
    pub(super) fn push(&mut self, register: u16, item: u16, takes: bool) -> bool {
        if !self.reg(item).is_plain() {
            return false;
        }
        let from = &raw mut *self.reg_mut(item);
        let Value::Array(array) = self.reg_mut(register) else { return false };
        let Some(place) = array.get_mut().and_then(Array::spare) else { return false };
        // SAFETY: another register than that of the array, which is not plain.
        let from = unsafe { &mut *from };
        place.fill(if takes { from.take_bits() } else { from.share() });
        true
    }

    /// Whether the value in a register is the variant of pattern `at`.
    #[inline(always)]
    pub(super) fn is_variant(&self, register: u16, at: u16) -> bool {
        let Some((wanted, _)) = self.proto().variants.get(usize::from(at)) else { return false };
        match self.reg(register) {
            Value::Tagged(tagged) => tagged.variant() == *wanted,
            Value::Nothing => *wanted == Variant::NONE,
            _ => false,
        }
    }

    /// The `count` registers from `first` on.
    #[inline(always)]
    pub(super) fn run<'r>(&mut self, first: u16, count: u8) -> &'r mut [Value] {
        self.slice(first, usize::from(count))
    }

    #[inline(always)]
    pub(super) fn slice<'r>(&mut self, first: u16, count: usize) -> &'r mut [Value] {
        // SAFETY: the verifier found the run inside the frame.
        let first = unsafe { self.registers.add(usize::from(first)) };
        // SAFETY: as above; nobody else looks at these registers while the reference lives, and the stack stays
        // where it is.
        unsafe { std::slice::from_raw_parts_mut(first, count) }
    }

    #[inline(always)]
    pub(super) fn jump(&mut self, distance: i32) {
        self.pc = self.pc.wrapping_offset(distance as isize);
    }
}
