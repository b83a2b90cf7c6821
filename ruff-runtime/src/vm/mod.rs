//! The machine: runs bytecode in fibers.
//!
//! [`Vm::execute`] is the way in. `dispatch` is the hot loop; whatever it cannot do in a few instructions is a method
//! in one of the files beside it, named after its subject, which works on the topmost [`Frame`] through safe
//! accessors. Such a method may push a frame (a call), move the frame's `pc` (a branch) or change the running fiber
//! (a generator); the loop reloads its registers after it.

mod access;
mod arithmetic;
mod call;
mod compare;
mod construct;
mod deadlock;
mod destructure;
mod dispatch;
mod fault;
mod field;
mod frames;
mod import;
mod index;
mod invoke;
mod iterate;
mod journal;
mod loan;
mod names;
mod native;
mod place;
mod range;
mod receive;
mod resume;
mod returns;
mod safepoint;
mod schedule;
mod scope;
mod trace;
mod turn;
mod unwind;
mod update;
mod variable;
mod window;

pub use safepoint::Limits;

use std::collections::HashMap;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use crate::bytecode::{Instr, Proto};
use crate::capability::Permissions;
use crate::clock::Clock;
use crate::engine::Options;
use crate::error::{Ending, VmError};
use crate::fiber::{Fiber, Frame, Pool};
use crate::heap::{Leftovers, Ref};
use crate::host::Host;
use crate::interrupt::Interrupt;
use crate::isolate::{Member, Program};
use crate::module::{ModuleId, Modules};
use crate::native::Registry;
use crate::scheduler::Scheduler;
use crate::timed_host::TimedHost;
use crate::value::{Closure, Value};

pub(crate) use loan::Loan;
pub(crate) use resume::Resumer;
pub(crate) use trace::Calls;

/// The result of anything the machine does.
pub(crate) type VmResult<T = ()> = Result<T, VmError>;

/// One isolate's machine.
pub struct Vm {
    /// The fiber that runs.
    pub(crate) fiber: Box<Fiber>,
    /// What fibers that have ended leave to the next ones.
    pool: Pool,
    /// The fibers that wait for it to yield, outermost first.
    pub(crate) resumers: Vec<Resumer>,
    /// The receivers of the modifying methods that run, outermost first.
    pub(crate) loans: Vec<Loan>,
    /// All other fibers, and what they wait for.
    pub(crate) scheduler: Scheduler,
    /// All loaded files.
    pub(crate) modules: Modules,
    /// The builtins.
    pub(crate) registry: Arc<Registry>,
    /// Builtins written in Ruff that were used, by the address of their declaration.
    pub(crate) prelude: HashMap<usize, Ref<Closure>>,
    /// The module that builtins written in Ruff are compiled in.
    pub(crate) prelude_module: ModuleId,
    /// The outside world.
    pub(crate) host: TimedHost,
    /// What the program may do there.
    pub(crate) permissions: Permissions,
    /// How deeply calls may nest.
    pub(crate) call_depth: usize,
    /// Errors that were raised so far.
    pub(crate) raised: u64,
    /// Calls and loop turns left until the next look at the limits.
    pub(crate) countdown: u32,
    /// The limits on the run.
    pub(crate) limits: Limits,
    /// Asks for its end.
    pub(crate) interrupt: Interrupt,
    /// What it knows of the other isolates.
    pub(crate) member: Member,
    /// The directory of the entry script.
    pub(crate) entry_dir: Option<PathBuf>,
    /// Bytes of source text accepted for an imported file.
    pub(crate) source_bytes: usize,
    /// Bytes of JSON input accepted by builtins.
    pub(crate) json_bytes: Option<usize>,
    /// Frees what is left in cycles when everything above is gone.
    #[expect(dead_code, reason = "works by being dropped last")]
    leftovers: Leftovers,
}

impl Vm {
    /// A machine over `host` with the builtins of `registry`.
    pub(crate) fn new(host: Box<dyn Host>, registry: Registry, options: &Options) -> Vm {
        let clock = if options.virtual_time { Clock::virtual_from_start() } else { Clock::real() };
        let host = TimedHost::new(host, clock);
        let member = Member::main(Program::new(registry, options), host.clock.clone());
        Vm::in_isolate(host, member)
    }

    /// The machine of an isolate.
    pub(crate) fn in_isolate(mut host: TimedHost, member: Member) -> Vm {
        let program = member.program.clone();
        let options = &program.options;
        let modules = Modules::new(program.numbers.clone());
        let limits = Limits::new(options);
        let interrupt = member.mailbox.interrupt.clone();
        host.set_interrupt(interrupt.clone());
        let mut scheduler = Scheduler::new(options.unhandled_rejections);
        scheduler.shuffle(options.schedule_seed);
        if options.faults.is_some() {
            scheduler.expect_faults();
        }
        scheduler.has_company = member.is_guest;
        scheduler.mailbox = Some(member.mailbox.clone());
        if member.is_guest {
            scheduler.pass_lost_on();
        }
        Vm {
            fiber: Box::new(Fiber::idle()),
            pool: Pool::default(),
            resumers: Vec::new(),
            loans: Vec::new(),
            scheduler,
            prelude_module: modules.prelude(),
            modules,
            registry: program.registry.clone(),
            prelude: HashMap::new(),
            host,
            permissions: options.permissions,
            call_depth: options.call_depth,
            raised: 0,
            countdown: limits.interval(),
            limits,
            interrupt,
            member,
            entry_dir: options.entry_dir.clone(),
            source_bytes: options.source_bytes,
            json_bytes: options.json_bytes,
            leftovers: Leftovers,
        }
    }

    /// Runs `closure` with `args` to its end in a fiber of its own.
    pub(crate) fn execute(&mut self, closure: Ref<Closure>, args: &mut [Value]) -> VmResult<Value> {
        if !self.modules.owns(closure.proto.module) {
            return Err(call::foreign(&closure.proto.name()));
        }
        if closure.proto.flags.is_generator {
            return Ok(call::start(closure, args, self.call_depth));
        }
        let mut fiber = Fiber::new(closure, args, self.call_depth.saturating_add(1));
        fiber.frames.reserve(16);
        *self.fiber = fiber;
        self.resumers.clear();
        self.start_limits();
        self.scheduler.start_main();
        self.member.program.census.begin();
        let result = self.run().and_then(|value| self.drain().map(|()| value));
        let result = result.map_err(|error| self.interrupted_by(error));
        if let Err(error) = &result {
            self.cancel_others(error.fault().ending);
        }
        self.note_unfinished();
        self.member.program.drop_others();
        self.end();
        self.host.forget_virtual_time(self.member.program.options.virtual_time);
        self.member.program.census.end();
        match (result, self.end_limits()) {
            // Whatever `finally` blocks did, a program that was interrupted ends for that reason.
            (_, Some(Ending::Interrupted)) => Err(VmError::ending(Ending::Interrupted)),
            (Ok(_), Some(ending)) => Err(VmError::ending(ending)),
            (result, _) => result,
        }
    }

    /// Runs fibers until the program's own ends, or the last one when that has ended before.
    fn run(&mut self) -> VmResult<Value> {
        loop {
            match dispatch::dispatch(self) {
                Ok(value) => return Ok(value),
                Err(error) => {
                    if !self.unwind(error)? {
                        return Ok(Value::Null);
                    }
                }
            }
        }
    }

    /// The frame that runs.
    #[inline]
    pub(crate) fn frame(&self) -> &Frame {
        self.fiber.frame()
    }

    /// The frame that runs, for changing.
    #[inline]
    pub(crate) fn frame_mut(&mut self) -> &mut Frame {
        self.fiber.frame_mut()
    }

    /// The code that runs. Counted, so that the machine can change while it is looked at.
    #[inline]
    pub(crate) fn proto(&self) -> Rc<Proto> {
        self.frame().proto().clone()
    }

    /// Register `at` of the frame that runs.
    #[inline]
    pub(crate) fn reg(&self, at: u16) -> &Value {
        self.fiber.stack.get(self.frame().base as usize + usize::from(at))
    }

    /// Writes register `at` of the frame that runs; nothing for [`crate::bytecode::op::NO_REGISTER`].
    #[inline]
    pub(crate) fn set_reg(&mut self, at: u16, value: Value) {
        if at != crate::bytecode::op::NO_REGISTER {
            let index = self.frame().base as usize + usize::from(at);
            self.fiber.stack.set(index, value);
        }
    }

    /// Register `at` of the frame that runs, for changing.
    #[inline]
    #[expect(clippy::indexing_slicing, reason = "the verifier found every register operand inside the frame")]
    pub(crate) fn reg_mut(&mut self, at: u16) -> &mut Value {
        let index = self.frame().base as usize + usize::from(at);
        &mut self.fiber.stack.values_mut()[index]
    }

    /// Takes register `at` of the frame that runs, leaving null.
    #[inline]
    pub(crate) fn take_reg(&mut self, at: u16) -> Value {
        let index = self.frame().base as usize + usize::from(at);
        self.fiber.stack.take_at(index)
    }

    /// Operand register `at`: taken if `kill` is set in the instruction, else shared.
    #[inline]
    pub(crate) fn operand(&mut self, instr: Instr, at: u16, kill: u8) -> Value {
        if instr.kind & kill != 0 { self.take_reg(at) } else { self.reg(at).clone() }
    }

    /// The `count` registers from `first` of the frame that runs, for changing.
    pub(crate) fn run_mut(&mut self, first: u16, count: usize) -> &mut [Value] {
        let from = self.frame().base as usize + usize::from(first);
        self.fiber.stack.values_mut().get_mut(from..from + count).unwrap_or_default()
    }

    /// Constant `index` of the code that runs.
    #[inline]
    pub(crate) fn constant(&self, index: u16) -> &Value {
        self.frame().proto().consts.get(usize::from(index)).unwrap_or(&Value::Null)
    }
}
