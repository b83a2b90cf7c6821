//! [`Chunk`]: a compiled function, the same for all isolates that run it.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use ruff_syntax::{SourceFile, Span};

use super::{
    CaptureFrom, Handler, ImportSite, Instr, Invoke, Op, Outside, PlaceRoot, PlaceSite, ProtoFlags,
    RaiseSite, Role, StructLiteral,
};
use crate::heap::Ref;
use crate::module::ModuleId;
use crate::native::NativeDef;
use crate::value::{ModuleValue, Sym, Tagged, Value, Variant};

/// A compiled function.
///
/// # Invariants
/// `verify` accepts it: every register operand is below `registers`, every jump and handler lands on an
/// instruction, every index lies in its table, and the last instruction ends the flow. `spans` is as long as `code`.
pub struct Chunk {
    /// The name shown to people: `f`, `Struct.method`, `<lambda>`.
    pub(crate) name: Arc<str>,
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
    pub(crate) consts: Box<[Const]>,
    /// Functions made by this one.
    pub(crate) chunks: Box<[Arc<Chunk>]>,
    /// What closures of it capture.
    pub(crate) captures: Box<[CaptureFrom]>,
    /// Their names.
    pub(crate) capture_names: Box<[Sym]>,
    /// Innermost first.
    pub(crate) handlers: Box<[Handler]>,
    /// Field accesses.
    pub(crate) field_names: Box<[Sym]>,
    /// Method calls.
    pub(crate) calls: Box<[Invoke]>,
    /// Places.
    pub(crate) places: Box<[PlaceSite]>,
    /// Struct literals.
    pub(crate) literals: Box<[StructLiteral]>,
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
    /// What [`Chunk::globals`] answers, found on first use.
    pub(crate) used_globals: OnceLock<Box<[u32]>>,
}

/// A constant of a function.
pub enum Const {
    /// A 64-bit signed integer.
    Int(i64),
    /// A double.
    Float(f64),
    /// A string.
    Text(Arc<str>),
    /// A builtin, by one of its names.
    Native(u8, &'static NativeDef),
    /// An enum value without payload.
    Variant(Variant),
    /// The namespace of builtins with that name, and what is in it.
    Namespace(Sym, Vec<(Sym, u8, &'static NativeDef)>),
    /// `true` or `false`.
    Bool(bool),
    /// `null`
    Null,
    /// `None`
    Nothing,
}

impl Const {
    /// The constant that `value` is. Compilers make no others than these.
    pub fn of(value: &Value) -> Const {
        match value {
            Value::Int(int) => Const::Int(*int),
            Value::Float(float) => Const::Float(*float),
            Value::Native(alias, def) => Const::Native(*alias, def),
            Value::Tagged(tagged) => Const::Variant(tagged.variant()),
            Value::Module(module) => {
                let member = |(name, value): (&Sym, &Value)| match value {
                    Value::Native(alias, def) => Some((*name, *alias, *def)),
                    _ => None,
                };
                Const::Namespace(module.name, module.exports.iter().filter_map(member).collect())
            }
            Value::Bool(truth) => Const::Bool(*truth),
            Value::Nothing => Const::Nothing,
            other => other.as_str().map_or(Const::Null, |text| Const::Text(text.into())),
        }
    }

    /// Its value.
    pub fn value(&self) -> Value {
        match self {
            Const::Int(int) => Value::Int(*int),
            Const::Float(float) => Value::Float(*float),
            Const::Text(text) => Value::str(text),
            Const::Native(alias, def) => Value::Native(*alias, def),
            Const::Variant(variant) => Value::Tagged(Tagged::new(*variant, &mut [])),
            Const::Namespace(name, members) => {
                let member = |&(name, alias, def): &(Sym, u8, _)| (name, Value::Native(alias, def));
                let exports = members.iter().map(member).collect();
                Value::Module(Ref::new(ModuleValue { name: *name, exports, types: HashMap::new() }))
            }
            Const::Bool(truth) => Value::Bool(*truth),
            Const::Null => Value::Null,
            Const::Nothing => Value::Nothing,
        }
    }
}

impl Chunk {
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

    /// Whether calling it with an argument a parameter just runs it: no generator, no promise, no array to make.
    #[inline]
    pub fn is_simple(&self) -> bool {
        !(self.flags.is_generator | self.flags.is_async | self.flags.takes_rest)
    }

    /// Whether calling it starts a fiber and gives a promise. A generator waits in the fiber of its consumer.
    #[inline]
    pub fn is_async(&self) -> bool {
        self.flags.is_async && !self.flags.is_generator
    }

    /// Whether calling it as a method may change the place of its receiver.
    #[inline]
    pub fn modifies_receiver(&self) -> bool {
        self.flags.modifies_self && !(self.flags.is_generator | self.flags.is_async)
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

    /// The slots of its module's variables that it or a function it makes uses, each once.
    pub(crate) fn globals(&self) -> &[u32] {
        self.used_globals.get_or_init(|| {
            let mut slots: Vec<u32> = Vec::new();
            for instr in &self.code {
                let [_, b, c] = instr.op.roles();
                match instr.op {
                    Op::GetGlobal | Op::PeekGlobal | Op::SetGlobal => {
                        slots.extend(u32::try_from(instr.wide_index()))
                    }
                    _ if b == Role::Global => slots.push(instr.b.into()),
                    _ if c == Role::Global => slots.push(instr.c.into()),
                    _ => {}
                }
            }
            slots.extend(self.places.iter().filter_map(|place| match place.root {
                PlaceRoot::Global(slot) => Some(slot),
                _ => None,
            }));
            slots.extend(self.literals.iter().filter_map(|literal| literal.def_slot));
            slots.extend(self.imports.iter().filter_map(|import| Some(import.namespace?.1)));
            slots.extend(self.chunks.iter().flat_map(|chunk| chunk.globals()));
            slots.sort_unstable();
            slots.dedup();
            slots.into()
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

    /// Instructions of this function and all it makes.
    pub fn instruction_count(&self) -> usize {
        let mut count = 0;
        let mut open = vec![self];
        while let Some(chunk) = open.pop() {
            count += chunk.code.len();
            open.extend(chunk.chunks.iter().map(|chunk| &**chunk));
        }
        count
    }
}
