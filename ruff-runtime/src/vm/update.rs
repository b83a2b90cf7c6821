//! Compound assignments to elements, fields and whole containers beyond the dispatch loop's fast paths.

use super::arithmetic::{arithmetic, check_extension, extends, overload};
use super::field::{read_field, write_field};
use super::index::{place_of_index, read_index, write_index};
use super::{Vm, VmResult};
use crate::bytecode::op::{KILL_B, KILL_C, NO_REGISTER};
use crate::bytecode::{BinaryKind, FieldCache, Instr};
use crate::fiber::ReturnMode;
use crate::value::{KeyRef, Value, check_depth};

impl Vm {
    /// `UpdateIndex`: `a[b] op= c`
    #[inline(never)]
    pub(super) fn update_index(&mut self, instr: Instr) -> VmResult {
        let op = BinaryKind::decode(instr.kind);
        let rhs = self.operand(instr, instr.c, KILL_C);
        let index = self.reg(instr.b).clone();
        if rhs.scalar().is_some()
            && let Ok(place) = place_of_index(self.reg_mut(instr.a), &index)
            && let Some(lhs) = place.scalar()
        {
            *place = arithmetic(op, lhs, rhs)?;
            return Ok(());
        }
        let mut container = self.take_reg(instr.a);
        let lhs = match read_index(&container, &index) {
            Ok(lhs) => lhs,
            Err(error) => {
                self.set_reg(instr.a, container);
                return Err(error);
            }
        };
        if let Value::Struct(object) = &lhs
            && let Some(method) = object.shape().def().and_then(|def| def.operator(overload(op)))
        {
            self.set_reg(instr.a, container);
            return self.call_operator(method, lhs.clone(), Some(rhs), NO_REGISTER, ReturnMode::Update);
        }
        // Text and arrays are extended where they stand if the container is the only other owner.
        if lhs.is_heap() && extends(&lhs, &rhs) {
            if let Err(error) = check_extension(&lhs, &rhs, 1) {
                self.set_reg(instr.a, container);
                return Err(error);
            }
            clear_index(&mut container, &index);
        }
        let result = arithmetic(op, lhs, rhs).and_then(|value| write_index(&mut container, &index, value));
        self.set_reg(instr.a, container);
        result
    }

    /// `UpdateField`: `a.name op= b`
    #[inline(never)]
    pub(super) fn update_field(&mut self, instr: Instr) -> VmResult {
        let op = BinaryKind::decode(instr.kind);
        let rhs = self.operand(instr, instr.b, KILL_B);
        let proto = self.proto();
        let Some(site) = proto.fields.get(usize::from(instr.c)) else { return Ok(()) };
        if !self.loans.is_empty() && rhs.scalar().is_some() {
            let update = |lhs: &Value| arithmetic(op, lhs.scalar()?, rhs.clone()).ok();
            if self.change_lent_number(instr.a, site.cache.get(), update) {
                return Ok(());
            }
        }
        if let Some(path) = self.lent_field(instr.a, site.name) {
            // The next number finds the field by its place.
            self.remember_field(instr.a, site);
            return self.update_path(&path, op, rhs);
        }
        let mut receiver = self.take_reg(instr.a);
        let found = match &receiver {
            // An assignment that reads its place first needs it, where reading alone would give null.
            Value::Dict(_) => read_index(&receiver, &Value::str(site.name.text())),
            _ => read_field(&receiver, site),
        };
        let lhs = match found {
            Ok(lhs) => lhs,
            Err(error) => {
                self.set_reg(instr.a, receiver);
                return Err(error);
            }
        };
        if let Value::Struct(object) = &lhs
            && let Some(method) = object.shape().def().and_then(|def| def.operator(overload(op)))
        {
            self.set_reg(instr.a, receiver);
            return self.call_operator(method, lhs.clone(), Some(rhs), NO_REGISTER, ReturnMode::Update);
        }
        if lhs.is_heap() && extends(&lhs, &rhs) {
            if let Err(error) = check_extension(&lhs, &rhs, 1) {
                self.set_reg(instr.a, receiver);
                return Err(error);
            }
            clear_field(&mut receiver, site.cache.get(), site.name);
        }
        let result = arithmetic(op, lhs, rhs).and_then(|value| write_field(&mut receiver, site.name, value));
        self.set_reg(instr.a, receiver);
        result
    }

    /// `Push`: `a = push(b, c)`
    #[inline(never)]
    pub(super) fn push(&mut self, instr: Instr) -> VmResult {
        if !matches!(self.reg(instr.b), Value::Array(_)) {
            return self.call_plain_builtin("push", &[instr.b, instr.c], instr.a);
        }
        if let Value::Array(array) = self.reg(instr.b) {
            array.check_room_for(1, || "push()".to_owned())?;
        }
        let item = self.operand(instr, instr.c, KILL_C);
        check_depth(item.depth().saturating_add(1), "pushing a value")?;
        let takes = instr.a == instr.b || instr.kind & KILL_B != 0;
        let array = if takes { self.take_reg(instr.b) } else { self.reg(instr.b).clone() };
        if let Value::Array(mut array) = array {
            array.push(item);
            self.set_reg(instr.a, Value::Array(array));
        }
        Ok(())
    }

    /// `Len`: `a = len(b)`
    #[inline(never)]
    pub(super) fn len(&mut self, instr: Instr) -> VmResult {
        let len = match self.reg(instr.b) {
            Value::Short(text) => Some(text.char_count()),
            Value::Str(text) => Some(text.char_count()),
            Value::Dict(dict) => Some(dict.len()),
            _ => None,
        };
        let Some(len) = len else { return self.call_plain_builtin("len", &[instr.b], instr.a) };
        self.release(instr, instr.b, KILL_B);
        // A count of bytes in memory fits.
        self.set_reg(instr.a, Value::Int(len as i64));
        Ok(())
    }

    /// Calls the builtin `name` on copies of registers, for instructions that stand for it and have no case of their
    /// own: it knows all kinds of arguments and all errors.
    pub(super) fn call_plain_builtin(&mut self, name: &str, registers: &[u16], dest: u16) -> VmResult {
        let Some((def, alias)) = self.registry.find(name) else { return Err(self.undefined_variable(name)) };
        let frame = self.frame();
        let base = frame.base as usize + usize::from(frame.proto().registers);
        self.fiber.stack.reserve(base + registers.len());
        for (at, &register) in registers.iter().enumerate() {
            let value = self.reg(register).clone();
            self.fiber.stack.set(base + at, value);
        }
        let mode = ReturnMode::Plain;
        let site = super::call::Site { base, count: registers.len(), dest, mode, holds_callee: false };
        self.call_builtin(def, alias, site, crate::native::CallForm::Function)
    }

    /// Stores the result of an overloaded operator where the compound assignment of the running frame wants it.
    pub(super) fn finish_update(&mut self, instr: Instr, value: Value) -> VmResult {
        use crate::bytecode::Op;
        match instr.op {
            Op::UpdateIndex => {
                let mut container = self.take_reg(instr.a);
                let result = write_index(&mut container, self.reg(instr.b), value);
                self.set_reg(instr.a, container);
                result
            }
            Op::UpdateField => {
                let proto = self.proto();
                let Some(site) = proto.fields.get(usize::from(instr.c)) else { return Ok(()) };
                if let Some(path) = self.lent_field(instr.a, site.name) {
                    return self.write_path(&path, value);
                }
                let mut receiver = self.take_reg(instr.a);
                let result = write_field(&mut receiver, site.name, value);
                self.set_reg(instr.a, receiver);
                result
            }
            _ => {
                let path = self.path(instr.b);
                self.write_path(&path, value)
            }
        }
    }
}

/// Puts null where `container[index]` stands, if it stands there alone.
fn clear_index(container: &mut Value, index: &Value) {
    match container {
        Value::Array(array) => {
            if let (Value::Int(at), len) = (index, array.len())
                && let Some(at) = super::index::position(*at, len)
                && let Some(place) = array.get_mut().and_then(|array| array.get_mut(at))
            {
                *place = Value::Null;
            }
        }
        Value::Dict(dict) => {
            if let Some(key) = KeyRef::from_value(index)
                && let Some(place) = dict.get_mut().and_then(|dict| dict.get_mut(key))
            {
                *place = Value::Null;
            }
        }
        _ => {}
    }
}

/// Puts null where `receiver.name` stands, if it stands there alone.
fn clear_field(receiver: &mut Value, cache: FieldCache, name: crate::value::Sym) {
    match receiver {
        Value::Struct(object) if object.shape().id() == cache.shape => {
            if let Some(place) =
                object.fields_mut().and_then(|fields| fields.get_mut(usize::from(cache.position)))
            {
                *place = Value::Null;
            }
        }
        Value::Dict(dict) => {
            if let Some(place) = dict.get_mut().and_then(|dict| dict.get_mut(name.text())) {
                *place = Value::Null;
            }
        }
        _ => {}
    }
}
