//! Statements: the dispatch, bindings, assignments, blocks.

use super::Parser;
use super::expressions::Head;
use super::recovery::RegionKind;
use crate::ast::{
    AssignOp, BinaryOp, BindingKind, Block, ExprId, ExprKind, Place, PlaceStep, Stmt, StmtKind,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::lexer::TokenKind;
use crate::limits;
use crate::source::Span;

impl Parser<'_> {
    /// Parses the statement at the current token, which is not the end.
    pub(super) fn stmt(&mut self) -> Stmt {
        let lo = self.token.span.lo;
        let outer = self.enter_region();
        let kind = self.stmt_kind();
        self.leave_region(&outer, RegionKind::Statement);
        Stmt { kind, span: self.span_from(lo) }
    }

    fn stmt_kind(&mut self) -> StmtKind {
        match self.token.kind {
            TokenKind::Let => self.binding(BindingKind::Let),
            TokenKind::Mut => self.binding(BindingKind::Mut),
            TokenKind::Const => self.binding(BindingKind::Const),
            TokenKind::If => self.if_stmt(),
            TokenKind::While => self.while_stmt(),
            TokenKind::Loop => self.loop_stmt(),
            TokenKind::For => self.for_stmt(),
            TokenKind::Match => self.match_stmt(),
            TokenKind::Try => self.try_stmt(),
            TokenKind::Return => self.return_stmt(),
            TokenKind::Break => self.bare(StmtKind::Break),
            TokenKind::Continue => self.bare(StmtKind::Continue),
            TokenKind::Struct => self.struct_decl(),
            TokenKind::Enum => self.enum_decl(),
            TokenKind::Import => self.import(),
            TokenKind::From => self.import_names(),
            TokenKind::Export => self.export(),
            TokenKind::Spawn => self.spawn(),
            TokenKind::Test | TokenKind::TestGroup | TokenKind::TestSetup | TokenKind::TestTeardown => {
                self.test()
            }
            TokenKind::Func | TokenKind::Async if self.is_func_decl() => self.func_decl(),
            TokenKind::LBracket | TokenKind::LBrace if self.is_destructuring() => self.destructuring(),
            TokenKind::Ident if self.is_pub() => self.export(),
            _ if self.is_stray_continuation() => {
                self.stray_continuation();
                StmtKind::Error
            }
            TokenKind::RParen | TokenKind::RBracket | TokenKind::RBrace => {
                self.unmatched_closer();
                StmtKind::Error
            }
            // The string they belong to had its mistake reported.
            TokenKind::StrMiddle | TokenKind::StrTail => self.bare(StmtKind::Error),
            kind if kind.is_reserved() && !kind.starts_expression() => {
                self.fail_here(Code::Syntax, "Invalid statement");
                StmtKind::Error
            }
            _ => self.expr_stmt(),
        }
    }

    /// A statement that is a single token.
    fn bare(&mut self, kind: StmtKind) -> StmtKind {
        self.bump();
        kind
    }

    fn binding(&mut self, kind: BindingKind) -> StmtKind {
        self.bump();
        let pattern = if kind == BindingKind::Const {
            self.bind_pattern("Expected constant name after 'const'")
        } else {
            self.pattern()
        };
        let ty = self.annotation();
        if !matches!(self.token.kind, TokenKind::ColonEq | TokenKind::Eq) {
            let context = match kind {
                BindingKind::Let | BindingKind::Bare => "in let declaration",
                BindingKind::Mut => "in mut declaration",
                BindingKind::Const => "in const declaration",
            };
            self.fail_expected("assignment operator (':=' or '=')", context);
        }
        let value = self.assigned();
        StmtKind::Binding { kind, pattern, ty, value }
    }

    fn destructuring(&mut self) -> StmtKind {
        let pattern = self.pattern();
        let value = self.assigned();
        StmtKind::Binding { kind: BindingKind::Bare, pattern, ty: None, value }
    }

    /// Consumes an assignment operator and the value after it.
    fn assigned(&mut self) -> ExprId {
        self.bump();
        let value = self.expr(Head::No);
        if assign_op(self.token.kind).is_some() {
            let message =
                "Chained assignment is not supported; split the assignment into separate statements";
            self.fail_here(Code::InvalidAssignment, message);
        }
        value
    }

    fn expr_stmt(&mut self) -> StmtKind {
        let expr = self.expr(Head::No);
        let Some(op) = assign_op(self.token.kind) else { return StmtKind::Expr(expr) };
        let place = self.place(expr);
        if place.is_none() {
            self.report_invalid_target(expr);
        }
        let value = self.assigned();
        match place {
            Some(place) => StmtKind::Assign { place, op, value },
            None => StmtKind::Error,
        }
    }

    /// The place that an expression denotes, if it does.
    fn place(&self, expr: ExprId) -> Option<Place> {
        let span = self.exprs[expr].span;
        let mut steps = Vec::new();
        let mut inner = expr;
        let root = loop {
            match &self.exprs[inner].kind {
                ExprKind::Name(name) => break *name,
                ExprKind::Field { object, member, optional: false } => {
                    steps.push(PlaceStep::Field(*member));
                    inner = *object;
                }
                ExprKind::Index { object, index, optional: false } if !self.is_range(*index) => {
                    steps.push(PlaceStep::Index(*index));
                    inner = *object;
                }
                _ => return None,
            }
        };
        steps.reverse();
        Some(Place { root, steps, span })
    }

    /// Whether an index makes a slice, which is a copy.
    fn is_range(&self, mut index: ExprId) -> bool {
        while let ExprKind::Paren(inner) = self.exprs[index].kind {
            index = inner;
        }
        matches!(self.exprs[index].kind, ExprKind::Range { .. })
    }

    fn report_invalid_target(&mut self, target: ExprId) {
        let help = match self.exprs[target].kind {
            ExprKind::Array(_) | ExprKind::Dict(_) => {
                "only names can be taken apart: [a, b, ...rest] or {key, ...rest}"
            }
            ExprKind::Binary { .. } if self.at(TokenKind::Eq) => "compare with '=='",
            _ => "assign to a variable, a field or an element: x, x.f, x[i]",
        };
        let span = self.exprs[target].span;
        let diagnostic = Diagnostic::error(Code::InvalidAssignment, "Invalid assignment target", span);
        self.report(diagnostic.with_help(help));
    }

    fn return_stmt(&mut self) -> StmtKind {
        self.bump();
        let value = self.has_operand_on_line().then(|| self.expr(Head::No));
        StmtKind::Return(value)
    }

    /// Whether `return` or `yield`, just consumed, has an operand: it must start on the same line.
    pub(super) fn has_operand_on_line(&self) -> bool {
        let starts_value = self.token.kind.starts_expression()
            || matches!(self.token.kind, TokenKind::If | TokenKind::Match);
        !self.token.newline_before && starts_value
    }

    /// Whether the current name is `pub` before a declaration.
    fn is_pub(&self) -> bool {
        let next = self.peek(1);
        let declares = matches!(
            next.kind,
            TokenKind::Func
                | TokenKind::Async
                | TokenKind::Struct
                | TokenKind::Enum
                | TokenKind::Let
                | TokenKind::Mut
                | TokenKind::Const
        );
        declares && !next.newline_before && self.at_word("pub")
    }

    /// `export` or `pub`, and what follows.
    fn export(&mut self) -> StmtKind {
        self.bump();
        let lo = self.token.span.lo;
        let diagnostic = self
            .error_here(Code::Syntax, "Invalid statement")
            .labelled("this cannot be exported")
            .with_help("export a declaration, an assignment to a name, or a name");
        if self.at(TokenKind::Export) {
            // One in another would nest without end.
            self.fail(diagnostic);
            return StmtKind::Error;
        }
        let kind = if self.at(TokenKind::Eof) { StmtKind::Error } else { self.stmt_kind() };
        match kind {
            StmtKind::Binding { .. }
            | StmtKind::Func(_)
            | StmtKind::Struct(_)
            | StmtKind::Enum(_)
            | StmtKind::Import(_) => {}
            StmtKind::Assign { ref place, .. } if place.steps.is_empty() => {}
            StmtKind::Expr(expr) => {
                if let ExprKind::Name(name) = self.exprs[expr].kind {
                    return StmtKind::ExportName(name);
                }
                self.fail(diagnostic);
            }
            _ => self.fail(diagnostic),
        }
        StmtKind::Export(Box::new(Stmt { kind, span: self.span_from(lo) }))
    }

    /// A block; `what` is what it is called in messages, such as `if block`.
    pub(super) fn block(&mut self, what: &str) -> Block {
        self.block_after(self.open.len(), what)
    }

    /// A block after something that may have failed, before which `base` delimiters were open.
    pub(super) fn block_after(&mut self, base: usize, what: &str) -> Block {
        if !self.at(TokenKind::LBrace) {
            self.fail_expected("'{'", &format!("to start {what}"));
            if !self.resume_at_block(base) {
                return Block { stmts: Vec::new(), span: Span::new(self.end, self.end) };
            }
        }
        let lo = self.token.span.lo;
        let mut stmts = Vec::new();
        if self.enter_braces(what) {
            self.stmts(&mut stmts, what);
            self.leave_braces(what);
        }
        // Most blocks have a statement or two, and a list begins with room for more.
        stmts.shrink_to_fit();
        Block { stmts, span: self.span_from(lo) }
    }

    fn stmts(&mut self, stmts: &mut Vec<Stmt>, what: &str) {
        loop {
            match self.token.kind {
                TokenKind::RBrace | TokenKind::Eof | TokenKind::StrMiddle | TokenKind::StrTail => return,
                TokenKind::Semicolon => self.bump(),
                // The brace before it is missing.
                _ if self.continues(what) => return,
                _ => stmts.push(self.stmt()),
            }
        }
    }

    /// Whether the current token continues the statement that a block of that name belongs to.
    fn continues(&self, what: &str) -> bool {
        match self.token.kind {
            TokenKind::Else => what == "if block",
            TokenKind::Case | TokenKind::Default => {
                matches!(what, "match case block" | "match default block")
            }
            TokenKind::Except => what == "try block",
            TokenKind::Ident => matches!(what, "try block" | "except block") && self.at_finally(),
            _ => false,
        }
    }

    /// Enters the braces at the current token, which hold statements or members, or skips them when they are nested
    /// too deeply.
    pub(super) fn enter_braces(&mut self, what: &str) -> bool {
        if self.blocks < limits::BLOCK_DEPTH {
            self.blocks += 1;
            self.open();
            return true;
        }
        let limit = limits::BLOCK_DEPTH;
        let message = format!("Maximum block nesting depth of {limit} exceeded while parsing {what}");
        self.fail_here(Code::NestingTooDeep, message);
        self.skip_braces();
        false
    }

    /// Leaves braces that were entered.
    pub(super) fn leave_braces(&mut self, what: &str) {
        self.blocks -= 1;
        self.close_braces(what);
    }

    /// Consumes the closer of the braces opened last, or fails if something that cannot stand in them follows.
    pub(super) fn close_braces(&mut self, what: &str) {
        if self.failed || self.eat_closer(TokenKind::RBrace) {
            return;
        }
        if self.forgive_brace() {
            self.excuse_here();
        }
        let mut diagnostic = self.unclosed(TokenKind::RBrace, &format!("to close {what}"), false);
        if self.at(TokenKind::Eof) && !self.is_at_mistake() {
            diagnostic = self.with_unclosed_suspect(diagnostic);
        }
        // They count as closed from here on.
        self.open.pop();
        if self.continues(what) {
            self.report(diagnostic);
        } else {
            self.fail(diagnostic);
        }
    }
}

fn assign_op(kind: TokenKind) -> Option<AssignOp> {
    Some(match kind {
        TokenKind::ColonEq | TokenKind::Eq => AssignOp::Set,
        TokenKind::QuestionQuestionEq => AssignOp::Coalesce,
        TokenKind::PlusEq => AssignOp::Update(BinaryOp::Add),
        TokenKind::MinusEq => AssignOp::Update(BinaryOp::Sub),
        TokenKind::StarEq => AssignOp::Update(BinaryOp::Mul),
        TokenKind::SlashEq => AssignOp::Update(BinaryOp::Div),
        TokenKind::PercentEq => AssignOp::Update(BinaryOp::Mod),
        TokenKind::StarStarEq => AssignOp::Update(BinaryOp::Pow),
        TokenKind::AndEq => AssignOp::Update(BinaryOp::BitAnd),
        TokenKind::OrEq => AssignOp::Update(BinaryOp::BitOr),
        TokenKind::CaretEq => AssignOp::Update(BinaryOp::BitXor),
        TokenKind::ShlEq => AssignOp::Update(BinaryOp::Shl),
        TokenKind::ShrEq => AssignOp::Update(BinaryOp::Shr),
        _ => return None,
    })
}
