//! Tokens, and every message of the lexer; see the snapshots.

use super::{TokenKind, dump, lex, unescape, unquote};
use crate::diagnostic::write_diagnostics;
use crate::limits;
use crate::work;

/// Snapshots the tokens of a source, the source above them.
macro_rules! tokens {
    ($($name:ident: $source:literal)*) => {$(
        #[test]
        fn $name() {
            let source = $source;
            assert_eq!(lex(source).diagnostics, []);
            insta::assert_snapshot!(stringify!($name), format!("{source}\n-----\n{}", dump(source)));
        }
    )*};
}

tokens! {
    words: "let letter _ _x1 café self SELF throw Ok pub finally test_group test_groups"
    numbers: "0 007 9223372036854775807 1.5 1.x 1..2 5. .5 1.2.3"
    marks: ":= = += -= *= /= %= == != < <= > >= + - * / % ! && || ?? ?. ? |> -> :: ... ( ) { } [ ] , ; : . & |"
    longest_marks_win: "::= ===!==<=>=|>|||?.?????....->--&&&"
    strings: r#""a" "" "\n\t\r\\\"\$" "$ $x $$ {}" "#
    interpolations: r#""a${b}c${d}e" "${}" "${{}}" "${"${x}"}" "\${" "$${x}" "${ {"}": 1} }""#
    comments: "#! a\n# b\n// c\n/// d\n//! e\nx /* f */ /** g */ /**/ /* /* */ y // \"h"
    comments_in_interpolations: "\"${ a // }\n /* } */ }\""
    line_ends: "a\nb\r\nc\rd;e \t f"
    byte_order_mark: "\u{feff}a"
}

/// Snapshots the diagnostics of sources, each below its source.
macro_rules! mistakes {
    ($($name:ident: [$($source:expr),* $(,)?])*) => {$(
        #[test]
        fn $name() {
            let mut out = String::new();
            for source in [$($source),*] {
                let diagnostics = write_diagnostics(source, &lex(source).diagnostics);
                out.push_str(&format!("{source:?}\n{diagnostics}\n"));
            }
            insta::assert_snapshot!(stringify!($name), out);
        }
    )*};
}

mistakes! {
    invalid_characters: [
        "a @ b",
        "a ^ b ~ c",
        "'a'",
        "'a",
        "`b`",
        "\\",
        "@@@ $ @",
        "été := переменная + 日本",
        "a\u{a0}b\u{c}c\u{200b}",
        "a\u{feff}",
        "“a”",
        "1 € 2",
    ]
    null_bytes: ["a \0 b", "\"a\0b\"", "# a\0b", "/* \0 */"]
    unterminated_strings: [
        "\"a",
        "x \"a\ny",
        "\"a\\",
        "\"a\\\nb\"",
        "\"a\rb\"",
        "\"a ${b} c\nd",
        "\"a ${b",
        "\"a ${b\")\nc",
        "\"a ${\"b ${c",
        "\"a ${{b}",
        "\"${\"a\"",
    ]
    strings_over_several_lines: [
        "print(\"a\nb\")\nc",
        "x := \"a ${b}\n 'c'\n d\" + 1\n@",
        "x := \"a\ny := \"b\" @",
        "x := \"a\ny := \"b\nz := \"c",
        "x := \"a\nf(\", \") @",
        "x := \"a\n\"",
    ]
    unterminated_comments: ["a /* b", "/*", "/*/", "a /* b\n c * /"]
    invalid_escapes: [r#""\q""#, r#""a\u{41} \x41 \0 \' \é""#, r#""\"#]
    number_mistakes: [
        "9223372036854775808",
        "99999999999999999999",
        "0xZZ",
        "1__0",
        "2e",
        "1_000",
        "1.5f",
        "5é",
        "-9223372036854775808",
    ]
}

#[test]
fn identifiers_are_limited_by_characters() {
    let name = |length: usize| format!("a{}", "é".repeat(length - 1));
    assert_eq!(lex(&name(limits::IDENTIFIER_CHARS)).diagnostics, []);
    let source = name(limits::IDENTIFIER_CHARS + 1);
    let messages = messages(&source);
    assert_eq!(messages, ["RUFLEX008 Identifier exceeds max length of 256 characters"]);
}

#[test]
fn numbers_are_limited() {
    let number = |length: usize| "0".repeat(length);
    assert_eq!(lex(&number(limits::NUMBER_CHARS)).diagnostics, []);
    let long = number(limits::NUMBER_CHARS + 1);
    assert_eq!(messages(&long), ["RUFLEX010 Numeric literal exceeds max length of 512 characters"]);
    let large = format!("{}.0", "9".repeat(310));
    assert_eq!(messages(&large), [format!("RUFLEX006 Numeric literal overflow: {large}")]);
    assert_eq!(lex(&format!("{}.0", "9".repeat(308))).diagnostics, []);
}

#[test]
fn strings_are_limited_by_characters_of_a_segment() {
    let limit = limits::STRING_CHARS;
    let text = |length: usize| "\\n".repeat(length / 2) + &"é".repeat(length - length / 2);
    assert_eq!(lex(&format!("\"{0}${{x}}{0}\"", text(limit))).diagnostics, []);
    let message = "RUFLEX009 String literal exceeds max length of 1048576 characters";
    assert_eq!(messages(&format!("\"{}\"", text(limit + 1))), [message]);
    assert_eq!(messages(&format!("\"{0}${{x}}{0}\"", text(limit + 1))), [message, message]);
}

#[test]
fn every_string_has_an_end() {
    for source in ["\"a ${b", "\"a ${\"b ${c\nd", "\"a ${\"b ${c} \nd", "\"${\"${\"${\""] {
        let kinds: Vec<TokenKind> = lex(source).tokens.iter().map(|token| token.kind).collect();
        let count = |kind: TokenKind| kinds.iter().filter(|&&other| other == kind).count();
        assert_eq!(count(TokenKind::StrHead), count(TokenKind::StrTail), "{source}");
    }
}

#[test]
fn escapes_are_replaced() {
    assert_eq!(unescape(unquote(r#""a\tb\\c\"d\$e""#)), "a\tb\\c\"d$e");
    assert_eq!(unescape(unquote("}x${")), "x");
    assert_eq!(unescape(unquote("\"\"")), "");
}

fn messages(source: &str) -> Vec<String> {
    let text = |diagnostic: &crate::Diagnostic| format!("{} {}", diagnostic.code, diagnostic.message);
    lex(source).diagnostics.iter().map(text).collect()
}

#[test]
fn dumps_of_long_lines_are_linear() {
    let steps = |count: usize| work::count(|| drop(dump(&"é /* a */ x ".repeat(count))));
    let (small, large) = (steps(500), steps(2_000));
    assert!(large <= small * 5, "{small} steps, then {large}");
}
