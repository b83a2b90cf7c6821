//! The variables of one module, found by name when code is compiled and by slot when it runs.

use std::collections::HashMap;
use std::sync::Arc;

use crate::value::{Sym, Value};

/// A module's variables. Structs and enums are named apart from variables.
#[derive(Default)]
pub struct Globals {
    /// Shared with other isolates that run code of the module.
    table: Arc<Slots>,
    values: Vec<Value>,
}

/// The names of a module's variables, and where they are.
#[derive(Default, Clone)]
pub struct Slots {
    slots: HashMap<(Sym, bool), u32>,
    names: Vec<Sym>,
}

impl Slots {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

impl Globals {
    /// Variables with these names that have no value yet.
    pub(crate) fn of(table: Arc<Slots>) -> Globals {
        let values = table.names.iter().map(|_| Value::Undefined).collect();
        Globals { table, values }
    }

    /// Their names.
    pub(crate) fn table(&self) -> &Arc<Slots> {
        &self.table
    }

    /// The slot of a name, made on first sight; it starts as [`Value::Undefined`].
    pub fn slot(&mut self, name: Sym, is_type: bool) -> u32 {
        // A file has far fewer than 2^32 names.
        let next = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        if let Some(slot) = self.find(name, is_type) {
            return slot;
        }
        let table = Arc::make_mut(&mut self.table);
        table.slots.insert((name, is_type), next);
        table.names.push(name);
        self.values.push(Value::Undefined);
        next
    }

    /// The slot of a name that has one.
    pub fn find(&self, name: Sym, is_type: bool) -> Option<u32> {
        self.table.slots.get(&(name, is_type)).copied()
    }

    /// The name of a slot.
    pub fn name(&self, slot: u32) -> Option<Sym> {
        self.table.names.get(slot as usize).copied()
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
        let named = self.table.names.iter().zip(&self.values);
        named.filter(|(_, value)| !matches!(value, Value::Undefined)).map(|(&name, _)| name)
    }
}
