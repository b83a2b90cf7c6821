//! Variables: where a name's value is, reading it, writing it.

use ruff_syntax::ast::{ExprId, Name};
use ruff_syntax::resolve::{BindingId, BindingOrigin, GlobalId, Resolved};
use ruff_syntax::{Code, Span, Symbol};

use super::expression::{Operand, Want};
use super::function::Reg;
use super::{Compiler, GlobalMeaning};
use crate::bytecode::Op;
use crate::bytecode::op::NO_REGISTER;
use crate::value::Value;

/// Where a variable lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Home {
    /// In a register of its own.
    Register(Reg),
    /// In the cell in a register.
    Cell(Reg),
    /// Among the captured values.
    Capture(u16),
    /// In a captured cell.
    CaptureCell(u16),
    /// It is the running closure.
    Itself,
    /// In a global slot.
    Global(GlobalId, u32),
    /// It is a builtin or a predefined number.
    Predefined(GlobalId),
    /// Nowhere: its declaration has not been lowered, or a syntax error hides it.
    Nowhere,
}

/// What is assigned as a whole.
#[derive(Debug, Clone, Copy)]
pub(super) enum Target {
    /// A variable that starts here.
    New(BindingId),
    /// A register.
    Register(Reg),
    /// The cell in a register.
    Cell(Reg),
    /// A captured cell.
    CaptureCell(u16),
    /// A global.
    Global(u32),
    /// Nothing: the prepared error is raised instead.
    Refused(u32),
    /// Nothing.
    Nowhere,
}

impl Compiler<'_> {
    /// Where the variable lives that a name resolves to.
    pub(super) fn home(&self, resolved: Option<Resolved>) -> Home {
        match resolved {
            None => Home::Nowhere,
            Some(Resolved::Itself) => Home::Itself,
            Some(Resolved::Local(binding)) => match self.homes.get(binding.0 as usize) {
                Some(&register) if register != NO_REGISTER => {
                    if self.needs_cell(binding) {
                        Home::Cell(register)
                    } else {
                        Home::Register(register)
                    }
                }
                _ => Home::Nowhere,
            },
            Some(Resolved::Capture(index)) => {
                let Ok(at) = u16::try_from(index) else { return Home::Nowhere };
                match self.captured(index) {
                    Some(binding) if self.needs_cell(binding) => Home::CaptureCell(at),
                    _ => Home::Capture(at),
                }
            }
            Some(Resolved::Global(id)) => match self.meaning(id).and_then(GlobalMeaning::slot) {
                Some(slot) => Home::Global(id, slot),
                None => Home::Predefined(id),
            },
        }
    }

    /// The local binding that a name resolves to.
    fn binding(&self, resolved: Option<Resolved>) -> Option<BindingId> {
        match resolved? {
            Resolved::Local(binding) => Some(binding),
            Resolved::Capture(index) => self.captured(index),
            Resolved::Itself | Resolved::Global(_) => None,
        }
    }

    /// The binding that the running function's capture `index` means.
    fn captured(&self, index: u32) -> Option<BindingId> {
        let func = self.resolution.funcs.get(self.func.id.0 as usize)?;
        Some(func.captures.get(index as usize)?.binding)
    }

    pub(super) fn needs_cell(&self, binding: BindingId) -> bool {
        self.resolution.bindings.get(binding.0 as usize).is_some_and(|binding| binding.needs_cell())
    }

    pub(super) fn is_early(&self, binding: BindingId) -> bool {
        self.resolution.bindings.get(binding.0 as usize).is_some_and(|binding| binding.early)
    }

    fn may_be_undefined(&self, resolved: Option<Resolved>) -> bool {
        self.binding(resolved).is_some_and(|binding| self.is_early(binding))
    }

    /// Reads a variable.
    pub(super) fn read(&mut self, name: &Name, want: Want) -> Operand {
        if self.resolution.imports_in_scope.contains_key(&name.id) {
            return self.read_imported(name, want);
        }
        self.read_directly(name, want)
    }

    pub(super) fn read_directly(&mut self, name: &Name, want: Want) -> Operand {
        let resolved = self.resolved(name);
        let span = name.span;
        if self.is_enum(resolved) {
            let message = format!("Undefined variable: {}", self.text(name.symbol));
            let help = format!("'{0}' is an enum; its values are written {0}::Name", self.text(name.symbol));
            let site = self.func.tables.raise(Code::UndefinedVariable, message, Some(help));
            self.func.raise(site, span);
            return self.deliver(Operand::Constant(Value::Null), want, span);
        }
        let (op, index) = match self.home(resolved) {
            Home::Register(register) => {
                self.check_defined(resolved, register, name);
                return self.deliver(Operand::Register(register), want, span);
            }
            Home::Predefined(id) => {
                let value = match self.meaning(id) {
                    Some(GlobalMeaning::Predefined(value)) => value.clone(),
                    _ => Value::Null,
                };
                return self.deliver(Operand::Constant(value), want, span);
            }
            Home::Nowhere => return self.deliver(Operand::Constant(Value::Null), want, span),
            Home::Global(id, slot) => return self.read_global(id, slot, name, want),
            Home::Cell(register) => (Op::GetCell, register),
            Home::Capture(index) => (Op::GetCapture, index),
            Home::CaptureCell(index) => (Op::GetCaptureCell, index),
            Home::Itself => (Op::LoadSelf, 0),
        };
        let dest = if self.may_be_undefined(resolved) { self.workplace(want) } else { self.dest(want) };
        self.func.op(op, dest, index, 0, span);
        self.check_defined(resolved, dest, name);
        self.deliver(Operand::Register(dest), want, span)
    }

    fn is_enum(&self, resolved: Option<Resolved>) -> bool {
        match resolved {
            Some(Resolved::Global(id)) => self.enums.globals.contains(&id),
            _ => self.binding(resolved).is_some_and(|binding| self.enums.locals.contains(&binding)),
        }
    }

    pub(super) fn check_defined(&mut self, resolved: Option<Resolved>, register: Reg, name: &Name) {
        if self.may_be_undefined(resolved) {
            let index = self.func.tables.text(name.symbol, self.module.interner.text(name.symbol));
            self.func.wide(Op::CheckDefined, register, index, name.span);
        }
    }

    fn read_global(&mut self, id: GlobalId, slot: u32, name: &Name, want: Want) -> Operand {
        let dest = self.dest(want);
        let is_declared =
            self.resolution.globals.get(id.0 as usize).is_some_and(|global| global.declared.is_some());
        let closed = self.resolution.closed_declarations.get(&name.id).copied();
        match closed.filter(|_| !is_declared && self.predefined(self.text(name.symbol)).is_none()) {
            None => self.func.wide(Op::GetGlobal, dest, slot, name.span),
            Some(closed) => {
                // Most likely undefined, and it is known why.
                let end = self.func.label();
                let work = if self.func.is_variable(dest) { self.func.alloc() } else { dest };
                self.func.wide(Op::PeekGlobal, work, slot, name.span);
                self.func.jump(Op::JumpDefined, work, end, name.span);
                let site = self.undefined_after_block(name.symbol, closed);
                self.func.raise(site, name.span);
                self.func.put(end);
                self.func.copy(dest, work, name.span);
            }
        }
        Operand::Register(dest)
    }

    fn undefined_after_block(&mut self, symbol: Symbol, closed: Span) -> u32 {
        let text = self.text(symbol);
        let line = self.file.line_at(closed.lo);
        let help =
            format!("the '{text}' of line {line} ended with its block; declare '{text}' before the block");
        self.func.tables.raise(Code::UndefinedVariable, format!("Undefined variable: {text}"), Some(help))
    }

    /// Reads a name that plain imports of this function may have brought.
    fn read_imported(&mut self, name: &Name, want: Want) -> Operand {
        let work = self.workplace(want);
        let found = self.func.label();
        self.find_imported(name, Op::GetImported, work, found);
        self.read_directly(name, Want::Into(work));
        self.func.put(found);
        self.deliver(Operand::Register(work), want, name.span)
    }

    /// Asks the namespaces of the plain imports in scope for a name; goes on at `found` when one has it.
    pub(super) fn find_imported(&mut self, name: &Name, op: Op, work: Reg, found: super::function::Label) {
        let Some(namespaces) = self.resolution.imports_in_scope.get(&name.id).cloned() else { return };
        let key = self.key(name.symbol);
        for &namespace in &*namespaces {
            let mark = self.func.next();
            let module = match self.home(Some(namespace)) {
                Home::Register(register) => register,
                home => {
                    let register = self.func.alloc();
                    self.load_home(home, register, name.span);
                    register
                }
            };
            self.func.op(op, work, module, key, name.span);
            self.func.jump(Op::JumpDefined, work, found, name.span);
            self.func.free_from(mark);
        }
    }

    /// Loads what a variable holds, defined or not.
    pub(super) fn load_home(&mut self, home: Home, dest: Reg, span: Span) {
        match home {
            Home::Register(register) => self.func.copy(dest, register, span),
            Home::Cell(register) => self.func.op(Op::GetCell, dest, register, 0, span),
            Home::Capture(index) => self.func.op(Op::GetCapture, dest, index, 0, span),
            Home::CaptureCell(index) => self.func.op(Op::GetCaptureCell, dest, index, 0, span),
            Home::Itself => self.func.op(Op::LoadSelf, dest, 0, 0, span),
            Home::Global(_, slot) => self.func.wide(Op::PeekGlobal, dest, slot, span),
            Home::Predefined(_) | Home::Nowhere => self.func.load(dest, Value::Null, span),
        }
    }

    /// The constant string of a name, as a 16-bit index.
    pub(super) fn key(&mut self, symbol: Symbol) -> u16 {
        self.small_text(symbol).unwrap_or_else(|| {
            self.func.tables.overflow("names and constants");
            0
        })
    }

    /// What an assignment to a name as a whole writes. A declaration writes what an assignment may not.
    pub(super) fn target(&mut self, name: &Name, declares: bool) -> Target {
        let resolved = self.resolved(name);
        if !declares && let Some(message) = self.refusal(name, "reassign") {
            return Target::Refused(self.func.tables.raise(Code::ImmutableBinding, message, None));
        }
        match self.home(resolved) {
            Home::Register(register) => Target::Register(register),
            Home::Cell(register) => Target::Cell(register),
            Home::CaptureCell(index) => Target::CaptureCell(index),
            Home::Global(_, slot) => Target::Global(slot),
            Home::Nowhere => match resolved {
                Some(Resolved::Local(binding)) => Target::New(binding),
                _ => Target::Nowhere,
            },
            Home::Capture(_) | Home::Itself | Home::Predefined(_) => Target::Nowhere,
        }
    }

    /// Why a name must not be written, if it must not: `action` is `reassign` or `mutate`.
    pub(super) fn refusal(&self, name: &Name, action: &str) -> Option<String> {
        let resolved = self.resolved(name);
        let origin = match resolved? {
            Resolved::Global(id) if matches!(self.meaning(id), Some(GlobalMeaning::Predefined(_))) => {
                BindingOrigin::Const
            }
            Resolved::Global(id) => self.resolution.globals.get(id.0 as usize)?.declared?,
            _ => self.resolution.bindings.get(self.binding(resolved)?.0 as usize)?.origin,
        };
        let kind = match origin {
            BindingOrigin::Let => "immutable let binding",
            BindingOrigin::Const => "const binding",
            _ => return None,
        };
        Some(format!("Cannot {action} {kind}: {}", self.text(name.symbol)))
    }

    /// Evaluates an expression and assigns it.
    pub(super) fn assign_value(&mut self, target: Target, value: ExprId, span: Span) {
        let mark = self.func.next();
        match target {
            Target::New(binding) => {
                let register = self.func.alloc();
                self.lower_into(value, register);
                self.start_variable(binding, register, span);
                return;
            }
            Target::Register(register) => self.lower_into(value, register),
            Target::Refused(site) => {
                self.lower_any(value);
                self.func.raise(site, span);
            }
            Target::Nowhere => {
                self.lower(value, Want::Nothing);
            }
            target => {
                let value = self.lower_any(value);
                self.assign_register(target, value, span);
            }
        }
        self.func.free_from(mark);
    }

    /// Assigns what a register holds. A new variable takes the register over, which must be the only one in use above the
    /// variables.
    pub(super) fn assign_register(&mut self, target: Target, value: Reg, span: Span) {
        match target {
            Target::New(binding) => self.start_variable(binding, value, span),
            Target::Register(register) => self.func.copy(register, value, span),
            Target::Cell(register) => self.func.op(Op::SetCell, register, value, 0, span),
            Target::CaptureCell(index) => self.func.op(Op::SetCaptureCell, index, value, 0, span),
            Target::Global(slot) => self.func.wide(Op::SetGlobal, value, slot, span),
            Target::Refused(site) => self.func.raise(site, span),
            Target::Nowhere => {}
        }
    }

    /// Makes a register that holds a value the home of a new variable.
    pub(super) fn start_variable(&mut self, binding: BindingId, register: Reg, span: Span) {
        self.adopt(binding, register, span);
        self.func.free_from(register + 1);
        self.func.keep_registers();
    }

    /// As [`Compiler::start_variable`] for a register that belongs to the variables already.
    pub(super) fn adopt(&mut self, binding: BindingId, register: Reg, span: Span) {
        if self.needs_cell(binding) {
            self.func.op(Op::NewCell, register, register, 0, span);
        }
        if let Some(home) = self.homes.get_mut(binding.0 as usize) {
            *home = register;
        }
        if let Some(variable) = self.resolution.bindings.get(binding.0 as usize) {
            let name = self.sym(variable.symbol);
            self.func.names.push(name);
        }
    }

    /// Gives a variable its register before its declaration has run.
    pub(super) fn start_undefined(&mut self, binding: BindingId, span: Span) {
        let register = self.func.alloc();
        self.func.load(register, Value::Undefined, span);
        self.start_variable(binding, register, span);
    }
}
