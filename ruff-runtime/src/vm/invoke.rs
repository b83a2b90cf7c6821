//! Method calls: what `r.name(…)` means, and how a receiver that the method changes gets back to its place.
//!
//! The order of meanings: a method of the struct, a callable field or entry, an export of the module, a builtin that
//! may be called as a method.

use ruff_syntax::Code;

use super::call::{Reached, Site};
use super::journal::Inverse;
use super::native::updated;
use super::place::Path;
use super::{Vm, VmResult};
use crate::bytecode::op::NO_REGISTER;
use crate::bytecode::{Instr, InvokeSite, MethodCache, Op, OwnMethod};
use crate::error::VmError;
use crate::fiber::ReturnMode;
use crate::heap::Ref;
use crate::native::{CallForm, NativeBody, NativeDef, ObjectKind, Updates};
use crate::value::{Closure, KeyRef, Value, check_depth, depth_around};

/// What a method call calls.
enum Target {
    /// A method; its receiver is the first argument.
    Method(Ref<Closure>),
    /// A method without `self`, called on the declaration.
    Static(Ref<Closure>),
    /// A callable field or entry: no receiver, unless it has a parameter too many.
    Entry(Value),
    /// An export of a module: no receiver.
    Export(Value),
    /// A builtin; its receiver is the first argument.
    Builtin(&'static NativeDef, u8),
}

impl Target {
    /// Whether the call may store something in the place of its receiver.
    fn changes_receiver(&self) -> bool {
        match self {
            Target::Method(method) => method.proto.modifies_receiver(),
            Target::Builtin(def, _) => def.updates != Updates::No,
            Target::Static(_) | Target::Entry(_) | Target::Export(_) => false,
        }
    }
}

/// Where a receiver came from and goes back to.
enum Origin {
    Register(u16),
    Place(Path),
}

impl Vm {
    /// `Invoke`: the receiver stands behind register `a` and goes nowhere afterwards.
    #[inline(never)]
    pub(super) fn invoke(&mut self, instr: Instr) -> VmResult {
        if let Some(site) = self.invoke_site(instr)
            && let Some(def) = known_own_method(self.reg(instr.a + 1), site)
        {
            return self.call_own(def, instr);
        }
        let proto = self.proto();
        let Some(site) = proto.invokes.get(usize::from(instr.c)) else { return Ok(()) };
        let target = self.target(self.reg(instr.a + 1), site)?;
        self.call_target(target, instr)
    }

    /// `InvokeLocal`: the receiver is a variable.
    #[inline(never)]
    pub(super) fn invoke_local(&mut self, instr: Instr) -> VmResult {
        if let Some(site) = self.invoke_site(instr)
            && let Some(def) = known_own_method(self.reg(site.root), site)
        {
            let (root, dies) = (site.root, site.dies);
            let receiver = if dies { self.take_reg(root) } else { self.reg(root).clone() };
            self.set_reg(instr.a + 1, receiver);
            return self.call_own(def, instr);
        }
        let proto = self.proto();
        let Some(site) = proto.invokes.get(usize::from(instr.c)) else { return Ok(()) };
        let origin = Origin::Register(site.root);
        match self.target(self.reg(site.root), site)? {
            Target::Method(method) if method.proto.modifies_receiver() => {
                let receiver = self.reg(site.root).clone();
                self.call_modifying(origin, receiver, method, site, instr)
            }
            target => self.call_on(origin, target, site, instr),
        }
    }

    /// `InvokePlace`: the receiver is a place.
    #[inline(never)]
    pub(super) fn invoke_place(&mut self, instr: Instr) -> VmResult {
        let proto = self.proto();
        let Some(site) = proto.invokes.get(usize::from(instr.c)) else { return Ok(()) };
        if site.pushes && instr.b == NO_REGISTER && instr.kind == 1 && self.push_at(site.place, instr.a + 2) {
            return Ok(());
        }
        if site.is_read {
            let target = self.target(self.reg(instr.a + 1), site)?;
            if !target.changes_receiver() {
                return self.call_target(target, instr);
            }
        }
        let path = self.path(site.place);
        let receiver = self.read_path(&path)?;
        match self.target(&receiver, site)? {
            Target::Method(method) if method.proto.modifies_receiver() => {
                self.call_modifying(Origin::Place(path), receiver, method, site, instr)
            }
            target => {
                drop(receiver);
                self.call_on(Origin::Place(path), target, site, instr)
            }
        }
    }

    fn call_on(&mut self, origin: Origin, target: Target, site: &InvokeSite, instr: Instr) -> VmResult {
        match target {
            Target::Builtin(def, alias) if def.updates != Updates::No => {
                self.call_updating(&origin, def, alias, site, instr)
            }
            target => {
                self.load_receiver(&origin, instr.a + 1, site.dies)?;
                self.call_target(target, instr)
            }
        }
    }

    /// Calls a method that may change its receiver.
    fn call_modifying(
        &mut self,
        origin: Origin,
        receiver: Value,
        method: Ref<Closure>,
        site: &InvokeSite,
        instr: Instr,
    ) -> VmResult {
        let is_alone = site.immutable.is_none()
            && site.may_move
            && match &origin {
                Origin::Register(_) => true,
                Origin::Place(path) => !self.holds_receiver(path),
            };
        if is_alone {
            drop(receiver);
            self.load_receiver(&origin, instr.a + 1, true)?;
            let site = self.method_site(instr, ReturnMode::WriteBack);
            return self.call_closure(method, site, Reached::Method);
        }
        let place = match origin {
            Origin::Register(at) => Path::of_register(self, at, None),
            Origin::Place(path) => path,
        };
        let receiver =
            if site.immutable.is_some() { self.share(place, receiver) } else { self.lend(place, receiver)? };
        self.set_reg(instr.a + 1, receiver);
        let site = self.method_site(instr, ReturnMode::GiveBack);
        let result = self.call_closure(method, site, Reached::Method);
        if result.is_err() {
            self.break_loan();
        }
        result
    }

    /// Puts the receiver into register `to`, taken out of its place or shared with it.
    fn load_receiver(&mut self, origin: &Origin, to: u16, takes: bool) -> VmResult {
        let receiver = match origin {
            Origin::Register(at) if takes => self.take_reg(*at),
            Origin::Register(at) => self.reg(*at).clone(),
            Origin::Place(path) if takes => {
                self.with_place(path, |place| Ok(std::mem::replace(place, Value::Undefined)))?
            }
            Origin::Place(path) => self.read_path(path)?,
        };
        self.set_reg(to, receiver);
        Ok(())
    }

    /// Puts a receiver to where it came from.
    fn store_receiver(&mut self, origin: &Origin, receiver: Value) -> VmResult {
        match origin {
            Origin::Register(at) => {
                self.set_reg(*at, receiver);
                Ok(())
            }
            Origin::Place(path) => self.write_path(path, receiver),
        }
    }

    #[inline]
    fn invoke_site(&self, instr: Instr) -> Option<&InvokeSite> {
        self.frame().proto().invokes.get(usize::from(instr.c))
    }

    /// Calls an own method of the receiver behind register `a`.
    #[inline]
    fn call_own(&mut self, def: &'static NativeDef, instr: Instr) -> VmResult {
        let site = self.method_site(instr, ReturnMode::Plain);
        match def.body {
            NativeBody::Waiting(body) => self.call_waiting(def, 0, site, CallForm::Method, body),
            _ => self.call_builtin(def, 0, site, CallForm::Method),
        }
    }

    /// The site of a call whose receiver stands behind register `a` and counts as an argument.
    fn method_site(&mut self, instr: Instr, mode: ReturnMode) -> Site {
        let base = self.frame().base as usize + usize::from(instr.a) + 1;
        let count = 1 + self.argument_count(instr, base + 1);
        Site { base, count, dest: instr.b, mode, holds_callee: true }
    }

    fn call_target(&mut self, target: Target, instr: Instr) -> VmResult {
        let site = self.method_site(instr, ReturnMode::Plain);
        match target {
            Target::Method(method) => self.call_closure(method, site, Reached::Method),
            Target::Builtin(def, alias) => self.call_builtin(def, alias, site, CallForm::Method),
            Target::Static(method) => {
                if method.proto.flags.has_self {
                    return self.call_closure(method, without_receiver(site), Reached::Function);
                }
                // There is no receiver: its fields are undefined in the method.
                self.set_reg(instr.a + 1, Value::Null);
                self.call_closure(method, site, Reached::Method)
            }
            Target::Entry(callee) => {
                // A function with a parameter more than there are arguments gets the dict as well.
                if let Value::Closure(closure) = &callee
                    && closure.proto.takes(site.count)
                    && !closure.proto.takes(site.count - 1)
                {
                    return self.call_value(&callee, site);
                }
                self.call_value(&callee, without_receiver(site))
            }
            Target::Export(callee) => self.call_value(&callee, without_receiver(site)),
        }
    }

    /// Calls a builtin that changes its receiver, which is put back whether it succeeds or not.
    fn call_updating(
        &mut self,
        origin: &Origin,
        def: &'static NativeDef,
        alias: u8,
        site: &InvokeSite,
        instr: Instr,
    ) -> VmResult {
        let call = self.method_site(instr, ReturnMode::Plain);
        // `xs := push(xs)` reads like the function that it is.
        let form = if site.native_only { CallForm::Function } else { CallForm::Method };
        let args = self.run_mut(instr.a + 2, call.count - 1);
        // Before the builtin takes its receiver apart: afterwards there is no way back.
        let depth = args.iter().map(depth_around).max().unwrap_or(0);
        let levels = match origin {
            Origin::Register(_) => 0,
            Origin::Place(path) => path.levels(),
        };
        check_depth(depth.saturating_add(levels), "calling a builtin")?;
        if let Some(raise) = site.immutable {
            self.load_receiver(origin, instr.a + 1, false)?;
            self.check_builtin(def, alias, call, form)?;
            return Err(self.prepared_error(raise));
        }
        if let NativeBody::Ruff(_) = def.body {
            self.load_receiver(origin, instr.a + 1, false)?;
            return self.call_builtin(def, alias, Site { mode: ReturnMode::StoreBack, ..call }, form);
        }
        match origin {
            Origin::Register(_) => self.update_receiver(origin, def, alias, call, form),
            Origin::Place(path) => {
                let undo = self.undo_at(path, |found| Some(Inverse::of_builtin(def.undo, found.value?)));
                self.changing(path, undo, |vm| vm.update_receiver(origin, def, alias, call, form))
            }
        }
    }

    /// Moves the receiver into an updating builtin and puts it back, changed or not.
    fn update_receiver(
        &mut self,
        origin: &Origin,
        def: &'static NativeDef,
        alias: u8,
        call: Site,
        form: CallForm,
    ) -> VmResult {
        // The builtin's first argument.
        let at = u16::try_from(call.base - self.frame().base as usize).unwrap_or(u16::MAX);
        self.load_receiver(origin, at, true)?;
        let is_dict = matches!(self.reg(at), Value::Dict(_));
        match self.run_builtin(def, alias, call, form) {
            Ok(result) => {
                let (receiver, item) = updated(def, is_dict, result);
                // The receiver is shared with the result only where somebody wants it.
                let item = match item {
                    None if call.dest == NO_REGISTER => Value::Null,
                    None => receiver.clone(),
                    Some(item) => item,
                };
                self.store_receiver(origin, receiver)?;
                self.finish_call(call, item);
                Ok(())
            }
            Err(error) => {
                let receiver = self.take_reg(at);
                self.store_receiver(origin, receiver)?;
                Err(error)
            }
        }
    }

    /// A method whose receiver was moved into it has returned to the running frame.
    pub(super) fn finish_method(&mut self, receiver: Value, dest: u16, value: Value) -> VmResult {
        let Some(origin) = self.receiver_origin() else { return Ok(()) };
        self.store_receiver(&origin, out_of_cell(receiver))?;
        self.set_reg(dest, value);
        Ok(())
    }

    /// A method whose receiver was lent to it has returned to the running frame.
    pub(super) fn finish_loan(&mut self, receiver: Value, dest: u16, value: Value) -> VmResult {
        let proto = self.frame().proto();
        let site = self.frame().instr().and_then(|instr| proto.invokes.get(usize::from(instr.c)));
        let immutable = site.and_then(|site| site.immutable);
        let is_changed = self.end_loan(out_of_cell(receiver), immutable.is_none())?;
        if let Some(raise) = immutable.filter(|_| is_changed) {
            return Err(self.prepared_error(raise));
        }
        self.set_reg(dest, value);
        Ok(())
    }

    /// An updating builtin written in Ruff has returned to the running frame.
    pub(super) fn finish_updating(&mut self, dest: u16, value: Value) -> VmResult {
        let Some(origin) = self.receiver_origin() else { return Ok(()) };
        if dest != NO_REGISTER {
            self.set_reg(dest, value.clone());
        }
        self.store_receiver(&origin, value)
    }

    /// Where the method call of the running frame found its receiver.
    fn receiver_origin(&self) -> Option<Origin> {
        let instr = self.frame().instr()?;
        let site = self.frame().proto().invokes.get(usize::from(instr.c))?;
        match instr.op {
            Op::InvokeLocal => Some(Origin::Register(site.root)),
            Op::InvokePlace => Some(Origin::Place(self.path(site.place))),
            _ => None,
        }
    }

    fn prepared_error(&self, raise: u16) -> VmError {
        let proto = self.frame().proto();
        let Some(site) = proto.raises.get(usize::from(raise)) else {
            return VmError::new(Code::ImmutableBinding, "Cannot mutate immutable binding");
        };
        let error = VmError::new(site.code, site.message.clone());
        match &site.help {
            Some(help) => error.with_help(help.clone()),
            None => error,
        }
    }

    #[cold]
    fn no_method(&self, receiver: &Value, name: &str) -> VmError {
        let message = format!("{} has no method '{name}'", receiver.type_name());
        let error = VmError::new(Code::FieldAccess, message);
        let methods = self.registry.iter().filter(|def| def.method);
        match ruff_syntax::diagnostic::closest(name, methods.flat_map(NativeDef::names)) {
            Some(meant) => error.with_help(format!("Did you mean '{meant}'?")),
            None => error,
        }
    }

    #[cold]
    fn no_own_method(&self, kind: &ObjectKind, name: &str) -> VmError {
        let message = format!("{} has no method '{name}'", kind.word);
        let error = VmError::new(Code::FieldAccess, message);
        let methods = self.registry.iter().filter(|def| def.on == Some(kind.word));
        match ruff_syntax::diagnostic::closest(name, methods.map(NativeDef::method_name)) {
            Some(meant) => error.with_help(format!("Did you mean '{meant}'?")),
            None => error,
        }
    }

    /// What `receiver.name(…)` means.
    fn target(&self, receiver: &Value, site: &InvokeSite) -> VmResult<Target> {
        let name = site.name;
        if let Value::Struct(object) = receiver {
            let cache = site.cache.get();
            if cache.shape == object.shape().id()
                && !site.native_only
                && let Some(method) = object.shape().def().and_then(|def| def.method_at(cache.position))
            {
                return Ok(Target::Method(method));
            }
        }
        if let Some(def) = known_own_method(receiver, site) {
            return Ok(Target::Builtin(def, 0));
        }
        let text = name.text();
        let builtin = || self.registry.find_method(text).map(|(def, alias)| Target::Builtin(def, alias));
        if site.native_only {
            return builtin().ok_or_else(|| self.no_method(receiver, text));
        }
        match receiver {
            Value::Struct(object) => {
                let shape = object.shape();
                if let Some(def) = shape.def()
                    && let Some(position) = def.method_position(name)
                    && let Some(method) = def.method_at(position)
                {
                    site.cache.set(MethodCache { shape: shape.id(), position });
                    return Ok(Target::Method(method));
                }
                let kind = shape.def().and_then(|def| def.kind);
                if let Some(method) = kind.and_then(|kind| self.registry.find_own_method(kind, text)) {
                    return Ok(Target::Builtin(method, 0));
                }
                let field = shape.position(name).and_then(|at| object.fields().get(usize::from(at)));
                match field.filter(|field| field.is_callable()) {
                    Some(field) => Ok(Target::Entry(field.clone())),
                    None => builtin().ok_or_else(|| match kind {
                        Some(kind) => self.no_own_method(kind, text),
                        None => super::field::missing_field(object, name),
                    }),
                }
            }
            Value::Dict(dict) => {
                let entry = dict.get(KeyRef::from(text)).filter(|entry| entry.is_callable());
                match entry {
                    Some(entry) => Ok(Target::Entry(entry.clone())),
                    None => builtin().ok_or_else(|| self.no_method(receiver, text)),
                }
            }
            Value::Module(module) => match module.exports.get(&name) {
                Some(export) => Ok(Target::Export(export.clone())),
                None => Err(VmError::new(Code::FieldAccess, format!("Field not found: {text}"))),
            },
            Value::StructDef(def) => match def.method(name) {
                Some(method) => Ok(Target::Static(method)),
                None => Err(VmError::new(Code::FieldAccess, format!("Field not found: {text}"))),
            },
            Value::Error(error) => match error.field(name).filter(Value::is_callable) {
                Some(field) => Ok(Target::Entry(field)),
                None => builtin()
                    .ok_or_else(|| VmError::new(Code::FieldAccess, format!("Field not found: {text}"))),
            },
            Value::Handle(handle) => {
                let kind = handle.kind();
                if let Some(def) = self.registry.find_own_method(kind, text) {
                    site.own.set(Some(OwnMethod { kind, def }));
                    return Ok(Target::Builtin(def, 0));
                }
                builtin().ok_or_else(|| self.no_own_method(kind, text))
            }
            _ => builtin().ok_or_else(|| self.no_method(receiver, text)),
        }
    }
}

/// The own method of a handle that a call found last time, if that was of the same kind.
#[inline]
fn known_own_method(receiver: &Value, site: &InvokeSite) -> Option<&'static NativeDef> {
    let Value::Handle(handle) = receiver else { return None };
    let own = site.own.get()?;
    (*own.kind == *handle.kind()).then_some(own.def)
}

fn without_receiver(site: Site) -> Site {
    Site { base: site.base + 1, count: site.count - 1, ..site }
}

/// A receiver that may be shared with a closure that the method made.
fn out_of_cell(receiver: Value) -> Value {
    match receiver {
        Value::Cell(cell) => cell.get(),
        receiver => receiver,
    }
}
