//! Callables of the program: closures, bound methods, functions of the embedding program.

use std::rc::Rc;

use super::{Str, Value};
use crate::bytecode::Proto;
use crate::error::VmError;
use crate::heap::{HeapObject, Ref};
use crate::native::{Cx, NativeDef};

/// A function of the program with the variables it captured.
pub struct Closure {
    /// Its code.
    pub proto: Rc<Proto>,
    /// What it captured, in the order of the resolver's captures: values, or cells where they are shared.
    pub captures: Box<[Value]>,
}

impl HeapObject for Closure {
    const NESTS: bool = true;
}

/// A method read without being called: `f := p.m`.
pub struct BoundMethod {
    /// The receiver.
    pub receiver: Value,
    /// The method.
    pub method: Bindable,
}

/// A method that can be bound to a receiver.
#[derive(Clone)]
pub enum Bindable {
    /// One that a struct of the program declares.
    Closure(Ref<Closure>),
    /// An own method of a kind of values.
    Native(&'static NativeDef),
}

impl HeapObject for BoundMethod {
    const NESTS: bool = true;
}

/// The signature of functions that the embedding program registers.
pub type HostFn = dyn Fn(&mut Cx<'_>, &[Value]) -> Result<Value, VmError>;

/// A function that the embedding program registered.
pub struct HostFunction {
    /// The name shown in messages.
    pub name: Str,
    /// How many arguments it takes; `None` for any number.
    pub arity: Option<usize>,
    /// What it does.
    pub body: Box<HostFn>,
}

impl HeapObject for HostFunction {
    const NESTS: bool = false;
}
