//! [`Engine`]: the way in for programs that embed Ruff. The `ruff` command uses nothing else.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use ruff_syntax::SourceFile;

use crate::capability::Permissions;
use crate::error::RunError;
use crate::host::Host;
use crate::native::{Registry, Cx};
use crate::error::VmError;
use crate::value::Value;

/// How an engine runs programs.
#[derive(Debug, Clone)]
pub struct Options {
    /// What programs may do in the outside world.
    pub permissions: Permissions,
    /// Nested calls before `Maximum VM call stack depth … exceeded`.
    pub call_depth: usize,
    /// Bytes of source text accepted.
    pub source_bytes: usize,
    /// Instructions (in units of calls and loop turns) before the instruction limit error; `None` without limit.
    pub fuel: Option<u64>,
    /// Wall-clock time before the time limit error; `None` without limit.
    pub time_limit: Option<std::time::Duration>,
    /// Keep every top-level name reachable after a run, for [`Engine::call`] and a REPL.
    pub keep_globals: bool,
}

/// What `ruff check` tells about a program that compiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProgramSize {
    /// Statements at the top level.
    pub statements: usize,
    /// Bytecode instructions, functions included.
    pub instructions: usize,
}
