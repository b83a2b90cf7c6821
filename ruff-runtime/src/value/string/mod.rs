//! Strings: UTF-8 text, shared between its owners, inline when short.
//!
//! [`Str`] is the handle. A text of at most [`ShortStr::MAX`] bytes is always a [`ShortStr`], so that a short and a
//! long string are never equal; a longer one is a counted [`StringObject`], which its only owner extends in place.
#![expect(unsafe_code, reason = "a short string is known to be UTF-8 without looking; see its invariants")]

mod inline;
mod long;
mod object;
mod short;

pub use object::StringObject;
pub use short::ShortStr;

use std::ops::Deref;

use super::digits::Digits;
use crate::heap::Ref;

/// A string of the language. Cloning costs nothing.
#[derive(Clone)]
pub enum Str {
    /// At most [`ShortStr::MAX`] bytes.
    Short(ShortStr),
    /// More.
    Heap(Ref<StringObject>),
}

const _: () = assert!(size_of::<Str>() == 16);

impl Str {
    /// The string `text`, copied.
    #[inline]
    pub fn new(text: &str) -> Self {
        match ShortStr::new(text) {
            Some(short) => Str::Short(short),
            None => Str::Heap(Ref::new(StringObject::new(text))),
        }
    }

    /// The string `text`, taking its buffer over if it is long.
    #[inline]
    pub fn from_string(text: String) -> Self {
        match ShortStr::new(&text) {
            Some(short) => Str::Short(short),
            None => Str::Heap(Ref::new(StringObject::from_string(text))),
        }
    }

    /// The string of one character.
    #[inline]
    pub fn from_char(char: char) -> Self {
        Str::Short(ShortStr::from_char(char))
    }

    /// The decimal text of an int.
    #[inline]
    pub fn from_int(int: i64) -> Self {
        Str::new(Digits::new(int).as_str())
    }

    /// `a` and `b` in one string. If `a` has no other owner its buffer is used again, so that building a text piece
    /// by piece is linear.
    #[inline]
    pub fn concat(mut a: Str, b: &str) -> Str {
        a.push_str(b);
        a
    }

    /// Keeps the first `bytes` bytes, up to the end of a character. If there is no other owner nothing is copied.
    pub(crate) fn truncate(&mut self, bytes: usize) {
        match self {
            Str::Heap(object) if bytes > ShortStr::MAX && object.is_unique() => {
                if let Some(object) = object.get_mut() {
                    object.truncate(bytes);
                }
            }
            _ => *self = Str::new(self.get(..self.floor_char_boundary(bytes)).unwrap_or_default()),
        }
    }

    /// Adds `more` at the end; see [`Str::concat`].
    #[inline]
    pub fn push_str(&mut self, more: &str) {
        let had_room = match self {
            Str::Short(short) => short.push_str(more),
            Str::Heap(object) => object.get_mut().map(|object| object.push_str(more)).is_some(),
        };
        if !had_room {
            *self = joined(self.as_str(), more);
        }
    }

    /// The text.
    #[inline]
    pub fn as_str(&self) -> &str {
        match self {
            Str::Short(short) => short.as_str(),
            Str::Heap(object) => object.as_str(),
        }
    }

    /// The text as a string of Rust, without a copy if this is its only owner.
    pub fn into_string(self) -> String {
        match self {
            Str::Short(short) => short.as_str().to_owned(),
            Str::Heap(mut object) => match object.get_mut() {
                Some(object) => std::mem::replace(object, StringObject::new("")).into_string(),
                None => object.as_str().to_owned(),
            },
        }
    }

    /// The number of characters: Unicode scalar values. Counted once in a long string.
    #[inline]
    pub fn char_count(&self) -> usize {
        match self {
            Str::Short(short) => short.char_count(),
            Str::Heap(object) => object.char_count(),
        }
    }

    /// Where character number `index` starts; the end of the text if there are not so many. O(1) in ASCII text, else
    /// in long strings the distance from the last look-up.
    pub fn byte_offset(&self, index: usize) -> usize {
        match self {
            Str::Short(short) if short.is_ascii() => index.min(short.len()),
            Str::Short(short) => long::forward(short.as_str(), index),
            Str::Heap(object) => object.byte_offset(index),
        }
    }

    /// The character at `index`, which counts from the end when negative; `None` outside.
    pub fn char_at(&self, index: i64) -> Option<Str> {
        let index = if index < 0 {
            self.char_count().checked_sub(usize::try_from(index.unsigned_abs()).ok()?)?
        } else {
            usize::try_from(index).ok()?
        };
        let char = self.as_str().get(self.byte_offset(index)..)?.chars().next()?;
        Some(Str::from_char(char))
    }

    /// The hash, which a long string remembers.
    #[inline]
    pub(super) fn hash(&self) -> u64 {
        match self {
            Str::Short(short) => short.hash(),
            Str::Heap(object) => object.hash(),
        }
    }
}

#[cold]
#[inline(never)]
fn joined(a: &str, b: &str) -> Str {
    Str::Heap(Ref::new(StringObject::joined(a, b)))
}

/// Whether two long strings have the same text.
#[inline]
pub(super) fn same_text(a: &Ref<StringObject>, b: &Ref<StringObject>) -> bool {
    if a.is_same(b) {
        return true;
    }
    if let (Some(a), Some(b)) = (a.known_hash(), b.known_hash())
        && a != b
    {
        return false;
    }
    a.as_str() == b.as_str()
}

impl Default for Str {
    fn default() -> Self {
        Str::Short(ShortStr::EMPTY)
    }
}

impl Deref for Str {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Str {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq for Str {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Str::Short(a), Str::Short(b)) => a == b,
            (Str::Heap(a), Str::Heap(b)) => same_text(a, b),
            _ => false,
        }
    }
}

impl Eq for Str {}

impl PartialEq<str> for Str {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Str {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl PartialOrd for Str {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Str {
    #[inline]
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        match (self, other) {
            (Str::Short(a), Str::Short(b)) => a.cmp(b),
            _ => self.as_str().cmp(other.as_str()),
        }
    }
}

impl From<&str> for Str {
    fn from(text: &str) -> Self {
        Str::new(text)
    }
}

impl From<String> for Str {
    fn from(text: String) -> Self {
        Str::from_string(text)
    }
}

impl std::fmt::Display for Str {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

impl std::fmt::Debug for Str {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(self.as_str(), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_texts_are_short_however_they_were_made() {
        let long = "123456789012345";
        assert!(matches!(Str::new("12345678901234"), Str::Short(_)));
        assert!(matches!(Str::from_string("x".to_owned()), Str::Short(_)));
        assert!(matches!(Str::new(long), Str::Heap(_)));
        assert!(matches!(Str::concat(Str::new("1234567"), "8901234"), Str::Short(_)));
        assert_eq!(Str::concat(Str::new("1234567"), "89012345"), Str::new(long));
    }

    #[test]
    fn a_text_with_one_owner_is_extended_in_place() {
        let mut text = Str::new("a text that is long");
        text.push_str(" and longer");
        let Str::Heap(object) = &text else { panic!("short") };
        let before = object.address();
        let mut text = Str::concat(text, "!");
        let Str::Heap(object) = &text else { panic!("short") };
        assert_eq!(object.address(), before);
        let other = text.clone();
        text.push_str("?");
        assert_eq!(other, "a text that is long and longer!");
        assert_eq!(text, "a text that is long and longer!?");
    }

    #[test]
    fn characters_by_position() {
        for text in ["ascii text of some length", "wörter mit ümlauten und 😀 zum Schluß", "köt", ""] {
            let chars: Vec<char> = text.chars().collect();
            let str = Str::new(text);
            assert_eq!(str.char_count(), chars.len());
            let len = i64::try_from(chars.len()).unwrap();
            for index in (0..len).chain((0..len).rev()) {
                let expected = chars[usize::try_from(index).unwrap()].to_string();
                assert_eq!(str.char_at(index).unwrap(), &*expected);
                assert_eq!(str.char_at(index - len).unwrap(), &*expected);
            }
            assert_eq!(str.char_at(len), None);
            assert_eq!(str.char_at(-len - 1), None);
            assert_eq!(str.char_at(i64::MIN), None);
        }
    }

    #[test]
    fn what_is_known_about_a_text_stays_right_when_it_grows() {
        let mut text = Str::new("0123456789012345");
        assert_eq!(text.char_count(), 16);
        let hash = text.hash();
        text.push_str("äß");
        assert_eq!(text.char_count(), 18);
        assert_eq!(text.char_at(-1).unwrap(), "ß");
        assert_ne!(text.hash(), hash);
        assert_eq!(text.hash(), Str::new("0123456789012345äß").hash());
    }

    #[test]
    fn equality_knows_the_text_alone() {
        let a = Str::new("the same long text");
        let b = Str::new("the same long text");
        assert_eq!(a, b);
        a.hash();
        b.hash();
        assert_eq!(a, b);
        assert_ne!(a, Str::new("the same long tex_"));
        assert_eq!(a.into_string(), "the same long text");
    }
}
