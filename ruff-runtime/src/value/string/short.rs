//! [`ShortStr`]: a string that needs no heap object.

use crate::value::hash;

/// A string of at most [`ShortStr::MAX`] bytes, inline.
///
/// # Invariants
/// The first `len` bytes are UTF-8, the others are zero; so equal strings have equal bytes.
#[derive(Clone, Copy, Eq)]
#[repr(C)]
pub struct ShortStr {
    len: u8,
    bytes: [u8; ShortStr::MAX],
}

impl ShortStr {
    /// The most bytes it can hold.
    pub const MAX: usize = 14;
    /// `""`
    pub const EMPTY: ShortStr = ShortStr { len: 0, bytes: [0; ShortStr::MAX] };

    /// The string `text`, if it is short enough.
    #[inline]
    pub fn new(text: &str) -> Option<Self> {
        let from = text.as_bytes();
        let len = from.len();
        if len > ShortStr::MAX {
            return None;
        }
        // Two overlapping copies of a fixed size each: a call to copy any number of bytes would take longer than all
        // the rest.
        let mut bytes = [0; ShortStr::MAX];
        if let (Some(first), Some(last)) = (from.first_chunk::<8>(), from.last_chunk::<8>()) {
            copy(&mut bytes, 0, first);
            copy(&mut bytes, len - 8, last);
        } else if let (Some(first), Some(last)) = (from.first_chunk::<4>(), from.last_chunk::<4>()) {
            copy(&mut bytes, 0, first);
            copy(&mut bytes, len - 4, last);
        } else if let (Some(first), Some(last)) = (from.first_chunk::<2>(), from.last_chunk::<2>()) {
            copy(&mut bytes, 0, first);
            copy(&mut bytes, len - 2, last);
        } else if let Some(first) = from.first_chunk::<1>() {
            copy(&mut bytes, 0, first);
        }
        // At most 14.
        Some(ShortStr { len: len as u8, bytes })
    }

    /// The string of one character.
    #[inline]
    pub fn from_char(char: char) -> Self {
        let mut short = ShortStr::EMPTY;
        // A character has at most 4 bytes.
        short.push_str(char.encode_utf8(&mut [0; 4]));
        short
    }

    /// Adds `text` at the end and tells whether there was room; if not, nothing changes.
    #[inline]
    pub fn push_str(&mut self, text: &str) -> bool {
        let old = usize::from(self.len);
        let new = old + text.len();
        match self.bytes.get_mut(old..new) {
            Some(room) => {
                room.copy_from_slice(text.as_bytes());
                // At most 14.
                self.len = new as u8;
                true
            }
            None => false,
        }
    }

    /// The text.
    #[inline]
    pub fn as_str(&self) -> &str {
        // SAFETY: `len` never exceeds the array: `push_str` sets it to the end of a range inside.
        let bytes = unsafe { self.bytes.get_unchecked(..usize::from(self.len)) };
        // SAFETY: the first `len` bytes were copied from whole strings, one after the other.
        unsafe { std::str::from_utf8_unchecked(bytes) }
    }

    /// The length in bytes.
    #[inline]
    pub fn len(&self) -> usize {
        usize::from(self.len)
    }

    /// The number of characters.
    #[inline]
    pub fn char_count(&self) -> usize {
        const ONES: u64 = 0x0101_0101_0101_0101;
        // Every byte that starts with the bits 10 goes on with a character; the length among them does not.
        let continued = |word: u64| (word >> 7 & !(word >> 6) & ONES).count_ones() as usize;
        let [first, second] = self.words();
        self.len() - continued(first) - continued(second)
    }

    /// Whether all characters are of one byte.
    #[inline]
    pub fn is_ascii(&self) -> bool {
        let [first, second] = self.words();
        (first | second) & 0x8080_8080_8080_8080 == 0
    }

    /// Whether it is `""`.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The hash; other for every other short string, and for longer ones by [`hash::of_bytes`].
    #[inline]
    pub(in crate::value) fn hash(&self) -> u64 {
        let [first, second] = self.words();
        hash::of_words(first, second)
    }

    /// All that makes it up.
    #[inline]
    fn words(&self) -> [u64; 2] {
        let first = u64::from_le_bytes(*self.bytes.first_chunk::<8>().unwrap_or(&[0; 8]));
        let second = u64::from_le_bytes(*self.bytes.last_chunk::<8>().unwrap_or(&[0; 8]));
        // The two overlap by two bytes, which are not needed twice.
        [first, second >> 16 << 16 | u64::from(self.len)]
    }
}

/// Copies `from` to `at`, if there is room.
#[inline]
pub(super) fn copy<const N: usize>(bytes: &mut [u8], at: usize, from: &[u8; N]) {
    if let Some(room) = bytes.get_mut(at..).and_then(|rest| rest.first_chunk_mut::<N>()) {
        *room = *from;
    }
}

impl PartialOrd for ShortStr {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// By bytes, as strings compare.
impl Ord for ShortStr {
    #[inline]
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        // The bytes as one big number; where only zeros at the end differ the length decides.
        let number = |text: &ShortStr| {
            let mut all = [0; 16];
            copy(&mut all, 0, &text.bytes);
            u128::from_be_bytes(all) | u128::from(text.len)
        };
        number(self).cmp(&number(other))
    }
}

impl PartialEq for ShortStr {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        // Two words each, instead of a call to compare bytes.
        self.words() == other.words()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_long_as_fits() {
        for len in 0..=14 {
            let text: String = "abcdefghijklmn".chars().take(len).collect();
            let mut pushed = ShortStr::EMPTY;
            assert!(pushed.push_str(&text));
            assert_eq!(ShortStr::new(&text).as_ref().map(ShortStr::as_str), Some(text.as_str()));
            assert!(ShortStr::new(&text) == Some(pushed));
        }
        assert_eq!(ShortStr::new("").map(|text| text.len()), Some(0));
        assert_eq!(ShortStr::new("12345678901234").as_ref().map(ShortStr::as_str), Some("12345678901234"));
        assert!(ShortStr::new("123456789012345").is_none());
        assert!(ShortStr::new("äöüäöüäö").is_none());
    }

    #[test]
    fn every_byte_and_the_length_count_in_the_hash() {
        let mut hashes: Vec<u64> =
            (0..14).map(|at| ShortStr::new(&format!("{:>1$}", "x", at + 1)).unwrap().hash()).collect();
        hashes.extend((0..14).map(|at| ShortStr::new(&"\0".repeat(at)).unwrap().hash()));
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), 28);
    }

    #[test]
    fn characters_are_counted() {
        for text in
            ["", "a", "abcdefghijklmn", "äöüß", "a\u{1F468}b", "\u{1F468}\u{1F469}\u{1F467}", "ééééééé"]
        {
            let short = ShortStr::new(text).unwrap();
            assert_eq!(short.char_count(), text.chars().count(), "{text}");
            assert_eq!(short.is_ascii(), text.is_ascii(), "{text}");
        }
    }

    #[test]
    fn the_order_is_that_of_the_texts() {
        let texts = ["", "\0", "\0\0", "a", "a\0", "ab", "abcdefgh", "abcdefghi", "abcdefghijklmn", "b", "é"];
        for (i, a) in texts.iter().enumerate() {
            for (j, b) in texts.iter().enumerate() {
                let order = ShortStr::new(a).unwrap().cmp(&ShortStr::new(b).unwrap());
                assert_eq!(order, i.cmp(&j), "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn what_does_not_fit_changes_nothing() {
        let mut text = ShortStr::new("1234567890").unwrap();
        assert!(!text.push_str("12345"));
        assert!(text.push_str("1234"));
        assert_eq!(text.as_str(), "12345678901234");
    }
}
