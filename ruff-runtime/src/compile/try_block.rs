//! `try`, `except`, `finally`.
//!
//! A `finally` block stands in the code once. Whoever enters it leaves in a register why, and what for: the block's end
//! was reached, an error was raised, or a `return`, `break` or `continue` is on its way out. Its end goes on accordingly.

use ruff_syntax::Span;
use ruff_syntax::ast::{Block, Except};
use ruff_syntax::resolve::Resolved;

use super::Compiler;
use super::function::{Around, Finally, Guard, Label, Way};
use crate::bytecode::op::SENSE;
use crate::bytecode::{Handler, Instr, Op};
use crate::value::Value;

/// Why a `finally` block runs: its `try` came to its end, or an error was raised.
const END: u16 = 0;
const ERROR: i64 = Handler::RAISED;

impl<'a> Compiler<'a> {
    /// `try { … } except e { … } finally { … }`
    pub(super) fn try_statement(
        &mut self,
        body: &'a Block,
        except: Option<&'a Except>,
        finally: Option<&'a Block>,
        span: Span,
    ) {
        let outer = self.func.variables;
        if finally.is_some() {
            let value = self.func.alloc_run(2);
            self.func.keep_registers();
            let entry = self.func.label();
            self.func.around.push(Around::Finally(Finally {
                entry,
                value,
                why: value + 1,
                ways: Vec::new(),
            }));
            self.func.protection += 1;
        }
        let start = self.func.label_here();
        match except {
            Some(except) => self.guarded(body, except, start, span),
            None => self.block(body),
        }
        if let Some(block) = finally {
            self.finally_block(block, start, span);
        }
        self.func.drop_variables(outer);
    }

    fn guarded(&mut self, body: &'a Block, except: &'a Except, start: Label, span: Span) {
        self.func.protection += 1;
        self.block(body);
        self.func.protection -= 1;
        let (end, after) = (self.func.label_here(), self.func.label());
        self.func.jump(Op::Jump, 0, after, span);
        let variables = self.func.variables;
        let target = self.func.label_here();
        let register = self.func.alloc();
        self.func.guards.push(Guard { start, end, target, register, finally_end: None });
        let binding = except.name.as_ref().and_then(|name| match self.resolved(name) {
            Some(Resolved::Local(binding)) => Some((binding, name.span)),
            _ => None,
        });
        match binding {
            Some((binding, span)) => self.start_variable(binding, register, span),
            None => self.func.op(Op::Drop, register, 0, 0, span),
        }
        self.block(&except.body);
        self.func.drop_variables(variables);
        self.func.put(after);
    }

    fn finally_block(&mut self, block: &'a Block, start: Label, span: Span) {
        let end = self.func.label_here();
        self.func.protection -= 1;
        let Some(Around::Finally(finally)) = self.func.around.pop() else { return };
        let Finally { entry, value, why, ways } = finally;
        // What the last error or value was does not matter; without this it would count as needed everywhere before.
        self.func.load(value, Value::Null, span);
        self.func.load(why, Value::Int(i64::from(END)), span);
        self.func.jump(Op::Jump, 0, entry, span);
        let (target, block_end) = (self.func.label_here(), self.func.label());
        self.func.guards.push(Guard { start, end, target, register: value, finally_end: Some(block_end) });
        self.func.load(why, Value::Int(ERROR), span);
        self.func.put(entry);
        self.block(block);
        self.func.put(block_end);
        let after = self.func.label();
        self.func.branch(Instr::new(Op::JumpEqI, why, END, 0).with_kind(SENSE), after, span);
        for (number, way) in (2..).zip(ways) {
            let next = self.func.label();
            self.func.branch(Instr::new(Op::JumpEqI, why, number, 0), next, span);
            self.leave(way, (way == Way::Return).then_some(value), span);
            self.func.put(next);
        }
        self.func.op(Op::Throw, value, 0, 0, span);
        self.func.put(after);
    }
}
