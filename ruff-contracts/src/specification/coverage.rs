//! [`Coverage`]: how far the project's registry is from the specification.

use std::collections::BTreeSet;

use ruff_runtime::native::{NativeDef, Param, Registry, TypeWord};

use super::{Entry, Parameter};
use crate::described::describes;

/// What a registry has of the names of the specification, and what it has differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// By chapter.
    pub chapters: Vec<Chapter>,
    /// Names of the registry that no chapter knows.
    pub extra: Vec<String>,
}

/// One chapter of a [`Coverage`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chapter {
    /// Its number and name.
    pub chapter: &'static str,
    /// How many names must be there.
    pub names: usize,
    /// Those that are not, sorted.
    pub missing: Vec<String>,
    /// What is there, but not as the chapter says.
    pub different: Vec<Difference>,
    /// How many names and methods are wanted besides.
    pub extensions: usize,
    /// Those that are not there, sorted.
    pub missing_extensions: Vec<String>,
}

/// Something about a builtin that is not as the specification says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The builtin's name in the specification.
    pub name: String,
    /// What about it: `parameters`, `capability`, ….
    pub what: &'static str,
    /// As the specification says.
    pub wanted: String,
    /// As it is.
    pub actual: String,
}

impl Coverage {
    /// Compares `registry` with `entries`, which are in the order of their chapters.
    pub fn new(registry: &Registry, entries: &[Entry]) -> Coverage {
        let mut chapters: Vec<Chapter> = Vec::new();
        for entry in entries {
            if chapters.last().is_none_or(|last| last.chapter != entry.chapter) {
                chapters.push(Chapter { chapter: entry.chapter, ..Chapter::default() });
            }
            if let Some(chapter) = chapters.last_mut() {
                chapter.add(registry, entry);
            }
        }
        for chapter in &mut chapters {
            chapter.missing.sort();
            chapter.missing_extensions.sort();
        }
        let known: BTreeSet<&str> = entries.iter().flat_map(Entry::names).collect();
        // Own methods of kinds of values are no names.
        let ours =
            registry.iter().filter(|def| !def.is_hidden() && def.on.is_none()).flat_map(NativeDef::names);
        let extra: BTreeSet<&str> = ours.filter(|name| !known.contains(name)).collect();
        Coverage { chapters, extra: extra.into_iter().map(str::to_owned).collect() }
    }
}

impl Chapter {
    /// How many of the names that must be there are.
    pub fn there(&self) -> usize {
        self.names - self.missing.len()
    }

    fn add(&mut self, registry: &Registry, entry: &Entry) {
        let missing: Vec<String> =
            entry.names().filter(|name| find(registry, entry, name).is_none()).map(str::to_owned).collect();
        // What exists as a method alone, own methods of kinds included, is no name of its own.
        if entry.is_extension || !entry.global {
            self.extensions += entry.names().count();
            self.missing_extensions.extend(missing);
        } else {
            self.names += entry.names().count();
            self.missing.extend(missing);
        }
        // The builtin is what its own name, or else any of its names, leads to.
        if let Some(def) = entry.names().find_map(|name| find(registry, entry, name)) {
            self.different.extend(differences(registry, entry, def));
        }
    }
}

fn find(registry: &Registry, entry: &Entry, name: &str) -> Option<&'static NativeDef> {
    if entry.on.is_some() {
        return registry.iter().find(|def| def.on == entry.on.as_deref() && def.name == name);
    }
    // One that is neither is a function that programs have only in tests.
    let is_function = entry.global || !entry.method;
    let found = if is_function { registry.find(name) } else { registry.find_method(name) };
    found.map(|(def, _)| def)
}

fn differences(registry: &Registry, entry: &Entry, def: &'static NativeDef) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut compare = |what: &'static str, wanted: String, actual: String| {
        if wanted != actual {
            found.push(Difference { name: entry.name.clone(), what, wanted, actual });
        }
    };
    // A name that is missing is no difference; one that leads elsewhere is.
    for name in entry.names() {
        let actual = find(registry, entry, name).map_or(entry.name.as_str(), |def| def.name);
        compare("name", format!("{name} is {}", entry.name), format!("{name} is {actual}"));
    }
    let surplus = def.names().filter(|name| !entry.names().any(|known| known == *name));
    compare("aliases", String::new(), surplus.collect::<Vec<_>>().join(", "));
    let params = def.params.iter().skip(usize::from(def.on.is_some()));
    compare("parameters", list(&entry.params), list(&params.map(parameter).collect::<Vec<_>>()));
    compare("result", entry.returns.join("|"), returned(def.returns).join("|"));
    let needs: Vec<&str> = def.capabilities.iter().map(|capability| capability.name()).collect();
    compare("capability", words(&entry.needs), words(&needs));
    if entry.on.is_none() {
        compare("called as", forms(entry.global, entry.method), forms(def.global, def.method));
    }
    let manual = def.manual();
    for message in entry.errors.iter().filter(|message| !describes(&manual, message)) {
        compare("error", message.clone(), "not in its manual page".to_owned());
    }
    found
}

fn list(params: &[Parameter]) -> String {
    let params: Vec<String> = params.iter().map(Parameter::to_string).collect();
    format!("({})", params.join(", "))
}

fn words<T: AsRef<str>>(words: &[T]) -> String {
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}

fn forms(global: bool, method: bool) -> String {
    match (global, method) {
        (true, true) => "function and method",
        (false, true) => "method",
        _ => "function",
    }
    .to_owned()
}

/// A parameter of ours in the words of the specification.
fn parameter(param: &Param) -> Parameter {
    let mut kinds: Vec<String> =
        param.types.iter().flat_map(|word| kinds(*word)).map(|kind| (*kind).to_owned()).collect();
    if kinds.is_empty() {
        kinds.push("any".to_owned());
    }
    kinds.sort();
    kinds.dedup();
    Parameter { name: param.name.to_owned(), kinds, optional: param.optional, variadic: param.variadic }
}

/// A result of ours, words joined by `or`, in the words of the specification.
fn returned(words: &str) -> Vec<String> {
    let mut kinds: Vec<String> = words
        .split(" or ")
        .flat_map(|word| match word {
            "number" => vec!["float", "int"],
            word => vec![word],
        })
        .map(str::to_lowercase)
        .collect();
    kinds.sort();
    kinds
}

/// The kinds that a word of ours speaks of.
fn kinds(word: TypeWord) -> &'static [&'static str] {
    match word {
        TypeWord::Int => &["int"],
        TypeWord::Float => &["float"],
        TypeWord::Number | TypeWord::Finite => &["int", "float"],
        TypeWord::String => &["string"],
        TypeWord::Bool => &["bool"],
        TypeWord::Null => &["null"],
        TypeWord::Array => &["array"],
        TypeWord::Dict => &["dict"],
        TypeWord::Bytes => &["bytes"],
        TypeWord::Set => &["set"],
        TypeWord::Queue => &["queue"],
        TypeWord::Stack => &["stack"],
        TypeWord::Iterator => &["iterator", "generator"],
        TypeWord::Function => &["function"],
        TypeWord::Struct => &["struct"],
        TypeWord::Handle(kind) => std::slice::from_ref(&kind.type_name),
    }
}

#[cfg(test)]
mod tests {
    use super::super::entries;
    use super::*;

    fn chapter(edit: impl Fn(&mut Entry)) -> Chapter {
        let mut all = entries().unwrap();
        all.retain(|entry| entry.name == "substring");
        edit(&mut all[0]);
        Coverage::new(&ruff_natives::registry(), &all).chapters.remove(0)
    }

    fn differences(edit: impl Fn(&mut Entry)) -> Vec<(&'static str, String, String)> {
        chapter(edit).different.into_iter().map(|found| (found.what, found.wanted, found.actual)).collect()
    }

    #[test]
    fn what_agrees_is_no_difference() {
        let agreed = chapter(|_| {});
        assert_eq!((agreed.names, agreed.there(), agreed.different), (2, 2, vec![]));
    }

    #[test]
    fn missing_names_are_counted_one_by_one() {
        let gone = chapter(|entry| entry.name = "substrung".to_owned());
        assert_eq!(gone.missing, ["substrung"]);
        let wanted = chapter(|entry| {
            (entry.name, entry.aliases, entry.is_extension) = ("nothing".to_owned(), vec![], true);
        });
        assert_eq!(
            (wanted.names, wanted.extensions, wanted.missing_extensions),
            (0, 1, vec!["nothing".into()])
        );
    }

    #[test]
    fn every_difference_is_named() {
        let moved = differences(|entry| entry.aliases = vec!["upper".to_owned()]);
        assert_eq!(moved[0], ("name", "upper is substring".into(), "upper is to_upper".into()));
        assert_eq!(moved[1], ("aliases", String::new(), "substr".into()));
        let [(what, ..)] = differences(|entry| entry.params[0].kinds.push("zebra".into()))[..] else {
            panic!()
        };
        assert_eq!(what, "parameters");
        let needs = differences(|entry| entry.needs = vec!["clock".to_owned()]);
        assert_eq!(needs, [("capability", "clock".into(), "none".into())]);
        let result = differences(|entry| entry.returns = vec!["bytes".to_owned()]);
        assert_eq!(result, [("result", "bytes".into(), "string".into())]);
        let errors = differences(|entry| entry.errors = vec!["substring() has had enough".to_owned()]);
        assert_eq!(errors, [("error", "substring() has had enough".into(), "not in its manual page".into())]);
        let forms = differences(|entry| entry.method = false);
        assert_eq!(forms, [("called as", "function".into(), "function and method".into())]);
    }
}
