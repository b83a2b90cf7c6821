//! [`Expected`]: what a program says about itself.

/// A text in which `…` stands for anything, nothing included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(pub String);

impl Pattern {
    /// Whether `text` is of this form.
    pub fn matches(&self, text: &str) -> bool {
        let mut pieces = self.0.split('…');
        // A split has at least one piece.
        let first = pieces.next().unwrap_or_default();
        let Some(mut rest) = text.strip_prefix(first) else { return false };
        let mut pieces: Vec<&str> = pieces.collect();
        let Some(last) = pieces.pop() else { return rest.is_empty() };
        for piece in pieces {
            let Some(at) = rest.find(piece) else { return false };
            rest = &rest[at + piece.len()..];
        }
        rest.ends_with(last)
    }
}

/// A line of output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The text without its line end.
    pub text: String,
    /// Where the program says so: `FILE:LINE`.
    pub stated: String,
}

/// A diagnostic, or the error that ends the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedError {
    /// The diagnostic code.
    pub code: String,
    /// The message.
    pub message: Pattern,
    /// The file it is in.
    pub file: String,
    /// 1-based line.
    pub line: u32,
    /// 1-based column, if it matters.
    pub column: Option<u32>,
    /// Help lines that it must have.
    pub help: Vec<Pattern>,
    /// Active functions with lines, innermost first.
    pub call_stack: Option<String>,
    /// Code and message of the error that led to it.
    pub cause: Option<(String, Pattern)>,
    /// Where the program says so: `FILE:LINE`.
    pub stated: String,
}

/// Everything a program says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expected {
    /// Lines of standard output.
    pub stdout: Vec<Line>,
    /// Lines of standard error.
    pub stderr: Vec<Line>,
    /// Errors, in order of their places.
    pub errors: Vec<ExpectedError>,
    /// The exit status if the program says it.
    pub status: Option<i32>,
    /// The milliseconds that the run takes if the program says so.
    pub clock: Option<u64>,
    /// What has not come to its end when the program has; empty for nothing.
    pub unfinished: String,
}

impl Expected {
    /// The exit status: as said, or as follows from the errors.
    pub fn status(&self) -> i32 {
        let is_syntax =
            |error: &ExpectedError| error.code.starts_with("RUFLEX") || error.code.starts_with("RUFPARSE");
        match (self.status, self.errors.first()) {
            (Some(status), _) => status,
            (None, None) => 0,
            (None, Some(error)) if is_syntax(error) => 3,
            (None, Some(_)) => 4,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn dots_stand_for_any_text() {
        let matches = |pattern: &str, text| Pattern(pattern.to_owned()).matches(text);
        assert!(matches("Division by zero", "Division by zero"));
        assert!(!matches("Division by zero", "Division by zero."));
        assert!(!matches("by zero", "Division by zero"));
        assert!(matches("…by…", "Division by zero"));
        assert!(matches("Div… …zero", "Division by zero"));
        assert!(!matches("Div…zero!", "Division by zero"));
        assert!(matches("a…", "a"));
        assert!(!matches("aa…aa", "aaa"));
    }
}
