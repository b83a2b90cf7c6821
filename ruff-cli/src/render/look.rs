//! [`Look`]: what a stream can show, which is colours, width and characters beyond ASCII; and the colours themselves.

use std::borrow::Cow;
use std::fmt::Write;

use ruff_syntax::Severity;

use crate::args::ColorWhen;

/// Narrower terminals are treated as this wide.
const MIN_WIDTH: usize = 60;
/// For streams that have no width of their own, such as files and pipes.
const DEFAULT_WIDTH: usize = 100;

/// What a stream can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Look {
    pub(crate) color: bool,
    pub(crate) unicode: bool,
    /// Columns.
    pub(crate) width: usize,
}

/// What a piece of text means; its colour follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tint {
    Plain,
    Bold,
    /// The severity word and what it underlines.
    Severity(Severity),
    /// Frames, line numbers and explaining labels.
    Frame,
}

impl Look {
    /// Bare text of the default width.
    #[cfg(test)]
    pub(crate) const PLAIN: Look = Look { color: false, unicode: true, width: DEFAULT_WIDTH };

    /// What a stream can show, from the `--color` option and the environment.
    ///
    /// `terminal_width` is `None` for what is not a terminal.
    pub(crate) fn detect(
        when: ColorWhen,
        terminal_width: Option<usize>,
        env: impl Fn(&str) -> Option<String>,
    ) -> Self {
        let columns = env("COLUMNS").and_then(|columns| columns.parse().ok());
        let width = columns.or(terminal_width).unwrap_or(DEFAULT_WIDTH);
        Look {
            color: has_color(when, terminal_width.is_some(), &env),
            unicode: is_utf8_locale(&env),
            width: width.max(MIN_WIDTH),
        }
    }

    /// `…`, or its ASCII form.
    pub(crate) fn ellipsis(self) -> &'static str {
        if self.unicode { "\u{2026}" } else { "..." }
    }

    /// Appends `text` in the colour of `tint`.
    pub(crate) fn paint(self, out: &mut String, tint: Tint, text: &str) {
        let code = match tint {
            _ if !self.color || text.is_empty() => "",
            Tint::Plain => "",
            Tint::Bold => "1",
            Tint::Severity(Severity::Error) => "1;31",
            Tint::Severity(Severity::Warning) => "1;33",
            Tint::Severity(Severity::Info) | Tint::Frame => "34",
            Tint::Severity(Severity::Hint) => "2",
        };
        if code.is_empty() {
            out.push_str(text);
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "\x1b[{code}m{text}\x1b[0m");
        }
    }
}

fn has_color(when: ColorWhen, is_terminal: bool, env: impl Fn(&str) -> Option<String>) -> bool {
    let set = |name| env(name).filter(|value| !value.is_empty());
    match when {
        ColorWhen::Always => return true,
        ColorWhen::Never => return false,
        ColorWhen::Auto => {}
    }
    if set("NO_COLOR").is_some() {
        return false;
    }
    if set("CLICOLOR_FORCE").is_some_and(|value| value != "0") {
        return true;
    }
    match set("FORCE_COLOR").as_deref() {
        Some("0") => false,
        Some(_) => true,
        None => is_terminal && env("TERM").as_deref() != Some("dumb"),
    }
}

/// The first of the variables that is set decides, as for the C library.
fn is_utf8_locale(env: impl Fn(&str) -> Option<String>) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| env(name).filter(|value| !value.is_empty()))
        .unwrap_or_default()
        .to_ascii_lowercase();
    cfg!(windows) || locale.contains("utf-8") || locale.contains("utf8")
}

/// Whether `c` could steer a terminal: a control character, or one that changes the direction of writing.
pub(crate) fn steers(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `text` with everything that could steer a terminal spelled out, as in `\u{1b}`; lines and tabs stay.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    let dirty = |c: char| steers(c) && c != '\n' && c != '\t';
    if !text.contains(dirty) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if dirty(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(when: ColorWhen, width: Option<usize>, vars: &[(&str, &str)]) -> Look {
        Look::detect(when, width, |name| {
            vars.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    fn color(when: ColorWhen, is_terminal: bool, vars: &[(&str, &str)]) -> bool {
        look(when, is_terminal.then_some(80), vars).color
    }

    #[test]
    fn the_flag_beats_the_environment() {
        assert!(color(ColorWhen::Always, false, &[("NO_COLOR", "1")]));
        assert!(!color(ColorWhen::Never, true, &[("FORCE_COLOR", "1")]));
    }

    #[test]
    fn the_environment_beats_the_terminal_in_order() {
        assert!(color(ColorWhen::Auto, true, &[]));
        assert!(!color(ColorWhen::Auto, false, &[]));
        assert!(!color(ColorWhen::Auto, true, &[("TERM", "dumb")]));
        assert!(!color(ColorWhen::Auto, true, &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]));
        assert!(color(ColorWhen::Auto, true, &[("NO_COLOR", "")]));
        assert!(color(ColorWhen::Auto, false, &[("CLICOLOR_FORCE", "1"), ("FORCE_COLOR", "0")]));
        assert!(!color(ColorWhen::Auto, true, &[("CLICOLOR_FORCE", "0"), ("FORCE_COLOR", "0")]));
        assert!(color(ColorWhen::Auto, false, &[("FORCE_COLOR", "1")]));
    }

    #[test]
    fn width_comes_from_columns_then_the_terminal() {
        assert_eq!(look(ColorWhen::Auto, Some(90), &[("COLUMNS", "70")]).width, 70);
        assert_eq!(look(ColorWhen::Auto, Some(90), &[("COLUMNS", "wide")]).width, 90);
        assert_eq!(look(ColorWhen::Auto, None, &[]).width, 100);
        assert_eq!(look(ColorWhen::Auto, Some(20), &[]).width, 60);
    }

    #[test]
    fn the_locale_decides_about_unicode() {
        assert!(look(ColorWhen::Auto, None, &[("LANG", "en_GB.UTF-8")]).unicode);
        assert!(!look(ColorWhen::Auto, None, &[("LANG", "en_GB.UTF-8"), ("LC_ALL", "C")]).unicode);
        assert!(cfg!(windows) || !look(ColorWhen::Auto, None, &[]).unicode);
    }

    #[test]
    fn control_characters_are_spelled_out() {
        assert_eq!(clean("a\x1b[2Jb\tc\u{202e}"), "a\\u{1b}[2Jb\tc\\u{202e}");
        assert!(matches!(clean("plain\n"), Cow::Borrowed(_)));
    }
}
