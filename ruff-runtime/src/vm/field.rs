//! Fields: reading and writing `r.name` on structs, dicts, modules and errors.

use ruff_syntax::Code;

use super::{Vm, VmResult};
use crate::bytecode::op::{KILL_B, NO_REGISTER};
use crate::bytecode::{FieldCache, FieldSite, Instr};
use crate::error::VmError;
use crate::heap::{Ref, StructRef};
use crate::value::{Bindable, BoundMethod, KeyRef, Sym, Value, check_depth, depth_around};

impl Vm {
    /// `GetField`
    #[inline(never)]
    pub(super) fn get_field(&mut self, instr: Instr) -> VmResult {
        let proto = self.proto();
        let Some(site) = proto.fields.get(usize::from(instr.c)) else { return Ok(()) };
        let receiver = self.operand(instr, instr.b, KILL_B);
        let value = match read_field(&receiver, site) {
            Ok(value) => value,
            Err(error) => self.bind_own_method(receiver, site.name).ok_or(error)?,
        };
        self.set_reg(instr.a, value);
        Ok(())
    }

    /// An own method of a kind of values, bound to its receiver.
    #[cold]
    fn bind_own_method(&self, receiver: Value, name: Sym) -> Option<Value> {
        let kind = match &receiver {
            Value::Struct(object) => object.shape().def()?.kind?,
            Value::Handle(handle) => handle.kind(),
            _ => return None,
        };
        let method = Bindable::Native(self.registry.find_own_method(kind, name.text())?);
        Some(Value::Bound(Ref::new(BoundMethod { receiver, method })))
    }

    /// `GetReceiverField`: a field of the receiver in a method without `self`.
    #[inline(never)]
    pub(super) fn get_receiver_field(&mut self, instr: Instr) -> VmResult {
        let proto = self.proto();
        let Some(site) = proto.fields.get(usize::from(instr.c)) else { return Ok(()) };
        let value = match self.reg(instr.b) {
            Value::Struct(object) => object
                .shape()
                .position(site.name)
                .and_then(|at| object.fields().get(usize::from(at)).cloned()),
            _ => None,
        };
        self.set_reg(instr.a, value.unwrap_or(Value::Undefined));
        Ok(())
    }

    /// `SetField`
    #[inline(never)]
    pub(super) fn set_field(&mut self, instr: Instr) -> VmResult {
        let value = self.operand(instr, instr.b, KILL_B);
        let cached = self.field_cache(instr.c);
        let proto = self.proto();
        let Some(site) = proto.fields.get(usize::from(instr.c)) else { return Ok(()) };
        debug_assert_ne!(instr.a, NO_REGISTER);
        if !self.loans.is_empty() && self.change_lent_number(instr.a, cached, |_| Some(value.clone())) {
            return Ok(());
        }
        if let Some(path) = self.lent_field(instr.a, site.name) {
            self.remember_field(instr.a, site);
            return self.write_path(&path, value);
        }
        let base = self.frame().base as usize;
        let Some(receiver) = self.fiber.stack.values_mut().get_mut(base + usize::from(instr.a)) else {
            return Ok(());
        };
        if let Value::Struct(object) = receiver
            && cached.shape == object.shape().id()
            && value.depth() == 0
            && let Some(place) = object.make_mut().get_mut(usize::from(cached.position))
        {
            *place = value;
            return Ok(());
        }
        write_field(receiver, site.name, value)?;
        self.remember_field(instr.a, site);
        Ok(())
    }

    /// Notes in `site` where the struct in register `at` has the field.
    pub(super) fn remember_field(&self, at: u16, site: &FieldSite) {
        if let Value::Struct(object) = self.reg(at)
            && let Some(position) = object.shape().position(site.name)
        {
            site.cache.set(FieldCache { shape: object.shape().id(), position });
        }
    }
}

/// `receiver.name`, remembering where it was found.
pub(super) fn read_field(receiver: &Value, site: &FieldSite) -> VmResult<Value> {
    if let Value::Struct(object) = receiver {
        if let Some(position) = object.shape().position(site.name) {
            site.cache.set(FieldCache { shape: object.shape().id(), position });
            return Ok(object.fields().get(usize::from(position)).cloned().unwrap_or_default());
        }
        return bound_method(object, receiver, site.name);
    }
    read_other(receiver, site.name)
}

/// A method read without being called, bound to its receiver.
fn bound_method(object: &StructRef, receiver: &Value, name: Sym) -> VmResult<Value> {
    match object.shape().def().and_then(|def| def.method(name)) {
        Some(method) => {
            let method = Bindable::Closure(method);
            Ok(Value::Bound(Ref::new(BoundMethod { receiver: receiver.clone(), method })))
        }
        None => Err(missing_field(object, name)),
    }
}

fn read_other(receiver: &Value, name: Sym) -> VmResult<Value> {
    let text = name.text();
    match receiver {
        Value::Dict(dict) => Ok(dict.get(text).cloned().unwrap_or_default()),
        Value::Module(module) => match module.exports.get(&name).or_else(|| module.types.get(&name)) {
            Some(value) => Ok(value.clone()),
            None => Err(no_field(text, module.exports.keys().map(|name| name.text().to_string()))),
        },
        Value::Error(error) => error.field(name).ok_or_else(|| no_field(text, [])),
        Value::StructDef(def) => match def.method(name) {
            Some(method) => Ok(Value::Closure(method)),
            None => Err(no_field(text, def.method_names())),
        },
        _ => {
            let message = format!("Cannot access field or method '{text}' on non-struct value");
            Err(VmError::new(Code::FieldAccess, message)
                .with_help(format!("this value has type {}", receiver.type_name())))
        }
    }
}

/// `Field not found` on a struct value, with what was probably meant.
#[cold]
pub(super) fn missing_field(object: &StructRef, name: Sym) -> VmError {
    let fields = object.shape().fields().iter().map(|field| field.text().to_string());
    let methods = object.shape().def().map(|def| def.method_names()).unwrap_or_default();
    no_field(name.text(), fields.chain(methods))
}

#[cold]
pub(super) fn no_field(name: &str, candidates: impl IntoIterator<Item = String>) -> VmError {
    let error = VmError::new(Code::FieldAccess, format!("Field not found: {name}"));
    let candidates: Vec<String> = candidates.into_iter().collect();
    match ruff_syntax::diagnostic::closest(name, candidates.iter().map(String::as_str)) {
        Some(meant) => error.with_help(format!("Did you mean '{meant}'?")),
        None => error,
    }
}

/// `receiver.name := value`, unsharing the receiver.
pub(super) fn write_field(receiver: &mut Value, name: Sym, value: Value) -> VmResult {
    let depth = depth_around(&value);
    check_depth(depth, "setting a field")?;
    match receiver {
        Value::Struct(object) => {
            match object.shape().position(name) {
                Some(position) => {
                    if let Some(place) = object.make_mut().get_mut(usize::from(position)) {
                        *place = value;
                    }
                }
                None => {
                    let shape = object.shape().with_field(name);
                    let mut fields = object.fields().to_vec();
                    fields.push(value);
                    *object = StructRef::new(shape, &mut fields);
                }
            }
            object.raise_depth(depth);
            Ok(())
        }
        Value::Dict(dict) => {
            dict.insert(KeyRef::from(name.text()), value);
            Ok(())
        }
        Value::Error(error) => {
            error.make_mut().set_field(name, value);
            Ok(())
        }
        _ => Err(VmError::new(Code::FieldAccess, "Cannot set field on non-struct value")
            .with_help(format!("this value has type {}", receiver.type_name()))),
    }
}
