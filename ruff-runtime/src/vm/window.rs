//! [`Window`]: the topmost frame as the dispatch loop sees it, and the only place that relies on what the verifier
//! proved of all code.
#![expect(unsafe_code, reason = "reads verified operands without checking them again")]

use crate::bytecode::{FieldCache, Instr, Proto};
use crate::heap::Ref;
use crate::module::ModuleId;
use crate::native::Number;
use crate::value::{Bits, Closure, Value, Variant};

use super::Vm;

/// The topmost frame, unpacked into what the loop needs at hand.
///
/// # Invariants
/// `registers` leads to the frame's registers in the fiber's stack, `consts` and `pc` into its code, `globals` to
/// the variables of its module. Whatever may move one of them is followed by a new [`Window::of`].
pub(super) struct Window {
    pub(super) pc: *const Instr,
    pub(super) proto: *const Proto,
    pub(super) registers: *mut Value,
    pub(super) consts: *const Value,
    pub(super) globals: *mut Value,
    pub(super) module: ModuleId,
}

impl Window {
    #[inline(always)]
    pub(super) fn of(vm: &mut Vm) -> Window {
        let frame = *vm.frame();
        let proto: &Proto = frame.proto();
        let module = proto.module;
        let (pc, consts) = (frame.pc, proto.consts.as_ptr());
        // SAFETY: a frame's base lies inside the stack.
        let registers = unsafe { vm.fiber.stack.pointer().add(frame.base as usize) };
        let globals = vm.modules.get_mut(module).globals.pointer();
        Window { pc, proto, registers, consts, globals, module }
    }

    /// The next instruction. By reference: each field is then read where it is needed, with one load.
    #[inline(always)]
    pub(super) fn fetch<'c>(&mut self) -> &'c Instr {
        // SAFETY: jumps land on instructions, and the last instruction of a function ends the flow. The code lives as
        // long as its frame, longer than the reference.
        let instr = unsafe { &*self.pc };
        // SAFETY: at most one past the end, which is never read: see above.
        self.pc = unsafe { self.pc.add(1) };
        instr
    }

    /// The instruction that [`Window::fetch`] will answer next.
    #[inline(always)]
    pub(super) fn peek<'c>(&self) -> &'c Instr {
        // SAFETY: as in `fetch`; the last instruction of a function ends the flow, so none that goes on is the last.
        unsafe { &*self.pc }
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

    /// Writes a register and releases what it held.
    #[inline(always)]
    pub(super) fn set(&mut self, at: u16, value: Value) {
        self.reg_mut(at).put(value);
    }

    #[inline(always)]
    pub(super) fn set_int(&mut self, at: u16, int: i64) {
        self.reg_mut(at).put_int(int);
    }

    #[inline(always)]
    pub(super) fn set_float(&mut self, at: u16, float: f64) {
        self.reg_mut(at).put_float(float);
    }

    #[inline(always)]
    pub(super) fn set_bool(&mut self, at: u16, truth: bool) {
        self.reg_mut(at).put_bool(truth);
    }

    #[inline(always)]
    pub(super) fn set_bits(&mut self, at: u16, bits: Bits) {
        self.reg_mut(at).put_bits(bits);
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

    /// Where field site `at` found its field last time.
    #[inline(always)]
    pub(super) fn field_cache(&self, at: u16) -> FieldCache {
        self.proto().fields.get(usize::from(at)).map_or(FieldCache::EMPTY, |site| site.cache.get())
    }

    /// The method that site `at` called last time, if the receiver in a register is of the same shape.
    #[inline(always)]
    pub(super) fn cached_method(&self, receiver: u16, at: u16) -> Option<Ref<Closure>> {
        let Value::Struct(object) = self.reg(receiver) else { return None };
        let site = self.proto().invokes.get(usize::from(at))?;
        let cache = site.cache.get();
        if cache.shape != object.shape().id() {
            return None;
        }
        object.shape().def()?.method_at(cache.position)
    }

    /// The field of site `at` of the struct in a register, if it stands where it was found last time. It is taken if
    /// `takes` says so and nobody else owns the struct.
    #[inline(always)]
    pub(super) fn cached_field(&mut self, register: u16, at: u16, takes: bool) -> Option<Bits> {
        let cache = self.field_cache(at);
        let Value::Struct(object) = self.reg(register) else { return None };
        if cache.shape != object.shape().id() {
            return None;
        }
        let value = object.fields().get(usize::from(cache.position))?;
        // What is no object is as cheap to copy.
        if takes && value.is_heap() {
            return self.dying_field(register, cache);
        }
        Some(value.share())
    }

    #[inline(never)]
    fn dying_field(&mut self, register: u16, cache: FieldCache) -> Option<Bits> {
        let Value::Struct(object) = self.reg_mut(register) else { return None };
        let position = usize::from(cache.position);
        match object.fields_mut() {
            Some(fields) => fields.get_mut(position).map(Value::take_bits),
            None => object.fields().get(position).map(Value::share),
        }
    }

    /// Whether a register holds an array that nobody else owns and that has room for one more item.
    #[inline(always)]
    pub(super) fn has_own_room(&self, register: u16) -> bool {
        matches!(self.reg(register), Value::Array(array) if array.has_spare() && array.is_unique())
    }

    /// Appends an item that nests nothing to such an array.
    #[inline(always)]
    pub(super) fn push(&mut self, register: u16, item: Bits) {
        let item = item.into_value();
        if let Value::Array(array) = self.reg_mut(register)
            && let Some(array) = array.get_mut()
        {
            array.push(item);
        }
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
        // SAFETY: the verifier found the target inside the code.
        self.pc = unsafe { self.pc.offset(distance as isize) };
    }
}
