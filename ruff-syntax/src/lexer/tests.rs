//! Tokens, and every message of the lexer; see the snapshots.

use super::{TokenKind, dump, lex};
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
    radix_prefixes: "0xFF 0xdeadBEEF 0o17 0b1010 0x7FFFFFFFFFFFFFFF 0xFF_FF 0b1111_0000 0xE+1"
    digit_separators: "1_000_000 3.141_592 1_0.0_1 _1 1.0"
    exponents: "1e6 2.5e-3 1E+9 0e0 1e308 1_0e1_0 1e-999"
    marks: ":= = += -= *= /= %= == != < <= > >= + - * / % ! && || ?? ?. ? |> -> :: ... ( ) { } [ ] , ; : . & | ^ ~ ** << >> .. ..= **= &= |= ^= <<= >>= ??= =>"
    longest_marks_win: "***=**..=...==<<<=>>>=???=&&&=||=^^=..=1..2..=3 ::= ===!==<=>=|>|||?.?????....->--&&&"
    strings: r#""a" "" "\n\t\r\\\"\$" "$ $x $$ {}" "#
    more_escapes: r#""\0\e\x41\u{1F600}\u{e9}" "#
    raw_strings: r#"r"\d+${x}" r"" rx"a" r "b" r"\" "#
    strings_of_several_lines: "\"\"\"\n  a\n    ${b}\n\n  ${\"\"\"\n  x\n  \"\"\"} c\n  \"\"\" r\"\"\"\n\\d ${x}\n\"\"\" \"\"\" \n\"\"\""
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
    invalid_escapes: [
        r#""\q""#,
        r#""\x \x4 \x80 \xZZ \' \é""#,
        r#""\u \u41 \u{} \u{D800} \u{110000} \u{1234567} \u{41 \u{4g}""#,
        r#""\"#,
        "\"\"\"\na\\\n\"\"\"",
    ]
    string_lines: [
        "\"\"\"a\n\"\"\"",
        "\"\"\"a\"\"\"",
        "\"\"\"\na\"\"\"",
        "\"\"\"\n  a\n b\nc\n  \"\"\"",
        "\"\"\"\n\ta\n  b\n\t\"\"\"",
        "\"\"\"\n${a}\n  \"\"\"",
        "\"\"\"\n  ${a\nb}\n  \"\"\"",
        "\"\"\"\na \"\" b",
        "r\"\"\"\na",
        "r\"a\nb",
        "\"\"\"\n${a\n\"\"\"",
    ]
    number_mistakes: [
        "9223372036854775808",
        "99999999999999999999",
        "0xZZ",
        "0x",
        "0X1F",
        "0b12",
        "0o8",
        "0x_FF",
        "0x8000000000000000",
        "0x1.5",
        "1__0",
        "1_",
        "1_.5",
        "1.5_",
        "2e",
        "2e+",
        "2e_5",
        "1e999",
        "1else",
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
