//! [`ErrorValue`]: an error that the program caught. To the program it is a struct named `Error`.

use std::rc::Rc;

use ruff_syntax::Code;

use super::text::text;
use super::{Str, Sym, Value};
use crate::error::{Ending, Fault, Trace, VmError};
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
    /// Where it was raised: the fields `line` and `stack`.
    pub trace: Option<Rc<Trace>>,
    /// The error that led to this one: the field `cause`.
    pub cause: Option<Value>,
    /// What `throw` was given, when it was not a plain string: the field `value`, and a source of more fields.
    pub thrown: Option<Value>,
    /// A request to end the program on its way through `finally` blocks; no program sees one.
    pub ending: Option<Ending>,
}

impl HeapObject for ErrorValue {
    const NESTS: bool = true;
}

impl ErrorValue {
    /// The same error as a value.
    pub fn from_fault(fault: Fault) -> Self {
        let Fault { code, message, help, trace, cause, thrown, ending } = fault;
        ErrorValue { code, message, help, trace, cause, thrown, ending }
    }

    /// The value for `error` that an `except` clause binds.
    pub fn caught(error: VmError) -> Value {
        Value::Error(Ref::new(ErrorValue::from_fault(error.into_fault())))
    }

    /// What `throw(value)` raises. A caught error is raised again as it was, with its trace.
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
                None => Str::from_string(text(&value)),
            },
            other => other.to_str().unwrap_or_else(|| Str::from_string(text(other))),
        };
        let mut error = VmError::new(Code::Thrown, String::new());
        let fault = error.fault_mut();
        fault.message = message;
        fault.cause = cause;
        fault.thrown = value.as_str().is_none().then_some(value);
        error
    }

    fn raise_again(&self) -> VmError {
        let mut error = VmError::new(self.code, String::new());
        let fault = error.fault_mut();
        fault.message.clone_from(&self.message);
        fault.help.clone_from(&self.help);
        fault.trace.clone_from(&self.trace);
        fault.cause.clone_from(&self.cause);
        fault.thrown.clone_from(&self.thrown);
        fault.ending = self.ending;
        error
    }

    /// The field `name`. What the error lacks is looked for in what was thrown.
    pub fn field(&self, name: Sym) -> Option<Value> {
        let own = match name {
            Sym::MESSAGE => Some(self.message.clone().into()),
            Sym::STACK => Some(self.stack()),
            Sym::LINE => Some(Value::Int(self.line().into())),
            Sym::CAUSE => self.cause.clone(),
            Sym::VALUE => Some(self.thrown.clone().unwrap_or_else(|| self.message.clone().into())),
            _ => None,
        };
        own.or_else(|| match self.thrown.as_ref()? {
            Value::Struct(object) => struct_field(object, name).cloned(),
            Value::Dict(dict) => dict.get(&*name.text()).cloned(),
            _ => None,
        })
    }

    /// The 1-based line of the failing expression, 0 if unknown.
    pub fn line(&self) -> u32 {
        self.trace.as_deref().map_or(0, Trace::line)
    }

    /// The names of the functions that were live, outermost first.
    pub fn stack_names(&self) -> Vec<String> {
        self.trace.as_deref().map(Trace::names).unwrap_or_default()
    }

    /// The field `stack`, made once for all who share the trace.
    fn stack(&self) -> Value {
        let Some(trace) = self.trace.as_deref() else { return Value::array(Vec::new()) };
        let mut names = trace.names.borrow_mut();
        names
            .get_or_insert_with(|| Value::array(trace.names().into_iter().map(Value::string).collect()))
            .clone()
    }
}

fn struct_field(object: &StructRef, name: Sym) -> Option<&Value> {
    let position = object.shape().position(name)?;
    object.fields().get(usize::from(position))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::Shape;
    use crate::value::{Dict, Key};

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
