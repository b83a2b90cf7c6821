//! Names that nothing declares. Running a program leaves them to the moment they are reached; checking one reports them.

use std::collections::HashSet;
use std::path::Path;

use ruff_syntax::ast::{FuncId, Module};
use ruff_syntax::diagnostic::closest;
use ruff_syntax::resolve::{self, Resolution, Undeclared};
use ruff_syntax::{Code, Diagnostic, ParseOptions, SourceFile, limits};

use crate::compile::plain_imports;
use crate::host::Host;
use crate::module::SearchRoots;

/// What is wrong with the names of a program, and how many mistakes there are beyond the limit of one file. `known` are the
/// names that exist without a declaration.
pub(crate) fn undeclared(
    file: &SourceFile,
    module: &Module,
    resolution: &Resolution,
    known: &HashSet<String>,
) -> (Vec<Diagnostic>, usize) {
    let text = |used: &Undeclared| module.interner.text(used.name.symbol);
    let mut missing: Vec<&Undeclared> = resolution
        .undeclared
        .iter()
        // What an import inside a function brings is not known before it runs.
        .filter(|used| !resolution.imports_in_scope.contains_key(&used.name.id))
        .filter(|used| !known.contains(text(used)))
        .collect();
    missing.sort_unstable_by_key(|used| used.name.span.lo);
    let omitted = missing.len().saturating_sub(limits::DIAGNOSTICS);
    missing.truncate(limits::DIAGNOSTICS);
    let diagnostic = |used: &Undeclared| {
        let message = format!("Undefined variable: {}", text(used));
        let diagnostic = Diagnostic::error(Code::UndefinedVariable, message, used.name.span);
        match help(file, module, resolution, known, used) {
            Some(help) => diagnostic.with_help(help),
            None => diagnostic,
        }
    };
    (missing.into_iter().map(diagnostic).collect(), omitted)
}

fn help(
    file: &SourceFile,
    module: &Module,
    resolution: &Resolution,
    known: &HashSet<String>,
    used: &Undeclared,
) -> Option<String> {
    let symbol = used.name.symbol;
    let name = module.interner.text(symbol);
    if let Some(closed) = resolution.closed_declarations.get(&used.name.id) {
        let line = file.line_at(closed.lo);
        return Some(format!(
            "the '{name}' of line {line} ended with its block; declare '{name}' before the block"
        ));
    }
    if let Some(later) = used.declared_later {
        return Some(format!(
            "'{name}' is declared in line {}, after it is used here",
            file.line_at(later.lo)
        ));
    }
    let declared = resolution.globals.iter().filter(|global| global.declared.is_some());
    // Variables of the top level that no function uses are its locals.
    let is_near = |func| func == used.func || func == FuncId::TOP;
    let locals = resolution.bindings.iter().filter(|binding| is_near(binding.func));
    let symbols = declared.map(|global| global.symbol).chain(locals.map(|binding| binding.symbol));
    let names = symbols.map(|symbol| module.interner.text(symbol));
    let meant = closest(name, names.chain(known.iter().map(String::as_str)))?;
    Some(format!("Did you mean '{meant}'?"))
}

/// The names that the plain imports of a program's top level bring; `None` when that only shows while it runs. The
/// program lies in `directory`.
pub(crate) fn imported(
    module: &Module,
    directory: Option<&Path>,
    source_bytes: usize,
    host: &mut dyn Host,
) -> Option<HashSet<String>> {
    let mut names = HashSet::new();
    for path in plain_imports(module) {
        let roots = SearchRoots::new(None, directory, []);
        let found = roots.find(&path, host).ok()?;
        let text = String::from_utf8(host.read(&found.path).ok()?).ok()?;
        let parsed = ruff_syntax::parse(&text, ParseOptions { max_bytes: source_bytes });
        if !parsed.diagnostics.is_empty() {
            return None;
        }
        let resolution = resolve::resolve(&parsed.module, resolve::Options::default());
        let exported = resolution.globals.iter().filter(|global| global.exported);
        names.extend(exported.map(|global| parsed.module.interner.text(global.symbol).to_owned()));
    }
    Some(names)
}
