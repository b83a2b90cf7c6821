//! Text of values: as printed, for debugging, and as source code.
//!
//! Nothing here recurses: nested data is written with a list of what is still to come.
//!
//! Containers are shared, so a value of a few hundred bytes can have a text larger than memory: `x := [x, x]` doubles
//! it. A text that has become longer than a string may be is left unfinished; whoever makes a string of it looks at
//! its length and refuses it.

use std::fmt::Write;

use super::digits::{Digits, push_plain_float};
use super::{Bindable, Key, Tagged, Value};
use crate::heap::StructRef;
use crate::native::MAX_BYTES;

/// Adds the printed text of `value` to `out`: what `print`, `to_string` and interpolation show.
#[inline]
pub fn write_text(out: &mut String, value: &Value) {
    match value {
        Value::Short(text) => out.push_str(text.as_str()),
        Value::Str(text) => out.push_str(text.as_str()),
        Value::Int(int) => out.push_str(Digits::new(*int).as_str()),
        _ => write(out, value, Style::Print),
    }
}

/// The printed text of `value`.
pub fn text(value: &Value) -> String {
    let mut out = String::new();
    write_text(&mut out, value);
    out
}

/// The text that `debug` and assertions show: every scalar with its kind.
pub fn debug_text(value: &Value) -> String {
    let mut out = String::new();
    write(&mut out, value, Style::Debug);
    out
}

/// The printed text of `value` as part of a message; of a value whose text is longer than a string may be, what it is.
pub fn shown(value: &Value) -> String {
    unless_too_long(text(value), value)
}

/// The same with the text that `debug` and assertions show.
pub fn debug_shown(value: &Value) -> String {
    unless_too_long(debug_text(value), value)
}

fn unless_too_long(text: String, value: &Value) -> String {
    if text.len() <= MAX_BYTES { text } else { format!("<{} too large to show>", value.type_name()) }
}

/// The text as source code: strings quoted and escaped, floats with a fraction.
pub fn source_text(value: &Value) -> String {
    let mut out = String::new();
    write(&mut out, value, Style::Source);
    out
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Print,
    Debug,
    Source,
}

/// What is still to be written, the next thing last.
enum Step<'a> {
    Value(&'a Value),
    Items { items: Items<'a>, is_first: bool, separator: &'static str, close: &'static str },
    Pairs { pairs: std::vec::IntoIter<(Label<'a>, &'a Value)>, is_first: bool, close: &'static str },
}

enum Items<'a> {
    Slice(std::slice::Iter<'a, Value>),
    Listed(std::vec::IntoIter<&'a Value>),
}

impl<'a> Iterator for Items<'a> {
    type Item = &'a Value;

    fn next(&mut self) -> Option<&'a Value> {
        match self {
            Items::Slice(items) => items.next(),
            Items::Listed(items) => items.next(),
        }
    }
}

/// What stands before an entry or a field.
enum Label<'a> {
    Key(&'a Key),
    Field(&'static str),
}

fn write(out: &mut String, value: &Value, style: Style) {
    let mut steps = vec![Step::Value(value)];
    while let Some(step) = steps.pop() {
        if out.len() > MAX_BYTES {
            return;
        }
        match step {
            Step::Value(value) => {
                if !scalar(out, value, style) {
                    open(out, value, style, &mut steps);
                }
            }
            Step::Items { mut items, mut is_first, separator, close } => loop {
                let Some(item) = items.next().filter(|_| out.len() <= MAX_BYTES) else {
                    out.push_str(close);
                    break;
                };
                if !is_first {
                    out.push_str(separator);
                }
                is_first = false;
                // Scalars are written at once; a container is written before the rest of this one.
                if !scalar(out, item, style) {
                    steps.push(Step::Items { items, is_first, separator, close });
                    open(out, item, style, &mut steps);
                    break;
                }
            },
            Step::Pairs { mut pairs, mut is_first, close } => loop {
                let Some((label, value)) = pairs.next().filter(|_| out.len() <= MAX_BYTES) else {
                    out.push_str(close);
                    break;
                };
                if !is_first {
                    out.push_str(", ");
                }
                is_first = false;
                write_label(out, &label, style);
                if !scalar(out, value, style) {
                    steps.push(Step::Pairs { pairs, is_first, close });
                    open(out, value, style, &mut steps);
                    break;
                }
            },
        }
    }
}

/// Writes a value that holds no others; false if it holds some.
fn scalar(out: &mut String, value: &Value, style: Style) -> bool {
    match value {
        Value::Int(int) => wrapped(out, style, "Int", Digits::new(*int).as_str()),
        Value::Float(float) => write_float(out, *float, style),
        Value::Bool(truth) => wrapped(out, style, "Bool", if *truth { "true" } else { "false" }),
        Value::Null | Value::Undefined | Value::Cell(_) => {
            out.push_str(if style == Style::Debug { "Null" } else { "null" });
        }
        Value::Nothing => out.push_str("None"),
        Value::Short(text) => write_string(out, text.as_str(), style),
        Value::Str(text) => write_string(out, text.as_str(), style),
        Value::Native(..)
        | Value::Closure(_)
        | Value::Bound(_)
        | Value::Host(_)
        | Value::Bytes(_)
        | Value::Generator(_)
        | Value::StructDef(_)
        | Value::Module(_)
        | Value::Handle(_) => write_opaque(out, value, style),
        Value::Array(_)
        | Value::Dict(_)
        | Value::Struct(_)
        | Value::Tagged(_)
        | Value::Set(_)
        | Value::Queue(_)
        | Value::Stack(_)
        | Value::Error(_) => return false,
    }
    true
}

fn wrapped(out: &mut String, style: Style, kind: &str, text: &str) {
    if style == Style::Debug {
        out.extend([kind, "(", text, ")"]);
    } else {
        out.push_str(text);
    }
}

fn write_string(out: &mut String, text: &str, style: Style) {
    match style {
        Style::Print => out.push_str(text),
        Style::Debug => out.extend(["String(\"", text, "\")"]),
        Style::Source => quote(out, text),
    }
}

/// As a string literal.
fn quote(out: &mut String, text: &str) {
    out.push('"');
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '$' if chars.peek() == Some(&'{') => out.push_str("\\$"),
            char => out.push(char),
        }
    }
    out.push('"');
}

/// The shortest digits that read back as the same float, never with an exponent.
fn write_float(out: &mut String, float: f64, style: Style) {
    if style == Style::Debug {
        out.push_str("Float(");
    }
    if !push_plain_float(out, float) {
        // Writing to a string cannot fail.
        let _ = write!(out, "{float}");
    }
    match style {
        Style::Debug => out.push(')'),
        Style::Source if float.trunc() == float && float.is_finite() => out.push_str(".0"),
        _ => {}
    }
}

/// Functions, handles and other things without contents to show.
fn write_opaque(out: &mut String, value: &Value, style: Style) {
    let is_debug = style == Style::Debug;
    // Writing to a string cannot fail.
    let _ = match value {
        Value::Native(alias, def) if is_debug => write!(out, "NativeFunction({})", def.name_at(*alias)),
        Value::Native(alias, def) => write!(out, "<native function: {}>", def.name_at(*alias)),
        Value::Closure(function) => write_function(out, &function.proto.name, is_debug),
        Value::Bound(bound) => match &bound.method {
            Bindable::Closure(method) => write_function(out, &method.proto.name, is_debug),
            Bindable::Native(def) if is_debug => write!(out, "NativeFunction({})", def.name),
            Bindable::Native(def) => write!(out, "<native function: {}>", def.name),
        },
        Value::Host(function) => write_function(out, &function.name, is_debug),
        Value::Bytes(bytes) if is_debug => write!(out, "Bytes({} bytes)", bytes.len()),
        Value::Bytes(bytes) => write!(out, "<bytes: {}>", bytes.len()),
        Value::StructDef(def) if is_debug => write!(out, "Struct({})", def.name),
        Value::StructDef(def) => write!(out, "<struct: {}>", def.name),
        Value::Module(module) if is_debug => write!(out, "Module({})", module.name),
        Value::Module(module) => write!(out, "<module: {}>", module.name),
        Value::Handle(handle) => match handle.text() {
            Some(text) => out.write_str(&text),
            None if is_debug => out.write_str(handle.kind().word),
            None => write!(out, "<{}>", handle.kind().type_name),
        },
        handle if is_debug => {
            let mut name = handle.type_name().to_owned();
            if let Some(first) = name.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            out.write_str(&name)
        }
        handle => write!(out, "<{}>", handle.type_name()),
    };
}

fn write_function(out: &mut String, name: &str, is_debug: bool) -> std::fmt::Result {
    if is_debug { write!(out, "Function({name})") } else { write!(out, "<function: {name}>") }
}

/// Writes how a container starts and puts down what is still to come.
fn open<'a>(out: &mut String, value: &'a Value, style: Style, steps: &mut Vec<Step<'a>>) {
    let is_debug = style == Style::Debug;
    let listed = |items: Vec<&'a Value>| Items::Listed(items.into_iter());
    let step = match value {
        Value::Array(array) => {
            out.push_str(if is_debug { "Array[" } else { "[" });
            items(Items::Slice(array.iter()), ", ", "]")
        }
        Value::Dict(dict) => {
            out.push_str(if is_debug { "Dict{" } else { "{" });
            let entries: Vec<_> =
                dict.sorted().into_iter().map(|(key, value)| (Label::Key(key), value)).collect();
            Step::Pairs { pairs: entries.into_iter(), is_first: true, close: "}" }
        }
        Value::Struct(object) => open_struct(out, object, style),
        Value::Tagged(tagged) => match open_variant(out, tagged) {
            Some(step) => step,
            None => return,
        },
        Value::Set(set) => {
            out.push_str("Set{");
            items(listed(set.iter().collect()), ", ", "}")
        }
        Value::Queue(queue) => {
            out.push_str("Queue[");
            items(listed(queue.iter().collect()), ", ", "]")
        }
        Value::Stack(stack) => {
            out.push_str("Stack[");
            items(Items::Slice(stack.iter()), ", ", "]")
        }
        Value::Error(error) => open_fields(out, "Error", error.sorted_fields(), style),
        _ => return,
    };
    steps.push(step);
}

fn open_variant<'a>(out: &mut String, tagged: &'a Tagged) -> Option<Step<'a>> {
    let variant = tagged.variant();
    if !variant.is_builtin() {
        out.push_str(variant.owner.text());
        out.push_str("::");
    }
    out.push_str(variant.name.text());
    if tagged.payload().is_empty() {
        return None;
    }
    out.push('(');
    Some(items(Items::Slice(tagged.payload().iter()), ",", ")"))
}

fn items<'a>(items: Items<'a>, separator: &'static str, close: &'static str) -> Step<'a> {
    Step::Items { items, is_first: true, separator, close }
}

fn open_struct<'a>(out: &mut String, object: &'a StructRef, style: Style) -> Step<'a> {
    let fields = object.shape().fields().iter().map(|field| field.text());
    let mut fields: Vec<_> = fields.zip(object.fields()).collect();
    fields.sort_unstable_by_key(|(a, _)| *a);
    open_fields(out, object.shape().name().text(), fields, style)
}

fn open_fields<'a>(
    out: &mut String,
    name: &str,
    fields: Vec<(&'static str, &'a Value)>,
    style: Style,
) -> Step<'a> {
    let is_debug = style == Style::Debug;
    out.extend([name, if is_debug { "{" } else { " { " }]);
    let fields: Vec<_> = fields.into_iter().map(|(name, value)| (Label::Field(name), value)).collect();
    Step::Pairs { pairs: fields.into_iter(), is_first: true, close: if is_debug { "}" } else { " }" } }
}

fn write_label(out: &mut String, label: &Label<'_>, style: Style) {
    match label {
        Label::Key(key) => key.with_text(|key| match style {
            Style::Print => out.extend(["\"", key, "\""]),
            Style::Debug => out.push_str(key),
            Style::Source => quote(out, key),
        }),
        Label::Field(name) => out.push_str(name),
    }
    out.push_str(": ");
}

#[cfg(test)]
mod tests;
