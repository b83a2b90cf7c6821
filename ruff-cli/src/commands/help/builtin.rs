//! `ruff help builtin NAME`: the manual page of a builtin, from its declaration.

use ruff_runtime::native::{Constant, NativeDef, Registry, Updates};
use ruff_syntax::Code;

use crate::failure::Failure;
use crate::output;
use crate::render::{Finding, Look};
use crate::status::Status;
use crate::suggest::did_you_mean;

/// How far code and paragraphs stand to the right.
const INDENT: &str = "  ";

/// Where the values of facts stand.
const VALUES: usize = 13;

/// Shows the page of `name`, or a list of all names.
pub(crate) fn execute(program: &str, name: Option<&str>, look: Look) -> Result<Status, Failure> {
    let registry = ruff_natives::test_registry();
    let text = match name {
        Some(name) => page(&registry, name, look).ok_or_else(|| unknown(program, &registry, name))?,
        None => list(program, &registry, look),
    };
    output::print(&text).map(|()| Status::SUCCESS)
}

fn unknown(program: &str, registry: &Registry, name: &str) -> Failure {
    let constants = registry.constants().iter().map(|constant| constant.name);
    let known = visible(registry).flat_map(NativeDef::names).chain(constants);
    let mut finding = Finding::error(Code::UnknownCommand, format!("unknown builtin '{name}'"));
    finding.help.extend(did_you_mean(name, known));
    finding.help.push(format!("`{program} help builtin` lists all of them"));
    Failure::usage(finding)
}

/// The builtins that programs can name, methods included.
fn visible(registry: &Registry) -> impl Iterator<Item = &'static NativeDef> {
    registry.iter().filter(|def| !def.is_hidden())
}

/// All names, by family.
fn list(program: &str, registry: &Registry, look: Look) -> String {
    let mut text = String::new();
    for family in registry.families() {
        let members = visible(registry).filter(|def| def.family == family.name);
        let mut names: Vec<&str> = members.flat_map(NativeDef::names).collect();
        names.sort_unstable();
        text.push_str(&format!("{}:\n{}\n", family.name, fill(&names.join(", "), INDENT, look)));
    }
    let constants: Vec<&str> = registry.constants().iter().map(|constant| constant.name).collect();
    text.push_str(&format!("constants:\n{INDENT}{}\n\n", constants.join(", ")));
    text.push_str(&format!("`{program} help builtin NAME` shows the page of one.\n"));
    text
}

fn page(registry: &Registry, name: &str, look: Look) -> Option<String> {
    let alias_of = |def: &'static NativeDef| (0..).zip(def.names()).find(|(_, known)| *known == name);
    match visible(registry).find_map(|def| Some((def, alias_of(def)?.0))) {
        Some((def, alias)) => Some(native_page(def, alias, look)),
        None => registry.constants().iter().find(|constant| constant.name == name).map(constant_page),
    }
}

fn constant_page(constant: &Constant) -> String {
    format!("{}: float = {}\n\n{INDENT}{}\n", constant.name, constant.value, constant.doc)
}

fn native_page(def: &'static NativeDef, alias: u8, look: Look) -> String {
    let manual = def.manual();
    let mut text = format!("{}\n\n", def.typed_signature(alias));
    for paragraph in &manual.description {
        text.push_str(&fill(paragraph, INDENT, look));
        text.push('\n');
    }
    if !manual.errors.is_empty() {
        let errors: String = manual.errors.iter().map(|error| fill(error, INDENT, look)).collect();
        text.push_str(&format!("Errors:\n{errors}\n"));
    }
    for (name, value) in facts(def, alias) {
        let value = fill(&value, &" ".repeat(VALUES), look);
        text.push_str(&format!("{name:<VALUES$}{}", value.trim_start()));
    }
    for example in &manual.examples {
        text.push_str("\nExample:\n");
        for line in example.code.lines() {
            text.push_str(format!("{INDENT}{line}").trim_end());
            text.push('\n');
        }
    }
    text
}

/// What else there is to know.
fn facts(def: &'static NativeDef, alias: u8) -> Vec<(&'static str, String)> {
    let others: Vec<&str> = def.names().filter(|name| *name != def.name_at(alias)).collect();
    let stores = match def.updates {
        Updates::No => "",
        Updates::Result => ", stores the result in its variable",
        Updates::Rest => ", stores the rest in its variable and gives the item alone",
        Updates::RestOnDict => {
            ", stores the result in its variable; of a dict the rest, and gives the entry's value alone"
        }
    };
    let method = def.method_signature(alias).filter(|_| def.global);
    let needs: Vec<String> = def
        .capabilities
        .iter()
        .map(|capability| format!("{}, granted by {}", capability.name(), capability.flag()))
        .collect();
    let facts = [
        ("Also called", Some(others.join(", ")).filter(|others| !others.is_empty())),
        ("As a method", method.map(|method| format!("{method}{stores}"))),
        ("Needs", Some(needs.join("; ")).filter(|needs| !needs.is_empty())),
        ("Since", Some(def.since.to_owned())),
    ];
    facts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// `text` in lines that fit, each after `indent`. Words are never broken.
fn fill(text: &str, indent: &str, look: Look) -> String {
    let mut lines = String::new();
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && indent.len() + line.chars().count() + 1 + word.chars().count() > look.width {
            lines.push_str(&format!("{indent}{line}\n"));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    format!("{lines}{indent}{line}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_filled_and_words_stay_whole() {
        let look = Look { width: 12, ..Look::PLAIN };
        assert_eq!(fill("one two three", "  ", look), "  one two\n  three\n");
        assert_eq!(fill("a-very-long-word b", "  ", look), "  a-very-long-word\n  b\n");
    }

    #[test]
    fn every_name_has_a_page() {
        let registry = ruff_natives::test_registry();
        for name in registry.names().chain(["collect", "ArgParser.parse", "PI"]) {
            let page = page(&registry, name, Look::PLAIN).unwrap_or_default();
            assert!(page.contains(name), "{name}: {page}");
        }
        assert_eq!(page(&registry, "__sort_naturally", Look::PLAIN), None);
    }
}
