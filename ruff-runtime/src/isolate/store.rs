//! [`Store`]: values under names, shared by all isolates of a program.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::parcel::{Parcel, Part};

/// Values under names. Every operation is one step to all isolates.
#[derive(Default)]
pub(crate) struct Store(Mutex<Entries>);

#[derive(Default)]
struct Entries {
    by_key: BTreeMap<String, Entry>,
    /// Counts what was stored.
    stored: u64,
}

struct Entry {
    value: Parcel,
    /// Which of all values stored it is.
    version: u64,
}

/// What came of adding to an int.
pub(crate) enum Added {
    /// The sum, which is stored.
    Sum(i64),
    /// It would be too large; so much is stored.
    Overflow(i64),
    /// There is something else.
    NoInt,
    /// There is nothing.
    Nothing,
}

impl Store {
    /// A copy of the value under `key`, and its version.
    pub(crate) fn get(&self, key: &str) -> Option<(Parcel, u64)> {
        self.lock().by_key.get(key).map(|entry| (entry.value.clone(), entry.version))
    }

    /// Whether there is a value under `key`.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.lock().by_key.contains_key(key)
    }

    /// Stores a value in the place of what is there; with a `version` only if that is what is there. Answers whether it did.
    pub(crate) fn set(&self, key: &str, value: Parcel, version: Option<u64>) -> bool {
        let mut entries = self.lock();
        if version.is_some() && entries.by_key.get(key).map(|entry| entry.version) != version {
            return false;
        }
        entries.stored += 1;
        let entry = Entry { value, version: entries.stored };
        let replaced = entries.by_key.insert(key.to_owned(), entry);
        drop(entries);
        drop(replaced);
        true
    }

    /// Removes the value under `key`. Answers whether there was one.
    pub(crate) fn remove(&self, key: &str) -> bool {
        let removed = self.lock().by_key.remove(key);
        removed.is_some()
    }

    /// Adds to the int under `key`.
    pub(crate) fn add(&self, key: &str, delta: i64) -> Added {
        let mut entries = self.lock();
        entries.stored += 1;
        let version = entries.stored;
        let Some(entry) = entries.by_key.get_mut(key) else { return Added::Nothing };
        let Part::Int(before) = entry.value.root else { return Added::NoInt };
        match before.checked_add(delta) {
            Some(sum) => {
                (entry.value.root, entry.version) = (Part::Int(sum), version);
                Added::Sum(sum)
            }
            None => Added::Overflow(before),
        }
    }

    /// All keys, sorted.
    pub(crate) fn keys(&self) -> Vec<String> {
        self.lock().by_key.keys().cloned().collect()
    }

    /// Removes everything.
    pub(super) fn clear(&self) {
        let removed = std::mem::take(&mut self.lock().by_key);
        drop(removed);
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
