//! Compiling patterns, and remembering the last ones.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use regex::{Error, Regex, RegexBuilder};
use ruff_runtime::native::{Cx, NativeResult};
use ruff_syntax::Code;

/// Bytes that a compiled pattern may take.
const MAX_SIZE: usize = 10 * 1024 * 1024;

/// Patterns that stay compiled.
const REMEMBERED: usize = 32;

thread_local! {
    /// The last used first. Shared and not cloned: a clone would begin without the tables its original has built.
    static LAST_USED: RefCell<VecDeque<Rc<Regex>>> = const { RefCell::new(VecDeque::new()) };
}

/// The compiled `pattern`.
pub(super) fn compiled(cx: &Cx<'_>, pattern: &str) -> NativeResult<Rc<Regex>> {
    if let Some(known) = remembered(pattern) {
        return Ok(known);
    }
    match RegexBuilder::new(pattern).size_limit(MAX_SIZE).build() {
        Ok(regex) => {
            let regex = Rc::new(regex);
            remember(regex.clone());
            Ok(regex)
        }
        Err(error) => {
            let detail = detail(pattern, &error);
            Err(cx.fail(Code::ArgumentValue, format!("{}() invalid regex pattern: {detail}", cx.name())))
        }
    }
}

fn remembered(pattern: &str) -> Option<Rc<Regex>> {
    LAST_USED.with_borrow_mut(|last_used| {
        let at = last_used.iter().position(|known| known.as_str() == pattern)?;
        let known = last_used.remove(at)?;
        last_used.push_front(known.clone());
        Some(known)
    })
}

fn remember(regex: Rc<Regex>) {
    LAST_USED.with_borrow_mut(|last_used| {
        last_used.truncate(REMEMBERED - 1);
        last_used.push_front(regex);
    });
}

/// What is wrong with `pattern`, on one line. Parsing it again tells where, as `error` only does in a drawing.
#[cold]
fn detail(pattern: &str, error: &Error) -> String {
    if let Error::CompiledTooBig(limit) = error {
        return format!("it exceeds the maximum size of {limit} bytes");
    }
    let (problem, at) = match regex_syntax::parse(pattern) {
        Err(regex_syntax::Error::Parse(error)) => (error.kind().to_string(), error.span().start.offset),
        Err(regex_syntax::Error::Translate(error)) => (error.kind().to_string(), error.span().start.offset),
        _ => return error.to_string(),
    };
    let character = pattern.get(..at).unwrap_or_default().chars().count() + 1;
    format!("{problem} at character {character}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruff_runtime::host::NoHost;

    #[test]
    fn the_last_patterns_stay_compiled() {
        let mut host = NoHost;
        let cx = Cx::new(&mut host, None, 0);
        let first = compiled(&cx, "first").unwrap();
        for number in 0..REMEMBERED - 1 {
            compiled(&cx, &format!("p{number}")).unwrap();
        }
        assert!(Rc::ptr_eq(&first, &compiled(&cx, "first").unwrap()));
        for number in 0..REMEMBERED {
            compiled(&cx, &format!("q{number}")).unwrap();
        }
        assert!(!Rc::ptr_eq(&first, &compiled(&cx, "first").unwrap()));
        assert_eq!(LAST_USED.with_borrow(VecDeque::len), REMEMBERED);
    }
}
