//! [`Directive`]: what one comment of a program says to the runner.

/// What is wrong with a directive.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadDirective {
    /// There is no colon.
    #[error("a directive needs a colon")]
    NoColon,
    /// Nobody knows it.
    #[error("unknown directive '{0}'")]
    Unknown(String),
    /// Something that belongs to it is missing.
    #[error("{directive} needs {part}")]
    Incomplete {
        /// Its first words.
        directive: String,
        /// What is missing.
        part: &'static str,
    },
    /// A number is none.
    #[error("'{0}' is not a number")]
    NotANumber(String),
    /// A diagnostic code is none.
    #[error("'{0}' is not a diagnostic code")]
    NotACode(String),
}

/// A line that `expect error` names itself, instead of the one it stands beside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// 1-based line.
    pub line: u32,
    /// 1-based column, if it matters.
    pub column: Option<u32>,
}

/// An instruction to the runner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Directive {
    /// `expect: TEXT`: the next line of standard output.
    Line(String),
    /// `expect nothing`: the program runs and prints nothing.
    Nothing,
    /// `expect stderr: TEXT`: the next line of standard error.
    Stderr(String),
    /// `expect error: CODE TEXT`: a diagnostic, or the error that ends the program.
    Error {
        /// Where, when it is not the line the directive stands at.
        place: Option<Place>,
        /// The diagnostic code.
        code: String,
        /// The message, `…` standing for any text.
        message: String,
    },
    /// `expect help: TEXT`: a help line of the error before it.
    Help(String),
    /// `expect call stack: f (3), g (7)`: the functions that were active, innermost first, with lines.
    CallStack(String),
    /// `expect cause: CODE TEXT`: the error that led to the one before it.
    Cause {
        /// The diagnostic code.
        code: String,
        /// The message, `…` standing for any text.
        message: String,
    },
    /// `exit: N`: the status, where it does not follow from the errors.
    Exit(i32),
    /// `clock: N`: the milliseconds from the start to the end, by the clock of the program.
    Clock(u64),
    /// `stdin: TEXT`: the next line of standard input.
    Stdin(String),
    /// `args: A B`: the program's arguments.
    Args(Vec<String>),
    /// `env: NAME=VALUE`: an environment variable.
    Env(String, String),
    /// `link: PATH -> TARGET`: a symbolic link.
    Link(String, String),
    /// `entry: PATH`: the file to run, in a sidecar of a folder.
    Entry(String),
    /// `fuel: N`: calls and loop turns before the run is ended.
    Fuel(u64),
    /// `call depth: N`: the limit on nested calls.
    CallDepth(usize),
    /// `source bytes: N`: the limit on the source text.
    SourceBytes(usize),
    /// `deny: CAPABILITY …`: capabilities that the program lacks.
    Deny(Vec<String>),
    /// `needs: FEATURE`: the program is for a feature that is not there yet.
    Needs(String),
    /// `row: ID …`: contracts of `rows.toml` that the program proves.
    Rows(Vec<String>),
    /// `fifo: WHY`: what the program does depends on the order in which fibers are woken.
    Fifo(String),
    /// `growth: N`: doubling the size from N about doubles what the program allocates.
    Growth(u64),
    /// `leaves: 1 fiber`: what had not come to its end when the program had.
    Leaves(String),
    /// `faults may: silence deadlock`: what may come of something that goes wrong where it waits.
    FaultsMay(Vec<String>),
    /// `repeat NAME N: TEXT`: defines a piece of source.
    Repeat {
        /// What `«NAME»` stands for.
        name: String,
        /// How many times.
        count: usize,
        /// One piece; `«i»` in it is its number, from 0.
        text: String,
    },
}

/// The words that start a directive on a line of its own.
const SETTINGS: [&str; 17] = [
    "exit",
    "clock",
    "stdin",
    "args",
    "env",
    "link",
    "entry",
    "fuel",
    "call depth",
    "source bytes",
    "deny",
    "needs",
    "row",
    "fifo",
    "growth",
    "leaves",
    "faults may",
];

impl Directive {
    /// The directive in a line of a program, if any, and whether the line holds nothing else.
    pub fn in_line(line: &str) -> Result<Option<(Directive, bool)>, BadDirective> {
        let Some((at, text)) = start(line) else { return Ok(None) };
        let is_alone = line[..at].trim().is_empty();
        Directive::parse(text).map(|directive| Some((directive, is_alone)))
    }

    /// The directive that `text` is: the comment without its `# `.
    pub fn parse(text: &str) -> Result<Directive, BadDirective> {
        let text = text.trim_end();
        if text == "expect nothing" {
            return Ok(Directive::Nothing);
        }
        let (head, body) = text.split_once(':').ok_or(BadDirective::NoColon)?;
        if let Some(place) = head.strip_prefix("expect error at ") {
            // The column's colon came first.
            let (place, body) = match body.split_once(':') {
                Some((column, rest)) if column.bytes().all(|byte| byte.is_ascii_digit()) => {
                    (Place { line: number(place)?, column: Some(number(column)?) }, rest)
                }
                _ => (Place { line: number(place)?, column: None }, body),
            };
            return error(Some(place), blank_off(body));
        }
        let body = blank_off(body);
        if let Some(definition) = head.strip_prefix("repeat ") {
            let (name, count) =
                definition.split_once(' ').ok_or_else(|| incomplete("repeat", "a name and a count"))?;
            let text = visible(&body.replace("\\n", "\n"));
            return Ok(Directive::Repeat { name: name.to_owned(), count: number(count)?, text });
        }
        match head {
            "expect" => Ok(Directive::Line(visible(body))),
            "expect stderr" => Ok(Directive::Stderr(visible(body))),
            "expect error" => error(None, body),
            "expect help" => Ok(Directive::Help(body.to_owned())),
            "expect call stack" => Ok(Directive::CallStack(body.to_owned())),
            "expect cause" => {
                let (code, message) = code_and_message(body)?;
                Ok(Directive::Cause { code, message })
            }
            _ => setting(head, body),
        }
    }
}

/// Where the text of a directive starts: the place of its `#` and what follows the blank.
fn start(line: &str) -> Option<(usize, &str)> {
    line.match_indices("# ").find_map(|(at, _)| {
        let text = &line[at + 2..];
        let is_alone = line[..at].trim().is_empty();
        let is_setting =
            || SETTINGS.iter().any(|word| text.strip_prefix(word).is_some_and(|rest| rest.starts_with(':')));
        let is_repeat = || text.strip_prefix("repeat ").is_some_and(|rest| rest.contains(": "));
        let is_ours = is_expect(text) || is_alone && (is_setting() || is_repeat());
        is_ours.then_some((at, text))
    })
}

/// Whether a comment is meant as an expectation, well written or not.
fn is_expect(text: &str) -> bool {
    text.strip_prefix("expect").is_some_and(|rest| {
        let words = [":", " nothing", " error", " help", " stderr", " call stack", " cause"];
        words.iter().any(|word| rest.starts_with(word))
    })
}

fn setting(head: &str, body: &str) -> Result<Directive, BadDirective> {
    let words = || body.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let pair = |middle: &'static str| body.split_once(middle).ok_or_else(|| incomplete(head, middle));
    Ok(match head {
        "exit" => Directive::Exit(number(body)?),
        "clock" => Directive::Clock(number(body)?),
        "stdin" => Directive::Stdin(visible(body)),
        "args" => Directive::Args(words()),
        "env" => pair("=").map(|(name, value)| Directive::Env(name.to_owned(), value.to_owned()))?,
        "link" => pair(" -> ").map(|(path, target)| Directive::Link(path.to_owned(), target.to_owned()))?,
        "entry" => Directive::Entry(body.to_owned()),
        "fuel" => Directive::Fuel(number(body)?),
        "call depth" => Directive::CallDepth(number(body)?),
        "source bytes" => Directive::SourceBytes(number(body)?),
        "deny" => Directive::Deny(words()),
        "needs" => Directive::Needs(body.to_owned()),
        "row" => Directive::Rows(words()),
        "fifo" => Directive::Fifo(body.to_owned()),
        "growth" => Directive::Growth(number(body)?),
        "leaves" => Directive::Leaves(body.to_owned()),
        "faults may" => Directive::FaultsMay(words()),
        _ => return Err(BadDirective::Unknown(head.to_owned())),
    })
}

fn error(place: Option<Place>, body: &str) -> Result<Directive, BadDirective> {
    let (code, message) = code_and_message(body)?;
    Ok(Directive::Error { place, code, message })
}

fn code_and_message(body: &str) -> Result<(String, String), BadDirective> {
    let (code, message) =
        body.split_once(' ').ok_or_else(|| incomplete("an error", "a code and a message"))?;
    let is_code = code.starts_with("RUF")
        && code.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    if !is_code {
        return Err(BadDirective::NotACode(code.to_owned()));
    }
    Ok((code.to_owned(), message.to_owned()))
}

fn incomplete(directive: &str, part: &'static str) -> BadDirective {
    BadDirective::Incomplete { directive: directive.to_owned(), part }
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, BadDirective> {
    text.trim().parse().map_err(|_| BadDirective::NotANumber(text.trim().to_owned()))
}

/// `text` without the one blank after the colon.
fn blank_off(text: &str) -> &str {
    text.strip_prefix(' ').unwrap_or(text)
}

/// Characters that an editor would not show or keep are written with pictures of them.
fn visible(text: &str) -> String {
    text.replace('␠', " ").replace('⇥', "\t").replace('␍', "\r")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Option<(Directive, bool)> {
        Directive::in_line(text).unwrap()
    }

    #[test]
    fn expectations_stand_beside_code_or_alone() {
        assert_eq!(line("print(1)  # expect: 1"), Some((Directive::Line("1".to_owned()), false)));
        assert_eq!(line("  # expect:  a b␠"), Some((Directive::Line(" a b ".to_owned()), true)));
        assert_eq!(line("# expect:"), Some((Directive::Line(String::new()), true)));
        assert_eq!(line("# expect nothing"), Some((Directive::Nothing, true)));
    }

    #[test]
    fn other_comments_are_no_directives() {
        assert_eq!(line("x := 1 # we expect: nothing"), None);
        assert_eq!(line("# expectations are fine"), None);
        assert_eq!(line("x := 1 # exit: 3"), None);
        assert_eq!(line("# repeat this"), None);
    }

    #[test]
    fn errors_have_a_code_and_perhaps_a_place() {
        let error =
            |place| Directive::Error { place, code: "RUFRUN012".to_owned(), message: "a: b".to_owned() };
        assert_eq!(Directive::parse("expect error: RUFRUN012 a: b"), Ok(error(None)));
        let place = Place { line: 3, column: None };
        assert_eq!(Directive::parse("expect error at 3: RUFRUN012 a: b"), Ok(error(Some(place))));
        let place = Place { line: 3, column: Some(14) };
        assert_eq!(Directive::parse("expect error at 3:14: RUFRUN012 a: b"), Ok(error(Some(place))));
    }

    #[test]
    fn misspelt_directives_are_mistakes() {
        assert!(Directive::in_line("# expect error RUFRUN012 x").is_err());
        assert!(Directive::in_line("# expect error: Division by zero").is_err());
        assert!(Directive::in_line("# expect errors: RUFRUN012 x").is_err());
        assert!(Directive::in_line("# exit: two").is_err());
    }

    #[test]
    fn settings_are_read() {
        assert_eq!(Directive::parse("env: A=b=c"), Ok(Directive::Env("A".to_owned(), "b=c".to_owned())));
        assert_eq!(Directive::parse("call depth: 5"), Ok(Directive::CallDepth(5)));
        let repeat = Directive::Repeat { name: "open".to_owned(), count: 3, text: "a\nb ".to_owned() };
        assert_eq!(line("# repeat open 3: a\\nb␠"), Some((repeat, true)));
    }
}
