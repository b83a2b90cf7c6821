//! [`Inline`]: the text of a string of a few words, inside the string's object.

use super::short::copy;

/// A text of at most [`Inline::MAX`] bytes.
///
/// # Invariants
/// The first `len` bytes are UTF-8.
#[derive(Clone, Copy)]
pub(super) struct Inline {
    len: u8,
    bytes: [u8; Inline::MAX],
}

impl Inline {
    /// The most bytes it can hold: with so many an object is no larger than one that leads to a text elsewhere.
    pub(super) const MAX: usize = 31;

    /// The text `text`, if it is short enough.
    #[inline]
    pub(super) fn new(text: &str) -> Option<Inline> {
        let mut inline = Inline { len: 0, bytes: [0; Inline::MAX] };
        let from = text.as_bytes();
        // Two overlapping copies of a fixed size each are faster than a call to copy any number of bytes.
        if from.len() <= Inline::MAX
            && let (Some(first), Some(last)) = (from.first_chunk::<16>(), from.last_chunk::<16>())
        {
            copy(&mut inline.bytes, 0, first);
            copy(&mut inline.bytes, from.len() - 16, last);
            // At most 31.
            inline.len = from.len() as u8;
            return Some(inline);
        }
        inline.push_str(text).then_some(inline)
    }

    /// `a` and `b` in a row, if they are short enough.
    pub(super) fn joined(a: &str, b: &str) -> Option<Inline> {
        Inline::new(a).and_then(|mut inline| inline.push_str(b).then_some(inline))
    }

    /// Adds `more` at the end and tells whether there was room; if not, nothing changes.
    #[inline]
    pub(super) fn push_str(&mut self, more: &str) -> bool {
        let old = usize::from(self.len);
        let new = old + more.len();
        match self.bytes.get_mut(old..new) {
            Some(room) => {
                room.copy_from_slice(more.as_bytes());
                // At most 31.
                self.len = new as u8;
                true
            }
            None => false,
        }
    }

    /// Keeps the first `bytes` bytes, up to the end of a character.
    pub(super) fn truncate(&mut self, bytes: usize) {
        // At most 31.
        self.len = self.as_str().floor_char_boundary(bytes) as u8;
    }

    /// The text.
    #[inline]
    pub(super) fn as_str(&self) -> &str {
        // SAFETY: `len` never exceeds the array: it is set to the end of a range inside.
        let bytes = unsafe { self.bytes.get_unchecked(..usize::from(self.len)) };
        // SAFETY: the first `len` bytes were copied from whole strings, one after the other, and cut at characters.
        unsafe { std::str::from_utf8_unchecked(bytes) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_fits_is_kept() {
        let text = "the letters of one and a half €s";
        for end in (0..text.len()).filter(|&end| text.is_char_boundary(end)) {
            let kept = Inline::new(&text[..end]);
            assert_eq!(kept.as_ref().map(Inline::as_str), (end <= Inline::MAX).then_some(&text[..end]));
            let joined = Inline::joined(&text[..end / 2], &text[end / 2..end]);
            assert_eq!(joined.as_ref().map(Inline::as_str), kept.as_ref().map(Inline::as_str));
        }
    }

    #[test]
    fn cutting_keeps_whole_characters() {
        let mut inline = Inline::new("aöb").unwrap();
        inline.truncate(2);
        assert_eq!(inline.as_str(), "a");
        assert!(inline.push_str("é") && !inline.push_str(&"x".repeat(29)));
        assert_eq!(inline.as_str(), "aé");
    }
}
