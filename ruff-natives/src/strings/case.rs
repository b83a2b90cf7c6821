//! Upper and lower case, and the ways to write names.

use ruff_runtime::native;
use ruff_runtime::native::{Cx, NativeResult};

/// The string in upper case. `ß` becomes `SS`.
///
/// ```ruff
/// to_upper("grüße")              # => "GRÜSSE"
/// ```
#[native(family = "strings", alias = "upper", method, pure)]
fn to_upper(cx: &mut Cx<'_>, value: &str) -> NativeResult<String> {
    sized(cx, value.to_uppercase())
}

/// The string in lower case.
///
/// ```ruff
/// to_lower("ÀB")                 # => "àb"
/// ```
#[native(family = "strings", alias = "lower", method, pure)]
fn to_lower(cx: &mut Cx<'_>, value: &str) -> NativeResult<String> {
    sized(cx, value.to_lowercase())
}

/// The string with its first character in upper and all others in lower case.
///
/// ```ruff
/// capitalize("mIXED case")       # => "Mixed case"
/// ```
#[native(family = "strings", method, pure)]
fn capitalize(cx: &mut Cx<'_>, value: &str) -> NativeResult<String> {
    let mut out = String::with_capacity(value.len());
    push_capitalized(&mut out, value);
    sized(cx, out)
}

/// The string as a part of an address: lower case, letters and digits kept, every run of blanks, `_` and `-` one `-`,
/// everything else dropped.
///
/// ```ruff
/// slugify("Big News: Day 2")     # => "big-news-day-2"
/// ```
#[native(family = "strings", method, pure)]
fn slugify(cx: &mut Cx<'_>, value: &str) -> NativeResult<String> {
    sized(cx, separated(value.to_lowercase().chars(), '-'))
}

/// The words of a string in `camelCase`. Words are runs of letters and digits, and end before a capital that follows
/// a lower-case letter.
///
/// ```ruff
/// to_camel_case("user_first name")   # => "userFirstName"
/// ```
#[native(family = "strings", method, pure)]
fn to_camel_case(cx: &mut Cx<'_>, value: &str) -> NativeResult<String> {
    let mut out = String::with_capacity(value.len());
    for run in value.split(|char: char| !char.is_alphanumeric()).filter(|run| !run.is_empty()) {
        let mut rest = run;
        while !rest.is_empty() {
            let (word, after) = rest.split_at(word_end(rest));
            if out.is_empty() {
                out.push_str(&word.to_lowercase());
            } else {
                push_capitalized(&mut out, word);
            }
            rest = after;
        }
    }
    sized(cx, out)
}

/// The string in `snake_case`: `_` before a capital that follows another character, and for every run of blanks, `-`
/// and `_`; other punctuation dropped.
///
/// ```ruff
/// to_snake_case("userFirstName")     # => "user_first_name"
/// to_snake_case("HTTPServer")        # => "httpserver"
/// ```
#[native(family = "strings", method, pure)]
fn to_snake_case(cx: &mut Cx<'_>, value: &str) -> NativeResult<String> {
    sized(cx, humps(value, '_'))
}

/// The string in `kebab-case`: as `to_snake_case`, with `-`.
///
/// ```ruff
/// to_kebab_case("userFirstName")     # => "user-first-name"
/// ```
#[native(family = "strings", method, pure)]
fn to_kebab_case(cx: &mut Cx<'_>, value: &str) -> NativeResult<String> {
    sized(cx, humps(value, '-'))
}

/// A letter can take three times as many bytes in the other case.
fn sized(cx: &Cx<'_>, text: String) -> NativeResult<String> {
    cx.check_bytes(text.len())?;
    Ok(text)
}

fn push_capitalized(out: &mut String, word: &str) {
    let mut chars = word.chars();
    out.extend(chars.next().into_iter().flat_map(char::to_uppercase));
    out.push_str(&chars.as_str().to_lowercase());
}

/// Where the first word of a run of letters and digits ends.
fn word_end(run: &str) -> usize {
    let mut was_lower = false;
    for (at, char) in run.char_indices() {
        if was_lower && char.is_uppercase() {
            return at;
        }
        was_lower = char.is_lowercase();
    }
    run.len()
}

fn humps(value: &str, separator: char) -> String {
    let mut before = None;
    let mut spread = String::with_capacity(value.len() + 8);
    for char in value.chars() {
        if char.is_uppercase() && before.is_some_and(|before: char| !before.is_uppercase()) {
            spread.push(separator);
        }
        spread.extend(char.to_lowercase());
        before = Some(char);
    }
    separated(spread.chars(), separator)
}

/// Letters and digits, and one `separator` between them for every run of separators.
fn separated(chars: impl Iterator<Item = char>, separator: char) -> String {
    let mut out = String::new();
    let mut is_due = false;
    for char in chars {
        if char.is_whitespace() || char == '_' || char == '-' {
            is_due = true;
        } else if char.is_alphanumeric() {
            if is_due && !out.is_empty() {
                out.push(separator);
            }
            is_due = false;
            out.push(char);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{call, source};
    use ruff_runtime::Value;
    use ruff_runtime::native::NativeDef;

    fn check(def: &'static NativeDef, cases: &[(&str, &str)]) {
        for (text, expected) in cases {
            assert_eq!(source(call(def, vec![Value::str(text)])), format!("\"{expected}\""), "{text}");
        }
    }

    #[test]
    fn names() {
        check(
            &TO_CAMEL_CASE,
            &[("helloWorld", "helloWorld"), ("HELLO-WORLD", "helloWorld"), ("a1 b2!c", "a1B2C"), ("", "")],
        );
        check(
            &TO_SNAKE_CASE,
            &[
                ("HTTPServer", "httpserver"),
                ("World2Go", "world2_go"),
                ("helloWorld Foo", "hello_world_foo"),
                ("  a--b__c! ", "a_b_c"),
                ("a.b", "ab"),
                ("äÖ", "ä_ö"),
            ],
        );
        check(&TO_KEBAB_CASE, &[("helloWorld Foo", "hello-world-foo"), ("a_b", "a-b")]);
    }

    #[test]
    fn slugs() {
        check(&SLUGIFY, &[("my-post", "my-post"), ("a - _ b", "a-b"), ("--Ärger!--", "ärger"), ("!?", "")]);
    }

    #[test]
    fn capitals() {
        check(&CAPITALIZE, &[("ßeta", "SSeta"), ("", ""), ("ÉCOLE", "École")]);
    }
}
