//! [`StringObject`]: a longer string on the heap.

use std::cell::Cell;

use super::buffer::Buffer;
use crate::heap::HeapObject;
use crate::value::hash;

/// A string of more than [`super::ShortStr::MAX`] bytes, with what was found out about it.
///
/// # Invariants
/// `chars` is the number of characters or [`UNKNOWN`]; `near` is the number of a character and the byte it starts at.
#[derive(Clone)]
pub struct StringObject {
    text: Buffer,
    /// 0 until it is needed.
    hash: Cell<u64>,
    chars: Cell<usize>,
    /// Where the last look-up by position ended, so that going on from there is cheap.
    near: Cell<(u32, u32)>,
}

const UNKNOWN: usize = usize::MAX;

impl StringObject {
    pub(super) fn new(text: impl Into<Buffer>) -> Self {
        StringObject {
            text: text.into(),
            hash: Cell::new(0),
            chars: Cell::new(UNKNOWN),
            near: Cell::new((0, 0)),
        }
    }

    /// The text.
    #[inline]
    pub fn as_str(&self) -> &str {
        self.text.as_str()
    }

    /// Adds `more` at the end. Cost: amortised the length of `more`.
    pub(super) fn push_str(&mut self, more: &str) {
        let chars = self.chars.get();
        if chars != UNKNOWN {
            self.chars.set(chars + more.chars().count());
        }
        self.hash.set(0);
        self.text.push_str(more);
    }

    /// Keeps the first `bytes` bytes, up to the end of a character.
    pub(super) fn truncate(&mut self, bytes: usize) {
        self.chars.set(UNKNOWN);
        self.near.set((0, 0));
        self.hash.set(0);
        self.text.truncate(bytes);
    }

    pub(super) fn into_string(self) -> String {
        self.text.into_string()
    }

    /// The hash, computed once.
    #[inline]
    pub(in crate::value) fn hash(&self) -> u64 {
        match self.hash.get() {
            0 => {
                // The rare hash 0 becomes another, to be remembered too.
                let hash = hash::of_bytes(self.as_str().as_bytes()).max(1);
                self.hash.set(hash);
                hash
            }
            hash => hash,
        }
    }

    /// The hash if it was computed before.
    #[inline]
    pub(super) fn known_hash(&self) -> Option<u64> {
        match self.hash.get() {
            0 => None,
            hash => Some(hash),
        }
    }

    /// The number of characters, counted once.
    #[inline]
    pub fn char_count(&self) -> usize {
        match self.chars.get() {
            UNKNOWN => {
                let count = self.as_str().chars().count();
                self.chars.set(count);
                count
            }
            count => count,
        }
    }

    /// Where character number `index` starts; the end of the text if there are not so many. Cost: O(1) in ASCII
    /// text, else the distance from the last look-up.
    pub(super) fn byte_offset(&self, index: usize) -> usize {
        let chars = self.char_count();
        if index >= chars {
            return self.as_str().len();
        }
        if chars == self.as_str().len() {
            return index;
        }
        let (near_index, near_offset) = self.near.get();
        let (near_index, near_offset) = (near_index as usize, near_offset as usize);
        let offset = if index >= near_index {
            near_offset + forward(self.as_str().get(near_offset..).unwrap_or_default(), index - near_index)
        } else {
            backward(self.as_str().get(..near_offset).unwrap_or_default(), near_index - index)
        };
        if let (Ok(index), Ok(offset)) = (u32::try_from(index), u32::try_from(offset)) {
            self.near.set((index, offset));
        }
        offset
    }
}

impl HeapObject for StringObject {
    const NESTS: bool = false;
}

/// Where character number `count` of `text` starts.
pub(super) fn forward(text: &str, count: usize) -> usize {
    text.char_indices().nth(count).map_or(text.len(), |(at, _)| at)
}

/// Where the `count`th character from the end of `text` starts; `count` is not 0.
fn backward(text: &str, count: usize) -> usize {
    text.char_indices().rev().nth(count - 1).map_or(0, |(at, _)| at)
}
