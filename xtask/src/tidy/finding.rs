//! What a rule has to say about one place.

use std::fmt;

/// A place that breaks a rule, and how to mend it. Sorts by place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    /// Path of the file from the root of the workspace.
    pub(crate) path: String,
    /// 1-based line; 0 when the file as a whole is meant.
    pub(crate) line: usize,
    /// What is wrong.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) fix: String,
}

impl Finding {
    /// A finding about one line.
    pub(crate) fn at(path: &str, line: usize, message: impl Into<String>, fix: impl Into<String>) -> Self {
        Finding { path: path.to_owned(), line, message: message.into(), fix: fix.into() }
    }

    /// A finding about a whole file.
    pub(crate) fn file(path: &str, message: impl Into<String>, fix: impl Into<String>) -> Self {
        Finding::at(path, 0, message, fix)
    }

    /// The place and what is wrong, in one line.
    pub(crate) fn summary(&self) -> String {
        let Finding { path, line, message, .. } = self;
        if *line > 0 { format!("{path}:{line}: {message}") } else { format!("{path}: {message}") }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n    {}", self.summary(), self.fix)
    }
}

#[cfg(test)]
mod tests {
    use super::Finding;

    #[test]
    fn shows_the_place_what_is_wrong_and_what_to_do() {
        let finding = Finding::at("a/b.rs", 7, "this is wrong", "do that");
        assert_eq!(finding.to_string(), "a/b.rs:7: this is wrong\n    do that");
        let whole = Finding::file("a/b.rs", "this is wrong", "do that");
        assert_eq!(whole.to_string(), "a/b.rs: this is wrong\n    do that");
    }
}
