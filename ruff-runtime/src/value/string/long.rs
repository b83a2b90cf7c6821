//! [`Long`]: a text of any size, with what was found out about it.

use std::cell::Cell;

/// A text in an allocation of its own.
///
/// # Invariants
/// `chars` is the number of characters or [`UNKNOWN`]; `near` is the number of a character and the byte it starts at.
#[derive(Clone)]
pub(super) struct Long {
    text: String,
    chars: Cell<usize>,
    /// Where the last look-up by position ended, so that going on from there is cheap.
    near: Cell<(u32, u32)>,
}

const UNKNOWN: usize = usize::MAX;

impl Long {
    pub(super) fn new(text: String) -> Long {
        Long { text, chars: Cell::new(UNKNOWN), near: Cell::new((0, 0)) }
    }

    #[inline]
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn into_string(self) -> String {
        self.text
    }

    /// Adds `more` at the end. Cost: amortised the length of `more`.
    pub(super) fn push_str(&mut self, more: &str) {
        let chars = self.chars.get();
        if chars != UNKNOWN {
            self.chars.set(chars + more.chars().count());
        }
        self.text.push_str(more);
    }

    /// Keeps the first `bytes` bytes, up to the end of a character.
    pub(super) fn truncate(&mut self, bytes: usize) {
        self.chars.set(UNKNOWN);
        self.near.set((0, 0));
        self.text.truncate(self.text.floor_char_boundary(bytes));
    }

    /// The number of characters, counted once.
    #[inline]
    pub(super) fn char_count(&self) -> usize {
        match self.chars.get() {
            UNKNOWN => {
                let count = self.text.chars().count();
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
            return self.text.len();
        }
        if chars == self.text.len() {
            return index;
        }
        let (near_index, near_offset) = self.near.get();
        let (near_index, near_offset) = (near_index as usize, near_offset as usize);
        let offset = if index >= near_index {
            near_offset + forward(self.text.get(near_offset..).unwrap_or_default(), index - near_index)
        } else {
            backward(self.text.get(..near_offset).unwrap_or_default(), near_index - index)
        };
        if let (Ok(index), Ok(offset)) = (u32::try_from(index), u32::try_from(offset)) {
            self.near.set((index, offset));
        }
        offset
    }
}

/// Where character number `count` of `text` starts.
pub(super) fn forward(text: &str, count: usize) -> usize {
    text.char_indices().nth(count).map_or(text.len(), |(at, _)| at)
}

/// Where the `count`th character from the end of `text` starts; `count` is not 0.
fn backward(text: &str, count: usize) -> usize {
    text.char_indices().rev().nth(count - 1).map_or(0, |(at, _)| at)
}
