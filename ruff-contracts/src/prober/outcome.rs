//! [`Outcome`]: what a probe did, in a form that people read.

use std::fmt;

use ruff_runtime::Value;
use ruff_runtime::error::{Ending, RunError};
use ruff_runtime::value::source_text;
use ruff_syntax::Code;

/// How many characters of a value are shown.
const SHOWN: usize = 90;

/// How many digits of a float are shown.
const DIGITS: usize = 12;

/// What frames call functions without a name.
const LAMBDA: &str = "<lambda>";

/// What a probe did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outcome {
    /// How the call ended.
    pub(super) end: End,
    /// What it did besides: printed, slept, changed files.
    pub(super) effects: Vec<String>,
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// With a value.
    Value {
        /// What `type()` says about it.
        kind: &'static str,
        /// Its source form.
        text: String,
    },
    /// With an error.
    Error {
        code: Code,
        message: String,
        /// It stands somewhere in the program.
        has_place: bool,
        /// A function that the builtin called raised it.
        in_callback: bool,
    },
    /// The program ended.
    Ended(String),
    /// The builtin panicked, which it must never do.
    Panic(String),
}

impl End {
    pub(super) fn value(value: &Value) -> End {
        let text = match value {
            Value::Bytes(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
            Value::Float(float) => float_text(*float),
            _ => source_text(value),
        };
        End::Value { kind: value.type_name(), text: clip(&text) }
    }
}

impl From<RunError> for End {
    fn from(error: RunError) -> End {
        match error {
            RunError::Syntax { diagnostics, .. } | RunError::Compile { diagnostics, .. } => {
                let Some(first) = diagnostics.first() else { return End::Ended("nothing".to_owned()) };
                End::Error {
                    code: first.code,
                    message: first.message.clone(),
                    has_place: true,
                    in_callback: false,
                }
            }
            RunError::Uncaught(error) => End::Error {
                code: error.code,
                has_place: error.location.is_some(),
                in_callback: error.frames.first().is_some_and(|frame| frame.function == LAMBDA),
                message: error.message,
            },
            RunError::Ended(Ending::Exit(status)) => {
                End::Ended(format!("ends the program with status {status}"))
            }
            RunError::Ended(Ending::BrokenPipe) => End::Ended("ends the program: nobody reads".to_owned()),
            RunError::Ended(Ending::Limit | Ending::Cancelled | Ending::Paused) => {
                End::Ended("ends the program: a limit".to_owned())
            }
            RunError::Ended(Ending::Interrupted) => End::Ended("ends the program: interrupted".to_owned()),
        }
    }
}

impl Outcome {
    /// Whether it is a refusal of the arguments' kinds.
    pub(super) fn is_refusal(&self) -> bool {
        matches!(self.end, End::Error { code: Code::ArgumentType, .. })
    }

    /// The outcome with the kind of the probed value left out of its message, so that the same refusal of several
    /// kinds is one line.
    pub(super) fn about(mut self, kind: &str) -> Outcome {
        if let End::Error { message, .. } = &mut self.end
            && let Some(before) = message.strip_suffix(&format!(", got {kind}"))
        {
            *message = format!("{before}, got …");
        }
        self
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.end {
            End::Value { kind: "null", .. } => f.write_str("null")?,
            End::Value { kind, text } => write!(f, "{kind} {text}")?,
            End::Error { code, message, has_place, .. } => {
                write!(f, "{code} {}", message.replace('\n', "\\n"))?;
                if !has_place {
                    f.write_str(" (nowhere)")?;
                }
            }
            End::Ended(how) => f.write_str(how)?,
            End::Panic(message) => write!(f, "PANIC {message}")?,
        }
        self.effects.iter().try_for_each(|effect| write!(f, "; {effect}"))
    }
}

/// A float with the digits that every machine agrees on: the last ones of a sine are the C library's.
fn float_text(float: f64) -> String {
    let exact = source_text(&Value::Float(float));
    let digits = exact.chars().filter(char::is_ascii_digit).collect::<String>();
    if float.is_finite() && digits.trim_matches('0').len() > DIGITS {
        return format!("{:.*e}…", DIGITS - 1, float);
    }
    exact
}

/// The beginning of a text that may be very long.
pub(super) fn clip(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}… {} bytes", text.get(..end).unwrap_or_default(), text.len()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(message: &str) -> Outcome {
        let end = End::Error {
            code: Code::ArgumentType,
            message: message.into(),
            has_place: true,
            in_callback: false,
        };
        Outcome { end, effects: vec![] }
    }

    #[test]
    fn refusals_of_several_kinds_are_the_same() {
        let [int, null] = ["int", "null"].map(|kind| refused(&format!("f() needs, got {kind}")).about(kind));
        assert_eq!(int, null);
        assert_eq!(int.to_string(), "RUFRUN015 f() needs, got …");
        assert_eq!(refused("f() needs, got 7").about("int"), refused("f() needs, got 7"));
    }

    #[test]
    fn floats_show_the_digits_that_are_sure() {
        let shown = [0.5, 1e300, -1234.5, f64::NAN, 0.1 + 0.2, 2f64.powi(60)].map(float_text);
        assert_eq!(shown[..1], ["0.5"]);
        assert_eq!(shown[2..], ["-1234.5", "NaN", "3.00000000000e-1…", "1.15292150461e18…"]);
    }

    #[test]
    fn long_texts_are_cut() {
        let long = "ä".repeat(SHOWN + 1);
        assert_eq!(clip(&long), format!("{}… 182 bytes", "ä".repeat(SHOWN)));
        assert_eq!(clip(&long[2..]), long[2..]);
    }
}
