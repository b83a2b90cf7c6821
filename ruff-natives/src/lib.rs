//! The standard library of the Ruff language, and the host over the operating system.
//!
//! A family of builtins is a folder, a builtin one declaration in it, `#[native]`, from which checks, messages and
//! manual follow. Builtins that call back are written in Ruff, in `prelude/`. Start reading at [`registry`] and in
//! `strings`. Only [`SystemHost`] touches the operating system.
#![forbid(unsafe_code)]

mod arguments;
mod arrays;
mod assertions;
mod collections;
mod concurrency;
mod conversion;
mod csv;
mod data;
mod dicts;
mod driver;
mod encoding;
pub mod fixture;
mod host;
mod http;
mod json;
mod math;
mod network;
mod output;
mod place;
mod random;
mod regex;
#[cfg(test)]
mod robustness;
#[cfg(test)]
mod round_trips;
mod ssg;
mod stdin;
mod stdout;
mod strings;
mod system;
mod test_server;
#[cfg(test)]
mod testing;
mod time;
mod toml;
mod yaml;

pub use host::SystemHost;
pub use network::{Destinations, Network};

use ruff_runtime::native::{Constant, Family, Registry};

static FAMILIES: &[&Family] = &[
    &arguments::FAMILY,
    &arrays::FAMILY,
    &assertions::FAMILY,
    &collections::FAMILY,
    &concurrency::FAMILY,
    &conversion::FAMILY,
    &csv::FAMILY,
    &dicts::FAMILY,
    &encoding::FAMILY,
    &http::FAMILY,
    &json::FAMILY,
    &math::FAMILY,
    &output::FAMILY,
    &random::FAMILY,
    &regex::FAMILY,
    &ssg::FAMILY,
    &strings::FAMILY,
    &system::FAMILY,
    &time::FAMILY,
    &toml::FAMILY,
    &yaml::FAMILY,
];

static TEST_FAMILIES: &[&Family] = &[&test_server::FAMILY];

static CONSTANTS: &[Constant] = &[
    Constant { name: "E", value: std::f64::consts::E, doc: "The base of natural logarithms." },
    Constant {
        name: "PI",
        value: std::f64::consts::PI,
        doc: "The ratio of a circle's circumference to its diameter.",
    },
];

/// All builtins of the standard library. Costs nothing.
pub fn registry() -> Registry {
    Registry::new(FAMILIES).with_constants(CONSTANTS)
}

/// The same with those that programs have only when they are tested.
pub fn test_registry() -> Registry {
    registry().with_families(TEST_FAMILIES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruff_runtime::native::NativeBody;

    #[test]
    fn families_are_sorted_and_names_are_used_once() {
        let mut seen = std::collections::BTreeSet::new();
        for family in test_registry().families() {
            let names: Vec<&str> =
                family.natives.iter().map(|def| def.name.trim_start_matches("__")).collect();
            let mut sorted = names.clone();
            sorted.sort_unstable();
            assert_eq!(names, sorted, "{}", family.name);
            for def in family.natives {
                assert_eq!(def.family, family.name, "{}", def.name);
                for name in def.names() {
                    assert!(seen.insert(name), "{name} twice");
                }
            }
        }
    }

    #[test]
    fn manual_pages_have_an_example() {
        for def in test_registry().iter().filter(|def| !def.is_hidden()) {
            assert!(def.doc.contains("```ruff"), "{}", def.name);
            assert!(!def.doc.contains("[`"), "{}: no links in manual pages", def.name);
        }
    }

    #[test]
    fn builtins_in_ruff_are_one_function_of_their_name() {
        for def in test_registry().iter() {
            let NativeBody::Ruff(source) = def.body else { continue };
            let code: Vec<&str> = source.lines().filter(|line| !line.starts_with('#')).collect();
            let params: Vec<&str> = def.params.iter().map(|param| param.name).collect();
            let head = format!("{}({}) {{", def.method_name(), params.join(", "));
            let expected = [format!("func {head}"), format!("func* {head}")];
            assert!(
                code.first().is_some_and(|line| expected.iter().any(|head| head == line)),
                "{}",
                def.name
            );
            assert_eq!(code.iter().filter(|line| line.starts_with("func")).count(), 1, "{}", def.name);
        }
    }
}
