//! Conditions: truth as control flow. `&&`, `||` and comparisons become branches; their values are made from those.

use ruff_syntax::Span;
use ruff_syntax::ast::{BinaryOp, ExprId, ExprKind, UnaryOp};

use super::Compiler;
use super::expression::{Operand, Want};
use super::function::Label;
use super::operator::small_int;
use crate::bytecode::op::SENSE;
use crate::bytecode::{Instr, Op};
use crate::value::Value;

/// What is left to do for a condition.
pub(super) enum Test {
    /// Branch if the truth of an expression is `sense`.
    Branch { id: ExprId, sense: bool, target: Label },
    /// Put a label.
    Label(Label),
}

impl Compiler<'_> {
    /// Branches to `target` if the truth of an expression is `sense`, and goes on otherwise.
    pub(super) fn condition(&mut self, id: ExprId, sense: bool, target: Label) {
        let below = self.tests.len();
        self.tests.push(Test::Branch { id, sense, target });
        while self.tests.len() > below {
            match self.tests.pop() {
                Some(Test::Branch { id, sense, target }) => self.test(id, sense, target),
                Some(Test::Label(label)) => self.func.put(label),
                None => return,
            }
        }
    }

    /// Lowers one test, or leaves its parts for later.
    fn test(&mut self, id: ExprId, sense: bool, target: Label) {
        let id = self.strip(id);
        match self.kind(id) {
            ExprKind::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), .. } => {
                self.junction(id, *op, sense, target);
            }
            ExprKind::Binary { op, lhs, rhs, .. } if is_comparison(*op) => {
                self.comparison(*op, *lhs, *rhs, sense, target, self.span(id));
            }
            ExprKind::Unary { op: UnaryOp::Not, operand } if self.is_boolean(*operand) => {
                self.tests.push(Test::Branch { id: *operand, sense: !sense, target });
            }
            _ => self.truth_of(id, sense, target, self.span(id)),
        }
    }

    /// `a && b && c` or `a || b || c`
    fn junction(&mut self, id: ExprId, op: BinaryOp, sense: bool, target: Label) {
        // One part with this truth decides.
        let decisive = op == BinaryOp::Or;
        let end = self.func.label();
        let decided = if sense == decisive { target } else { end };
        self.tests.push(Test::Label(end));
        let mut at = id;
        let (mut part_sense, mut part_target) = (sense, target);
        while let ExprKind::Binary { op: other, lhs, rhs, .. } = self.kind(at)
            && *other == op
        {
            self.tests.push(Test::Branch { id: *rhs, sense: part_sense, target: part_target });
            (part_sense, part_target) = (decisive, decided);
            at = self.strip(*lhs);
        }
        self.tests.push(Test::Branch { id: at, sense: decisive, target: decided });
    }

    fn comparison(&mut self, op: BinaryOp, lhs: ExprId, rhs: ExprId, sense: bool, target: Label, span: Span) {
        let mark = self.func.next();
        let lhs = self.lower_before(lhs, &[rhs]);
        let rhs = self.lower(rhs, Want::Any);
        let (op, rhs) = match (small_int(&rhs), self.small_constant_unless_int(&rhs)) {
            (Some(small), _) => (branch_small(op), small),
            (None, Some(constant)) => (branch_constant(op), constant),
            (None, None) => (branch(op), self.in_register(rhs, span)),
        };
        self.func.free_from(mark);
        let kind = if sense { SENSE } else { 0 };
        self.func.branch(Instr::new(op, lhs, rhs, 0).with_kind(kind), target, span);
    }

    fn small_constant_unless_int(&mut self, operand: &Operand) -> Option<u16> {
        if small_int(operand).is_some() { None } else { self.small_constant(operand) }
    }

    /// The truth of any value.
    fn truth_of(&mut self, id: ExprId, sense: bool, target: Label, span: Span) {
        let mark = self.func.next();
        let known = match self.lower(id, Want::Any) {
            Operand::Constant(value) => Some(value.is_truthy()),
            Operand::Text(symbol) => Some(!self.text(symbol).is_empty()),
            Operand::Register(register) => {
                let op = if sense { Op::JumpTrue } else { Op::JumpFalse };
                self.func.jump(op, register, target, span);
                None
            }
        };
        if known == Some(sense) {
            self.func.jump(Op::Jump, 0, target, span);
        }
        self.func.free_from(mark);
    }

    /// The value of `a && b` or `a || b`, always a bool.
    pub(super) fn truth(&mut self, id: ExprId, want: Want, span: Span) -> Operand {
        let (no, end) = (self.func.label(), self.func.label());
        self.condition(id, false, no);
        if want == Want::Nothing {
            self.func.put(no);
            return Operand::Constant(Value::Null);
        }
        let dest = self.dest(want);
        self.func.load(dest, Value::Bool(true), span);
        self.func.jump(Op::Jump, 0, end, span);
        self.func.put(no);
        self.func.load(dest, Value::Bool(false), span);
        self.func.put(end);
        Operand::Register(dest)
    }

    /// Whether an expression always gives a bool, so that `!` cannot fail on it. A comparison does unless a struct
    /// overloads it, whose result then counts by its truth.
    fn is_boolean(&self, id: ExprId) -> bool {
        match self.kind(self.strip(id)) {
            ExprKind::Bool(_) => true,
            ExprKind::Binary { op, .. } => {
                is_comparison(*op)
                    || matches!(op, BinaryOp::And | BinaryOp::Or | BinaryOp::In | BinaryOp::NotIn)
            }
            _ => false,
        }
    }
}

fn is_comparison(op: BinaryOp) -> bool {
    use BinaryOp::{Eq, Ge, Gt, Le, Lt, Ne};
    matches!(op, Eq | Ne | Lt | Le | Gt | Ge)
}

fn branch(op: BinaryOp) -> Op {
    match op {
        BinaryOp::Ne => Op::JumpNe,
        BinaryOp::Lt => Op::JumpLt,
        BinaryOp::Le => Op::JumpLe,
        BinaryOp::Gt => Op::JumpGt,
        BinaryOp::Ge => Op::JumpGe,
        _ => Op::JumpEq,
    }
}

fn branch_small(op: BinaryOp) -> Op {
    match op {
        BinaryOp::Ne => Op::JumpNeI,
        BinaryOp::Lt => Op::JumpLtI,
        BinaryOp::Le => Op::JumpLeI,
        BinaryOp::Gt => Op::JumpGtI,
        BinaryOp::Ge => Op::JumpGeI,
        _ => Op::JumpEqI,
    }
}

fn branch_constant(op: BinaryOp) -> Op {
    match op {
        BinaryOp::Ne => Op::JumpNeK,
        BinaryOp::Lt => Op::JumpLtK,
        BinaryOp::Le => Op::JumpLeK,
        BinaryOp::Gt => Op::JumpGtK,
        BinaryOp::Ge => Op::JumpGeK,
        _ => Op::JumpEqK,
    }
}
