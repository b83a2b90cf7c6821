//! Contextual words: names that mean something of their own in some places.

use crate::symbol::{Interner, Symbol};

/// A contextual word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Ok,
    Err,
    Some,
    None,
    Result,
    Option,
    Throw,
    Underscore,
}

/// The words in the order of their symbols.
const WORDS: [(Word, &str); 8] = [
    (Word::Ok, "Ok"),
    (Word::Err, "Err"),
    (Word::Some, "Some"),
    (Word::None, "None"),
    (Word::Result, "Result"),
    (Word::Option, "Option"),
    (Word::Throw, "throw"),
    (Word::Underscore, "_"),
];

/// An interner that holds the contextual words first, so that a symbol tells by its number whether it is one.
pub(super) fn interner() -> Interner {
    let mut interner = Interner::default();
    for (_, text) in WORDS {
        interner.intern(text);
    }
    interner
}

/// Which contextual word a symbol is.
pub(super) fn word(symbol: Symbol) -> Option<Word> {
    WORDS.get(symbol.index()).map(|(word, _)| *word)
}
