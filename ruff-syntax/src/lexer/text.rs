//! What string literals mean: their text without quotes and indentation, escapes replaced.

use std::borrow::Cow;

/// An escape behind its backslash.
pub(super) struct Escape {
    /// The character it stands for, if it is valid.
    pub(super) char: Option<char>,
    /// The bytes it takes; of an invalid one, what was most likely meant to belong to it.
    pub(super) length: usize,
}

/// The value of a token of a string literal, be it the whole literal or a piece between interpolations.
///
/// `indent` is how the lines of a literal in three quotes are indented.
pub(crate) fn value<'t>(token: &'t str, indent: Option<&str>) -> Cow<'t, str> {
    let is_raw = token.starts_with('r');
    let token = if is_raw { &token[1..] } else { token };
    let Some(indent) = indent else {
        let text = unquote(token);
        return if is_raw { Cow::Borrowed(text) } else { unescape(text) };
    };
    let lines = unindent(token, indent);
    if is_raw { Cow::Owned(lines) } else { Cow::Owned(unescape(&lines).into_owned()) }
}

/// The literal text of a token in single quotes: without its quotes, `${` and `}`.
fn unquote(token: &str) -> &str {
    let text = token.strip_prefix(['"', '}']).unwrap_or(token);
    text.strip_suffix("${").or_else(|| text.strip_suffix('"')).unwrap_or(text)
}

/// The literal text of a token in three quotes: without these, the first and the last line end, and indentation.
fn unindent(token: &str, indent: &str) -> String {
    let is_head = token.starts_with('"');
    let text = token.strip_prefix("\"\"\"").or_else(|| token.strip_prefix('}')).unwrap_or(token);
    let is_tail = text.ends_with("\"\"\"");
    let text = text.strip_suffix("${").or_else(|| text.strip_suffix("\"\"\"")).unwrap_or(text);
    let mut lines: Vec<&str> = split_lines(text).collect();
    if is_tail {
        // The line of the closing quotes.
        lines.pop();
    }
    let mut value = String::with_capacity(text.len());
    for (at, &line) in lines.iter().enumerate() {
        match at {
            // What follows an interpolation on its line, or what follows the opening quotes.
            0 if !is_head => value.push_str(line),
            0 => {}
            _ => {
                if at > usize::from(is_head) {
                    value.push('\n');
                }
                // Nothing but blanks may be shorter.
                value.push_str(line.strip_prefix(indent).unwrap_or(""));
            }
        }
    }
    value
}

/// The pieces between line ends of any kind, one more than there are line ends.
fn split_lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = text.find(['\n', '\r']) else { return rest.take() };
        let (line, after) = text.split_at(end);
        rest = Some(after.strip_prefix("\r\n").unwrap_or_else(|| after.get(1..).unwrap_or("")));
        Some(line)
    })
}

/// The escape that `text` begins with, what stands behind a backslash.
pub(super) fn escape(text: &str) -> Escape {
    let Some(first) = text.chars().next() else { return Escape { char: None, length: 0 } };
    let char = match first {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        '0' => '\0',
        'e' => '\u{1b}',
        '\\' | '"' | '$' => first,
        'x' => return numbered(text, "x", ""),
        'u' => return numbered(text, "u{", "}"),
        _ => return Escape { char: None, length: first.len_utf8() },
    };
    Escape { char: Some(char), length: 1 }
}

/// A character by its number: two digits up to 7F behind `x`, one to six between `u{` and `}`.
fn numbered(text: &str, opening: &str, closing: &str) -> Escape {
    let Some(rest) = text.strip_prefix(opening) else { return Escape { char: None, length: 1 } };
    let is_short = closing.is_empty();
    let most = if is_short { 2 } else { usize::MAX };
    let count = rest.bytes().take_while(u8::is_ascii_alphanumeric).take(most).count();
    let (digits, after) = rest.split_at(count);
    let is_closed = after.starts_with(closing);
    let number = u32::from_str_radix(digits, 16).ok().filter(|_| is_closed);
    let char = match (is_short, count) {
        (true, 2) => number.filter(|&number| number <= 0x7f),
        (false, 1..=6) => number,
        _ => None,
    };
    let length = opening.len() + count + if is_closed { closing.len() } else { 0 };
    Escape { char: char.and_then(char::from_u32), length }
}

/// The value of literal text: its escapes replaced. Invalid ones, which were reported, stay as they are.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut value = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, after) = rest.split_at(at);
        value.push_str(before);
        let escape = escape(after.get(1..).unwrap_or(""));
        let (sequence, after) = after.split_at(after.len().min(1 + escape.length));
        match escape.char {
            Some(char) => value.push(char),
            None => value.push_str(sequence),
        }
        rest = after;
    }
    value.push_str(rest);
    Cow::Owned(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_replaced() {
        assert_eq!(value(r#""a\tb\\c\"d\$e""#, None), "a\tb\\c\"d$e");
        assert_eq!(value(r#""\0\e\x41\x7f\u{e9}\u{1F600}""#, None), "\0\u{1b}A\u{7f}é😀");
        assert_eq!(value("}x${", None), "x");
        assert_eq!(value("\"\"", None), "");
        assert_eq!(value("\"a\\u{110000}\\x80\\q\"", None), "a\\u{110000}\\x80\\q");
    }

    #[test]
    fn raw_text_is_left_alone() {
        assert_eq!(value(r#"r"\d+${x}""#, None), r"\d+${x}");
    }

    #[test]
    fn lines_lose_the_indentation_of_the_closing_quotes() {
        assert_eq!(value("\"\"\"\n  a\n    b\n\n  c\n  \"\"\"", Some("  ")), "a\n  b\n\nc");
        assert_eq!(value("\"\"\"\r\n\ta\\n\r\n\t\"\"\"", Some("\t")), "a\n");
        assert_eq!(value("\"\"\"\n\"\"\"", Some("")), "");
        assert_eq!(value("r\"\"\"\n \\d\n \"\"\"", Some(" ")), "\\d");
    }

    #[test]
    fn pieces_between_interpolations_lose_it_at_line_starts_alone() {
        assert_eq!(value("\"\"\"\n  a ${", Some("  ")), "a ");
        assert_eq!(value("}  b\n  c${", Some("  ")), "  b\nc");
        assert_eq!(value("}\n  ${", Some("  ")), "\n");
        assert_eq!(value("} d\n  \"\"\"", Some("  ")), " d");
    }
}
