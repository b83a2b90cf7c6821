//! [`Sym`]: an interned name — of a field, method, struct, enum or variant — compared by number.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// An interned name. Interning is per thread, which is per isolate; a `Sym` never crosses threads.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sym(u32);

#[derive(Default)]
struct Table {
    texts: Vec<Rc<str>>,
    numbers: HashMap<Rc<str>, Sym>,
}

thread_local! {
    static TABLE: RefCell<Table> = RefCell::default();
}

impl Sym {
    /// The symbol of `text`. Cost: one hash, and a copy on first sight.
    pub fn new(text: &str) -> Sym {
        TABLE.with_borrow_mut(|table| {
            if let Some(&known) = table.numbers.get(text) {
                return known;
            }
            // 2^32 distinct names would need more memory than a process can map.
            let sym = Sym(u32::try_from(table.texts.len()).unwrap_or(u32::MAX));
            let text: Rc<str> = text.into();
            table.texts.push(text.clone());
            table.numbers.insert(text, sym);
            sym
        })
    }

    /// The symbol of `text` if anything has that name, without making one.
    pub fn find(text: &str) -> Option<Sym> {
        TABLE.with_borrow(|table| table.numbers.get(text).copied())
    }

    /// The name.
    pub fn text(self) -> Rc<str> {
        TABLE.with_borrow(|table| table.texts.get(self.0 as usize).cloned()).unwrap_or_else(|| "".into())
    }
}

impl std::fmt::Display for Sym {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text())
    }
}

impl std::fmt::Debug for Sym {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(&*self.text(), f)
    }
}
