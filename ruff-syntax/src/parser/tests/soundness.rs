//! What holds for every input: no panic, tokens tile the source, spans nest, diagnostics lie inside the file.

use proptest::prelude::*;

use super::parsed;
use crate::ast::{ExprId, ExprKind, Module};
use crate::diagnostic::Diagnostic;
use crate::lexer::{TriviaKind, trivia};
use crate::resolve::{self, resolve};
use crate::source::Span;

/// A program that has a bit of everything.
const SAMPLE: &str = r#"
# A bit of everything.
import a.b
from c import d, e
struct P { x: int, y: Array<int> = [1], o: Option<int>= None func m(self, z: int?) -> int { return self.x } }
enum E { A, B }
const K: int := -5
let [a, [b, _], ...r] := [1, [2, 3], 4]
{k, ...rest} := {"k": 1, ...{}}
export async func* f(x, y: func(int) -> int | null) -> [int] {
    mut i := 0
    while i < 10 && !done { i += 1 if i == 5 { continue } else if i > 7 { break } else { yield i } }
    for v in range(3) { P { x: v }.m(1)?.y }
    loop while true { x.y[0].z := await g(1, "a ${b + "${c}"} d\n") }
    match x |> h ?? E::A {
        case Ok(v) if v > 1: { return v }
        case E::B(p, _) { throw("no") }
        case -1: { } case "s" { } case word: { }
        default: { return }
    }
    try { a(b)[c] } except e { print(e.message) } finally { close() }
    spawn { x := func(q) { return q * 2 } }
}
test "t" { assert(1 == 1) }
"#;

fn check(source: &str) -> Vec<Diagnostic> {
    let parsed = parsed(source);
    let module = &parsed.module;
    check_tiling(source, module);
    let size = u32::try_from(source.len()).expect("a short source");
    for diagnostic in &parsed.diagnostics {
        let labels = std::iter::once(&diagnostic.primary).chain(&diagnostic.secondary);
        for span in labels.map(|label| label.span) {
            assert!(span.lo <= span.hi && span.hi <= size, "{diagnostic:?}");
            let is_char = |at: u32| source.is_char_boundary(at as usize);
            assert!(is_char(span.lo) && is_char(span.hi), "{diagnostic:?}");
        }
        assert!(!diagnostic.message.contains(['\n', '\r']), "{diagnostic:?}");
    }
    assert!(parsed.diagnostics.is_sorted_by_key(|diagnostic| diagnostic.primary.span.lo));
    check_exprs(module, size);
    let tree = crate::ast::dump(module);
    // However many consequences are kept quiet, no mistake is.
    let has_hole = tree.contains("<error>") || tree.contains("<missing>");
    assert!(!has_hole || !parsed.diagnostics.is_empty(), "{tree}");
    resolve(module, resolve::Options::default());
    parsed.diagnostics
}

fn check_tiling(source: &str, module: &Module) {
    let mut text = String::new();
    let mut end = 0;
    for token in &module.tokens {
        assert!(end <= token.span.lo && token.span.lo <= token.span.hi);
        let mut newline = false;
        for piece in trivia(source, Span::new(end, token.span.lo)) {
            let piece_text = &source[piece.span.lo as usize..piece.span.hi as usize];
            let is_blank =
                piece_text.chars().all(|char| matches!(char, ' ' | '\t' | '\n' | '\r' | '\u{feff}'));
            assert_eq!(is_blank, piece.kind == TriviaKind::Blank, "{piece:?}");
            newline |= piece_text.contains(['\n', '\r']);
            text.push_str(piece_text);
        }
        assert_eq!(newline, token.newline_before);
        text.push_str(&source[token.span.lo as usize..token.span.hi as usize]);
        end = token.span.hi;
    }
    assert_eq!(text, source);
}

/// Every child comes before its parent and lies inside it.
fn check_exprs(module: &Module, size: u32) {
    for index in 0..module.exprs.len() {
        let id = ExprId(u32::try_from(index).expect("a short source"));
        let expr = &module.exprs[id];
        assert!(expr.span.lo <= expr.span.hi && expr.span.hi <= size);
        for child in children(&expr.kind) {
            let span = module.exprs[child].span;
            assert!(child < id);
            assert!(expr.span.lo <= span.lo && span.hi <= expr.span.hi, "{expr:?} {:?}", module.exprs[child]);
        }
    }
}

fn children(kind: &ExprKind) -> Vec<ExprId> {
    match kind {
        ExprKind::Binary { lhs: a, rhs: b, .. }
        | ExprKind::Pipe { value: a, callee: b }
        | ExprKind::Index { object: a, index: b, .. } => vec![*a, *b],
        ExprKind::Range { start, end, .. } => start.iter().chain(end).copied().collect(),
        ExprKind::Unary { operand: a, .. }
        | ExprKind::Field { object: a, .. }
        | ExprKind::Try(a)
        | ExprKind::Await(a)
        | ExprKind::Yield(Some(a))
        | ExprKind::Paren(a) => vec![*a],
        ExprKind::Call { callee: a, args } | ExprKind::MethodCall { object: a, args, .. } => {
            std::iter::once(*a).chain(args.iter().map(|arg| arg.value)).collect()
        }
        ExprKind::Throw(args) | ExprKind::Construct { args, .. } => {
            args.iter().map(|arg| arg.value).collect()
        }
        _ => Vec::new(),
    }
}

#[test]
fn the_sample_has_no_mistakes() {
    assert_eq!(check(SAMPLE), []);
}

#[test]
fn every_prefix_has_few_diagnostics() {
    for token in parsed(SAMPLE).module.tokens {
        let prefix = SAMPLE.get(..token.span.hi as usize).expect("a token boundary");
        let diagnostics = check(prefix);
        assert!(diagnostics.len() <= 2, "{prefix}\n{diagnostics:#?}");
    }
}

#[test]
fn every_prefix_by_characters_is_sound() {
    for (at, _) in SAMPLE.char_indices() {
        check(&SAMPLE[..at]);
    }
}

#[test]
fn a_missing_or_doubled_token_has_few_diagnostics() {
    let mut counts = [0; 6];
    for token in parsed(SAMPLE).module.tokens {
        let (lo, hi) = (token.span.lo as usize, token.span.hi as usize);
        for middle in ["", &format!("{0} {0}", &SAMPLE[lo..hi])] {
            let source = format!("{}{middle}{}", &SAMPLE[..lo], &SAMPLE[hi..]);
            let diagnostics = check(&source);
            assert!(diagnostics.len() <= 3, "{source}\n{diagnostics:#?}");
            counts[diagnostics.len()] += 1;
        }
    }
    // Almost always one mistake is one diagnostic (or none, when what is left means something else).
    assert!(counts[2] + counts[3] <= 9, "{counts:?}");
}

/// Any sequence of the words and marks of the language.
fn soup() -> impl Strategy<Value = String> {
    let fixed = crate::lexer::TokenKind::RESERVED.iter().filter_map(|kind| kind.fixed_text());
    let marks = ":= = += == < >= + - * ! && || ?? ?. ? |> -> :: ... ( ) { } [ ] , ; : . & | ^ ~ ** << >> .. ..= **= <<= ??= => \n \n \n # /* */ // @ ' \" ${ } \\ é";
    let others = [
        "x", "f", "Ok", "None", "throw", "_", "pub", "finally", "1", "2.5", "9x", "\"s\"", "\"a ${",
        "\"${x}\"",
    ];
    let all: Vec<&'static str> = fixed.chain(marks.split(' ')).chain(others).collect();
    let word = proptest::sample::select(all);
    proptest::collection::vec((word, prop_oneof![Just(" "), Just("\n"), Just("")]), 0..60)
        .prop_map(|words| words.into_iter().flat_map(|(word, gap)| [word, gap]).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_sound(source in any::<String>()) {
        check(&source);
    }

    #[test]
    fn any_ascii_is_sound(source in "[ -~\n]{0,80}") {
        check(&source);
    }

    #[test]
    fn any_soup_is_sound(source in soup()) {
        check(&source);
    }

    #[test]
    fn any_change_of_the_sample_is_sound(at in 0..SAMPLE.len(), length in 0..40_usize, insert in soup()) {
        let end = (at + length).min(SAMPLE.len());
        check(&format!("{}{insert}{}", &SAMPLE[..at], &SAMPLE[end..]));
    }
}
