//! Literals of composite values: arrays, dicts, structs, enum values, interpolated strings.

use ruff_syntax::ast::{Arg, Element, Entry, FieldInit, InterpolationPart, Member, Name};
use ruff_syntax::resolve::Resolved;
use ruff_syntax::{Span, Symbol};

use super::Compiler;
use super::expression::{Operand, Want};
use super::function::Reg;
use crate::bytecode::Op;
use crate::value::{Sym, Tagged, Value, Variant};

/// Elements of an array literal that are gathered in registers; the rest is pushed one by one.
const GATHERED: usize = 64;
/// Parts of an interpolated string that are joined at once.
const JOINED: usize = 1000;

impl Compiler<'_> {
    /// `[a, ...b]`
    pub(super) fn array(&mut self, elements: &[Element], want: Want, span: Span) -> Operand {
        let gathered =
            elements.iter().take(GATHERED).take_while(|element| matches!(element, Element::Item(_)));
        let count = gathered.count();
        let (first, rest) = elements.split_at(count);
        let mark = self.func.next();
        let base = self.gather_start(want, count);
        for element in first {
            if let Element::Item(value) = element {
                let register = self.func.alloc();
                self.lower_into(*value, register);
            }
        }
        self.func.free_from(mark);
        let work = if rest.is_empty() { self.dest(want) } else { self.workplace(want) };
        let count = u16::try_from(count).unwrap_or(0);
        self.func.op(Op::NewArray, work, base, count, span);
        self.extend_array(work, rest.iter().copied(), span);
        self.deliver(Operand::Register(work), want, span)
    }

    /// Puts elements at the end of the array in a register.
    pub(super) fn extend_array(&mut self, array: Reg, elements: impl Iterator<Item = Element>, span: Span) {
        for element in elements {
            let mark = self.func.next();
            let (op, value) = match element {
                Element::Item(value) => (Op::ArrayPush, value),
                Element::Spread(value) => (Op::ArraySpread, value),
            };
            let span = if op == Op::ArraySpread { self.span(value) } else { span };
            let value = self.lower_any(value);
            self.func.op(op, array, value, 0, span);
            self.func.free_from(mark);
        }
    }

    /// Where a run of `count` values starts that end up in one: the wanted register if nothing lies above it.
    fn gather_start(&mut self, want: Want, count: usize) -> Reg {
        let next = self.func.next();
        match want {
            Want::Into(dest) if !self.func.is_variable(dest) && dest + 1 == next && count > 0 => {
                self.func.free_from(dest);
                dest
            }
            _ => next,
        }
    }

    /// `{k: v, ...d}`
    pub(super) fn dict(&mut self, entries: &[Entry], want: Want, span: Span) -> Operand {
        let work = self.workplace(want);
        let count = u16::try_from(entries.len()).unwrap_or(u16::MAX);
        self.func.op(Op::NewDict, work, count, 0, span);
        for entry in entries {
            let mark = self.func.next();
            match entry {
                Entry::Pair { key, value } => {
                    let key_span = self.span(*key);
                    let key = self.lower_before(*key, &[*value]);
                    let value = self.lower_any(*value);
                    self.func.op(Op::DictInsert, work, key, value, key_span);
                }
                Entry::Spread(value) => {
                    let span = self.span(*value);
                    let value = self.lower_any(*value);
                    self.func.op(Op::DictSpread, work, value, 0, span);
                }
            }
            self.func.free_from(mark);
        }
        self.deliver(Operand::Register(work), want, span)
    }

    /// `Name { field: value }`
    pub(super) fn structure(&mut self, name: &Name, fields: &[FieldInit], want: Want, span: Span) -> Operand {
        let mark = self.func.next();
        let mut names: Vec<Symbol> = Vec::with_capacity(fields.len());
        let mut places: Vec<u16> = Vec::with_capacity(fields.len());
        let mut known = std::collections::HashMap::with_capacity(fields.len());
        for field in fields {
            let next = u16::try_from(names.len()).unwrap_or(u16::MAX);
            let place = *known.entry(field.member.symbol).or_insert(next);
            if place == next {
                names.push(field.member.symbol);
            }
            places.push(place);
        }
        let def_slot = self.type_slot(name);
        let base = self.func.next();
        if def_slot.is_none() {
            let def = self.func.alloc();
            self.read_type(name, def);
        }
        let first = self.func.alloc_run(u16::try_from(names.len()).unwrap_or(u16::MAX));
        for (field, place) in fields.iter().zip(places) {
            // Of a repeated field the last value counts, so it may overwrite the one before.
            self.lower_into(field.value, first.saturating_add(place));
        }
        let syms: Vec<Sym> = names.iter().map(|&name| self.sym(name)).collect();
        let struct_name = self.sym(name.symbol);
        let site = self.func.tables.structure(struct_name, syms, def_slot);
        self.func.free_from(mark);
        let dest = self.dest(want);
        self.func.op(Op::NewStruct, dest, base, site, span);
        Operand::Register(dest)
    }

    /// The slot of the global that holds a struct's declaration, if one does.
    fn type_slot(&self, name: &Name) -> Option<u32> {
        if self.resolution.imports_in_scope.contains_key(&name.id) {
            return None;
        }
        let Some(Resolved::Global(id)) = self.resolved(name) else { return None };
        self.meaning(id)?.slot()
    }

    /// Loads the declaration of a struct, or something else when there is none.
    fn read_type(&mut self, name: &Name, dest: Reg) {
        let found = self.func.label();
        if self.resolution.imports_in_scope.contains_key(&name.id) {
            self.find_imported(name, Op::GetExportType, dest, found);
        }
        let home = self.home(self.resolved(name));
        self.load_home(home, dest, name.span);
        self.func.put(found);
    }

    /// `E::A(x)`
    pub(super) fn variant(
        &mut self,
        name: &Name,
        variant: Member,
        args: &[Arg],
        want: Want,
        span: Span,
    ) -> Operand {
        let variant = Variant::new(self.sym(name.symbol), self.sym(variant.symbol));
        if args.is_empty() {
            let value = Value::Tagged(Tagged::new(variant, &mut []));
            return self.deliver(Operand::Constant(value), want, span);
        }
        let mark = self.func.next();
        let base = self.gather_start(want, args.len());
        let count = self.arguments(args, span);
        let site = self.func.tables.variant(variant, u16::from(count));
        self.func.free_from(mark);
        let dest = self.dest(want);
        self.func.op(Op::NewVariant, dest, base, site, span);
        Operand::Register(dest)
    }

    /// `"a ${b} c"`
    pub(super) fn interpolated(&mut self, parts: &[InterpolationPart], want: Want, span: Span) -> Operand {
        let mark = self.func.next();
        let base = self.gather_start(want, parts.len());
        let mut gathered = 0;
        for part in parts {
            if gathered == JOINED {
                self.join(base, gathered, base, span);
                self.func.free_from(base);
                self.func.alloc();
                gathered = 1;
            }
            let register = self.func.alloc();
            match part {
                InterpolationPart::Text(symbol) => self.move_into(register, Operand::Text(*symbol), span),
                InterpolationPart::Expr(value) => self.lower_into(*value, register),
            }
            gathered += 1;
        }
        self.func.free_from(mark);
        let dest = self.dest(want);
        self.join(dest, gathered, base, span);
        Operand::Register(dest)
    }

    fn join(&mut self, dest: Reg, count: usize, base: Reg, span: Span) {
        let count = u16::try_from(count).unwrap_or(0);
        self.func.op(Op::Interpolate, dest, base, count, span);
    }
}
