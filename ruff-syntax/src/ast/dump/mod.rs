//! The syntax tree as text, for people and for tests.
//!
//! A statement is a line, what belongs to it is indented below. Expressions are written in prefix form. The bodies of
//! functions inside an expression follow the line they stand in, under their numbers.

mod expr;
mod pattern;
mod stmt;

use super::{ExprId, Func, Module, Stmt};
use crate::symbol::Symbol;

/// Writes a tree down. Not a stable format.
pub fn dump(module: &Module) -> String {
    let mut dump = Dump { module, out: String::new(), indent: 0, inner: Vec::new() };
    for stmt in &module.body.stmts {
        dump.stmt(stmt);
    }
    dump.out
}

struct Dump<'a> {
    module: &'a Module,
    out: String,
    indent: usize,
    /// Functions and blocks inside the expressions of the current line.
    inner: Vec<Inner<'a>>,
}

/// What belongs to an expression and has lines of its own.
enum Inner<'a> {
    Func(&'a Func),
    Control(&'a Stmt),
}

impl<'a> Dump<'a> {
    fn text(&self, symbol: Symbol) -> &'a str {
        self.module.interner.text(symbol)
    }

    fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn put_symbol(&mut self, symbol: Symbol) {
        let text = self.text(symbol);
        self.put(if text.is_empty() { "<missing>" } else { text });
    }

    fn put_quoted(&mut self, symbol: Symbol) {
        let text = format!("{:?}", self.text(symbol));
        self.put(&text);
    }

    /// Begins a line.
    fn start(&mut self, text: &str) {
        for _ in 0..self.indent {
            self.put("  ");
        }
        self.put(text);
    }

    /// Ends a line, and adds the bodies of the functions in it.
    fn end(&mut self) {
        self.put("\n");
        for inner in std::mem::take(&mut self.inner) {
            self.indented(|dump| match inner {
                Inner::Func(func) => {
                    dump.start(&format!("#{}\n", func.id.0));
                    dump.block(&func.body);
                }
                Inner::Control(stmt) => dump.stmt(stmt),
            });
        }
    }

    fn indented(&mut self, write: impl FnOnce(&mut Self)) {
        self.indent += 1;
        write(self);
        self.indent -= 1;
    }

    /// A line that is `text` and an expression.
    fn line(&mut self, text: &str, value: ExprId) {
        self.start(text);
        self.put(" ");
        self.expr(value);
        self.end();
    }
}
