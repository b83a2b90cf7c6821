//! [`Variable`]: where the value of a variable is kept, found once and good whatever runs meanwhile.

use super::Vm;
use crate::bytecode::PlaceRoot;
use crate::heap::{CellBox, Ref};
use crate::module::ModuleId;
use crate::value::Value;

/// A variable, wherever it lives.
#[derive(Clone)]
pub(super) enum Variable {
    /// A register of a fiber that runs or waits: how many fibers wait below it, and its index in the fiber's stack.
    Register { fiber: usize, index: usize },
    /// Shared between closures.
    Cell(Ref<CellBox>),
    /// Of a module.
    Global { module: ModuleId, slot: u32 },
}

impl Vm {
    /// The variable that a place of the running code starts from.
    pub(super) fn variable(&self, root: PlaceRoot) -> Variable {
        let (shared, at) = match root {
            PlaceRoot::Global(slot) => return Variable::Global { module: self.frame().proto().module, slot },
            PlaceRoot::Register(at) => return self.register(at),
            PlaceRoot::Cell(at) => (self.reg(at), at),
            PlaceRoot::Capture(at) => (self.capture(at), at),
        };
        match shared {
            Value::Cell(cell) => Variable::Cell(cell.clone()),
            _ => self.register(at),
        }
    }

    /// Register `at` of the frame that runs.
    pub(super) fn register(&self, at: u16) -> Variable {
        Variable::Register { fiber: self.resumers.len(), index: self.frame().base as usize + usize::from(at) }
    }

    /// What a variable holds.
    pub(super) fn value_of(&self, variable: &Variable) -> Value {
        match variable {
            Variable::Cell(cell) => cell.get(),
            &Variable::Register { fiber, index } => {
                let fiber = self.resumers.get(fiber).map_or(&self.fiber, |resumer| &resumer.fiber);
                fiber.stack.get(index).clone()
            }
            &Variable::Global { module, slot } => self.modules.get(module).globals.get(slot).clone(),
        }
    }

    /// Makes a variable hold `value` and answers what it held.
    pub(super) fn replace(&mut self, variable: &Variable, value: Value) -> Value {
        self.in_variable(variable, |place| std::mem::replace(place, value))
    }

    /// Calls `visit` with what a variable holds. It must not run code of the program.
    pub(super) fn in_variable<R>(&mut self, variable: &Variable, visit: impl FnOnce(&mut Value) -> R) -> R {
        let place = match variable {
            Variable::Cell(cell) => {
                // Taken out meanwhile: nothing that `visit` does can reach the cell.
                let mut value = cell.replace(Value::Null);
                let result = visit(&mut value);
                cell.set(value);
                return result;
            }
            &Variable::Register { fiber, index } => {
                let fiber =
                    self.resumers.get_mut(fiber).map_or(&mut self.fiber, |resumer| &mut resumer.fiber);
                fiber.stack.values_mut().get_mut(index)
            }
            &Variable::Global { module, slot } => self.modules.get_mut(module).globals.get_mut(slot),
        };
        // The compiler gave out both numbers.
        visit(place.unwrap_or(&mut Value::Null))
    }
}
