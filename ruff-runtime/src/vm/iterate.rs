//! `for` loops: over everything that has items, and over ranges of ints.
//!
//! `ForPrep` turns what is iterated into something with a position: arrays, dicts and their like are kept as they are
//! (the register's share protects them from changes), numbers become ranges, generators are resumed, channels received from. The hidden
//! register behind it counts.

use ruff_syntax::Code;

use super::index::position;
use super::{Vm, VmResult};
use crate::bytecode::Instr;
use crate::bytecode::op::BOUND;
use crate::error::VmError;
use crate::scheduler::Channel;
use crate::value::Value;

/// What comes next.
enum Next {
    /// The item, and the counter from now on.
    Item(Value, i64),
    End,
}

impl Vm {
    /// `ForPrep`
    #[inline(never)]
    pub(super) fn for_prep(&mut self, instr: Instr) -> VmResult {
        let start = match self.reg(instr.a) {
            Value::Int(_)
            | Value::Array(_)
            | Value::Short(_)
            | Value::Str(_)
            | Value::Dict(_)
            | Value::Generator(_)
            | Value::Bytes(_)
            | Value::Set(_)
            | Value::Queue(_) => 0,
            Value::Handle(_) if Channel::of(self.reg(instr.a)).is_some() => 0,
            Value::Float(count) => {
                // Truncates toward zero and saturates; NaN counts nothing.
                let count = *count as i64;
                self.set_reg(instr.a, Value::Int(count));
                0
            }
            // From the top down.
            Value::Stack(stack) => i64::try_from(stack.len()).unwrap_or(0) - 1,
            other => {
                let message = format!("Cannot iterate over non-iterable type: {}", other.type_name());
                return Err(VmError::new(Code::NotIterable, message));
            }
        };
        self.set_reg(instr.a + 1, Value::Int(start));
        self.frame_mut().jump_by(instr.wide_operand());
        Ok(())
    }

    /// `ForNext` over anything but an array
    #[inline(never)]
    pub(super) fn for_next(&mut self, instr: Instr) -> VmResult {
        let &Value::Int(at) = self.reg(instr.a + 1) else { return Ok(()) };
        if let Value::Generator(generator) = self.reg(instr.a) {
            let generator = generator.clone();
            return self.resume(generator, instr);
        }
        if let Some(channel) = Channel::of(self.reg(instr.a)) {
            let channel = channel.clone();
            return self.receive_next(&channel);
        }
        match next_item(self.reg(instr.a), at) {
            Next::Item(item, at) => {
                self.set_reg(instr.a + 1, Value::Int(at));
                self.set_reg(instr.a + 2, item);
                self.frame_mut().jump_by(instr.wide_operand());
            }
            // The iterated value is no longer needed: releasing it here lets the program change it in place again.
            Next::End => self.set_reg(instr.a, Value::Null),
        }
        Ok(())
    }

    /// `RangePrep` when a bound is no int
    #[cold]
    pub(super) fn range_prep(&mut self, instr: Instr) -> VmResult {
        if instr.kind & BOUND != 0 {
            self.check_bounds(instr.a)?;
        }
        for at in [instr.a, instr.a + 1] {
            self.truncate_bound(at)?;
        }
        self.frame_mut().jump_by(instr.wide_operand());
        Ok(())
    }

    /// `StepPrep`
    #[cold]
    pub(super) fn step_prep(&mut self, instr: Instr) -> VmResult {
        self.step_bounds(instr.a)?;
        self.frame_mut().jump_by(instr.wide_operand());
        Ok(())
    }

    /// `RangeLen`
    #[cold]
    pub(super) fn range_len(&mut self, instr: Instr) -> VmResult {
        if instr.kind & BOUND != 0 {
            self.check_bounds(instr.b)?;
        }
        self.step_bounds(instr.b)?;
        let bound = |at: u16| match *self.reg(instr.b + at) {
            Value::Int(bound) => i128::from(bound),
            _ => 0,
        };
        let (start, end, step) = (bound(0), bound(1), bound(2));
        let distance = if step > 0 { end - start } else { start - end };
        let step = step.abs().max(1);
        let count = (distance.max(0) + step - 1) / step;
        self.set_reg(instr.a, Value::Int(i64::try_from(count).unwrap_or(i64::MAX)));
        Ok(())
    }

    /// Checks the start, end and step of a range in the registers from `first` on.
    fn step_bounds(&mut self, first: u16) -> VmResult {
        for at in first..first + 3 {
            self.truncate_bound(at)?;
        }
        if let Value::Int(0) = self.reg(first + 2) {
            return Err(VmError::new(Code::ArgumentValue, "range() step cannot be zero"));
        }
        Ok(())
    }

    /// A bound of `range` as an int, as the builtin takes it; its own check words the error.
    fn truncate_bound(&mut self, at: u16) -> VmResult {
        match *self.reg(at) {
            Value::Int(_) => Ok(()),
            Value::Float(bound) if bound.is_finite() => {
                // Truncates toward zero and saturates.
                self.set_reg(at, Value::Int(bound as i64));
                Ok(())
            }
            _ => {
                let value = self.reg(at).clone();
                let Some((def, alias)) = self.registry.find("range") else {
                    return Err(self.undefined_variable("range"));
                };
                crate::native::check_call(def, alias, &[value], crate::native::CallForm::Function)
            }
        }
    }
}

fn next_item(iterated: &Value, at: i64) -> Next {
    // Counters start at 0 and stay below lengths.
    let index = usize::try_from(at).unwrap_or(usize::MAX);
    match iterated {
        Value::Int(count) if at < *count => Next::Item(Value::Int(at), at + 1),
        Value::Dict(dict) => match dict.next_entry(index) {
            Some((next, key, _)) => Next::Item(key.to_value(), i64::try_from(next).unwrap_or(i64::MAX)),
            None => Next::End,
        },
        Value::Set(set) => match set.next_item(index) {
            Some((next, item)) => Next::Item(item.clone(), i64::try_from(next).unwrap_or(i64::MAX)),
            None => Next::End,
        },
        Value::Bytes(bytes) => match position(at, bytes.len()).and_then(|at| bytes.get(at)) {
            Some(&byte) => Next::Item(Value::Int(i64::from(byte)), at + 1),
            None => Next::End,
        },
        Value::Queue(queue) => match queue.get(index) {
            Some(item) => Next::Item(item.clone(), at + 1),
            None => Next::End,
        },
        Value::Stack(stack) => match stack.get(index) {
            Some(item) if at >= 0 => Next::Item(item.clone(), at - 1),
            _ => Next::End,
        },
        text => match text.as_str().and_then(|text| text.get(index..)?.chars().next()) {
            Some(character) => {
                let next = index + character.len_utf8();
                Next::Item(
                    crate::value::Str::from_char(character).into(),
                    i64::try_from(next).unwrap_or(i64::MAX),
                )
            }
            None => Next::End,
        },
    }
}
