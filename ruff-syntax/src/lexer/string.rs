//! String literals: where they end, their interpolations, and how lines of several are indented.

use super::text::{self, Escape};
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

/// A string literal underway.
#[derive(Clone, Copy)]
pub(super) struct Literal {
    /// Where it starts.
    lo: u32,
    /// `r"…"`: neither escapes nor interpolations.
    is_raw: bool,
    /// For `"""…"""`, how many of the lexer's `lines` are not its own.
    lines: Option<usize>,
}

impl Lexer<'_> {
    /// Consumes a string literal up to its end or its first interpolation.
    pub(super) fn string(&mut self) -> TokenKind {
        let lo = self.at;
        let is_raw = self.byte(0) == Some(b'r');
        self.at += u32::from(is_raw) + 1;
        let mut literal = Literal { lo, is_raw, lines: None };
        if (self.byte(0), self.byte(1)) == (Some(b'"'), Some(b'"')) {
            self.at += 2;
            literal.lines = Some(self.lines.len());
            self.skip_first_line_end();
        }
        match self.segment(literal) {
            End::Quote => TokenKind::Str,
            End::Interpolation => {
                self.open_interpolation(literal);
                TokenKind::StrHead
            }
            End::Nothing => {
                self.report_unterminated(literal);
                TokenKind::BadLiteral
            }
        }
    }

    /// Consumes the `}` of an interpolation and the text after it.
    pub(super) fn string_after_interpolation(&mut self) -> TokenKind {
        self.at += 1;
        let Some(Interpolation { literal, .. }) = self.interpolations.pop() else { return TokenKind::RBrace };
        match self.segment(literal) {
            End::Quote => TokenKind::StrTail,
            End::Interpolation => {
                self.open_interpolation(literal);
                TokenKind::StrMiddle
            }
            End::Nothing => {
                self.report_unterminated(literal);
                TokenKind::StrTail
            }
        }
    }

    /// The `${` that opens it was just consumed.
    fn open_interpolation(&mut self, literal: Literal) {
        let opening = Span::new(self.at - 2, self.at);
        self.interpolations.push(Interpolation { literal, opening, braces: 0 });
    }

    /// Consumes what stands between opening quotes of three and the first line of the string.
    fn skip_first_line_end(&mut self) {
        while matches!(self.byte(0), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        match self.byte(0) {
            Some(b'\n' | b'\r') => self.line_end(),
            None => {}
            Some(_) => {
                let message = "Text after the opening quotes of a string of several lines";
                let diagnostic =
                    Diagnostic::error(Code::StringLines, message, Span::new(self.at, self.at + 1))
                        .with_help("begin the text on the next line, or write \"text\"");
                self.report(diagnostic);
            }
        }
    }

    /// Consumes a line end inside a string and notes the line behind it.
    fn line_end(&mut self) {
        let is_pair = (self.byte(0), self.byte(1)) == (Some(b'\r'), Some(b'\n'));
        self.at += 1 + u32::from(is_pair);
        self.lines.push(self.at);
    }

    /// Consumes literal text and what ends it, except for a line end.
    fn segment(&mut self, literal: Literal) -> End {
        let lo = self.at;
        loop {
            let hi = self.at;
            let end = match self.byte(0) {
                Some(b'"') if literal.lines.is_none() => {
                    self.at += 1;
                    End::Quote
                }
                Some(b'"') if (self.byte(1), self.byte(2)) == (Some(b'"'), Some(b'"')) => {
                    self.close_lines(literal);
                    self.at += 3;
                    End::Quote
                }
                Some(b'$') if self.byte(1) == Some(b'{') && !literal.is_raw => {
                    self.at += 2;
                    End::Interpolation
                }
                None => End::Nothing,
                Some(b'\n' | b'\r') if literal.lines.is_none() => End::Nothing,
                Some(b'\n' | b'\r') => {
                    self.line_end();
                    continue;
                }
                Some(b'\\') if !literal.is_raw => {
                    self.escape(literal);
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

    /// Consumes a backslash and what belongs to it.
    fn escape(&mut self, literal: Literal) {
        let lo = self.at;
        self.at += 1;
        let Some(char) = self.char() else { return };
        // The end of the line ends the string, which is the mistake, or is one of its line ends.
        let is_line_end = matches!(char, '\n' | '\r');
        if char == '\0' || is_line_end && literal.lines.is_none() {
            return;
        }
        let rest = self.source.get(self.at as usize..).unwrap_or("");
        let Escape { char, length } = text::escape(rest);
        if !is_line_end {
            self.at += length as u32;
        }
        if char.is_none() {
            let message = format!("Invalid escape sequence: {}", self.text(lo));
            let help =
                r#"the escapes are \n \t \r \0 \e \\ \" \$ \x41 and \u{1F600}; write \\ for a backslash"#;
            let diagnostic =
                Diagnostic::error(Code::InvalidEscape, message, Span::new(lo, self.at)).with_help(help);
            self.report(diagnostic);
        }
    }

    /// Checks the lines of a string whose closing quotes of three are here, and notes how they are indented.
    fn close_lines(&mut self, literal: Literal) {
        let Some(first) = literal.lines else { return };
        let lines = self.lines.split_off(first.min(self.lines.len()));
        // Without any, text stands behind the opening quotes, which was reported.
        let Some((&last, lines)) = lines.split_last() else { return };
        let indent = self.text(last);
        if !is_blank(indent) {
            let message = "Text before the closing quotes of a string of several lines";
            let span = Span::new(self.at, self.at + 3);
            let help = "put them on a line of their own; its indentation is removed from all lines";
            return self.report(Diagnostic::error(Code::StringLines, message, span).with_help(help));
        }
        let is_short = |&&line: &&u32| {
            let rest = self.source.get(line as usize..).unwrap_or("");
            let is_empty = || rest.trim_start_matches([' ', '\t']).starts_with(['\n', '\r']);
            work::note(indent.len());
            !rest.starts_with(indent) && !is_empty()
        };
        if let Some(&line) = lines.iter().find(is_short) {
            let message = "Line indented less than the closing quotes";
            let diagnostic = Diagnostic::error(Code::StringLines, message, Span::new(line, line + 1))
                .with_label(Span::new(self.at, self.at + 3), "these closing quotes")
                .with_help("indent it with the same blanks and tabs, or move the closing quotes to the left");
            self.report(diagnostic);
        } else {
            self.indents.insert(literal.lo, Span::new(last, self.at));
        }
    }

    fn check_length(&mut self, segment: Span) {
        let length = (segment.hi - segment.lo) as usize;
        if length <= limits::STRING_CHARS {
            return;
        }
        let text = self.source.get(segment.lo as usize..segment.hi as usize).unwrap_or("");
        if text::unescape(text).chars().count() > limits::STRING_CHARS {
            let message = format!("String literal exceeds max length of {} characters", limits::STRING_CHARS);
            self.report(Diagnostic::error(Code::StringTooLong, message, segment.start()));
        }
    }

    fn report_unterminated(&mut self, literal: Literal) {
        // A string that is not closed inside an interpolation is as a rule the end of the string around it, and what
        // is missing is the brace.
        if self.report_interpolation() {
            return;
        }
        let quotes = if literal.lines.is_some() { 3 } else { 1 };
        let span = Span::new(literal.lo, literal.lo + u32::from(literal.is_raw) + quotes);
        let diagnostic = Diagnostic::error(Code::UnterminatedString, "Unterminated string literal", span);
        if literal.lines.is_some() {
            let diagnostic = diagnostic.labelled("this string is never closed");
            return self.report(diagnostic.with_help("close it with '\"\"\"' on a line of its own"));
        }
        self.report(
            diagnostic
                .labelled("this string is not closed on its line")
                .with_help("close it with '\"', or write a line end as \\n"),
        );
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

fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' ' | b'\t'))
}
