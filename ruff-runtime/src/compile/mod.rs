//! The compiler: lowers a resolved syntax tree to bytecode.
//!
//! [`compile`] walks the tree once. Each function is built in a [`function::Function`]: instructions with labels, side
//! tables, registers handed out like a stack. Expressions (`expression` and its neighbours) are told where their value
//! is wanted; names and what may be assigned are the business of `variable` and `place`; statements, loops, `match` and
//! `try` have a file each. When a function's last statement is lowered, `jumps` tidies its control flow, `liveness`
//! finds out where registers die, and `layout` writes the final code.
//!
//! Registers below [`function::Function::variables`] belong to variables, those from there on to values underway. A call's
//! run lies above everything that must survive the call.

mod arguments;
mod assign;
mod blocks;
mod branch;
mod call;
mod condition;
mod declaration;
mod effects;
mod expression;
mod fields;
mod flow;
mod function;
mod growth;
mod import;
mod jumps;
mod layout;
mod literal;
mod liveness;
mod living;
mod loops;
mod matching;
mod method;
mod modifiers;
mod operator;
mod pattern;
mod place;
mod protection;
mod range;
mod release;
mod spine;
mod statement;
mod tables;
mod try_block;
mod update;
mod variable;

use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

use ruff_syntax::ast::{self, ExprId, FuncId};
use ruff_syntax::resolve::{BindingId, GlobalId, Resolution, Resolved};
use ruff_syntax::{Code, Diagnostic, SourceFile, Span, Symbol, limits};

use crate::analysis::Refusal;
use crate::bytecode::op::NO_REGISTER;
use crate::bytecode::{Proto, ProtoFlags, verify};
use crate::module::{Globals, ModuleId};
use crate::native::{NativeBody, NativeDef, Registry};
use crate::value::{Sym, Value};
use effects::{Calling, Effects};
use function::{Function, Reg};

/// How a file is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// Every top-level name is a global; the resolver was told the same.
    pub keep_globals: bool,
    /// The top level answers the value of its last statement if that is an expression.
    pub yields_last: bool,
    /// The file is a builtin written in Ruff: builtins win over its own names, which never run.
    pub is_internal: bool,
}

/// A compiled file.
pub struct Compiled {
    /// Its top level.
    pub proto: Rc<Proto>,
    /// What it exports.
    pub exports: Vec<Export>,
    /// Statements at the top level.
    pub statements: usize,
}

/// An exported name.
#[derive(Debug, Clone, Copy)]
pub struct Export {
    /// The name.
    pub name: Sym,
    /// The global that holds it.
    pub slot: u32,
    /// It is a struct or an enum.
    pub is_type: bool,
    /// Where it is declared.
    pub span: Span,
}

/// Compiles a file whose names are resolved.
///
/// Errors: only for code that exceeds a limit of the machine, such as registers or arguments of a call.
///
/// # Panics
/// In debug builds, if the code it made is invalid: an internal error.
pub(crate) fn compile(
    file: &Arc<SourceFile>,
    module: &ast::Module,
    resolution: &Resolution,
    globals: &mut Globals,
    registry: &Registry,
    id: ModuleId,
    options: Options,
) -> Result<Compiled, Refusal> {
    let mut compiler = Compiler::new(file, module, resolution, globals, registry, id, options);
    let proto = compiler.top_level();
    Refusal::of_any(file, std::mem::take(&mut compiler.diagnostics), compiler.omitted)?;
    if cfg!(debug_assertions)
        && let Err(error) = verify(&proto, globals.len())
    {
        panic!("the compiler made invalid code: {error}\n{}", crate::bytecode::disassemble(&proto));
    }
    Ok(Compiled { proto, exports: compiler.exports(), statements: module.body.stmts.len() })
}

/// What a global's name stands for.
#[derive(Clone)]
enum GlobalMeaning {
    /// The variable in that slot.
    Slot(u32),
    /// The variable in that slot, which nothing known now writes: most likely it stays undefined, and the name means this
    /// builtin.
    Likely(u32, Value),
    /// A builtin or a predefined number: nothing can come between.
    Predefined(Value),
}

impl GlobalMeaning {
    /// The slot of the variable, if it is one.
    fn slot(&self) -> Option<u32> {
        match self {
            GlobalMeaning::Slot(slot) | GlobalMeaning::Likely(slot, _) => Some(*slot),
            GlobalMeaning::Predefined(_) => None,
        }
    }
}

/// Names of enums, which no value stands for.
#[derive(Default)]
struct Enums {
    locals: HashSet<BindingId>,
    globals: HashSet<GlobalId>,
}

/// The state of a compilation.
struct Compiler<'a> {
    file: &'a Arc<SourceFile>,
    module: &'a ast::Module,
    resolution: &'a Resolution,
    registry: &'a Registry,
    id: ModuleId,
    options: Options,
    /// The function being built; the ones around it live on the host's stack.
    func: Box<Function>,
    /// Indexed by [`GlobalId`].
    globals: Vec<GlobalMeaning>,
    /// The register of each local binding, or [`NO_REGISTER`] before its declaration.
    homes: Vec<Reg>,
    /// The names of enums seen so far.
    enums: Enums,
    /// The names of methods of the file that may change their receiver.
    modifiers: HashSet<Symbol>,
    /// What evaluating each expression may do.
    effects: Effects,
    /// Expressions of the left spines being lowered.
    spines: Vec<ExprId>,
    /// Steps of spines whose right side is being lowered.
    suspended: Vec<spine::Suspended>,
    /// Parts of conditions still to be lowered.
    tests: Vec<condition::Test>,
    /// Runtime names by symbol, made when needed.
    syms: Vec<Option<Sym>>,
    self_symbol: Option<Symbol>,
    diagnostics: Vec<Diagnostic>,
    /// Diagnostics beyond the limit.
    omitted: usize,
}

impl<'a> Compiler<'a> {
    fn new(
        file: &'a Arc<SourceFile>,
        module: &'a ast::Module,
        resolution: &'a Resolution,
        globals: &mut Globals,
        registry: &'a Registry,
        id: ModuleId,
        options: Options,
    ) -> Self {
        let flags = ProtoFlags { is_top: true, is_internal: options.is_internal, ..ProtoFlags::default() };
        let mut compiler = Compiler {
            file,
            module,
            resolution,
            registry,
            id,
            options,
            func: Function::new(FuncId::TOP, "<main>".into(), flags),
            globals: Vec::new(),
            homes: vec![NO_REGISTER; resolution.bindings.len()],
            enums: Enums::default(),
            modifiers: modifiers::names(module, resolution),
            effects: Effects::default(),
            spines: Vec::new(),
            suspended: Vec::new(),
            tests: Vec::new(),
            syms: vec![None; module.interner.len()],
            self_symbol: module.interner.find("self"),
            diagnostics: Vec::new(),
            omitted: 0,
        };
        compiler.globals = compiler.meanings(globals);
        compiler.effects = Effects::of(module, |name| compiler.calling(name));
        compiler
    }

    /// What each global name stands for. Slots are made only after all names were looked up: one that exists already
    /// is the embedding program's.
    fn meanings(&mut self, globals: &mut Globals) -> Vec<GlobalMeaning> {
        let has_plain_import = plain_imports(self.module).next().is_some();
        let is_fixed = !has_plain_import && !self.options.keep_globals || self.options.is_internal;
        let mut predefined = Vec::with_capacity(self.resolution.globals.len());
        for global in &self.resolution.globals {
            let text = self.module.interner.text(global.symbol);
            let known = Sym::find(text).and_then(|name| globals.find(name, false));
            let is_undefined =
                known.is_none_or(|slot| !is_fixed && matches!(globals.get(slot), Value::Undefined));
            let is_free = global.declared.is_none() && is_undefined;
            let may_be = !global.is_type && (is_free || self.options.is_internal);
            predefined.push(if may_be { self.predefined(text) } else { None });
        }
        let mut meanings = Vec::with_capacity(predefined.len());
        for (global, predefined) in self.resolution.globals.iter().zip(predefined) {
            let name = self.sym(global.symbol);
            meanings.push(match predefined {
                Some(value) if is_fixed => GlobalMeaning::Predefined(value),
                Some(value) => GlobalMeaning::Likely(globals.slot(name, false), value),
                None => GlobalMeaning::Slot(globals.slot(name, global.is_type)),
            });
        }
        meanings
    }

    /// What the name is predefined as.
    fn predefined(&self, text: &str) -> Option<Value> {
        // Builtins in Ruff know those that only other builtins use.
        let found = self.registry.find(text).filter(|_| self.options.is_internal);
        found.map(|(def, alias)| Value::Native(alias, def)).or_else(|| self.registry.predefined(text))
    }

    /// What calling the value of `name` does.
    fn calling(&self, name: &ast::Name) -> Calling {
        match self.constant_native(name) {
            Some((NativeDef { body: NativeBody::Rust(_), pure, .. }, _)) => {
                if *pure {
                    Calling::Computes
                } else {
                    Calling::IsNoticed
                }
            }
            _ => Calling::RunsCode,
        }
    }

    /// The builtin that `name` always stands for, and by which of its names.
    fn constant_native(&self, name: &ast::Name) -> Option<(&'static NativeDef, u8)> {
        let Some(Resolved::Global(id)) = self.resolved(name) else { return None };
        if self.resolution.imports_in_scope.contains_key(&name.id) {
            return None;
        }
        match self.meaning(id) {
            Some(GlobalMeaning::Predefined(Value::Native(alias, def))) => Some((*def, *alias)),
            _ => None,
        }
    }

    /// The slot of a name that most likely stands for a builtin, and that builtin.
    fn likely_native(&self, name: &ast::Name) -> Option<(u32, &'static NativeDef, u8)> {
        let Some(Resolved::Global(id)) = self.resolved(name) else { return None };
        if self.resolution.imports_in_scope.contains_key(&name.id) {
            return None;
        }
        match self.meaning(id) {
            Some(GlobalMeaning::Likely(slot, Value::Native(alias, def))) => Some((*slot, *def, *alias)),
            _ => None,
        }
    }

    fn meaning(&self, id: GlobalId) -> Option<&GlobalMeaning> {
        self.globals.get(id.0 as usize)
    }

    fn resolved(&self, name: &ast::Name) -> Option<Resolved> {
        self.resolution.names.get(name.id.0 as usize).copied().flatten()
    }

    fn top_level(&mut self) -> Rc<Proto> {
        let module = self.module;
        self.top_block(&module.body);
        let func =
            std::mem::replace(&mut self.func, Function::new(FuncId::TOP, "".into(), ProtoFlags::default()));
        self.finish(func)
    }

    /// Turns a function whose statements are lowered into its final form.
    fn finish(&mut self, mut func: Box<Function>) -> Rc<Proto> {
        if let Some((what, span)) = func.exceeded() {
            let (place, help) = if func.flags.is_top {
                ("at the top level of a file", "move parts of it into functions or modules")
            } else {
                ("in one function", "split the function into smaller ones")
            };
            self.report(format!("Maximum of {what} {place} exceeded"), span, help);
        }
        jumps::tidy(&mut func);
        let edits = liveness::analyse(&mut func);
        Rc::new(layout::lay_out(func, &edits, self.file.clone(), self.id))
    }

    fn exports(&self) -> Vec<Export> {
        let mut exports = Vec::new();
        for (global, meaning) in self.resolution.globals.iter().zip(&self.globals) {
            if let (true, Some(slot)) = (global.exported, meaning.slot()) {
                let name = Sym::new(self.module.interner.text(global.symbol));
                exports.push(Export { name, slot, is_type: global.is_type, span: global.span });
            }
        }
        exports
    }

    /// The runtime's number for a name.
    fn sym(&mut self, symbol: Symbol) -> Sym {
        let text = self.module.interner.text(symbol);
        match self.syms.get_mut(symbol.index()) {
            Some(known) => *known.get_or_insert_with(|| Sym::new(text)),
            None => Sym::new(text),
        }
    }

    fn text(&self, symbol: Symbol) -> &'a str {
        self.module.interner.text(symbol)
    }

    fn report(&mut self, message: String, span: Span, help: &str) {
        if self.diagnostics.len() < limits::DIAGNOSTICS {
            self.diagnostics.push(Diagnostic::error(Code::CompileError, message, span).with_help(help));
        } else {
            self.omitted += 1;
        }
    }
}

/// What the plain imports of the top level import, in source order.
pub(crate) fn plain_imports(module: &ast::Module) -> impl Iterator<Item = String> {
    module.body.stmts.iter().filter_map(|mut stmt| {
        while let ast::StmtKind::Export(inner) = &stmt.kind {
            stmt = inner;
        }
        match &stmt.kind {
            ast::StmtKind::Import(ast::Import::Module { path, .. }) => Some(module_path(module, path)),
            _ => None,
        }
    })
}

/// The name of an imported module, dots included.
fn module_path(module: &ast::Module, path: &[ast::Member]) -> String {
    let segments: Vec<&str> = path.iter().map(|member| module.interner.text(member.symbol)).collect();
    segments.join(".")
}

#[cfg(test)]
mod tests;
