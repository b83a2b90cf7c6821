//! Fibers: the stackless form of running code.
//!
//! A [`Fiber`] is a register stack and a list of [`Frame`]s, both on the heap, so a call of the program never uses
//! the host's stack and running code can be put aside at any instruction. The top level runs in one fiber, every
//! [`Generator`] in one of its own. This module knows nothing of instructions; `vm` moves them.

mod generator;
mod pool;
mod stack;

pub use generator::{Generator, GeneratorState};
pub(crate) use pool::Pool;
pub use stack::RegisterStack;

use std::rc::Rc;

use crate::bytecode::{Handler, Instr, Proto};
use crate::heap::Ref;
use crate::value::{Closure, Value};

/// What happens when a frame returns, beyond handing its result to the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum ReturnMode {
    /// The caller's register `dest` gets the result.
    Plain,
    /// As `Plain`: a builtin written in Ruff, which is never left by the shortest way, as its frame does not count.
    Builtin,
    /// The caller's instruction is a compare-and-branch: the result's truth decides it.
    Branch,
    /// As `Plain`, negated: `!=` by way of `op_eq`.
    Negate,
    /// As `Branch`, negated.
    BranchNegated,
    /// The result goes into the place of the caller's instruction: a compound assignment whose operator a struct
    /// overloads.
    Update,
    /// As `Plain`, and the fiber leaves the scope that the call was made in.
    Scope,
    /// As `Plain`, and the method's receiver goes back to where the caller's instruction found it.
    WriteBack,
    /// As `Plain`, and the last loan of a receiver ends.
    GiveBack,
    /// As `Plain`, and the result goes to where the caller's instruction found the receiver: an updating builtin
    /// written in Ruff.
    StoreBack,
    /// The result is the default of a field of the struct in the caller's register `dest`; `extra` says which.
    Default,
    /// The frame was the top level of the module numbered `extra`.
    Import,
    /// The fiber ends: of a generator, or of the program.
    End,
}

/// One call in progress.
///
/// # Invariants
/// `closure` outlives the frame: the register below `base` owns it, or the machine itself does. `pc` points into its
/// code. `base + proto.registers` does not exceed the length of the fiber's stack.
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    /// The closure that runs.
    pub(crate) closure: *const Closure,
    /// The instruction to go on with; while the frame waits for a call, the one after the call.
    pub(crate) pc: *const Instr,
    /// Where its registers begin in the fiber's stack.
    pub(crate) base: u32,
    /// More about `mode`.
    pub(crate) extra: u32,
    /// How many registers it has.
    pub(crate) registers: u16,
    /// The caller's register for the result, or [`crate::bytecode::op::NO_REGISTER`].
    pub(crate) dest: u16,
    /// What happens when it returns.
    pub(crate) mode: ReturnMode,
    /// The register below `base` owns the callee and is released with the frame.
    pub(crate) owns_callee: bool,
}

/// Running code that can be put aside.
pub struct Fiber {
    /// The registers of all frames, overlapping windows.
    pub(crate) stack: RegisterStack,
    /// The calls in progress, outermost first.
    pub(crate) frames: Vec<Frame>,
    /// How many frames this fiber may have: the call depth that is left where it was resumed. Those of builtins written
    /// in Ruff do not count, so each raises it while it runs. They cannot nest without end: between two of them stands a
    /// function of the program or an iterator, which holds its frame already and can run once at a time.
    pub(crate) frame_limit: usize,
}

impl Fiber {
    /// A fiber about to run `closure` with `args`, which it takes.
    ///
    /// `args` are as many as the function has parameters.
    pub fn new(closure: Ref<Closure>, args: &mut [Value], frame_limit: usize) -> Fiber {
        let mut fiber = Fiber::idle();
        fiber.begin(closure, args, frame_limit);
        fiber
    }

    /// Lets a fiber without frames, whose registers are all null, run `closure` with `args`, as [`Fiber::new`].
    fn begin(&mut self, closure: Ref<Closure>, args: &mut [Value], frame_limit: usize) {
        let proto: &Proto = &closure.proto;
        let pc = proto.code.as_ptr();
        let count = proto.registers;
        let registers = usize::from(count);
        if self.stack.len() <= registers {
            self.stack = RegisterStack::new(registers + 1);
        }
        let pointer: *const Closure = &*closure;
        self.stack.set(0, Value::Closure(closure));
        for (at, arg) in args.iter_mut().take(registers).enumerate() {
            self.stack.set(at + 1, std::mem::take(arg));
        }
        self.frames.reserve_exact(1);
        self.frames.push(Frame {
            closure: pointer,
            pc,
            base: 1,
            extra: 0,
            dest: crate::bytecode::op::NO_REGISTER,
            registers: count,
            mode: ReturnMode::End,
            owns_callee: true,
        });
        self.frame_limit = frame_limit;
    }

    /// A fiber that has nothing to run: what a machine holds between runs.
    pub fn idle() -> Fiber {
        Fiber { stack: RegisterStack::new(0), frames: Vec::new(), frame_limit: 0 }
    }

    fn cleans_up(&self, frame: &Frame) -> bool {
        // A position in code fits.
        let at = u32::try_from(frame.at()).unwrap_or(u32::MAX);
        let register = |at: u16| self.stack.get(frame.base as usize + usize::from(at));
        frame.proto().handlers.iter().any(|handler| {
            handler.finally_end.is_some_and(|end| (handler.target..end).contains(&at))
                && matches!(register(handler.register), Value::Error(error) if error.ending.is_some())
                && matches!(register(handler.register + 1), Value::Int(Handler::RAISED))
        })
    }

    /// The frame that runs.
    ///
    /// # Panics
    /// In an idle fiber, where nothing runs that could ask.
    #[inline]
    #[expect(clippy::expect_used, reason = "a running fiber has a frame: it ends with its last one")]
    pub fn frame(&self) -> &Frame {
        self.frames.last().expect("a running fiber has a frame")
    }

    /// The frame that runs, for changing.
    ///
    /// # Panics
    /// In an idle fiber, where nothing runs that could ask.
    #[inline]
    #[expect(clippy::expect_used, reason = "a running fiber has a frame: it ends with its last one")]
    pub fn frame_mut(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("a running fiber has a frame")
    }
}

/// Whether code runs to clean up, in a `finally` block on the way to an end that nothing catches. `fibers` are the
/// one that runs and those that wait for its values, from the inside out. Nothing counts outside of the scope that the
/// code is in. Cost: linear in the depth of the calls.
pub(crate) fn is_cleaning_up<'a>(fibers: impl Iterator<Item = &'a Fiber>) -> bool {
    let frames = fibers.flat_map(|fiber| fiber.frames.iter().rev().map(move |frame| (fiber, frame)));
    let mut inside = frames.take_while(|(_, frame)| frame.mode != ReturnMode::Scope);
    inside.any(|(fiber, frame)| fiber.cleans_up(frame))
}

impl Frame {
    /// The code that runs.
    pub fn proto(&self) -> &Rc<Proto> {
        &self.closure().proto
    }

    /// The closure that runs.
    #[expect(unsafe_code, reason = "a frame refers to its closure without counting it")]
    pub fn closure(&self) -> &Closure {
        // SAFETY: the closure outlives the frame; see the invariants.
        unsafe { &*self.closure }
    }

    /// The index of the instruction that is running or waits for a call: the one before `pc`.
    pub fn at(&self) -> usize {
        let start = self.proto().start as usize;
        ((self.pc as usize).wrapping_sub(start) / size_of::<Instr>()).saturating_sub(1)
    }

    /// The instruction that is running or waits for a call.
    pub fn instr(&self) -> Option<Instr> {
        self.proto().code.get(self.at()).copied()
    }

    /// Goes on with instruction `target`.
    pub fn jump_to(&mut self, target: usize) {
        let code = &self.proto().code;
        if target < code.len() {
            self.pc = code.as_ptr().wrapping_add(target);
        }
    }

    /// Goes on `distance` instructions from where it would.
    pub fn jump_by(&mut self, distance: i32) {
        let from = i64::try_from(self.at()).unwrap_or(i64::MAX) + 1;
        if let Ok(target) = usize::try_from(from + i64::from(distance)) {
            self.jump_to(target);
        }
    }
}
