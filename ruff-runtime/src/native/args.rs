//! From values to the Rust types in a native's signature and back. `#[native]` writes the calls.
//!
//! What a type accepts stands in [`FromArg::TYPES`] and is checked by [`super::check_call`] before a native runs, so
//! a conversion here succeeds; if it does not, the error says that the call was not checked.

use std::ops::Deref;

use ruff_syntax::Code;

use super::{NativeResult, Object, TypeWord};
use crate::error::VmError;
use crate::heap::{Ref, StructRef};
use crate::scheduler::{Deferred, PROMISE};
use crate::value::{Array, Bytes, Dict, Queue, Set, Stack, Str, Value};

/// The arguments of one call, handed out one by one.
pub struct Args<'a> {
    left: &'a mut [Value],
}

impl<'a> Args<'a> {
    /// Starts with the first of `values`.
    #[inline]
    pub fn new(values: &'a mut [Value]) -> Self {
        Args { left: values }
    }

    /// The next argument as the type that the native wants.
    #[inline]
    pub fn take<T: FromArg<'a>>(&mut self) -> NativeResult<T> {
        T::from_args(self)
    }

    /// The next argument, if there is one.
    #[inline]
    fn next(&mut self) -> Option<&'a mut Value> {
        let (first, rest) = std::mem::take(&mut self.left).split_first_mut()?;
        self.left = rest;
        Some(first)
    }

    /// The result of an updating method: its receiver, taken out of the arguments.
    #[inline]
    pub fn receiver(values: &mut [Value]) -> Value {
        values.first_mut().map(std::mem::take).unwrap_or_default()
    }

    /// The result of an updating method that takes an item out: `[receiver, item]`.
    #[inline]
    pub fn receiver_and(values: &mut [Value], item: Value) -> Value {
        Value::array(vec![Args::receiver(values), item])
    }
}

/// A type that a native's parameter can have.
///
/// Borrowing ones (`&str`, `&Array`, `&Value`) are for natives that only look. `&mut Ref<Array>` and `&mut Value` are
/// for updating ones: they change the argument where it is, so that it is still there if they fail. Owning ones
/// (`Str`, `Ref<Array>`, `Value`) take the argument.
pub trait FromArg<'a>: Sized {
    /// What it accepts; empty for any value.
    const TYPES: &'static [TypeWord];
    /// Whether the argument may be missing.
    const OPTIONAL: bool = false;
    /// Whether it takes all remaining arguments.
    const VARIADIC: bool = false;

    /// Converts one argument; `None` for one that [`FromArg::TYPES`] does not include.
    fn from_value(value: &'a mut Value) -> Option<Self>;

    /// Converts the next of `args`.
    #[inline]
    fn from_args(args: &mut Args<'a>) -> NativeResult<Self> {
        args.next().and_then(Self::from_value).ok_or_else(unchecked)
    }
}

#[cold]
fn unchecked() -> VmError {
    VmError::new(Code::ArgumentType, "builtin called with unchecked arguments")
}

macro_rules! from_arg {
    ($($type:ty, $types:expr, $value:ident => $convert:expr;)*) => {$(
        impl<'a> FromArg<'a> for $type {
            const TYPES: &'static [TypeWord] = $types;

            #[inline]
            fn from_value($value: &'a mut Value) -> Option<Self> {
                $convert
            }
        }
    )*};
}

from_arg! {
    Value, &[], value => Some(std::mem::take(value));
    &'a Value, &[], value => Some(value);
    &'a mut Value, &[], value => Some(value);
    &'a str, &[TypeWord::String], value => value.as_str();
    Str, &[TypeWord::String], value => match std::mem::take(value) {
        Value::Short(text) => Some(Str::Short(text)),
        Value::Str(text) => Some(Str::Heap(text)),
        _ => None,
    };
    i64, &[TypeWord::Int], value => match value {
        Value::Int(int) => Some(*int),
        _ => None,
    };
    bool, &[TypeWord::Bool], value => match value {
        Value::Bool(truth) => Some(*truth),
        _ => None,
    };
    f64, &[TypeWord::Number], value => Number::from_value(value).map(Number::to_f64);
    Number, &[TypeWord::Number], value => match value {
        Value::Int(int) => Some(Number::Int(*int)),
        Value::Float(float) => Some(Number::Float(*float)),
        _ => None,
    };
    Whole, &[TypeWord::Finite], value => match value {
        Value::Int(int) => Some(Whole(*int)),
        // Truncates toward zero and saturates, which is all the same to a position or a count.
        Value::Float(float) => Some(Whole(*float as i64)),
        _ => None,
    };
}

macro_rules! from_container {
    ($($type:ident)*) => {
        from_arg! {$(
            &'a $type, &[TypeWord::$type], value => match value {
                Value::$type(object) => Some(object),
                _ => None,
            };
            &'a mut Ref<$type>, &[TypeWord::$type], value => match value {
                Value::$type(object) => Some(object),
                _ => None,
            };
            Ref<$type>, &[TypeWord::$type], value => match std::mem::take(value) {
                Value::$type(object) => Some(object),
                _ => None,
            };
        )*}
    };
}

from_container!(Array Dict Bytes Set Queue Stack);

from_arg! {
    &'a StructRef, &[TypeWord::Struct], value => match value {
        Value::Struct(object) => Some(object),
        _ => None,
    };
}

/// The object that a handle leads to.
impl<'a, T: Object> FromArg<'a> for &'a T {
    const TYPES: &'static [TypeWord] = &[TypeWord::Handle(T::KIND)];

    #[inline]
    fn from_value(value: &'a mut Value) -> Option<Self> {
        match value {
            Value::Handle(handle) => handle.get(),
            _ => None,
        }
    }
}

/// The side of a promise that settles it.
impl<'a> FromArg<'a> for Deferred {
    const TYPES: &'static [TypeWord] = &[TypeWord::Handle(&PROMISE)];

    #[inline]
    fn from_value(value: &'a mut Value) -> Option<Self> {
        Deferred::of(value)
    }
}

impl<'a, T: FromArg<'a>> FromArg<'a> for Option<T> {
    const TYPES: &'static [TypeWord] = T::TYPES;
    const OPTIONAL: bool = true;

    #[inline]
    fn from_value(value: &'a mut Value) -> Option<Self> {
        T::from_value(value).map(Some)
    }

    #[inline]
    fn from_args(args: &mut Args<'a>) -> NativeResult<Self> {
        match args.next() {
            Some(value) => T::from_value(value).map(Some).ok_or_else(unchecked),
            None => Ok(None),
        }
    }
}

/// All remaining arguments.
pub struct Rest<'a>(&'a mut [Value]);

impl Rest<'_> {
    /// Takes the values out.
    pub fn into_vec(self) -> Vec<Value> {
        self.0.iter_mut().map(std::mem::take).collect()
    }
}

impl Deref for Rest<'_> {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        self.0
    }
}

impl<'a> FromArg<'a> for Rest<'a> {
    const TYPES: &'static [TypeWord] = &[];
    const OPTIONAL: bool = true;
    const VARIADIC: bool = true;

    fn from_value(value: &'a mut Value) -> Option<Self> {
        Some(Rest(std::slice::from_mut(value)))
    }

    #[inline]
    fn from_args(args: &mut Args<'a>) -> NativeResult<Self> {
        Ok(Rest(std::mem::take(&mut args.left)))
    }
}

/// An int or a float, kept apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// An int.
    Int(i64),
    /// A float.
    Float(f64),
}

impl Number {
    /// The nearest float.
    #[inline]
    pub fn to_f64(self) -> f64 {
        match self {
            Number::Int(int) => int as f64,
            Number::Float(float) => float,
        }
    }
}

/// A position, size or count: an int, or a finite float truncated toward zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whole(pub i64);

impl Whole {
    /// The number as a count: nothing below zero.
    #[inline]
    pub fn count(self) -> usize {
        usize::try_from(self.0.max(0)).unwrap_or(usize::MAX)
    }

    /// The position of an item among `len`; negative numbers count from the end. `None` outside.
    #[inline]
    pub fn index(self, len: usize) -> Option<usize> {
        let index = self.offset_from_start(len)?;
        (index < len).then_some(index)
    }

    /// The position of a gap before one of `len` items or after the last; negative numbers count from the end.
    /// `None` outside.
    #[inline]
    pub fn gap(self, len: usize) -> Option<usize> {
        let index = self.offset_from_start(len)?;
        (index <= len).then_some(index)
    }

    /// The position of the gap nearest to this one; negative numbers count from the end.
    #[inline]
    pub fn nearest_gap(self, len: usize) -> usize {
        self.offset_from_start(len).map_or(0, |index| index.min(len))
    }

    /// `None` before the first.
    fn offset_from_start(self, len: usize) -> Option<usize> {
        if self.0 >= 0 {
            return Some(usize::try_from(self.0).unwrap_or(usize::MAX));
        }
        len.checked_sub(usize::try_from(self.0.unsigned_abs()).ok()?)
    }
}

/// A type that a native can return.
pub trait IntoResult {
    /// What it is to the program.
    const WORD: &'static str;

    /// The value, or the error.
    fn into_result(self) -> NativeResult<Value>;
}

macro_rules! into_result {
    ($($type:ty, $word:literal, $result:ident => $value:expr;)*) => {$(
        impl IntoResult for $type {
            const WORD: &'static str = $word;

            #[inline]
            fn into_result(self) -> NativeResult<Value> {
                let $result = self;
                Ok($value)
            }
        }
    )*};
}

into_result! {
    (), "null", _nothing => Value::Null;
    bool, "bool", truth => Value::Bool(truth);
    i64, "int", int => Value::Int(int);
    f64, "float", float => Value::Float(float);
    Str, "string", text => text.into();
    &'static str, "string", text => Value::str(text);
    String, "string", text => Value::string(text);
    Value, "any", value => value;
    Vec<Value>, "array", items => Value::array(items);
    Ref<Array>, "array", array => Value::Array(array);
    Ref<Dict>, "dict", dict => Value::Dict(dict);
    Ref<Bytes>, "bytes", bytes => Value::Bytes(bytes);
    Ref<Set>, "set", set => Value::Set(set);
    Ref<Queue>, "queue", queue => Value::Queue(queue);
    Ref<Stack>, "stack", stack => Value::Stack(stack);
}

impl<T: IntoResult> IntoResult for NativeResult<T> {
    const WORD: &'static str = T::WORD;

    #[inline]
    fn into_result(self) -> NativeResult<Value> {
        self.and_then(T::into_result)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_come_in_order_and_optional_ones_may_be_missing() {
        let mut values = [Value::Int(1), Value::Float(2.9), Value::Bool(true)];
        let mut args = Args::new(&mut values);
        assert_eq!(args.take::<i64>().unwrap(), 1);
        assert_eq!(args.take::<Whole>().unwrap(), Whole(2));
        assert_eq!(args.take::<Option<bool>>().unwrap(), Some(true));
        assert_eq!(args.take::<Option<bool>>().unwrap(), None);
        assert!(args.take::<Rest<'_>>().unwrap().is_empty());
    }

    #[test]
    fn unchecked_arguments_are_an_error_and_not_a_crash() {
        let mut values = [Value::Null];
        let mut args = Args::new(&mut values);
        assert!(args.take::<i64>().is_err());
        assert!(args.take::<i64>().is_err());
    }

    #[test]
    fn whole_numbers_as_positions() {
        assert_eq!(Whole(-1).index(3), Some(2));
        assert_eq!(Whole(3).index(3), None);
        assert_eq!(Whole(-4).index(3), None);
        assert_eq!(Whole(3).gap(3), Some(3));
        assert_eq!(Whole(-9).nearest_gap(3), 0);
        assert_eq!(Whole(9).nearest_gap(3), 3);
        assert_eq!(Whole(i64::MIN).nearest_gap(3), 0);
        assert_eq!(Whole(-5).count(), 0);
    }
}
