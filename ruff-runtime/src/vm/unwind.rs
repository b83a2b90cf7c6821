//! Raising: finding the handler of an error, and what the error knows of where it came from.

use std::rc::Rc;

use ruff_syntax::Code;

use super::schedule::Failed;
use super::{Vm, VmResult};
use crate::bytecode::Handler;
use crate::error::{Ending, Trace, VmError};
use crate::fiber::{Frame, ReturnMode};
use crate::module::ModuleState;
use crate::value::ErrorValue;

impl Vm {
    /// Hands an error to the innermost handler, or out of the machine when it ends the program. Answers whether there
    /// is a fiber to go on with.
    #[cold]
    #[inline(never)]
    pub(super) fn unwind(&mut self, mut error: VmError) -> VmResult<bool> {
        if error.is_pause() {
            return Err(error);
        }
        let mut may_handle = self.prepare(&mut error);
        loop {
            let Some(&frame) = self.fiber.frames.last() else {
                if self.abandon_fiber() {
                    continue;
                }
                match self.fail_strand(error) {
                    Failed::Program(error) => return Err(error),
                    Failed::Strand(next) => match next {
                        Ok(is_running) => return Ok(is_running),
                        Err(pause) if pause.is_pause() => return Err(pause),
                        // That of the fiber that runs now.
                        Err(raised) => {
                            error = raised;
                            may_handle = self.prepare(&mut error);
                            continue;
                        }
                    },
                }
            };
            let handler = handler_of(&frame, error.is_catchable()).filter(|_| may_handle);
            if let Some(handler) = handler {
                self.enter_handler(handler, error);
                return Ok(true);
            }
            let base = frame.base as usize;
            self.fiber.stack.clear(base, base + usize::from(frame.proto().registers));
            self.pop_frame(frame);
            match frame.mode {
                ReturnMode::GiveBack => self.break_loan(),
                ReturnMode::Import => error = self.import_failed(frame.extra, error),
                ReturnMode::Scope => match self.leave_scope(frame.dest, Err(error)) {
                    Ok(()) => return Ok(true),
                    Err(pause) if pause.is_pause() => return Err(pause),
                    // That of the fiber that runs now.
                    Err(raised) => {
                        error = raised;
                        may_handle = self.prepare(&mut error);
                    }
                },
                _ => {}
            }
        }
    }

    /// Notes where an error was raised. Answers whether handlers may see it.
    fn prepare(&mut self, error: &mut VmError) -> bool {
        if error.fault().trace.is_none() {
            if error.fault().ending == Some(Ending::Interrupted) {
                // A wait of the host ended early.
                *error = self.stop();
            }
            self.raised += 1;
            error.fault_mut().trace = Some(Rc::new(Trace { number: self.raised, ..self.calls().trace() }));
        }
        error.fault().ending.is_none_or(|ending| self.may_clean_up(ending))
    }

    fn enter_handler(&mut self, handler: Handler, error: VmError) {
        let frame = *self.frame();
        let base = frame.base as usize;
        let from = base + usize::from(handler.register);
        self.fiber.stack.clear(from, base + usize::from(frame.proto().registers));
        self.set_reg(handler.register, ErrorValue::caught(error));
        self.frame_mut().jump_to(handler.target as usize);
    }

    /// The top level of an imported module has failed: the importer gets an error that says so.
    fn import_failed(&mut self, module: u32, error: VmError) -> VmError {
        let id = self.modules.id(module);
        self.end_import(id, ModuleState::Failed);
        let module = self.modules.get(id);
        if !error.is_catchable() {
            return error;
        }
        let fault = error.fault();
        let message = format!("Failed to evaluate module '{}': {}", module.facts.name, fault.message);
        let mut wrapped = VmError::new(Code::ModuleLoad, message);
        // The position stays that of the failing expression inside the module.
        wrapped.fault_mut().trace = fault.trace.clone();
        wrapped.fault_mut().subject = fault.subject.clone();
        wrapped.fault_mut().help.clone_from(&fault.help);
        wrapped.fault_mut().cause = fault.cause.clone();
        wrapped
    }
}

/// The innermost handler around the instruction that runs; an ending is for `finally` alone.
pub(super) fn handler_of(frame: &Frame, is_catchable: bool) -> Option<Handler> {
    let proto = frame.proto();
    // A position in code fits, as above.
    let at = u32::try_from(frame.at()).unwrap_or(u32::MAX);
    let mut around = proto.handlers.iter().filter(|handler| handler.start <= at && at < handler.end);
    around.find(|handler| is_catchable || handler.finally_end.is_some()).copied()
}
