//! Declarations: functions, structs, enums, imports, tests.

use super::Parser;
use super::expressions::Head;
use super::recovery::RegionKind;
use crate::ast::{
    Enum, Field, Func, FuncKind, Import, Member, Name, Param, Pattern, PatternKind, StmtKind, Struct,
    TestKind,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::lexer::TokenKind;
use crate::symbol::Symbol;

impl Parser<'_> {
    /// Whether `func` or `async` at the current token begins a declaration, not a function expression.
    pub(super) fn is_func_decl(&self) -> bool {
        let is_async = self.at(TokenKind::Async);
        if is_async && self.peek(1).kind != TokenKind::Func {
            // Anything but a lambda is reported as a declaration.
            return !self.is_async_lambda();
        }
        let mut next = 1 + usize::from(is_async);
        if self.peek(next).kind == TokenKind::Star {
            next += 1;
        }
        self.peek(next).kind != TokenKind::LParen
    }

    pub(super) fn func_decl(&mut self) -> StmtKind {
        StmtKind::Func(Box::new(self.named_func(FuncKind::Declaration)))
    }

    /// `[async] func[*] name(…) { … }`
    fn named_func(&mut self, kind: FuncKind) -> Func {
        let mut func = self.func_head(kind);
        let base = self.open.len();
        func.name = self.declared_name("Expected function name after 'func'");
        self.params(&mut func.params, "after function name", "to close function parameter list");
        self.func_body(&mut func, base, "function body");
        func
    }

    /// `[async] func[*](…) { … }`
    pub(super) fn func_expr(&mut self) -> Func {
        let mut func = self.func_head(FuncKind::Lambda);
        let base = self.open.len();
        let closing = "to close function expression parameter list";
        self.params(&mut func.params, "after 'func' in function expression", closing);
        self.func_body(&mut func, base, "function expression body");
        func
    }

    /// Everything before name and parameters.
    fn func_head(&mut self, kind: FuncKind) -> Func {
        let lo = self.token.span.lo;
        let is_async = self.eat(TokenKind::Async);
        if !self.eat(TokenKind::Func) {
            self.fail_here(Code::ExpectedToken, "Expected 'func' after 'async'");
        }
        let is_generator = self.eat(TokenKind::Star);
        Func {
            id: self.new_func(),
            kind,
            name: None,
            params: Vec::new(),
            is_async,
            is_generator,
            result: None,
            body: crate::ast::Block { stmts: Vec::new(), span: self.span_from(lo) },
            span: self.span_from(lo),
        }
    }

    fn func_body(&mut self, func: &mut Func, base: usize, what: &str) {
        if self.eat(TokenKind::Arrow) {
            func.result = Some(self.ty());
        }
        func.body = self.block_after(base, what);
        func.span = self.span_from(func.span.lo);
    }

    pub(super) fn params(&mut self, params: &mut Vec<Param>, opening: &str, closing: &str) {
        if !self.at(TokenKind::LParen) {
            return self.fail_expected("'('", opening);
        }
        self.open();
        let mut has_default = false;
        while self.token.kind.is_member_name() || self.at(TokenKind::Ellipsis) {
            if self.at(TokenKind::Ellipsis) {
                params.extend(self.rest_param());
                self.eat(TokenKind::Comma);
                break;
            }
            if !matches!(self.token.kind, TokenKind::Ident | TokenKind::SelfWord) {
                self.fail_name("Expected parameter name");
            }
            let param = self.param();
            has_default |= param.default.is_some();
            if has_default && param.default.is_none() {
                self.report_required(&param);
            }
            params.push(param);
            if !self.eat(TokenKind::Comma) {
                break;
            }
        }
        params.shrink_to_fit();
        self.close_list(TokenKind::RParen, closing);
    }

    fn param(&mut self) -> Param {
        let name = self.name_here();
        let pattern = Pattern { kind: PatternKind::Bind(name), span: name.span };
        let ty = self.annotation();
        let has_default = self.eat(TokenKind::Eq) || self.eat(TokenKind::ColonEq);
        let default = has_default.then(|| self.expr(Head::No));
        Param { pattern, ty, default, is_rest: false }
    }

    /// `...xs`
    fn rest_param(&mut self) -> Option<Param> {
        self.bump();
        if !self.at(TokenKind::Ident) && !self.fail_name("Expected parameter name after '...'") {
            return None;
        }
        let name = self.name_here();
        let pattern = Pattern { kind: PatternKind::Bind(name), span: name.span };
        Some(Param { pattern, ty: self.annotation(), default: None, is_rest: true })
    }

    fn report_required(&mut self, param: &Param) {
        let span = param.pattern.span;
        let message = format!("Required parameter '{}' after a default", self.text_of(span));
        let help = "give it a default too, or put it before those that have one";
        self.report(Diagnostic::error(Code::Syntax, message, span).with_help(help));
    }

    /// Consumes the name of a declaration or fails with `message`.
    fn declared_name(&mut self, message: &str) -> Option<Name> {
        (self.at(TokenKind::Ident) || self.fail_name(message)).then(|| self.name_here())
    }

    /// A name that stands for one that is missing.
    fn missing_name(&mut self) -> Name {
        let symbol = self.interner.intern("");
        self.new_name(symbol, crate::source::Span::new(self.end, self.end))
    }

    pub(super) fn struct_decl(&mut self) -> StmtKind {
        self.bump();
        let base = self.open.len();
        let name = self.declared_name("Expected struct name after 'struct'");
        let name = name.unwrap_or_else(|| self.missing_name());
        let mut declaration = Struct { name, fields: Vec::new(), methods: Vec::new() };
        if !self.at(TokenKind::LBrace) {
            self.fail_expected("'{'", "to start struct body");
        }
        if (!self.failed || self.resume_at_block(base)) && self.enter_braces("struct body") {
            self.members(&mut declaration);
            self.leave_braces("struct body");
        }
        StmtKind::Struct(Box::new(declaration))
    }

    fn members(&mut self, declaration: &mut Struct) {
        loop {
            match self.token.kind {
                TokenKind::RBrace | TokenKind::Eof | TokenKind::StrMiddle | TokenKind::StrTail => return,
                TokenKind::Semicolon => {
                    self.bump();
                    continue;
                }
                _ if self.is_after_struct() => return,
                _ => {}
            }
            let outer = self.enter_region();
            self.member(declaration);
            self.eat(TokenKind::Comma);
            self.leave_region(&outer, RegionKind::Member);
        }
    }

    /// Whether a line begins that looks like a statement, so that the struct's `}` must be missing. A field may be
    /// called like a reserved word, but nothing else follows it on its line then.
    pub(super) fn is_after_struct(&self) -> bool {
        if !self.token.newline_before || !self.token.kind.begins_statement() {
            return false;
        }
        let next = self.peek(1);
        let ends_name = matches!(
            next.kind,
            TokenKind::Colon | TokenKind::Eq | TokenKind::Comma | TokenKind::Semicolon | TokenKind::RBrace
        );
        !next.newline_before && !ends_name
    }

    fn member(&mut self, declaration: &mut Struct) {
        if self.at_word("pub") && matches!(self.peek(1).kind, TokenKind::Func | TokenKind::Async) {
            self.bump();
        }
        match self.token.kind {
            TokenKind::Func | TokenKind::Async => declaration.methods.push(self.named_func(FuncKind::Method)),
            kind if kind.is_member_name() => declaration.fields.push(self.field()),
            _ => self.fail_here(Code::Syntax, "Expected struct field or method"),
        }
    }

    fn field(&mut self) -> Field {
        let member = self.member_here();
        let ty = self.annotation();
        let default = self.eat(TokenKind::Eq).then(|| {
            let func = self.new_func();
            (func, self.expr(Head::No))
        });
        Field { member, ty, default }
    }

    pub(super) fn enum_decl(&mut self) -> StmtKind {
        self.bump();
        let name = self.declared_name("Expected enum name after 'enum'");
        let name = name.unwrap_or_else(|| self.missing_name());
        let mut variants = Vec::new();
        if self.at(TokenKind::LBrace) {
            self.open();
            while self.at(TokenKind::Ident) {
                variants.push(self.member_here());
                if !self.eat(TokenKind::Comma) {
                    break;
                }
            }
            self.close_list(TokenKind::RBrace, "to close enum body");
        } else {
            self.fail_expected("'{'", "to start enum body");
        }
        StmtKind::Enum(Enum { name, variants })
    }

    pub(super) fn import(&mut self) -> StmtKind {
        self.bump();
        let path = self.module_path("Expected module name after 'import'", "import");
        let name = match path.last() {
            Some(&Member { symbol, span }) => self.new_name(symbol, span),
            None => return StmtKind::Error,
        };
        StmtKind::Import(Import::Module { path, name })
    }

    pub(super) fn import_names(&mut self) -> StmtKind {
        self.bump();
        let path = self.module_path("Expected module name after 'from'", "from-import");
        self.expect(TokenKind::Import, "after module name in from-import statement");
        let mut names = Vec::new();
        while let Some(name) = self.declared_name("Expected imported symbol name") {
            names.push(name);
            if !self.eat(TokenKind::Comma) {
                break;
            }
        }
        if path.is_empty() { StmtKind::Error } else { StmtKind::Import(Import::Names { path, names }) }
    }

    fn module_path(&mut self, missing: &str, statement: &str) -> Vec<Member> {
        let mut path = Vec::new();
        if !self.at(TokenKind::Ident) && !self.fail_name(missing) {
            return path;
        }
        path.push(self.member_here());
        while self.eat(TokenKind::Dot) {
            let missing = || format!("Expected module path segment after '.' in {statement} statement");
            if self.at(TokenKind::Import) {
                self.fail_here(Code::ExpectedName, missing());
            } else if self.at(TokenKind::Ident) || self.fail_name(&missing()) {
                path.push(self.member_here());
            }
        }
        path
    }

    pub(super) fn test(&mut self) -> StmtKind {
        let lo = self.token.span.lo;
        let (kind, what, missing) = match self.token.kind {
            TokenKind::Test => (TestKind::Test, "test body", "Expected test name string after 'test'"),
            TokenKind::TestGroup => {
                (TestKind::Group, "test_group body", "Expected group name string after 'test_group'")
            }
            TokenKind::TestSetup => (TestKind::Setup, "test_setup block", ""),
            _ => (TestKind::Teardown, "test_teardown block", ""),
        };
        self.bump();
        let base = self.open.len();
        let name = if missing.is_empty() { None } else { self.test_name(missing) };
        if self.failed {
            self.resume_at_block(base);
        }
        let body = self.block_func(FuncKind::Test, lo, what);
        StmtKind::Test { kind, name, body }
    }

    fn test_name(&mut self, missing: &str) -> Option<Symbol> {
        match self.token.kind {
            TokenKind::Str => Some(self.string_here()),
            // Its mistake was reported.
            TokenKind::BadLiteral => {
                self.bump();
                None
            }
            _ => {
                self.fail_here(Code::ExpectedName, missing);
                None
            }
        }
    }
}
