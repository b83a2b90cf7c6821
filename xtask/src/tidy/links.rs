//! Links between pages: each leads to a file of the tree, and the book's contents name every chapter.

use super::config::Config;
use super::finding::Finding;
use super::tree::{File, Tree};

/// The contents of the book.
const CONTENTS: &str = "docs/src/SUMMARY.md";

/// Checks the links of every Markdown page. Those that lead out of the tree are left alone.
pub(crate) fn check(tree: &Tree, _: &Config) -> Vec<Finding> {
    let pages = || tree.files().iter().filter(|file| file.path.ends_with(".md"));
    let mut findings = Vec::new();
    for page in pages() {
        for (line, target) in targets(page) {
            if !leads_somewhere(tree, &target) {
                let message = format!("the link to {target} leads nowhere");
                findings.push(Finding::at(&page.path, line, message, "mend the path, or write the page"));
            }
        }
    }
    if let Some(contents) = pages().find(|page| page.path == CONTENTS) {
        let chapters: Vec<String> = targets(contents).into_iter().map(|(_, target)| target).collect();
        let missing = pages().filter(|page| {
            page.path.starts_with("docs/src/") && page.path != CONTENTS && !chapters.contains(&page.path)
        });
        let finding =
            |page: &File| Finding::file(&page.path, "the book's contents do not name it", "add it there");
        findings.extend(missing.map(finding));
    }
    findings
}

/// Whether the path is a file, or a directory with something in it.
fn leads_somewhere(tree: &Tree, target: &str) -> bool {
    let below = format!("{target}/");
    tree.files().iter().any(|file| file.path == target || file.path.starts_with(&below))
}

/// The line and the path of everything that a page links to or includes, from the root of the tree. Code is no link.
fn targets(page: &File) -> Vec<(usize, String)> {
    let directory = page.path.rsplit_once('/').map_or("", |(directory, _)| directory);
    let mut found = Vec::new();
    let mut in_code = false;
    for (line, number) in page.text.lines().zip(1..) {
        in_code ^= line.trim_start().starts_with("```");
        let included = between(line, "{{#include ", "}}");
        let linked = between(line, "](", ")").into_iter().filter(|_| !in_code);
        for target in linked.chain(included) {
            if target.contains("://") {
                continue;
            }
            // What follows is a place in the page, or a part of the included file.
            let path = target.split(['#', ':']).next().unwrap_or(target);
            if !path.is_empty() {
                found.push((number, resolve(directory, path)));
            }
        }
    }
    found
}

/// Every stretch of `line` between `open` and the next `close`.
fn between<'a>(line: &'a str, open: &str, close: &str) -> Vec<&'a str> {
    line.split(open).skip(1).filter_map(|rest| rest.split_once(close).map(|(inside, _)| inside)).collect()
}

/// `path` as seen from `directory`, `.` and `..` resolved.
fn resolve(directory: &str, path: &str) -> String {
    let mut parts: Vec<&str> = directory.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::super::{Config, Scratch};
    use super::check;

    fn messages(files: &[(&str, &str)]) -> Vec<String> {
        let tree = Scratch::with(files).read();
        check(&tree, &Config::default())
            .iter()
            .map(|found| format!("{}: {}", found.path, found.message))
            .collect()
    }

    #[test]
    fn links_lead_to_files_and_directories() {
        let page = "[a](b/c.md#there) [d](b) [out](https://example.org/x) [here](#top)\n[gone](b/gone.md)\n\
            ```ruff\nxs[0](gone)\n{{#include b/c.rs:part}}\n```\n";
        let files = [("a.md", page), ("b/c.md", "[up](../a.md) [b](../b/)\n")];
        let expected =
            ["a.md: the link to b/gone.md leads nowhere", "a.md: the link to b/c.rs leads nowhere"];
        assert_eq!(messages(&files), expected);
    }

    #[test]
    fn the_contents_of_the_book_are_complete() {
        let files = [("docs/src/SUMMARY.md", "- [a](a.md)\n"), ("docs/src/a.md", ""), ("docs/src/b.md", "")];
        assert_eq!(messages(&files), ["docs/src/b.md: the book's contents do not name it"]);
    }
}
