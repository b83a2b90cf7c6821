//! [`StringObject`]: a longer string on the heap.

use std::cell::Cell;

use super::inline::Inline;
use super::long::{Long, forward};
use crate::heap::HeapObject;
use crate::value::hash;

/// A string of more than [`super::ShortStr::MAX`] bytes.
#[derive(Clone)]
pub struct StringObject {
    content: Content,
    /// 0 until it is needed.
    hash: Cell<u64>,
}

/// Where the text is. Most strings have a few words, and so need no allocation besides that of their object.
#[derive(Clone)]
enum Content {
    Inline(Inline),
    Long(Long),
}

// With its count it fills a piece of memory of 64 bytes, what the allocator adds included.
const _: () = assert!(size_of::<StringObject>() == 48);

impl StringObject {
    /// A copy of `text`.
    #[inline]
    pub(super) fn new(text: &str) -> Self {
        match Inline::new(text) {
            Some(inline) => Self::of(Content::Inline(inline)),
            None => Self::of(Content::Long(Long::new(text.to_owned()))),
        }
    }

    /// The same, taking the buffer over if the text needs one.
    pub(super) fn from_string(text: String) -> Self {
        match Inline::new(&text) {
            Some(inline) => Self::of(Content::Inline(inline)),
            None => Self::of(Content::Long(Long::new(text))),
        }
    }

    /// `a` and `b` in a row.
    pub(super) fn joined(a: &str, b: &str) -> Self {
        match Inline::joined(a, b) {
            Some(inline) => Self::of(Content::Inline(inline)),
            None => Self::of(Content::Long(Long::new([a, b].concat()))),
        }
    }

    #[inline]
    fn of(content: Content) -> Self {
        StringObject { content, hash: Cell::new(0) }
    }

    /// The text.
    #[inline]
    pub fn as_str(&self) -> &str {
        match &self.content {
            Content::Inline(inline) => inline.as_str(),
            Content::Long(long) => long.as_str(),
        }
    }

    /// Adds `more` at the end. Cost: amortised the length of `more`.
    pub(super) fn push_str(&mut self, more: &str) {
        match &mut self.content {
            Content::Inline(inline) => {
                if !inline.push_str(more) {
                    *self = Self::joined(inline.as_str(), more);
                }
            }
            Content::Long(long) => long.push_str(more),
        }
        self.hash.set(0);
    }

    /// Keeps the first `bytes` bytes, up to the end of a character.
    pub(super) fn truncate(&mut self, bytes: usize) {
        match &mut self.content {
            Content::Inline(inline) => inline.truncate(bytes),
            Content::Long(long) => long.truncate(bytes),
        }
        self.hash.set(0);
    }

    pub(super) fn into_string(self) -> String {
        match self.content {
            Content::Inline(inline) => inline.as_str().to_owned(),
            Content::Long(long) => long.into_string(),
        }
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

    /// The number of characters, counted once if there may be many.
    #[inline]
    pub fn char_count(&self) -> usize {
        match &self.content {
            Content::Inline(inline) => inline.as_str().chars().count(),
            Content::Long(long) => long.char_count(),
        }
    }

    /// Where character number `index` starts; the end of the text if there are not so many. Cost: O(1) in ASCII
    /// text, else the distance from the last look-up.
    pub(super) fn byte_offset(&self, index: usize) -> usize {
        match &self.content {
            Content::Inline(inline) if inline.as_str().is_ascii() => index.min(inline.as_str().len()),
            Content::Inline(inline) => forward(inline.as_str(), index),
            Content::Long(long) => long.byte_offset(index),
        }
    }
}

impl HeapObject for StringObject {
    const NESTS: bool = false;
}
