//! What a method did to a receiver on loan, so that it can be taken back.
//!
//! Every change of a receiver on loan is written down as its inverse, in constant time for the changes that programs
//! make in loops: assigning an element or field, appending, taking out the last or first item. The inverse of anything
//! else is the value that was there.

use super::index::position;
use super::place::{Step, descend};
use crate::native::Undo;
use crate::value::{ShortStr, Str, Value};

/// Changes of a value, oldest first.
#[derive(Default)]
pub(super) struct Journal {
    entries: Vec<Entry>,
    /// The first fields of which a number is the last thing written down: another one is not needed.
    numbers: u64,
    /// What the changes weigh, those of nested journals included: the room that they take, in items.
    weight: usize,
    /// The heaviest single change, or the most items that taking one back may have to copy.
    largest: usize,
}

enum Entry {
    /// The field at a position was a number or something else that owns nothing.
    Number(u16, Value),
    /// Something else happened at a place.
    Place(Box<[Step]>, Inverse),
}

/// How a change of the value at some place is taken back.
pub(super) enum Inverse {
    /// The value that was there.
    Set(Value),
    /// The dict did not have that entry.
    Remove,
    /// The collection or text had so many items or bytes.
    Shorten(usize),
    /// The item was the last one, the first one of a queue.
    PutBack(Value),
    /// What a method did to it.
    Undo(Journal),
}

/// What stands at a place, and how much there is to copy if the place is changed in a shared value.
pub(super) struct Found<'v> {
    /// Nothing if there is no such entry, field or element.
    pub(super) value: Option<&'v Value>,
    /// Whether what is missing would be a new entry of a dict.
    pub(super) is_entry: bool,
    /// The items of everything on the way.
    pub(super) items: usize,
}

impl Journal {
    /// Up to here a journal is light, however small the receiver is.
    const LIGHT: usize = 8192;
    /// What a change weighs beside the value that was there.
    const CHANGE: usize = 8;

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether the journal weighs more than the receiver: taking everything back costs less than it took to get here, so
    /// going on without a journal is a bargain.
    pub(super) fn is_heavy(&self) -> bool {
        self.weight > self.largest.saturating_mul(2).max(Journal::LIGHT)
    }

    /// Writes down the inverse of what happened at a place, for which `items` may have to be copied.
    pub(super) fn record(&mut self, steps: &[Step], inverse: Inverse, items: usize) {
        let (added, largest) = match &inverse {
            Inverse::Undo(journal) => (journal.weight, journal.largest),
            Inverse::Set(value) | Inverse::PutBack(value) => (weight(value), weight(value)),
            Inverse::Remove | Inverse::Shorten(_) => (0, 0),
        };
        self.weight = self.weight.saturating_add(added).saturating_add(Journal::CHANGE);
        self.largest = self.largest.max(largest).max(items);
        self.numbers = 0;
        self.entries.push(Entry::Place(steps.into(), inverse));
    }

    /// Writes down the number in a field of the receiver itself, which gets another one.
    pub(super) fn record_number(&mut self, position: u16, number: Value) {
        let bit = 1_u64.checked_shl(u32::from(position)).unwrap_or_default();
        if self.numbers & bit == 0 {
            self.numbers |= bit;
            self.weight += Journal::CHANGE;
            self.entries.push(Entry::Number(position, number));
        }
    }

    /// Takes everything back.
    pub(super) fn undo(self, value: &mut Value) {
        for entry in self.entries.into_iter().rev() {
            let undone = match entry {
                Entry::Place(steps, inverse) => inverse.apply(value, &steps),
                Entry::Number(position, number) => set_field(value, position, number),
            };
            debug_assert!(undone.is_some(), "what was changed is still there");
        }
    }
}

impl Inverse {
    /// The inverse of an assignment to a place, if it can be written down.
    pub(super) fn of_assignment(found: &Found<'_>) -> Option<Inverse> {
        match found.value {
            Some(value) => Some(Inverse::Set(value.clone())),
            None => found.is_entry.then_some(Inverse::Remove),
        }
    }

    /// The inverse of appending to what is there.
    pub(super) fn of_extension(value: &Value) -> Inverse {
        match size(value) {
            Some(size) => Inverse::Shorten(size),
            None => Inverse::Set(value.clone()),
        }
    }

    /// The inverse of what an updating builtin is about to do to `receiver`.
    pub(super) fn of_builtin(undo: Undo, receiver: &Value) -> Inverse {
        let next = match (undo, receiver) {
            (Undo::PutBack, Value::Array(array)) => array.last(),
            (Undo::PutBack, Value::Stack(stack)) => stack.last(),
            (Undo::PutBack, Value::Queue(queue)) => queue.front(),
            _ => None,
        };
        match (undo, next, size(receiver)) {
            (Undo::PutBack, Some(next), _) => Inverse::PutBack(next.clone()),
            // There is nothing to take out.
            (Undo::Shorten | Undo::PutBack, _, Some(size)) => Inverse::Shorten(size),
            _ => Inverse::Set(receiver.clone()),
        }
    }

    fn apply(self, root: &mut Value, steps: &[Step]) -> Option<()> {
        if let Inverse::Remove = self {
            let (last, before) = steps.split_last()?;
            let Value::Dict(dict) = descend(root, before, 0).ok()? else { return None };
            return last.with_key(|key| dict.make_mut().remove(key)).flatten().map(drop);
        }
        let place = descend(root, steps, 0).ok()?;
        match self {
            Inverse::Set(value) => *place = value,
            Inverse::Shorten(size) => shorten(place, size),
            Inverse::PutBack(item) => put_back(place, item),
            Inverse::Undo(journal) => journal.undo(place),
            Inverse::Remove => {}
        }
        Some(())
    }
}

/// Goes down from `root` without changing anything.
pub(super) fn find<'v>(root: &'v Value, steps: &[Step]) -> Found<'v> {
    let mut found = Found { value: Some(root), is_entry: false, items: 0 };
    for step in steps {
        let Some(value) = found.value else { return Found { is_entry: false, ..found } };
        found.items = found.items.saturating_add(breadth(value));
        found.is_entry = matches!(value, Value::Dict(_));
        found.value = match (value, step) {
            (Value::Struct(object), Step::Field(name)) => {
                object.shape().position(*name).and_then(|at| object.fields().get(usize::from(at)))
            }
            (Value::Array(array), Step::Index(Value::Int(at))) => {
                position(*at, array.len()).and_then(|at| array.get(at))
            }
            (Value::Dict(dict), step) => step.with_key(|key| dict.get(key)).flatten(),
            _ => None,
        };
    }
    let last = found.value.map(breadth).unwrap_or_default();
    Found { items: found.items.saturating_add(last), ..found }
}

/// How many items, or pieces of text of their size, copying a value means.
fn breadth(value: &Value) -> usize {
    const BYTES: usize = size_of::<Value>();
    match value {
        Value::Str(text) => text.as_str().len() / BYTES,
        Value::Struct(object) => object.fields().len(),
        value => size(value).unwrap_or_default(),
    }
}

/// About how many items a value keeps alive: the first ones speak for the others.
fn weight(value: &Value) -> usize {
    /// Items that are alike nest alike; deeper down it hardly matters.
    const LEVELS: u32 = 8;
    fn down(value: &Value, levels: u32) -> usize {
        if levels == 0 || value.is_plain() {
            return breadth(value);
        }
        let item = match value {
            Value::Array(array) => array.first(),
            Value::Dict(dict) => dict.values().next(),
            Value::Queue(queue) => queue.front(),
            Value::Stack(stack) => stack.first(),
            Value::Struct(object) => {
                let fields = object.fields().iter().map(|field| down(field, levels - 1).saturating_add(1));
                return fields.fold(0, usize::saturating_add);
            }
            _ => None,
        };
        let each = item.map_or(0, |item| down(item, levels - 1)).saturating_add(1);
        breadth(value).saturating_mul(each)
    }
    down(value, LEVELS)
}

/// Items of a collection, bytes of a text.
fn size(value: &Value) -> Option<usize> {
    match value {
        Value::Short(text) => Some(text.len()),
        Value::Str(text) => Some(text.as_str().len()),
        Value::Array(array) => Some(array.len()),
        Value::Dict(dict) => Some(dict.len()),
        Value::Set(set) => Some(set.len()),
        Value::Queue(queue) => Some(queue.len()),
        Value::Stack(stack) => Some(stack.len()),
        _ => None,
    }
}

fn shorten(place: &mut Value, size: usize) {
    match place {
        Value::Array(array) => array.make_mut().truncate(size),
        Value::Set(set) => set.make_mut().truncate(size),
        Value::Queue(queue) => queue.make_mut().truncate(size),
        Value::Stack(stack) => stack.make_mut().truncate(size),
        Value::Short(_) | Value::Str(_) => {
            let mut text = match std::mem::take(place) {
                Value::Short(text) => Str::Short(text),
                Value::Str(text) => Str::Heap(text),
                _ => Str::Short(ShortStr::EMPTY),
            };
            text.truncate(size);
            *place = text.into();
        }
        _ => debug_assert!(false, "only what has a size is shortened"),
    }
}

fn put_back(place: &mut Value, item: Value) {
    match place {
        Value::Array(array) => array.push(item),
        Value::Queue(queue) => queue.put_back(item),
        Value::Stack(stack) => stack.push(item),
        _ => debug_assert!(false, "only what has an order gets items back"),
    }
}

fn set_field(receiver: &mut Value, position: u16, number: Value) -> Option<()> {
    let Value::Struct(object) = receiver else { return None };
    *object.make_mut().get_mut(usize::from(position))? = number;
    Some(())
}
