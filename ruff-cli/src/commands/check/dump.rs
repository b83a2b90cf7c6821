//! `ruff check --dump`: what a program is turned into, for people who work on Ruff or want to know what it does.

use ruff_syntax::{Code, ParseOptions, lexer, parse};

use super::paths;
use crate::args::{CheckArgs, Stage};
use crate::failure::Failure;
use crate::output;
use crate::render::Finding;
use crate::status::Status;

/// Prints one stage of one program, and what is wrong with it.
pub(super) fn execute(args: &CheckArgs, stage: Stage) -> Result<Status, Failure> {
    let inputs = paths::expand(&args.paths);
    let [input] = inputs.files.as_slice() else { return Err(too_many()) };
    if !inputs.is_single {
        return Err(too_many());
    }
    let file = super::read(input, args)?;
    let (text, diagnostics, omitted) = match stage {
        Stage::Tokens => {
            let lexed = lexer::lex(file.text());
            (lexer::dump(file.text()), lexed.diagnostics, lexed.omitted)
        }
        Stage::Ast => {
            let parsed = parse(file.text(), ParseOptions::default());
            (ruff_syntax::ast::dump(&parsed.module), parsed.diagnostics, parsed.omitted)
        }
        Stage::Bytecode => match super::engine().disassemble(&file) {
            Ok(text) => (text, Vec::new(), 0),
            Err(error) => return Failure::of_run(error).map_or(Ok(Status::SUCCESS), Err),
        },
    };
    output::print(&text)?;
    if diagnostics.is_empty() {
        return Ok(Status::SUCCESS);
    }
    Err(Failure::of_source(Status::SYNTAX, &file, diagnostics, omitted))
}

fn too_many() -> Failure {
    Failure::usage(Finding::error(Code::CommandLine, "--dump takes a single file"))
}
