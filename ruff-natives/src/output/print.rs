//! Standard output, standard error and standard input.

use ruff_runtime::Value;
use ruff_runtime::host::{Effects, HostErrorKind, HostResult};
use ruff_runtime::native;
use ruff_runtime::native::{Cx, FiberCx, NativeResult, Rest};
use ruff_runtime::value::{debug_text, write_text};

/// Writes `values` to standard output, one blank between them and a line end after the last.
///
/// Strings are written as they are, also inside arrays and dicts. Without values it writes an empty line.
///
/// ```ruff
/// print("sum:", 1 + 2, [1, "x"], null)   # prints sum: 3 [1, x] null
/// ```
#[native(family = "output", alias = "println")]
fn print(cx: &mut Cx<'_>, values: Rest<'_>) -> NativeResult<()> {
    let line = line(cx, &values, write_text)?;
    write_stdout(cx, &line)
}

/// Writes `values` to standard error, like `print`.
///
/// ```ruff
/// eprint("warning:", 7)                  # prints warning: 7
/// ```
#[native(family = "output")]
fn eprint(cx: &mut Cx<'_>, values: Rest<'_>) -> NativeResult<()> {
    let line = line(cx, &values, write_text)?;
    match cx.host().write_stderr(&line) {
        // Nobody listens to what goes wrong; that is not the program's business.
        Err(error) if error.kind != HostErrorKind::BrokenPipe => {
            Err(cx.host_error("Cannot write to standard error", &error))
        }
        _ => Ok(()),
    }
}

/// Writes `values` to standard output with their kinds, for finding out what they are.
///
/// ```ruff
/// debug(7, "hi", [1.5])                  # prints [DEBUG] Int(7) String("hi") Array[Float(1.5)]
/// ```
#[native(family = "output")]
fn debug(cx: &mut Cx<'_>, values: Rest<'_>) -> NativeResult<()> {
    let line = line(cx, &values, |line, value| line.push_str(&debug_text(value)))?;
    write_stdout(cx, "[DEBUG] ")?;
    write_stdout(cx, &line)
}

/// Writes `prompt` to standard output and reads a line of standard input, without blanks and line end behind it.
///
/// At the end of the input it gives `""`. Other fibers go on until there is a line.
///
/// ```ruff
/// name := input("Your name? ")
/// ```
#[native(family = "output", waits, returns = "string")]
fn input(cx: &mut FiberCx<'_>, prompt: Option<&str>) -> NativeResult<Value> {
    if let Some(prompt) = prompt {
        write_stdout(cx, prompt)?;
    }
    if cx.is_alone() {
        return match cx.host().read_line() {
            Err(error) if error.kind == HostErrorKind::Interrupted => {
                Err(cx.host_error("Cannot read standard input", &error))
            }
            line => Ok(trimmed(line)),
        };
    }
    let line = cx.host().read_line_later();
    Ok(cx.start(line, Effects::Nothing, |line| Ok(trimmed(line))))
}

fn trimmed(line: HostResult<Option<String>>) -> Value {
    let mut line = line.ok().flatten().unwrap_or_default();
    line.truncate(line.trim_end().len());
    Value::string(line)
}

fn line(cx: &Cx<'_>, values: &[Value], write: impl Fn(&mut String, &Value)) -> NativeResult<String> {
    let mut line = String::with_capacity(32);
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            line.push(' ');
        }
        write(&mut line, value);
        cx.check_bytes(line.len())?;
    }
    line.push('\n');
    Ok(line)
}

fn write_stdout(cx: &mut Cx<'_>, text: &str) -> NativeResult<()> {
    match cx.host().write_stdout(text) {
        Ok(()) => Ok(()),
        Err(error) => Err(cx.host_error("Cannot write to standard output", &error)),
    }
}
