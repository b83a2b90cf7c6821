//! Functions, structs and enums: their code, and what makes them when their block starts.

use std::rc::Rc;
use std::sync::Arc;

use ruff_syntax::Span;
use ruff_syntax::ast::{ExprId, Func, FuncId, FuncKind, Name, PatternKind, Stmt, StmtKind, Struct};
use ruff_syntax::resolve::{BindingId, CaptureSource, GlobalId, Resolved};

use super::Compiler;
use super::arguments::ARGUMENTS;
use super::expression::{Operand, Want};
use super::function::{Function, Reg};
use super::variable::Target;
use crate::bytecode::op::NO_REGISTER;
use crate::bytecode::{CaptureFrom, Op, Proto, ProtoFlags};
use crate::value::Sym;

impl<'a> Compiler<'a> {
    /// Makes what a statement hoists.
    pub(super) fn hoist(&mut self, stmt: &'a Stmt) {
        match &stmt.kind {
            StmtKind::Func(func) => {
                let Some(name) = &func.name else { return };
                let proto = self.function(func, self.text(name.symbol).into(), None);
                let target = self.declared(name);
                let register = self.func.alloc();
                self.closure(register, proto, name.span);
                self.store_hoisted(target, register, name.span);
            }
            StmtKind::Struct(declaration) => self.struct_declaration(declaration),
            StmtKind::Enum(declaration) => self.enum_declaration(&declaration.name),
            _ => {}
        }
    }

    /// The values of an enum need no declaration. Only importers look for one, and closures for a variable.
    fn enum_declaration(&mut self, name: &Name) {
        match self.resolved(name) {
            Some(Resolved::Global(id)) if self.is_exported(id) => {
                let target = self.declared(name);
                let def = self.new_struct_def(name, Vec::new());
                self.store_hoisted(target, def, name.span);
            }
            Some(Resolved::Local(binding)) if matches!(self.declared(name), Target::New(_)) => {
                self.start_undefined(binding, name.span);
            }
            _ => {}
        }
    }

    fn is_exported(&self, id: GlobalId) -> bool {
        self.resolution.globals.get(id.0 as usize).is_some_and(|global| global.exported)
    }

    fn store_hoisted(&mut self, target: Target, register: Reg, span: Span) {
        self.assign_register(target, register, span);
        let variables = self.func.variables;
        self.func.free_from(variables);
    }

    fn new_struct_def(&mut self, name: &Name, fields: Vec<Sym>) -> Reg {
        let register = self.func.alloc();
        let sym = self.sym(name.symbol);
        let site = self.func.tables.struct_def(sym, fields);
        self.func.op(Op::NewStructDef, register, site, 0, name.span);
        register
    }

    fn struct_declaration(&mut self, declaration: &'a Struct) {
        let name = &declaration.name;
        let target = self.declared(name);
        let fields = declaration.fields.iter().map(|field| self.sym(field.member.symbol)).collect();
        let def = self.new_struct_def(name, fields);
        for field in &declaration.fields {
            let Some((id, value)) = field.default else { continue };
            let proto = self.default_function(id, value);
            let span = field.member.span;
            let closure = self.func.alloc();
            self.closure(closure, proto, span);
            let key = self.key(field.member.symbol);
            self.func.op(Op::AddDefault, def, closure, key, span);
            self.func.free_from(closure);
        }
        for method in &declaration.methods {
            let Some(method_name) = &method.name else { continue };
            let shown = format!("{}.{}", self.text(name.symbol), self.text(method_name.symbol));
            let proto = self.function(method, shown.into(), Some(declaration));
            let closure = self.func.alloc();
            self.closure(closure, proto, method_name.span);
            let key = self.key(method_name.symbol);
            self.func.op(Op::AddMethod, def, closure, key, method_name.span);
            self.func.free_from(closure);
        }
        self.store_hoisted(target, def, name.span);
    }

    /// `func(a) { … }`
    pub(super) fn lambda(&mut self, func: &'a Func, want: Want) -> Operand {
        let proto = self.function(func, "<lambda>".into(), None);
        let dest = self.dest(want);
        self.closure(dest, proto, func.span);
        Operand::Register(dest)
    }

    /// `spawn { … }`: the block gets copies of the variables it uses.
    pub(super) fn spawn(&mut self, func: &'a Func, span: Span) {
        let resolution = self.resolution;
        let captures = resolution.funcs.get(func.id.0 as usize).map_or(&[][..], |info| &info.captures);
        let mut copies = Vec::with_capacity(captures.len());
        for capture in captures {
            let copy = self.func.alloc();
            let resolved = match capture.source {
                CaptureSource::Local(binding) => Resolved::Local(binding),
                CaptureSource::Capture(index) => Resolved::Capture(index),
            };
            let home = self.home(Some(resolved));
            self.load_home(home, copy, span);
            copies.push(CaptureFrom::Register(copy));
        }
        let proto = self.function_with(func, "<spawn>".into(), None, copies);
        let closure = self.func.alloc();
        self.closure(closure, proto, span);
        self.func.op(Op::Spawn, closure, 0, 0, span);
    }

    /// A test declaration: its code is made and left alone.
    pub(super) fn test_declaration(&mut self, func: &'a Func) {
        let proto = self.function(func, "<test>".into(), None);
        self.func.tables.proto(proto);
    }

    fn closure(&mut self, dest: Reg, proto: Rc<Proto>, span: Span) {
        let index = self.func.tables.proto(proto);
        self.func.wide(Op::Closure, dest, index, span);
    }

    fn function(&mut self, func: &'a Func, name: Arc<str>, owner: Option<&'a Struct>) -> Rc<Proto> {
        let captures = self.captures(func.id);
        self.function_with(func, name, owner, captures)
    }

    /// Where the running function finds what a function made by it captures.
    fn captures(&self, id: FuncId) -> Vec<CaptureFrom> {
        let Some(info) = self.resolution.funcs.get(id.0 as usize) else { return Vec::new() };
        let from = |source| match source {
            CaptureSource::Local(BindingId(binding)) => {
                let home = self.homes.get(binding as usize).copied().unwrap_or(NO_REGISTER);
                debug_assert_ne!(
                    home, NO_REGISTER,
                    "a captured variable has a register when the closure is made"
                );
                CaptureFrom::Register(if home == NO_REGISTER { 0 } else { home })
            }
            // More are refused when the maker is finished.
            CaptureSource::Capture(index) => CaptureFrom::Capture(u16::try_from(index).unwrap_or(u16::MAX)),
        };
        info.captures.iter().map(|capture| from(capture.source)).collect()
    }

    /// The names of what a function captures.
    fn capture_names(&mut self, id: FuncId) -> Vec<Sym> {
        let resolution = self.resolution;
        let captures = resolution.funcs.get(id.0 as usize).map_or(&[][..], |info| &info.captures);
        let bindings =
            captures.iter().filter_map(|capture| resolution.bindings.get(capture.binding.0 as usize));
        bindings.map(|binding| self.sym(binding.symbol)).collect()
    }

    /// Lowers a function.
    fn function_with(
        &mut self,
        func: &'a Func,
        name: Arc<str>,
        owner: Option<&'a Struct>,
        captures: Vec<CaptureFrom>,
    ) -> Rc<Proto> {
        let resolution = self.resolution;
        let info = resolution.funcs.get(func.id.0 as usize);
        let has_self = owner.is_some() && self.has_self(func);
        let flags = ProtoFlags {
            is_method: owner.is_some(),
            has_self,
            modifies_self: has_self && info.is_some_and(|info| info.modifies_self),
            is_generator: func.is_generator,
            is_async: func.is_async,
            takes_rest: func.params.iter().any(|param| param.is_rest),
            // More parameters than that are refused.
            optional: func.params.iter().filter(|param| param.default.is_some()).count().min(255) as u8,
            is_internal: self.options.is_internal,
            ..ProtoFlags::default()
        };
        let mut inner = Function::new(func.id, name, flags);
        inner.captures = captures;
        inner.capture_names = self.capture_names(func.id);
        let outer = std::mem::replace(&mut self.func, inner);
        self.parameters(func, owner.is_some() && !has_self);
        if let Some(info) = info {
            self.receiver_fields(&info.receiver_fields, func.span);
            if func.kind == FuncKind::Spawn {
                self.snapshots(&info.snapshots, func.span);
            }
        }
        self.body(&func.body);
        let inner = std::mem::replace(&mut self.func, outer);
        self.finish(inner)
    }

    fn has_self(&self, func: &Func) -> bool {
        func.params.first().is_some_and(|param| match &param.pattern.kind {
            PatternKind::Bind(name) => Some(name.symbol) == self.self_symbol,
            _ => false,
        })
    }

    /// Parameters arrive in the first registers; `hides_receiver` says that the receiver comes before them unnamed.
    fn parameters(&mut self, func: &Func, hides_receiver: bool) {
        let hidden = u16::from(hides_receiver);
        let written = func.params.len() - usize::from(self.has_self(func));
        if written > ARGUMENTS {
            let message = format!("Maximum of {ARGUMENTS} parameters of a function exceeded");
            let span = func.name.as_ref().map_or(func.span, |name| name.span);
            self.report(message, span, "take an array, a dict or a struct instead");
        }
        // Those that are too many share the last register: the code never runs.
        let count = u16::try_from(func.params.len().min(ARGUMENTS + 1)).unwrap_or(u16::MAX);
        let first = self.func.alloc_run(count + hidden);
        self.func.params = count + hidden;
        self.func.keep_registers();
        let registers = (0..count).chain(std::iter::repeat(count.saturating_sub(1)));
        for (param, at) in func.params.iter().zip(registers) {
            let PatternKind::Bind(name) = &param.pattern.kind else { continue };
            let register = first + hidden + at;
            if let Some(default) = param.default {
                let given = self.func.label();
                self.func.jump(Op::JumpDefined, register, given, name.span);
                self.lower_into(default, register);
                self.func.put(given);
                self.func.free_from(self.func.variables);
            }
            let Some(Resolved::Local(binding)) = self.resolved(name) else { continue };
            self.adopt(binding, register, name.span);
        }
    }

    /// The fields of the receiver that a method without `self` uses become variables.
    fn receiver_fields(&mut self, fields: &[(ruff_syntax::Symbol, BindingId)], span: Span) {
        for &(symbol, binding) in fields {
            let register = self.func.alloc();
            let name = self.sym(symbol);
            let site = self.func.tables.field(name);
            self.func.op(Op::GetReceiverField, register, 0, site, span);
            self.start_variable(binding, register, span);
        }
    }

    /// A `spawn` block's own copies of what it captured.
    fn snapshots(&mut self, snapshots: &[BindingId], span: Span) {
        for (&binding, index) in snapshots.iter().zip(0..) {
            let register = self.func.alloc();
            self.func.op(Op::GetCapture, register, index, 0, span);
            self.start_variable(binding, register, span);
        }
    }

    /// The function that computes a field's default.
    fn default_function(&mut self, id: FuncId, value: ExprId) -> Rc<Proto> {
        let flags =
            ProtoFlags { is_default: true, is_internal: self.options.is_internal, ..ProtoFlags::default() };
        let mut inner = Function::new(id, "<default>".into(), flags);
        inner.captures = self.captures(id);
        let outer = std::mem::replace(&mut self.func, inner);
        let span = self.span(value);
        let register = self.lower_any(value);
        self.func.op(Op::Return, register, 0, 0, span);
        let inner = std::mem::replace(&mut self.func, outer);
        self.finish(inner)
    }
}
