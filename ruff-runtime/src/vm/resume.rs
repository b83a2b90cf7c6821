//! Generators: resuming one from a loop, and handing its values out.

use ruff_syntax::Code;

use super::{Vm, VmResult};
use crate::bytecode::Instr;
use crate::bytecode::op::KILL_B;
use crate::error::VmError;
use crate::fiber::{Fiber, Generator, GeneratorState};
use crate::heap::Ref;
use crate::value::Value;

/// A fiber that waits for a generator's next value.
pub(crate) struct Resumer {
    /// The waiting fiber; its topmost frame stands behind a `ForNext`.
    pub(crate) fiber: Box<Fiber>,
    /// The generator that runs meanwhile.
    pub(crate) generator: Ref<Generator>,
}

impl Vm {
    /// Runs a generator until its next value, for the `ForNext` of the running frame.
    pub(super) fn resume(&mut self, generator: Ref<Generator>, instr: Instr) -> VmResult {
        let state = generator.state.replace(GeneratorState::Running);
        match state {
            GeneratorState::Done => {
                generator.state.replace(GeneratorState::Done);
                self.set_reg(instr.a, Value::Null);
                Ok(())
            }
            GeneratorState::Running => {
                let message = "Generator is already running";
                Err(VmError::new(Code::Thrown, message).with_help("a generator cannot resume itself"))
            }
            GeneratorState::Suspended(mut fiber) => {
                if !self.modules.owns(fiber.frame().proto().module) {
                    let name = fiber.frame().proto().name();
                    generator.state.replace(GeneratorState::Suspended(fiber));
                    return Err(super::call::foreign(&name));
                }
                let left = self.fiber.frame_limit.saturating_sub(self.fiber.frames.len());
                let is_internal = fiber.frame().proto().is_internal();
                if left == 0 && !is_internal {
                    let name = fiber.frame().proto().name();
                    generator.state.replace(GeneratorState::Suspended(fiber));
                    return Err(self.too_many_calls(&name));
                }
                fiber.frame_limit = left + usize::from(is_internal);
                std::mem::swap(&mut self.fiber, &mut fiber);
                self.resumers.push(Resumer { fiber, generator });
                Ok(())
            }
        }
    }

    /// `Yield`: puts the generator aside and hands a value to the loop that resumed it.
    #[inline(never)]
    pub(super) fn yield_value(&mut self, instr: Instr) -> VmResult {
        let value = self.operand(instr, instr.b, KILL_B);
        self.set_reg(instr.a, Value::Null);
        let Some(resumer) = self.resumers.pop() else {
            return Err(VmError::new(
                Code::YieldOutsideGenerator,
                "Yield can only be used inside generator functions",
            ));
        };
        let generator = std::mem::replace(&mut self.fiber, resumer.fiber);
        resumer.generator.state.replace(GeneratorState::Suspended(generator));
        if let Some(instr) = self.frame().instr() {
            self.set_reg(instr.a + 2, value);
            self.frame_mut().jump_by(instr.wide_operand());
        }
        Ok(())
    }

    /// The generator that runs has returned: the loop that resumed it ends. When none runs, a fiber of the scheduler has
    /// ended.
    pub(super) fn finish_fiber(&mut self, value: Value) -> VmResult<Option<Value>> {
        let Some(resumer) = self.resumers.pop() else { return self.finish_strand(value) };
        self.fiber = resumer.fiber;
        resumer.generator.state.replace(GeneratorState::Done);
        if let Some(instr) = self.frame().instr() {
            self.set_reg(instr.a, Value::Null);
        }
        Ok(None)
    }

    /// The generator that runs has failed: it is at its end, and the error goes on where it was resumed. Answers
    /// whether there is such a place.
    pub(super) fn abandon_fiber(&mut self) -> bool {
        let Some(resumer) = self.resumers.pop() else { return false };
        self.fiber = resumer.fiber;
        resumer.generator.state.replace(GeneratorState::Done);
        true
    }
}
