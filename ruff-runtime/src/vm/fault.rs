//! Faults that a test wants to happen where fibers wait.

use ruff_syntax::Code;

use super::{Vm, VmResult};
use crate::error::VmError;
use crate::fault::Fault;
use crate::host::Host;

impl Vm {
    /// The fiber that runs is about to wait: what a test wants to go wrong there does.
    pub(super) fn meet_fault(&mut self) -> VmResult {
        let Some(fault) = self.next_fault() else { return Ok(()) };
        let awaited = match fault {
            Fault::Fail => None,
            Fault::Reject => self.scheduler.awaited_promise(),
            other => {
                self.end_by(other);
                return Ok(());
            }
        };
        if let Some(faults) = &self.member.program.options.faults {
            faults.note_raised();
        }
        let error = VmError::new(Code::Thrown, "injected fault");
        match awaited {
            Some(promise) => self.scheduler.reject(&promise, error),
            None => return Err(error),
        }
        Ok(())
    }

    /// As [`Vm::meet_fault`], for one that has left a scope and waits for its end, which cannot fail.
    pub(super) fn meet_fault_leaving(&mut self) {
        if let Some(fault) = self.next_fault() {
            self.end_by(fault);
        }
    }

    fn next_fault(&self) -> Option<Fault> {
        self.member.program.options.faults.as_ref()?.next()
    }

    /// Lets what the fault says come to its end.
    #[expect(clippy::panic, reason = "that is the fault")]
    fn end_by(&mut self, fault: Fault) {
        let now = self.host.uptime();
        let has_scope = match fault {
            Fault::Fail | Fault::Reject => return,
            Fault::Cancel(reach, moment) => self.scheduler.cancel_around(reach, moment, now),
            Fault::Interrupt => {
                self.member.program.main.interrupt.request();
                return;
            }
            Fault::Panic if self.member.is_guest => panic!("injected fault"),
            Fault::Panic => return,
        };
        if !has_scope {
            self.interrupt.request();
        }
    }
}
