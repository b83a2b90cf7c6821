//! Regular expressions: the syntax and the guarantees of the `regex` crate, so matching takes linear time.

mod compiled;
mod template;

use ruff_runtime::Value;
use ruff_runtime::family;
use ruff_runtime::native;
use ruff_runtime::native::{Cx, Family, NativeResult};

use compiled::compiled;
use template::Template;

/// The builtins of this family.
pub(crate) static FAMILY: Family = family!("regex": [
    self::REGEX_FIND_ALL,
    self::REGEX_MATCH,
    self::REGEX_REPLACE,
    self::REGEX_SPLIT,
]);

/// Whether `pattern` matches anywhere in `text`.
///
/// Patterns have groups, classes, Unicode properties and the flags `(?i)`, `(?m)`, `(?s)`, `(?x)`, but neither
/// back-references nor look-around.
///
/// Fails with `regex_match() invalid regex pattern: {reason}` if the pattern is wrong, or too large once it is
/// compiled.
///
/// ```ruff
/// regex_match("order 66", "\\d+")                    # => true
/// regex_match("order 66", "^\\d+$")                  # => false
/// ```
#[native(family = "regex", method, pure)]
fn regex_match(cx: &mut Cx<'_>, text: &str, pattern: &str) -> NativeResult<bool> {
    Ok(compiled(cx, pattern)?.is_match(text))
}

/// The texts in `text` that `pattern` matches, from left to right, without overlap. See `regex_match`.
///
/// Fails with `regex_find_all() invalid regex pattern: {reason}` if the pattern is wrong, or too large once it is
/// compiled.
///
/// ```ruff
/// regex_find_all("a1b22", "\\d+")                    # => ["1", "22"]
/// ```
#[native(family = "regex", method, pure)]
fn regex_find_all(cx: &mut Cx<'_>, text: &str, pattern: &str) -> NativeResult<Vec<Value>> {
    let regex = compiled(cx, pattern)?;
    Ok(regex.find_iter(text).map(|found| Value::str(found.as_str())).collect())
}

/// `text` with every match of `pattern` replaced. See `regex_match`.
///
/// In `replacement`, `$0` is the match, `$1` or `$name` what a group of it matched, `${1}` the same, and `$$` a dollar.
///
/// Fails with `regex_replace() invalid regex pattern: {reason}` if the pattern is wrong, or too large once it is
/// compiled. Fails with `regex_replace() result exceeds maximum size of 268435456 bytes` if the text would be longer.
///
/// ```ruff
/// regex_replace("Ada Lovelace", "(\\w+) (\\w+)", "$2, $1")   # => "Lovelace, Ada"
/// ```
#[native(family = "regex", method, pure)]
fn regex_replace(cx: &mut Cx<'_>, text: &str, pattern: &str, replacement: &str) -> NativeResult<String> {
    let regex = compiled(cx, pattern)?;
    let template = Template::new(replacement, &regex);
    let mut out = String::with_capacity(text.len());
    let mut after_last = 0;
    for captures in regex.captures_iter(text) {
        let Some(found) = captures.get(0) else { continue };
        let before = text.get(after_last..found.start()).unwrap_or_default();
        cx.check_size(out.len().saturating_add(before.len()).saturating_add(template.len(&captures)))?;
        out.push_str(before);
        template.expand(&captures, &mut out);
        after_last = found.end();
    }
    let rest = text.get(after_last..).unwrap_or_default();
    cx.check_bytes(out.len().saturating_add(rest.len()))?;
    out.push_str(rest);
    Ok(out)
}

/// The pieces of `text` between the matches of `pattern`. See `regex_match`.
///
/// Fails with `regex_split() invalid regex pattern: {reason}` if the pattern is wrong, or too large once it is
/// compiled.
///
/// ```ruff
/// regex_split("a1b22c", "\\d+")                      # => ["a", "b", "c"]
/// ```
#[native(family = "regex", method, pure)]
fn regex_split(cx: &mut Cx<'_>, text: &str, pattern: &str) -> NativeResult<Vec<Value>> {
    let regex = compiled(cx, pattern)?;
    Ok(regex.split(text).map(Value::str).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{call, message, source};
    use ruff_runtime::native::NativeDef;

    fn run(def: &'static NativeDef, args: &[&str]) -> String {
        source(call(def, args.iter().map(|text| Value::str(text)).collect()))
    }

    #[test]
    fn empty_patterns_match_everywhere() {
        assert_eq!(run(&REGEX_FIND_ALL, &["aé", ""]), r#"["", "", ""]"#);
        assert_eq!(run(&REGEX_SPLIT, &["aé", ""]), r#"["", "a", "é", ""]"#);
        assert_eq!(run(&REGEX_REPLACE, &["aé", "", "-"]), r#""-a-é-""#);
        assert_eq!(run(&REGEX_SPLIT, &["", "x"]), r#"[""]"#);
    }

    #[test]
    fn groups_in_replacements() {
        let date = r"(?P<y>\d{4})-(\d\d)";
        assert_eq!(run(&REGEX_REPLACE, &["2024-05!", date, "$2/$y"]), r#""05/2024!""#);
        assert_eq!(run(&REGEX_REPLACE, &["2024-05", date, "${2}x$1x|$$|$"]), r#""05x|$|$""#);
        assert_eq!(run(&REGEX_REPLACE, &["ab", "(a)|(b)", "[$1$2]"]), r#""[a][b]""#);
    }

    #[test]
    fn unicode_and_flags() {
        assert_eq!(run(&REGEX_MATCH, &["ÄPFEL", r"(?i)^\w+$"]), "true");
        assert_eq!(run(&REGEX_MATCH, &["größe", r"^\p{Ll}+$"]), "true");
        assert_eq!(run(&REGEX_FIND_ALL, &["a\nb", r"(?m)^.$"]), r#"["a", "b"]"#);
    }

    #[test]
    fn wrong_patterns_are_errors() {
        let fail = |pattern: &str| message(call(&REGEX_MATCH, vec![Value::str("x"), Value::str(pattern)]));
        let expected = |detail: &str| format!("regex_match() invalid regex pattern: {detail}");
        assert_eq!(fail("a(b"), expected("unclosed group at character 2"));
        assert_eq!(fail(r"é(a)\1"), expected("backreferences are not supported at character 5"));
        assert_eq!(fail(r"\p{Nope}"), expected("Unicode property not found at character 1"));
        assert_eq!(fail("((a{900}){900}){900}"), expected("it exceeds the maximum size of 10485760 bytes"));
        let deep = "(".repeat(10_000) + &")".repeat(10_000);
        assert!(fail(&deep).starts_with(&expected("exceed the maximum number of nested parentheses")));
    }

    #[test]
    fn huge_results_are_refused_before_they_are_built() {
        let text = "x".repeat(100_000);
        let replacement = "$0".repeat(100_000);
        let args = vec![Value::str(&text), Value::str("x+"), Value::str(&replacement)];
        assert_eq!(
            message(call(&REGEX_REPLACE, args)),
            "regex_replace() result exceeds maximum size of 268435456 bytes"
        );
    }
}
