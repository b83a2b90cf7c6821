//! Patterns, types and the signatures of functions.

use super::Dump;
use crate::ast::{Func, Literal, Name, Pattern, PatternKind, TypeExpr, TypeKind};

impl<'a> Dump<'a> {
    pub(super) fn pattern(&mut self, pattern: &Pattern) {
        match &pattern.kind {
            PatternKind::Bind(name) => self.put_symbol(name.symbol),
            PatternKind::Wildcard => self.put("_"),
            PatternKind::Array { items, rest } => {
                self.put("[");
                self.separated(items, Dump::pattern);
                self.rest(rest.as_ref(), !items.is_empty());
                self.put("]");
            }
            PatternKind::Dict { keys, rest } => {
                self.put("{");
                self.separated(keys, |dump, key| dump.put_symbol(key.symbol));
                self.rest(rest.as_ref(), !keys.is_empty());
                self.put("}");
            }
            PatternKind::Literal(literal) => self.literal(literal),
            PatternKind::Word(word) => {
                self.put("word ");
                self.put_symbol(*word);
            }
            PatternKind::Variant { enum_name, variant, binders } => {
                if let Some(name) = enum_name {
                    self.put_symbol(*name);
                    self.put("::");
                }
                self.put_symbol(*variant);
                if let Some(binders) = binders {
                    self.put("(");
                    self.separated(binders, Dump::pattern);
                    self.put(")");
                }
            }
            PatternKind::Error => self.put("<error>"),
        }
    }

    fn rest(&mut self, rest: Option<&Name>, has_others: bool) {
        if let Some(name) = rest {
            self.put(if has_others { ", ..." } else { "..." });
            self.put_symbol(name.symbol);
        }
    }

    fn literal(&mut self, literal: &Literal) {
        match literal {
            Literal::Null => self.put("null"),
            Literal::Bool(value) => self.put(&value.to_string()),
            Literal::Int(value) => self.put(&value.to_string()),
            Literal::Float(value) => self.put(&format!("{value:?}")),
            Literal::Str(value) => self.put_quoted(*value),
        }
    }

    /// ` name(a: T, b) -> R` and what kind of function it is.
    pub(super) fn signature(&mut self, func: &Func) {
        if let Some(name) = &func.name {
            self.put(" ");
            self.put_symbol(name.symbol);
        }
        self.put(" (");
        self.separated(&func.params, |dump, param| {
            dump.put(if param.is_rest { "..." } else { "" });
            dump.pattern(&param.pattern);
            dump.annotation(param.ty.as_ref());
            if let Some(default) = param.default {
                dump.put(" = ");
                dump.expr(default);
            }
        });
        self.put(")");
        if let Some(result) = &func.result {
            self.put(" -> ");
            self.ty(result);
        }
        if func.is_async {
            self.put(" async");
        }
        if func.is_generator {
            self.put(" generator");
        }
    }

    pub(super) fn annotation(&mut self, ty: Option<&TypeExpr>) {
        if let Some(ty) = ty {
            self.put(": ");
            self.ty(ty);
        }
    }

    fn ty(&mut self, ty: &TypeExpr) {
        match &ty.kind {
            TypeKind::Named { name, args } => {
                self.put_symbol(*name);
                if !args.is_empty() {
                    self.put("<");
                    self.separated(args, Dump::ty);
                    self.put(">");
                }
            }
            TypeKind::Array(element) => {
                self.put("[");
                self.ty(element);
                self.put("]");
            }
            TypeKind::Optional(inner) => {
                self.put("(");
                self.ty(inner);
                self.put(")?");
            }
            TypeKind::Union(alternatives) => {
                self.put("(");
                for (index, alternative) in alternatives.iter().enumerate() {
                    self.put(if index > 0 { " | " } else { "" });
                    self.ty(alternative);
                }
                self.put(")");
            }
            TypeKind::Func { params, result } => {
                self.put("func");
                if let Some(params) = params {
                    self.put("(");
                    self.separated(params, Dump::ty);
                    self.put(")");
                }
                if let Some(result) = result {
                    self.put(" -> ");
                    self.ty(result);
                }
            }
            TypeKind::Error => self.put("<error>"),
        }
    }

    pub(super) fn separated<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        for (index, item) in items.iter().enumerate() {
            self.put(if index > 0 { ", " } else { "" });
            write(self, item);
        }
    }
}
