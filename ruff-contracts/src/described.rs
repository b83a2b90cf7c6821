//! Which errors a manual page speaks of.
//!
//! Its sentences about errors have the shapes of messages as code: `` `no {thing} here` `` is what `no bread here` looks
//! like. What holds for all builtins, such as the number and the types of arguments, no page says again.

use ruff_runtime::native::Manual;

/// Whether a sentence about errors has a shape of `message`, which may be a shape itself.
pub(crate) fn describes(manual: &Manual, message: &str) -> bool {
    manual.errors.iter().flat_map(|sentence| codes(sentence)).any(|shape| is_shape_of(shape, message))
}

/// The pieces of code in a sentence.
fn codes(sentence: &str) -> impl Iterator<Item = &str> {
    sentence.split('`').skip(1).step_by(2)
}

/// Whether `message` is `shape` with some text in each place of a name in braces.
fn is_shape_of(shape: &str, message: &str) -> bool {
    let named = shape.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?.1)));
    let Some((before, behind)) = named else { return shape == message };
    let Some(rest) = message.strip_prefix(before) else { return false };
    (0..=rest.len()).filter_map(|at| rest.get(at..)).any(|rest| is_shape_of(behind, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_braces_stand_for_any_text() {
        let matches = |shape: &str| is_shape_of(shape, "f() key 'a' not found in 'b'");
        let right = [
            "f() key 'a' not found in 'b'",
            "{message}",
            "f() key '{key}' not found in '{dict}'",
            "f() {why}'b'",
        ];
        assert!(right.into_iter().all(matches));
        let wrong = [
            "f() key",
            "g() key '{key}' not found in '{dict}'",
            "f() {key} not there",
            "f() key '{key}' not found",
        ];
        assert!(!wrong.into_iter().any(matches));
        // No text is a text, but none stands for two things.
        assert!(is_shape_of("'{a}'{b}", "''") && !is_shape_of("{a}ab{b}ba", "aba"));
    }

    #[test]
    fn only_sentences_about_errors_count() {
        let manual = Manual::parse("Gives `one`. Fails with `two {n}` if it must, with `three` if not.");
        assert!(describes(&manual, "two x") && describes(&manual, "three"));
        assert!(!describes(&manual, "one") && !describes(&manual, " if it must, with "));
    }
}
