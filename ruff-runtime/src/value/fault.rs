//! [`ErrorValue`]: an error that the program caught. To the program it is a struct named `Error`.

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use ruff_syntax::Code;

use super::text::shown;
use super::{Str, Sym, Value};
use crate::error::{Ending, Fault, Subject, Trace, VmError};
use crate::heap::{HeapObject, Ref, StructRef};

/// The contents of a caught error.
#[derive(Clone)]
pub struct ErrorValue {
    /// The stable code.
    pub code: Code,
    /// One line for people: the field `message`.
    pub message: Str,
    /// Likely fixes, for those who end up seeing it uncaught.
    pub help: Vec<String>,
    /// Background, likewise.
    pub notes: Vec<String>,
    /// Where it was raised: the fields `line` and `stack`.
    pub trace: Option<Rc<Trace>>,
    /// What it is about, where that is not the code that raised it.
    pub subject: Option<Arc<Subject>>,
    /// The error that led to this one: the field `cause`.
    pub cause: Option<Value>,
    /// What `throw` was given, when it was not a plain string: the field `value`, and a source of more fields.
    pub thrown: Option<Value>,
    /// Which of several things failed: the field `index`.
    pub index: Option<usize>,
    /// Why all of several things failed: the field `errors`.
    pub errors: Option<Value>,
    /// What failed after it, and because of it: the field `suppressed`.
    pub suppressed: Vec<Value>,
    /// A request to end the program on its way through `finally` blocks; no program sees one.
    pub ending: Option<Ending>,
    /// All fields that printing shows, once somebody looked at all of them. They count, since the program may have set
    /// some.
    fields: OnceCell<Vec<(Sym, Value)>>,
}

impl HeapObject for ErrorValue {
    const NESTS: bool = true;
}

impl ErrorValue {
    /// The same error as a value.
    pub fn from_fault(fault: Fault) -> Self {
        let Fault {
            code,
            message,
            help,
            notes,
            trace,
            subject,
            cause,
            thrown,
            index,
            errors,
            suppressed,
            ending,
            fields,
        } = fault;
        let fields = fields.map(OnceCell::from).unwrap_or_default();
        ErrorValue {
            code,
            message,
            help,
            notes,
            trace,
            subject,
            cause,
            thrown,
            index,
            errors,
            suppressed,
            ending,
            fields,
        }
    }

    /// The value for `error` that an `except` clause binds.
    pub fn caught(error: VmError) -> Value {
        Value::Error(ErrorValue::of(error))
    }

    /// The error as something that several can share.
    pub(crate) fn of(error: VmError) -> Ref<ErrorValue> {
        Ref::new(ErrorValue::from_fault(error.into_fault()))
    }

    /// What `throw(value)` raises. A caught error is raised again as it is, with its trace.
    pub fn throw(value: Value) -> VmError {
        let mut cause = None;
        let message = match &value {
            Value::Error(error) => return error.raise_again(),
            Value::Struct(object) => {
                cause = struct_field(object, Sym::CAUSE).cloned();
                match struct_field(object, Sym::MESSAGE).and_then(Value::to_str) {
                    Some(message) => message,
                    None => Str::from_string(format!("{} error", object.shape().name())),
                }
            }
            Value::Dict(dict) => match dict.get("message").and_then(Value::to_str) {
                Some(message) => message,
                None => Str::from_string(shown(&value)),
            },
            other => other.to_str().unwrap_or_else(|| Str::from_string(shown(other))),
        };
        let mut error = VmError::new(Code::Thrown, String::new());
        let fault = error.fault_mut();
        fault.message = message;
        fault.cause = cause;
        fault.thrown = value.as_str().is_none().then_some(value);
        error
    }

    /// The same error again.
    pub(crate) fn raise_again(&self) -> VmError {
        let mut error = VmError::new(self.code, String::new());
        let fault = error.fault_mut();
        fault.message = self.message();
        fault.help.clone_from(&self.help);
        fault.notes.clone_from(&self.notes);
        fault.trace.clone_from(&self.trace);
        fault.subject.clone_from(&self.subject);
        fault.cause = self.cause().cloned();
        fault.thrown.clone_from(&self.thrown);
        fault.index = self.index;
        fault.errors.clone_from(&self.errors);
        fault.suppressed.clone_from(&self.suppressed);
        fault.ending = self.ending;
        fault.fields = self.fields.get().cloned();
        if fault.thrown.is_none() && fault.message != self.message {
            fault.thrown = Some(self.message.clone().into());
        }
        error
    }

    /// The same error, which knows that others were raised because of it.
    pub fn suppressing(&self, later: impl IntoIterator<Item = Value>) -> Ref<ErrorValue> {
        let mut error = self.clone();
        error.suppressed.extend(later);
        if error.fields.get().is_some() && !error.suppressed.is_empty() {
            let suppressed = Value::array(error.suppressed.clone());
            error.set_field(Sym::SUPPRESSED, suppressed);
        }
        Ref::new(error)
    }

    /// Whether this is the same error, raised again somewhere.
    pub(crate) fn is_again(&self, other: &ErrorValue) -> bool {
        match (&self.trace, &other.trace) {
            (Some(trace), Some(other)) => trace.number != 0 && trace.number == other.number,
            _ => false,
        }
    }

    /// The field `name`. What the error lacks is looked for in what was thrown.
    pub fn field(&self, name: Sym) -> Option<Value> {
        let own = match self.fields.get() {
            Some(fields) => find(fields, name).cloned(),
            None => self.original(name),
        };
        own.or_else(|| match (name, self.thrown.as_ref()) {
            (Sym::VALUE, thrown) => Some(thrown.cloned().unwrap_or_else(|| self.message.clone().into())),
            (_, Some(Value::Struct(object))) => struct_field(object, name).cloned(),
            (_, Some(Value::Dict(dict))) => dict.get(name.text()).cloned(),
            _ => None,
        })
    }

    /// A field that printing shows, as it was when the error was raised.
    fn original(&self, name: Sym) -> Option<Value> {
        match name {
            Sym::MESSAGE => Some(self.message.clone().into()),
            Sym::STACK => Some(self.stack()),
            Sym::LINE => Some(Value::Int(self.line().into())),
            Sym::CAUSE => self.cause.clone(),
            Sym::INDEX => self.index.map(|index| Value::Int(i64::try_from(index).unwrap_or(i64::MAX))),
            Sym::ERRORS => self.errors.clone(),
            Sym::KIND => self.kind().map(Value::str),
            Sym::SUPPRESSED if self.suppressed.is_empty() => None,
            Sym::SUPPRESSED => Some(Value::array(self.suppressed.clone())),
            _ => None,
        }
    }

    /// The fields that printing shows, in no order.
    pub fn fields(&self) -> &[(Sym, Value)] {
        self.fields.get_or_init(|| {
            let shown = [
                Sym::MESSAGE,
                Sym::STACK,
                Sym::LINE,
                Sym::CAUSE,
                Sym::INDEX,
                Sym::ERRORS,
                Sym::KIND,
                Sym::SUPPRESSED,
            ];
            shown.into_iter().filter_map(|name| Some((name, self.original(name)?))).collect()
        })
    }

    /// As [`ErrorValue::fields`], if somebody looked at them.
    pub(crate) fn fields_if_seen(&self) -> Option<&Vec<(Sym, Value)>> {
        self.fields.get()
    }

    /// As [`ErrorValue::fields`], in the order of their names.
    pub fn sorted_fields(&self) -> Vec<(&'static str, &Value)> {
        let mut fields: Vec<_> = self.fields().iter().map(|(name, value)| (name.text(), value)).collect();
        fields.sort_unstable_by_key(|(a, _)| *a);
        fields
    }

    /// The field `name` as something to change, of the error itself from then on. `None` if there is none.
    pub fn field_mut(&mut self, name: Sym) -> Option<&mut Value> {
        if name == Sym::VALUE {
            return Some(self.thrown.get_or_insert_with(|| self.message.clone().into()));
        }
        let at = match self.fields().iter().position(|(known, _)| *known == name) {
            Some(at) => at,
            None => {
                let value = self.field(name)?;
                self.add_field(name, value)
            }
        };
        self.fields.get_mut()?.get_mut(at).map(|(_, value)| value)
    }

    /// Sets the field `name`, or adds it.
    pub fn set_field(&mut self, name: Sym, value: Value) {
        match self.field_mut(name) {
            Some(place) => *place = value,
            None => {
                self.add_field(name, value);
            }
        }
    }

    fn add_field(&mut self, name: Sym, value: Value) -> usize {
        self.fields();
        let fields = self.fields.get_mut();
        fields.map_or(0, |fields| {
            fields.push((name, value));
            fields.len() - 1
        })
    }

    /// Values that it refers to.
    pub(crate) fn values(&self) -> impl Iterator<Item = &Value> {
        let fields = self.fields.get().into_iter().flatten().map(|(_, value)| value);
        let others = self.cause.iter().chain(&self.errors).chain(&self.suppressed);
        self.thrown.iter().chain(others).chain(fields)
    }

    /// One line for people, what the program set included.
    pub fn message(&self) -> Str {
        match self.fields.get().and_then(|fields| find(fields, Sym::MESSAGE)) {
            Some(message) => message.to_str().unwrap_or_else(|| Str::from_string(shown(message))),
            None => self.message.clone(),
        }
    }

    /// The error that led to this one, what the program set included.
    pub fn cause(&self) -> Option<&Value> {
        match self.fields.get() {
            Some(fields) => find(fields, Sym::CAUSE),
            None => self.cause.as_ref(),
        }
    }

    /// What programs call it: the field `kind`.
    fn kind(&self) -> Option<&'static str> {
        if self.errors.is_some() { Some("Aggregate") } else { self.code.kind() }
    }

    /// The 1-based line of the failing expression, 0 if unknown.
    pub fn line(&self) -> u32 {
        self.trace.as_deref().map_or(0, Trace::line)
    }

    /// The field `stack`: the names of the functions that were live, outermost first.
    fn stack(&self) -> Value {
        self.trace.as_deref().map_or_else(|| Value::array(Vec::new()), |trace| trace.stack().clone())
    }
}

fn find(fields: &[(Sym, Value)], name: Sym) -> Option<&Value> {
    fields.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
}

fn struct_field(object: &StructRef, name: Sym) -> Option<&Value> {
    let position = object.shape().position(name)?;
    object.fields().get(usize::from(position))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::Shape;
    use crate::value::{Dict, Key, text};

    fn object(name: &str, fields: &[(&str, Value)]) -> Value {
        let names = fields.iter().map(|(name, _)| Sym::new(name)).collect();
        let mut values: Vec<Value> = fields.iter().map(|(_, value)| value.clone()).collect();
        Value::Struct(StructRef::new(Shape::new(Sym::new(name), None, names), &mut values))
    }

    fn thrown(value: Value) -> ErrorValue {
        ErrorValue::from_fault(ErrorValue::throw(value).into_fault())
    }

    #[test]
    fn messages_of_thrown_values() {
        let message = |value| thrown(value).message.to_string();
        assert_eq!(message(Value::str("m")), "m");
        assert_eq!(message(Value::Int(5)), "5");
        assert_eq!(message(Value::ok(Value::str("x"))), "Ok(x)");
        assert_eq!(message(object("S", &[("message", Value::str("m"))])), "m");
        assert_eq!(message(object("S", &[("message", Value::Int(1))])), "S error");
        let dict = |value| Value::Dict(Dict::from_entries([(Key::from("message"), value)]));
        assert_eq!(message(dict(Value::str("m"))), "m");
        assert_eq!(message(dict(Value::Int(1))), "{\"message\": 1}");
    }

    #[test]
    fn fields_of_the_error_and_of_what_was_thrown() {
        let cause = object("C", &[]);
        let error =
            thrown(object("S", &[("message", Value::str("m")), ("cause", cause), ("code", Value::Int(7))]));
        let field = |name| error.field(Sym::new(name)).map(|value| text(&value));
        assert_eq!(field("message").as_deref(), Some("m"));
        assert_eq!(field("stack").as_deref(), Some("[]"));
        assert_eq!(field("line").as_deref(), Some("0"));
        assert_eq!(field("cause").as_deref(), Some("C {  }"));
        assert_eq!(field("code").as_deref(), Some("7"));
        assert_eq!(field("value").as_deref(), Some("S { cause: C {  }, code: 7, message: m }"));
        assert_eq!(field("other"), None);
        assert_eq!(thrown(Value::str("m")).field(Sym::CAUSE).map(|value| text(&value)), None);
        assert_eq!(thrown(Value::str("m")).field(Sym::VALUE).map(|value| text(&value)).as_deref(), Some("m"));
    }

    #[test]
    fn raising_again_keeps_everything() {
        let first = thrown(object("S", &[("code", Value::Int(7))]));
        let again = thrown(Value::Error(Ref::new(first)));
        assert_eq!(again.message, "S error");
        assert_eq!(again.field(Sym::new("code")).map(|value| text(&value)).as_deref(), Some("7"));
    }
}
