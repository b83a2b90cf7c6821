//! Interned text: names and string literals of one parsed file, compared by number.

use std::collections::HashMap;

/// An interned string; meaningful only together with the [`Interner`] that made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Symbol(u32);

impl Symbol {
    /// The position in the interner's table.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Maps text to [`Symbol`]s and back. Cost: one hash per lookup, one copy per distinct text.
#[derive(Debug, Default)]
pub struct Interner {
    texts: Vec<std::rc::Rc<str>>,
    symbols: HashMap<std::rc::Rc<str>, Symbol>,
}

impl Interner {
    /// The symbol of `text`, made on first sight.
    pub fn intern(&mut self, text: &str) -> Symbol {
        if let Some(&symbol) = self.symbols.get(text) {
            return symbol;
        }
        // Source text is limited to 16 MiB, so the count of distinct texts fits 32 bits.
        let symbol = Symbol(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
        let shared: std::rc::Rc<str> = text.into();
        self.texts.push(shared.clone());
        self.symbols.insert(shared, symbol);
        symbol
    }

    /// The symbol of `text` if it was interned before.
    pub fn find(&self, text: &str) -> Option<Symbol> {
        self.symbols.get(text).copied()
    }

    /// The text of `symbol`; empty for a symbol of another interner.
    pub fn text(&self, symbol: Symbol) -> &str {
        self.texts.get(symbol.index()).map_or("", |text| text)
    }

    /// How many distinct texts are interned.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether nothing was interned.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }
}
