//! Ruff code in Markdown: documentation pages run as programs, manual pages of builtins run example by example.

use std::rc::Rc;

use ruff_runtime::Engine;
use ruff_runtime::engine::Options;
use ruff_runtime::error::RunError;
use ruff_runtime::value::source_text;
use ruff_syntax::SourceFile;

use crate::corpus::{self, Folder, Outcome, Program};
use crate::host::{TestHost, World};

/// What stands between an expression and its value in the example of a builtin.
const ARROW: &str = "# => ";

/// A fenced block of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The words after the fence: `ruff`, `ruff,no_run`, `ruff,file=shapes.ruff`.
    pub info: String,
    /// 1-based line of the fence.
    pub line: usize,
    /// The code.
    pub code: String,
}

impl Block {
    /// Whether the block is only for reading: it must be a correct program, but it is not run.
    pub fn is_no_run(&self) -> bool {
        self.info.split(',').any(|word| word.trim() == "no_run")
    }

    /// The name under which the other blocks of the page can import this one.
    pub fn file(&self) -> Option<&str> {
        self.info.split(',').find_map(|word| word.trim().strip_prefix("file="))
    }
}

/// The blocks of Ruff code in a page. Fences inside lists may be indented.
pub fn blocks(page: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut lines = page.lines().zip(1..);
    while let Some((line, number)) = lines.next() {
        let Some(info) = line.trim_start().strip_prefix("```") else { continue };
        let indent = line.len() - line.trim_start().len();
        let inside = lines.by_ref().map(|(line, _)| line).take_while(|line| line.trim() != "```");
        let code: String = inside.map(|line| format!("{}\n", line.get(indent..).unwrap_or(""))).collect();
        if info.trim().split(',').next() == Some("ruff") {
            found.push(Block { info: info.trim().to_owned(), line: number, code });
        }
    }
    found
}

/// Checks a block of a documentation page: it does what its expectations say, or ends well if it has none. It finds
/// those of `others` that are files.
pub fn check_block(page: &str, block: &Block, others: &[Block]) -> Result<(), String> {
    let mut folder = Folder::single(&format!("{page}:{}", block.line), &block.code);
    for other in others {
        if let Some(file) = other.file() {
            folder.files.insert(file.into(), other.code.clone().into_bytes());
        }
    }
    let program = Program::read_lenient(&folder).map_err(|mistakes| corpus::Mistake::list(&mistakes))?;
    if block.is_no_run() {
        return compiles(&program);
    }
    let outcome = corpus::in_small_stack(&program)?;
    let says_nothing = program.expected == corpus::Expected::default();
    if says_nothing {
        let ends_well = outcome.status == 0 && outcome.reports.is_empty();
        return if ends_well { Ok(()) } else { Err(outcome.to_string()) };
    }
    corpus::verdict(&program, &outcome)
}

fn compiles(program: &Program) -> Result<(), String> {
    let engine =
        Engine::new(Box::new(TestHost::new(World::default())), ruff_natives::registry(), Options::default());
    let file = Rc::new(SourceFile::new(program.entry.to_string_lossy(), program.source.clone()));
    engine.check(&file).map(|_| ()).map_err(|error| Outcome::from(error).to_string())
}

/// Checks the example of a builtin: each line `expression  # => value` has that value in source form, and
/// `expression  # => error: message` raises. Lines without an arrow belong to the expression below them.
pub fn check_example(name: &str, code: &str) -> Result<(), String> {
    let host = TestHost::new(World::default());
    let options = Options { keep_globals: true, yields_last: true, ..Options::default() };
    let mut engine = Engine::new(Box::new(host), ruff_natives::registry(), options);
    let mut chunk = String::new();
    let mut is_empty = true;
    for line in code.lines() {
        let (code, wanted) =
            line.split_once(ARROW).map_or((line, None), |(code, value)| (code, Some(value.trim())));
        chunk.push_str(code);
        chunk.push('\n');
        let Some(wanted) = wanted else { continue };
        is_empty = false;
        let actual = value(&mut engine, name, std::mem::take(&mut chunk));
        if actual != wanted {
            return Err(format!("{}\n  expected: {wanted}\n  actual:   {actual}", code.trim()));
        }
    }
    if !chunk.trim().is_empty() {
        let actual = value(&mut engine, name, chunk);
        if actual.starts_with("error: ") {
            return Err(actual);
        }
    }
    if is_empty {
        Err(format!("the example shows no value: write `expression  {ARROW}value`"))
    } else {
        Ok(())
    }
}

/// The value of the last statement in source form, or what it raised.
fn value(engine: &mut Engine, name: &str, code: String) -> String {
    match engine.run(Rc::new(SourceFile::new(name, code))) {
        Ok(value) => source_text(&value),
        Err(RunError::Uncaught(error)) => format!("error: {}", error.message),
        Err(error) => Outcome::from(error).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Block, blocks};

    #[test]
    fn only_blocks_of_ruff_are_found() {
        let page = "# A\n```ruff\nx := 1\n```\n```\nls\n```\n- b\n  ```ruff,no_run\n  if x {\n      y()\n  }\n  ```\n";
        let block =
            |info: &str, line, code: &str| Block { info: info.to_owned(), line, code: code.to_owned() };
        let found = blocks(page);
        assert_eq!(found, [block("ruff", 2, "x := 1\n"), block("ruff,no_run", 9, "if x {\n    y()\n}\n")]);
        assert_eq!((found[0].is_no_run(), found[1].is_no_run()), (false, true));
        assert_eq!((found[0].file(), block("ruff,file=a.ruff", 1, "").file()), (None, Some("a.ruff")));
    }
}
