//! Building values: arrays, dicts, structs, enum values, interpolated text, struct declarations.

use std::rc::Rc;

use ruff_syntax::Code;

use super::call::{Reached, Site};
use super::{Vm, VmResult};
use crate::bytecode::op::KILL_B;
use crate::bytecode::{Instr, Op, StructCache, StructSite};
use crate::error::VmError;
use crate::fiber::ReturnMode;
use crate::heap::{Ref, StructRef};
use crate::shape::Shape;
use crate::value::{Array, Dict, KeyRef, StructDef, Sym, Tagged, Value, Variant, check_depth, write_text};

impl Vm {
    /// `NewArray`
    #[inline(never)]
    pub(super) fn new_array(&mut self, instr: Instr) -> VmResult {
        let items: Vec<Value> =
            self.run_mut(instr.b, usize::from(instr.c)).iter_mut().map(std::mem::take).collect();
        let array = Array::from_vec(items);
        check_depth(array.depth(), "building array literal")?;
        self.set_reg(instr.a, Value::Array(array));
        Ok(())
    }

    /// `ArrayPush` and `ArraySpread`: a literal that is too long for registers, or spreads.
    #[inline(never)]
    pub(super) fn extend_array(&mut self, instr: Instr) -> VmResult {
        let operand = self.operand(instr, instr.b, KILL_B);
        let Value::Array(mut array) = self.take_reg(instr.a) else { return Ok(()) };
        if instr.op == Op::ArrayPush {
            check_depth(operand.depth().saturating_add(1), "building array literal")?;
            array.push(operand);
        } else {
            let Value::Array(items) = operand else {
                return Err(VmError::new(Code::Spread, "Can only spread arrays")
                    .with_help(format!("this value has type {}", operand.type_name())));
            };
            // `[...xs, v]` grows what dies here instead of copying it.
            if array.is_empty() && instr.kind & KILL_B != 0 {
                array = items;
            } else {
                array.extend(items.iter().cloned());
            }
        }
        self.set_reg(instr.a, Value::Array(array));
        Ok(())
    }

    /// `NewDict`, `DictInsert` and `DictSpread`
    #[inline(never)]
    pub(super) fn build_dict(&mut self, instr: Instr) -> VmResult {
        if instr.op == Op::NewDict {
            self.set_reg(instr.a, Value::Dict(Dict::with_capacity(usize::from(instr.b))));
            return Ok(());
        }
        if instr.op == Op::DictSpread {
            let operand = self.operand(instr, instr.b, KILL_B);
            let Value::Dict(entries) = operand else {
                return Err(VmError::new(Code::Spread, "Can only spread dicts")
                    .with_help(format!("this value has type {}", operand.type_name())));
            };
            if let Value::Dict(mut dict) = self.take_reg(instr.a) {
                dict.extend(&entries);
                self.set_reg(instr.a, Value::Dict(dict));
            }
            return Ok(());
        }
        let value = self.operand(instr, instr.c, crate::bytecode::op::KILL_C);
        check_depth(value.depth().saturating_add(1), "building dictionary literal")?;
        let key = self.operand(instr, instr.b, KILL_B);
        let Some(key) = KeyRef::from_value(&key) else {
            return Err(VmError::new(Code::InvalidIndex, "Dict keys must be strings")
                .with_help(format!("this key has type {}; ints and strings are keys", key.type_name())));
        };
        if let Value::Dict(mut dict) = self.take_reg(instr.a) {
            dict.insert(key, value);
            self.set_reg(instr.a, Value::Dict(dict));
        }
        Ok(())
    }

    /// `NewStruct`
    #[inline(never)]
    pub(super) fn new_struct(&mut self, instr: Instr) -> VmResult {
        let proto = self.proto();
        let Some(site) = proto.structs.get(usize::from(instr.c)) else { return Ok(()) };
        let (first, def) = match site.def_slot {
            Some(slot) => {
                let module = self.frame().proto().module;
                (instr.b, self.modules.get(module).globals.get(slot).clone())
            }
            None => (instr.b + 1, self.take_reg(instr.b)),
        };
        let shape = struct_shape(site, &def);
        let object = StructRef::new(shape, self.run_mut(first, site.fields.len()));
        check_depth(object.depth(), "building struct value")?;
        self.set_reg(instr.a, Value::Struct(object));
        match def {
            Value::StructDef(def) if def.has_defaults() => self.add_default(instr.a, &def, 0),
            _ => Ok(()),
        }
    }

    /// Computes the first default from number `from` on that the struct in register `dest` lacks; the return of its
    /// frame goes on with the next.
    pub(super) fn add_default(&mut self, dest: u16, def: &Ref<StructDef>, from: u32) -> VmResult {
        let Value::Struct(object) = self.reg(dest) else { return Ok(()) };
        let Some((number, closure)) = def.default_from(from, object.shape()) else { return Ok(()) };
        let frame = self.frame();
        let base = frame.base as usize + usize::from(frame.proto().registers) + 1;
        let site = Site { base, count: 0, dest, mode: ReturnMode::Default, holds_callee: true };
        self.call_closure(closure, site, Reached::Function)?;
        self.frame_mut().extra = number;
        Ok(())
    }

    /// Stores a default that was computed, and goes on with the next.
    pub(super) fn finish_default(&mut self, dest: u16, number: u32, value: Value) -> VmResult {
        let Value::Struct(object) = self.take_reg(dest) else { return Ok(()) };
        let Some(def) = object.shape().def().cloned() else { return Ok(()) };
        let mut receiver = Value::Struct(object);
        if let Some(name) = def.default_name(number) {
            super::field::write_field(&mut receiver, name, value)?;
        }
        self.set_reg(dest, receiver);
        self.add_default(dest, &def, number + 1)
    }

    /// `NewVariant`
    #[inline(never)]
    pub(super) fn new_variant(&mut self, instr: Instr) -> VmResult {
        let proto = self.proto();
        let Some(&(variant, count)) = proto.variants.get(usize::from(instr.c)) else { return Ok(()) };
        let tagged = Tagged::new(variant, self.run_mut(instr.b, usize::from(count)));
        check_depth(tagged.depth(), "building enum value")?;
        self.set_reg(instr.a, Value::Tagged(tagged));
        Ok(())
    }

    /// `Wrap`: `Ok`, `Err`, `Some`
    #[inline(never)]
    pub(super) fn wrap(&mut self, instr: Instr) -> VmResult {
        let value = self.operand(instr, instr.b, KILL_B);
        let variant = match instr.c {
            0 => Variant::OK,
            1 => Variant::ERR,
            _ => Variant::SOME,
        };
        let tagged = Tagged::one(variant, value);
        check_depth(tagged.depth(), "building enum value")?;
        self.set_reg(instr.a, Value::Tagged(tagged));
        Ok(())
    }

    /// `Interpolate`
    #[inline(never)]
    pub(super) fn interpolate(&mut self, instr: Instr) -> VmResult {
        let parts = self.run_mut(instr.b, usize::from(instr.c));
        let known: usize = parts.iter().map(|part| part.as_str().map_or(8, str::len)).sum();
        let mut text = String::with_capacity(known);
        for part in parts {
            write_text(&mut text, part);
            *part = Value::Null;
            if text.len() > crate::native::MAX_BYTES {
                let limit = crate::native::MAX_BYTES;
                let message = format!("String interpolation result exceeds maximum size of {limit} bytes");
                return Err(VmError::new(Code::ArgumentValue, message));
            }
        }
        self.set_reg(instr.a, Value::string(text));
        Ok(())
    }

    /// `NewStructDef`, `AddMethod` and `AddDefault`
    pub(super) fn declare_struct(&mut self, instr: Instr) -> VmResult {
        let proto = self.proto();
        if instr.op == Op::NewStructDef {
            if let Some((name, fields)) = proto.struct_defs.get(usize::from(instr.b)) {
                let def = StructDef::new(*name, fields.clone());
                self.set_reg(instr.a, Value::StructDef(Ref::new(def)));
            }
            return Ok(());
        }
        let operand = self.operand(instr, instr.b, KILL_B);
        let name = Sym::new(self.constant(instr.c).as_str().unwrap_or_default());
        if let (Value::StructDef(def), Value::Closure(closure)) = (self.reg(instr.a), operand) {
            if instr.op == Op::AddMethod {
                def.add_method(name, closure);
            } else {
                def.add_default(name, closure);
            }
        }
        Ok(())
    }
}

/// The shape of a struct literal, remembered for the declaration it was found for.
fn struct_shape(site: &StructSite, def: &Value) -> Rc<Shape> {
    let address = match def {
        Value::StructDef(def) => def.address(),
        _ => 0,
    };
    if let Some(known) = &*site.cache.borrow()
        && known.def == address
    {
        return known.shape.clone();
    }
    let shape = match def {
        Value::StructDef(def) => StructDef::shape(def, &site.fields),
        _ => Shape::new(site.name, None, site.fields.clone()),
    };
    let is_complete = match def {
        Value::StructDef(def) => def.default_from(0, &shape).is_none(),
        _ => true,
    };
    *site.cache.borrow_mut() = Some(StructCache { is_complete, def: address, shape: shape.clone() });
    shape
}
