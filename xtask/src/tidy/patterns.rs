//! Rules that are a search: in the code, in the comments, or in the lines of a file.

use super::config::Config;
use super::finding::Finding;
use super::rust::{Rust, is_word};
use super::tree::{File, Tree};

/// Code that may not be there, and what to do instead.
const CODE: [(&str, &str); 7] = [
    ("todo!", "write the code, or leave the feature out"),
    ("unimplemented!", "write the code, or leave the feature out"),
    ("dbg!", "delete it"),
    ("#[ignore", "make the test pass or delete it"),
    ("allow(dead_code)", "delete the code that nothing uses"),
    ("#[allow(", "use #[expect(lint, reason = \"…\")], which tells when it is no longer needed"),
    ("#![allow(", "use #![expect(lint, reason = \"…\")], which tells when it is no longer needed"),
];

/// Marks of work left for later; each needs the number of what it waits for.
const LATER: [&str; 3] = ["TODO", "FIXME", "XXX"];

/// Endings of the files whose lines may not end in blanks.
const LINES: [&str; 7] = [".rs", ".toml", ".md", ".ruff", ".sh", ".yml", ".json"];

/// Checks all of them.
pub(crate) fn check(tree: &Tree, config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, rust) in tree.rust() {
        findings.extend(code(file, rust));
        findings.extend(string_errors(file, rust));
        findings.extend(comments(file, rust));
    }
    for file in tree.files() {
        if !config.patterns.trailing_blanks.contains(&file.path) {
            findings.extend(trailing_blanks(file));
        }
    }
    findings
}

fn code<'a>(file: &'a File, rust: &'a Rust) -> impl Iterator<Item = Finding> + 'a {
    CODE.iter().flat_map(move |&(needle, fix)| {
        rust.code.match_indices(needle).filter_map(move |(at, _)| {
            let inside_word = rust.code[..at].ends_with(is_word);
            (!inside_word).then(|| Finding::at(&file.path, rust.line(at), format!("`{needle}`"), fix))
        })
    })
}

/// `Result<_, String>`: an error that is only a text cannot be told from another.
fn string_errors<'a>(file: &'a File, rust: &'a Rust) -> impl Iterator<Item = Finding> + 'a {
    rust.words("Result").filter(|&at| last_argument(&rust.code[at + "Result".len()..]) == Some("String")).map(
        |at| {
            Finding::at(
                &file.path,
                rust.line(at),
                "an error that is only a text",
                "give it a type with a case a mistake",
            )
        },
    )
}

/// The last argument of the list of two or more types at the start of `code`.
fn last_argument(code: &str) -> Option<&str> {
    let list = code.strip_prefix('<')?;
    let mut depth = 0usize;
    let mut comma = None;
    for (at, ch) in list.char_indices() {
        match ch {
            '<' | '(' | '[' => depth += 1,
            '>' if list[..at].ends_with('-') => {}
            '>' if depth == 0 => return comma.map(|comma: usize| list[comma + 1..at].trim()),
            '>' | ')' | ']' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => comma = Some(at),
            _ => {}
        }
    }
    None
}

fn comments(file: &File, rust: &Rust) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in rust.comments.lines().enumerate() {
        let comment = line.trim();
        for word in LATER.iter().filter(|word| left_for_later(comment, word)) {
            let message = format!("`{word}` without the number of what it waits for");
            findings.push(Finding::at(
                &file.path,
                number + 1,
                message,
                format!("do it, or write {word}(#123)"),
            ));
        }
        if is_code(comment) {
            let fix = "delete it; the history has it";
            findings.push(Finding::at(&file.path, number + 1, "code in a comment", fix));
        }
    }
    findings
}

fn left_for_later(comment: &str, word: &str) -> bool {
    comment.match_indices(word).any(|(at, _)| {
        let rest = &comment[at + word.len()..];
        let alone = !comment[..at].ends_with(is_word) && !rest.starts_with(is_word);
        let numbered =
            rest.strip_prefix("(#").is_some_and(|rest| rest.starts_with(|ch: char| ch.is_ascii_digit()));
        alone && !numbered
    })
}

/// Whether a comment that is no documentation is a statement of Rust. Only what prose never looks like counts.
fn is_code(comment: &str) -> bool {
    let Some(text) = comment.strip_prefix("//") else { return false };
    if text.starts_with(['/', '!']) {
        return false;
    }
    let text = text.trim();
    let starts = [
        "let ", "use ", "pub ", "return ", "fn ", "if ", "for ", "while ", "match ", "impl ", "struct ", "}",
    ];
    let ends = [";", "{", "}"];
    starts.iter().any(|start| text.starts_with(start)) && ends.iter().any(|end| text.ends_with(end))
}

fn trailing_blanks(file: &File) -> Vec<Finding> {
    if !LINES.iter().any(|ending| file.path.ends_with(ending)) {
        return Vec::new();
    }
    let lines = file.text.split('\n').enumerate();
    lines
        .filter(|(_, line)| line.trim_end_matches('\r').ends_with([' ', '\t']))
        .map(|(number, _)| {
            Finding::at(&file.path, number + 1, "blanks at the end of the line", "delete them")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Config, Scratch};
    use super::check;

    fn found(path: &str, text: &str) -> Vec<(usize, String)> {
        let tree = Scratch::with(&[(path, text)]).read();
        check(&tree, &Config::default()).into_iter().map(|found| (found.line, found.message)).collect()
    }

    fn messages(source: &str) -> Vec<String> {
        found("a.rs", source).into_iter().map(|(_, message)| message).collect()
    }

    #[test]
    fn unfinished_code_is_found_but_not_its_mention() {
        for (source, message) in [
            ("fn f() { todo!() }", "`todo!`"),
            ("fn f() { unimplemented!() }", "`unimplemented!`"),
            ("fn f() { dbg!(1); }", "`dbg!`"),
            ("#[ignore = \"slow\"]", "`#[ignore`"),
            ("#[expect(x)] #[cfg_attr(a, allow(dead_code))]", "`allow(dead_code)`"),
            ("#[allow(lint)]", "`#[allow(`"),
            ("#![allow(lint)]", "`#![allow(`"),
        ] {
            assert_eq!(messages(source), [message]);
        }
        assert_eq!(messages("// todo! dbg!\nlet x = \"#[allow(\"; my_dbg!();"), [""; 0]);
    }

    #[test]
    fn errors_are_not_texts() {
        for source in ["fn f() -> Result<(), String> {}", "type R = Result<Vec<fn(u8) -> (u8, u8)>, String>;"]
        {
            assert_eq!(messages(source), ["an error that is only a text"]);
        }
        for source in
            ["Result<String, Error>", "Result<String>", "Result<A, Vec<String>>", "MyResult<A, String>"]
        {
            assert_eq!(messages(source), [""; 0]);
        }
    }

    #[test]
    fn work_for_later_has_a_number() {
        let source = "// TODO: a\n// TODO(#12): b\n/// FIXME c\n// TODOS\n\"TODO\"\n";
        let lines: Vec<usize> = found("a.rs", source).into_iter().map(|(line, _)| line).collect();
        assert_eq!(lines, [1, 3]);
    }

    #[test]
    fn statements_in_comments_are_found_and_prose_is_not() {
        let source =
            "// let x = 1;\n// return early; the rest follows\n/// let x = 1;\n// if a {\n//     b\n// }\n";
        let lines: Vec<usize> = found("a.rs", source).into_iter().map(|(line, _)| line).collect();
        assert_eq!(lines, [1, 4, 6]);
    }

    #[test]
    fn lines_do_not_end_in_blanks() {
        assert_eq!(found("a.md", "one \r\ntwo\n"), [(1, "blanks at the end of the line".to_owned())]);
        assert_eq!(found("a.out", "one \n"), []);
    }
}
