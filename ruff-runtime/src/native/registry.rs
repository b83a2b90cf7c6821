//! The [`Registry`]: every builtin that programs can name, as lists of statics and a table over them.

use std::collections::HashMap;
use std::sync::OnceLock;

use hashbrown::HashTable;

use super::{NativeDef, ObjectKind};
use crate::heap::Ref;
use crate::value::{ModuleValue, Sym, Value};

/// A group of builtins about one subject, which is one folder of sources.
pub struct Family {
    /// Its name.
    pub name: &'static str,
    /// Its builtins, sorted by name.
    pub natives: &'static [&'static NativeDef],
}

/// Lists the builtins of a family: `family!("strings": [join::JOIN, split::SPLIT])`.
#[macro_export]
macro_rules! family {
    ($name:literal: [$($($segment:ident)::+),* $(,)?]) => {
        $crate::native::Family { name: $name, natives: &[$(&$($segment)::+),*] }
    };
}

/// A predefined number.
#[derive(Debug)]
pub struct Constant {
    /// Its name.
    pub name: &'static str,
    /// Its value.
    pub value: f64,
    /// What it is, in a sentence.
    pub doc: &'static str,
}

/// The builtins of an engine.
///
/// Making one costs nothing: the families are statics, and the table of names is built on the first look-up, a few
/// nanoseconds a name.
#[derive(Clone, Default)]
pub struct Registry {
    families: &'static [&'static Family],
    more: &'static [&'static Family],
    constants: &'static [Constant],
    names: OnceLock<HashTable<Entry>>,
}

#[derive(Clone, Copy)]
struct Entry {
    name: &'static str,
    def: &'static NativeDef,
    alias: u8,
}

impl Registry {
    /// The builtins of `families`. Of two with the same name the later wins.
    pub fn new(families: &'static [&'static Family]) -> Self {
        Registry { families, ..Registry::default() }
    }

    /// Adds builtins, of an embedding program say. Of two with the same name the later wins.
    #[must_use]
    pub fn with_families(mut self, families: &'static [&'static Family]) -> Self {
        self.more = families;
        self.names = OnceLock::new();
        self
    }

    /// Adds predefined numbers.
    #[must_use]
    pub fn with_constants(mut self, constants: &'static [Constant]) -> Self {
        self.constants = constants;
        self
    }

    /// The builtin function called `name`, and which of its names that is ([`NativeDef::name_at`]). Functions that
    /// only other builtins use, whose names start with `__`, are found like all others.
    pub fn find(&self, name: &str) -> Option<(&'static NativeDef, u8)> {
        self.entry(name).filter(|(def, _)| def.global)
    }

    /// What programs find under `name` without declaring it: a builtin, a number, or the namespace of the builtins whose
    /// names begin with `name.`.
    pub fn predefined(&self, name: &str) -> Option<Value> {
        if let Some((def, alias)) = self.find(name).filter(|(def, _)| !def.is_hidden()) {
            return Some(Value::Native(alias, def));
        }
        match self.constants.iter().find(|constant| constant.name == name) {
            Some(constant) => Some(Value::Float(constant.value)),
            None => self.namespace(name),
        }
    }

    fn namespace(&self, name: &str) -> Option<Value> {
        let mut exports = HashMap::new();
        for def in self.iter().filter(|def| def.global) {
            for (alias, whole) in (0..=u8::MAX).zip(def.names()) {
                if let Some(member) = whole.strip_prefix(name).and_then(|rest| rest.strip_prefix('.')) {
                    exports.insert(Sym::new(member), Value::Native(alias, def));
                }
            }
        }
        if exports.is_empty() {
            return None;
        }
        let namespace = ModuleValue { name: Sym::new(name), exports, types: HashMap::new() };
        Some(Value::Module(Ref::new(namespace)))
    }

    /// The builtin that can be called as a method `name` on its first argument.
    pub fn find_method(&self, name: &str) -> Option<(&'static NativeDef, u8)> {
        self.entry(name).filter(|(def, _)| def.method)
    }

    /// The own method `name` of values of `kind`.
    pub fn find_own_method(&self, kind: &ObjectKind, name: &str) -> Option<&'static NativeDef> {
        let names = self.names.get_or_init(|| self.table());
        let is_it = |entry: &Entry| entry.def.on == Some(kind.word) && entry.def.method_name() == name;
        names.find(hash(&[kind.word, ".", name]), is_it).map(|entry| entry.def)
    }

    /// The families.
    pub fn families(&self) -> impl Iterator<Item = &'static Family> + use<> {
        self.families.iter().chain(self.more).copied()
    }

    /// Every builtin, those that only other builtins use included.
    pub fn iter(&self) -> impl Iterator<Item = &'static NativeDef> + use<> {
        self.families().flat_map(|family| family.natives.iter().copied())
    }

    /// Every name of a function that programs can use, aliases included.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.iter().filter(|def| def.global && !def.is_hidden()).flat_map(NativeDef::names)
    }

    /// The predefined numbers.
    pub fn constants(&self) -> &'static [Constant] {
        self.constants
    }

    fn entry(&self, name: &str) -> Option<(&'static NativeDef, u8)> {
        let names = self.names.get_or_init(|| self.table());
        let entry = names.find(hash(&[name]), |entry| entry.name == name)?;
        Some((entry.def, entry.alias))
    }

    fn table(&self) -> HashTable<Entry> {
        let natives: usize = self.families().map(|family| family.natives.len()).sum();
        let mut table = HashTable::with_capacity(natives + natives / 4);
        for def in self.iter() {
            for (alias, name) in (0..=u8::MAX).zip(def.names()) {
                let entry = Entry { name, def, alias };
                let is_it = |known: &Entry| known.name == name;
                match table.entry(hash(&[name]), is_it, |known| hash(&[known.name])) {
                    hashbrown::hash_table::Entry::Occupied(mut known) => *known.get_mut() = entry,
                    hashbrown::hash_table::Entry::Vacant(free) => {
                        free.insert(entry);
                    }
                }
            }
        }
        table
    }
}

impl NativeDef {
    /// Its own name, then the others.
    pub fn names(&'static self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }

    /// Whether it is for other builtins only.
    pub fn is_hidden(&self) -> bool {
        self.name.starts_with("__")
    }
}

/// FNV-1a of a name in parts. The names are ours, so nobody can choose them to collide.
fn hash(name: &[&str]) -> u64 {
    let bytes = name.iter().flat_map(|part| part.bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    // The table tells entries apart by the high bits, where FNV mixes least.
    hash ^ hash << 32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::native::{FromArg, NativeBody, Undo, Updates, Whole};

    const PARAMS: &[crate::native::Param] = &[crate::native::Param::new("value", Whole::TYPES, false, false)];

    const fn native(name: &'static str, aliases: &'static [&'static str], global: bool) -> NativeDef {
        NativeDef {
            name,
            aliases,
            family: "tests",
            params: PARAMS,
            returns: "any",
            capabilities: &[],
            global,
            method: !global,
            on: None,
            updates: Updates::No,
            undo: Undo::Copy,
            pure: true,
            doc: "",
            since: "2.0",
            body: NativeBody::Rust(|_, _| Ok(Value::Null)),
        }
    }

    static SUBSTRING: NativeDef = native("substring", &["substr"], true);
    static COLLECT: NativeDef = native("collect", &[], false);
    static HIDDEN: NativeDef = native("__sort", &[], true);
    static OWN: NativeDef =
        NativeDef { on: Some("Box"), global: false, method: false, ..native("Box.put", &[], true) };
    static FAMILY: Family = family!("tests": [HIDDEN, COLLECT, self::SUBSTRING]);
    static FAMILIES: &[&Family] = &[&FAMILY];
    static BOXES: Family = family!("boxes": [OWN]);
    static MORE: &[&Family] = &[&BOXES];

    #[test]
    fn names_lead_to_natives() {
        let registry = Registry::new(FAMILIES);
        let find = |name| registry.find(name).map(|(def, alias)| (def.name, alias));
        assert_eq!(find("substring"), Some(("substring", 0)));
        assert_eq!(find("substr"), Some(("substring", 1)));
        assert_eq!(find("__sort"), Some(("__sort", 0)));
        assert_eq!(find("collect"), None);
        assert_eq!(find("nothing"), None);
        assert_eq!(registry.find_method("collect").map(|(def, _)| def.name), Some("collect"));
        assert_eq!(registry.find_method("substring").map(|(def, _)| def.name), None);
        assert_eq!(registry.names().collect::<Vec<_>>(), ["substring", "substr"]);
        assert_eq!(registry.iter().count(), 3);
    }

    #[test]
    fn own_methods_are_found_by_their_kind() {
        let registry = Registry::new(FAMILIES).with_families(MORE);
        let find = |word, name| {
            let kind = ObjectKind { type_name: "", word };
            registry.find_own_method(&kind, name).map(|def| def.name)
        };
        assert_eq!(find("Box", "put"), Some("Box.put"));
        assert_eq!(find("Lid", "put"), None);
        assert_eq!(find("Box", "substring"), None);
        assert!(registry.find("Box.put").is_none() && registry.find_method("put").is_none());
    }
}
