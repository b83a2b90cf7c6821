//! `Undefined variable`, with the names that were probably meant.

use ruff_syntax::Code;

use super::Vm;
use crate::error::VmError;

impl Vm {
    /// The error of a name that means nothing here.
    #[cold]
    pub(super) fn undefined_variable(&self, name: &str) -> VmError {
        let error = VmError::new(Code::UndefinedVariable, format!("Undefined variable: {name}"));
        match self.suggestion(name) {
            Some(meant) => error.with_help(format!("Did you mean '{meant}'?")),
            None => error,
        }
    }

    fn suggestion(&self, name: &str) -> Option<String> {
        let proto = self.frame().proto();
        let globals = &self.modules.get(proto.module).globals;
        let mut names: Vec<String> = globals.defined().map(|name| name.text().to_string()).collect();
        names.extend(proto.locals.iter().map(|name| name.text().to_string()));
        names.extend(self.registry.names().map(str::to_owned));
        names.extend(self.registry.constants().iter().map(|constant| constant.name.to_owned()));
        ruff_syntax::diagnostic::closest(name, names.iter().map(String::as_str)).map(str::to_owned)
    }
}
