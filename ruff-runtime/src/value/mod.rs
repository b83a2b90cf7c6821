//! Values: what a Ruff variable holds.
//!
//! A [`Value`] is 16 bytes: numbers, bools, null, short strings and builtin functions inline, everything else one
//! counted pointer. Arrays, dicts, structs and their like are values to the program: sharing them is invisible,
//! because whoever changes one while others own it too copies it first ([`crate::heap::Ref::make_mut`]).
//! What values mean — their text, equality, order, hash and truth — lives in one file each.

mod array;
mod bits;
mod callable;
mod children;
mod collections;
mod depth;
mod dict;
mod digits;
mod direct;
mod equality;
mod exact_hash;
mod fault;
mod handle;
mod hash;
mod index;
mod membership;
mod order;
mod ordered;
mod repr;
mod string;
mod structure;
mod sym;
mod tagged;
mod text;
mod truth;

pub use array::Array;
pub(crate) use bits::on_bits;
pub use callable::{Bindable, BoundMethod, Closure, HostFn, HostFunction};
pub(crate) use children::Child;
pub use collections::{Bytes, Queue, Set, Stack};
pub use depth::{check_depth, depth_around, depth_around_all};
pub use dict::{Dict, Key, KeyRef};
pub use digits::{Digits, push_plain_float};
pub use equality::{equal, exactly_equal};
pub use exact_hash::exact_hash;
pub use fault::ErrorValue;
pub use handle::Handle;
pub use membership::holds;
pub use order::{compare, total_order};
pub(crate) use repr::{Bits, Last};
pub use string::{ShortStr, Str, StringObject};
pub(crate) use structure::DefId;
pub use structure::{Method, ModuleValue, StructDef};
pub use sym::Sym;
pub use tagged::{Tagged, Variant};
pub use text::{debug_shown, debug_text, shown, source_text, text, write_text};

use crate::fiber::Generator;
pub use crate::heap::CellBox;
use crate::heap::{Ref, StructRef};
use crate::native::NativeDef;

/// A value of the language, or one of a few markers that programs never see.
///
/// The representation is fixed so that machine code can read it: the tag is the first byte, a bool, the alias of a
/// native and a short string follow it at once, every other payload is the second word. Tags from
/// [`Value::FIRST_HEAP_TAG`] on own a heap object.
#[repr(u8)]
#[derive(Default)]
pub enum Value {
    /// A 64-bit signed integer.
    Int(i64) = 0,
    /// An IEEE double.
    Float(f64) = 1,
    /// `true` or `false`.
    Bool(bool) = 2,
    /// `null`.
    #[default]
    Null = 3,
    /// `None` of `Option`.
    Nothing = 4,
    /// A string of at most [`ShortStr::MAX`] bytes.
    Short(ShortStr) = 5,
    /// A builtin function, and by which of its names it was reached: 0 its own, `n` its alias `n - 1`.
    Native(u8, &'static NativeDef) = 6,
    /// Marker: a variable whose declaration has not run.
    Undefined = 7,
    /// A longer string.
    Str(Ref<StringObject>) = 8,
    /// An array.
    Array(Ref<Array>) = 9,
    /// A dictionary.
    Dict(Ref<Dict>) = 10,
    /// A struct instance.
    Struct(StructRef) = 11,
    /// An enum value, `Ok(x)`, `Err(x)` or `Some(x)`.
    Tagged(Ref<Tagged>) = 12,
    /// A function, closure or method of the program.
    Closure(Ref<Closure>) = 13,
    /// A method together with its receiver.
    Bound(Ref<BoundMethod>) = 14,
    /// A function that the embedding program registered.
    Host(Ref<HostFunction>) = 15,
    /// A byte string.
    Bytes(Ref<Bytes>) = 16,
    /// A set.
    Set(Ref<Set>) = 17,
    /// A queue.
    Queue(Ref<Queue>) = 18,
    /// A stack.
    Stack(Ref<Stack>) = 19,
    /// A generator or lazy iterator.
    Generator(Ref<Generator>) = 20,
    /// A caught error; a struct named `Error` to the program.
    Error(Ref<ErrorValue>) = 21,
    /// A struct declaration.
    StructDef(Ref<StructDef>) = 22,
    /// The namespace of an imported module.
    Module(Ref<ModuleValue>) = 23,
    /// Marker: a variable shared between closures.
    Cell(Ref<CellBox>) = 24,
    /// A handle of an object that is no data, such as a connection.
    Handle(Ref<Handle>) = 25,
}

const _: () = assert!(size_of::<Value>() == 16);

impl Value {
    /// Tags from here on own a heap object.
    pub const FIRST_HEAP_TAG: u8 = 8;

    /// The string `text`.
    pub fn str(text: &str) -> Value {
        Str::new(text).into()
    }

    /// The string `text`, taking its buffer over.
    pub fn string(text: String) -> Value {
        Str::from_string(text).into()
    }

    /// An array of `items`.
    pub fn array(items: Vec<Value>) -> Value {
        Value::Array(Array::from_vec(items))
    }

    /// Whether it owns a heap object.
    #[inline]
    pub fn is_heap(&self) -> bool {
        !matches!(
            self,
            Value::Int(_)
                | Value::Float(_)
                | Value::Bool(_)
                | Value::Null
                | Value::Nothing
                | Value::Short(_)
                | Value::Native(..)
                | Value::Undefined
        )
    }

    /// Whether it contains no other values: containers may take it without a look at their depth.
    #[inline]
    pub fn is_plain(&self) -> bool {
        !self.is_heap() || matches!(self, Value::Str(_))
    }

    /// The number, if it is one.
    #[inline]
    pub fn scalar(&self) -> Option<Value> {
        match self {
            Value::Int(int) => Some(Value::Int(*int)),
            Value::Float(float) => Some(Value::Float(*float)),
            _ => None,
        }
    }

    /// The string's text, if it is a string.
    #[inline]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Short(text) => Some(text.as_str()),
            Value::Str(text) => Some(text.as_str()),
            _ => None,
        }
    }

    /// The value as a string handle, if it is a string.
    pub fn to_str(&self) -> Option<Str> {
        match self {
            Value::Short(text) => Some(Str::Short(*text)),
            Value::Str(text) => Some(Str::Heap(text.clone())),
            _ => None,
        }
    }

    /// Levels of values nested inside, itself included: 0 for scalars and strings, 1 for `[1]`.
    #[inline]
    pub fn depth(&self) -> u16 {
        match self {
            Value::Array(object) => object.depth(),
            Value::Dict(object) => object.depth(),
            Value::Struct(object) => object.depth(),
            Value::Tagged(object) => object.depth(),
            Value::Set(object) => object.depth(),
            Value::Queue(object) => object.depth(),
            Value::Stack(object) => object.depth(),
            _ => 0,
        }
    }

    /// The name `type()` gives, used in every message.
    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Int(_) => "int",
            Value::Float(_) => "float",
            Value::Bool(_) => "bool",
            Value::Null | Value::Undefined | Value::Cell(_) => "null",
            Value::Nothing => "option",
            Value::Short(_) | Value::Str(_) => "string",
            Value::Native(..) | Value::Closure(_) | Value::Bound(_) | Value::Host(_) => "function",
            Value::Array(_) => "array",
            Value::Dict(_) => "dict",
            Value::Struct(_) | Value::Error(_) => "struct",
            Value::Tagged(tagged) => tagged.type_name(),
            Value::Bytes(_) => "bytes",
            Value::Set(_) => "set",
            Value::Queue(_) => "queue",
            Value::Stack(_) => "stack",
            Value::Generator(generator) => generator.type_name(),
            Value::StructDef(_) => "structdef",
            Value::Module(_) => "module",
            Value::Handle(handle) => handle.kind().type_name,
        }
    }

    /// Whether it can be called.
    pub fn is_callable(&self) -> bool {
        matches!(self, Value::Native(..) | Value::Closure(_) | Value::Bound(_) | Value::Host(_))
    }

    /// Whether calling it starts a fiber and gives a promise.
    pub fn is_async_function(&self) -> bool {
        match self {
            Value::Closure(closure) => closure.proto.is_async(),
            Value::Bound(bound) => {
                matches!(&bound.method, Bindable::Closure(method) if method.proto.is_async())
            }
            _ => false,
        }
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&debug_text(self))
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Value {
        Value::Int(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Value {
        Value::Float(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::Bool(value)
    }
}

impl From<Str> for Value {
    fn from(text: Str) -> Value {
        match text {
            Str::Short(text) => Value::Short(text),
            Str::Heap(text) => Value::Str(text),
        }
    }
}
