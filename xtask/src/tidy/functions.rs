//! Lines of functions.

use super::config::{self, Config};
use super::finding::Finding;
use super::rust::{Rust, is_word};
use super::tree::Tree;

/// Checks that no function passes the cap.
pub(crate) fn check(tree: &Tree, config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut unused: Vec<&String> = config.functions.exceptions.keys().collect();
    for (file, rust) in tree.rust() {
        for function in functions(rust) {
            if function.lines <= config.functions.cap {
                continue;
            }
            let key = format!("{}::{}", file.path, function.name);
            let exception = config.functions.exceptions.get(&key);
            unused.retain(|&name| *name != key);
            let cap = exception.map_or(config.functions.cap, |exception| exception.lines);
            if function.lines > cap {
                let message = format!("`{}` has {} lines, the cap is {cap}", function.name, function.lines);
                let fix =
                    "name its parts as functions, or give it an exception with a reason in xtask/tidy.toml";
                findings.push(Finding::at(&file.path, function.line, message, fix));
            }
        }
    }
    for name in unused {
        let message = format!("the function exception of {name} is not needed");
        findings.push(Finding::file(config::PATH, message, "delete it"));
    }
    findings
}

/// A function with a body.
struct Function<'a> {
    name: &'a str,
    /// Where its `fn` stands.
    line: usize,
    /// From there to the closing brace.
    lines: usize,
}

fn functions(rust: &Rust) -> Vec<Function<'_>> {
    rust.words("fn").filter_map(|at| function(rust, at)).collect()
}

/// The function whose `fn` is at `at`; `None` for a function type and for a declaration without body.
fn function(rust: &Rust, at: usize) -> Option<Function<'_>> {
    let rest = rust.code[at + 2..].trim_start();
    let name = &rest[..rest.find(|ch| !is_word(ch)).unwrap_or(rest.len())];
    if name.is_empty() {
        return None;
    }
    let open = body(&rust.code, at)?;
    let close = matching_brace(&rust.code, open)?;
    let line = rust.line(at);
    Some(Function { name, line, lines: rust.line(close) - line + 1 })
}

/// Where the body opens: the first brace outside parentheses and brackets, unless a `;` comes before it.
fn body(code: &str, at: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (offset, byte) in code.as_bytes()[at..].iter().enumerate() {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            b'{' if depth == 0 => return Some(at + offset),
            b';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

fn matching_brace(code: &str, open: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (offset, byte) in code.as_bytes()[open..].iter().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(open + offset);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::{Config, Scratch};
    use super::check;

    fn found(source: &str, config: &str) -> Vec<String> {
        let tree = Scratch::with(&[("a.rs", source)]).read();
        check(&tree, &Config::parse(config).unwrap()).iter().map(|found| found.to_string()).collect()
    }

    #[test]
    fn long_functions_are_found_and_braces_in_strings_do_not_count() {
        let source =
            "fn a() {}\n\nfn b(x: fn(u8) -> [u8; 2])\nwhere\n    u8: Copy,\n{\n    \"}\";\n    '}';\n}\n";
        let expected = "a.rs:3: `b` has 7 lines, the cap is 6\n    \
            name its parts as functions, or give it an exception with a reason in xtask/tidy.toml";
        assert_eq!(found(source, "[functions]\ncap = 6\n"), [expected]);
    }

    #[test]
    fn declarations_without_body_are_not_functions() {
        assert_eq!(found("trait T {\n    fn a();\n    fn b();\n}\n", "[functions]\ncap = 1\n"), [""; 0]);
    }

    #[test]
    fn an_exception_must_be_needed() {
        let exceptions = "[functions.exceptions]\n\"a.rs::a\" = { lines = 200, reason = \"r\" }\n";
        let expected = "xtask/tidy.toml: the function exception of a.rs::a is not needed\n    delete it";
        assert_eq!(found("fn a() {}\n", exceptions), [expected]);
    }
}
