//! The examples of the specification: programs that must print what it says.

use std::path::PathBuf;

use ruff_syntax::lexer::{TokenKind, lex};

use super::{Entry, Example};
use crate::corpus::{Failure, Program, in_small_stack};

impl Entry {
    /// The names that its example mentions.
    pub fn uses(&self) -> impl Iterator<Item = &str> {
        let code = self.example.as_ref().map_or("", |example| example.code.as_str());
        let names = lex(code).tokens.into_iter().filter(|token| token.kind == TokenKind::Ident);
        names.filter_map(|token| code.get(token.span.lo as usize..token.span.hi as usize))
    }

    /// Runs its example, if it has one, and compares what it prints.
    pub fn check_example(&self) -> Result<(), Failure> {
        let Some(Example { code, prints }) = &self.example else { return Ok(()) };
        let mut program = Program::default();
        program.name.clone_from(&self.name);
        program.entry = PathBuf::from("example.ruff");
        program.source.clone_from(code);
        let outcome = in_small_stack(&program)?;
        if outcome.status == 0 && outcome.stdout.strip_suffix('\n').unwrap_or(&outcome.stdout) == prints {
            return Ok(());
        }
        let differences = vec![format!("wanted {prints:?}")];
        Err(Failure::Differs { differences, outcome: Box::new(outcome) })
    }
}
