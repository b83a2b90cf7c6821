//! The checks before a builtin runs: capability, number of arguments, types, in that order. The texts are the same
//! for all builtins.

use ruff_syntax::Code;

use super::{NativeDef, NativeResult, Param, TypeWord};
use crate::capability::{Capability, Permissions};
use crate::error::VmError;
use crate::value::Value;

/// How a builtin was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallForm {
    /// `push(xs, 1)`
    Function,
    /// `xs.push(1)`: messages do not count the receiver.
    Method,
}

/// Checks that the program may do what `def` needs.
#[inline]
pub fn check_capability(def: &NativeDef, alias: u8, permissions: Permissions) -> NativeResult<()> {
    match def.capabilities.iter().find(|&&capability| !permissions.allows(capability)) {
        Some(&capability) => Err(denied(def, alias, capability)),
        None => Ok(()),
    }
}

#[cold]
fn denied(def: &NativeDef, alias: u8, capability: Capability) -> VmError {
    let (needed, flag, name) = (capability.name(), capability.flag(), def.name_at(alias));
    let message = format!("Capability denied: {needed} required for {name}; rerun with {flag}");
    VmError::new(Code::CapabilityDenied, message)
}

/// Checks the number and the types of `args`, the receiver of a method call included.
#[inline]
pub fn check_call(def: &NativeDef, alias: u8, args: &[Value], form: CallForm) -> NativeResult<()> {
    let params = def.params;
    // The receiver of an own method was looked at when the method was looked for.
    let known = usize::from(def.on.is_some());
    let fits = |(param, arg): (&Param, &Value)| param.accepts.contains(arg);
    if args.len() == params.len() && params.iter().zip(args).skip(known).all(fits) {
        return Ok(());
    }
    check_thoroughly(def, alias, args, form)
}

/// As [`check_call`], for calls with another number of arguments than parameters, and wrong ones.
#[inline(never)]
fn check_thoroughly(def: &NativeDef, alias: u8, args: &[Value], form: CallForm) -> NativeResult<()> {
    let too_many = def.max_args().is_some_and(|max| args.len() > max);
    if too_many || args.len() < def.min_args() {
        return Err(wrong_count(def, alias, args.len(), form));
    }
    let last = def.params.last();
    for (index, arg) in args.iter().enumerate() {
        let Some(param) = def.params.get(index).or(last) else { break };
        if !param.accepts.contains(arg) && !param.accepts_handle(arg) {
            return Err(wrong_type(def, alias, param, arg));
        }
    }
    Ok(())
}

#[cold]
fn wrong_count(def: &NativeDef, alias: u8, count: usize, form: CallForm) -> VmError {
    let uncounted = usize::from(form == CallForm::Method);
    let got = count.saturating_sub(uncounted);
    let min = def.min_args().saturating_sub(uncounted);
    let max = def.max_args().map(|max| max.saturating_sub(uncounted));
    let expected = match max {
        // As for methods of the program.
        _ if def.on.is_some() => return wrong_count_of_own(def, alias, (min, max), got),
        Some(max) if max == min => plural(min),
        Some(max) if max == min + 1 => format!("{min} or {max} arguments"),
        Some(max) => format!("{min} to {max} arguments"),
        None => format!("at least {}", plural(min)),
    };
    let message = format!("{}() expects {expected}, got {got}", def.name_at(alias));
    VmError::new(Code::CallArity, message).with_help(signature_help(def, alias))
}

#[cold]
fn wrong_count_of_own(def: &NativeDef, alias: u8, (min, max): (usize, Option<usize>), got: usize) -> VmError {
    let expected = match max {
        Some(max) if max == min => format!("{min} arguments"),
        Some(max) => format!("{min} to {max} arguments"),
        None => format!("at least {min} arguments"),
    };
    let message = format!("{} expects {expected}, got {got}", def.name_at(alias));
    VmError::new(Code::CallArity, message).with_help(signature_help(def, alias))
}

fn plural(count: usize) -> String {
    format!("{count} argument{}", if count == 1 { "" } else { "s" })
}

#[cold]
fn wrong_type(def: &NativeDef, alias: u8, param: &Param, arg: &Value) -> VmError {
    let message = format!(
        "{}() requires {} argument for {}, got {}",
        def.name_at(alias),
        TypeWord::phrase(param.types),
        param.name,
        arg.type_name()
    );
    VmError::new(Code::ArgumentType, message).with_help(signature_help(def, alias))
}

fn signature_help(def: &NativeDef, alias: u8) -> String {
    format!("signature: {}", def.signature(alias))
}

impl Param {
    /// Whether `value` is a handle of one of the kinds it accepts, which [`Param::accepts`] does not tell.
    fn accepts_handle(&self, value: &Value) -> bool {
        let Value::Handle(handle) = value else { return false };
        self.types.iter().any(|word| matches!(word, TypeWord::Handle(kind) if *kind == handle.kind()))
    }
}

impl TypeWord {
    /// The word in messages and signatures.
    pub const fn word(self) -> &'static str {
        match self {
            TypeWord::Int => "int",
            TypeWord::Float => "float",
            TypeWord::Number | TypeWord::Finite => "number",
            TypeWord::String => "string",
            TypeWord::Bool => "bool",
            TypeWord::Null => "null",
            TypeWord::Array => "array",
            TypeWord::Dict => "dict",
            TypeWord::Bytes => "bytes",
            TypeWord::Set => "set",
            TypeWord::Queue => "queue",
            TypeWord::Stack => "stack",
            TypeWord::Iterator => "iterator",
            TypeWord::Function => "function",
            TypeWord::Struct => "struct",
            TypeWord::Handle(kind) => kind.type_name,
        }
    }

    /// The word for a result of the first of `types`; `any` if there is none.
    pub const fn result(types: &[TypeWord]) -> &'static str {
        match types {
            [first, ..] => first.word(),
            [] => "any",
        }
    }

    /// `types` as messages name them: `a string`, `an array or dict`, `a string, array or dict`.
    pub fn phrase(types: &[TypeWord]) -> String {
        let Some((first, others)) = types.split_first() else { return "any".to_owned() };
        let article = if first.word().starts_with(['a', 'i']) { "an" } else { "a" };
        let mut phrase = format!("{article} {}", first.word());
        for (index, other) in others.iter().enumerate() {
            phrase.push_str(if index + 1 == others.len() { " or " } else { ", " });
            phrase.push_str(other.word());
        }
        phrase
    }

    /// The kinds of values that it speaks of.
    const fn kinds(self) -> u32 {
        match self {
            TypeWord::Int => 1 << INT,
            TypeWord::Float => 1 << FINITE | 1 << NOT_FINITE,
            TypeWord::Number => 1 << INT | 1 << FINITE | 1 << NOT_FINITE,
            TypeWord::Finite => 1 << INT | 1 << FINITE,
            TypeWord::String => 1 << STRING,
            TypeWord::Bool => 1 << BOOL,
            TypeWord::Null => 1 << NULL,
            TypeWord::Array => 1 << ARRAY,
            TypeWord::Dict => 1 << DICT,
            TypeWord::Bytes => 1 << BYTES,
            TypeWord::Set => 1 << SET,
            TypeWord::Queue => 1 << QUEUE,
            TypeWord::Stack => 1 << STACK,
            TypeWord::Iterator => 1 << ITERATOR,
            TypeWord::Function => 1 << FUNCTION,
            TypeWord::Struct => 1 << STRUCT,
            // There are too many kinds for a bit each.
            TypeWord::Handle(_) => 0,
        }
    }
}

const INT: u32 = 0;
const FINITE: u32 = 1;
const NOT_FINITE: u32 = 2;
const STRING: u32 = 3;
const BOOL: u32 = 4;
const NULL: u32 = 5;
const ARRAY: u32 = 6;
const DICT: u32 = 7;
const BYTES: u32 = 8;
const SET: u32 = 9;
const QUEUE: u32 = 10;
const STACK: u32 = 11;
const ITERATOR: u32 = 12;
const FUNCTION: u32 = 13;
const STRUCT: u32 = 14;
const OTHER: u32 = 15;

/// A set of kinds of values, one bit a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypeSet(u32);

impl TypeSet {
    /// The values that any of `types` speaks of; every value if there is none.
    pub const fn of(types: &[TypeWord]) -> Self {
        if types.is_empty() {
            return TypeSet(u32::MAX);
        }
        let mut kinds = 0;
        let mut rest = types;
        // A `for` loop is not allowed in a constant.
        while let [first, others @ ..] = rest {
            kinds |= first.kinds();
            rest = others;
        }
        TypeSet(kinds)
    }

    /// Whether `value` is of one of the kinds.
    #[inline]
    pub fn contains(self, value: &Value) -> bool {
        self.0 == u32::MAX || self.0 >> kind(value) & 1 != 0
    }
}

#[inline]
fn kind(value: &Value) -> u32 {
    match value {
        Value::Int(_) => INT,
        Value::Float(float) if float.is_finite() => FINITE,
        Value::Float(_) => NOT_FINITE,
        Value::Bool(_) => BOOL,
        Value::Null => NULL,
        Value::Short(_) | Value::Str(_) => STRING,
        Value::Native(..) | Value::Closure(_) | Value::Bound(_) | Value::Host(_) => FUNCTION,
        Value::Array(_) => ARRAY,
        Value::Dict(_) => DICT,
        Value::Struct(_) | Value::Error(_) => STRUCT,
        Value::Bytes(_) => BYTES,
        Value::Set(_) => SET,
        Value::Queue(_) => QUEUE,
        Value::Stack(_) => STACK,
        Value::Generator(_) => ITERATOR,
        Value::Handle(_)
        | Value::Nothing
        | Value::Undefined
        | Value::Tagged(_)
        | Value::StructDef(_)
        | Value::Module(_)
        | Value::Cell(_) => OTHER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capability::Capability;
    use crate::native::{NativeBody, Object, ObjectKind, Undo, Updates};
    use crate::value::Handle;

    const fn native(params: &'static [Param]) -> NativeDef {
        NativeDef {
            name: "f",
            aliases: &["g"],
            family: "tests",
            params,
            returns: "any",
            capabilities: &[Capability::FsRead],
            global: true,
            method: true,
            on: None,
            updates: Updates::No,
            undo: Undo::Copy,
            pure: true,
            doc: "",
            since: "2.0",
            body: NativeBody::Ruff(""),
        }
    }

    const TEXT: Param = Param::new("text", &[TypeWord::String], false, false);
    const COUNT: Param = Param::new("count", &[TypeWord::Finite], true, false);
    const LIST: Param = Param::new("list", &[TypeWord::Array, TypeWord::Dict, TypeWord::Set], false, false);
    const MORE: Param = Param::new("more", &[TypeWord::Int], true, true);

    fn message(def: &NativeDef, alias: u8, args: &[Value], form: CallForm) -> String {
        let error = check_call(def, alias, args, form).unwrap_err();
        assert_eq!(error.fault().help, [format!("signature: {}", def.signature(alias))]);
        error.fault().message.to_string()
    }

    #[test]
    fn counts() {
        let one = native(&[TEXT]);
        assert_eq!(message(&one, 0, &[], CallForm::Function), "f() expects 1 argument, got 0");
        assert_eq!(
            message(&one, 1, &[Value::Null, Value::Null], CallForm::Method),
            "g() expects 0 arguments, got 1"
        );
        let optional = native(&[TEXT, COUNT]);
        assert_eq!(message(&optional, 0, &[], CallForm::Function), "f() expects 1 or 2 arguments, got 0");
        let three = vec![Value::Null; 3];
        assert_eq!(message(&optional, 0, &three, CallForm::Method), "f() expects 0 or 1 arguments, got 2");
        let wide = native(&[TEXT, COUNT, COUNT]);
        assert_eq!(message(&wide, 0, &[], CallForm::Function), "f() expects 1 to 3 arguments, got 0");
        let variadic = native(&[TEXT, MORE]);
        assert_eq!(message(&variadic, 0, &[], CallForm::Function), "f() expects at least 1 argument, got 0");
    }

    #[test]
    fn counts_of_own_methods() {
        let own = |params| NativeDef {
            name: "Box.put",
            on: Some("Box"),
            global: false,
            method: false,
            ..native(params)
        };
        let check = |def: &NativeDef, count| message(def, 0, &vec![Value::Null; count], CallForm::Method);
        assert_eq!(check(&own(&[LIST]), 2), "Box.put expects 0 arguments, got 1");
        assert_eq!(check(&own(&[LIST, TEXT]), 3), "Box.put expects 1 arguments, got 2");
        assert_eq!(check(&own(&[LIST, TEXT, COUNT]), 1), "Box.put expects 1 to 2 arguments, got 0");
        assert_eq!(own(&[LIST, TEXT, COUNT]).signature(0), "Box.put(text, count?)");
        assert_eq!(own(&[LIST]).method_name(), "put");
        assert_eq!(check(&own(&[TEXT, TEXT]), 2), "Box.put() requires a string argument for text, got null");
    }

    #[test]
    fn handles_of_the_right_kind() {
        static BOX: ObjectKind = ObjectKind { type_name: "box", word: "Box" };
        static LID: ObjectKind = ObjectKind { type_name: "lid", word: "Lid" };
        struct Lid;
        impl Object for Lid {
            const KIND: &'static ObjectKind = &LID;
        }
        const WORDS: &[TypeWord] = &[TypeWord::Handle(&BOX)];
        const BOTH: &[TypeWord] = &[TypeWord::Handle(&BOX), TypeWord::Handle(&LID)];
        const HANDLE: Param = Param::new("box", WORDS, false, false);
        const EITHER: Param = Param::new("it", BOTH, false, false);
        let lid = [Value::Handle(Handle::new(Lid))];
        assert_eq!(
            message(&native(&[HANDLE]), 0, &lid, CallForm::Function),
            "f() requires a box argument for box, got lid"
        );
        assert!(check_call(&native(&[EITHER]), 0, &lid, CallForm::Function).is_ok());
        assert!(check_call(&native(&[EITHER]), 0, &[Value::Null], CallForm::Function).is_err());
    }

    #[test]
    fn types_from_left_to_right() {
        let def = native(&[TEXT, LIST, COUNT]);
        let text = Value::str("x");
        let list = Value::array(vec![]);
        let check = |args: &[Value]| message(&def, 0, args, CallForm::Function);
        assert_eq!(check(&[Value::Null, Value::Null]), "f() requires a string argument for text, got null");
        assert_eq!(
            check(&[text.clone(), text.clone()]),
            "f() requires an array, dict or set argument for list, got string"
        );
        let nan = Value::Float(f64::NAN);
        assert_eq!(
            check(&[text.clone(), list.clone(), nan]),
            "f() requires a number argument for count, got float"
        );
        assert!(
            check_call(&def, 0, &[text.clone(), list.clone(), Value::Float(1.5)], CallForm::Function).is_ok()
        );
        assert!(check_call(&def, 0, &[text, list], CallForm::Function).is_ok());
    }

    #[test]
    fn every_variadic_argument_is_checked() {
        let def = native(&[MORE]);
        assert!(check_call(&def, 0, &[], CallForm::Function).is_ok());
        let args = [Value::Int(1), Value::Int(2), Value::Null];
        assert_eq!(
            message(&def, 0, &args, CallForm::Function),
            "f() requires an int argument for more, got null"
        );
    }

    #[test]
    fn a_missing_capability() {
        let def = native(&[]);
        assert!(check_capability(&def, 0, Permissions::all()).is_ok());
        let error = check_capability(&def, 1, Permissions::none()).unwrap_err();
        assert_eq!(
            &*error.fault().message,
            "Capability denied: filesystem-read required for g; rerun with --allow-fs-read"
        );
    }
}
