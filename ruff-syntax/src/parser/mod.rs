//! Tokens to tree.
//!
//! Start at [`parse`]. Statements and declarations are read by recursive descent, whose depth the limits on nested
//! blocks bound; expressions by a loop with a stack of its own (`expressions`), so that neither long chains of
//! operators nor deep brackets need host stack.
//!
//! After a mistake the parser acts as if the source ended there (`recovery`): everything underway closes quietly,
//! with holes for what is missing, until somebody who knows where to go on takes over.

mod braces;
mod control;
mod cursor;
mod declarations;
mod expressions;
mod lambda;
mod patterns;
mod recovery;
mod report;
mod statements;
mod types;
mod words;

use std::collections::{HashMap, HashSet};

use crate::ast::{Block, Exprs, FuncId, Member, Module, Name, NameId};
use crate::diagnostic::{Code, Diagnostic};
use crate::lexer::{self, Lexed, Token, TokenKind};
use crate::limits;
use crate::source::Span;
use crate::symbol::{Interner, Symbol};
use cursor::Opened;
use expressions::{Head, Pending, Scratch};
use report::Mistakes;

/// How a source text is parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseOptions {
    /// The longest source accepted, in bytes.
    pub max_bytes: usize,
}

impl Default for ParseOptions {
    fn default() -> Self {
        ParseOptions { max_bytes: limits::SOURCE_BYTES }
    }
}

/// What the parser made of a source text.
#[derive(Debug)]
pub struct Parsed {
    /// The tree, with holes where the mistakes are.
    pub module: Module,
    /// The mistakes of lexer and parser, sorted by position; at most [`limits::DIAGNOSTICS`].
    pub diagnostics: Vec<Diagnostic>,
    /// How many more mistakes there are.
    pub omitted: usize,
}

/// Parses a source text. Never fails: mistakes become diagnostics. Cost: linear in its length.
///
/// A source that is too large is not looked at; its tree is empty.
pub fn parse(source: &str, options: ParseOptions) -> Parsed {
    // Positions have 32 bits, whatever the caller allows.
    let max_bytes = options.max_bytes.min(u32::MAX as usize - 1);
    if source.len() > max_bytes {
        return too_large(source.len(), max_bytes);
    }
    let mut parser = Parser::new(source, lexer::lex(source));
    let body = parser.top_level();
    let (diagnostics, omitted) = parser.mistakes.finish();
    let module = Module {
        body,
        exprs: parser.exprs,
        interner: parser.interner,
        tokens: parser.tokens,
        name_count: parser.names,
        func_count: parser.funcs,
    };
    Parsed { module, diagnostics, omitted }
}

fn too_large(size: usize, limit: usize) -> Parsed {
    let message = format!("Source size {size} bytes exceeds maximum allowed {limit} bytes");
    let start = Span::default();
    let module = Module {
        body: Block { stmts: Vec::new(), span: start },
        exprs: Exprs::default(),
        interner: Interner::default(),
        tokens: vec![Token { span: start, kind: TokenKind::Eof, newline_before: false }],
        name_count: 0,
        func_count: 1,
    };
    Parsed { module, diagnostics: vec![Diagnostic::error(Code::SourceTooLarge, message, start)], omitted: 0 }
}

/// The state of the parser.
struct Parser<'s> {
    source: &'s str,
    /// Not empty: the last one is [`TokenKind::Eof`].
    tokens: Vec<Token>,
    /// The tokens `(` before the parameters of a short lambda.
    lambdas: HashSet<usize>,
    /// Those of strings of several lines, by where the string starts.
    indents: HashMap<u32, Span>,
    /// The index of the current token.
    at: usize,
    /// The current token; what is left of it when it was split; an end of input after a mistake.
    token: Token,
    /// Where the last consumed token ends.
    end: u32,
    exprs: Exprs,
    interner: Interner,
    names: u32,
    funcs: u32,
    /// Expressions underway.
    pending: Vec<Pending>,
    scratch: Scratch,
    /// Whether the innermost expression is a head, and how many delimiters were open where it starts.
    head: (Head, usize),
    /// Delimiters that wait for their closers.
    open: Vec<Opened>,
    /// Levels of nested expressions, patterns or types around us.
    depth: usize,
    /// Levels of nested blocks around us.
    blocks: usize,
    mistakes: Mistakes,
    /// A mistake was found, and nobody has taken over yet.
    failed: bool,
    /// The statement, member or arm we are in had its mistake reported.
    quiet: bool,
    /// Where that starts, or where the last one nested in it ended.
    region: u32,
    /// How many braces too many or too few are the fault of mistakes reported before.
    forgiven: usize,
}

impl<'s> Parser<'s> {
    fn new(source: &'s str, lexed: Lexed) -> Self {
        let lambdas = lambda::openings(&lexed.tokens);
        let Lexed { tokens, diagnostics: lexical, omitted, indents } = lexed;
        let end = Token { span: Span::default(), kind: TokenKind::Eof, newline_before: false };
        // What was left open may have swallowed braces.
        let is_open = |code: Code| matches!(code, Code::UnterminatedString | Code::UnterminatedComment);
        let forgiven = lexical.iter().filter(|diagnostic| is_open(diagnostic.code)).count();
        let mut parser = Parser {
            source,
            tokens,
            lambdas,
            indents,
            at: 0,
            token: end,
            end: 0,
            exprs: Exprs::default(),
            interner: words::interner(),
            names: 0,
            // The top level is function 0.
            funcs: 1,
            pending: Vec::new(),
            scratch: Scratch::default(),
            head: (Head::No, 0),
            open: Vec::new(),
            depth: 0,
            blocks: 0,
            mistakes: Mistakes::new(source, lexical, omitted),
            failed: false,
            quiet: false,
            region: 0,
            forgiven,
        };
        parser.go_to(0);
        parser
    }

    fn top_level(&mut self) -> Block {
        let mut stmts = Vec::new();
        while self.token.kind != TokenKind::Eof {
            if !self.eat(TokenKind::Semicolon) {
                stmts.push(self.stmt());
            }
        }
        Block { stmts, span: Span::new(0, self.token.span.hi) }
    }

    fn new_name(&mut self, symbol: Symbol, span: Span) -> Name {
        let id = NameId(self.names);
        self.names += 1;
        Name { symbol, id, span }
    }

    fn new_func(&mut self) -> FuncId {
        let id = FuncId(self.funcs);
        self.funcs += 1;
        id
    }

    /// Consumes the current token as a name.
    fn name_here(&mut self) -> Name {
        let Member { symbol, span } = self.member_here();
        self.new_name(symbol, span)
    }

    /// Consumes the current token as the name of a member.
    fn member_here(&mut self) -> Member {
        let span = self.token.span;
        let symbol = self.interner.intern(self.text());
        self.bump();
        Member { symbol, span }
    }

    /// The span from `lo` to the end of the last consumed token.
    fn span_from(&self, lo: u32) -> Span {
        Span::new(lo, self.end.max(lo))
    }
}

#[cfg(test)]
mod tests;
