//! The variables of one module, found by name when code is compiled and by slot when it runs.

use std::collections::HashMap;

use crate::value::{Sym, Value};

/// A module's variables. Structs and enums are named apart from variables.
#[derive(Default)]
pub struct Globals {
    slots: HashMap<(Sym, bool), u32>,
    names: Vec<Sym>,
    values: Vec<Value>,
}

impl Globals {
    /// The slot of a name, made on first sight; it starts as [`Value::Undefined`].
    pub fn slot(&mut self, name: Sym, is_type: bool) -> u32 {
        // A file has far fewer than 2^32 names.
        let next = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        let slot = *self.slots.entry((name, is_type)).or_insert(next);
        if slot == next {
            self.names.push(name);
            self.values.push(Value::Undefined);
        }
        slot
    }

    /// The slot of a name that has one.
    pub fn find(&self, name: Sym, is_type: bool) -> Option<u32> {
        self.slots.get(&(name, is_type)).copied()
    }

    /// The name of a slot.
    pub fn name(&self, slot: u32) -> Option<Sym> {
        self.names.get(slot as usize).copied()
    }

    /// The value in a slot; undefined when there is no such slot.
    #[inline]
    pub fn get(&self, slot: u32) -> &Value {
        self.values.get(slot as usize).unwrap_or(&Value::Undefined)
    }

    /// The place of a slot.
    #[inline]
    pub fn get_mut(&mut self, slot: u32) -> Option<&mut Value> {
        self.values.get_mut(slot as usize)
    }

    /// Stores a value.
    #[inline]
    pub fn set(&mut self, slot: u32, value: Value) {
        if let Some(place) = self.values.get_mut(slot as usize) {
            *place = value;
        }
    }

    /// The values, for the dispatch loop; valid until the next new slot.
    #[inline]
    pub fn pointer(&mut self) -> *mut Value {
        self.values.as_mut_ptr()
    }

    /// How many slots there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is no slot.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The names that have a value.
    pub fn defined(&self) -> impl Iterator<Item = Sym> {
        let named = self.names.iter().zip(&self.values);
        named.filter(|(_, value)| !matches!(value, Value::Undefined)).map(|(&name, _)| name)
    }
}
