//! Calls beyond the dispatch loop's fast path: every kind of callee, and every way a call can fail.

use ruff_syntax::Code;

use super::{Vm, VmResult};
use crate::bytecode::op::SPREAD;
use crate::bytecode::{Instr, Proto};
use crate::error::VmError;
use crate::fiber::{Fiber, Frame, Generator, ReturnMode};
use crate::heap::{Ref, collect_if_due};
use crate::native::CallForm;
use crate::value::{Bindable, Closure, Value};

/// Where a call's arguments stand and what becomes of its result.
#[derive(Clone, Copy)]
pub(super) struct Site {
    /// Index of the first argument in the fiber's stack; the slot before it is the callee's.
    pub(super) base: usize,
    /// How many arguments there are.
    pub(super) count: usize,
    /// The caller's register for the result.
    pub(super) dest: u16,
    /// What happens when the callee returns.
    pub(super) mode: ReturnMode,
    /// Whether the slot before the arguments is free to hold the callee.
    pub(super) holds_callee: bool,
}

/// How a function of the program was reached, which decides the words of its arity error.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reached {
    /// By calling a value or name: parameters count as declared.
    Function,
    /// As a method: the receiver does not count.
    Method,
}

impl Vm {
    /// `Call`: the callee stands in register `a`.
    #[inline(never)]
    pub(super) fn call(&mut self, instr: Instr) -> VmResult {
        let callee = self.reg(instr.a).clone();
        let site = self.site_behind(instr, instr.a);
        self.call_value(&callee, site)
    }

    /// `CallGlobal`: the callee is a function that nothing ever replaces.
    #[inline(never)]
    pub(super) fn call_global(&mut self, instr: Instr) -> VmResult {
        let module = self.frame().proto().module;
        let callee = self.modules.get(module).globals.get(u32::from(instr.c)).clone();
        let site = self.site_behind(instr, instr.a);
        if let Value::Undefined = callee {
            let name = self.modules.get(module).globals.name(u32::from(instr.c));
            return Err(self.undefined_variable(name.map(|name| name.text()).unwrap_or_default()));
        }
        self.call_value(&callee, site)
    }

    /// The site of a call whose arguments stand behind register `slot`.
    pub(super) fn site_behind(&mut self, instr: Instr, slot: u16) -> Site {
        let base = self.frame().base as usize + usize::from(slot) + 1;
        let count = self.argument_count(instr, base);
        Site { base, count, dest: instr.b, mode: ReturnMode::Plain, holds_callee: true }
    }

    /// How many arguments a call has, which stand from `at` on in the fiber's stack; those that an array holds are put
    /// there. Nothing above a call's run is needed any more.
    pub(super) fn argument_count(&mut self, instr: Instr, at: usize) -> usize {
        if instr.kind != SPREAD {
            return usize::from(instr.kind);
        }
        let place = self.fiber.stack.values_mut().get_mut(at);
        let Some(Value::Array(array)) = place.map(std::mem::take) else { return 0 };
        let items = array.into_owned().into_vec();
        let count = items.len();
        self.fiber.stack.reserve(at + count);
        for (item, at) in items.into_iter().zip(at..) {
            self.fiber.stack.set(at, item);
        }
        count
    }

    /// Calls any value.
    pub(super) fn call_value(&mut self, callee: &Value, site: Site) -> VmResult {
        match callee {
            Value::Closure(closure) => self.call_closure(closure.clone(), site, Reached::Function),
            Value::Native(alias, def) => self.call_builtin(def, *alias, site, CallForm::Function),
            Value::Bound(bound) => {
                let receiver = bound.receiver.clone();
                let method = match &bound.method {
                    Bindable::Closure(method) => method.clone(),
                    Bindable::Native(def) => {
                        self.insert_argument(site, receiver);
                        let site = Site { count: site.count + 1, ..site };
                        return self.call_builtin(def, 0, site, CallForm::Method);
                    }
                };
                // `f(p)` with the receiver given again works like `f()`.
                let is_given_again =
                    site.count > 0 && method.proto.takes(site.count) && !method.proto.takes(site.count + 1);
                if !is_given_again {
                    self.insert_argument(site, receiver);
                    let site = Site { count: site.count + 1, ..site };
                    return self.call_closure(method, site, Reached::Method);
                }
                self.call_closure(method, site, Reached::Method)
            }
            Value::Host(function) => self.call_host(&function.clone(), site),
            _ => Err(not_callable(callee)),
        }
    }

    /// Moves the arguments of a site up by one and puts `first` before them.
    pub(super) fn insert_argument(&mut self, site: Site, first: Value) {
        self.fiber.stack.reserve(site.base + site.count + 1);
        let args = self.fiber.stack.values_mut().get_mut(site.base..=site.base + site.count);
        if let Some(args) = args {
            args.rotate_right(1);
            if let Some(place) = args.first_mut() {
                *place = first;
            }
        }
    }

    /// Calls a function of the program.
    pub(super) fn call_closure(&mut self, closure: Ref<Closure>, site: Site, reached: Reached) -> VmResult {
        let proto = closure.proto.clone();
        if !self.modules.owns(proto.module) {
            return Err(foreign(&proto.name()));
        }
        let site = if site.count != usize::from(proto.params) || proto.flags.takes_rest {
            self.fit_arguments(&proto, site, reached)?
        } else {
            site
        };
        if proto.flags.is_generator {
            let limit = self.call_depth;
            let args = self.fiber.stack.values_mut().get_mut(site.base..site.base + site.count);
            let started = start(closure, args.unwrap_or_default(), limit);
            self.finish_call(site, started);
            return Ok(());
        }
        if proto.flags.is_async {
            return self.call_async(closure, site);
        }
        if proto.is_internal() {
            self.fiber.frame_limit += 1;
        } else if self.fiber.frames.len() >= self.fiber.frame_limit {
            return Err(self.too_many_calls(&proto.name()));
        }
        // First of all: the slot for the callee may lie beyond the end of the stack too.
        self.fiber.stack.reserve(site.base + usize::from(proto.registers));
        let pointer: *const Closure = &*closure;
        if site.holds_callee
            && let Some(slot) = site.base.checked_sub(1)
        {
            self.fiber.stack.set(slot, Value::Closure(closure));
        }
        self.fiber.frames.push(Frame {
            closure: pointer,
            pc: proto.start,
            // Frames are bounded by the call depth, and each has fewer than 2^16 registers.
            base: u32::try_from(site.base).unwrap_or(u32::MAX),
            extra: 0,
            dest: site.dest,
            registers: proto.registers,
            mode: site.mode,
            owns_callee: site.holds_callee,
        });
        Ok(())
    }

    /// Calls the method that overloads an operator, in the registers above the frame.
    pub(super) fn call_operator(
        &mut self,
        method: Ref<Closure>,
        receiver: Value,
        other: Option<Value>,
        dest: u16,
        mode: ReturnMode,
    ) -> VmResult {
        let frame = self.frame();
        let base = frame.base as usize + usize::from(frame.proto().registers) + 1;
        self.fiber.stack.reserve(base + 2);
        self.fiber.stack.set(base, receiver);
        let mut count = 1;
        if let Some(other) = other {
            self.fiber.stack.set(base + 1, other);
            count = 2;
        }
        self.tick()?;
        self.call_closure(method, Site { base, count, dest, mode, holds_callee: true }, Reached::Method)
    }

    /// Hands the result of a call that is already over to its caller, which is the frame that runs.
    pub(super) fn finish_call(&mut self, site: Site, value: Value) {
        self.clear_arguments(site);
        self.set_reg(site.dest, value);
    }

    /// Releases the arguments of a call that is already over, whose result comes later.
    #[inline]
    pub(super) fn clear_arguments(&mut self, site: Site) {
        let callee = site.base.saturating_sub(usize::from(site.holds_callee));
        self.fiber.stack.clear(callee, site.base + site.count);
    }

    #[cold]
    pub(super) fn too_many_calls(&self, name: &str) -> VmError {
        let limit = self.call_depth;
        let message = format!("Maximum VM call stack depth of {limit} exceeded while calling {name}");
        VmError::new(Code::CallDepth, message).with_help("does the recursion reach its end?")
    }

    /// Checks the number of arguments and makes one value a parameter of them.
    #[inline(never)]
    fn fit_arguments(&mut self, proto: &Proto, site: Site, reached: Reached) -> VmResult<Site> {
        let hidden = usize::from(reached == Reached::Method && proto.flags.is_method);
        proto.check_count(site.count, hidden)?;
        let args = self.fiber.stack.values_mut().get_mut(site.base..site.base + site.count);
        let mut args: Vec<Value> = args.unwrap_or_default().iter_mut().map(std::mem::take).collect();
        proto.fit(&mut args);
        let count = args.len();
        self.fiber.stack.reserve(site.base + count);
        for (value, at) in args.into_iter().zip(site.base..) {
            self.fiber.stack.set(at, value);
        }
        Ok(Site { count, ..site })
    }
}

/// What calling a generator function answers.
pub(super) fn start(closure: Ref<Closure>, args: &mut [Value], frame_limit: usize) -> Value {
    let is_iterator = closure.proto.flags.is_internal;
    let fiber = Fiber::new(closure, args, frame_limit);
    let generator = Value::Generator(Ref::new(Generator::new(fiber, is_iterator)));
    collect_if_due();
    generator
}

/// The error of a function that reached this engine from another.
#[cold]
pub(super) fn foreign(name: &str) -> VmError {
    VmError::new(Code::NotCallable, format!("Cannot call {name}: it belongs to another engine"))
}

/// The error of calling what cannot be called.
#[cold]
pub(super) fn not_callable(value: &Value) -> VmError {
    let message = "Cannot call non-function; the value being called is not callable. \
                   Pass a function, closure, or imported callable value instead.";
    VmError::new(Code::NotCallable, message).with_help(format!("this value has type {}", value.type_name()))
}
