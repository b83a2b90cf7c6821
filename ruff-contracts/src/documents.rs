//! Ruff code in Markdown: documentation pages run as programs, manual pages of builtins run example by example.

use std::sync::Arc;

use ruff_runtime::engine::Options;
use ruff_runtime::error::RunError;
use ruff_runtime::value::source_text;
use ruff_runtime::{Engine, Value};
use ruff_syntax::SourceFile;

use crate::corpus::{self, Failure, Folder, Outcome, Program};
use crate::host::{TestHost, World};

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
pub fn check_block(page: &str, block: &Block, others: &[Block]) -> Result<(), Failure> {
    let mut folder = Folder::single(&format!("{page}:{}", block.line), &block.code);
    for other in others {
        if let Some(file) = other.file() {
            folder.files.insert(file.into(), other.code.clone().into_bytes());
        }
    }
    let program = Program::read_lenient(&folder)?;
    if block.is_no_run() {
        return compiles(&program);
    }
    let outcome = corpus::in_small_stack(&program)?;
    let says_nothing = program.expected == corpus::Expected::default();
    if says_nothing {
        let ends_well = outcome.status == 0 && outcome.reports.is_empty();
        return if ends_well { Ok(()) } else { Err(Failure::Fails(Box::new(outcome))) };
    }
    corpus::verdict(&program, outcome)
}

fn compiles(program: &Program) -> Result<(), Failure> {
    let mut engine = Engine::new(
        Box::new(TestHost::new(World::default())),
        ruff_natives::test_registry(),
        Options::default(),
    );
    let file = Arc::new(SourceFile::new(program.entry.to_string_lossy(), program.source.clone()));
    engine.check(&file).map(|_| ()).map_err(refused)
}

/// What a line of an example says about itself, after the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Claim<'a> {
    /// `# => value`: the value of the expression in source form.
    Value(&'a str),
    /// `# fails: message`: it raises that.
    Fails(&'a str),
    /// `# prints text`: it writes that and a line end, to standard output or standard error.
    Prints(&'a str),
}

impl<'a> Claim<'a> {
    /// The code of a line and its claim.
    fn split(line: &'a str) -> (&'a str, Option<Claim<'a>>) {
        let claim = |mark, claim: fn(&'a str) -> Claim<'a>| {
            line.split_once(mark).map(|(code, text)| (code, Some(claim(text.trim_end()))))
        };
        claim("# => ", Claim::Value)
            .or_else(|| claim("# fails: ", Claim::Fails))
            .or_else(|| claim("# prints ", Claim::Prints))
            .unwrap_or((line, None))
    }
}

/// Checks the example of a builtin: each line is what it claims to be. Lines without a claim belong to the next one
/// that has one; what comes after the last claim only has to be a correct program, since it may need a world.
pub fn check_example(name: &str, code: &str) -> Result<(), Failure> {
    let options = Options { yields_last: true, ..Options::default() };
    // Each claim is checked by a run of all the code before it, in a world of its own.
    let (mut before, mut printed) = (String::new(), 0);
    let mut chunk = String::new();
    for line in code.lines() {
        let (code, claim) = Claim::split(line);
        chunk.push_str(code);
        chunk.push('\n');
        let Some(claim) = claim else { continue };
        let whole = format!("{before}{chunk}");
        chunk.clear();
        let host = TestHost::new(World::default());
        let mut engine = Engine::new(Box::new(host.clone()), ruff_natives::test_registry(), options.clone());
        let result = engine.run(Arc::new(SourceFile::new(name, whole.clone())));
        let (wanted, actual) = match claim {
            Claim::Value(text) => (text.to_owned(), result.map(|value| source_text(&value))),
            Claim::Fails(text) => (text.to_owned(), raised(result)),
            Claim::Prints(text) => (format!("{text}\n"), result.map(|_| host.printed().split_off(printed))),
        };
        let actual = actual.unwrap_or_else(|error| Outcome::from(error).to_string());
        if actual != wanted {
            return Err(Failure::Claim { code: code.trim().to_owned(), wanted, actual });
        }
        if !matches!(claim, Claim::Fails(_)) {
            (before, printed) = (whole, host.printed().len());
        }
    }
    let rest = Arc::new(SourceFile::new(name, format!("{before}{chunk}")));
    let mut engine =
        Engine::new(Box::new(TestHost::new(World::default())), ruff_natives::test_registry(), options);
    engine.check(&rest).map(|_| ()).map_err(refused)
}

fn refused(error: RunError) -> Failure {
    Failure::Fails(Box::new(Outcome::from(error)))
}

/// The message of an error that was wanted.
fn raised(result: Result<Value, RunError>) -> Result<String, RunError> {
    match result {
        Ok(value) => Ok(format!("no error, but {}", source_text(&value))),
        Err(RunError::Uncaught(error)) => Ok(error.message),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::{Block, blocks, check_example};

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
    #[test]
    fn examples_are_what_they_claim() {
        let right = "x := 1\nx + 1  # => 2\nprint(x, \"a\")  # prints 1 a\n1 / 0  # fails: Division by zero\nx  # => 1\nread_file(\"gone\")\n";
        assert_eq!(check_example("example", right), Ok(()));
        for wrong in
            ["1 + 1  # => 3", "\"a\"  # => a", "1  # fails: x", "print(1)  # prints 2", "1 / 0  # => 1", "f("]
        {
            assert!(check_example("example", wrong).is_err(), "{wrong}");
        }
    }
}
