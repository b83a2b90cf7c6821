//! [`Sym`]: an interned name — of a field, method, struct, enum or variant — compared by number.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};

/// An interned name. The same name has the same number in all threads, so that code can go from one to another. Names are
/// never given up: there are as many as programs spell out.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sym(u32);

macro_rules! known {
    ($($number:literal $name:ident $text:literal;)*) => {
        /// Names that the language itself knows; with fixed numbers.
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
    15 ERRORS "errors";
    16 SUPPRESSED "suppressed";
}

/// The names of the process. Each thread keeps copies of what it looked up, so that it rarely comes here.
static ALL: LazyLock<RwLock<Table>> = LazyLock::new(|| {
    let mut all = Table::default();
    for (sym, text) in KNOWN {
        let added = all.add(text);
        debug_assert_eq!(*sym, added, "{text}");
    }
    RwLock::new(all)
});

#[derive(Default, Clone)]
struct Table {
    texts: Vec<&'static str>,
    numbers: HashMap<&'static str, Sym>,
}

impl Table {
    fn find(&self, text: &str) -> Option<Sym> {
        self.numbers.get(text).copied()
    }

    fn add(&mut self, text: &'static str) -> Sym {
        // 2^32 distinct names would need more memory than a process can map.
        let sym = Sym(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
        self.texts.push(text);
        self.numbers.insert(text, sym);
        sym
    }
}

thread_local! {
    /// What a thread has seen of the table.
    static SEEN: RefCell<Table> = RefCell::default();
}

impl Sym {
    /// The symbol of `text`. Cost: one hash, and a copy on first sight.
    pub fn new(text: &str) -> Sym {
        Sym::seen(text).unwrap_or_else(|| {
            let mut all = ALL.write().unwrap_or_else(PoisonError::into_inner);
            let sym = all.find(text).unwrap_or_else(|| all.add(Box::leak(text.into())));
            drop(all);
            sym.see();
            sym
        })
    }

    /// The symbol of `text` if anything has that name, without making one.
    pub fn find(text: &str) -> Option<Sym> {
        Sym::seen(text).or_else(|| {
            let sym = ALL.read().unwrap_or_else(PoisonError::into_inner).find(text)?;
            sym.see();
            Some(sym)
        })
    }

    fn seen(text: &str) -> Option<Sym> {
        SEEN.with_borrow(|seen| seen.find(text))
    }

    /// Takes it into the thread's own table.
    fn see(self) {
        let text = self.text();
        SEEN.with_borrow_mut(|seen| seen.numbers.insert(text, self));
    }

    /// Its number.
    pub(super) fn number(self) -> u32 {
        self.0
    }

    /// The name.
    pub fn text(self) -> &'static str {
        SEEN.with_borrow_mut(|seen| {
            let at = self.0 as usize;
            if at >= seen.texts.len() {
                seen.texts.clone_from(&ALL.read().unwrap_or_else(PoisonError::into_inner).texts);
            }
            seen.texts.get(at).copied().unwrap_or_default()
        })
    }
}

impl std::fmt::Display for Sym {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.text())
    }
}

impl std::fmt::Debug for Sym {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(self.text(), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_names_have_their_numbers() {
        for (sym, text) in KNOWN {
            assert_eq!((Sym::new(text), sym.text()), (*sym, *text));
        }
        assert_ne!(Sym::new("other"), Sym::new("another"));
        assert_eq!(Sym::find("nobody has this name"), None);
    }
}
