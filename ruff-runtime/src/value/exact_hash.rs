//! The hash that goes with the exact relation of [`super::equality`].

use std::collections::HashMap;

use super::equality::exact_int;
use super::hash;
use super::{Str, Value};
use crate::work;

/// A hash for the exact relation: what is [`super::exactly_equal`] has the same.
///
/// The hash of a container is made of those of what it holds, so that a shared part counts only once however often it
/// occurs. No recursion is needed. Cost: linear in the size of the data in memory.
pub fn exact_hash(value: &Value) -> u64 {
    match scalar_hash(value) {
        Some(hash) => hash,
        None => Hashing::default().walk(value),
    }
}

#[derive(Default)]
struct Hashing<'a> {
    steps: Vec<Step<'a>>,
    /// Hashes that no container has used yet.
    done: Vec<u64>,
    /// Those of shared containers, by address.
    known: HashMap<usize, u64>,
}

enum Step<'a> {
    /// Hash this.
    Enter(&'a Value),
    /// Make the hash of this of those that were done since there were as many as said.
    Leave(&'a Value, usize),
}

impl<'a> Hashing<'a> {
    fn walk(mut self, value: &'a Value) -> u64 {
        self.steps.push(Step::Enter(value));
        while let Some(step) = self.steps.pop() {
            work::note(1);
            let hash = match step {
                Step::Enter(value) => match scalar_hash(value).or_else(|| self.remembered(value)) {
                    Some(hash) => hash,
                    None => {
                        self.open(value);
                        continue;
                    }
                },
                Step::Leave(value, from) => self.close(value, from),
            };
            self.done.push(hash);
        }
        self.done.pop().unwrap_or_default()
    }

    fn remembered(&self, value: &Value) -> Option<u64> {
        let object = value.object();
        if object.is_shared { self.known.get(&object.address).copied() } else { None }
    }

    /// Puts down what is to be done for a container.
    fn open(&mut self, value: &'a Value) {
        self.steps.push(Step::Leave(value, self.done.len()));
        let steps = &mut self.steps;
        match value {
            Value::Array(array) => steps.extend(array.iter().map(Step::Enter)),
            Value::Dict(dict) => steps.extend(dict.values().map(Step::Enter)),
            Value::Struct(object) => steps.extend(object.fields().iter().map(Step::Enter)),
            Value::Tagged(tagged) => steps.extend(tagged.payload().iter().map(Step::Enter)),
            Value::Queue(queue) => steps.extend(queue.iter().map(Step::Enter)),
            Value::Stack(stack) => steps.extend(stack.iter().map(Step::Enter)),
            Value::Error(error) => steps.extend(error.fields().iter().map(|(_, value)| Step::Enter(value))),
            // A set knows the hashes of its members.
            _ => {}
        }
    }

    /// The hash of a container whose contents are done, the last one first.
    fn close(&mut self, value: &Value, from: usize) -> u64 {
        let items = self.done.get(from..).unwrap_or_default().iter().rev().copied();
        let size = items.len() as u64;
        // The order of elements matters, that of entries and fields does not.
        let sequence = |kind| hash::of_words(items.clone().fold(size, hash::of_words), kind);
        let sum = |parts: &mut dyn Iterator<Item = u64>, kind| {
            hash::of_words(parts.fold(size, u64::wrapping_add), kind)
        };
        let named = |names: &mut dyn Iterator<Item = u64>, kind| {
            sum(&mut names.zip(items.clone()).map(|(name, item)| hash::of_words(name, item)), kind)
        };
        let hash = match value {
            Value::Array(_) => sequence(1),
            Value::Queue(_) => sequence(2),
            Value::Stack(_) => sequence(3),
            Value::Dict(dict) => named(&mut dict.iter().map(|(key, _)| key.hash()), 4),
            Value::Struct(object) => {
                let shape = object.shape();
                let kind = 5 + (u64::from(shape.name().number()) << 8);
                named(&mut shape.fields().iter().map(|field| field.number().into()), kind)
            }
            Value::Tagged(tagged) => {
                let variant = tagged.variant();
                let names = u64::from(variant.owner.number()) << 32 | u64::from(variant.name.number());
                hash::of_words(sequence(6), names)
            }
            Value::Set(set) => sum(&mut set.hashes(), 7),
            Value::Error(error) => {
                named(&mut error.fields().iter().map(|(field, _)| field.number().into()), 8)
            }
            _ => 0,
        };
        self.done.truncate(from);
        let object = value.object();
        // The outermost is not met again.
        if object.is_shared && !self.steps.is_empty() {
            self.known.insert(object.address, hash);
        }
        hash
    }
}

/// The hash of a value that holds no others.
#[inline]
fn scalar_hash(value: &Value) -> Option<u64> {
    let hash = match value {
        Value::Int(int) => hash::of_int(*int),
        Value::Float(float) => match exact_int(*float) {
            Some(int) => hash::of_int(int),
            None if float.is_nan() => hash::of_words(u64::MAX, 1),
            None => hash::of_words(float.to_bits(), 1),
        },
        Value::Short(text) => Str::Short(*text).hash(),
        Value::Str(text) => text.hash(),
        Value::Bool(truth) => hash::of_words(u64::from(*truth), 2),
        Value::Null | Value::Undefined => hash::of_words(0, 3),
        Value::Nothing => hash::of_words(1, 3),
        Value::Bytes(bytes) => hash::of_words(hash::of_bytes(bytes), 4),
        Value::Native(_, def) => of_address(std::ptr::from_ref(*def) as usize),
        Value::Closure(_)
        | Value::Bound(_)
        | Value::Host(_)
        | Value::Generator(_)
        | Value::StructDef(_)
        | Value::Module(_)
        | Value::Cell(_)
        | Value::Handle(_) => of_address(value.object().address),
        Value::Array(_)
        | Value::Dict(_)
        | Value::Struct(_)
        | Value::Tagged(_)
        | Value::Set(_)
        | Value::Queue(_)
        | Value::Stack(_)
        | Value::Error(_) => return None,
    };
    Some(hash)
}

fn of_address(address: usize) -> u64 {
    hash::of_words(address as u64, 5)
}
