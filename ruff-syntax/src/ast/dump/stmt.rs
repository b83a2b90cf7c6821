//! Statements and declarations.

use super::Dump;
use crate::ast::{
    AssignOp, BindingKind, Block, Enum, ExprId, Func, FuncKind, Import, MatchArm, Member, Place, PlaceStep,
    Stmt, StmtKind, Struct, TestKind,
};

impl<'a> Dump<'a> {
    pub(super) fn block(&mut self, block: &'a Block) {
        self.indented(|dump| block.stmts.iter().for_each(|stmt| dump.stmt(stmt)));
    }

    pub(super) fn stmt(&mut self, stmt: &'a Stmt) {
        match &stmt.kind {
            StmtKind::Binding { kind, pattern, ty, value } => {
                self.start(match kind {
                    BindingKind::Let => "let ",
                    BindingKind::Mut => "mut ",
                    BindingKind::Const => "const ",
                    BindingKind::Bare => "bare ",
                });
                self.pattern(pattern);
                self.annotation(ty.as_ref());
                self.put(" = ");
                self.expr(*value);
                self.end();
            }
            StmtKind::Assign { place, op, value } => self.assign(place, *op, *value),
            StmtKind::Func(func) => self.func(func),
            StmtKind::Struct(declaration) => self.structure(declaration),
            StmtKind::Enum(declaration) => self.enumeration(declaration),
            StmtKind::Import(import) => self.import(import),
            StmtKind::Export(inner) => {
                self.start("export\n");
                self.indented(|dump| dump.stmt(inner));
            }
            StmtKind::ExportName(name) => {
                self.start("export name ");
                self.put_symbol(name.symbol);
                self.end();
            }
            StmtKind::Spawn(func) => self.named_block(&format!("spawn #{}", func.id.0), &func.body),
            StmtKind::Test { kind, name, body } => {
                self.start(match kind {
                    TestKind::Test => "test",
                    TestKind::Group => "test_group",
                    TestKind::Setup => "test_setup",
                    TestKind::Teardown => "test_teardown",
                });
                self.put(&format!(" #{}", body.id.0));
                if let Some(name) = name {
                    self.put(" ");
                    self.put_quoted(*name);
                }
                self.end();
                self.block(&body.body);
            }
            StmtKind::Return(Some(value)) => self.line("return", *value),
            StmtKind::Return(None) => self.start("return\n"),
            StmtKind::Break => self.start("break\n"),
            StmtKind::Continue => self.start("continue\n"),
            StmtKind::Expr(value) => self.line("expr", *value),
            StmtKind::Error => self.start("<error>\n"),
            StmtKind::If { .. }
            | StmtKind::While { .. }
            | StmtKind::Loop(_)
            | StmtKind::For { .. }
            | StmtKind::Match { .. }
            | StmtKind::Try { .. } => self.control_flow(&stmt.kind),
        }
    }

    fn control_flow(&mut self, stmt: &'a StmtKind) {
        match stmt {
            StmtKind::If { branches, otherwise } => {
                let words = std::iter::once("if").chain(std::iter::repeat("else if"));
                for (word, (condition, body)) in words.zip(branches) {
                    self.line(word, *condition);
                    self.block(body);
                }
                otherwise.iter().for_each(|body| self.named_block("else", body));
            }
            StmtKind::While { condition, body } => {
                self.line("while", *condition);
                self.block(body);
            }
            StmtKind::Loop(body) => self.named_block("loop", body),
            StmtKind::For { pattern, iterable, body } => {
                self.start("for ");
                self.pattern(pattern);
                self.put(" in ");
                self.expr(*iterable);
                self.end();
                self.block(body);
            }
            StmtKind::Match { subject, arms, default } => {
                self.line("match", *subject);
                self.indented(|dump| {
                    arms.iter().for_each(|arm| dump.arm(arm));
                    default.iter().for_each(|body| dump.named_block("default", body));
                });
            }
            StmtKind::Try { body, except, finally } => {
                self.named_block("try", body);
                if let Some(except) = except {
                    self.start("except");
                    if let Some(name) = &except.name {
                        self.put(" ");
                        self.put_symbol(name.symbol);
                    }
                    self.end();
                    self.block(&except.body);
                }
                finally.iter().for_each(|body| self.named_block("finally", body));
            }
            _ => {}
        }
    }

    fn named_block(&mut self, name: &str, block: &'a Block) {
        self.start(name);
        self.end();
        self.block(block);
    }

    fn arm(&mut self, arm: &'a MatchArm) {
        self.start("case ");
        self.pattern(&arm.pattern);
        if let Some(guard) = arm.guard {
            self.put(" if ");
            self.expr(guard);
        }
        self.end();
        self.block(&arm.body);
    }

    fn assign(&mut self, place: &Place, op: AssignOp, value: ExprId) {
        self.start("assign ");
        self.put_symbol(place.root.symbol);
        for step in &place.steps {
            match step {
                PlaceStep::Field(member) => {
                    self.put(".");
                    self.put_symbol(member.symbol);
                }
                PlaceStep::Index(index) => {
                    self.put("[");
                    self.expr(*index);
                    self.put("]");
                }
            }
        }
        match op {
            AssignOp::Set => self.put(" = "),
            AssignOp::Update(op) => self.put(&format!(" {}= ", op.sign())),
            AssignOp::Coalesce => self.put(" ??= "),
        }
        self.expr(value);
        self.end();
    }

    fn func(&mut self, func: &'a Func) {
        self.start(if func.kind == FuncKind::Method { "method" } else { "func" });
        self.put(&format!(" #{}", func.id.0));
        self.signature(func);
        self.end();
        self.block(&func.body);
    }

    fn structure(&mut self, declaration: &'a Struct) {
        self.start("struct ");
        self.put_symbol(declaration.name.symbol);
        self.end();
        self.indented(|dump| {
            for field in &declaration.fields {
                dump.start("field ");
                dump.put_symbol(field.member.symbol);
                dump.annotation(field.ty.as_ref());
                if let Some((func, default)) = field.default {
                    dump.put(&format!(" = #{} ", func.0));
                    dump.expr(default);
                }
                dump.end();
            }
            declaration.methods.iter().for_each(|method| dump.func(method));
        });
    }

    fn enumeration(&mut self, declaration: &Enum) {
        self.start("enum ");
        self.put_symbol(declaration.name.symbol);
        self.put(" {");
        self.separated(&declaration.variants, |dump, variant| dump.put_symbol(variant.symbol));
        self.put("}");
        self.end();
    }

    fn import(&mut self, import: &Import) {
        self.start("import ");
        match import {
            Import::Module { path, .. } => self.path(path),
            Import::Names { path, names } => {
                self.path(path);
                self.put(": ");
                self.separated(names, |dump, name| dump.put_symbol(name.symbol));
            }
        }
        self.end();
    }

    fn path(&mut self, path: &[Member]) {
        for (index, segment) in path.iter().enumerate() {
            self.put(if index > 0 { "." } else { "" });
            self.put_symbol(segment.symbol);
        }
    }
}
