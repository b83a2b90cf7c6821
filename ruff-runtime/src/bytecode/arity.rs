//! How many arguments a function takes, and what becomes of those that are left out or too many.

use ruff_syntax::Code;

use super::Chunk;
use crate::error::VmError;
use crate::value::{Array, Value};

impl Chunk {
    /// Checks that it can be called with that many arguments, the receiver of a method not counted.
    ///
    /// Errors: `RUFRUN002` if it takes another number.
    pub fn check_args(&self, args: usize) -> Result<(), VmError> {
        let hidden = usize::from(self.flags.is_method);
        self.check_count(args + hidden, hidden)
    }

    /// Whether that many arguments suit it, the receiver counted.
    pub(crate) fn takes(&self, count: usize) -> bool {
        count >= self.required() && (self.flags.takes_rest || count <= usize::from(self.params))
    }

    /// Parameters that every call must give.
    fn required(&self) -> usize {
        usize::from(self.params - u16::from(self.flags.optional) - u16::from(self.flags.takes_rest))
    }

    /// Checks the number of arguments, of which the first `hidden` are no business of the caller.
    pub(crate) fn check_count(&self, count: usize, hidden: usize) -> Result<(), VmError> {
        if self.takes(count) { Ok(()) } else { Err(self.wrong_count(count, hidden)) }
    }

    #[cold]
    fn wrong_count(&self, count: usize, hidden: usize) -> VmError {
        let least = self.required().saturating_sub(hidden);
        let most = usize::from(self.params).saturating_sub(hidden);
        let expected = match self.flags {
            flags if flags.takes_rest => format!("at least {least}"),
            flags if flags.optional > 0 => format!("{least} to {most}"),
            _ => most.to_string(),
        };
        let (name, got) = (&self.name, count.saturating_sub(hidden));
        VmError::new(Code::CallArity, format!("{name} expects {expected} arguments, got {got}"))
    }

    /// Makes one value a parameter of arguments whose number was checked: those left out are undefined, which the
    /// function's code replaces by their defaults, and those beyond the others become the array of the last one.
    pub(crate) fn fit(&self, args: &mut Vec<Value>) {
        let params = usize::from(self.params);
        if !self.flags.takes_rest {
            return args.resize(params, Value::Undefined);
        }
        let named = params - 1;
        let rest = if args.len() > named { args.split_off(named) } else { Vec::new() };
        args.resize(named, Value::Undefined);
        args.push(Value::Array(Array::from_vec(rest)));
    }
}
