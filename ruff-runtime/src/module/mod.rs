//! Modules: the variables of each file, and how `import` finds files.
//!
//! [`Globals`] is the table of one file's top-level names. [`Modules`] are all files loaded by an engine. Finding a
//! file for an import is [`search`]'s business; running it is the machine's.

mod globals;
mod search;

pub use globals::Globals;
pub use search::{Found, SearchError, SearchRoots};

use std::cell::Cell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use ruff_syntax::SourceFile;

use crate::bytecode::Proto;
use crate::compile::Export;
use crate::heap::Ref;
use crate::host::FileStamp;
use crate::value::{ModuleValue, Sym, Value};

/// Identifies a module of an engine. Code names the slots of its module without asking whether they exist, so it must
/// never run in another engine: the id tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModuleId {
    /// Which of the thread's engines; 0 for code that is only looked at.
    engine: u32,
    /// Which of its modules, dense from 0.
    index: u32,
}

impl ModuleId {
    /// The module of code that is compiled to be looked at and never runs.
    pub const NOWHERE: ModuleId = ModuleId { engine: 0, index: 0 };
}

/// How far a module has come.
pub enum ModuleState {
    /// Its top level is running.
    Running,
    /// Its top level has run; what importers see.
    Ready(Ref<ModuleValue>),
    /// Its top level failed; the next import starts anew.
    Failed,
}

/// A loaded file.
pub struct Module {
    /// The name it was imported by, dots included.
    pub name: Rc<str>,
    /// The file, resolved; `None` for the program itself when it is no file, and for builtins written in Ruff.
    pub path: Option<PathBuf>,
    /// What the file was when it was read.
    pub stamp: Option<FileStamp>,
    /// The root it was found under: its own imports look there first.
    pub root: Option<PathBuf>,
    /// How far it has come.
    pub state: ModuleState,
    /// What it exports.
    pub exports: Vec<Export>,
    /// Its variables.
    pub globals: Globals,
    /// Keeps the top level's code for the frames that run it.
    pub code: Option<Rc<Proto>>,
    /// Its text, for diagnostics.
    pub file: Option<Arc<SourceFile>>,
}

/// All modules of an engine.
pub struct Modules {
    engine: u32,
    modules: Vec<Module>,
    by_path: HashMap<PathBuf, ModuleId>,
}

thread_local! {
    static ENGINES: Cell<u32> = const { Cell::new(0) };
}

impl Default for Modules {
    fn default() -> Self {
        let engine = ENGINES.get().wrapping_add(1).max(1);
        ENGINES.set(engine);
        Modules { engine, modules: Vec::new(), by_path: HashMap::new() }
    }
}

impl Modules {
    /// Whether a module is one of these.
    #[inline]
    pub fn owns(&self, id: ModuleId) -> bool {
        id.engine == self.engine
    }

    /// The module of that number.
    pub fn id(&self, index: u32) -> ModuleId {
        ModuleId { engine: self.engine, index }
    }

    /// Adds a module that is about to run.
    pub fn add(&mut self, name: &str, path: Option<PathBuf>, root: Option<PathBuf>) -> ModuleId {
        // Each module comes from a file or a run: far fewer than 2^32.
        let id = self.id(u32::try_from(self.modules.len()).unwrap_or(u32::MAX));
        if let Some(path) = &path {
            self.by_path.insert(path.clone(), id);
        }
        self.modules.push(Module {
            name: name.into(),
            path,
            stamp: None,
            root,
            state: ModuleState::Running,
            exports: Vec::new(),
            globals: Globals::default(),
            code: None,
            file: None,
        });
        id
    }

    /// The module of that number.
    #[inline]
    pub fn get(&self, id: ModuleId) -> &Module {
        &self.modules[id.index as usize]
    }

    /// The module of that number.
    #[inline]
    pub fn get_mut(&mut self, id: ModuleId) -> &mut Module {
        &mut self.modules[id.index as usize]
    }

    /// The module loaded from a resolved path.
    pub fn by_path(&self, path: &Path) -> Option<ModuleId> {
        self.by_path.get(path).copied()
    }

    /// The names of the modules that are running, outermost first.
    pub fn running(&self) -> impl Iterator<Item = &Module> {
        self.modules
            .iter()
            .filter(|module| matches!(module.state, ModuleState::Running) && module.code.is_some())
    }

    /// Directories of the modules loaded so far, in order of loading.
    pub fn directories(&self) -> impl Iterator<Item = &Path> {
        self.modules.iter().filter_map(|module| module.path.as_deref()?.parent())
    }
}

impl ModuleId {
    /// Its number among the engine's modules.
    pub fn index(self) -> u32 {
        self.index
    }
}

impl Drop for Module {
    fn drop(&mut self) {
        if let Some(code) = &self.code {
            code.forget_shapes();
        }
    }
}

impl Module {
    /// What importers see of it now: the exports that are defined, or the first that is not.
    pub fn namespace(&self, last_segment: &str) -> Result<ModuleValue, Export> {
        let mut exports = HashMap::new();
        let mut types = HashMap::new();
        for export in &self.exports {
            let value = self.globals.get(export.slot);
            if matches!(value, Value::Undefined) {
                return Err(*export);
            }
            let table = if export.is_type { &mut types } else { &mut exports };
            table.insert(export.name, value.clone());
        }
        Ok(ModuleValue { name: Sym::new(last_segment), exports, types })
    }
}
