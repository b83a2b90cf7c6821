//! Receiving from channels: loops over them, and what becomes of a value that was waited for.

use super::{Vm, VmResult};
use crate::bytecode::Op;
use crate::bytecode::op::NO_REGISTER;
use crate::scheduler::{Channel, Received};
use crate::value::Value;

impl Vm {
    /// `ForNext` over a channel: the next item is the next value, for which the loop waits.
    pub(super) fn receive_next(&mut self, channel: &Channel) -> VmResult {
        match self.scheduler.receive(channel, &mut self.host) {
            Received::Value(item) => {
                let value = self.open_item(item);
                self.finish_receive(NO_REGISTER, Some(value));
            }
            Received::Closed => self.finish_receive(NO_REGISTER, None),
            Received::Nothing => {
                let wait = self.scheduler.next_wait()?;
                self.scheduler.wait_to_receive(channel, wait);
                return self.suspend(NO_REGISTER);
            }
        }
        Ok(())
    }

    /// The fiber that runs gets a value from a channel, or there is none left in a closed one: the next turn of a loop or
    /// its end, else what register `dest` is waiting for.
    pub(super) fn finish_receive(&mut self, dest: u16, value: Option<Value>) {
        let instr = self.frame().instr().filter(|instr| instr.op == Op::ForNext);
        match (instr, value) {
            (Some(instr), Some(value)) => {
                self.set_reg(instr.a + 2, value);
                self.frame_mut().jump_by(instr.wide_operand());
            }
            (Some(instr), None) => self.set_reg(instr.a, Value::Null),
            (None, value) => self.set_reg(dest, value.unwrap_or_default()),
        }
    }
}
