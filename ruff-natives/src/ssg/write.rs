//! Pages that are written to files while the program goes on.

use ruff_runtime::Value;
use ruff_runtime::native;
use ruff_runtime::native::{Cx, FiberCx, NativeResult};
use ruff_runtime::scheduler::Origin;
use ruff_runtime::value::Array;
use ruff_syntax::Code;

use super::page;
use crate::concurrency::workers;

/// Makes pages of sources, as `ssg_render_pages`, and writes page `i` to `{output_dir}/post_{i}.html`. Gives a promise of a
/// dict: `files` is how many there are, `checksum` how many bytes they have together.
///
/// Fails with `ssg_render_and_write_pages() source page at index {index} must be a string` if one is none. Fails with
/// `ssg_render_and_write_pages() concurrency_limit must be > 0, got {limit}` for another limit. Fails with
/// `ssg_render_and_write_pages() result exceeds maximum size of 268435456 bytes` if the pages and their paths
/// together would have more. Fails where it is awaited, with `Failed to write file '{path}' (index {index}):
/// {reason}`, for the first that cannot be written.
///
/// ```ruff
/// r := await ssg_render_and_write_pages([], "out")
/// print(r)                       # prints {"checksum": 0, "files": 0}
/// ```
#[native(family = "ssg", needs = fs_write, returns = "promise")]
fn ssg_render_and_write_pages(
    cx: &mut FiberCx<'_>,
    source_pages: &Array,
    output_dir: &str,
    concurrency_limit: Option<i64>,
) -> NativeResult<Value> {
    check_sources(cx, "page", source_pages)?;
    let workers = workers(cx, concurrency_limit, source_pages.len())?;
    let mut pages = Vec::with_capacity(source_pages.len());
    let (mut checksum, mut bytes) = (0_usize, 0_usize);
    for (index, source) in source_pages.iter().enumerate() {
        let page = page(source.as_str().unwrap_or_default(), index);
        let path = format!("{output_dir}/post_{index}.html");
        checksum = checksum.saturating_add(page.len());
        bytes = bytes.saturating_add(page.len()).saturating_add(path.len());
        cx.check_size(bytes)?;
        pages.push(Value::array(vec![Value::string(path), Value::string(page)]));
    }
    let checksum = Value::Int(i64::try_from(checksum).unwrap_or(i64::MAX));
    Ok(cx.call(Origin::Host, Value::Native(0, &SSG_WRITE_ALL), vec![Value::array(pages), workers, checksum]))
}

/// As `ssg_render_and_write_pages`, with sources from files. The dict also has `read_ms` and `render_write_ms`, which
/// are 0 unless the environment variable `RUFF_BENCH_SSG_PROFILE_ASYNC` asks for times.
///
/// Fails with `ssg_read_render_and_write_pages() source path at index {index} must be a string` if one is none. Fails
/// with `ssg_read_render_and_write_pages() concurrency_limit must be > 0, got {limit}` for another limit. Fails where
/// it is awaited, with `Failed to read file '{path}' (index {index}): {reason}` or `Failed to write file '{path}'
/// (index {index}): {reason}`, for the first that cannot be read or written.
///
/// ```ruff
/// r := await ssg_read_render_and_write_pages([], "out")
/// print(r["files"], r["checksum"])       # prints 0 0
/// ```
#[native(family = "ssg", needs(fs_read, fs_write), returns = "promise")]
fn ssg_read_render_and_write_pages(
    cx: &mut FiberCx<'_>,
    source_paths: &Array,
    output_dir: &str,
    concurrency_limit: Option<i64>,
) -> NativeResult<Value> {
    check_sources(cx, "path", source_paths)?;
    let workers = workers(cx, concurrency_limit, source_paths.len())?;
    let profile = cx.host().env("RUFF_BENCH_SSG_PROFILE_ASYNC").unwrap_or_else(|| "0".to_owned());
    let is_profiled = !["0", "false", "off", "no"].contains(&profile.as_str());
    let paths = Value::array(source_paths.to_vec());
    let args = vec![paths, Value::str(output_dir), workers, Value::Bool(is_profiled)];
    Ok(cx.call(Origin::Host, Value::Native(0, &SSG_READ_ALL), args))
}

/// Writes pages, each with its path.
#[native(family = "ssg", name = "__ssg_write_all", ruff = "prelude/ssg_write_all.ruff", returns = "dict")]
fn ssg_write_all(pages: &Array, workers: i64, checksum: i64);

/// Reads sources and writes pages of them.
#[native(family = "ssg", name = "__ssg_read_all", ruff = "prelude/ssg_read_all.ruff", returns = "dict")]
fn ssg_read_all(paths: &Array, output_dir: &str, workers: i64, is_profiled: bool);

/// The page of a source, and how many bytes it has.
#[native(family = "ssg", pure)]
fn __ssg_page(source: &str, index: i64) -> Vec<Value> {
    let page = page(source, index);
    let bytes = Value::Int(i64::try_from(page.len()).unwrap_or(i64::MAX));
    vec![Value::string(page), bytes]
}

/// Milliseconds since the program started, 0 unless somebody wants to know.
#[native(family = "ssg")]
fn __ssg_clock(cx: &mut Cx<'_>, is_profiled: bool) -> f64 {
    if is_profiled { cx.host().uptime().as_secs_f64() * 1e3 } else { 0.0 }
}

fn check_sources(cx: &FiberCx<'_>, what: &str, sources: &Array) -> NativeResult<()> {
    match sources.iter().position(|source| source.as_str().is_none()) {
        None => Ok(()),
        Some(index) => {
            let message = format!("{}() source {what} at index {index} must be a string", cx.name());
            Err(cx.fail(Code::ArgumentType, message))
        }
    }
}
