//! Arguments that a builtin accepts, taken from its manual page, so that nobody has to list them.

use std::cmp::Reverse;

use ruff_runtime::native::NativeDef;
use ruff_syntax::lexer::{Token, TokenKind, lex};

use super::sample::{of_kind, plain};

/// An argument, as it is shown and as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Argument {
    pub(super) label: String,
    pub(super) code: String,
}

/// A value for each parameter of `def`, and one for a variadic one.
///
/// The manual page's first call with most arguments that mean the same everywhere gives them; where it leaves some out,
/// a plain value of the first type that the parameter takes.
pub(super) fn accepted(def: &NativeDef) -> Vec<Argument> {
    let manual = def.manual();
    let calls = manual.examples.iter().flat_map(|example| calls(def, &example.code));
    let written = calls.min_by_key(|call| (call.foreign, Reverse(call.texts.len())));
    let mut arguments = Vec::new();
    for (index, param) in def.params.iter().enumerate() {
        let text = written.as_ref().and_then(|call| call.texts.get(index)).and_then(Option::as_ref);
        arguments.push(match text {
            _ if index == 0 && def.on.is_some() => {
                let sample = of_kind(def.on.unwrap_or_default());
                Argument { label: sample.label.to_owned(), code: sample.code.to_owned() }
            }
            Some(text) => Argument { label: text.clone(), code: text.clone() },
            None => {
                let sample = plain(param);
                Argument { label: sample.label.to_owned(), code: sample.code.to_owned() }
            }
        });
    }
    arguments
}

/// The arguments of a call in an example; `None` for those that mean nothing elsewhere.
struct Call {
    texts: Vec<Option<String>>,
    /// How many mean nothing elsewhere.
    foreign: usize,
}

/// The calls of `def` in `code` with as many arguments as it takes.
fn calls(def: &NativeDef, code: &str) -> Vec<Call> {
    let tokens = lex(code).tokens;
    let text = |token: &Token| code.get(token.span.lo as usize..token.span.hi as usize).unwrap_or_default();
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        let [name, open] = [at, at + 1].map(|at| tokens.get(at));
        let (Some(name), Some(open)) = (name, open) else { continue };
        let is_ours = name.kind == TokenKind::Ident
            && (text(name) == def.method_name() || def.aliases.contains(&text(name)));
        if !is_ours || open.kind != TokenKind::LParen {
            continue;
        }
        let mut texts = Vec::new();
        if at > 0 && tokens.get(at - 1).is_some_and(|dot| dot.kind == TokenKind::Dot) {
            texts.push(receiver(&tokens, at - 1, code));
        }
        texts.extend(arguments(&tokens, at + 2).into_iter().map(|range| portable(range, code)));
        let fits = texts.len() >= def.min_args() && def.max_args().is_none_or(|max| texts.len() <= max);
        if fits {
            let foreign = texts.iter().filter(|text| text.is_none()).count();
            found.push(Call { texts, foreign });
        }
    }
    found
}

/// The receiver before the dot at `dot`, if it is all that stands before it on its line.
fn receiver(tokens: &[Token], dot: usize, code: &str) -> Option<String> {
    let before = tokens.get(..dot)?;
    let start = before.iter().rposition(|token| token.newline_before).unwrap_or(0);
    portable(before.get(start..)?, code)
}

/// The tokens of each argument of the call whose first argument is at `start`.
fn arguments(tokens: &[Token], start: usize) -> Vec<&[Token]> {
    let (mut found, mut from, mut depth) = (Vec::new(), start, 0usize);
    for (at, token) in tokens.iter().enumerate().skip(start) {
        match token.kind {
            TokenKind::LParen | TokenKind::LBracket | TokenKind::LBrace => depth += 1,
            TokenKind::RParen if depth == 0 => {
                found.extend(tokens.get(from..at).filter(|tokens| !tokens.is_empty()));
                break;
            }
            TokenKind::RParen | TokenKind::RBracket | TokenKind::RBrace => depth = depth.saturating_sub(1),
            TokenKind::Comma if depth == 0 => {
                found.extend(tokens.get(from..at));
                from = at + 1;
            }
            _ => {}
        }
    }
    found
}

/// The text of an expression that means the same everywhere: literals, and functions that call nothing.
fn portable(tokens: &[Token], code: &str) -> Option<String> {
    let (first, last) = (tokens.first()?, tokens.last()?);
    let is_function = first.kind == TokenKind::Func;
    let mut before = TokenKind::Eof;
    for token in tokens {
        let calls = token.kind == TokenKind::LParen && before != TokenKind::Func && is_function;
        let means_something = token.kind == TokenKind::Ident && !is_function;
        let is_interpolated = token.kind == TokenKind::StrHead;
        if calls || means_something || is_interpolated {
            return None;
        }
        before = token.kind;
    }
    code.get(first.span.lo as usize..last.span.hi as usize).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str) -> Vec<String> {
        let registry = ruff_natives::test_registry();
        let (def, _) = registry.find(name).or_else(|| registry.find_method(name)).unwrap();
        accepted(def).into_iter().map(|argument| argument.label).collect()
    }

    #[test]
    fn examples_give_the_arguments() {
        assert_eq!(of("split"), ["\"x;y;;z\"", "\";\""]);
        assert_eq!(of("reduce"), ["[1, 2, 3]", "10", "func(sum, n) { return sum + n }"]);
        assert_eq!(of("collect"), ["[4, 5]"]);
    }

    #[test]
    fn what_means_nothing_elsewhere_is_replaced() {
        assert_eq!(of("next"), ["generator"]);
        assert_eq!(of("set_add").first().map(String::as_str), Some("Set{1, 2}"));
    }
}
