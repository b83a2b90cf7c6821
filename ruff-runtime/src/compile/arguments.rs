//! Arguments of calls.

use ruff_syntax::Span;
use ruff_syntax::ast::{Arg, Element};

use super::Compiler;
use super::expression::Want;
use super::function::Reg;
use crate::bytecode::Op;
use crate::bytecode::op::SPREAD;

/// Arguments that a call may have, and parameters that a function may have. A receiver and a piped value come besides;
/// all of them are counted in a byte.
pub(super) const ARGUMENTS: usize = 250;

impl Compiler<'_> {
    /// Evaluates arguments into the registers from the next free one on; answers their count, or that they are in an array.
    pub(super) fn arguments(&mut self, args: &[Arg], span: Span) -> u8 {
        if args.len() > ARGUMENTS {
            let message = format!("Maximum of {ARGUMENTS} arguments in a call exceeded");
            self.report(message, span, "pass an array instead");
            return 0;
        }
        if has_spread(args) {
            let elements: Vec<Element> = args.iter().map(element).collect();
            let register = self.func.alloc();
            self.array(&elements, Want::Into(register), span);
            return SPREAD;
        }
        for arg in args {
            let register = self.func.alloc();
            self.lower_into(arg.value, register);
        }
        u8::try_from(args.len()).unwrap_or(0)
    }

    /// As `arguments`, for a call that gets the value in the last register before them as well.
    pub(super) fn arguments_behind(&mut self, value: Reg, args: &[Arg], span: Span) -> u8 {
        if !has_spread(args) {
            return self.arguments(args, span) + 1;
        }
        self.func.op(Op::NewArray, value, value, 1, span);
        self.extend_array(value, args.iter().map(element), span);
        SPREAD
    }
}

/// Whether the number of arguments is only known when the call happens.
pub(super) fn has_spread(args: &[Arg]) -> bool {
    args.iter().any(|arg| arg.is_spread)
}

fn element(arg: &Arg) -> Element {
    if arg.is_spread { Element::Spread(arg.value) } else { Element::Item(arg.value) }
}
