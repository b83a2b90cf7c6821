//! Which crate may depend on which.

use super::config::{self, Config};
use super::finding::Finding;
use crate::metadata::Metadata;

/// Checks the dependencies between the crates of the workspace.
pub(crate) fn check(metadata: &Metadata, config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in &metadata.packages {
        let Some(allowed) = config.layers.get(&package.name) else {
            let message = format!("the crate {} has no place in the layers", package.name);
            findings.push(Finding::file(
                config::PATH,
                message,
                "add it under [layers] with what it may depend on",
            ));
            continue;
        };
        let permitted = |name: &str| allowed.iter().any(|other| other == "*" || other == name);
        for dependency in &package.dependencies {
            if metadata.is_ours(&dependency.name) && !permitted(&dependency.name) {
                let message = format!("{} may not depend on {}", package.name, dependency.name);
                let fix = format!("move the code to the right layer; the layers are in {}", config::PATH);
                findings.push(Finding::file("Cargo.toml", message, fix));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::{Config, Scratch};
    use super::check;
    use crate::metadata::Metadata;

    fn workspace() -> Scratch {
        let package =
            |name: &str, rest: &str| format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n{rest}");
        Scratch::with(&[
            ("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"low\", \"high\"]\n"),
            ("low/Cargo.toml", &package("low", "[dev-dependencies]\nhigh = { path = \"../high\" }\n")),
            ("low/src/lib.rs", "//! Low.\n"),
            ("high/Cargo.toml", &package("high", "[dependencies]\nlow = { path = \"../low\" }\n")),
            ("high/src/lib.rs", "//! High.\n"),
        ])
    }

    fn messages(config: &str) -> Vec<String> {
        let metadata = Metadata::read(workspace().path()).unwrap();
        let found = check(&metadata, &Config::parse(config).unwrap());
        found.into_iter().map(|found| found.message).collect()
    }

    #[test]
    fn an_edge_against_the_layers_is_found_even_for_tests() {
        let expected = ["low may not depend on high"];
        assert_eq!(messages("[layers]\nlow = []\nhigh = [\"low\"]\n"), expected);
        assert_eq!(messages("[layers]\nlow = [\"*\"]\nhigh = [\"low\"]\n"), [""; 0]);
    }

    #[test]
    fn every_crate_has_its_place() {
        let expected = ["the crate low has no place in the layers"];
        assert_eq!(messages("[layers]\nhigh = [\"low\"]\n"), expected);
    }
}
