//! Short lambdas: `x => expr`, `(a, b) => { … }`, `async () => expr`.

use std::collections::HashSet;

use super::Parser;
use super::expressions::Head;
use crate::ast::{Block, Func, FuncKind, Name, Param, Pattern, PatternKind, Stmt, StmtKind};
use crate::diagnostic::Code;
use crate::lexer::{Token, TokenKind};
use crate::limits;
use crate::work;

/// The tokens `(` whose `)` a `=>` follows on its line: nobody has to look ahead for it then. Cost: linear.
pub(super) fn openings(tokens: &[Token]) -> HashSet<usize> {
    let mut openings = HashSet::new();
    if !tokens.iter().any(|token| token.kind == TokenKind::FatArrow) {
        return openings;
    }
    let mut open = Vec::new();
    let mut closed = None;
    for (at, token) in tokens.iter().enumerate() {
        work::note(1);
        match token.kind {
            TokenKind::FatArrow if !token.newline_before => openings.extend(closed),
            TokenKind::LParen => open.push(at),
            _ => {}
        }
        closed = if token.kind == TokenKind::RParen { open.pop() } else { None };
    }
    openings
}

impl Parser<'_> {
    /// Whether a `=>` that follows here makes a lambda: not directly in a guard, whose arm it may belong to.
    pub(super) fn allows_lambda(&self) -> bool {
        let (head, open) = self.head;
        head != Head::Guard || self.open.len() != open
    }

    /// Whether the `(` at `index` opens the parameters of a lambda.
    pub(super) fn opens_lambda(&self, index: usize) -> bool {
        self.lambdas.contains(&index) && self.allows_lambda()
    }

    /// Whether the current token is the `async` of a lambda.
    pub(super) fn is_async_lambda(&self) -> bool {
        let next = self.peek(1);
        let arrow = self.peek(2);
        match next.kind {
            TokenKind::Ident => {
                arrow.kind == TokenKind::FatArrow && !arrow.newline_before && self.allows_lambda()
            }
            TokenKind::LParen => self.opens_lambda(self.skip_invalid(self.at + 1)),
            _ => false,
        }
    }

    /// A lambda whose parameters begin at the current token; its expression starts at `lo`.
    pub(super) fn lambda(&mut self, lo: u32, is_async: bool) -> Func {
        let mut params = Vec::new();
        if self.at(TokenKind::LParen) {
            let closing = "to close function expression parameter list";
            self.params(&mut params, "before '=>'", closing);
        } else {
            let name = self.name_here();
            params.push(param(name));
        }
        self.lambda_body(lo, is_async, params)
    }

    /// A lambda with one parameter, which was just consumed.
    pub(super) fn lambda_of(&mut self, name: Name) -> Func {
        self.lambda_body(name.span.lo, false, vec![param(name)])
    }

    /// `=>` and what follows it.
    fn lambda_body(&mut self, lo: u32, is_async: bool, params: Vec<Param>) -> Func {
        let id = self.new_func();
        self.expect(TokenKind::FatArrow, "after function parameters");
        let what = "function expression body";
        let body = if self.at(TokenKind::LBrace) { self.block(what) } else { self.returned(what) };
        Func {
            id,
            kind: FuncKind::Lambda,
            name: None,
            params,
            is_async,
            is_generator: false,
            result: None,
            body,
            span: self.span_from(lo),
        }
    }

    /// An expression as a block that returns it.
    fn returned(&mut self, what: &str) -> Block {
        let lo = self.token.span.lo;
        if self.blocks >= limits::BLOCK_DEPTH {
            let limit = limits::BLOCK_DEPTH;
            let message = format!("Maximum block nesting depth of {limit} exceeded while parsing {what}");
            self.fail_here(Code::NestingTooDeep, message);
        }
        if self.failed {
            return Block { stmts: Vec::new(), span: self.span_from(self.end) };
        }
        self.blocks += 1;
        let (head, open) = self.head;
        let value = self.expr(if self.open.len() == open { head } else { Head::No });
        self.blocks -= 1;
        let span = self.span_from(lo);
        Block { stmts: vec![Stmt { kind: StmtKind::Return(Some(value)), span }], span }
    }
}

fn param(name: Name) -> Param {
    Param {
        pattern: Pattern { kind: PatternKind::Bind(name), span: name.span },
        ty: None,
        default: None,
        is_rest: false,
    }
}
