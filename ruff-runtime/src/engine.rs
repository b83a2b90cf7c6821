//! [`Engine`]: the way in for programs that embed Ruff. The `ruff` command uses nothing else.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ruff_syntax::resolve::{self, Resolution};
use ruff_syntax::{Code, SourceFile, ast};

use crate::analysis::{Refusal, analyse};
use crate::bytecode::disassemble;
use crate::capability::Permissions;
use crate::compile::{self, Compiled};
use crate::error::{Ending, RunError, RuntimeError, VmError};
use crate::fault::Faults;
use crate::heap::Ref;
use crate::host::Host;
use crate::interrupt::Interrupt;
use crate::module::{Globals, ModuleId};
use crate::native::{Cx, Registry};
use crate::scheduler::{Report, Unfinished, UnhandledRejections};
use crate::undeclared;
use crate::value::{Closure, HostFunction, Str, Sym, Value};
use crate::vm::Vm;

/// The name of the threads that isolates run on.
pub const WORKER: &str = "isolates";

/// How an engine runs programs.
#[derive(Debug, Clone)]
pub struct Options {
    /// What programs may do in the outside world.
    pub permissions: Permissions,
    /// Nested calls before `Maximum VM call stack depth … exceeded`.
    pub call_depth: usize,
    /// Bytes of source text accepted.
    pub source_bytes: usize,
    /// Bytes of JSON text that `parse_json` accepts; `None` without limit.
    pub json_bytes: Option<usize>,
    /// Calls and loop turns before the instruction limit error; `None` without limit.
    pub fuel: Option<u64>,
    /// Wall-clock time before the time limit error; `None` without limit.
    pub time_limit: Option<Duration>,
    /// Keep every top-level name reachable after a run, for [`Engine::call`] and a REPL.
    pub keep_globals: bool,
    /// Wall-clock time before a program that waits is ended; `None` without limit.
    pub scheduler_timeout: Option<Duration>,
    /// What becomes of rejected promises that nobody deals with.
    pub unhandled_rejections: UnhandledRejections,
    /// The directory of the entry script, where imports are looked up.
    pub entry_dir: Option<PathBuf>,
    /// 0: fibers go on in the order in which they were woken. Any other number: in an order that chance decides, the same
    /// for the same number, to find programs that rely on the usual one.
    pub schedule_seed: u64,
    /// What is to go wrong where the program waits, for tests of what happens then.
    pub faults: Option<Faults>,
    /// How many threads work on isolates, where the host works on several.
    pub workers: usize,
    /// Time stands still while anything goes on, starts at 2000-01-01T00:00:00Z, and jumps to what is waited for when
    /// nothing does; all isolates are on one thread then. A limit on wall-clock time is none on this.
    pub virtual_time: bool,
    /// [`Engine::run`] answers the value of the last top-level expression statement.
    pub yields_last: bool,
}

impl Default for Options {
    /// A trusted run without limits but the depth of calls, 10,000, and the size of sources, 16 MiB.
    fn default() -> Self {
        Options {
            permissions: Permissions::all(),
            call_depth: 10_000,
            source_bytes: ruff_syntax::limits::SOURCE_BYTES,
            json_bytes: None,
            fuel: None,
            time_limit: None,
            keep_globals: false,
            scheduler_timeout: None,
            unhandled_rejections: UnhandledRejections::default(),
            entry_dir: None,
            schedule_seed: 0,
            faults: None,
            workers: std::thread::available_parallelism().map_or(1, usize::from),
            virtual_time: false,
            yields_last: false,
        }
    }
}

/// What `ruff check` tells about a program that compiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProgramSize {
    /// Statements at the top level.
    pub statements: usize,
    /// Bytecode instructions, functions included.
    pub instructions: usize,
}

/// An embedded Ruff: compiles and runs programs over a [`Host`].
///
/// An engine is one isolate: it and its values stay on one thread. Making one costs microseconds.
///
/// ```
/// use ruff_runtime::{Engine, native::Registry, engine::Options};
/// # use ruff_runtime::host::NoHost;
/// use ruff_syntax::SourceFile;
///
/// let mut engine = Engine::new(Box::new(NoHost), Registry::default(), Options { yields_last: true, ..Options::default() });
/// let value = engine.run(SourceFile::new("sum.ruff", "1 + 2").into()).unwrap();
/// assert!(matches!(value, ruff_runtime::Value::Int(3)));
/// ```
pub struct Engine {
    vm: Vm,
    options: Options,
    /// Functions of the embedding program, put into each module that runs as a program.
    functions: Vec<(Sym, Value)>,
    /// The module of the last run.
    program: Option<ModuleId>,
}

impl Engine {
    /// An engine over `host` with the builtins of `registry`.
    pub fn new(host: Box<dyn Host>, registry: Registry, options: Options) -> Engine {
        let vm = Vm::new(host, registry, &options);
        Engine { vm, options, functions: Vec::new(), program: None }
    }

    /// Gives programs a function written in Rust under a global name. `arity` is how many arguments it takes; `None`
    /// for any number.
    pub fn register(
        &mut self,
        name: &str,
        arity: Option<usize>,
        body: impl Fn(&mut Cx<'_>, &[Value]) -> Result<Value, VmError> + 'static,
    ) {
        let function = HostFunction { name: Str::new(name), arity, body: Box::new(body) };
        self.functions.push((Sym::new(name), Value::Host(Ref::new(function))));
    }

    /// Runs a program to its end. Answers null, or the value of its last expression statement if the options ask.
    ///
    /// Errors: everything that keeps it from its end, see [`RunError`]. Standard output is flushed either way.
    pub fn run(&mut self, file: Arc<SourceFile>) -> Result<Value, RunError> {
        let path = self.vm.host.canonical(Path::new(file.name())).ok();
        let root = self.options.entry_dir.clone();
        let id = self.vm.modules.add(&stem(file.name()), path, root);
        for (name, function) in &self.functions {
            let globals = &mut self.vm.modules.get_mut(id).globals;
            let slot = globals.slot(*name, false);
            globals.set(slot, function.clone());
        }
        let globals = std::mem::take(&mut self.vm.modules.get_mut(id).globals);
        let (globals, compiled) = self.compile(&file, globals, id)?;
        let module = self.vm.modules.get_mut(id);
        module.globals = globals;
        module.exports = compiled.exports;
        module.code = Some(compiled.proto.clone());
        module.file = Some(file);
        self.program = Some(id);
        let closure = Ref::new(Closure { proto: compiled.proto, captures: Box::default() });
        self.execute(closure, &mut [])
    }

    /// Checks a program without running it: lexer, parser, resolver and compiler, and whether everything declares the
    /// names that it uses, which a run leaves to the moment. Modules that it imports are only read for their exports.
    pub fn check(&mut self, file: &Arc<SourceFile>) -> Result<ProgramSize, RunError> {
        let (module, resolution) = self.analyse(file)?;
        self.check_names(file, &module, &resolution)?;
        let mut globals = self.registered();
        let compiled = self.lower(file, &module, &resolution, &mut globals, ModuleId::NOWHERE)?;
        Ok(ProgramSize { statements: compiled.statements, instructions: compiled.proto.instruction_count() })
    }

    /// The bytecode of a program as text.
    pub fn disassemble(&self, file: &Arc<SourceFile>) -> Result<String, RunError> {
        let (_, compiled) = self.compile(file, self.registered(), ModuleId::NOWHERE)?;
        Ok(disassemble(&compiled.proto))
    }

    /// Calls a top-level function of the program that ran last; the options must keep globals.
    ///
    /// Errors: `Undefined variable` if there is no such name, and whatever the call raises.
    pub fn call(&mut self, name: &str, args: &[Value]) -> Result<Value, RunError> {
        let uncaught = |error| RunError::Uncaught(Box::new(RuntimeError::from_vm(error)));
        let Some(Value::Closure(closure)) = self.global(name) else {
            let message = format!("Undefined variable: {name}");
            return Err(uncaught(VmError::new(Code::UndefinedVariable, message)));
        };
        closure.proto.check_count(args.len(), 0).map_err(uncaught)?;
        let mut args = args.to_vec();
        closure.proto.fit(&mut args);
        self.execute(closure, &mut args)
    }

    /// A top-level variable or function of the program that ran last; the options must keep globals.
    pub fn global(&self, name: &str) -> Option<Value> {
        let globals = &self.vm.modules.get(self.program?).globals;
        let slot = globals.find(Sym::find(name)?, false)?;
        Some(globals.get(slot).clone()).filter(|value| !matches!(value, Value::Undefined))
    }

    /// The outside world it was made with.
    pub fn host(&mut self) -> &mut dyn Host {
        &mut self.vm.host
    }

    /// Ends the program that runs, from another thread: it stops at its next call or turn of a loop and when it waits
    /// for something, its `finally` blocks run for a second at most, and [`Engine::run`] or [`Engine::call`] answers
    /// [`Ending::Interrupted`].
    pub fn interrupt(&self) -> Interrupt {
        self.vm.interrupt.clone()
    }

    /// Takes what the runs so far should tell the user besides their results, in order. An error among it means that a
    /// program that ended normally has failed all the same.
    pub fn take_reports(&mut self) -> Vec<Report> {
        let mut reports = self.vm.scheduler.take_reports();
        reports.extend(self.vm.member.program.take_reports());
        reports
    }

    /// Takes what had not come to its end when the runs so far had: what a program has left behind. Isolates on other
    /// threads may still be about to end.
    pub fn take_unfinished(&mut self) -> Unfinished {
        self.vm.member.program.take_unfinished()
    }

    /// Calls and loop turns of the last run: a measure of work that no clock disturbs.
    pub fn fuel_used(&self) -> u64 {
        self.vm.fuel_used()
    }

    fn execute(&mut self, closure: Ref<Closure>, args: &mut [Value]) -> Result<Value, RunError> {
        let result = self.vm.execute(closure, args);
        let flushed = self.vm.host.flush();
        match result {
            Ok(value) => match flushed {
                Err(error) if error.kind == crate::host::HostErrorKind::BrokenPipe => {
                    Err(RunError::Ended(Ending::BrokenPipe))
                }
                _ => Ok(value),
            },
            Err(error) => match error.fault().ending {
                Some(ending) if ending != Ending::Limit => Err(RunError::Ended(ending)),
                _ => Err(RunError::Uncaught(Box::new(RuntimeError::from_vm(error)))),
            },
        }
    }

    /// The variables of a module that knows the registered functions and nothing else.
    fn registered(&self) -> Globals {
        let mut globals = Globals::default();
        for (name, _) in &self.functions {
            globals.slot(*name, false);
        }
        globals
    }

    fn check_names(
        &mut self,
        file: &Arc<SourceFile>,
        module: &ast::Module,
        resolution: &Resolution,
    ) -> Result<(), Refusal> {
        let directory = Path::new(file.name()).parent();
        let bytes = self.options.source_bytes;
        let Some(mut known) = undeclared::imported(module, directory, bytes, &mut self.vm.host) else {
            return Ok(());
        };
        let registry = &self.vm.registry;
        known.extend(registry.names().map(str::to_owned));
        // `Promise` of `Promise.all`.
        known.extend(registry.names().filter_map(|name| Some(name.split_once('.')?.0.to_owned())));
        known.extend(registry.constants().iter().map(|constant| constant.name.to_owned()));
        known.extend(self.functions.iter().map(|(name, _)| name.text().to_string()));
        let (diagnostics, omitted) = undeclared::undeclared(file, module, resolution, &known);
        Refusal::of_any(file, diagnostics, omitted)
    }

    fn compile(
        &self,
        file: &Arc<SourceFile>,
        mut globals: Globals,
        id: ModuleId,
    ) -> Result<(Globals, Compiled), RunError> {
        let (module, resolution) = self.analyse(file)?;
        let compiled = self.lower(file, &module, &resolution, &mut globals, id)?;
        Ok((globals, compiled))
    }

    fn analyse(&self, file: &Arc<SourceFile>) -> Result<(ast::Module, Resolution), Refusal> {
        let options = resolve::Options { keep_globals: self.options.keep_globals, existing: &[] };
        analyse(file, self.options.source_bytes, options)
    }

    fn lower(
        &self,
        file: &Arc<SourceFile>,
        module: &ast::Module,
        resolution: &Resolution,
        globals: &mut Globals,
        id: ModuleId,
    ) -> Result<Compiled, Refusal> {
        let options = compile::Options {
            keep_globals: self.options.keep_globals,
            yields_last: self.options.yields_last,
            ..compile::Options::default()
        };
        compile::compile(file, module, resolution, globals, &self.vm.registry, id, options)
    }
}

/// The name of the module that a file is when it runs as the program.
fn stem(name: &str) -> String {
    Path::new(name).file_stem().map_or_else(|| name.to_owned(), |stem| stem.to_string_lossy().into_owned())
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.vm.member.program.close();
        crate::isolate::code::forget();
    }
}
