//! Which fields of a struct in a register are dead although the struct is not, within one basic block.
//!
//! A field is dead where it is written before anything reads it, and where nothing but other fields is read any more:
//! `s.xs := f(s.xs)` and `return S { xs: push(self.xs, v), n: self.n + 1 }` can then take `xs` instead of sharing it.

use std::collections::HashMap;

use super::blocks::Set;
use super::function::{Function, Reg};
use crate::bytecode::op::FIELD_DIES;
use crate::bytecode::{Access, Instr, Op, for_each_register};
use crate::value::Sym;

/// Names that are remembered for a register, so that looking one up costs little.
const NAMES: usize = 16;

/// What is known of a register's fields, going back from the end of a block.
enum Later {
    /// Nothing but these is read.
    Reads(Vec<Sym>),
    /// Before anything reads them, these are written.
    Writes(Vec<Sym>),
}

/// What is known of the registers that are used by their fields.
#[derive(Default)]
pub(super) struct Fields(HashMap<Reg, Later>);

impl Fields {
    /// Goes back over one instruction; answers the bit it gets if it reads a field that dies.
    ///
    /// `live` is what is alive behind it, `protected` what handlers look at.
    pub(super) fn kills(&mut self, func: &Function, instr: Instr, live: &Set, protected: &Set) -> u8 {
        let field = |site: u16| func.tables.fields.get(usize::from(site)).copied();
        match (instr.op, field(instr.c)) {
            (Op::GetField, Some(name)) if instr.a != instr.b => {
                self.forget(instr.a);
                if protected.contains(instr.b) {
                    return 0;
                }
                if self.read(instr.b, name, live.contains(instr.b)) { FIELD_DIES } else { 0 }
            }
            (Op::SetField, Some(name)) if instr.a != instr.b => {
                self.forget(instr.b);
                if !protected.contains(instr.a) {
                    self.write(instr.a, name, live.contains(instr.a));
                }
                0
            }
            _ => {
                if !self.0.is_empty() {
                    for_each_register(instr, &func.tables, |register, _: Access| self.forget(register));
                }
                0
            }
        }
    }

    fn forget(&mut self, register: Reg) {
        self.0.remove(&register);
    }

    fn later(&mut self, register: Reg, is_live: bool) -> &mut Later {
        let unknown = || if is_live { Later::Writes(Vec::new()) } else { Later::Reads(Vec::new()) };
        self.0.entry(register).or_insert_with(unknown)
    }

    /// A field is read; answers whether that is the last time.
    fn read(&mut self, register: Reg, name: Sym, is_live: bool) -> bool {
        match self.later(register, is_live) {
            Later::Reads(names) if names.contains(&name) => false,
            Later::Reads(names) if names.len() < NAMES => {
                names.push(name);
                true
            }
            Later::Reads(_) => {
                self.forget(register);
                false
            }
            Later::Writes(names) => {
                let found = names.iter().position(|&other| other == name);
                found.map(|at| names.swap_remove(at)).is_some()
            }
        }
    }

    /// A field is written.
    fn write(&mut self, register: Reg, name: Sym, is_live: bool) {
        match self.later(register, is_live) {
            Later::Reads(names) => names.retain(|&other| other != name),
            Later::Writes(names) if names.len() < NAMES && !names.contains(&name) => names.push(name),
            Later::Writes(_) => {}
        }
    }
}
