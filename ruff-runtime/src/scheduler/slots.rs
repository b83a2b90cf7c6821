//! Slots: things that live for a while, by names that are not used again soon, so that a late message reaches nobody
//! instead of the wrong one.

use std::marker::PhantomData;

/// Names one of the things in [`Slots`].
pub(crate) struct Id<T> {
    slot: u32,
    generation: u32,
    names: PhantomData<fn() -> T>,
}

impl<T> Id<T> {
    /// The name of none.
    pub(crate) const NONE: Id<T> = Id { slot: u32::MAX, generation: 0, names: PhantomData };
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Id<T> {}

impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        (self.slot, self.generation) == (other.slot, other.generation)
    }
}

impl<T> Eq for Id<T> {}

impl<T> std::fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.slot, self.generation)
    }
}

/// Things by their names.
pub(super) struct Slots<T> {
    slots: Vec<Slot<T>>,
    free: Vec<u32>,
    count: usize,
}

struct Slot<T> {
    generation: u32,
    content: Option<T>,
}

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Slots { slots: Vec::new(), free: Vec::new(), count: 0 }
    }
}

impl<T> Slots<T> {
    pub(super) fn len(&self) -> usize {
        self.count
    }

    pub(super) fn add(&mut self, content: T) -> Id<T> {
        self.count += 1;
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot { generation: 0, content: None });
            // Bounded by the number of strands, which is limited.
            u32::try_from(self.slots.len() - 1).unwrap_or(u32::MAX)
        });
        let Some(found) = self.slots.get_mut(slot as usize) else { return Id::NONE };
        found.content = Some(content);
        Id { slot, generation: found.generation, names: PhantomData }
    }

    pub(super) fn get(&self, id: Id<T>) -> Option<&T> {
        let slot = self.slots.get(id.slot as usize)?;
        slot.content.as_ref().filter(|_| slot.generation == id.generation)
    }

    pub(super) fn get_mut(&mut self, id: Id<T>) -> Option<&mut T> {
        let slot = self.slots.get_mut(id.slot as usize)?;
        slot.content.as_mut().filter(|_| slot.generation == id.generation)
    }

    pub(super) fn remove(&mut self, id: Id<T>) -> Option<T> {
        let slot = self.slots.get_mut(id.slot as usize)?;
        if slot.generation != id.generation {
            return None;
        }
        let content = slot.content.take()?;
        slot.generation = slot.generation.wrapping_add(1);
        self.free.push(id.slot);
        self.count -= 1;
        Some(content)
    }

    /// The names of all, in the order of their slots.
    pub(super) fn ids(&self) -> Vec<Id<T>> {
        let live = (0..).zip(&self.slots).filter(|(_, slot)| slot.content.is_some());
        live.map(|(slot, found)| Id { slot, generation: found.generation, names: PhantomData }).collect()
    }

    pub(super) fn clear(&mut self) {
        *self = Slots::default();
    }
}
