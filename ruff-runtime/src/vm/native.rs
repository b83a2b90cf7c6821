//! Calling builtins and functions of the embedding program.

use std::sync::Arc;

use ruff_syntax::{Code, SourceFile};

use super::call::{Reached, Site};
use super::{Vm, VmResult};
use crate::analysis::{Refusal, analyse};
use crate::bytecode::Instr;
use crate::error::VmError;
use crate::fiber::ReturnMode;
use crate::heap::Ref;
use crate::native::{CallForm, Cx, NativeBody, NativeDef, Updates, check_call, check_capability};
use crate::value::{Closure, HostFunction, Value, check_depth};

impl Vm {
    /// Calls a builtin written in Rust with arguments that it takes what it wants of.
    #[inline]
    pub(super) fn call_rust(
        &mut self,
        def: &'static NativeDef,
        alias: u8,
        body: fn(&mut Cx<'_>, &mut [Value]) -> VmResult<Value>,
        args: &mut [Value],
    ) -> VmResult<Value> {
        check_capability(def, alias, self.permissions)?;
        check_call(def, alias, args, CallForm::Function)?;
        let mut cx = Cx::new(&mut self.host, Some(def), alias).with_json_bytes(self.json_bytes);
        let value = body(&mut cx, args)?;
        self.after_builtin()?;
        check_depth(value.depth(), "calling a builtin")?;
        Ok(value)
    }

    /// `CallNative`: the arguments stand from register `a` on, without a slot for the callee.
    #[inline(never)]
    pub(super) fn call_native(&mut self, instr: Instr) -> VmResult {
        let &Value::Native(alias, def) = self.constant(instr.c) else { return Ok(()) };
        let site = Site {
            base: self.frame().base as usize + usize::from(instr.a),
            count: usize::from(instr.kind),
            dest: instr.b,
            mode: ReturnMode::Plain,
            holds_callee: false,
        };
        self.call_builtin(def, alias, site, CallForm::Function)
    }

    /// Calls a builtin with the arguments of a site, the receiver of a method call included.
    pub(super) fn call_builtin(
        &mut self,
        def: &'static NativeDef,
        alias: u8,
        site: Site,
        form: CallForm,
    ) -> VmResult {
        match def.body {
            NativeBody::Rust(_) => {
                let is_dict = matches!(self.fiber.stack.get(site.base), Value::Dict(_));
                let value = self.run_builtin(def, alias, site, form)?;
                let value = match form {
                    CallForm::Function => value,
                    CallForm::Method => {
                        let (receiver, item) = updated(def, is_dict, value);
                        item.unwrap_or(receiver)
                    }
                };
                self.finish_call(site, value);
                Ok(())
            }
            NativeBody::Fiber(body) => self.call_in_fiber(def, alias, site, form, body),
            NativeBody::Waiting(body) => self.call_waiting(def, alias, site, form, body),
            NativeBody::Ruff(_) => {
                self.check_builtin(def, alias, site, form)?;
                let closure = self.prelude_closure(def)?;
                let count = usize::from(closure.proto.params);
                self.fiber.stack.reserve(site.base + count);
                for missing in site.count..count {
                    self.fiber.stack.set(site.base + missing, Value::Null);
                }
                self.tick()?;
                let mode = if site.mode == ReturnMode::Plain { ReturnMode::Builtin } else { site.mode };
                self.call_closure(closure, Site { count, mode, ..site }, Reached::Function)
            }
        }
    }

    /// Checks capability, count and types of a call.
    pub(super) fn check_builtin(
        &self,
        def: &'static NativeDef,
        alias: u8,
        site: Site,
        form: CallForm,
    ) -> VmResult {
        check_capability(def, alias, self.permissions)?;
        let args = self.fiber.stack.values().get(site.base..site.base + site.count);
        check_call(def, alias, args.unwrap_or_default(), form)
    }

    /// Runs a builtin written in Rust and answers its raw result: for one that updates its receiver, what
    /// [`updated`] takes apart. The arguments stay where they are, those that it took as nulls.
    pub(super) fn run_builtin(
        &mut self,
        def: &'static NativeDef,
        alias: u8,
        site: Site,
        form: CallForm,
    ) -> VmResult<Value> {
        self.check_builtin(def, alias, site, form)?;
        let NativeBody::Rust(body) = def.body else { return Ok(Value::Null) };
        let args = self.fiber.stack.values_mut().get_mut(site.base..site.base + site.count);
        let mut cx = Cx::new(&mut self.host, Some(def), alias).with_json_bytes(self.json_bytes);
        let value = body(&mut cx, args.unwrap_or_default())?;
        self.after_builtin()?;
        // A pair of receiver and item is taken apart at once.
        if matches!(def.updates, Updates::No | Updates::Result) {
            check_depth(value.depth(), "calling a builtin")?;
        }
        Ok(value)
    }

    /// Calls a function of the embedding program.
    pub(super) fn call_host(&mut self, function: &Ref<HostFunction>, site: Site) -> VmResult {
        if let Some(arity) = function.arity
            && arity != site.count
        {
            let message = format!("{} expects {arity} arguments, got {}", function.name, site.count);
            return Err(VmError::new(Code::CallArity, message));
        }
        let args = self.fiber.stack.values().get(site.base..site.base + site.count);
        let mut cx = Cx::new(&mut self.host, None, 0);
        let value = (function.body)(&mut cx, args.unwrap_or_default())?;
        self.after_builtin()?;
        self.finish_call(site, value);
        Ok(())
    }

    /// The closure of a builtin written in Ruff, compiled on first use.
    pub(super) fn prelude_closure(&mut self, def: &'static NativeDef) -> VmResult<Ref<Closure>> {
        let key = std::ptr::from_ref(def) as usize;
        if let Some(known) = self.prelude.get(&key) {
            return Ok(known.clone());
        }
        let NativeBody::Ruff(source) = def.body else { return Err(broken_prelude(def, "no source")) };
        let file = Arc::new(SourceFile::new(format!("<{}>", def.name), source));
        let broken = |refusal: Refusal| {
            broken_prelude(def, refusal.diagnostics.first().map_or("", |first| &first.message))
        };
        let resolving = ruff_syntax::resolve::Options::default();
        let (tree, resolution) =
            analyse(&file, ruff_syntax::limits::SOURCE_BYTES, resolving).map_err(broken)?;
        let id = self.prelude_module;
        let options = crate::compile::Options { is_internal: true, ..crate::compile::Options::default() };
        let globals = &mut self.modules.get_mut(id).globals;
        let compiled =
            crate::compile::compile(&file, &tree, &resolution, globals, &self.registry, id, options)
                .map_err(broken)?;
        let Some(proto) = compiled.proto.protos.first() else {
            return Err(broken_prelude(def, "no function"));
        };
        let closure = Ref::new(Closure { proto: proto.clone(), captures: Box::default() });
        self.prelude.insert(key, closure.clone());
        Ok(closure)
    }
}

#[cold]
fn broken_prelude(def: &NativeDef, problem: &str) -> VmError {
    VmError::new(
        Code::Thrown,
        format!("internal error: the builtin {} does not compile: {problem}", def.name),
    )
}

/// Takes the result of an updating builtin apart: the receiver as it is now, and what a method call yields, if that is
/// not the receiver.
pub(super) fn updated(def: &NativeDef, was_dict: bool, result: Value) -> (Value, Option<Value>) {
    let is_pair = match def.updates {
        Updates::No | Updates::Result => false,
        Updates::Rest => true,
        // The missing entry of a dict leaves nothing to yield, and no pair.
        Updates::RestOnDict => was_dict && matches!(result, Value::Array(_)),
    };
    match (is_pair, result) {
        (true, Value::Array(pair)) => {
            let mut pair = pair.into_owned().into_vec();
            let item = pair.pop();
            (pair.pop().unwrap_or_default(), item)
        }
        (_, receiver) => (receiver, None),
    }
}
