//! Modules: the variables of each file, and how `import` finds files.
//!
//! [`Globals`] is the table of one file's top-level names. [`Modules`] are all files loaded by an engine. Finding a
//! file for an import is [`search`]'s business; running it is the machine's.

mod globals;
mod search;

pub use globals::Globals;
pub use search::{Found, SearchError, SearchRoots};

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use ruff_syntax::SourceFile;

use crate::bytecode::Proto;
use crate::compile::Export;
use crate::heap::Ref;
use crate::host::FileStamp;
use crate::value::{ModuleValue, Sym, Value};

/// Identifies a module of an engine; dense from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModuleId(pub u32);

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
    pub file: Option<Rc<SourceFile>>,
}

/// All modules of an engine.
#[derive(Default)]
pub struct Modules {
    modules: Vec<Module>,
    by_path: HashMap<PathBuf, ModuleId>,
}

impl Modules {
    /// Adds a module that is about to run.
    pub fn add(&mut self, name: &str, path: Option<PathBuf>, root: Option<PathBuf>) -> ModuleId {
        // Each module comes from a file or a run: far fewer than 2^32.
        let id = ModuleId(u32::try_from(self.modules.len()).unwrap_or(u32::MAX));
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
        &self.modules[id.0 as usize]
    }

    /// The module of that number.
    #[inline]
    pub fn get_mut(&mut self, id: ModuleId) -> &mut Module {
        &mut self.modules[id.0 as usize]
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

impl Drop for Module {
    fn drop(&mut self) {
        if let Some(code) = &self.code {
            code.forget_shapes();
        }
    }
}

impl Module {
    /// What importers see of it now: the exports that are defined, or the first that is not.
    pub fn namespace(&self, last_segment: &str) -> Result<ModuleValue, Sym> {
        let mut exports = HashMap::new();
        let mut types = HashMap::new();
        for export in &self.exports {
            let value = self.globals.get(export.slot);
            if matches!(value, Value::Undefined) {
                return Err(export.name);
            }
            let table = if export.is_type { &mut types } else { &mut exports };
            table.insert(export.name, value.clone());
        }
        Ok(ModuleValue { name: Sym::new(last_segment), exports, types })
    }
}
