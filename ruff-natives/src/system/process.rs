//! The program itself: its environment, its end.

use ruff_runtime::VmError;
use ruff_runtime::native;
use ruff_runtime::native::{Cx, NativeResult, Whole};

/// The value of an environment variable, `""` if it is not set.
///
/// ```ruff
/// home := env("HOME")
/// ```
#[native(family = "system", needs = env_read)]
fn env(cx: &mut Cx<'_>, name: &str) -> String {
    cx.host().env(name).unwrap_or_default()
}

/// Ends the program with `code`, 0 without one. Only the low eight bits count, but a code other than 0 never becomes
/// 0. Nothing catches it; `finally` blocks run.
///
/// ```ruff
/// if !file_exists("settings.toml") { exit(1) }
/// ```
#[native(family = "system", returns = "never")]
fn exit(code: Option<Whole>) -> NativeResult<()> {
    Err(VmError::exit(status(code.map_or(0, |code| code.0))))
}

fn status(code: i64) -> i32 {
    match code & 0xff {
        0 if code != 0 => 1,
        // Below 256.
        low => low as i32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses() {
        for (code, expected) in
            [(0, 0), (3, 3), (255, 255), (256, 1), (512, 1), (257, 1), (-1, 255), (-256, 1)]
        {
            assert_eq!(status(code), expected, "{code}");
        }
    }
}
