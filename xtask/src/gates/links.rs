//! Links between pages: each leads to a file of the tree, and to a heading there if it says so; the book's contents
//! name every chapter.

use std::collections::BTreeSet;

use crate::tidy::{File, Finding, Tree};

/// The contents of the book.
const CONTENTS: &str = "docs/src/SUMMARY.md";

/// What a page links to or includes.
struct Link {
    line: usize,
    /// Path from the root of the tree.
    path: String,
    /// The place in that page.
    place: Option<String>,
}

/// Checks the links of every Markdown page. Those that lead out of the tree are left alone.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let pages = || tree.files().iter().filter(|file| file.path.ends_with(".md"));
    let mut findings = Vec::new();
    for page in pages() {
        for link in links(page) {
            if let Some(message) = broken(tree, &link) {
                findings.push(Finding::at(
                    &page.path,
                    link.line,
                    message,
                    "mend the link, or write the page",
                ));
            }
        }
    }
    if let Some(contents) = pages().find(|page| page.path == CONTENTS) {
        let chapters: Vec<String> = links(contents).into_iter().map(|link| link.path).collect();
        let missing = pages().filter(|page| {
            page.path.starts_with("docs/src/") && page.path != CONTENTS && !chapters.contains(&page.path)
        });
        let finding =
            |page: &File| Finding::file(&page.path, "the book's contents do not name it", "add it there");
        findings.extend(missing.map(finding));
    }
    findings
}

/// Why the link leads nowhere, if it does.
fn broken(tree: &Tree, link: &Link) -> Option<String> {
    let Link { path, place, .. } = link;
    let below = format!("{path}/");
    let page = tree.files().iter().find(|file| file.path == *path);
    if page.is_none() && !path.is_empty() && !tree.files().iter().any(|file| file.path.starts_with(&below)) {
        return Some(format!("the link to {path} leads nowhere"));
    }
    let (page, place) = (page?, place.as_ref()?);
    let missing = page.path.ends_with(".md") && !places(page).contains(place);
    missing.then(|| format!("{path} has no heading #{place}"))
}

/// The links of a page. Code has none, but inclusions work there.
fn links(page: &File) -> Vec<Link> {
    let directory = page.path.rsplit_once('/').map_or("", |(directory, _)| directory);
    let mut found = Vec::new();
    for (line, number, in_code) in lines(page) {
        for target in
            between(line, "](", ")").into_iter().filter(|target| !in_code && !target.contains("://"))
        {
            let (path, place) =
                target.split_once('#').map_or((target, None), |(path, place)| (path, Some(place)));
            let path = if path.is_empty() { page.path.clone() } else { resolve(directory, path) };
            found.push(Link { line: number, path, place: place.map(str::to_owned) });
        }
        for target in between(line, "{{#include ", "}}") {
            // What follows is a part of the file.
            let path = target.split(':').next().unwrap_or(target);
            found.push(Link { line: number, path: resolve(directory, path), place: None });
        }
    }
    found
}

/// The lines of a page with their numbers, and whether they are in a block of code.
fn lines(page: &File) -> impl Iterator<Item = (&str, usize, bool)> {
    let mut in_code = false;
    page.text.lines().zip(1..).map(move |(line, number)| {
        in_code ^= line.trim_start().starts_with("```");
        (line, number, in_code)
    })
}

/// The names that the headings of a page have in links.
fn places(page: &File) -> BTreeSet<String> {
    let headings = lines(page).filter(|(line, _, in_code)| !in_code && line.starts_with('#'));
    let mut found = BTreeSet::new();
    for (heading, ..) in headings {
        let name: String = heading
            .trim_start_matches('#')
            .trim()
            .chars()
            .filter(|ch| ch.is_alphanumeric() || matches!(ch, ' ' | '-' | '_'))
            .flat_map(char::to_lowercase)
            .map(|ch| if ch == ' ' { '-' } else { ch })
            .collect();
        // The second of a name has a number.
        let mut numbered = (1..).map(|number| format!("{name}-{number}"));
        if !found.insert(name.clone()) {
            let free = numbered.find(|name| !found.contains(name));
            found.extend(free);
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
    use super::check;
    use crate::tidy::Scratch;

    fn messages(files: &[(&str, &str)]) -> Vec<String> {
        check(&Scratch::with(files).read()).iter().map(|found| found.summary()).collect()
    }

    #[test]
    fn links_lead_to_files_and_directories() {
        let page = "# Top\n[a](b/c.md) [d](b) [out](https://example.org/x) [here](#top)\n[gone](b/gone.md)\n\
            ```ruff\nxs[0](gone)\n{{#include b/c.rs:part}}\n```\n";
        let files = [("a.md", page), ("b/c.md", "[up](../a.md) [b](../b/) [root](..)\n")];
        let expected =
            ["a.md:3: the link to b/gone.md leads nowhere", "a.md:6: the link to b/c.rs leads nowhere"];
        assert_eq!(messages(&files), expected);
    }

    #[test]
    fn links_lead_to_headings() {
        let files = [
            (
                "a.md",
                "[one](b.md#one-more-time) [two](b.md#same-1) [three](b.md#Same) [four](#here) [five](c.rs#L3)\n",
            ),
            ("b.md", "# One `more` time!\n## Same\n```sh\n# four\n```\n## Same\n"),
            ("c.rs", ""),
        ];
        assert_eq!(
            messages(&files),
            ["a.md:1: b.md has no heading #Same", "a.md:1: a.md has no heading #here"]
        );
    }

    #[test]
    fn the_contents_of_the_book_are_complete() {
        let files = [("docs/src/SUMMARY.md", "- [a](a.md)\n"), ("docs/src/a.md", ""), ("docs/src/b.md", "")];
        assert_eq!(messages(&files), ["docs/src/b.md: the book's contents do not name it"]);
    }
}
