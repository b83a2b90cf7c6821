//! The side tables of a function under construction: constants, each once, and sites.

use std::collections::HashMap;
use std::rc::Rc;

use ruff_syntax::{Code, Symbol};

use crate::bytecode::{
    CaptureFrom, ImportSite, Invoke, PlaceRoot, PlaceSite, PlaceStep, Proto, RaiseSite, SiteTables,
    StructLiteral,
};
use crate::value::{Sym, Value, Variant};

/// What makes two constants the same.
#[derive(PartialEq, Eq, Hash)]
enum ConstKey {
    Int(i64),
    Float(u64),
    Text(Symbol),
    Native(usize, u8),
    Variant(Variant),
}

/// The side tables.
#[derive(Default)]
pub(super) struct Tables {
    pub(super) consts: Vec<Value>,
    known: HashMap<ConstKey, u32>,
    pub(super) protos: Vec<Rc<Proto>>,
    pub(super) fields: Vec<Sym>,
    pub(super) invokes: Vec<Invoke>,
    pub(super) places: Vec<PlaceSite>,
    pub(super) structs: Vec<StructLiteral>,
    pub(super) variants: Vec<(Variant, u16)>,
    pub(super) struct_defs: Vec<(Sym, Box<[Sym]>)>,
    pub(super) key_lists: Vec<Box<[Sym]>>,
    pub(super) raises: Vec<RaiseSite>,
    pub(super) imports: Vec<ImportSite>,
    /// What there was too much of, if a table outgrew its index.
    pub(super) full: Option<&'static str>,
}

impl Tables {
    /// The index of a constant. Texts come by [`Tables::text`].
    pub(super) fn constant(&mut self, value: Value) -> u32 {
        let key = match &value {
            Value::Int(int) => ConstKey::Int(*int),
            Value::Float(float) => ConstKey::Float(float.to_bits()),
            Value::Native(alias, def) => ConstKey::Native(std::ptr::from_ref(*def) as usize, *alias),
            Value::Tagged(tagged) if tagged.payload().is_empty() => ConstKey::Variant(tagged.variant()),
            _ => return self.add_constant(value),
        };
        if let Some(&known) = self.known.get(&key) {
            return known;
        }
        let index = self.add_constant(value);
        self.known.insert(key, index);
        index
    }

    /// The index of the constant string that a symbol stands for.
    pub(super) fn text(&mut self, symbol: Symbol, text: &str) -> u32 {
        if let Some(&known) = self.known.get(&ConstKey::Text(symbol)) {
            return known;
        }
        let index = self.add_constant(Value::str(text));
        self.known.insert(ConstKey::Text(symbol), index);
        index
    }

    fn add_constant(&mut self, value: Value) -> u32 {
        // An instruction takes at least one byte of at most 16 MiB of source.
        let index = u32::try_from(self.consts.len()).unwrap_or(u32::MAX);
        self.consts.push(value);
        index
    }

    /// Notes that there is too much of something.
    pub(super) fn overflow(&mut self, what: &'static str) {
        self.full.get_or_insert(what);
    }

    /// Adds an entry to a table whose index has 16 bits.
    fn add<T>(table: &mut Vec<T>, entry: T, full: &mut Option<&'static str>, what: &'static str) -> u16 {
        // The largest index is left out: some fields use it as "none".
        let index = u16::try_from(table.len()).ok().filter(|&index| index < u16::MAX);
        table.push(entry);
        if index.is_none() {
            full.get_or_insert(what);
        }
        index.unwrap_or(0)
    }

    pub(super) fn field(&mut self, name: Sym) -> u16 {
        Self::add(&mut self.fields, name, &mut self.full, "accesses to fields")
    }

    pub(super) fn invoke(&mut self, site: Invoke) -> u16 {
        Self::add(&mut self.invokes, site, &mut self.full, "method calls")
    }

    pub(super) fn place(&mut self, root: PlaceRoot, steps: Vec<PlaceStep>, name: Sym) -> u16 {
        let site = PlaceSite { root, steps: steps.into(), name };
        Self::add(&mut self.places, site, &mut self.full, "changes of parts of variables")
    }

    pub(super) fn structure(&mut self, name: Sym, fields: Vec<Sym>, def_slot: Option<u32>) -> u16 {
        let site = StructLiteral { name, fields: fields.into(), def_slot };
        Self::add(&mut self.structs, site, &mut self.full, "struct values")
    }

    pub(super) fn variant(&mut self, variant: Variant, count: u16) -> u16 {
        if let Some(known) = self.variants.iter().take(64).position(|&known| known == (variant, count)) {
            return u16::try_from(known).unwrap_or(0);
        }
        Self::add(&mut self.variants, (variant, count), &mut self.full, "enum values and patterns")
    }

    pub(super) fn struct_def(&mut self, name: Sym, fields: Vec<Sym>) -> u16 {
        Self::add(&mut self.struct_defs, (name, fields.into()), &mut self.full, "struct declarations")
    }

    pub(super) fn key_list(&mut self, keys: Vec<Sym>) -> u16 {
        Self::add(&mut self.key_lists, keys.into(), &mut self.full, "patterns with the rest of a dict")
    }

    pub(super) fn import(&mut self, path: String, namespace: Option<(Sym, u32)>) -> u16 {
        Self::add(&mut self.imports, ImportSite { path, namespace }, &mut self.full, "imports")
    }

    pub(super) fn proto(&mut self, proto: Rc<Proto>) -> u32 {
        let index = u32::try_from(self.protos.len()).unwrap_or(u32::MAX);
        self.protos.push(proto);
        index
    }

    pub(super) fn raise(&mut self, code: Code, message: String, help: Option<String>) -> u32 {
        let index = u32::try_from(self.raises.len()).unwrap_or(u32::MAX);
        self.raises.push(RaiseSite { code, message, help });
        index
    }
}

impl SiteTables for Tables {
    fn invoke(&self, index: u16) -> Option<&Invoke> {
        self.invokes.get(usize::from(index))
    }

    fn place(&self, index: u16) -> Option<&PlaceSite> {
        self.places.get(usize::from(index))
    }

    fn captures(&self, proto: usize) -> &[CaptureFrom] {
        self.protos.get(proto).map_or(&[], |proto| &proto.captures)
    }

    fn struct_run(&self, index: u16) -> u16 {
        self.structs.get(usize::from(index)).map_or(0, StructLiteral::run)
    }

    fn variant_run(&self, index: u16) -> u16 {
        self.variants.get(usize::from(index)).map_or(0, |(_, count)| *count)
    }
}
