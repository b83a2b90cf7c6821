//! Rust source with code, comments and strings told apart, so that a search in one does not hit the others.
//!
//! This is a scanner for searches, not a lexer: it knows comments, strings and characters, and nothing else.

/// A Rust file in two layers of the length of the text, each blank where the other layer or a string is.
#[derive(Debug)]
pub(crate) struct Rust {
    /// The code, with the contents of strings and characters blanked too.
    pub(crate) code: String,
    /// The comments, starters included.
    pub(crate) comments: String,
}

/// What a stretch of the source is.
#[derive(Clone, Copy, PartialEq)]
enum Layer {
    Code,
    Comment,
    Text,
}

impl Rust {
    /// Tells the layers of `source` apart.
    pub(crate) fn new(source: &str) -> Rust {
        let mut rust = Rust { code: String::new(), comments: String::new() };
        let mut rest = source;
        while !rest.is_empty() {
            let (layer, length) = stretch(rest, rust.code.chars().next_back());
            let (taken, left) = rest.split_at(length);
            for ch in taken.chars() {
                rust.code.push(keep(ch, layer == Layer::Code));
                rust.comments.push(keep(ch, layer == Layer::Comment));
            }
            rest = left;
        }
        rust
    }

    /// Every place in the code where `word` stands with no letter, digit or `_` on either side, as a byte position.
    pub(crate) fn words<'a>(&'a self, word: &'a str) -> impl Iterator<Item = usize> + 'a {
        self.code.match_indices(word).map(|(at, _)| at).filter(move |&at| {
            let before = self.code[..at].chars().next_back();
            let after = self.code[at + word.len()..].chars().next();
            !before.is_some_and(is_word) && !after.is_some_and(is_word)
        })
    }

    /// The 1-based line of a byte position in `code`.
    pub(crate) fn line(&self, at: usize) -> usize {
        self.code[..at].matches('\n').count() + 1
    }
}

/// Line ends stay in every layer, so that lines keep their numbers.
fn keep(ch: char, here: bool) -> char {
    if here || ch == '\n' { ch } else { ' ' }
}

pub(crate) fn is_word(ch: char) -> bool {
    ch.is_alphanumeric() || ch == '_'
}

/// The layer at the start of `rest` and for how many bytes it goes on; `before` is the last character of code.
fn stretch(rest: &str, before: Option<char>) -> (Layer, usize) {
    if rest.starts_with("//") {
        return (Layer::Comment, rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return (Layer::Comment, block_comment(rest));
    }
    if rest.starts_with('"') {
        return (Layer::Text, quoted(rest, '"'));
    }
    if rest.starts_with('\'') {
        return character(rest).map_or((Layer::Code, 1), |length| (Layer::Text, length));
    }
    if rest.starts_with('r')
        && !before.is_some_and(|ch| is_word(ch) && ch != 'b' && ch != 'c')
        && let Some(length) = raw_string(rest)
    {
        return (Layer::Text, length);
    }
    (Layer::Code, rest.chars().next().map_or(0, char::len_utf8))
}

/// The length of a block comment, which nests.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// The length of a literal between `quote`s.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, ch) in rest.char_indices().skip(1) {
        match ch {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if ch == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The length of a character literal; `None` when the quote starts a lifetime.
fn character(rest: &str) -> Option<usize> {
    let mut chars = rest.chars().skip(1);
    let first = chars.next()?;
    if first == '\\' || chars.next() == Some('\'') { Some(quoted(rest, '\'')) } else { None }
}

/// The length of `r"…"` or `r#"…"#`; `None` for a name or a raw identifier.
fn raw_string(rest: &str) -> Option<usize> {
    let hashes = rest[1..].chars().take_while(|&ch| ch == '#').count();
    let open = 1 + hashes;
    if !rest[open..].starts_with('"') {
        return None;
    }
    let close = format!("\"{}", "#".repeat(hashes));
    let body = open + 1;
    Some(rest[body..].find(&close).map_or(rest.len(), |at| body + at + close.len()))
}

#[cfg(test)]
mod tests {
    use super::Rust;

    /// Code and comments with their blanks run together.
    fn layers(source: &str) -> [String; 2] {
        let rust = Rust::new(source);
        [rust.code, rust.comments].map(|layer| layer.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn comments_leave_the_code() {
        assert_eq!(layers("a // b\nc /* d /* e */ f */ g"), ["a c g", "// b /* d /* e */ f */"]);
    }

    #[test]
    fn strings_and_characters_leave_the_code() {
        assert_eq!(layers(r#"f("a\"b // c", 'x', '\'')"#), ["f( , , )", ""]);
        assert_eq!(layers("f(r#\"a\"b\"#, br\"x\", b\"y\")"), ["f( , b , b )", ""]);
    }

    #[test]
    fn layers_keep_the_places() {
        let source = "a /* é */ 'é' b // c\nd";
        let rust = Rust::new(source);
        let places = |layer: &str, ch: char| layer.chars().position(|it| it == ch);
        for ch in ['a', 'b', 'd'] {
            assert_eq!(places(&rust.code, ch), places(source, ch));
        }
        assert_eq!(places(&rust.comments, 'c'), places(source, 'c'));
    }

    #[test]
    fn lifetimes_and_raw_identifiers_are_code() {
        for source in ["fn f<'a>(x: &'a str) {}", "let r#fn = r;", "parser"] {
            assert_eq!(Rust::new(source).code, source);
        }
    }

    #[test]
    fn words_stand_alone() {
        let rust = Rust::new("unsafe_code unsafe\nnot_unsafe unsafe{");
        let lines: Vec<usize> = rust.words("unsafe").map(|at| rust.line(at)).collect();
        assert_eq!(lines, [1, 2]);
    }
}
