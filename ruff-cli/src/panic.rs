//! What the user sees when Ruff itself is broken.

use std::io::Write;
use std::panic::PanicHookInfo;

use ruff_runtime::engine::WORKER;

use crate::status::Status;

/// Makes a panic end the process with a request to report it, but on the threads of isolates: whoever waits for the isolate
/// is told, and the others go on.
pub(crate) fn install() {
    std::panic::set_hook(Box::new(|info| {
        if std::thread::current().name() == Some(WORKER) {
            return;
        }
        let _ = std::io::stderr().lock().write_all(report(info).as_bytes());
        Status::INTERNAL.exit();
    }));
}

fn report(info: &PanicHookInfo<'_>) -> String {
    let what = info.payload_as_str().unwrap_or("unknown cause");
    let place = info.location().map(|place| format!("{}:{}", place.file(), place.line())).unwrap_or_default();
    format!(
        "error: internal error: {what}\n   = note: Ruff {} stopped at {place}\n   = help: this is a bug in Ruff, not \
         in your program; please report it with the program and the lines above\n",
        env!("CARGO_PKG_VERSION")
    )
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the test runs itself in a process that may end")]
mod tests {
    use super::*;

    const CHILD: &str = "RUFF_TEST_PANIC";

    #[test]
    fn a_panic_ends_with_a_hint_and_status_6() {
        if std::env::var_os(CHILD).is_some() {
            install();
            panic!("the machine is on fire");
        }
        let test = "panic::tests::a_panic_ends_with_a_hint_and_status_6";
        let child = std::process::Command::new(std::env::current_exe().unwrap())
            .args([test, "--exact", "--nocapture"])
            .env(CHILD, "1")
            .output()
            .unwrap();
        assert_eq!(child.status.code(), Some(6));
        let stderr = String::from_utf8(child.stderr).unwrap();
        assert!(stderr.starts_with("error: internal error: the machine is on fire\n"), "{stderr}");
        assert!(stderr.ends_with("please report it with the program and the lines above\n"), "{stderr}");
    }
}
