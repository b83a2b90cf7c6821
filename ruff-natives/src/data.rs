//! [`Data`]: values as text formats see them, who know numbers, texts, lists and tables and nothing else; and what keeps
//! a value from being written or a text from being read.

use std::borrow::Cow;

use ruff_runtime::native::{Cx, MAX_BYTES};
use ruff_runtime::scheduler::{CHANNEL, PROMISE, TASK};
use ruff_runtime::value::{ErrorValue, Str, Variant, text};
use ruff_runtime::{Value, VmError};
use ruff_syntax::Code;

use crate::place::Place;

/// How deep values may be nested in a text format, read or written, the outermost not counted.
pub(crate) const MAX_DEPTH: usize = 64;

/// A value as a text format sees it: structs and errors are tables, sets, queues and stacks lists, `Some(v)` is `v`.
pub(crate) enum Data<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(&'a str),
    List(Vec<&'a Value>),
    /// Entries in the order of insertion, fields in that of their names.
    Table(Vec<(Str, Cow<'a, Value>)>),
}

/// Why a text of a format stands for no value.
#[derive(Debug)]
pub(crate) enum Unreadable {
    /// Nested too deep.
    Depth,
    /// Anything else, told with its place.
    Mistake(String),
}

impl Unreadable {
    pub(crate) fn at(place: Place, detail: &str) -> Unreadable {
        Unreadable::Mistake(format!("{detail} at {place}"))
    }

    /// The error of the builtin that reads `format`.
    #[cold]
    pub(crate) fn error(&self, cx: &Cx<'_>, format: &str) -> VmError {
        let message = match self {
            Unreadable::Depth => format!("{format} input exceeds maximum nesting depth of {MAX_DEPTH}"),
            Unreadable::Mistake(detail) => format!("{format} parse error: {detail}"),
        };
        cx.fail(Code::Conversion, message)
    }
}

/// Why a value has no text in a format.
#[derive(Debug)]
pub(crate) enum Unwritable {
    /// Nested too deep.
    Depth,
    /// A number that the format does not know.
    NotFinite(f64),
    /// A kind of value that no format knows.
    Kind(String),
    /// The text would be longer than a string can be.
    Size,
}

impl Unwritable {
    /// Refuses a kind of value. Handles that have a text of their own are called by it, channels by their name.
    pub(crate) fn kind(value: &Value) -> Unwritable {
        Unwritable::Kind(match value {
            Value::Handle(handle) if *handle.kind() == CHANNEL => CHANNEL.word.to_owned(),
            Value::Handle(handle) if [&PROMISE, &TASK].contains(&handle.kind()) => text(value),
            _ => value.type_name().to_owned(),
        })
    }

    /// The error of the builtin that writes `format`.
    #[cold]
    pub(crate) fn error(&self, cx: &Cx<'_>, format: &str) -> VmError {
        let message = match self {
            Unwritable::Depth => format!("{format} value exceeds maximum nesting depth of {MAX_DEPTH}"),
            Unwritable::NotFinite(float) => format!("Cannot convert non-finite float {float} to {format}"),
            Unwritable::Kind(kind) => format!("Cannot convert {kind} to {format}"),
            Unwritable::Size => {
                let message = format!("{}() result exceeds maximum size of {MAX_BYTES} bytes", cx.name());
                return cx.fail(Code::ArgumentValue, message);
            }
        };
        cx.fail(Code::Conversion, message)
    }

    /// Refuses what is nested too deep, and what has become too long: parts that are shared in a value are written as
    /// often as they occur in it, so its text can be larger than memory.
    #[inline]
    pub(crate) fn check(depth: usize, out: &str) -> Result<(), Unwritable> {
        if depth > MAX_DEPTH {
            return Err(Unwritable::Depth);
        }
        if out.len() > MAX_BYTES {
            return Err(Unwritable::Size);
        }
        Ok(())
    }
}

impl<'a> Data<'a> {
    pub(crate) fn of(value: &'a Value) -> Result<Data<'a>, Unwritable> {
        let mut value = value;
        while let Value::Tagged(tagged) = value
            && tagged.variant() == Variant::SOME
        {
            value = tagged.payload().first().unwrap_or(&Value::Null);
        }
        Ok(match value {
            Value::Null | Value::Nothing => Data::Null,
            Value::Bool(truth) => Data::Bool(*truth),
            Value::Int(int) => Data::Int(*int),
            Value::Float(float) => Data::Float(*float),
            Value::Short(text) => Data::Text(text.as_str()),
            Value::Str(text) => Data::Text(text.as_str()),
            Value::Array(items) => Data::List(items.iter().collect()),
            Value::Set(items) => Data::List(items.iter().collect()),
            Value::Queue(items) => Data::List(items.iter().collect()),
            Value::Stack(items) => Data::List(items.iter().collect()),
            Value::Dict(dict) => {
                Data::Table(dict.iter().map(|(key, value)| (key.to_str(), Cow::Borrowed(value))).collect())
            }
            Value::Struct(object) => {
                let names = object.shape().fields().iter().map(|name| Str::new(name.text()));
                let mut fields: Vec<_> = names.zip(object.fields().iter().map(Cow::Borrowed)).collect();
                fields.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
                Data::Table(fields)
            }
            Value::Error(error) => Data::Table(error_fields(error)),
            other => return Err(Unwritable::kind(other)),
        })
    }
}

/// The fields of a caught error that printing shows, in the order of their names.
pub(crate) fn error_fields(error: &ErrorValue) -> Vec<(Str, Cow<'_, Value>)> {
    let fields = error.sorted_fields().into_iter();
    fields.map(|(name, value)| (Str::new(name), Cow::Borrowed(value))).collect()
}
