//! Control flow: `if`, loops, `match`, `try`, `spawn`.

use super::Parser;
use super::expressions::Head;
use super::recovery::RegionKind;
use crate::ast::{Block, Except, Func, FuncKind, MatchArm, StmtKind};
use crate::diagnostic::Code;
use crate::lexer::TokenKind;

impl Parser<'_> {
    pub(super) fn if_stmt(&mut self) -> StmtKind {
        let mut branches = Vec::new();
        // A loop, since a chain of `else if` may be long.
        loop {
            self.bump();
            let base = self.open.len();
            let condition = self.expr(Head::Plain);
            branches.push((condition, self.block_after(base, "if block")));
            if !self.eat(TokenKind::Else) {
                branches.shrink_to_fit();
                return StmtKind::If { branches, otherwise: None };
            }
            if !self.at(TokenKind::If) {
                branches.shrink_to_fit();
                let otherwise = Some(self.block("else block"));
                if self.at(TokenKind::Else) {
                    self.stray_continuation();
                }
                return StmtKind::If { branches, otherwise };
            }
        }
    }

    pub(super) fn while_stmt(&mut self) -> StmtKind {
        self.bump();
        self.while_rest("while body")
    }

    pub(super) fn loop_stmt(&mut self) -> StmtKind {
        self.bump();
        if self.eat(TokenKind::While) {
            return self.while_rest("loop body");
        }
        StmtKind::Loop(self.block("loop body"))
    }

    fn while_rest(&mut self, what: &str) -> StmtKind {
        let base = self.open.len();
        let condition = self.expr(Head::Plain);
        StmtKind::While { condition, body: self.block_after(base, what) }
    }

    pub(super) fn for_stmt(&mut self) -> StmtKind {
        self.bump();
        let base = self.open.len();
        let pattern = self.bind_pattern("Expected loop variable name after 'for'");
        self.expect(TokenKind::In, "in for loop");
        let iterable = self.expr(Head::Plain);
        StmtKind::For { pattern, iterable, body: self.block_after(base, "for loop body") }
    }

    pub(super) fn match_stmt(&mut self) -> StmtKind {
        self.bump();
        let base = self.open.len();
        let subject = self.expr(Head::Match);
        let (mut arms, mut default) = (Vec::new(), None);
        if self.at(TokenKind::LBrace) {
            self.open();
        } else {
            self.fail_expected("'{'", "to start match body");
            self.resume_at_arms(base);
        }
        self.arms(&mut arms, &mut default);
        self.close_braces("match body");
        StmtKind::Match { subject, arms, default }
    }

    fn arms(&mut self, arms: &mut Vec<MatchArm>, default: &mut Option<Block>) {
        loop {
            match self.token.kind {
                TokenKind::RBrace | TokenKind::Eof | TokenKind::StrMiddle | TokenKind::StrTail => return,
                // The closing brace is missing.
                kind if kind.begins_statement() && self.token.newline_before => return,
                _ => {}
            }
            let outer = self.enter_region();
            match self.token.kind {
                TokenKind::Case => arms.push(self.case_arm()),
                TokenKind::Default => {
                    self.bump();
                    self.eat(TokenKind::Colon);
                    *default = Some(self.block("match default block"));
                }
                _ => self.fail_expected("'case' or 'default'", "in match body"),
            }
            if !self.eat(TokenKind::Comma) {
                self.eat(TokenKind::Semicolon);
            }
            self.leave_region(&outer, RegionKind::Arm);
        }
    }

    fn case_arm(&mut self) -> MatchArm {
        self.bump();
        let base = self.open.len();
        let pattern = self.case_pattern();
        let guard = self.eat(TokenKind::If).then(|| self.expr(Head::Guard));
        self.eat(TokenKind::Colon);
        MatchArm { pattern, guard, body: self.block_after(base, "match case block") }
    }

    pub(super) fn try_stmt(&mut self) -> StmtKind {
        self.bump();
        let body = self.block("try block");
        let except = self.eat(TokenKind::Except).then(|| self.except());
        // After an `except` it may be a name.
        let has_finally = self.at_finally() || (except.is_none() && self.at_word("finally"));
        let finally = has_finally.then(|| {
            self.bump();
            self.block("finally block")
        });
        if except.is_none() && finally.is_none() {
            // Perhaps the part that is missing stands after a brace too many.
            self.forgiven += usize::from(self.at(TokenKind::RBrace));
            self.fail_expected("'except' or 'finally'", "after try block");
        }
        StmtKind::Try { body, except, finally }
    }

    /// Reports `else`, `case` and the like that continue no statement, and steps over what belongs to them.
    pub(super) fn stray_continuation(&mut self) {
        // Most likely there is a brace too many before it, or one too few.
        if self.forgiven > 0 {
            self.quiet = true;
        } else {
            self.forgiven += 1;
        }
        self.report(self.error_here(Code::Syntax, "Invalid statement"));
        match self.token.kind {
            TokenKind::Case => {
                self.case_arm();
            }
            TokenKind::Except => {
                self.bump();
                self.except();
            }
            TokenKind::Else if self.peek(1).kind == TokenKind::If => {
                self.bump();
                self.if_stmt();
            }
            _ => {
                self.bump();
                self.eat(TokenKind::Colon);
                self.block("block");
            }
        }
    }

    fn except(&mut self) -> Except {
        let base = self.open.len();
        let name = self.at(TokenKind::Ident).then(|| self.name_here());
        Except { name, body: self.block_after(base, "except block") }
    }

    pub(super) fn spawn(&mut self) -> StmtKind {
        let lo = self.token.span.lo;
        self.bump();
        StmtKind::Spawn(self.block_func(FuncKind::Spawn, lo, "spawn block"))
    }

    /// A block that is a function of its own, whose statement starts at `lo`.
    pub(super) fn block_func(&mut self, kind: FuncKind, lo: u32, what: &str) -> Box<Func> {
        let id = self.new_func();
        let body = self.block(what);
        Box::new(Func {
            id,
            kind,
            name: None,
            params: Vec::new(),
            is_async: false,
            is_generator: false,
            result: None,
            span: self.span_from(lo),
            body,
        })
    }
}
