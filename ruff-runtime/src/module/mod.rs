//! Modules: the variables of each file, and how `import` finds files.
//!
//! [`Globals`] is the table of one file's top-level names. [`Modules`] are all files loaded by an engine. Finding a
//! file for an import is [`search`]'s business; running it is the machine's.

mod globals;
mod search;

pub use globals::{Globals, Slots};
pub use search::{Found, SearchError, SearchRoots};

use std::collections::{HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use ruff_syntax::SourceFile;

use crate::bytecode::Proto;
use crate::compile::Export;
use crate::heap::Ref;
use crate::host::FileStamp;
use crate::scheduler::Wait;
use crate::value::{ModuleValue, Sym, Value};

/// Identifies a module of an engine, the same in all of its isolates. Code names the slots of its module without asking
/// whether they exist, so it must never run in another engine: the id tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModuleId {
    /// Which of the process's engines; 0 for code that is only looked at.
    engine: u32,
    /// Which of its modules.
    index: u32,
}

impl ModuleId {
    /// The module of code that is compiled to be looked at and never runs.
    pub const NOWHERE: ModuleId = ModuleId { engine: 0, index: 0 };
}

/// How far a module has come.
pub(crate) enum ModuleState {
    /// Its top level is running: the program.
    Running,
    /// Its top level is running for a fiber that imports it; others wait for that.
    Loading(VecDeque<Wait>),
    /// Its top level has run; what importers see.
    Ready(Ref<ModuleValue>),
    /// Its top level failed; the next import starts anew.
    Failed,
}

/// What a module is for all isolates.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The name it was imported by, dots included.
    pub name: Arc<str>,
    /// The file, resolved; `None` for the program itself when it is no file, and for builtins written in Ruff.
    pub path: Option<Arc<Path>>,
    /// The root it was found under: its own imports look there first.
    pub root: Option<Arc<Path>>,
}

/// A loaded file.
pub struct Module {
    /// What it is for all isolates.
    pub facts: Facts,
    /// What the file was when it was read.
    pub stamp: Option<FileStamp>,
    /// How far it has come.
    pub(crate) state: ModuleState,
    /// What it exports.
    pub exports: Vec<Export>,
    /// Its variables.
    pub globals: Globals,
    /// Keeps the top level's code for the frames that run it; `None` where only functions of it run.
    pub code: Option<Rc<Proto>>,
    /// Its text, for diagnostics.
    pub file: Option<Arc<SourceFile>>,
}

/// Gives the modules of an engine their numbers, in whichever isolate they are loaded.
#[derive(Debug, Clone)]
pub(crate) struct Numbers {
    engine: u32,
    next: Arc<AtomicU32>,
}

impl Numbers {
    /// The numbers of an engine.
    pub(crate) fn new() -> Numbers {
        static ENGINES: AtomicU32 = AtomicU32::new(1);
        Numbers { engine: ENGINES.fetch_add(1, Ordering::Relaxed), next: Arc::new(AtomicU32::new(1)) }
    }
}

/// All modules of an isolate.
pub struct Modules {
    numbers: Numbers,
    /// By their numbers, which are dense but for those of other isolates.
    modules: Vec<(u32, Module)>,
    by_path: HashMap<Arc<Path>, ModuleId>,
}

impl Modules {
    /// The modules of an isolate that has loaded nothing.
    pub(crate) fn new(numbers: Numbers) -> Self {
        let mut modules = Modules { numbers, modules: Vec::new(), by_path: HashMap::new() };
        let facts = Facts { name: "prelude".into(), path: None, root: None };
        modules.put(modules.prelude(), Module::new(facts, Globals::default()));
        modules
    }

    /// The module that builtins written in Ruff are compiled in.
    pub(crate) fn prelude(&self) -> ModuleId {
        self.id(0)
    }

    /// Whether a module is one of these.
    #[inline]
    pub fn owns(&self, id: ModuleId) -> bool {
        id.engine == self.numbers.engine
    }

    /// The module of that number.
    pub fn id(&self, index: u32) -> ModuleId {
        ModuleId { engine: self.numbers.engine, index }
    }

    /// Adds a module that is about to run.
    pub fn add(&mut self, name: &str, path: Option<PathBuf>, root: Option<PathBuf>) -> ModuleId {
        // Each module comes from a file or a run: far fewer than 2^32.
        let id = self.id(self.numbers.next.fetch_add(1, Ordering::Relaxed));
        let facts = Facts { name: name.into(), path: path.map(Arc::from), root: root.map(Arc::from) };
        if let Some(path) = &facts.path {
            self.by_path.insert(path.clone(), id);
        }
        self.put(id, Module::new(facts, Globals::default()));
        id
    }

    /// Makes sure that functions of a module can run which another isolate has loaded.
    pub(crate) fn join(&mut self, id: ModuleId, facts: &Facts, slots: &Arc<Slots>) {
        if self.find(id.index).is_err() {
            self.put(id, Module::new(facts.clone(), Globals::of(slots.clone())));
        }
    }

    fn put(&mut self, id: ModuleId, module: Module) {
        if let Err(place) = self.find(id.index) {
            self.modules.insert(place, (id.index, module));
        }
    }

    #[inline]
    fn find(&self, index: u32) -> Result<usize, usize> {
        match self.modules.get(index as usize) {
            Some((number, _)) if *number == index => Ok(index as usize),
            _ => self.modules.binary_search_by_key(&index, |(number, _)| *number),
        }
    }

    /// The module of that number.
    ///
    /// # Panics
    /// If it is none of these, which nobody can name then.
    #[inline]
    #[expect(clippy::indexing_slicing, reason = "code runs only where its module is")]
    pub fn get(&self, id: ModuleId) -> &Module {
        &self.modules[self.find(id.index).unwrap_or(usize::MAX)].1
    }

    /// The module of that number.
    ///
    /// # Panics
    /// As [`Modules::get`].
    #[inline]
    #[expect(clippy::indexing_slicing, reason = "code runs only where its module is")]
    pub fn get_mut(&mut self, id: ModuleId) -> &mut Module {
        let at = self.find(id.index).unwrap_or(usize::MAX);
        &mut self.modules[at].1
    }

    /// The module loaded from a resolved path.
    pub fn by_path(&self, path: &Path) -> Option<ModuleId> {
        self.by_path.get(path).copied()
    }

    /// Directories of the modules loaded so far, in order of loading.
    pub fn directories(&self) -> impl Iterator<Item = &Path> {
        self.modules.iter().filter_map(|(_, module)| module.facts.path.as_deref()?.parent())
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
    fn new(facts: Facts, globals: Globals) -> Module {
        Module {
            facts,
            stamp: None,
            state: ModuleState::Running,
            exports: Vec::new(),
            globals,
            code: None,
            file: None,
        }
    }

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
