//! Bytecode: functions as the machine runs them.
//!
//! [`op`] is the table of instructions. A [`Chunk`] is a compiled function: code, constants, side tables of sites (what does
//! not fit into an instruction) and the way back to the source. A [`Proto`] is a chunk as one isolate runs it, with its
//! constants as values and its inline caches.

mod arity;
mod chunk;
mod disassemble;
pub mod op;
mod operands;
mod proto;
mod site;
mod verify;

pub use chunk::{Chunk, Const};
pub use disassemble::disassemble;
pub use op::{Instr, Op, Role};
pub use operands::{Access, SiteTables, for_each_register};
pub use proto::Proto;
pub use site::{
    BinaryKind, FieldCache, FieldSite, ImportSite, Invoke, InvokeSite, MethodCache, OwnMethod, PlaceRoot,
    PlaceSite, PlaceStep, RaiseSite, StructCache, StructLiteral, StructSite,
};
pub use verify::{VerifyError, verify};

use crate::value::Sym;

/// Where a closure finds a captured variable when it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaptureFrom {
    /// In a register of the function that makes it: the value or its cell.
    Register(u16),
    /// Among the maker's own captures.
    Capture(u16),
}

/// A range of code whose errors are caught in the same function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Handler {
    /// First instruction of the range.
    pub start: u32,
    /// One past its last instruction.
    pub end: u32,
    /// Where execution goes on.
    pub target: u32,
    /// The register that receives the error. Registers from here on are dead then and are cleared.
    pub register: u16,
    /// For a `finally` block, which also runs when the program is asked to end: one past its last instruction. While it
    /// runs, `register` keeps the error, and the one behind it the number [`Handler::RAISED`].
    pub finally_end: Option<u32>,
}

impl Handler {
    /// What says that a `finally` block runs because an error was raised.
    pub const RAISED: i64 = 1;
}

/// What kind of function a [`Proto`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ProtoFlags {
    /// The top level of a file.
    pub is_top: bool,
    /// A method of a struct: register 0 is the receiver.
    pub is_method: bool,
    /// A method that declares `self`.
    pub has_self: bool,
    /// A method whose body may change `self`.
    pub modifies_self: bool,
    /// `func*`
    pub is_generator: bool,
    /// `async func`
    pub is_async: bool,
    /// Part of a builtin written in Ruff: left out of positions and traces.
    pub is_internal: bool,
    /// Computes a field's default: left out of traces.
    pub is_default: bool,
    /// Its last parameter takes the remaining arguments as an array.
    pub takes_rest: bool,
    /// How many parameters, the last ones but for that, have defaults.
    pub optional: u8,
}

/// A variable that is not the function's own.
pub(crate) enum Outside {
    /// One that it captured.
    Capture(Sym),
    /// One of its module, in this slot.
    Global(u32),
}
