//! Builtin functions: how they are declared, found and called.
//!
//! A builtin is one declaration, `#[native]` on a Rust function. The macro turns it into a [`NativeDef`], a static
//! that holds everything anybody needs to know: names, parameters with their types, result, capability, manual
//! page, examples and the code. Checks and messages are made from it here, never by the builtin.

mod args;
mod check;
mod context;
mod fiber_context;
mod manual;
mod object;
mod orders;
mod registry;
mod scopes;

pub use args::{Args, FromArg, IntoResult, Number, Rest, Whole};
pub use check::{CallForm, TypeSet, check_call, check_capability};
pub use context::{Cx, MAX_BYTES, MAX_ELEMENTS};
pub use fiber_context::FiberCx;
pub use manual::{Example, Manual};
pub use object::{Object, ObjectKind};
pub(crate) use orders::{Begins, InnerCall, Orders, StartedCall};
pub use registry::{Constant, Family, Registry};

use crate::capability::Capability;
use crate::error::VmError;
use crate::value::Value;

/// The result of a native.
pub type NativeResult<T> = Result<T, VmError>;

/// A builtin function, as data.
#[derive(Clone, Copy)]
pub struct NativeDef {
    /// Its own name.
    pub name: &'static str,
    /// Other names for it.
    pub aliases: &'static [&'static str],
    /// The family (folder) it belongs to.
    pub family: &'static str,
    /// Parameters in order; the last may be variadic.
    pub params: &'static [Param],
    /// The result's type, in the words of [`TypeWord`]'s names joined by `or`.
    pub returns: &'static str,
    /// What it needs from the host, in the order in which it is checked.
    pub capabilities: &'static [Capability],
    /// Whether it is a predefined name; otherwise it exists as a method alone.
    pub global: bool,
    /// Whether it can be called on its first argument: `xs.push(1)`.
    pub method: bool,
    /// The [`ObjectKind::word`] of the kind whose own method it is, with which its name begins.
    pub on: Option<&'static str>,
    /// What calling it as a method does to a mutable receiver.
    pub updates: Updates,
    /// How such a change is taken back.
    pub undo: Undo,
    /// Whether its result depends on its arguments alone.
    pub pure: bool,
    /// The manual page: first line a sentence, then details, Markdown.
    pub doc: &'static str,
    /// The version that brought it.
    pub since: &'static str,
    /// What it does.
    pub body: NativeBody,
}

/// A parameter of a builtin.
pub struct Param {
    /// Its name, also for named arguments.
    pub name: &'static str,
    /// The types it accepts, in the order in which messages name them; empty for any value.
    pub types: &'static [TypeWord],
    /// May be left out.
    pub optional: bool,
    /// Takes all remaining arguments.
    pub variadic: bool,
    /// The values that `types` speak of.
    pub accepts: TypeSet,
}

impl Param {
    /// A parameter; see the fields.
    pub const fn new(name: &'static str, types: &'static [TypeWord], optional: bool, variadic: bool) -> Self {
        Param { name, types, optional, variadic, accepts: TypeSet::of(types) }
    }
}

/// A word for a type in a builtin's signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TypeWord {
    /// An int.
    Int,
    /// A float.
    Float,
    /// An int or a float.
    Number,
    /// An int or a finite float, for positions, sizes and counts. Messages say `number`.
    Finite,
    /// A string.
    String,
    /// A bool.
    Bool,
    /// Null.
    Null,
    /// An array.
    Array,
    /// A dict.
    Dict,
    /// A byte string.
    Bytes,
    /// A set.
    Set,
    /// A queue.
    Queue,
    /// A stack.
    Stack,
    /// A generator or lazy iterator.
    Iterator,
    /// Anything callable.
    Function,
    /// A struct instance.
    Struct,
    /// A handle of an object of this kind.
    Handle(&'static ObjectKind),
}

/// What calling a builtin as a method on a mutable place stores back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Updates {
    /// Nothing.
    No,
    /// The result, which the call also yields: `xs.push(1)`.
    Result,
    /// The first of a result pair; the call yields the second: `xs.pop()`.
    Rest,
    /// As `Rest` on a dict, as `Result` on everything else: `remove`.
    RestOnDict,
}

/// How a change of the receiver is taken back when the method that made it fails later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undo {
    /// With a copy of what was there before. Cost: linear in the receiver, for each change.
    Copy,
    /// By shortening: all that the builtin does is to add items at the end.
    Shorten,
    /// By putting the item back: all that the builtin does is to take out the last one, or the first one of a queue.
    PutBack,
}

/// The code of a builtin.
#[derive(Clone, Copy)]
pub enum NativeBody {
    /// A Rust function. It takes its arguments from the slice, in order, absent optional ones missing at the end;
    /// counts and types are already checked. It either fails before taking anything from the first argument or
    /// takes it for good, so that an updating method can put the receiver back after an error.
    Rust(fn(&mut Cx<'_>, &mut [Value]) -> NativeResult<Value>),
    /// A Rust function that starts something, or looks at what goes on.
    Fiber(FiberFn),
    /// As `Fiber`; a promise that it answers is awaited, so its caller never sees one. This is how builtins wait.
    Waiting(FiberFn),
    /// A function in Ruff, `func name(params) { … }` or `func* …`, compiled on first use. This is how builtins take
    /// callbacks: a call from Ruff to Ruff never uses the host's stack and may suspend.
    Ruff(&'static str),
}

/// A Rust function that works with fibers.
pub type FiberFn = fn(&mut FiberCx<'_>, &mut [Value]) -> NativeResult<Value>;

impl NativeDef {
    /// The name by which it was reached: 0 is its own, `n` its alias `n - 1`.
    pub fn name_at(&self, alias: u8) -> &'static str {
        match alias {
            0 => self.name,
            _ => self.aliases.get(usize::from(alias) - 1).copied().unwrap_or(self.name),
        }
    }

    /// The name in a method call: what follows the kind's word in the name of an own method.
    pub fn method_name(&self) -> &'static str {
        match self.on {
            Some(word) => self.name.get(word.len() + 1..).unwrap_or(self.name),
            None => self.name,
        }
    }

    /// The least number of arguments.
    pub fn min_args(&self) -> usize {
        self.params.iter().filter(|param| !param.optional && !param.variadic).count()
    }

    /// The greatest number of arguments; `None` without bound.
    pub fn max_args(&self) -> Option<usize> {
        if self.params.iter().any(|param| param.variadic) { None } else { Some(self.params.len()) }
    }

    /// The signature as shown in help lines: `random_int(min, max)`.
    pub fn signature(&self, alias: u8) -> String {
        let params: Vec<String> = self
            .params
            .iter()
            // An own method has no other way to get its first argument than as the receiver.
            .skip(usize::from(self.on.is_some()))
            .map(|param| match (param.variadic, param.optional) {
                (true, _) => format!("...{}", param.name),
                (false, true) => format!("{}?", param.name),
                (false, false) => param.name.to_owned(),
            })
            .collect();
        format!("{}({})", self.name_at(alias), params.join(", "))
    }
}
