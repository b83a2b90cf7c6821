//! Helpers for static sites: pages from sources, and where they go.

mod write;

use ruff_runtime::Value;
use ruff_runtime::family;
use ruff_runtime::heap::Ref;
use ruff_runtime::native;
use ruff_runtime::native::{Cx, Family, NativeResult};
use ruff_runtime::value::{Array, Dict, Key};
use ruff_syntax::Code;

/// The builtins of this family.
pub(crate) static FAMILY: Family = family!("ssg": [
    self::SSG_BUILD_OUTPUT_PATHS,
    write::__SSG_CLOCK,
    write::__SSG_PAGE,
    write::SSG_READ_ALL,
    write::SSG_READ_RENDER_AND_WRITE_PAGES,
    write::SSG_RENDER_AND_WRITE_PAGES,
    self::SSG_RENDER_PAGES,
    write::SSG_WRITE_ALL,
]);

/// Pages made of sources: a dict with the array `pages` and the number `checksum`, the bytes of all pages together.
///
/// Page `i` has the heading `Post i` and the source as it is: nothing is escaped or interpreted.
///
/// Fails with `ssg_render_pages() source page at index {index} must be a string` if one is none. Fails with
/// `ssg_render_pages() result exceeds maximum size of 268435456 bytes` if the pages together would have more.
///
/// ```ruff
/// r := ssg_render_pages(["hi", "yo"])
/// print(r["pages"][1])       # prints <html><body><h1>Post 1</h1><article>yo</article></body></html>
/// print(r["checksum"])       # prints 124
/// ```
#[native(family = "ssg", pure)]
fn ssg_render_pages(cx: &mut Cx<'_>, source_pages: &Array) -> NativeResult<Ref<Dict>> {
    let mut pages = Vec::with_capacity(source_pages.len());
    let mut checksum = 0_usize;
    for (index, source) in source_pages.iter().enumerate() {
        let Some(source) = source.as_str() else {
            let message = format!("{}() source page at index {index} must be a string", cx.name());
            return Err(cx.fail(Code::ArgumentType, message));
        };
        let page = page(source, index);
        checksum = checksum.saturating_add(page.len());
        // The sources can be one text many times over.
        cx.check_size(checksum)?;
        pages.push(Value::string(page));
    }
    let checksum = Value::Int(i64::try_from(checksum).unwrap_or(i64::MAX));
    let entries = [("pages", Value::array(pages)), ("checksum", checksum)];
    Ok(Dict::from_entries(entries.map(|(key, value)| (Key::from(key), value))))
}

fn page(source: &str, index: impl std::fmt::Display) -> String {
    format!("<html><body><h1>Post {index}</h1><article>{source}</article></body></html>")
}

/// The paths `{output_dir}/post_{i}{extension}` of as many files; the extension is `.html` if none is given.
///
/// Fails with `ssg_build_output_paths() file_count must be >= 0, got {file_count}` for a negative number. Fails with
/// `ssg_build_output_paths() result exceeds maximum size of 268435456 elements` for a greater one, and with
/// `ssg_build_output_paths() result exceeds maximum size of 268435456 bytes` if the paths together would have more.
///
/// ```ruff
/// ssg_build_output_paths("out", 2)           # => ["out/post_0.html", "out/post_1.html"]
/// ```
#[native(family = "ssg", pure)]
fn ssg_build_output_paths(
    cx: &mut Cx<'_>,
    output_dir: &str,
    file_count: i64,
    extension: Option<&str>,
) -> NativeResult<Vec<Value>> {
    let Ok(count) = usize::try_from(file_count) else {
        return Err(cx.bad_value("file_count", ">= 0", &Value::Int(file_count)));
    };
    let extension = extension.unwrap_or(".html");
    cx.check_elements(count)?;
    let shortest = output_dir.len() + "/post_0".len() + extension.len();
    cx.check_bytes(shortest.saturating_mul(count))?;
    Ok((0..count).map(|index| Value::string(format!("{output_dir}/post_{index}{extension}"))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{call, message, source};

    #[test]
    fn pages() {
        let render = |pages| call(&SSG_RENDER_PAGES, vec![Value::array(pages)]);
        assert_eq!(source(render(vec![])), r#"{"checksum": 0, "pages": []}"#);
        assert_eq!(
            source(render(vec![Value::str("<é>")])),
            r#"{"checksum": 64, "pages": ["<html><body><h1>Post 0</h1><article><é></article></body></html>"]}"#
        );
        assert_eq!(
            message(render(vec![Value::str(""), Value::Int(1)])),
            "ssg_render_pages() source page at index 1 must be a string"
        );
        assert_eq!(
            message(render(vec![Value::string("x".repeat(1 << 22)); 64])),
            "ssg_render_pages() result exceeds maximum size of 268435456 bytes"
        );
    }

    #[test]
    fn paths() {
        let paths =
            |count| call(&SSG_BUILD_OUTPUT_PATHS, vec![Value::str("a/b"), Value::Int(count), Value::str("")]);
        assert_eq!(source(paths(2)), r#"["a/b/post_0", "a/b/post_1"]"#);
        assert_eq!(source(paths(0)), "[]");
        assert_eq!(message(paths(-1)), "ssg_build_output_paths() file_count must be >= 0, got -1");
        assert_eq!(
            message(paths(1 << 40)),
            "ssg_build_output_paths() result exceeds maximum size of 268435456 elements"
        );
        assert_eq!(
            message(paths(1 << 28)),
            "ssg_build_output_paths() result exceeds maximum size of 268435456 bytes"
        );
    }
}
