//! The walk over expressions.
//!
//! Expressions may be a million operators deep, so they are visited from a stack of their own. Nothing in an
//! expression declares a name for another part of it, so the order does not matter; it is that of the text.

use super::scopes::ScopeKind;
use super::walk::Resolver;
use crate::ast::{Arg, Constructor, Element, Entry, Expr, ExprId, ExprKind, InterpolationPart, Name};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

impl<'a> Resolver<'a> {
    /// Resolves the names of an expression, those in functions it contains included.
    pub(super) fn walk_expr(&mut self, root: ExprId) {
        let module = self.module;
        let below = self.pending.len();
        self.pending.push(root);
        while self.pending.len() > below {
            let Some(id) = self.pending.pop() else { return };
            let expr = &module.exprs[id];
            match &expr.kind {
                ExprKind::Func(func) => self.walk_func_here(func, None),
                // What its arms declare stays in them.
                ExprKind::Control(stmt) => self.walk_control_flow(&stmt.kind, ScopeKind::Block),
                _ => self.visit(expr),
            }
        }
    }

    /// Visits an expression itself and leaves its children for later, the last one at the bottom.
    fn visit(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Name(name) => self.read(name),
            ExprKind::Binary { lhs: first, rhs: second, .. }
            | ExprKind::Pipe { value: first, callee: second }
            | ExprKind::Index { object: first, index: second, .. } => self.pending.extend([*second, *first]),
            ExprKind::Range { start, end, .. } => {
                self.pending.extend(end.iter().chain(start));
            }
            ExprKind::Unary { operand: inner, .. }
            | ExprKind::Field { object: inner, .. }
            | ExprKind::Try(inner)
            | ExprKind::Await(inner)
            | ExprKind::Yield(Some(inner))
            | ExprKind::Paren(inner) => self.pending.push(*inner),
            ExprKind::Call { callee, args } => {
                self.push_args(args);
                self.pending.push(*callee);
            }
            ExprKind::MethodCall { object, args, .. } => {
                if let Some(root) = self.place_root(*object) {
                    self.mark_receiver(root.symbol);
                }
                self.push_args(args);
                self.pending.push(*object);
            }
            ExprKind::Construct { constructor, args, .. } => {
                self.check_constructor(*constructor, args.len(), expr.span);
                self.push_args(args);
            }
            ExprKind::Throw(args) => {
                if args.len() != 1 {
                    self.report_count("throw() requires exactly one argument", expr.span);
                }
                self.push_args(args);
            }
            ExprKind::Variant { name, args, .. } => {
                self.read_type(name);
                args.iter().for_each(|args| self.push_args(args));
            }
            ExprKind::Struct { name, fields } => {
                self.read_type(name);
                self.pending.extend(fields.iter().rev().map(|field| field.value));
            }
            ExprKind::Array(elements) => self.push_elements(elements),
            ExprKind::Dict(entries) => self.push_entries(entries),
            ExprKind::Interpolated(parts) => self.push_parts(parts),
            ExprKind::Func(_)
            | ExprKind::Control(_)
            | ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Str(_)
            | ExprKind::Yield(None)
            | ExprKind::Error => {}
        }
    }

    fn push_args(&mut self, args: &[Arg]) {
        self.pending.extend(args.iter().rev().map(|arg| arg.value));
    }

    fn push_elements(&mut self, elements: &[Element]) {
        self.pending.extend(elements.iter().rev().map(|element| match element {
            Element::Item(value) | Element::Spread(value) => *value,
        }));
    }

    fn push_entries(&mut self, entries: &[Entry]) {
        for entry in entries.iter().rev() {
            match entry {
                Entry::Pair { key, value } => self.pending.extend([*value, *key]),
                Entry::Spread(value) => self.pending.push(*value),
            }
        }
    }

    fn push_parts(&mut self, parts: &[InterpolationPart]) {
        self.pending.extend(parts.iter().rev().filter_map(|part| match part {
            InterpolationPart::Text(_) => None,
            InterpolationPart::Expr(value) => Some(*value),
        }));
    }

    /// The variable at the root of a place such as `a.b[0]`. Parentheses count, to be on the safe side.
    fn place_root(&self, mut object: ExprId) -> Option<&'a Name> {
        loop {
            match &self.module.exprs[object].kind {
                ExprKind::Name(name) => return Some(name),
                ExprKind::Field { object: inner, .. }
                | ExprKind::Index { object: inner, .. }
                | ExprKind::Paren(inner) => object = *inner,
                _ => return None,
            }
        }
    }

    fn check_constructor(&mut self, constructor: Constructor, count: usize, span: Span) {
        let (expected, message) = match constructor {
            Constructor::Ok => (1, "Result::Ok(...) requires exactly one argument"),
            Constructor::Err => (1, "Result::Err(...) requires exactly one argument"),
            Constructor::Some => (1, "Option::Some(...) requires exactly one argument"),
            Constructor::None => (0, "Option::None takes no arguments"),
        };
        if count != expected {
            self.report_count(message, span);
        }
    }

    fn report_count(&mut self, message: &str, span: Span) {
        self.report(Diagnostic::error(Code::CompileError, message, span));
    }
}
