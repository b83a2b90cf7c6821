//! Generators and the lazy iterators that builtins make of them.

use std::cell::RefCell;

use super::Fiber;
use crate::heap::{HeapObject, Ref};
use crate::value::Value;

/// A generator: code that is put aside between two values.
pub struct Generator {
    /// Where it is.
    pub state: RefCell<GeneratorState>,
    /// Made by a builtin: an `iterator` to the program.
    is_iterator: bool,
}

/// Where a generator is.
pub enum GeneratorState {
    /// Waiting for the next value to be asked for.
    Suspended(Box<Fiber>),
    /// Running right now, or waiting for something it called.
    Running,
    /// At its end.
    Done,
}

impl Generator {
    /// A generator that will run `fiber`; `is_iterator` when a builtin made it.
    pub fn new(fiber: Fiber, is_iterator: bool) -> Self {
        Generator { state: RefCell::new(GeneratorState::Suspended(Box::new(fiber))), is_iterator }
    }

    /// `generator` or `iterator`.
    pub fn type_name(&self) -> &'static str {
        if self.is_iterator { "iterator" } else { "generator" }
    }
}

impl HeapObject for Generator {
    const NESTS: bool = true;
    // Its registers change while it runs, and it may reach itself by a global.
    const TRACKED: Option<fn(Ref<Self>) -> Value> = Some(Value::Generator);
}
