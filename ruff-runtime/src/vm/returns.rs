//! Returns that do more than hand a result to the caller.

use super::{Vm, VmResult};
use crate::fiber::{Frame, ReturnMode};
use crate::value::Value;

impl Vm {
    /// Ends `frame`, which is still the topmost one. Answers the program's result when that was its last.
    #[inline(never)]
    pub(super) fn finish_return(&mut self, frame: Frame, value: Value) -> VmResult<Option<Value>> {
        let base = frame.base as usize;
        if frame.mode == ReturnMode::Plain {
            self.fiber.stack.clear(base, base + usize::from(frame.registers));
            self.pop_frame(frame);
            self.set_reg(frame.dest, value);
            return Ok(None);
        }
        let receiver = match frame.mode {
            ReturnMode::WriteBack | ReturnMode::GiveBack => self.fiber.stack.take_at(base),
            _ => Value::Null,
        };
        self.fiber.stack.clear(base, base + usize::from(frame.proto().registers));
        self.pop_frame(frame);
        match frame.mode {
            ReturnMode::Plain | ReturnMode::Builtin => self.set_reg(frame.dest, value),
            ReturnMode::WriteBack => self.finish_method(receiver, frame.dest, value)?,
            ReturnMode::GiveBack => self.finish_loan(receiver, frame.dest, value)?,
            ReturnMode::StoreBack => self.finish_updating(frame.dest, value)?,
            ReturnMode::Negate => self.set_reg(frame.dest, Value::Bool(!value.is_truthy())),
            ReturnMode::Branch | ReturnMode::BranchNegated => {
                let truth = value.is_truthy() == (frame.mode == ReturnMode::Branch);
                if let Some(instr) = self.frame().instr() {
                    self.branch_if(instr, truth)?;
                }
            }
            ReturnMode::Update => {
                if let Some(instr) = self.frame().instr() {
                    self.finish_update(instr, value)?;
                }
            }
            ReturnMode::Default => self.finish_default(frame.dest, frame.extra, value)?,
            ReturnMode::Import => self.finish_import(frame.extra, frame.dest)?,
            ReturnMode::Scope => self.leave_scope(frame.dest, Ok(value))?,
            ReturnMode::End => return self.finish_fiber(value),
        }
        Ok(None)
    }

    /// Removes the topmost frame and releases the callee it owns.
    pub(super) fn pop_frame(&mut self, frame: Frame) {
        if frame.proto().is_internal() {
            self.fiber.frame_limit -= 1;
        }
        self.fiber.frames.pop();
        if frame.owns_callee
            && let Some(slot) = (frame.base as usize).checked_sub(1)
        {
            self.fiber.stack.set(slot, Value::Null);
        }
    }
}
