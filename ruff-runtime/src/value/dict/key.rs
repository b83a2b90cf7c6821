//! Keys of dicts. `d[1]` and `d["1"]` are one entry: text that is exactly an int's decimal form is kept as the int,
//! which is faster, and looks like the text to the program.

use super::super::digits::{Digits, exact_int};
use super::super::hash;
use super::super::string::same_text;
use super::super::{ShortStr, Str, StringObject, Value};
use crate::heap::Ref;

/// The key of an entry.
///
/// # Invariants
/// `Text` is never the decimal text of an int.
#[derive(Clone, PartialEq, Eq)]
pub enum Key {
    /// The int, and its decimal text.
    Int(i64),
    /// Any other text.
    Text(Str),
}

const _: () = assert!(size_of::<Key>() == 16);

impl Key {
    /// The key that `value` names: an int or a string; `None` for anything else.
    #[inline]
    pub fn from_value(value: &Value) -> Option<Key> {
        match value {
            Value::Int(int) => Some(Key::Int(*int)),
            Value::Short(text) => Some(Key::from(Str::Short(*text))),
            Value::Str(text) => Some(Key::from(Str::Heap(text.clone()))),
            _ => None,
        }
    }

    /// The key as the program sees it.
    #[inline]
    pub fn to_str(&self) -> Str {
        match self {
            Key::Int(int) => Str::from_int(*int),
            Key::Text(text) => text.clone(),
        }
    }

    /// The key as the program sees it, a string.
    #[inline]
    pub fn to_value(&self) -> Value {
        self.to_str().into()
    }

    /// Calls `use_it` with the text, which is not copied.
    #[inline]
    pub fn with_text<R>(&self, use_it: impl FnOnce(&str) -> R) -> R {
        match self {
            Key::Int(int) => use_it(Digits::new(*int).as_str()),
            Key::Text(text) => use_it(text.as_str()),
        }
    }

    /// The byte order of the texts.
    #[inline]
    pub(super) fn cmp_bytes(&self, other: &Key) -> std::cmp::Ordering {
        match (self, other) {
            (Key::Text(a), Key::Text(b)) => a.cmp(b),
            _ => self.with_text(|a| other.with_text(|b| a.cmp(b))),
        }
    }

    #[inline]
    pub(in crate::value) fn hash(&self) -> u64 {
        match self {
            Key::Int(int) => hash::of_int(*int),
            Key::Text(text) => text.hash(),
        }
    }
}

impl From<Str> for Key {
    #[inline]
    fn from(text: Str) -> Key {
        match exact_int(&text) {
            Some(int) => Key::Int(int),
            None => Key::Text(text),
        }
    }
}

impl From<&str> for Key {
    fn from(text: &str) -> Key {
        match exact_int(text) {
            Some(int) => Key::Int(int),
            None => Key::Text(Str::new(text)),
        }
    }
}

impl From<i64> for Key {
    fn from(int: i64) -> Key {
        Key::Int(int)
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.with_text(|text| f.pad(text))
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.with_text(|text| std::fmt::Debug::fmt(text, f))
    }
}

/// A key to look up, borrowed: nothing is allocated for it.
#[derive(Clone, Copy)]
pub enum KeyRef<'a> {
    /// An int, or its decimal text.
    Int(i64),
    /// Other text of a short string.
    Short(&'a ShortStr),
    /// Other text of a long string.
    Heap(&'a Ref<StringObject>),
    /// Other text.
    Plain(&'a str),
}

impl<'a> KeyRef<'a> {
    /// The key that `value` names: an int or a string; `None` for anything else.
    #[inline]
    pub fn from_value(value: &'a Value) -> Option<KeyRef<'a>> {
        match value {
            Value::Int(int) => Some(KeyRef::Int(*int)),
            Value::Short(text) => Some(KeyRef::short(text)),
            Value::Str(text) => Some(KeyRef::heap(text)),
            _ => None,
        }
    }

    #[inline]
    fn short(text: &'a ShortStr) -> KeyRef<'a> {
        match exact_int(text.as_str()) {
            Some(int) => KeyRef::Int(int),
            None => KeyRef::Short(text),
        }
    }

    #[inline]
    fn heap(text: &'a Ref<StringObject>) -> KeyRef<'a> {
        match exact_int(text.as_str()) {
            Some(int) => KeyRef::Int(int),
            None => KeyRef::Heap(text),
        }
    }

    /// The key to put into a dict.
    #[inline]
    pub fn to_key(self) -> Key {
        match self {
            KeyRef::Int(int) => Key::Int(int),
            KeyRef::Short(text) => Key::Text(Str::Short(*text)),
            KeyRef::Heap(text) => Key::Text(Str::Heap(text.clone())),
            KeyRef::Plain(text) => Key::Text(Str::new(text)),
        }
    }

    #[inline]
    pub(super) fn hash(self) -> u64 {
        match self {
            KeyRef::Int(int) => hash::of_int(int),
            KeyRef::Short(text) => text.hash(),
            KeyRef::Heap(text) => text.hash(),
            KeyRef::Plain(text) => match ShortStr::new(text) {
                Some(short) => short.hash(),
                None => hash::of_bytes(text.as_bytes()),
            },
        }
    }

    #[inline]
    pub(super) fn is(self, key: &Key) -> bool {
        match (self, key) {
            (KeyRef::Int(wanted), Key::Int(int)) => wanted == *int,
            (KeyRef::Short(wanted), Key::Text(Str::Short(text))) => wanted == text,
            (KeyRef::Heap(wanted), Key::Text(Str::Heap(text))) => same_text(wanted, text),
            (KeyRef::Plain(wanted), Key::Text(text)) => wanted == text.as_str(),
            _ => false,
        }
    }
}

impl<'a> From<&'a str> for KeyRef<'a> {
    #[inline]
    fn from(text: &'a str) -> KeyRef<'a> {
        match exact_int(text) {
            Some(int) => KeyRef::Int(int),
            None => KeyRef::Plain(text),
        }
    }
}

impl<'a> From<&'a Str> for KeyRef<'a> {
    #[inline]
    fn from(text: &'a Str) -> KeyRef<'a> {
        match text {
            Str::Short(text) => KeyRef::short(text),
            Str::Heap(text) => KeyRef::heap(text),
        }
    }
}

impl<'a> From<&'a Key> for KeyRef<'a> {
    #[inline]
    fn from(key: &'a Key) -> KeyRef<'a> {
        match key {
            Key::Int(int) => KeyRef::Int(*int),
            Key::Text(Str::Short(text)) => KeyRef::Short(text),
            Key::Text(Str::Heap(text)) => KeyRef::Heap(text),
        }
    }
}

impl From<i64> for KeyRef<'_> {
    #[inline]
    fn from(int: i64) -> Self {
        KeyRef::Int(int)
    }
}
