//! Variables: cells, captures, closures, and what reading an undefined one says.

use ruff_syntax::Code;

use super::{Vm, VmResult};
use crate::bytecode::op::{KILL_A, KILL_B};
use crate::bytecode::{CaptureFrom, FieldCache, Instr, Op, PlaceRoot};
use crate::error::VmError;
use crate::heap::{Ref, collect_if_due};
use crate::value::{CellBox, Closure, Sym, Value};

impl Vm {
    /// Captured value `index` of the running closure.
    #[inline]
    pub(super) fn capture(&self, index: u16) -> &Value {
        self.frame().closure().captures.get(usize::from(index)).unwrap_or(&Value::Null)
    }

    /// The cache of field site `index`.
    #[inline]
    pub(super) fn field_cache(&self, index: u16) -> FieldCache {
        let sites = &self.frame().proto().fields;
        sites.get(usize::from(index)).map_or(FieldCache::EMPTY, |site| site.cache.get())
    }

    /// `GetCell`, `GetCaptureCell` and `PeekGlobal` of a variable without a value: it may be on loan.
    #[cold]
    pub(super) fn look_again(&mut self, instr: Instr) -> VmResult {
        self.recall_loans();
        let value = match instr.op {
            Op::GetCell => self.value_of(&self.variable(PlaceRoot::Cell(instr.b))),
            Op::GetCaptureCell => self.value_of(&self.variable(PlaceRoot::Capture(instr.b))),
            _ => {
                let slot = u32::try_from(instr.wide_index()).unwrap_or(u32::MAX);
                self.value_of(&self.variable(PlaceRoot::Global(slot)))
            }
        };
        self.set_reg(instr.a, value);
        Ok(())
    }

    pub(super) fn cell(&mut self, instr: Instr) -> VmResult {
        let value = self.operand(instr, instr.b, KILL_B);
        match instr.op {
            Op::NewCell => {
                let cell = Value::Cell(Ref::new(CellBox::new(value)));
                self.set_reg(instr.a, cell);
                collect_if_due();
            }
            Op::SetCell => match self.reg(instr.a) {
                Value::Cell(cell) => cell.clone().set(value),
                _ => self.set_reg(instr.a, value),
            },
            _ => {
                if let Value::Cell(cell) = self.capture(instr.a) {
                    cell.clone().set(value);
                }
            }
        }
        Ok(())
    }

    /// The running closure as a value. The frame does not own it, so it is made anew from the same parts when no
    /// register holds it.
    pub(super) fn load_self(&mut self, instr: Instr) -> VmResult {
        let frame = self.frame();
        let below = (frame.base as usize).checked_sub(1);
        let owned = below.filter(|_| frame.owns_callee).map(|at| self.fiber.stack.get(at).clone());
        let value = match owned {
            Some(Value::Closure(closure)) => Value::Closure(closure),
            _ => {
                let closure = frame.closure();
                Value::Closure(Ref::new(Closure {
                    proto: closure.proto.clone(),
                    captures: closure.captures.clone(),
                }))
            }
        };
        self.set_reg(instr.a, value);
        Ok(())
    }

    pub(super) fn make_closure(&mut self, instr: Instr) -> VmResult {
        let maker = self.proto();
        let Some(proto) = maker.protos.get(instr.wide_index()) else { return Ok(()) };
        let captures = proto.captures.iter().map(|capture| match capture {
            CaptureFrom::Register(at) => self.reg(*at).clone(),
            CaptureFrom::Capture(at) => self.capture(*at).clone(),
        });
        let closure = Closure { proto: proto.clone(), captures: captures.collect() };
        self.set_reg(instr.a, Value::Closure(Ref::new(closure)));
        Ok(())
    }

    #[cold]
    pub(super) fn undefined_local(&mut self, instr: Instr) -> VmResult {
        let proto = self.proto();
        let name = proto.consts.get(instr.wide_index()).and_then(Value::as_str).unwrap_or_default();
        Err(self.undefined_variable(name))
    }

    /// A global without a value may still be a builtin or a predefined number.
    #[cold]
    pub(super) fn undefined_global(&mut self, instr: Instr) -> VmResult {
        let module = self.frame().proto().module;
        let slot = u32::try_from(instr.wide_index()).unwrap_or(u32::MAX);
        self.recall_loans();
        match self.modules.get(module).globals.get(slot) {
            Value::Undefined => {}
            value => {
                let value = value.clone();
                self.set_reg(instr.a, value);
                return Ok(());
            }
        }
        let name = self.modules.get(module).globals.name(slot).unwrap_or_else(|| Sym::new(""));
        match self.registry.predefined(name.text()) {
            Some(value) => {
                self.set_reg(instr.a, value);
                Ok(())
            }
            None => Err(self.undefined_variable(name.text())),
        }
    }

    /// Raises what the compiler prepared.
    #[cold]
    pub(super) fn raise(&mut self, instr: Instr) -> VmResult {
        let proto = self.proto();
        let Some(site) = proto.raises.get(instr.wide_index()) else { return Ok(()) };
        let error = VmError::new(site.code, site.message.clone());
        Err(match &site.help {
            Some(help) => error.with_help(help.clone()),
            None => error,
        })
    }

    /// `throw(value)`
    #[cold]
    pub(super) fn throw(&mut self, instr: Instr) -> VmResult {
        let value = self.operand(instr, instr.a, KILL_A);
        Err(crate::value::ErrorValue::throw(value))
    }

    /// Postfix `?` at top level.
    #[cold]
    pub(super) fn raise_unhandled(&mut self, instr: Instr) -> VmResult {
        let mut text = String::from("Unhandled ");
        match self.reg(instr.a) {
            Value::Tagged(tagged) => {
                text.push_str("Err: ");
                tagged.payload().iter().for_each(|value| crate::value::write_text(&mut text, value));
            }
            _ => text.push_str("None"),
        }
        Err(VmError::new(Code::TryOperator, text))
    }
}
