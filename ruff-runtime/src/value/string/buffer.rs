//! [`Buffer`]: the bytes of a longer string, in place as long as they fit.

use super::short::copy;

/// Text that can grow. Most strings have a few words, and so need no allocation besides that of their object.
#[derive(Clone)]
pub(super) enum Buffer {
    /// At most [`INLINE`] bytes.
    Inline(Inline),
    /// Any number; once a text has grown this far it stays here.
    Heap(String),
}

/// What makes an object of a string fill the piece of memory that the allocator hands out for it.
const INLINE: usize = 31;

const _: () = assert!(size_of::<Buffer>() == 40);

/// # Invariants
/// The first `len` bytes are UTF-8.
#[derive(Clone, Copy)]
pub(super) struct Inline {
    len: u8,
    bytes: [u8; INLINE],
}

impl Inline {
    /// Adds `more` at the end and tells whether there was room; if not, nothing changes.
    #[inline]
    fn push_str(&mut self, more: &str) -> bool {
        let old = usize::from(self.len);
        let new = old + more.len();
        match self.bytes.get_mut(old..new) {
            Some(room) => {
                room.copy_from_slice(more.as_bytes());
                // At most `INLINE`.
                self.len = new as u8;
                true
            }
            None => false,
        }
    }

    #[inline]
    fn as_str(&self) -> &str {
        // SAFETY: `len` never exceeds the array: it is set to the end of a range inside.
        let bytes = unsafe { self.bytes.get_unchecked(..usize::from(self.len)) };
        // SAFETY: the first `len` bytes were copied from whole strings, one after the other, and cut at characters.
        unsafe { std::str::from_utf8_unchecked(bytes) }
    }
}

impl Buffer {
    /// A copy of `text`.
    #[inline]
    pub(super) fn new(text: &str) -> Buffer {
        if text.len() > INLINE {
            return Buffer::Heap(text.to_owned());
        }
        let mut inline = Inline { len: 0, bytes: [0; INLINE] };
        let from = text.as_bytes();
        // Two overlapping copies of a fixed size each are faster than a call to copy any number of bytes.
        if let (Some(first), Some(last)) = (from.first_chunk::<16>(), from.last_chunk::<16>()) {
            copy(&mut inline.bytes, 0, first);
            copy(&mut inline.bytes, from.len() - 16, last);
            // At most `INLINE`.
            inline.len = from.len() as u8;
        } else {
            inline.push_str(text);
        }
        Buffer::Inline(inline)
    }

    /// `a` and `b` in a row.
    pub(super) fn joined(a: &str, b: &str) -> Buffer {
        let len = a.len() + b.len();
        if len <= INLINE {
            let mut buffer = Buffer::new(a);
            buffer.push_str(b);
            return buffer;
        }
        let mut text = String::with_capacity(len);
        text.push_str(a);
        text.push_str(b);
        Buffer::Heap(text)
    }

    /// The text.
    #[inline]
    pub(super) fn as_str(&self) -> &str {
        match self {
            Buffer::Inline(inline) => inline.as_str(),
            Buffer::Heap(text) => text,
        }
    }

    /// Adds `more` at the end. Cost: amortised the length of `more`.
    pub(super) fn push_str(&mut self, more: &str) {
        match self {
            Buffer::Heap(text) => text.push_str(more),
            Buffer::Inline(inline) => {
                if !inline.push_str(more) {
                    *self = Buffer::joined(inline.as_str(), more);
                }
            }
        }
    }

    /// Keeps the first `bytes` bytes, up to the end of a character.
    pub(super) fn truncate(&mut self, bytes: usize) {
        let end = self.as_str().floor_char_boundary(bytes);
        match self {
            // At most `INLINE`.
            Buffer::Inline(inline) => inline.len = end as u8,
            Buffer::Heap(text) => text.truncate(end),
        }
    }

    /// The text as a string of Rust.
    pub(super) fn into_string(self) -> String {
        match self {
            Buffer::Inline(inline) => inline.as_str().to_owned(),
            Buffer::Heap(text) => text,
        }
    }
}

impl From<String> for Buffer {
    /// Takes the allocation over, unless the text fits without one.
    fn from(text: String) -> Buffer {
        if text.len() <= INLINE { Buffer::new(&text) } else { Buffer::Heap(text) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_moves_out_when_it_outgrows_its_place() {
        let mut buffer = Buffer::new("");
        let mut expected = String::new();
        for piece in ["a", "ö", "fifteen letters", "", "twelve chars", "!", "…", " and so on"].repeat(3) {
            buffer.push_str(piece);
            expected.push_str(piece);
            assert_eq!(buffer.as_str(), expected);
            let is_inline = matches!(buffer, Buffer::Inline(_));
            assert_eq!(is_inline, expected.len() <= INLINE);
        }
        assert_eq!(buffer.into_string(), expected);
    }

    #[test]
    fn cutting_keeps_whole_characters() {
        for text in ["aöb", "a text that is longer than its place would be: ö"] {
            let at = text.find('ö').unwrap();
            let mut buffer = Buffer::new(text);
            buffer.truncate(at + 1);
            assert_eq!(Some(buffer.as_str()), text.get(..at));
            buffer.push_str("é");
            assert_eq!(Some(buffer.as_str()), [&text[..at], "é"].concat().get(..));
        }
    }
}
