//! [`Index`]: from hashes to positions in a list of entries, under dicts and sets.

/// Positions by hash, with linear probing.
///
/// A slot holds half of the hash beside the position, in one word: a look-up touches one cache line here and one in
/// the list, and growing touches the list not at all.
///
/// # Invariants
/// The number of slots is 0 or a power of two of at least twice the positions. From the home slot of a hash (its low
/// bits) to the slot that holds it there is no free slot, which is 0.
#[derive(Clone, Default)]
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
    /// Whether nothing is in it.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Takes everything out, and makes room for `capacity` positions.
    pub(super) fn reset(&mut self, capacity: usize) {
        self.len = 0;
        self.slots.clear();
        self.slots.resize(slots_for(capacity), 0);
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

    /// Puts in a position that is not there yet.
    #[inline]
    pub(super) fn insert(&mut self, hash: u64, position: usize) {
        if self.slots.len() < 2 * (self.len + 1) {
            self.grow();
        }
        self.len += 1;
        place(&mut self.slots, pack(half(hash), position));
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self) {
        let mut slots = vec![0; slots_for(self.len + 1)];
        for &slot in self.slots.iter().filter(|&&slot| slot != 0) {
            place(&mut slots, slot);
        }
        self.slots = slots;
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

fn slots_for(positions: usize) -> usize {
    (2 * positions).next_power_of_two()
}

#[inline]
fn place(slots: &mut [u64], slot: u64) {
    let mask = slots.len().wrapping_sub(1);
    let mut at = (slot >> 32) as usize & mask;
    while let Some(place) = slots.get_mut(at) {
        if *place == 0 {
            *place = slot;
            return;
        }
        at = (at + 1) & mask;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_found_until_they_are_taken_out() {
        let mut index = Index::default();
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
        index.reset(3);
        assert!(index.is_empty());
        assert_eq!(index.find(hash(1), |_| true), None);
    }

    #[test]
    fn an_empty_index_holds_nothing() {
        assert_eq!(Index::default().find(1, |_| true), None);
    }
}
