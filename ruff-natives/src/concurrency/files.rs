//! Files that are read and written while the program goes on.

use std::path::Path;

use ruff_runtime::host::{Effects, HostError, HostErrorKind, HostResult};
use ruff_runtime::native;
use ruff_runtime::native::{FiberCx, NativeResult};
use ruff_runtime::scheduler::Origin;
use ruff_runtime::value::Array;
use ruff_runtime::{Value, VmError};
use ruff_syntax::Code;

use super::batch::{IN_ORDER, check_texts, workers};

/// A promise of the text of a file.
///
/// Fails where it is awaited, with `Failed to read file '{path}': {reason}`, if the file is missing, unreadable or
/// not UTF-8.
///
/// ```ruff
/// text := await async_read_file("notes.txt")
/// ```
#[native(family = "concurrency", needs = fs_read, returns = "promise")]
fn async_read_file(cx: &mut FiberCx<'_>, path: &str) -> Value {
    read(cx, path, None)
}

/// A promise of `true` when the file is written, whether it was there before or not. Parent directories are not made.
///
/// A program does not end before its files are written.
///
/// Fails where it is awaited, with `Failed to write file '{path}': {reason}`, if the system refuses.
///
/// ```ruff
/// await async_write_file("notes.txt", "one\ntwo\n")
/// ```
#[native(family = "concurrency", needs = fs_write, returns = "promise")]
fn async_write_file(cx: &mut FiberCx<'_>, path: &str, content: &str) -> Value {
    write(cx, path, content, None)
}

/// A promise of the texts of several files, in the order of `paths`. At most `concurrency_limit` are read at a time.
///
/// Fails with `async_read_files() requires string elements in paths, got {type} at index {index}` for an array of
/// anything else. Fails with `async_read_files() concurrency_limit must be > 0, got {limit}` for another limit. Fails
/// where it is awaited, with `Failed to read file '{path}' (index {index}): {reason}`, for the first that cannot be
/// read; no more are begun then.
///
/// ```ruff
/// texts := await async_read_files(["a.txt", "b.txt"])
/// ```
#[native(family = "concurrency", needs = fs_read, returns = "promise")]
fn async_read_files(
    cx: &mut FiberCx<'_>,
    paths: &Array,
    concurrency_limit: Option<i64>,
) -> NativeResult<Value> {
    check_texts(cx, "paths", paths)?;
    let workers = workers(cx, concurrency_limit, paths.len())?;
    let paths = Value::array(paths.to_vec());
    Ok(cx.call(
        Origin::Host,
        Value::Native(0, &IN_ORDER),
        vec![paths, workers, Value::Native(0, &__READ_MEMBER)],
    ))
}

/// A promise of an array of `true` when several files are written, `paths[i]` with `contents[i]`. At most
/// `concurrency_limit` are written at a time.
///
/// Fails with `async_write_files() requires string elements in {parameter}, got {type} at index {index}` for an array
/// of anything else. Fails with `async_write_files() paths and contents arrays must have the same length
/// (paths={count}, contents={count})` if they have not. Fails with `async_write_files() concurrency_limit must be >
/// 0, got {limit}` for another limit. Fails where it is awaited, with `Failed to write file '{path}' (index {index}):
/// {reason}`, for the first that cannot be written; no more are begun then.
///
/// ```ruff
/// await async_write_files(["a.txt", "b.txt"], ["one", "two"])
/// ```
#[native(family = "concurrency", needs = fs_write, returns = "promise")]
fn async_write_files(
    cx: &mut FiberCx<'_>,
    paths: &Array,
    contents: &Array,
    concurrency_limit: Option<i64>,
) -> NativeResult<Value> {
    check_texts(cx, "paths", paths)?;
    check_texts(cx, "contents", contents)?;
    if paths.len() != contents.len() {
        let (name, paths, contents) = (cx.name(), paths.len(), contents.len());
        let message = format!(
            "{name}() paths and contents arrays must have the same length (paths={paths}, contents={contents})"
        );
        return Err(cx.fail(Code::ArgumentValue, message));
    }
    let workers = workers(cx, concurrency_limit, paths.len())?;
    let pair = |(path, content): (&Value, &Value)| Value::array(vec![path.clone(), content.clone()]);
    let pairs = paths.iter().zip(contents.iter()).map(pair).collect();
    let args = vec![Value::array(pairs), workers, Value::Native(0, &__WRITE_MEMBER)];
    Ok(cx.call(Origin::Host, Value::Native(0, &IN_ORDER), args))
}

/// A promise of the text of the file that is number `index` of several.
#[native(family = "concurrency", needs = fs_read, returns = "promise")]
fn __read_member(cx: &mut FiberCx<'_>, path: &str, index: i64) -> Value {
    read(cx, path, Some(index))
}

/// A promise of `true` when the file that is number `index` of several is written; `file` is its path and its text.
#[native(family = "concurrency", needs = fs_write, returns = "promise")]
fn __write_member(cx: &mut FiberCx<'_>, file: &Array, index: i64) -> Value {
    let part = |at: usize| file.get(at).and_then(Value::as_str).unwrap_or_default();
    write(cx, part(0), part(1), Some(index))
}

fn read(cx: &mut FiberCx<'_>, path: &str, index: Option<i64>) -> Value {
    let operation = cx.host().read_later(Path::new(path));
    let path = path.to_owned();
    cx.start(operation, Effects::Nothing, move |bytes| {
        bytes.and_then(utf8).map(Value::string).map_err(|error| failed("read", &path, index, &error))
    })
}

fn write(cx: &mut FiberCx<'_>, path: &str, content: &str, index: Option<i64>) -> Value {
    let operation = cx.host().write_later(Path::new(path), content.as_bytes().to_vec());
    let path = path.to_owned();
    cx.start(operation, Effects::Lasting, move |written| {
        written.map(|()| Value::Bool(true)).map_err(|error| failed("write", &path, index, &error))
    })
}

fn failed(what: &str, path: &str, index: Option<i64>, error: &HostError) -> VmError {
    let member = index.map(|index| format!(" (index {index})")).unwrap_or_default();
    VmError::new(Code::HostOperation, format!("Failed to {what} file '{path}'{member}: {error}"))
}

fn utf8(bytes: Vec<u8>) -> HostResult<String> {
    String::from_utf8(bytes).map_err(|_| HostError {
        kind: HostErrorKind::NotUtf8,
        message: "stream did not contain valid UTF-8".to_owned(),
    })
}
