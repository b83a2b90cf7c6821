//! Bytecode: functions as the machine runs them.
//!
//! [`op`] is the table of instructions. A [`Proto`] is a compiled function: code, constants, side tables of sites
//! (what does not fit into an instruction, with room for inline caches) and the way back to the source.

mod disassemble;
pub mod op;
mod operands;
mod site;
mod verify;

pub use disassemble::disassemble;
pub use op::{Instr, Op, Role};
pub use operands::{Access, SiteTables, for_each_register};
pub use site::{
    BinaryKind, FieldCache, FieldSite, ImportSite, InvokeSite, MethodCache, PlaceRoot, PlaceSite, PlaceStep,
    RaiseSite, StructCache, StructSite,
};
pub use verify::{VerifyError, verify};

use std::rc::Rc;
use std::sync::Arc;

use ruff_syntax::{SourceFile, Span};

use crate::module::ModuleId;
use crate::value::{Sym, Value, Variant};

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
    /// It is a `finally` block's, which also runs when the program is asked to end.
    pub is_finally: bool,
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
}

/// A compiled function.
///
/// # Invariants
/// `verify` accepts it: every register operand is below `registers`, every jump and handler lands on an
/// instruction, every index lies in its table, and the last instruction ends the flow. `spans` is as long as `code`.
pub struct Proto {
    /// The name shown to people: `f`, `Struct.method`, `<lambda>`.
    pub(crate) name: Rc<str>,
    /// What kind of function it is.
    pub(crate) flags: ProtoFlags,
    /// Parameters, the receiver of a method included.
    pub(crate) params: u16,
    /// Registers a frame needs.
    pub(crate) registers: u16,
    /// The instructions.
    pub(crate) code: Box<[Instr]>,
    /// The source of each instruction.
    pub(crate) spans: Box<[Span]>,
    /// Constants.
    pub(crate) consts: Box<[Value]>,
    /// Functions made by this one.
    pub(crate) protos: Box<[Rc<Proto>]>,
    /// What closures of it capture.
    pub(crate) captures: Box<[CaptureFrom]>,
    /// Their names.
    pub(crate) capture_names: Box<[Sym]>,
    /// Innermost first.
    pub(crate) handlers: Box<[Handler]>,
    /// Field accesses.
    pub(crate) fields: Box<[FieldSite]>,
    /// Method calls.
    pub(crate) invokes: Box<[InvokeSite]>,
    /// Places.
    pub(crate) places: Box<[PlaceSite]>,
    /// Struct literals.
    pub(crate) structs: Box<[StructSite]>,
    /// Variants built (with the length of their payload) or matched.
    pub(crate) variants: Box<[(Variant, u16)]>,
    /// Struct declarations: name and declared fields.
    pub(crate) struct_defs: Box<[(Sym, Box<[Sym]>)]>,
    /// Lists of keys left out by a dict pattern's rest.
    pub(crate) key_lists: Box<[Box<[Sym]>]>,
    /// Prepared errors.
    pub(crate) raises: Box<[RaiseSite]>,
    /// Imports.
    pub(crate) imports: Box<[ImportSite]>,
    /// The names of its variables, for suggesting the one that was probably meant.
    pub(crate) locals: Box<[Sym]>,
    /// The file it stands in.
    pub(crate) file: Arc<SourceFile>,
    /// The module it belongs to.
    pub(crate) module: ModuleId,
}

impl Proto {
    /// The name shown to people.
    pub fn name(&self) -> String {
        self.name.to_string()
    }

    /// The file it stands in.
    pub fn file(&self) -> &Arc<SourceFile> {
        &self.file
    }

    /// The bytes of source that an instruction came from.
    pub fn span_at(&self, at: usize) -> Span {
        self.spans.get(at).copied().unwrap_or_default()
    }

    /// Whether calling it just runs it: no generator, no promise.
    #[inline]
    pub fn is_simple(&self) -> bool {
        !(self.flags.is_generator | self.flags.is_async)
    }

    /// Whether calling it as a method may change the place of its receiver.
    #[inline]
    pub fn modifies_receiver(&self) -> bool {
        self.flags.modifies_self && self.is_simple()
    }

    /// A variable that it assigns and that is not its own.
    pub(crate) fn assigned_outside(&self) -> Option<Outside> {
        let capture = |index: u16| self.capture_names.get(usize::from(index)).copied().map(Outside::Capture);
        let place = |place: u16| match self.places.get(usize::from(place))?.root {
            PlaceRoot::Capture(index) => capture(index),
            PlaceRoot::Global(slot) => Some(Outside::Global(slot)),
            PlaceRoot::Register(_) | PlaceRoot::Cell(_) => None,
        };
        self.code.iter().find_map(|instr| match instr.op {
            Op::SetCaptureCell => capture(instr.a),
            Op::SetGlobal => u32::try_from(instr.wide_index()).ok().map(Outside::Global),
            Op::SetPlace | Op::UpdatePlace => place(instr.b),
            _ => None,
        })
    }

    /// Whether it is left out of positions: a builtin written in Ruff.
    pub fn is_internal(&self) -> bool {
        self.flags.is_internal
    }

    /// Whether it is left out of call stacks.
    pub fn is_hidden(&self) -> bool {
        self.flags.is_internal || self.flags.is_top || self.flags.is_default
    }

    /// Arguments a caller passes: parameters without the receiver.
    pub fn arity(&self) -> u16 {
        self.params - u16::from(self.flags.is_method)
    }

    /// Instructions of this function and all it makes.
    pub fn instruction_count(&self) -> usize {
        let mut count = 0;
        let mut open = vec![self];
        while let Some(proto) = open.pop() {
            count += proto.code.len();
            open.extend(proto.protos.iter().map(|proto| &**proto));
        }
        count
    }

    /// Gives up the shapes that struct literals of this function and all it makes remember. A shape leads to the
    /// methods of its struct, so a method that builds one would keep itself alive.
    pub(crate) fn forget_shapes(&self) {
        let mut open = vec![self];
        while let Some(proto) = open.pop() {
            proto.structs.iter().for_each(|site| drop(site.cache.take()));
            open.extend(proto.protos.iter().map(|proto| &**proto));
        }
    }
}

/// A variable that is not the function's own.
pub(crate) enum Outside {
    /// One that it captured.
    Capture(Sym),
    /// One of its module, in this slot.
    Global(u32),
}
