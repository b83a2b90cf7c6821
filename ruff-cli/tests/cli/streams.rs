//! Who reads what, and what happens when nobody does.
#![expect(clippy::disallowed_methods, reason = "tests set their own scene")]
#![cfg(unix)]

use std::io::Read;
use std::os::unix::process::ExitStatusExt;

use crate::scene::Scene;

const SIGPIPE: i32 = 13;

#[test]
fn a_closed_standard_output_ends_quietly() {
    let mut scene = Scene::new();
    scene.file("a.ruff", b"loop { print(\"line\") }\n");
    let mut child = scene.command(&["a.ruff"]).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut start = [0; 5];
    stdout.read_exact(&mut start).unwrap();
    assert_eq!(&start, b"line\n");
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.signal(), Some(SIGPIPE));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[test]
fn a_full_disk_is_an_error() {
    let mut scene = Scene::new();
    scene.file("a.ruff", b"print(1)\n");
    let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else { return };
    for words in [&["a.ruff"][..], &["check", "a.ruff"], &["--help"]] {
        let output = scene.command(words).stdout(full.try_clone().unwrap()).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(
            (output.status.code(), stderr.lines().next().unwrap_or_default()),
            (
                Some(5),
                "error[RUFCLI003]: Failed to write to standard output: No space left on device (os error 28)"
            ),
            "{words:?}"
        );
    }
}

#[test]
fn output_is_in_order_when_both_streams_are_one() {
    let mut scene = Scene::new();
    scene.file("a.ruff", b"print(1)\neprint(2)\nprint(3)\nthrow(\"4\")\n");
    let all = scene.path("all.txt");
    let file = std::fs::File::create(&all).unwrap();
    let mut command = scene.command(&["--error-format=short", "a.ruff"]);
    command.stdout(file.try_clone().unwrap()).stderr(file).status().unwrap();
    let text = std::fs::read_to_string(all).unwrap();
    assert_eq!(text, "1\n2\n3\na.ruff:4:1: error[RUFRUN001] 4\n");
}
