//! Arguments of calls.

use ruff_syntax::Span;
use ruff_syntax::ast::Arg;

use super::Compiler;

/// Arguments that a call may have, and parameters that a function may have. A receiver and a piped value come besides;
/// all of them are counted in a byte.
pub(super) const ARGUMENTS: usize = 250;

impl Compiler<'_> {
    /// Evaluates arguments into the registers from the next free one on; answers their count.
    pub(super) fn arguments(&mut self, args: &[Arg], span: Span) -> u8 {
        if args.len() > ARGUMENTS {
            let message = format!("Maximum of {ARGUMENTS} arguments in a call exceeded");
            self.report(message, span, "pass an array instead");
            return 0;
        }
        for arg in args {
            let register = self.func.alloc();
            self.lower_into(arg.value, register);
        }
        u8::try_from(args.len()).unwrap_or(0)
    }
}
