//! The struct declarations that an isolate has in common with others.

use std::collections::HashMap;

use crate::heap::Ref;
use crate::value::{DefId, StructDef};

/// So many may be known before those that nobody uses are given up.
const ENOUGH: usize = 256;

/// Declarations that came from another isolate or went to one, so that each is one declaration here.
#[derive(Default)]
pub(crate) struct Declared {
    known: HashMap<DefId, Ref<StructDef>>,
    limit: usize,
}

impl Declared {
    pub(super) fn get(&self, id: DefId) -> Option<Ref<StructDef>> {
        self.known.get(&id).cloned()
    }

    pub(super) fn insert(&mut self, def: &Ref<StructDef>) {
        self.known.entry(def.id).or_insert_with(|| def.clone());
        if self.known.len() > self.limit {
            self.known.retain(|_, def| !def.is_unique());
            self.limit = (self.known.len() * 2).max(ENOUGH);
        }
    }
}
