//! Indexing: `v[i]` on arrays, strings, dicts and bytes, read and written.

use ruff_syntax::Code;

use super::{Vm, VmResult};
use crate::bytecode::op::{KILL_B, KILL_C};
use crate::bytecode::{Instr, Op};
use crate::error::VmError;
use crate::heap::Ref;
use crate::value::{Array, Dict, KeyRef, Value, check_depth, depth_around, source_text};

impl Vm {
    /// `GetIndex` and its forms.
    #[inline(never)]
    pub(super) fn get_index(&mut self, instr: Instr) -> VmResult {
        let number;
        let index = match instr.op {
            Op::GetIndexI => {
                number = Value::Int(i64::from(instr.imm_c()));
                &number
            }
            Op::GetIndexK => self.constant(instr.c),
            _ => self.reg(instr.c),
        };
        let value = read_index(self.reg(instr.b), index)?;
        if instr.op == Op::GetIndex {
            self.release(instr, instr.c, KILL_C);
        }
        self.release(instr, instr.b, KILL_B);
        self.set_reg(instr.a, value);
        Ok(())
    }

    /// `SetIndex`
    #[inline(never)]
    pub(super) fn set_index(&mut self, instr: Instr) -> VmResult {
        let value = self.operand(instr, instr.c, KILL_C);
        let index = self.reg(instr.b).clone();
        write_index(self.reg_mut(instr.a), &index, value)
    }
}

/// `container[index]`
pub(super) fn read_index(container: &Value, index: &Value) -> VmResult<Value> {
    match (container, index) {
        (Value::Array(array), Value::Int(at)) => match position(*at, array.len()) {
            Some(at) => Ok(array.get(at).cloned().unwrap_or_default()),
            None => Err(out_of_bounds(*at, array.len())),
        },
        (Value::Dict(dict), _) => match KeyRef::from_value(index) {
            Some(key) => dict.get(key).cloned().ok_or_else(|| missing_key(dict, index)),
            None => Err(invalid_index(container, index)),
        },
        (Value::Bytes(bytes), Value::Int(at)) => match position(*at, bytes.len()) {
            Some(at) => Ok(Value::Int(bytes.get(at).copied().map_or(0, i64::from))),
            None => Err(out_of_bounds(*at, bytes.len())),
        },
        (text, Value::Int(at)) => match text.to_str() {
            Some(text) => match text.char_at(*at) {
                Some(character) => Ok(character.into()),
                None => Err(out_of_bounds(*at, text.char_count())),
            },
            None => Err(invalid_index(container, index)),
        },
        _ => Err(invalid_index(container, index)),
    }
}

#[cold]
fn missing_key(dict: &Dict, key: &Value) -> VmError {
    let error = VmError::new(Code::MissingKey, format!("Missing map key: {}", source_text(key)));
    let keys: Vec<String> = dict.iter().map(|(key, _)| key.to_str().to_string()).collect();
    let meant =
        key.as_str().and_then(|key| ruff_syntax::diagnostic::closest(key, keys.iter().map(String::as_str)));
    match meant {
        Some(meant) => error.with_help(format!("Did you mean '{meant}'?")),
        None => error.with_help(
            "get(dict, key) gives null for a missing key, get_default(dict, key, value) a default",
        ),
    }
}

/// The position that an index means: negative ones count from the end.
pub(super) fn position(index: i64, len: usize) -> Option<usize> {
    let at = if index < 0 { index.checked_add(i64::try_from(len).ok()?)? } else { index };
    usize::try_from(at).ok().filter(|&at| at < len)
}

#[cold]
pub(super) fn out_of_bounds(index: i64, len: usize) -> VmError {
    VmError::new(Code::IndexOutOfBounds, format!("Index out of bounds: {index}")).with_help(match len {
        0 => "there are no elements".to_owned(),
        1 => "there is one element: index 0".to_owned(),
        _ => format!("there are {len} elements: indexes 0 to {}", len - 1),
    })
}

#[cold]
pub(super) fn invalid_index(container: &Value, index: &Value) -> VmError {
    VmError::new(Code::InvalidIndex, "Invalid index operation").with_help(format!(
        "a value of type {} cannot be indexed by {}",
        container.type_name(),
        index.type_name()
    ))
}

#[cold]
pub(super) fn invalid_slice(sliced: &Value) -> VmError {
    VmError::new(Code::InvalidIndex, "Invalid index operation").with_help(format!(
        "a value of type {} cannot be sliced; arrays, strings and bytes can",
        sliced.type_name()
    ))
}

#[cold]
fn invalid_assignment(container: &Value, index: &Value) -> VmError {
    let help = match (container.as_str(), container) {
        (Some(_), _) => "strings cannot be changed; build a new one".to_owned(),
        (_, Value::Dict(_)) => format!("dict keys are strings or ints, not {}", index.type_name()),
        _ => format!("a value of type {} cannot be assigned by {}", container.type_name(), index.type_name()),
    };
    VmError::new(Code::InvalidIndex, INVALID_ASSIGNMENT).with_help(help)
}

/// `container[index] := value`, unsharing the container.
pub(super) fn write_index(container: &mut Value, index: &Value, value: Value) -> VmResult {
    check_depth(depth_around(&value), "setting an element")?;
    match (&mut *container, index) {
        (Value::Array(array), Value::Int(at)) => {
            let len = array.len();
            let Some(at) = position(*at, len) else { return Err(out_of_bounds(*at, len)) };
            array.set(at, value);
            Ok(())
        }
        (Value::Dict(dict), _) if KeyRef::from_value(index).is_some() => {
            if let Some(key) = KeyRef::from_value(index) {
                dict.insert(key, value);
            }
            Ok(())
        }
        _ => Err(invalid_assignment(container, index)),
    }
}

/// The place of what stands at `container[index]`, for going further down; nothing is made.
pub(super) fn place_of_index<'v>(container: &'v mut Value, index: &Value) -> VmResult<&'v mut Value> {
    match container {
        Value::Array(array) => place_in_array(array, index),
        Value::Dict(dict) => place_in_dict(dict, index),
        _ => Err(invalid_assignment(container, index)),
    }
}

fn place_in_array<'v>(array: &'v mut Ref<Array>, index: &Value) -> VmResult<&'v mut Value> {
    let &Value::Int(index) = index else { return Err(VmError::new(Code::InvalidIndex, INVALID_ASSIGNMENT)) };
    let len = array.len();
    let at = position(index, len);
    at.and_then(|at| array.make_mut().get_mut(at)).ok_or_else(|| out_of_bounds(index, len))
}

fn place_in_dict<'v>(dict: &'v mut Ref<Dict>, index: &Value) -> VmResult<&'v mut Value> {
    let Some(key) = KeyRef::from_value(index) else {
        return Err(VmError::new(Code::InvalidIndex, INVALID_ASSIGNMENT));
    };
    let Some(at) = dict.find(key) else { return Err(missing_key(dict, index)) };
    dict.make_mut().value_at_mut(at).ok_or_else(|| VmError::new(Code::InvalidIndex, INVALID_ASSIGNMENT))
}

const INVALID_ASSIGNMENT: &str = "Invalid index assignment";
