//! Lines of files: short at the median, never past the cap.

use super::config::{self, Config};
use super::finding::Finding;
use super::tree::{File, Tree};

const SPLIT: &str = "split it by concept, or give it an exception with a reason in xtask/tidy.toml";

/// Checks the lines of every Rust file and of the pages that have a cap.
pub(crate) fn check(tree: &Tree, config: &Config) -> Vec<Finding> {
    let mut findings = over_the_cap(tree, config);
    findings.extend(distribution(tree, config));
    findings.extend(pages(tree, config));
    findings
}

fn over_the_cap(tree: &Tree, config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut unused: Vec<&String> = config.files.exceptions.keys().collect();
    for (file, _) in tree.rust() {
        let common = if file.is_test() { config.files.test_cap } else { config.files.cap };
        let exception = config.files.exceptions.get(&file.path);
        let cap = exception.map_or(common, |exception| exception.lines);
        let lines = lines(file);
        if lines > cap {
            findings.push(Finding::file(&file.path, format!("{lines} lines, the cap is {cap}"), SPLIT));
        }
        if lines > common {
            unused.retain(|&path| *path != file.path);
        }
    }
    for path in unused {
        let message = format!("the size exception of {path} is not needed");
        findings.push(Finding::file(config::PATH, message, "delete it"));
    }
    findings
}

/// The median and the nine-in-ten figure over all Rust files.
fn distribution(tree: &Tree, config: &Config) -> Vec<Finding> {
    let mut sizes: Vec<usize> = tree.rust().map(|(file, _)| lines(file)).collect();
    sizes.sort_unstable();
    let at = |part: usize| sizes.get((sizes.len() * part / 100).min(sizes.len().saturating_sub(1))).copied();
    let mut findings = Vec::new();
    for (part, limit, what) in [
        (50, config.files.median, "half of the Rust files are longer than"),
        (90, config.files.most, "a tenth of the Rust files is longer than"),
    ] {
        if at(part).is_some_and(|size| size > limit) {
            findings.push(Finding::file(
                ".",
                format!("{what} {limit} lines"),
                "split the long ones by concept",
            ));
        }
    }
    findings
}

fn pages(tree: &Tree, config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files() {
        if let Some(&cap) = config.files.pages.get(&file.path)
            && lines(file) > cap
        {
            let message = format!("{} lines, the page may have {cap}", lines(file));
            findings.push(Finding::file(
                &file.path,
                message,
                "shorten it; details belong into the code or the book",
            ));
        }
    }
    findings
}

fn lines(file: &File) -> usize {
    file.text.lines().count()
}

#[cfg(test)]
mod tests {
    use super::super::{Config, Scratch};
    use super::check;

    fn messages(files: &[(&str, usize)], config: &str) -> Vec<String> {
        let texts: Vec<(&str, String)> =
            files.iter().map(|&(path, lines)| (path, "\n".repeat(lines))).collect();
        let files: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (*path, text.as_str())).collect();
        let config = Config::parse(config).unwrap();
        check(&Scratch::with(&files).read(), &config).iter().map(|found| found.message.clone()).collect()
    }

    #[test]
    fn no_file_passes_its_cap() {
        let files = [("a.rs", 1001), ("b.rs", 1000), ("c.rs", 1), ("d.rs", 1), ("e/tests/f.rs", 1501)];
        let limits = "[files]\nmost = 2000\nmedian = 2000\n";
        assert_eq!(messages(&files, limits), ["1001 lines, the cap is 1000", "1501 lines, the cap is 1500"]);
    }

    #[test]
    fn an_exception_moves_the_cap_and_must_be_needed() {
        let files = [("a.rs", 1001), ("b.rs", 10)];
        let exceptions = "[files]\nmost = 2000\nmedian = 2000\n\
            [files.exceptions]\n\"a.rs\" = { lines = 1200, reason = \"r\" }\n\"b.rs\" = { lines = 9, reason = \"r\" }\n";
        let expected = ["10 lines, the cap is 9", "the size exception of b.rs is not needed"];
        assert_eq!(messages(&files, exceptions), expected);
    }

    #[test]
    fn the_median_and_the_ninth_tenth_have_limits_of_their_own() {
        let files = [("a.rs", 201), ("b.rs", 601), ("c.rs", 601)];
        let expected = [
            "half of the Rust files are longer than 200 lines",
            "a tenth of the Rust files is longer than 600 lines",
        ];
        assert_eq!(messages(&files, ""), expected);
    }

    #[test]
    fn pages_have_caps() {
        let pages = "[files.pages]\n\"A.md\" = 3\n";
        assert_eq!(messages(&[("A.md", 4), ("B.md", 4)], pages), ["4 lines, the page may have 3"]);
    }
}
