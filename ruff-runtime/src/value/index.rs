//! [`Index`]: from hashes to positions in a list of entries, under dicts and sets.

/// Positions by hash, with linear probing.
///
/// A slot holds half of the hash beside the position, in one word: a look-up touches one cache line here and one in
/// the list.
///
/// # Invariants
/// The number of slots is a power of two of at least twice the positions, at least 1. From the home slot of a hash (its low
/// bits) to the slot that holds it there is no free slot, which is 0.
#[derive(Clone)]
pub(super) struct Index {
    slots: Vec<u64>,
    len: usize,
}

/// The half of a hash that a slot keeps.
#[inline]
fn half(hash: u64) -> u64 {
    hash >> 32
}

/// Positions count from 1 in slots, so that 0 is free. 2^32 entries would need more memory than machines have.
#[inline]
fn pack(half: u64, position: usize) -> u64 {
    half << 32 | (position as u64 + 1)
}

#[inline]
fn position(slot: u64) -> usize {
    (slot & 0xffff_ffff) as usize - 1
}

impl Index {
    /// An empty index with room for `capacity` positions.
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Index { slots: vec![0; (2 * capacity).next_power_of_two()], len: 0 }
    }

    /// Whether there is room for another position.
    #[inline]
    pub(super) fn has_room(&self) -> bool {
        self.slots.len() >= 2 * (self.len + 1)
    }

    /// The position that `is_it` accepts among those put in under `hash`.
    #[inline]
    pub(super) fn find(&self, hash: u64, is_it: impl Fn(usize) -> bool) -> Option<usize> {
        let half = half(hash);
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = half as usize & mask;
        loop {
            let slot = *self.slots.get(at)?;
            if slot == 0 {
                return None;
            }
            if slot >> 32 == half && is_it(position(slot)) {
                return Some(position(slot));
            }
            at = (at + 1) & mask;
        }
    }

    /// Puts in a position that is not there yet; there must be room for it.
    #[inline]
    pub(super) fn insert(&mut self, hash: u64, position: usize) {
        debug_assert!(self.has_room());
        let slot = pack(half(hash), position);
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = (slot >> 32) as usize & mask;
        while let Some(place) = self.slots.get_mut(at) {
            if *place == 0 {
                *place = slot;
                self.len += 1;
                return;
            }
            at = (at + 1) & mask;
        }
    }

    /// Makes room for twice as many positions. The slots know all that is needed, and go to their new places in about
    /// the order in which they stand: nothing is looked up in memory far away.
    pub(super) fn grow(&mut self) {
        let room = 2 * self.slots.len();
        let old = std::mem::replace(&mut self.slots, vec![0; room]);
        self.len = 0;
        for slot in old.into_iter().filter(|&slot| slot != 0) {
            self.insert(slot, position(slot));
        }
    }

    /// Takes out a position that was put in under `hash`.
    pub(super) fn remove(&mut self, hash: u64, position: usize) {
        let mask = self.slots.len().wrapping_sub(1);
        let wanted = pack(half(hash), position);
        let mut at = half(hash) as usize & mask;
        while let Some(&slot) = self.slots.get(at) {
            match slot {
                0 => return,
                slot if slot == wanted => break,
                _ => at = (at + 1) & mask,
            }
        }
        self.close_gap(at);
        self.len -= 1;
    }

    /// Frees the slot `at`, moving back those behind it that could not be nearer to their home because of it.
    fn close_gap(&mut self, mut gap: usize) {
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = gap;
        loop {
            at = (at + 1) & mask;
            let slot = self.slots.get(at).copied().unwrap_or_default();
            if slot == 0 {
                break;
            }
            let home = (slot >> 32) as usize & mask;
            if at.wrapping_sub(home) & mask >= at.wrapping_sub(gap) & mask {
                self.set(gap, slot);
                gap = at;
            }
        }
        self.set(gap, 0);
    }

    fn set(&mut self, at: usize, slot: u64) {
        if let Some(place) = self.slots.get_mut(at) {
            *place = slot;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_found_when_the_index_has_grown() {
        let mut index = Index::with_capacity(4);
        let hash = |position: usize| (position as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for position in 0..1000 {
            if !index.has_room() {
                index.grow();
            }
            index.insert(hash(position), position);
        }
        assert!((0..1000).all(|position| index.find(hash(position), |at| at == position) == Some(position)));
        assert_eq!(index.find(hash(1000), |at| at == 1000), None);
    }

    #[test]
    fn positions_are_found_until_they_are_taken_out() {
        let mut index = Index::with_capacity(100);
        // Few homes, so that runs are long and wrap around.
        let hash = |position: usize| (position as u64 % 7 + 60) << 32;
        for position in 0..100 {
            index.insert(hash(position), position);
        }
        for gone in (0..100).step_by(3) {
            index.remove(hash(gone), gone);
            index.remove(hash(gone), 1000);
        }
        for position in 0..100 {
            let found = index.find(hash(position), |at| at == position);
            assert_eq!(found.is_some(), position % 3 != 0, "{position}");
        }
        assert_eq!(index.find(5 << 32, |_| true), None);
    }

    #[test]
    fn room_for_as_many_as_wanted() {
        let mut index = Index::with_capacity(5);
        for position in 0..5 {
            assert!(index.has_room());
            index.insert(0, position);
        }
        assert_eq!(index.find(0, |at| at == 4), Some(4));
        assert_eq!(Index::with_capacity(0).find(1, |_| true), None);
    }
}
