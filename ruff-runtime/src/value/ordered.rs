//! [`Ordered`]: the table under dicts and sets, entries in the order in which they came.

use super::direct::Direct;
use super::index::Index;

/// Up to here entries are looked through one by one.
const LINEAR: usize = 8;

/// An entry, which knows what it is found by.
pub(super) trait Hashed {
    /// Its hash.
    fn hash(&self) -> u64;

    /// The number that it alone has, if it is one that could be in a table.
    fn number(&self) -> Option<usize> {
        None
    }
}

/// Entries in order, found by hash or number.
///
/// # Invariants
/// - Entries that were removed leave `None`, unless the table is linear; `dead` counts them. The first and the last
///   entry are never dead, the first counting from `first`.
/// - `lookup` leads to every living entry.
#[derive(Clone)]
pub(super) struct Ordered<E> {
    entries: Vec<Option<E>>,
    /// Dead entries before this one are behind us: removing from the front again and again stays cheap.
    first: usize,
    dead: usize,
    lookup: Lookup,
}

/// How entries are found.
#[derive(Clone)]
enum Lookup {
    /// One by one: there are at most [`LINEAR`].
    Linear,
    Hashed(Index),
    /// All have numbers, without large gaps.
    Direct(Direct),
}

impl<E> Default for Ordered<E> {
    fn default() -> Self {
        Ordered { entries: Vec::new(), first: 0, dead: 0, lookup: Lookup::Linear }
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

    /// The position of the entry that `is_it` accepts, which has this number and hash. The hash is only asked for if
    /// it is needed.
    #[inline]
    pub(super) fn find(
        &self,
        number: Option<usize>,
        hash: impl FnOnce() -> u64,
        is_it: impl Fn(&E) -> bool,
    ) -> Option<usize> {
        let entries = &self.entries;
        match &self.lookup {
            Lookup::Linear => entries.iter().position(|entry| entry.as_ref().is_some_and(&is_it)),
            Lookup::Hashed(index) => {
                index.find(hash(), |at| matches!(entries.get(at), Some(Some(entry)) if is_it(entry)))
            }
            Lookup::Direct(direct) => direct.find(number?),
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

    /// Adds an entry that is not there yet.
    #[inline]
    pub(super) fn add(&mut self, entry: E) {
        let position = self.entries.len();
        let is_indexed = match &mut self.lookup {
            Lookup::Linear => position < LINEAR,
            Lookup::Hashed(index) => {
                // Among names a number changes nothing; the others may have become dense.
                if !index.has_room() && entry.number().is_none() {
                    index.grow();
                }
                index.has_room() && {
                    index.insert(entry.hash(), position);
                    true
                }
            }
            Lookup::Direct(direct) => entry.number().is_some_and(|number| direct.insert(number, position)),
        };
        self.entries.push(Some(entry));
        if !is_indexed {
            self.rebuild();
        }
    }

    /// Takes the last entry out.
    pub(super) fn pop(&mut self) -> Option<E> {
        self.remove(self.entries.len().checked_sub(1)?)
    }

    /// Takes an entry out.
    pub(super) fn remove(&mut self, position: usize) -> Option<E> {
        if matches!(self.lookup, Lookup::Linear) {
            return (position < self.entries.len()).then(|| self.entries.remove(position)).flatten();
        }
        let entry = self.entries.get_mut(position)?.take()?;
        match &mut self.lookup {
            Lookup::Linear => {}
            Lookup::Hashed(index) => index.remove(entry.hash(), position),
            Lookup::Direct(direct) => direct.remove(entry.number().unwrap_or(usize::MAX)),
        }
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
        if self.dead > self.entries.len() / 2 || self.entries.is_empty() {
            self.entries.retain(Option::is_some);
            self.first = 0;
            self.dead = 0;
            self.rebuild();
        }
    }

    /// Makes the look-up anew, of the kind that suits the entries best, with room for as many again.
    #[cold]
    #[inline(never)]
    fn rebuild(&mut self) {
        if self.entries.len() <= LINEAR {
            self.lookup = Lookup::Linear;
            return;
        }
        let living =
            self.entries.iter().enumerate().filter_map(|(position, entry)| Some((entry.as_ref()?, position)));
        let numbers = living.clone().map_while(|(entry, position)| Some((entry.number()?, position)));
        if numbers.clone().count() == self.len()
            && let Some(direct) = Direct::new(numbers)
        {
            self.lookup = Lookup::Direct(direct);
            return;
        }
        let mut index = Index::with_capacity(2 * self.len());
        for (entry, position) in living {
            index.insert(entry.hash(), position);
        }
        self.lookup = Lookup::Hashed(index);
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
