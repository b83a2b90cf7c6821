//! Type annotations.

use super::Parser;
use crate::ast::{TypeExpr, TypeKind};
use crate::diagnostic::Code;
use crate::lexer::TokenKind;
use crate::source::Span;

impl Parser<'_> {
    /// `: T`, if there is one.
    pub(super) fn annotation(&mut self) -> Option<TypeExpr> {
        self.eat(TokenKind::Colon).then(|| self.ty())
    }

    /// A type: alternatives between bars.
    pub(super) fn ty(&mut self) -> TypeExpr {
        let lo = self.token.span.lo;
        let first = self.alternative();
        if !self.at(TokenKind::Or) {
            return first;
        }
        let mut alternatives = vec![first];
        while self.eat(TokenKind::Or) {
            alternatives.push(self.alternative());
        }
        TypeExpr { kind: TypeKind::Union(alternatives), span: self.span_from(lo) }
    }

    /// An atom with its suffixes.
    fn alternative(&mut self) -> TypeExpr {
        let lo = self.token.span.lo;
        if !self.deeper("type annotation") {
            return self.type_hole();
        }
        let mut ty = self.type_atom();
        let mut levels = 1;
        // Each suffix is one more level of the tree.
        while self.at_type_suffix() && self.deeper("type annotation") {
            levels += 1;
            ty = self.suffix(ty, lo);
        }
        self.depth -= levels;
        ty
    }

    fn at_type_suffix(&self) -> bool {
        match self.token.kind {
            TokenKind::Question | TokenKind::QuestionQuestion | TokenKind::QuestionQuestionEq => true,
            TokenKind::LBracket => self.peek(1).kind == TokenKind::RBracket,
            _ => false,
        }
    }

    fn suffix(&mut self, inner: TypeExpr, lo: u32) -> TypeExpr {
        let inner = Box::new(inner);
        let kind = match self.token.kind {
            TokenKind::LBracket => {
                self.bump();
                self.bump();
                TypeKind::Array(inner)
            }
            TokenKind::QuestionQuestion => {
                self.split(1, TokenKind::Question);
                TypeKind::Optional(inner)
            }
            // `int?? = x` without blanks; being optional twice is being optional.
            TokenKind::QuestionQuestionEq => {
                self.split(2, TokenKind::Eq);
                TypeKind::Optional(inner)
            }
            _ => {
                self.bump();
                TypeKind::Optional(inner)
            }
        };
        TypeExpr { kind, span: self.span_from(lo) }
    }

    fn type_atom(&mut self) -> TypeExpr {
        let lo = self.token.span.lo;
        let kind = match self.token.kind {
            TokenKind::IntType
            | TokenKind::FloatType
            | TokenKind::StringType
            | TokenKind::BoolType
            | TokenKind::Null => TypeKind::Named { name: self.member_here().symbol, args: Vec::new() },
            TokenKind::Ident => self.named_type(),
            TokenKind::Func => self.func_type(),
            TokenKind::LBracket => {
                self.open();
                let element = Box::new(self.ty());
                self.close(TokenKind::RBracket, "to close array type");
                TypeKind::Array(element)
            }
            _ => {
                let message = format!("Expected type but found {}", self.found());
                self.fail_here(Code::TypeSyntax, message);
                return self.type_hole();
            }
        };
        TypeExpr { kind, span: self.span_from(lo) }
    }

    fn named_type(&mut self) -> TypeKind {
        // These two are nothing without their arguments.
        let (shape, count) = match self.text() {
            "Result" => ("Result<T, E>", 2),
            "Option" => ("Option<T>", 1),
            _ => ("", 0),
        };
        let name = self.member_here().symbol;
        let mut args = Vec::new();
        if !self.at(TokenKind::Lt) {
            if count > 0 {
                self.fail_type("'<'", shape);
            }
            return TypeKind::Named { name, args };
        }
        self.open();
        loop {
            args.push(self.ty());
            let is_complete = args.len() == count;
            if count > 0 && !is_complete && !self.at(TokenKind::Comma) {
                self.fail_type("','", shape);
            }
            if is_complete || !self.eat(TokenKind::Comma) {
                break;
            }
        }
        self.close_type_args(if count > 0 { shape } else { "generic" });
        TypeKind::Named { name, args }
    }

    /// Consumes a `>`, also one that the lexer glued to what follows.
    fn close_type_args(&mut self, shape: &str) {
        match self.token.kind {
            TokenKind::Gt => self.bump(),
            TokenKind::Ge => self.split(1, TokenKind::Eq),
            TokenKind::Shr => self.split(1, TokenKind::Gt),
            TokenKind::ShrEq => self.split(1, TokenKind::Ge),
            _ => return self.fail_type("'>'", shape),
        }
        self.open.pop();
    }

    fn func_type(&mut self) -> TypeKind {
        self.bump();
        let params = self.at(TokenKind::LParen).then(|| self.param_types());
        let result = (params.is_some() && self.eat(TokenKind::Arrow)).then(|| Box::new(self.ty()));
        TypeKind::Func { params, result }
    }

    fn param_types(&mut self) -> Vec<TypeExpr> {
        let mut params = Vec::new();
        self.open();
        if !self.at(TokenKind::RParen) {
            params.push(self.ty());
            while self.eat(TokenKind::Comma) {
                params.push(self.ty());
            }
        }
        self.close_list(TokenKind::RParen, "to close function type parameter list");
        params
    }

    fn fail_type(&mut self, expected: &str, shape: &str) {
        if !self.failed {
            let message = format!("Expected {expected} in {shape} type annotation");
            let diagnostic =
                self.error_here(Code::TypeSyntax, message).labelled(format!("found {}", self.found()));
            self.fail(diagnostic);
        }
    }

    fn type_hole(&self) -> TypeExpr {
        TypeExpr { kind: TypeKind::Error, span: Span::new(self.end, self.end) }
    }
}
