//! From JSON text to values. Recursion is bounded by [`MAX_DEPTH`].

use ruff_runtime::Value;
use ruff_runtime::value::{Dict, Key, Str};

use super::number::Mantissa;
use super::scan::plain_len;
use crate::data::MAX_DEPTH;

/// Why a text is no JSON.
#[derive(Debug, thiserror::Error)]
pub(super) enum Problem {
    /// Nested too deep.
    #[error("JSON input exceeds maximum nesting depth of {MAX_DEPTH}")]
    Depth,
    /// Wrong at a position; lines count from 1, columns in bytes.
    #[error("JSON parse error: {detail} at line {line} column {column}")]
    Syntax { detail: &'static str, line: usize, column: usize },
}

/// The value of `text`.
pub(super) fn parse(text: &str) -> Result<Value, Problem> {
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0, sizes: [0; MAX_DEPTH + 1] };
    let value = reader.value(0)?;
    match reader.next_token() {
        None => Ok(value),
        Some(_) => Err(reader.wrong("trailing characters")),
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

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Read<Value> {
        let first = self.next_token();
        if depth > MAX_DEPTH {
            return Err(Problem::Depth);
        }
        match first {
            Some(b'"') => {
                self.at += 1;
                Ok(self.string()?.into())
            }
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            Some(_) => Err(self.wrong("expected value")),
            None => Err(self.wrong("EOF while parsing a value")),
        }
    }

    fn array(&mut self, depth: usize) -> Read<Value> {
        self.at += 1;
        let mut items = Vec::new();
        if self.next_token() == Some(b']') {
            self.at += 1;
            return Ok(Value::array(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            match self.next_token() {
                Some(b',') => {
                    self.at += 1;
                    if self.next_token() == Some(b']') {
                        return Err(self.wrong("trailing comma"));
                    }
                }
                Some(b']') => {
                    self.at += 1;
                    return Ok(Value::array(items));
                }
                Some(_) => return Err(self.wrong("expected `,` or `]`")),
                None => return Err(self.wrong("EOF while parsing a list")),
            }
        }
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
                None => return Err(self.wrong("EOF while parsing an object")),
            }
            let key = Key::from(self.string()?);
            match self.next_token() {
                Some(b':') => self.at += 1,
                Some(_) => return Err(self.wrong("expected `:`")),
                None => return Err(self.wrong("EOF while parsing an object")),
            }
            let value = self.value(depth + 1)?;
            dict.insert_key(key, value);
            match self.next_token() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    self.remember_size(depth, dict.len());
                    return Ok(Value::Dict(dict));
                }
                Some(_) => return Err(self.wrong("expected `,` or `}`")),
                None => return Err(self.wrong("EOF while parsing an object")),
            }
        }
    }

    #[inline]
    fn remember_size(&mut self, depth: usize, size: usize) {
        if let Some(slot) = self.sizes.get_mut(depth) {
            *slot = u8::try_from(size).unwrap_or(0);
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Read<Value> {
        for expected in word.bytes() {
            match self.peek() {
                Some(byte) if byte == expected => self.at += 1,
                Some(_) => return Err(self.wrong("expected ident")),
                None => return Err(self.wrong("EOF while parsing a value")),
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
            None => Err(self.wrong("EOF while parsing a value")),
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
                    self.at += 1;
                    return Err(
                        self.wrong_before("control character (\\u0000-\\u001F) found while parsing a string")
                    );
                }
                None => return Err(self.wrong("EOF while parsing a string")),
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
        let Some(letter) = self.peek() else { return Err(self.wrong("EOF while parsing a string")) };
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
        match first {
            0xd800..0xdc00 => {
                for expected in *b"\\u" {
                    if self.peek() != Some(expected) {
                        return Err(self.wrong("unexpected end of hex escape"));
                    }
                    self.at += 1;
                }
                let second = self.hex()?;
                if !(0xdc00..0xe000).contains(&second) {
                    return Err(self.wrong_before("lone leading surrogate in hex escape"));
                }
                let code = 0x1_0000 + ((first - 0xd800) << 10 | (second - 0xdc00));
                char::from_u32(code).ok_or_else(|| self.wrong_before("invalid unicode code point"))
            }
            first => {
                char::from_u32(first).ok_or_else(|| self.wrong_before("lone leading surrogate in hex escape"))
            }
        }
    }

    fn hex(&mut self) -> Read<u32> {
        let mut code = 0;
        for _ in 0..4 {
            let Some(byte) = self.peek() else { return Err(self.wrong("EOF while parsing a string")) };
            self.at += 1;
            let Some(digit) = char::from(byte).to_digit(16) else {
                return Err(self.wrong_before("invalid escape"));
            };
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

    /// What stands here is wrong.
    #[cold]
    fn wrong(&self, detail: &'static str) -> Problem {
        self.problem(detail, (self.at + 1).min(self.bytes.len()))
    }

    /// What was just read is wrong.
    #[cold]
    fn wrong_before(&self, detail: &'static str) -> Problem {
        self.problem(detail, self.at)
    }

    /// The column is the number of bytes from the start of the line to `end`.
    fn problem(&self, detail: &'static str, end: usize) -> Problem {
        let before = self.bytes.get(..end).unwrap_or_default();
        let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
        let column = before.iter().rev().take_while(|&&byte| byte != b'\n').count();
        Problem::Syntax { detail, line, column }
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
        parse(text).unwrap_err().to_string().replace("JSON parse error: ", "")
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
            ("", "EOF while parsing a value at line 1 column 0"),
            ("x", "expected value at line 1 column 1"),
            ("[1,]", "trailing comma at line 1 column 4"),
            ("[1 2]", "expected `,` or `]` at line 1 column 4"),
            ("[1", "EOF while parsing a list at line 1 column 2"),
            ("{\"a\" 1}", "expected `:` at line 1 column 6"),
            ("{\"a\": 1,}", "trailing comma at line 1 column 9"),
            ("{1: 2}", "key must be a string at line 1 column 2"),
            ("{\"a\": 1 \"b\"}", "expected `,` or `}` at line 1 column 9"),
            ("{", "EOF while parsing an object at line 1 column 1"),
            ("\n tru ", "expected ident at line 2 column 5"),
            ("tru", "EOF while parsing a value at line 1 column 3"),
            ("01", "invalid number at line 1 column 2"),
            ("-", "EOF while parsing a value at line 1 column 1"),
            ("1.x", "invalid number at line 1 column 3"),
            ("1e400", "number out of range at line 1 column 5"),
            ("\"a", "EOF while parsing a string at line 1 column 2"),
            (r#""\x""#, "invalid escape at line 1 column 3"),
            (r#""\ud83d""#, "unexpected end of hex escape at line 1 column 8"),
            ("1 2", "trailing characters at line 1 column 3"),
            (
                "\"a\nb\"",
                "control character (\\u0000-\\u001F) found while parsing a string at line 2 column 0",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(problem(text), expected, "{text}");
        }
    }

    #[test]
    fn the_limit_on_depth() {
        let nested = |levels| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(parse(&nested(65)).is_ok());
        assert_eq!(problem(&nested(66)), "JSON input exceeds maximum nesting depth of 64");
        assert_eq!(problem(&nested(1_000_000)), "JSON input exceeds maximum nesting depth of 64");
    }
}
