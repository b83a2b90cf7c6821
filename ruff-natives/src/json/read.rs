//! From JSON text to values. Recursion is bounded by [`MAX_DEPTH`].

use ruff_runtime::Value;
use ruff_runtime::value::{Dict, Key, Str};

use super::number::Mantissa;
use super::scan::plain_len;
use crate::data::{MAX_DEPTH, Unreadable};
use crate::place::{BYTE_ORDER_MARK, Place};

/// The value of `text`.
pub(super) fn parse(text: &str) -> Result<Value, Unreadable> {
    let start = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 };
    let mut reader = Reader { text, bytes: text.as_bytes(), at: start, sizes: [0; MAX_DEPTH + 1] };
    reader.document().map_err(|problem| problem.told(text))
}

/// Why a text is no JSON.
#[derive(Debug)]
enum Problem {
    /// Nested too deep.
    Depth,
    /// Something else should be where a byte is.
    Expected { what: &'static str, at: usize },
    /// The byte at a place is wrong.
    Wrong { detail: &'static str, at: usize },
    /// The text ends inside of something.
    End { inside: &'static str },
}

impl Problem {
    fn told(&self, text: &str) -> Unreadable {
        match self {
            Problem::Depth => Unreadable::Depth,
            Problem::Expected { what, at } => {
                Unreadable::at(Place::of(text, *at), &format!("expected {what}"))
            }
            Problem::Wrong { detail, at } => Unreadable::at(Place::of(text, *at), detail),
            // The end is where the last character is, at column 0 of a line without any.
            Problem::End { inside } => {
                let mut place = Place::of(text, text.len());
                place.column -= 1;
                Unreadable::at(place, &format!("EOF while parsing {inside}"))
            }
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// Entries of the last object at each depth: the next one is likely to have as many.
    sizes: [u8; MAX_DEPTH + 1],
}

type Read<T> = Result<T, Problem>;

const IN_OBJECT: Problem = Problem::End { inside: "an object" };
const IN_STRING: Problem = Problem::End { inside: "a string" };

impl Reader<'_> {
    fn document(&mut self) -> Read<Value> {
        let value = self.value(0, "a value")?;
        match self.next_token() {
            None => Ok(value),
            Some(_) => Err(self.wrong("trailing characters")),
        }
    }

    /// A value `inside` of something, which is what a text that ends before it ends in.
    fn value(&mut self, depth: usize, inside: &'static str) -> Read<Value> {
        let Some(first) = self.next_token() else { return Err(Problem::End { inside }) };
        if depth > MAX_DEPTH {
            return Err(Problem::Depth);
        }
        match first {
            b'"' => {
                self.at += 1;
                Ok(self.string()?.into())
            }
            b'-' | b'0'..=b'9' => self.number(),
            b'{' => self.object(depth),
            b'[' => self.array(depth),
            b't' => self.word("`true`", Value::Bool(true)),
            b'f' => self.word("`false`", Value::Bool(false)),
            b'n' => self.word("`null`", Value::Null),
            _ => Err(self.expected("value")),
        }
    }

    fn array(&mut self, depth: usize) -> Read<Value> {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            match self.next_token() {
                Some(b']') if items.is_empty() => break,
                Some(b']') => return Err(self.wrong("trailing comma")),
                _ => items.push(self.value(depth + 1, "a list")?),
            }
            match self.next_token() {
                Some(b',') => self.at += 1,
                Some(b']') => break,
                Some(_) => return Err(self.expected("`,` or `]`")),
                None => return Err(Problem::End { inside: "a list" }),
            }
        }
        self.at += 1;
        Ok(Value::array(items))
    }

    fn object(&mut self, depth: usize) -> Read<Value> {
        self.at += 1;
        let size = self.sizes.get(depth).copied().unwrap_or_default();
        let mut dict = Dict::with_capacity(size.into());
        if self.next_token() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Dict(dict));
        }
        loop {
            match self.next_token() {
                Some(b'"') => self.at += 1,
                Some(b'}') => return Err(self.wrong("trailing comma")),
                Some(_) => return Err(self.wrong("key must be a string")),
                None => return Err(IN_OBJECT),
            }
            let key = Key::from(self.string()?);
            match self.next_token() {
                Some(b':') => self.at += 1,
                Some(_) => return Err(self.expected("`:`")),
                None => return Err(IN_OBJECT),
            }
            let value = self.value(depth + 1, "an object")?;
            dict.insert_key(key, value);
            match self.next_token() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    self.remember_size(depth, dict.len());
                    return Ok(Value::Dict(dict));
                }
                Some(_) => return Err(self.expected("`,` or `}`")),
                None => return Err(IN_OBJECT),
            }
        }
    }

    #[inline]
    fn remember_size(&mut self, depth: usize, size: usize) {
        if let Some(slot) = self.sizes.get_mut(depth) {
            *slot = u8::try_from(size).unwrap_or(0);
        }
    }

    /// A word, given as messages show it.
    fn word(&mut self, word: &'static str, value: Value) -> Read<Value> {
        for expected in word.trim_matches('`').bytes() {
            match self.peek() {
                Some(byte) if byte == expected => self.at += 1,
                Some(_) => return Err(self.expected(word)),
                None => return Err(Problem::End { inside: word }),
            }
        }
        Ok(value)
    }

    fn number(&mut self) -> Read<Value> {
        let start = self.at;
        let is_negative = self.peek() == Some(b'-');
        if is_negative {
            self.at += 1;
        }
        let mut digits = Mantissa::default();
        match self.peek() {
            Some(b'0') => {
                self.at += 1;
                if matches!(self.peek(), Some(b'0'..=b'9')) {
                    return Err(self.wrong("invalid number"));
                }
            }
            _ => self.digits(&mut digits)?,
        }
        let whole = digits.count;
        match self.peek() {
            Some(b'.') => {
                self.at += 1;
                self.digits(&mut digits)?;
            }
            Some(b'e' | b'E') => {}
            _ => return self.int(start, is_negative, &digits),
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits(&mut Mantissa::default())?;
            return self.float(start);
        }
        match digits.over_power_of_ten(digits.count - whole) {
            Some(float) => Ok(Value::Float(if is_negative { -float } else { float })),
            None => self.float(start),
        }
    }

    fn int(&mut self, start: usize, is_negative: bool, digits: &Mantissa) -> Read<Value> {
        match (digits.exact(), is_negative) {
            (Some(int), false) => Ok(Value::Int(int)),
            (Some(int), true) => Ok(Value::Int(-int)),
            (None, _) => {
                let text = self.text.get(start..self.at).unwrap_or_default();
                text.parse().map(Value::Int).or_else(|_| self.float(start))
            }
        }
    }

    /// The number from `start` to here, by the book.
    #[cold]
    #[inline(never)]
    fn float(&mut self, start: usize) -> Read<Value> {
        match self.text.get(start..self.at).unwrap_or_default().parse::<f64>() {
            Ok(float) if float.is_finite() => Ok(Value::Float(float)),
            _ => Err(self.wrong_before("number out of range")),
        }
    }

    /// At least one digit.
    #[inline]
    fn digits(&mut self, digits: &mut Mantissa) -> Read<()> {
        let start = self.at;
        while let Some(byte @ b'0'..=b'9') = self.peek() {
            digits.push(byte);
            self.at += 1;
        }
        match self.peek() {
            _ if self.at > start => Ok(()),
            Some(_) => Err(self.wrong("invalid number")),
            None => Err(Problem::End { inside: "a number" }),
        }
    }

    /// The rest of a string whose opening quote is behind us.
    fn string(&mut self) -> Read<Str> {
        let start = self.at;
        self.skip_plain();
        if self.peek() == Some(b'"') {
            let text = self.text.get(start..self.at).unwrap_or_default();
            self.at += 1;
            return Ok(Str::new(text));
        }
        self.string_with_escapes(start)
    }

    fn string_with_escapes(&mut self, mut start: usize) -> Read<Str> {
        let mut out = String::new();
        loop {
            out.push_str(self.text.get(start..self.at).unwrap_or_default());
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Str::from_string(out));
                }
                Some(b'\\') => {
                    self.at += 1;
                    out.push(self.escape()?);
                }
                Some(_) => {
                    return Err(
                        self.wrong("control character (\\u0000-\\u001F) found while parsing a string")
                    );
                }
                None => return Err(IN_STRING),
            }
            start = self.at;
            self.skip_plain();
        }
    }

    /// Goes to the next byte of a string that is not just itself.
    #[inline]
    fn skip_plain(&mut self) {
        self.at += plain_len(self.bytes.get(self.at..).unwrap_or_default());
    }

    fn escape(&mut self) -> Read<char> {
        let letter = self.peek().ok_or(IN_STRING)?;
        self.at += 1;
        let char = match letter {
            b'"' | b'\\' | b'/' => char::from(letter),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            _ => return Err(self.wrong_before("invalid escape")),
        };
        Ok(char)
    }

    /// The character of a `\u` escape, whose low half follows in another if it has two.
    fn unicode(&mut self) -> Read<char> {
        let first = self.hex()?;
        if let Some(char) = char::from_u32(first) {
            return Ok(char);
        }
        let lone = self.wrong_before("lone surrogate in hex escape");
        if first >= 0xdc00 {
            return Err(lone);
        }
        for expected in *b"\\u" {
            if self.peek().ok_or(IN_STRING)? != expected {
                return Err(lone);
            }
            self.at += 1;
        }
        let second = self.hex()?;
        if !(0xdc00..0xe000).contains(&second) {
            return Err(lone);
        }
        char::from_u32(0x1_0000 + ((first - 0xd800) << 10 | (second - 0xdc00))).ok_or(lone)
    }

    fn hex(&mut self) -> Read<u32> {
        let mut code = 0;
        for _ in 0..4 {
            let byte = self.peek().ok_or(IN_STRING)?;
            let Some(digit) = char::from(byte).to_digit(16) else { return Err(self.wrong("invalid escape")) };
            self.at += 1;
            code = code << 4 | digit;
        }
        Ok(code)
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Skips blanks and looks at what follows.
    #[inline]
    fn next_token(&mut self) -> Option<u8> {
        loop {
            match self.peek() {
                Some(b' ' | b'\n' | b'\t' | b'\r') => self.at += 1,
                other => return other,
            }
        }
    }

    #[cold]
    fn expected(&self, what: &'static str) -> Problem {
        Problem::Expected { what, at: self.at }
    }

    /// What stands here is wrong.
    #[cold]
    fn wrong(&self, detail: &'static str) -> Problem {
        Problem::Wrong { detail, at: self.at }
    }

    /// What was just read is wrong; its last character is shown.
    #[cold]
    fn wrong_before(&self, detail: &'static str) -> Problem {
        Problem::Wrong { detail, at: self.at.saturating_sub(1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruff_runtime::value::source_text;

    fn read(text: &str) -> String {
        source_text(&parse(text).unwrap())
    }

    fn problem(text: &str) -> String {
        match parse(text).unwrap_err() {
            Unreadable::Depth => "too deep".to_owned(),
            Unreadable::Mistake(message) => message,
        }
    }

    #[test]
    fn values() {
        assert_eq!(
            read(" [1, -2.50, 1e2, true,false , null, {}, []]\n"),
            "[1, -2.5, 100.0, true, false, null, {}, []]"
        );
        assert_eq!(read("9223372036854775807"), "9223372036854775807");
        assert_eq!(read("9223372036854775808"), "9223372036854776000.0");
        assert_eq!(read("-0"), "0");
        assert_eq!(
            read("[-9223372036854775808, 999999999999999999, 1000000000000000000]"),
            "[-9223372036854775808, 999999999999999999, 1000000000000000000]"
        );
        assert_eq!(
            read("[0.1, -0.25, 123.456, 9007199254740993.5, 0.30000000000000004]"),
            "[0.1, -0.25, 123.456, 9007199254740994.0, 0.30000000000000004]"
        );
        assert_eq!(read("{\"b\": 1, \"a\": {\"1\": 2}, \"b\": 3}"), "{\"a\": {\"1\": 2}, \"b\": 3}");
        let Value::Dict(dict) = parse("{\"b\": 1, \"a\": 2, \"b\": 3}").unwrap() else { panic!("no dict") };
        assert_eq!(dict.iter().map(|(key, _)| key.to_string()).collect::<Vec<_>>(), ["b", "a"]);
    }

    #[test]
    fn strings() {
        assert_eq!(read(r#""a\"\\\/\n\t""#), r#""a\"\\/\n\t""#);
        assert_eq!(read(r#""\u00e4\ud83d\ude00\u0041""#), "\"ä😀A\"");
        assert_eq!(
            read("\"a text that is longer than a short one\""),
            "\"a text that is longer than a short one\""
        );
    }

    #[test]
    fn problems_have_positions() {
        let cases = [
            ("x", "expected value at line 1 column 1"),
            ("[1,]", "trailing comma at line 1 column 4"),
            ("[,]", "expected value at line 1 column 2"),
            ("[1 2]", "expected `,` or `]` at line 1 column 4"),
            ("{\"a\" 1}", "expected `:` at line 1 column 6"),
            ("{\"a\": 1,}", "trailing comma at line 1 column 9"),
            ("{1: 2}", "key must be a string at line 1 column 2"),
            ("{\"a\": 1 \"b\"}", "expected `,` or `}` at line 1 column 9"),
            ("\n tru ", "expected `true` at line 2 column 5"),
            ("01", "invalid number at line 1 column 2"),
            ("1.x", "invalid number at line 1 column 3"),
            ("1e400", "number out of range at line 1 column 5"),
            (r#""\x""#, "invalid escape at line 1 column 3"),
            (r#""\é""#, "invalid escape at line 1 column 3"),
            (r#""\u12é4""#, "invalid escape at line 1 column 6"),
            (r#""\ud83d""#, "lone surrogate in hex escape at line 1 column 7"),
            (r#""\ud83d\n""#, "lone surrogate in hex escape at line 1 column 7"),
            (r#""\ud83d\u0041""#, "lone surrogate in hex escape at line 1 column 7"),
            (r#""\udc00\ud83d""#, "lone surrogate in hex escape at line 1 column 7"),
            ("1 2", "trailing characters at line 1 column 3"),
            ("{}\0", "trailing characters at line 1 column 3"),
            (
                "\"a\nb\"",
                "control character (\\u0000-\\u001F) found while parsing a string at line 1 column 3",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(problem(text), expected, "{text}");
        }
    }

    #[test]
    fn columns_count_characters_and_every_line_end_ends_a_line() {
        assert_eq!(problem("[\"é😀\" x"), "expected `,` or `]` at line 1 column 7");
        assert_eq!(problem("[\"é\"é"), "expected `,` or `]` at line 1 column 5");
        assert_eq!(problem("[1,\r\n 2,\r3,\n  x]"), "expected value at line 4 column 3");
        assert_eq!(problem("\u{feff}[x]"), "expected value at line 1 column 2");
        assert_eq!(problem("[\u{feff}]"), "expected value at line 1 column 2");
    }

    #[test]
    fn the_end_of_a_text_is_inside_of_what_was_begun_last() {
        let cases = [
            ("", "a value at line 1 column 0"),
            (" \n", "a value at line 2 column 0"),
            ("\u{feff}", "a value at line 1 column 0"),
            ("[", "a list at line 1 column 1"),
            ("[ \n ", "a list at line 2 column 1"),
            ("[1", "a list at line 1 column 2"),
            ("[1,", "a list at line 1 column 3"),
            ("[[],{}", "a list at line 1 column 6"),
            ("{", "an object at line 1 column 1"),
            ("{\"ä\"", "an object at line 1 column 4"),
            ("{\"a\":", "an object at line 1 column 5"),
            ("{\"a\":1", "an object at line 1 column 6"),
            ("{\"a\":1,", "an object at line 1 column 7"),
            ("{\"a\":[", "a list at line 1 column 6"),
            ("{\"a", "a string at line 1 column 3"),
            ("\"ä", "a string at line 1 column 2"),
            (r#"["\"#, "a string at line 1 column 3"),
            (r#"["\u00"#, "a string at line 1 column 6"),
            (r#""\ud83d"#, "a string at line 1 column 7"),
            (r#""\ud83d\"#, "a string at line 1 column 8"),
            (r#""\ud83d\ude"#, "a string at line 1 column 11"),
            ("tru", "`true` at line 1 column 3"),
            ("[fals", "`false` at line 1 column 5"),
            ("n", "`null` at line 1 column 1"),
            ("-", "a number at line 1 column 1"),
            ("[1.", "a number at line 1 column 3"),
            ("1e+", "a number at line 1 column 3"),
        ];
        for (text, expected) in cases {
            assert_eq!(problem(text), format!("EOF while parsing {expected}"), "{text}");
        }
    }

    #[test]
    fn a_byte_order_mark_in_front_says_nothing() {
        assert_eq!(read("\u{feff} [1]"), "[1]");
    }

    #[test]
    fn the_limit_on_depth() {
        let nested = |levels| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(parse(&nested(65)).is_ok());
        for text in [nested(66), nested(1_000_000), "[".repeat(66), format!("{}1", "[".repeat(65))] {
            assert_eq!(problem(&text), "too deep");
        }
        assert_eq!(problem(&"[".repeat(65)), "EOF while parsing a list at line 1 column 65");
    }
}
