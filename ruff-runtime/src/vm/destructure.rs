//! Taking values apart: destructuring, `match` on variants, postfix `?`.

use std::collections::HashSet;

use ruff_syntax::Code;

use super::{Vm, VmResult};
use crate::bytecode::op::KILL_B;
use crate::bytecode::{Instr, Op};
use crate::error::VmError;
use crate::value::{Array, Dict, Key, KeyRef, Sym, Value, Variant};

impl Vm {
    /// `JumpUnwrap`: postfix `?`
    #[inline(never)]
    pub(super) fn unwrap_or_fall_through(&mut self, instr: Instr) -> VmResult {
        let value = match self.reg(instr.b) {
            Value::Tagged(tagged) => match tagged.variant() {
                Variant::OK | Variant::SOME => tagged.payload().first().cloned().unwrap_or_default(),
                Variant::ERR => return Ok(()),
                _ => return Err(no_result(self.reg(instr.b))),
            },
            Value::Nothing => return Ok(()),
            other => return Err(no_result(other)),
        };
        self.set_reg(instr.a, value);
        self.frame_mut().jump_by(i32::from(instr.imm_c()));
        Ok(())
    }

    /// `UnpackIndex`, `UnpackRest`, `UnpackKey` and `UnpackDictRest`
    #[inline(never)]
    pub(super) fn unpack(&mut self, instr: Instr) -> VmResult {
        let value = match instr.op {
            Op::UnpackIndex => match self.reg(instr.b) {
                Value::Array(array) => array.get(usize::from(instr.c)).cloned().unwrap_or_default(),
                _ => Value::Null,
            },
            Op::UnpackRest => {
                let from = usize::from(instr.c);
                let rest = match self.reg(instr.b) {
                    Value::Array(array) => array.get(from..).unwrap_or_default().to_vec(),
                    _ => Vec::new(),
                };
                self.release(instr, instr.b, KILL_B);
                Value::Array(Array::from_vec(rest))
            }
            Op::UnpackKey => {
                let name = self.constant(instr.c).clone();
                self.unpack_key(self.reg(instr.b), &name)
            }
            _ => {
                let proto = self.proto();
                let left_out = proto.key_lists.get(usize::from(instr.c)).map_or(&[][..], |keys| keys);
                let subject = self.operand(instr, instr.b, KILL_B);
                rest_of_dict(&subject, left_out)
            }
        };
        self.set_reg(instr.a, value);
        Ok(())
    }

    fn unpack_key(&self, subject: &Value, name: &Value) -> Value {
        let found = match subject {
            Value::Dict(dict) => KeyRef::from_value(name).and_then(|key| dict.get(key).cloned()),
            Value::Struct(object) => {
                let position =
                    name.as_str().and_then(Sym::find).and_then(|name| object.shape().position(name));
                position.and_then(|at| object.fields().get(usize::from(at)).cloned())
            }
            Value::Error(error) => name.as_str().and_then(|name| error.field(Sym::new(name))),
            Value::Module(module) => {
                name.as_str().and_then(|name| module.exports.get(&Sym::new(name)).cloned())
            }
            _ => None,
        };
        found.unwrap_or_default()
    }
}

fn rest_of_dict(subject: &Value, left_out: &[Sym]) -> Value {
    let left_out: HashSet<Sym> = left_out.iter().copied().collect();
    let is_kept = |text: &str| Sym::find(text).is_none_or(|name| !left_out.contains(&name));
    let entries: Vec<(Key, Value)> = match subject {
        Value::Dict(dict) => {
            let kept = dict.iter().filter(|(key, _)| key.with_text(is_kept));
            kept.map(|(key, value)| (key.clone(), value.clone())).collect()
        }
        Value::Struct(object) => {
            let fields = object.shape().fields().iter().zip(object.fields());
            let kept = fields.filter(|(name, _)| !left_out.contains(name));
            kept.map(|(name, value)| (Key::from(name.text()), value.clone())).collect()
        }
        _ => Vec::new(),
    };
    Value::Dict(Dict::from_entries(entries))
}

#[cold]
fn no_result(value: &Value) -> VmError {
    VmError::new(Code::TryOperator, "Try operator requires Result or Option")
        .with_help(format!("this value has type {}", value.type_name()))
}
