//! Imports: loading a module's file, running its top level in a frame of its own, and binding what it exports.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;

use ruff_syntax::diagnostic::Area;
use ruff_syntax::{Code, Label, SourceFile};

use super::call::{Reached, Site};
use super::{Vm, VmResult};
use crate::analysis::{Refusal, analyse};
use crate::bytecode::{ImportSite, Instr, Op};
use crate::compile::Export;
use crate::error::{Subject, VmError};
use crate::fiber::ReturnMode;
use crate::heap::Ref;
use crate::host::Host;
use crate::module::{Found, ModuleId, ModuleState, SearchError, SearchRoots};
use crate::value::{Closure, ModuleValue, Sym, Value};

impl Vm {
    /// `Import`
    pub(super) fn import(&mut self, instr: Instr) -> VmResult {
        let proto = self.proto();
        let Some(site) = proto.imports.get(instr.wide_index()) else { return Ok(()) };
        let found = self.find_module(site, proto.module)?;
        if let Some(id) = self.modules.by_path(&found.path) {
            let stamp = self.host.stamp(&found.path);
            let module = self.modules.get(id);
            match &module.state {
                ModuleState::Running => return Err(self.circular_import(id, &site.path)),
                ModuleState::Loading(_) if self.is_importing(id) => {
                    return Err(self.circular_import(id, &site.path));
                }
                ModuleState::Loading(_) => return self.wait_for_import(id, instr.a),
                ModuleState::Ready(namespace) if module.stamp == stamp => {
                    let namespace = Value::Module(namespace.clone());
                    self.set_reg(instr.a, namespace);
                    return Ok(());
                }
                ModuleState::Ready(_) | ModuleState::Failed => {}
            }
        }
        self.load_module(site, found, instr.a)
    }

    fn find_module(&mut self, site: &ImportSite, importer: ModuleId) -> VmResult<Found> {
        let root = self.modules.get(importer).facts.root.clone();
        let roots = SearchRoots::new(root.as_deref(), self.entry_dir.as_deref(), self.modules.directories());
        roots.find(&site.path, &mut self.host).map_err(|error| match error {
            SearchError::NotFound(tried) => not_found(&site.path, &tried),
            SearchError::Escapes { shown, root } => {
                let (shown, root) = (shown.display(), root.display());
                let message = format!("Unsafe module import '{}': {shown} leads out of {root}", site.path);
                VmError::new(Code::ModuleLoad, message)
            }
        })
    }

    /// The modules that the fiber which runs is in the middle of importing, innermost first.
    fn imports(&self) -> impl Iterator<Item = ModuleId> {
        let frames = self.calls().frames().filter(|frame| frame.mode == ReturnMode::Import);
        frames.map(|frame| self.modules.id(frame.extra))
    }

    fn is_importing(&self, id: ModuleId) -> bool {
        self.imports().any(|module| module == id)
    }

    /// Another fiber is in the middle of importing the module: this one imports it again when that has come to an end.
    fn wait_for_import(&mut self, id: ModuleId, dest: u16) -> VmResult {
        let wait = self.scheduler.next_wait()?;
        if let ModuleState::Loading(waiters) = &mut self.modules.get_mut(id).state {
            self.scheduler.wait_for_import(waiters, wait);
        }
        self.suspend(dest)
    }

    /// The top level of a module has come to its end.
    pub(super) fn end_import(&mut self, id: ModuleId, state: ModuleState) {
        let before = std::mem::replace(&mut self.modules.get_mut(id).state, state);
        if let ModuleState::Loading(waiters) = before {
            self.scheduler.imported(waiters);
        }
    }

    fn circular_import(&self, id: ModuleId, name: &str) -> VmError {
        let program = (!self.is_importing(id)).then_some(id);
        let imports: Vec<ModuleId> = self.imports().collect();
        let chain = program.into_iter().chain(imports.into_iter().rev()).skip_while(|module| *module != id);
        let chain: Vec<&str> = chain.map(|module| &*self.modules.get(module).facts.name).collect();
        let message = format!("Circular import detected: {} -> {name}", chain.join(" -> "));
        VmError::new(Code::CircularImport, message).with_help(
            "move what both modules need into a third one, or import inside the function that needs it",
        )
    }

    /// Reads, compiles and starts a module; its namespace goes into register `dest` when its top level has run.
    fn load_module(&mut self, site: &ImportSite, found: Found, dest: u16) -> VmResult {
        let stamp = self.host.stamp(&found.path);
        let text = self.read_module(site, &found.path)?;
        let file = Arc::new(SourceFile::new(found.shown.display().to_string(), text));
        let id = self.modules.add(&site.path, Some(found.path), Some(found.root));
        let closure = match self.compile_module(site, &file, id) {
            Ok(closure) => closure,
            Err(error) => {
                self.modules.get_mut(id).state = ModuleState::Failed;
                return Err(error);
            }
        };
        let module = self.modules.get_mut(id);
        module.state = ModuleState::Loading(VecDeque::new());
        module.stamp = stamp;
        module.file = Some(file);
        let frame = self.frame();
        let base = frame.base as usize + usize::from(frame.proto().registers) + 1;
        let call = Site { base, count: 0, dest, mode: ReturnMode::Import, holds_callee: true };
        self.call_closure(closure, call, Reached::Function)?;
        self.frame_mut().extra = id.index();
        Ok(())
    }

    fn read_module(&mut self, site: &ImportSite, path: &Path) -> VmResult<String> {
        let failed = |problem: &dyn std::fmt::Display| {
            VmError::new(Code::ModuleLoad, format!("Failed to read module '{}': {problem}", site.path))
        };
        let bytes = self.host.read(path).map_err(|error| failed(&error))?;
        String::from_utf8(bytes).map_err(|_| failed(&"stream did not contain valid UTF-8"))
    }

    fn compile_module(
        &mut self,
        site: &ImportSite,
        file: &Arc<SourceFile>,
        id: ModuleId,
    ) -> VmResult<Ref<Closure>> {
        let refused = |refusal| broken_module(&site.path, refusal);
        let resolving = ruff_syntax::resolve::Options::default();
        let (tree, resolution) = analyse(file, self.source_bytes, resolving).map_err(refused)?;
        let globals = &mut self.modules.get_mut(id).globals;
        let options = crate::compile::Options::default();
        let compiled =
            crate::compile::compile(file, &tree, &resolution, globals, &self.registry, id, options)
                .map_err(refused)?;
        let module = self.modules.get_mut(id);
        module.exports = compiled.exports;
        module.code = Some(compiled.proto.clone());
        Ok(Ref::new(Closure { proto: compiled.proto, captures: Box::default() }))
    }

    /// A module's top level has run: its importer gets the namespace.
    pub(super) fn finish_import(&mut self, module: u32, dest: u16) -> VmResult {
        let id = self.modules.id(module);
        let module = self.modules.get(id);
        let last = module.facts.name.rsplit('.').next().unwrap_or_default().to_owned();
        match module.namespace(&last) {
            Ok(namespace) => {
                let namespace = Ref::new(namespace);
                self.end_import(id, ModuleState::Ready(namespace.clone()));
                self.set_reg(dest, Value::Module(namespace));
                Ok(())
            }
            Err(Export { name, span, .. }) => {
                let message =
                    format!("Exported symbol '{name}' was not defined in module '{}'", module.facts.name);
                let error = VmError::new(Code::SymbolNotExported, message);
                let file = module.file.clone();
                self.end_import(id, ModuleState::Failed);
                Err(match file {
                    Some(file) => {
                        let primary = Label { span, message: "exported here".to_owned() };
                        error.about(Subject { file, primary, secondary: Vec::new(), more: 0 })
                    }
                    None => error,
                })
            }
        }
    }

    /// `ImportAll`
    pub(super) fn import_all(&mut self, instr: Instr) -> VmResult {
        let Value::Module(namespace) = self.reg(instr.a).clone() else { return Ok(()) };
        let proto = self.proto();
        let globals = &mut self.modules.get_mut(proto.module).globals;
        let variables = namespace.exports.iter().map(|(name, value)| (name, value, false));
        let types = namespace.types.iter().map(|(name, value)| (name, value, true));
        for (name, value, is_type) in variables.chain(types) {
            let slot = globals.slot(*name, is_type);
            globals.set(slot, value.clone());
        }
        let site = proto.imports.get(usize::from(instr.b));
        if let Some((name, slot)) = site.and_then(|site| site.namespace)
            && !exports(&namespace, name)
        {
            globals.set(slot, Value::Module(namespace));
        }
        Ok(())
    }

    /// `GetExport`, `GetExportType` and `GetImported`
    pub(super) fn get_export(&mut self, instr: Instr) -> VmResult {
        let name = Sym::new(self.constant(instr.c).as_str().unwrap_or_default());
        let Value::Module(namespace) = self.reg(instr.b) else {
            // A nested plain import whose namespace is not there yet brings nothing.
            self.set_reg(instr.a, Value::Undefined);
            return Ok(());
        };
        let value = match instr.op {
            Op::GetExportType => namespace.types.get(&name).cloned(),
            _ => namespace.exports.get(&name).or_else(|| namespace.types.get(&name)).cloned(),
        };
        match value {
            None if instr.op == Op::GetExport => Err(missing_export(namespace, name)),
            value => {
                self.set_reg(instr.a, value.unwrap_or(Value::Undefined));
                Ok(())
            }
        }
    }
}

fn exports(namespace: &ModuleValue, name: Sym) -> bool {
    namespace.exports.contains_key(&name) || namespace.types.contains_key(&name)
}

#[cold]
fn missing_export(namespace: &ModuleValue, name: Sym) -> VmError {
    let message = format!("Symbol '{name}' not found in module '{}'", namespace.name);
    let error = VmError::new(Code::SymbolNotExported, message);
    let names: Vec<String> =
        namespace.exports.keys().chain(namespace.types.keys()).map(|name| name.text().to_string()).collect();
    match ruff_syntax::diagnostic::closest(name.text(), names.iter().map(String::as_str)) {
        Some(meant) => error.with_help(format!("Did you mean '{meant}'?")),
        None => error,
    }
}

#[cold]
fn not_found(name: &str, tried: &[std::path::PathBuf]) -> VmError {
    let message = format!(
        "Module not found: {name}; Check that '{name}' exists as a flat <module>.ruff file or a nested src/... path \
         under the package root, and confirm the import name matches the on-disk layout."
    );
    let roots: Vec<String> = tried.iter().map(|root| root.display().to_string()).collect();
    VmError::new(Code::ModuleNotFound, message).with_help(format!("looked in: {}", roots.join(", ")))
}

/// What the text of a module is not: the error is drawn where its first mistake is.
#[cold]
fn broken_module(name: &str, refusal: Refusal) -> VmError {
    let area = refusal.area();
    let Refusal { file, diagnostics, omitted } = refusal;
    let more = (diagnostics.len() + omitted).saturating_sub(1);
    let Some(first) = diagnostics.into_iter().next() else {
        return VmError::new(Code::ModuleLoad, format!("Failed to parse module '{name}'"));
    };
    let at = file.position(first.primary.span.lo);
    let place = format!("{}:{}: {}", at.line, at.column, first.message);
    let message = match area {
        Area::Lexer => format!("Failed to tokenize module '{name}': {place}"),
        Area::Parser => format!("Failed to parse module '{name}': {place}"),
        _ => format!("Failed to evaluate module '{name}': {}", first.message),
    };
    let subject = Subject { file, primary: first.primary, secondary: first.secondary, more };
    let mut error = VmError::new(Code::ModuleLoad, message).about(subject);
    error.fault_mut().help.extend(first.help);
    error
}
