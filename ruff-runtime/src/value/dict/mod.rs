//! [`Dict`]: values by key, in the order in which the keys came.

mod key;

pub use key::{Key, KeyRef};

use super::depth::{depth_around, depth_around_all};
use super::ordered::{Hashed, Ordered};
use super::{ShortStr, Str, Value};
use crate::heap::{HeapObject, Ref};

/// The contents of a dict.
///
/// Looking up, changing and adding cost O(1), removing amortised O(1). Overwriting keeps an entry's place.
#[derive(Clone, Default)]
pub struct Dict {
    table: Ordered<Entry>,
}

#[derive(Clone)]
struct Entry {
    key: Key,
    value: Value,
}

const _: () = assert!(size_of::<Option<Entry>>() == 32);

impl Hashed for Entry {
    #[inline]
    fn hash(&self) -> u64 {
        self.key.hash()
    }

    #[inline]
    fn number(&self) -> Option<usize> {
        match self.key {
            Key::Int(int) => usize::try_from(int).ok(),
            Key::Text(_) => None,
        }
    }
}

impl HeapObject for Dict {
    const NESTS: bool = true;
}

impl Dict {
    /// An empty dict on the heap with room for `capacity` entries.
    pub fn with_capacity(capacity: usize) -> Ref<Dict> {
        Ref::with_depth(Dict { table: Ordered::with_capacity(capacity) }, 1)
    }

    /// A dict on the heap. Of entries with the same key the last wins and the first has the place.
    pub fn from_entries(entries: impl IntoIterator<Item = (Key, Value)>) -> Ref<Dict> {
        let mut dict = Dict::default();
        dict.table.extend_with(entries);
        let depth = depth_around_all(dict.values());
        Ref::with_depth(dict, depth)
    }

    /// The number of entries.
    #[inline]
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there is no entry.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The position of an entry. It stays the same until an entry is removed, and in copies too.
    #[inline]
    pub fn find<'k>(&self, key: impl Into<KeyRef<'k>>) -> Option<usize> {
        match key.into() {
            KeyRef::Int(int) => self.find_int(int),
            KeyRef::Short(text) => self.find_short(text),
            text => self.table.find(None, || text.hash(), |entry| text.is(&entry.key)),
        }
    }

    #[inline]
    fn find_int(&self, int: i64) -> Option<usize> {
        let is_it = |entry: &Entry| matches!(entry.key, Key::Int(known) if known == int);
        self.table.find(usize::try_from(int).ok(), || KeyRef::Int(int).hash(), is_it)
    }

    fn find_short(&self, text: &ShortStr) -> Option<usize> {
        let is_it = |entry: &Entry| matches!(&entry.key, Key::Text(Str::Short(known)) if known == text);
        self.table.find(None, || KeyRef::Short(text).hash(), is_it)
    }

    /// The value of an entry.
    #[inline]
    pub fn get<'k>(&self, key: impl Into<KeyRef<'k>>) -> Option<&Value> {
        let position = self.find(key)?;
        self.table.get(position).map(|entry| &entry.value)
    }

    /// The value of an entry, for changing. Recording its depth is the caller's business.
    #[inline]
    pub(crate) fn get_mut<'k>(&mut self, key: impl Into<KeyRef<'k>>) -> Option<&mut Value> {
        let position = self.find(key)?;
        self.table.get_mut(position).map(|entry| &mut entry.value)
    }

    /// Whether there is such an entry.
    #[inline]
    pub fn contains<'k>(&self, key: impl Into<KeyRef<'k>>) -> bool {
        self.find(key).is_some()
    }

    /// The entry at a position that [`Dict::find`] gave.
    #[inline]
    pub fn entry_at(&self, position: usize) -> Option<(&Key, &Value)> {
        self.table.get(position).map(|entry| (&entry.key, &entry.value))
    }

    /// The value at a position that [`Dict::find`] gave, for changing. Depth is the caller's business.
    #[inline]
    pub(crate) fn value_at_mut(&mut self, position: usize) -> Option<&mut Value> {
        self.table.get_mut(position).map(|entry| &mut entry.value)
    }

    /// The first entry at or after `position`, and the position to go on from.
    #[inline]
    pub fn next_entry(&self, position: usize) -> Option<(usize, &Key, &Value)> {
        self.table.next(position).map(|(next, entry)| (next, &entry.key, &entry.value))
    }

    /// Takes an entry out.
    pub fn remove<'k>(&mut self, key: impl Into<KeyRef<'k>>) -> Option<Value> {
        let position = self.find(key)?;
        self.table.remove(position).map(|entry| entry.value)
    }

    /// Sets an entry without recording its depth: the caller does. Returns what was there.
    #[inline]
    pub(crate) fn set<'k>(&mut self, key: impl Into<KeyRef<'k>>, value: Value) -> Option<Value> {
        let key = key.into();
        match self.get_mut(key) {
            Some(slot) => Some(std::mem::replace(slot, value)),
            None => {
                self.table.add(Entry { key: key.to_key(), value });
                None
            }
        }
    }

    /// The entries in the order in which their keys came.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Key, &Value)> {
        self.table.iter().map(|entry| (&entry.key, &entry.value))
    }

    /// The values in the order in which their keys came.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &Value> {
        self.table.iter().map(|entry| &entry.value)
    }

    /// The entries in the order in which their keys came, taken out.
    pub fn into_entries(self) -> impl Iterator<Item = (Key, Value)> {
        self.table.into_entries().map(|entry| (entry.key, entry.value))
    }

    /// The entries in the order of `keys` and of printing: numeric if every key is an int's text, else by bytes.
    pub fn sorted(&self) -> Vec<(&Key, &Value)> {
        let all_ints: Option<Vec<_>> = self
            .iter()
            .map(|(key, value)| match key {
                Key::Int(int) => Some((*int, (key, value))),
                Key::Text(_) => None,
            })
            .collect();
        match all_ints {
            Some(mut entries) => {
                entries.sort_unstable_by_key(|(int, _)| *int);
                entries.into_iter().map(|(_, entry)| entry).collect()
            }
            None => self.sorted_by_bytes(),
        }
    }

    /// The entries in the byte order of their keys.
    pub fn sorted_by_bytes(&self) -> Vec<(&Key, &Value)> {
        let mut entries: Vec<_> = self.iter().collect();
        // What a program wrote down in order, or read from sorted text, stays as it is.
        if !entries.is_sorted_by(|(a, _), (b, _)| a.cmp_bytes(b).is_le()) {
            entries.sort_unstable_by(|(a, _), (b, _)| a.cmp_bytes(b));
        }
        entries
    }
}

impl Ordered<Entry> {
    fn extend_with(&mut self, entries: impl IntoIterator<Item = (Key, Value)>) {
        for (key, value) in entries {
            let entry = Entry { key, value };
            let position = self.find(entry.number(), || entry.hash(), |known| known.key == entry.key);
            match position.and_then(|position| self.get_mut(position)) {
                Some(known) => known.value = entry.value,
                None => self.add(entry),
            }
        }
    }
}

/// What adds values: it copies the dict first if others own it too, and records how deep it becomes.
impl Ref<Dict> {
    /// Sets an entry; returns the value that was there.
    #[inline]
    pub fn insert<'k>(&mut self, key: impl Into<KeyRef<'k>>, value: Value) -> Option<Value> {
        let depth = depth_around(&value);
        let before = self.make_mut().set(key, value);
        self.raise_depth(depth);
        before
    }

    /// Sets an entry, taking the key over.
    #[inline]
    pub fn insert_key(&mut self, key: Key, value: Value) {
        let depth = depth_around(&value);
        self.make_mut().table.extend_with([(key, value)]);
        self.raise_depth(depth);
    }

    /// Sets the entries of `other`.
    pub fn extend(&mut self, other: &Dict) {
        let dict = self.make_mut();
        dict.table.extend_with(other.iter().map(|(key, value)| (key.clone(), value.clone())));
        self.raise_depth(depth_around_all(other.values()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(dict: &Dict) -> String {
        let entries: Vec<String> = dict.iter().map(|(key, value)| format!("{key}={value:?}")).collect();
        entries.join(" ")
    }

    fn dict(keys: &[&str]) -> Ref<Dict> {
        Dict::from_entries(keys.iter().zip(0..).map(|(&key, at)| (Key::from(key), Value::Int(at))))
    }

    #[test]
    fn entries_keep_the_order_in_which_they_came() {
        let mut entries = dict(&["b", "a", "c"]);
        entries.insert("a", Value::Int(9));
        entries.make_mut().remove("b");
        entries.insert("b", Value::Null);
        assert_eq!(text(&entries), "a=Int(9) c=Int(2) b=Null");
    }

    #[test]
    fn an_int_and_its_text_are_one_key() {
        let mut entries = Dict::from_entries([]);
        entries.insert(1, Value::Int(10));
        entries.insert("1", Value::Int(11));
        entries.insert("01", Value::Int(12));
        entries.insert("-0", Value::Int(13));
        entries.insert("-9223372036854775808", Value::Int(14));
        assert_eq!(entries.len(), 4);
        assert!(matches!(entries.get(1), Some(Value::Int(11))));
        assert!(entries.contains(i64::MIN));
        assert!(entries.contains(KeyRef::from_value(&Value::str("1")).unwrap()));
        assert_eq!(Key::from("1").to_str(), "1");
        assert!(KeyRef::from_value(&Value::Float(1.0)).is_none());
    }

    #[test]
    fn keys_of_every_length_are_found_in_every_way() {
        let keys: Vec<String> =
            (0..40).map(|len| "k".repeat(len)).chain((0..40).map(|n| format!("{n}"))).collect();
        let entries = dict(&keys.iter().map(String::as_str).collect::<Vec<_>>());
        for (key, at) in keys.iter().zip(0..) {
            let is = |found: Option<&Value>| matches!(found, Some(Value::Int(int)) if *int == at);
            assert!(is(entries.get(key.as_str())), "{key}");
            assert!(is(entries.get(&Str::new(key))), "{key}");
            assert!(is(entries.get(&Key::from(key.as_str()))), "{key}");
            assert!(is(entries.get(KeyRef::from_value(&Value::str(key)).unwrap())), "{key}");
        }
        assert!(!entries.contains("k2"));
        assert!(!entries.contains(40));
    }

    /// Changes a dict at random and a list of entries likewise. `key` makes the keys.
    fn agrees_with_a_model(key: impl Fn(i64) -> Key) {
        let mut entries = Dict::from_entries([]);
        let mut model: Vec<(String, i64)> = Vec::new();
        let mut random: u64 = 1;
        for turn in 0..20_000 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let key = key(i64::try_from((random >> 33) % 60).unwrap());
            let at = model.iter().position(|(known, _)| *known == key.to_string());
            if random >> 62 == 0 || (turn / 500) % 2 == 0 {
                assert_eq!(entries.make_mut().remove(&key).is_some(), at.is_some());
                at.map(|at| model.remove(at));
            } else {
                entries.insert(&key, Value::Int(turn));
                match at {
                    Some(at) => model[at].1 = turn,
                    None => model.push((key.to_string(), turn)),
                }
            }
            assert_eq!(entries.len(), model.len());
            assert_eq!(entries.contains(&key), model.iter().any(|(known, _)| *known == key.to_string()));
        }
        let expected: Vec<String> = model.iter().map(|(key, value)| format!("{key}=Int({value})")).collect();
        assert_eq!(text(&entries), expected.join(" "));
    }

    #[test]
    fn a_model_agrees_through_many_changes() {
        agrees_with_a_model(Key::Int);
        agrees_with_a_model(|number| Key::Int(number * 1_000_003));
        agrees_with_a_model(|number| Key::Int(number - 30));
        agrees_with_a_model(|number| Key::from(format!("key {number} of many").as_str()));
        // Dense but for a few, which come and go.
        agrees_with_a_model(|number| match number {
            7 => Key::from("seven"),
            8 => Key::Int(i64::MAX),
            9 => Key::Int(-9),
            number => Key::Int(number),
        });
    }

    #[test]
    fn the_dead_do_not_pile_up() {
        let mut entries = Dict::from_entries([]);
        for key in 0..100_000 {
            entries.insert(key, Value::Null);
            if key >= 100 {
                let (_, first, _) = entries.next_entry(0).unwrap();
                let first = first.clone();
                entries.make_mut().remove(&first);
            }
        }
        assert_eq!(entries.len(), 100);
        assert!(entries.table.slots() < 300, "{}", entries.table.slots());
    }

    #[test]
    fn sorted_numerically_only_if_all_keys_are_ints() {
        let keys =
            |dict: &Dict| dict.sorted().into_iter().map(|(key, _)| key.to_string()).collect::<Vec<_>>();
        assert_eq!(keys(&dict(&["10", "9", "-1"])), ["-1", "9", "10"]);
        assert_eq!(keys(&dict(&["10", "9", "a"])), ["10", "9", "a"]);
        let bytes = dict(&["10", "9", "-1"]);
        let bytes: Vec<_> = bytes.sorted_by_bytes().into_iter().map(|(key, _)| key.to_string()).collect();
        assert_eq!(bytes, ["-1", "10", "9"]);
    }

    #[test]
    fn walking_by_position_skips_the_dead() {
        let mut entries = Dict::from_entries((0..20).map(|key| (Key::Int(key), Value::Null)));
        for key in [0, 1, 5, 19] {
            entries.make_mut().remove(key);
        }
        let mut seen = Vec::new();
        let mut position = 0;
        while let Some((next, key, _)) = entries.next_entry(position) {
            seen.push(key.to_string());
            position = next;
        }
        assert_eq!(seen.len(), 16);
        assert_eq!(seen[..5], ["2", "3", "4", "6", "7"]);
    }

    #[test]
    fn depth_grows_with_what_is_put_in() {
        let mut entries = Dict::from_entries([(Key::from("a"), Value::array(vec![]))]);
        assert_eq!(entries.depth(), 2);
        let other = entries.clone();
        entries.insert("b", Value::Dict(other.clone()));
        assert_eq!((entries.depth(), other.depth()), (3, 2));
    }
}
