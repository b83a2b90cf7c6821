//! [`Proto`]: a function as one isolate runs it.

use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;

use super::{Chunk, Const, FieldSite, Instr, InvokeSite, ProtoFlags, StructSite};
use crate::module::ModuleId;
use crate::value::Value;

/// A compiled function as one isolate runs it: its constants as values, and its sites with what they found last time.
pub struct Proto {
    /// What it is for all isolates.
    pub(crate) chunk: Arc<Chunk>,
    /// Its first instruction, which the chunk owns. This and the next four are in the chunk too; here a call finds them a
    /// step sooner.
    pub(crate) start: *const Instr,
    pub(crate) flags: ProtoFlags,
    pub(crate) params: u16,
    pub(crate) registers: u16,
    pub(crate) module: ModuleId,
    /// Constants.
    pub(crate) consts: Box<[Value]>,
    /// Functions made by this one.
    pub(crate) protos: Box<[Rc<Proto>]>,
    /// Field accesses.
    pub(crate) fields: Box<[FieldSite]>,
    /// Method calls.
    pub(crate) invokes: Box<[InvokeSite]>,
    /// Struct literals.
    pub(crate) structs: Box<[StructSite]>,
}

impl Proto {
    /// A function whose own functions are `protos`.
    pub(crate) fn new(chunk: Arc<Chunk>, protos: Box<[Rc<Proto>]>) -> Proto {
        Proto {
            start: chunk.code.as_ptr(),
            flags: chunk.flags,
            params: chunk.params,
            registers: chunk.registers,
            module: chunk.module,
            consts: chunk.consts.iter().map(Const::value).collect(),
            protos,
            fields: chunk.field_names.iter().copied().map(FieldSite::new).collect(),
            invokes: chunk.calls.iter().copied().map(InvokeSite::new).collect(),
            structs: chunk.literals.iter().cloned().map(StructSite::new).collect(),
            chunk,
        }
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

impl Deref for Proto {
    type Target = Chunk;

    #[inline(always)]
    fn deref(&self) -> &Chunk {
        &self.chunk
    }
}
