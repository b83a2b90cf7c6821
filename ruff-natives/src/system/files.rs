//! Text files.

use std::path::Path;

use ruff_runtime::Value;
use ruff_runtime::host::{HostError, HostErrorKind, HostResult};
use ruff_runtime::native;
use ruff_runtime::native::{Cx, NativeResult};

/// The text of a file. Its last line end is kept.
///
/// Fails with `Cannot read file '{path}': {reason}` if the file is missing, unreadable or not UTF-8.
///
/// ```ruff
/// text := read_file("notes.txt")
/// ```
#[native(family = "system", needs = fs_read)]
fn read_file(cx: &mut Cx<'_>, path: &str) -> NativeResult<String> {
    let text = cx.host().read(Path::new(path)).and_then(utf8);
    text.map_err(|error| cx.host_error(format_args!("Cannot read file '{path}'"), &error))
}

/// The lines of a text file, without their line ends: `\n` or `\r\n`.
///
/// Fails with `Cannot read file '{path}': {reason}` if the file is missing, unreadable or not UTF-8.
///
/// ```ruff
/// for line in read_lines("notes.txt") { print(line) }
/// ```
#[native(family = "system", needs = fs_read)]
fn read_lines(cx: &mut Cx<'_>, path: &str) -> NativeResult<Vec<Value>> {
    Ok(read_file(cx, path)?.lines().map(Value::str).collect())
}

/// Writes a text file; gives `true`. A file that is there is replaced only if `overwrite` is `true`.
///
/// Parent directories are not made.
///
/// Fails with `Cannot write file '{path}': file already exists (pass overwrite=true to replace it)` if it does. Fails
/// with `Cannot write file '{path}': {reason}` if the system refuses.
///
/// ```ruff
/// write_file("notes.txt", "one\ntwo\n")
/// write_file("notes.txt", "three\n", true)
/// ```
#[native(family = "system", needs = fs_write)]
fn write_file(cx: &mut Cx<'_>, path: &str, content: &str, overwrite: Option<bool>) -> NativeResult<bool> {
    let (file, bytes) = (Path::new(path), content.as_bytes());
    let written =
        if overwrite == Some(true) { cx.host().write(file, bytes) } else { cx.host().create(file, bytes) };
    match written {
        Ok(()) => Ok(true),
        Err(mut error) => {
            if error.kind == HostErrorKind::Exists {
                "file already exists (pass overwrite=true to replace it)".clone_into(&mut error.message);
            }
            Err(cx.host_error(format_args!("Cannot write file '{path}'"), &error))
        }
    }
}

/// Adds text to the end of a file, which is made if it is missing; gives `true`.
///
/// Fails with `Cannot open file '{path}': {reason}` if the system refuses.
///
/// ```ruff
/// append_file("log.txt", "started\n")
/// ```
#[native(family = "system", needs = fs_write)]
fn append_file(cx: &mut Cx<'_>, path: &str, content: &str) -> NativeResult<bool> {
    match cx.host().append(Path::new(path), content.as_bytes()) {
        Ok(()) => Ok(true),
        Err(error) => Err(cx.host_error(format_args!("Cannot open file '{path}'"), &error)),
    }
}

/// Whether there is a file or directory at `path`.
///
/// ```ruff
/// if file_exists("notes.txt") { print("there it is") }
/// ```
#[native(family = "system", needs = fs_read)]
fn file_exists(cx: &mut Cx<'_>, path: &str) -> bool {
    cx.host().exists(Path::new(path))
}

/// Deletes a file or a symbolic link, never a directory; gives `true`.
///
/// Fails with `Cannot delete file '{path}': {reason}` if there is none, or if the system refuses.
///
/// ```ruff
/// delete_file("notes.txt")
/// ```
#[native(family = "system", needs = fs_delete)]
fn delete_file(cx: &mut Cx<'_>, path: &str) -> NativeResult<bool> {
    match cx.host().remove_file(Path::new(path)) {
        Ok(()) => Ok(true),
        Err(error) => Err(cx.host_error(format_args!("Cannot delete file '{path}'"), &error)),
    }
}

fn utf8(bytes: Vec<u8>) -> HostResult<String> {
    String::from_utf8(bytes).map_err(|_| HostError {
        kind: HostErrorKind::NotUtf8,
        message: "stream did not contain valid UTF-8".to_owned(),
    })
}
