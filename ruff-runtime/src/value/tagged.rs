//! [`Tagged`]: values of enums, and `Ok(x)`, `Err(x)` and `Some(x)`.

use super::depth::depth_around_all;
use super::{Sym, Value};
use crate::heap::{HeapObject, Ref};

/// Which variant of which enum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Variant {
    /// The enum's name.
    pub owner: Sym,
    /// The variant's own name.
    pub name: Sym,
}

impl Variant {
    /// `Ok`
    pub const OK: Variant = Variant { owner: Sym::RESULT, name: Sym::OK };
    /// `Err`
    pub const ERR: Variant = Variant { owner: Sym::RESULT, name: Sym::ERR };
    /// `Some`
    pub const SOME: Variant = Variant { owner: Sym::OPTION, name: Sym::SOME };
    /// `None`, whose value is [`Value::Nothing`].
    pub const NONE: Variant = Variant { owner: Sym::OPTION, name: Sym::NONE };

    /// The variant `name` of the enum `owner`.
    pub fn new(owner: Sym, name: Sym) -> Self {
        Variant { owner, name }
    }

    /// Whether it is one of `Ok`, `Err`, `Some` and `None`, which are written without their enum.
    #[inline]
    pub fn is_builtin(self) -> bool {
        matches!(self, Variant::OK | Variant::ERR | Variant::SOME | Variant::NONE)
    }
}

/// A variant with its payload. Never changed once it is made.
pub struct Tagged {
    variant: Variant,
    payload: Payload,
}

/// Up to two items need no allocation of their own.
enum Payload {
    None,
    One([Value; 1]),
    Two([Value; 2]),
    More(Box<[Value]>),
}

impl HeapObject for Tagged {
    const NESTS: bool = true;
}

impl Tagged {
    /// A variant with one item: `Ok(x)`, `E::A(x)`.
    #[inline]
    pub fn one(variant: Variant, item: Value) -> Ref<Tagged> {
        let depth = item.depth().saturating_add(1);
        Ref::with_depth(Tagged { variant, payload: Payload::One([item]) }, depth)
    }

    /// A variant with its items, moved out of `items`, which keeps nulls.
    #[inline]
    pub fn new(variant: Variant, items: &mut [Value]) -> Ref<Tagged> {
        let depth = depth_around_all(items.iter());
        let payload = match items {
            [] => Payload::None,
            [item] => Payload::One([std::mem::take(item)]),
            [first, second] => Payload::Two([std::mem::take(first), std::mem::take(second)]),
            items => Payload::More(items.iter_mut().map(std::mem::take).collect()),
        };
        Ref::with_depth(Tagged { variant, payload }, depth)
    }

    /// Which variant it is.
    #[inline]
    pub fn variant(&self) -> Variant {
        self.variant
    }

    /// The items.
    #[inline]
    pub fn payload(&self) -> &[Value] {
        match &self.payload {
            Payload::None => &[],
            Payload::One(items) => items,
            Payload::Two(items) => items,
            Payload::More(items) => items,
        }
    }

    /// The items for taking them out of a value that nobody needs any more.
    #[inline]
    pub fn payload_mut(&mut self) -> &mut [Value] {
        match &mut self.payload {
            Payload::None => &mut [],
            Payload::One(items) => items,
            Payload::Two(items) => items,
            Payload::More(items) => items,
        }
    }

    /// The name `type()` gives.
    pub fn type_name(&self) -> &'static str {
        match self.variant {
            Variant::OK | Variant::ERR => "result",
            Variant::SOME | Variant::NONE => "option",
            _ => "tagged",
        }
    }
}

impl Value {
    /// `Ok(value)`
    pub fn ok(value: Value) -> Value {
        Value::Tagged(Tagged::one(Variant::OK, value))
    }

    /// `Err(value)`
    pub fn err(value: Value) -> Value {
        Value::Tagged(Tagged::one(Variant::ERR, value))
    }

    /// `Some(value)`
    pub fn some(value: Value) -> Value {
        Value::Tagged(Tagged::one(Variant::SOME, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_of_every_length() {
        let variant = Variant::new(Sym::new("E"), Sym::new("A"));
        for len in 0..5 {
            let mut items: Vec<Value> = (0..len).map(Value::Int).collect();
            let tagged = Tagged::new(variant, &mut items);
            let found: Vec<_> = tagged.payload().iter().map(|item| format!("{item:?}")).collect();
            assert_eq!(found, (0..len).map(|int| format!("Int({int})")).collect::<Vec<_>>());
            assert_eq!(tagged.type_name(), "tagged");
        }
    }

    #[test]
    fn results_and_options_are_types_of_their_own() {
        assert_eq!(Value::ok(Value::Null).type_name(), "result");
        assert_eq!(Value::err(Value::Null).type_name(), "result");
        assert_eq!(Value::some(Value::Null).type_name(), "option");
        assert_eq!(Value::Nothing.type_name(), "option");
    }
}
