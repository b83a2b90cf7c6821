//! [`Sym`]: an interned name — of a field, method, struct, enum or variant — compared by number.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// An interned name. Interning is per thread, which is per isolate; a `Sym` never crosses threads.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sym(u32);

struct Table {
    texts: Vec<Rc<str>>,
    numbers: HashMap<Rc<str>, Sym>,
}

macro_rules! known {
    ($($number:literal $name:ident $text:literal;)*) => {
        /// Names that the language itself knows; the same number in every thread.
        impl Sym {
            $(#[doc = concat!("`", $text, "`")] pub const $name: Sym = Sym($number);)*
        }

        const KNOWN: &[(Sym, &str)] = &[$((Sym::$name, $text),)*];
    };
}

known! {
    0 RESULT "Result";
    1 OPTION "Option";
    2 OK "Ok";
    3 ERR "Err";
    4 SOME "Some";
    5 NONE "None";
    6 ERROR "Error";
    7 MESSAGE "message";
    8 STACK "stack";
    9 LINE "line";
    10 CAUSE "cause";
    11 VALUE "value";
    12 EMPTY "";
    13 INDEX "index";
    14 KIND "kind";
}

impl Default for Table {
    fn default() -> Self {
        let mut table = Table { texts: Vec::with_capacity(64), numbers: HashMap::with_capacity(64) };
        for (sym, text) in KNOWN {
            debug_assert_eq!(sym.0 as usize, table.texts.len(), "{text}");
            table.add(text);
        }
        table
    }
}

impl Table {
    fn add(&mut self, text: &str) -> Sym {
        // 2^32 distinct names would need more memory than a process can map.
        let sym = Sym(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
        let text: Rc<str> = text.into();
        self.texts.push(text.clone());
        self.numbers.insert(text, sym);
        sym
    }
}

thread_local! {
    static TABLE: RefCell<Table> = RefCell::default();
}

impl Sym {
    /// The symbol of `text`. Cost: one hash, and a copy on first sight.
    pub fn new(text: &str) -> Sym {
        TABLE.with_borrow_mut(|table| table.numbers.get(text).copied().unwrap_or_else(|| table.add(text)))
    }

    /// The symbol of `text` if anything has that name, without making one.
    pub fn find(text: &str) -> Option<Sym> {
        TABLE.with_borrow(|table| table.numbers.get(text).copied())
    }

    /// Its number, the same for the life of the thread.
    pub(super) fn number(self) -> u32 {
        self.0
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_names_have_their_numbers() {
        for (sym, text) in KNOWN {
            assert_eq!((Sym::new(text), &*sym.text()), (*sym, *text));
        }
        assert_ne!(Sym::new("other"), Sym::new("another"));
        assert_eq!(Sym::find("nobody has this name"), None);
    }
}
