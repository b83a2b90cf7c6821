//! [`Ordered`]: the table under dicts and sets, entries in the order in which they came.

use super::index::Index;

/// Up to here entries are looked through one by one, and there is no index.
const LINEAR: usize = 8;

/// An entry, which knows the hash it is found by.
pub(super) trait Hashed {
    fn hash(&self) -> u64;
}

/// Entries in order, found by hash.
///
/// # Invariants
/// - Entries that were removed leave `None`, if there is an index; `dead` counts them. The first and the last entry
///   are never dead, the first counting from `first`.
/// - The index holds the position of every living entry, or nothing if there are at most [`LINEAR`] and none is dead.
#[derive(Clone)]
pub(super) struct Ordered<E> {
    entries: Vec<Option<E>>,
    /// Dead entries before this one are behind us: removing from the front again and again stays cheap.
    first: usize,
    dead: usize,
    index: Index,
}

impl<E> Default for Ordered<E> {
    fn default() -> Self {
        Ordered { entries: Vec::new(), first: 0, dead: 0, index: Index::default() }
    }
}

impl<E: Hashed> Ordered<E> {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Ordered { entries: Vec::with_capacity(capacity), ..Ordered::default() }
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        self.entries.len() - self.dead
    }

    /// Whether entries are found by hash; otherwise the hash handed to [`Ordered::find`] is not looked at.
    #[inline]
    pub(super) fn is_indexed(&self) -> bool {
        !self.index.is_empty()
    }

    /// The position of the entry that `is_it` accepts among those with `hash`.
    #[inline]
    pub(super) fn find(&self, hash: u64, is_it: impl Fn(&E) -> bool) -> Option<usize> {
        if self.is_indexed() {
            let entries = &self.entries;
            self.index.find(hash, |at| matches!(entries.get(at), Some(Some(entry)) if is_it(entry)))
        } else {
            self.entries.iter().position(|entry| entry.as_ref().is_some_and(&is_it))
        }
    }

    #[inline]
    pub(super) fn get(&self, position: usize) -> Option<&E> {
        self.entries.get(position)?.as_ref()
    }

    #[inline]
    pub(super) fn get_mut(&mut self, position: usize) -> Option<&mut E> {
        self.entries.get_mut(position)?.as_mut()
    }

    /// Adds an entry that is not there yet, and returns its position.
    #[inline]
    pub(super) fn add(&mut self, entry: E) -> usize {
        let position = self.entries.len();
        if position < LINEAR && !self.is_indexed() {
            self.entries.push(Some(entry));
        } else if self.is_indexed() {
            self.index.insert(entry.hash(), position);
            self.entries.push(Some(entry));
        } else {
            self.entries.push(Some(entry));
            self.rebuild();
        }
        position
    }

    /// Takes an entry out.
    pub(super) fn remove(&mut self, position: usize) -> Option<E> {
        if !self.is_indexed() {
            return (position < self.entries.len()).then(|| self.entries.remove(position)).flatten();
        }
        let entry = self.entries.get_mut(position)?.take()?;
        self.index.remove(entry.hash(), position);
        self.dead += 1;
        self.tidy();
        Some(entry)
    }

    /// After an entry died.
    fn tidy(&mut self) {
        while let Some(None) = self.entries.last() {
            self.entries.pop();
            self.dead -= 1;
        }
        while let Some(None) = self.entries.get(self.first) {
            self.first += 1;
        }
        if self.dead > self.entries.len() / 2 || !self.is_indexed() {
            self.entries.retain(Option::is_some);
            self.first = 0;
            self.dead = 0;
            self.rebuild();
        }
    }

    /// Makes the index anew.
    #[cold]
    #[inline(never)]
    fn rebuild(&mut self) {
        if self.entries.len() <= LINEAR {
            self.index = Index::default();
            return;
        }
        self.index.reset(self.entries.capacity());
        for (position, entry) in self.entries.iter().enumerate() {
            if let Some(entry) = entry {
                self.index.insert(entry.hash(), position);
            }
        }
    }

    /// The first entry at or after `position`, and the position after it.
    #[inline]
    pub(super) fn next(&self, position: usize) -> Option<(usize, &E)> {
        let mut position = position.max(self.first);
        loop {
            let entry = self.entries.get(position)?;
            position += 1;
            if let Some(entry) = entry {
                return Some((position, entry));
            }
        }
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &E> {
        self.entries.get(self.first..).unwrap_or_default().iter().flatten()
    }

    pub(super) fn into_entries(self) -> impl Iterator<Item = E> {
        self.entries.into_iter().flatten()
    }

    #[cfg(test)]
    pub(super) fn slots(&self) -> usize {
        self.entries.len()
    }
}
