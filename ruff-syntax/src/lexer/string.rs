//! String literals, their escapes and interpolations.

use std::borrow::Cow;

use super::{Interpolation, Lexer, TokenKind};
use crate::diagnostic::{Code, Diagnostic};
use crate::limits;
use crate::source::Span;
use crate::work;

/// How a piece of literal text ends.
enum End {
    Quote,
    Interpolation,
    /// A line end or the end of the file.
    Nothing,
}

impl Lexer<'_> {
    /// Consumes a string literal up to its end or its first interpolation.
    pub(super) fn string(&mut self) -> TokenKind {
        let quote = self.at;
        self.at += 1;
        match self.segment() {
            End::Quote => TokenKind::Str,
            End::Interpolation => {
                self.open_interpolation(quote);
                TokenKind::StrHead
            }
            End::Nothing => {
                self.report_unterminated(quote);
                TokenKind::BadLiteral
            }
        }
    }

    /// Consumes the `}` of an interpolation and the text after it.
    pub(super) fn string_after_interpolation(&mut self) -> TokenKind {
        self.at += 1;
        let quote = self.interpolations.pop().map_or(self.at, |interpolation| interpolation.quote);
        match self.segment() {
            End::Quote => TokenKind::StrTail,
            End::Interpolation => {
                self.open_interpolation(quote);
                TokenKind::StrMiddle
            }
            End::Nothing => {
                self.report_unterminated(quote);
                TokenKind::StrTail
            }
        }
    }

    /// The `${` that opens it was just consumed.
    fn open_interpolation(&mut self, quote: u32) {
        let opening = Span::new(self.at - 2, self.at);
        self.interpolations.push(Interpolation { quote, opening, braces: 0 });
    }

    /// Consumes literal text and what ends it, except for a line end.
    fn segment(&mut self) -> End {
        let lo = self.at;
        loop {
            let hi = self.at;
            let end = match self.byte(0) {
                Some(b'"') => {
                    self.at += 1;
                    End::Quote
                }
                Some(b'$') if self.byte(1) == Some(b'{') => {
                    self.at += 2;
                    End::Interpolation
                }
                None | Some(b'\n' | b'\r') => End::Nothing,
                Some(b'\\') => {
                    self.escape();
                    continue;
                }
                Some(0) => {
                    self.report_null();
                    continue;
                }
                Some(_) => {
                    self.at += 1;
                    continue;
                }
            };
            self.check_length(Span::new(lo, hi));
            return end;
        }
    }

    /// Consumes a backslash and the character after it.
    fn escape(&mut self) {
        let lo = self.at;
        self.at += 1;
        let Some(char) = self.char() else { return };
        if matches!(char, '\n' | '\r' | '\0') {
            return;
        }
        self.at += char.len_utf8() as u32;
        if escaped(char).is_none() {
            let message = format!("Invalid escape sequence: \\{char}");
            let diagnostic = Diagnostic::error(Code::InvalidEscape, message, Span::new(lo, self.at))
                .with_help(r#"the escapes are \n \t \r \\ \" and \$; write \\ for a backslash"#);
            self.report(diagnostic);
        }
    }

    fn check_length(&mut self, segment: Span) {
        let length = (segment.hi - segment.lo) as usize;
        if length <= limits::STRING_CHARS {
            return;
        }
        let text = self.source.get(segment.lo as usize..segment.hi as usize).unwrap_or("");
        if unescape(text).chars().count() > limits::STRING_CHARS {
            let message = format!("String literal exceeds max length of {} characters", limits::STRING_CHARS);
            self.report(Diagnostic::error(Code::StringTooLong, message, segment.start()));
        }
    }

    fn report_unterminated(&mut self, quote: u32) {
        // A string that is not closed inside an interpolation is as a rule the end of the string around it, and what
        // is missing is the brace.
        if self.report_interpolation() {
            return;
        }
        let span = Span::new(quote, quote + 1);
        let diagnostic = Diagnostic::error(Code::UnterminatedString, "Unterminated string literal", span)
            .labelled("this string is not closed on its line")
            .with_help("close it with '\"', or write a line end as \\n");
        self.report(diagnostic);
        self.skip_broken_string();
    }

    /// Consumes the rest of a string that goes on over the line end where we are, if it does: otherwise what should
    /// be its last line would be full of mistakes.
    ///
    /// It does when the next quote closes something rather than opens it: when the number of quotes on its line is
    /// odd, and what follows can follow a string.
    fn skip_broken_string(&mut self) {
        let rest = self.source.get(self.at as usize..).unwrap_or("");
        let Some(quote) = rest.find('"') else { return };
        work::note(quote);
        let (before, after) = (rest.get(..quote).unwrap_or(""), rest.get(quote + 1..).unwrap_or(""));
        let is_end = |char: char| matches!(char, '\n' | '\r');
        let before = before.rsplit(is_end).next().unwrap_or("");
        let after = after.split(is_end).next().unwrap_or("");
        work::note(before.len() + after.len());
        let is_odd = after.bytes().filter(|&byte| byte == b'"').count() % 2 == 0;
        let follows = |char: char| ")]},;.:+?|&=!<>*/-%#".contains(char);
        let can_follow = after.trim_start().chars().next().is_none_or(follows);
        if is_odd && can_follow && !before.ends_with('\\') {
            self.at += quote as u32 + 1;
        }
    }

    /// Reports the innermost interpolation as unclosed, if there is one, and gives up all of them.
    pub(super) fn report_interpolation(&mut self) -> bool {
        let Some(opening) = self.interpolations.last().map(|interpolation| interpolation.opening) else {
            return false;
        };
        self.give_up_interpolations();
        let message = "Unterminated interpolated string expression";
        let diagnostic = Diagnostic::error(Code::UnterminatedString, message, opening)
            .labelled("this interpolation is never closed")
            .with_help("close it with '}', or write \\${ for a dollar and a brace");
        self.report(diagnostic);
        true
    }
}

/// What the escape `\char` means, if anything.
fn escaped(char: char) -> Option<char> {
    Some(match char {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        '\\' | '"' | '$' => char,
        _ => return None,
    })
}

/// The literal text of a string token: without its quotes, `${` and `}`.
pub(crate) fn unquote(token: &str) -> &str {
    let text = token.strip_prefix(['"', '}']).unwrap_or(token);
    text.strip_suffix("${").or_else(|| text.strip_suffix('"')).unwrap_or(text)
}

/// The value of literal text: its escapes replaced. Invalid ones, which were reported, stay as they are.
pub(crate) fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut value = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        if char != '\\' {
            value.push(char);
            continue;
        }
        let Some(name) = chars.next() else { break };
        match escaped(name) {
            Some(char) => value.push(char),
            None => value.extend([char, name]),
        }
    }
    Cow::Owned(value)
}
