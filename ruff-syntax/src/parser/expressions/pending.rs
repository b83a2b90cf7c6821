//! Expressions underway.

use super::super::Parser;
use super::{AWAIT_LEVEL, RANGE_LEVEL, UNARY_LEVEL};
use crate::ast::{
    Arg, BinaryOp, Constructor, Element, Entry, ExprId, ExprKind, FieldInit, InterpolationPart, Member, Name,
    UnaryOp,
};
use crate::source::Span;

/// What waits for an operand to be completed.
///
/// `lo` is where the expression starts; `first` where its parts start in the [`Scratch`] list of their kind.
#[derive(Debug, Clone, Copy)]
pub(in crate::parser) enum Pending {
    /// An operator before its operand.
    Prefix { op: Prefix, lo: u32 },
    /// An operator that has its left operand.
    Infix { op: Infix, level: u8, op_span: Span, lhs: ExprId },
    /// `(`
    Paren { lo: u32 },
    /// `callee(`; the argument underway may be a spread.
    Args { callee: Callee, lo: u32, first: usize, is_spread: bool },
    /// `object[`
    Index { object: ExprId, optional: bool },
    /// `[`; the element underway may be a spread.
    Array { lo: u32, first: usize, is_spread: bool },
    /// `{`
    Dict { lo: u32, first: usize, entry: DictEntry },
    /// `Name {`; the value of `member` is underway.
    Struct { name: Name, first: usize, member: Member },
    /// `"…${`; with it, `open` delimiters were open.
    Interpolation { lo: u32, first: usize, open: usize },
}

#[derive(Debug, Clone, Copy)]
pub(in crate::parser) enum Prefix {
    Neg,
    Not,
    BitNot,
    Await,
    Yield,
    /// `..b`, in an index.
    RangeTo {
        inclusive: bool,
    },
}

impl Prefix {
    /// How tightly it binds; 0 takes everything to its right.
    pub(super) fn level(self) -> u8 {
        match self {
            Prefix::Neg | Prefix::Not | Prefix::BitNot => UNARY_LEVEL,
            Prefix::Await => AWAIT_LEVEL,
            Prefix::Yield => 0,
            Prefix::RangeTo { .. } => RANGE_LEVEL,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::parser) enum Infix {
    Binary(BinaryOp),
    Pipe,
    Range { inclusive: bool },
}

/// What arguments are for.
#[derive(Debug, Clone, Copy)]
pub(in crate::parser) enum Callee {
    Value(ExprId),
    Method { object: ExprId, member: Member, optional: bool },
    Variant { name: Name, variant: Member },
    Constructor { constructor: Constructor, qualified: bool },
    Throw,
}

/// Which part of a dict entry is underway.
#[derive(Debug, Clone, Copy)]
pub(in crate::parser) enum DictEntry {
    Key,
    Value { key: ExprId },
    Spread,
}

/// The parts of the lists underway, those of the innermost last.
#[derive(Debug, Default)]
pub(in crate::parser) struct Scratch {
    pub(super) args: Vec<Arg>,
    pub(super) elements: Vec<Element>,
    pub(super) entries: Vec<Entry>,
    pub(super) fields: Vec<FieldInit>,
    pub(super) parts: Vec<InterpolationPart>,
}

impl Parser<'_> {
    /// Completes the innermost expression underway; `value` is its last part. After a mistake parts may be missing.
    pub(super) fn complete(&mut self, value: ExprId) -> ExprId {
        let Some(pending) = self.pending.pop() else { return value };
        if let Pending::Infix { op, op_span, lhs, .. } = pending {
            let kind = match op {
                Infix::Binary(op) => ExprKind::Binary { op, op_span, lhs, rhs: value },
                Infix::Pipe => ExprKind::Pipe { value: lhs, callee: value },
                Infix::Range { inclusive } => {
                    ExprKind::Range { start: Some(lhs), end: Some(value), inclusive }
                }
            };
            let lo = self.lo(lhs);
            return self.add(kind, lo);
        }
        self.depth -= 1;
        match pending {
            Pending::Infix { .. } => value,
            Pending::Prefix { op, lo } => self.add(prefixed(op, value), lo),
            Pending::Paren { lo } => self.add(ExprKind::Paren(value), lo),
            Pending::Index { object, optional } => {
                let lo = self.lo(object);
                self.add(ExprKind::Index { object, index: value, optional }, lo)
            }
            Pending::Args { callee, lo, first, is_spread } => {
                self.scratch.args.push(Arg { value, is_spread });
                self.called(callee, lo, first)
            }
            Pending::Array { lo, first, is_spread } => {
                self.push_element(value, is_spread);
                self.array(lo, first)
            }
            Pending::Dict { lo, first, entry } => {
                match entry {
                    DictEntry::Key => {
                        let hole = self.hole();
                        self.push_entry(hole, DictEntry::Value { key: value });
                    }
                    _ => self.push_entry(value, entry),
                }
                self.dict(lo, first)
            }
            Pending::Struct { name, first, member } => {
                self.scratch.fields.push(FieldInit { member, value });
                self.struct_value(name, first)
            }
            Pending::Interpolation { lo, first, .. } => {
                self.scratch.parts.push(InterpolationPart::Expr(value));
                self.interpolated(lo, first)
            }
        }
    }

    pub(super) fn push_element(&mut self, value: ExprId, is_spread: bool) {
        self.scratch.elements.push(if is_spread { Element::Spread(value) } else { Element::Item(value) });
    }

    pub(super) fn push_entry(&mut self, value: ExprId, entry: DictEntry) {
        self.scratch.entries.push(match entry {
            DictEntry::Value { key } => Entry::Pair { key, value },
            DictEntry::Key | DictEntry::Spread => Entry::Spread(value),
        });
    }

    /// Adds the call of `callee` with the arguments from `first` on.
    pub(super) fn called(&mut self, callee: Callee, lo: u32, first: usize) -> ExprId {
        let args = drain(&mut self.scratch.args, first);
        let kind = match callee {
            Callee::Value(callee) => ExprKind::Call { callee, args },
            Callee::Method { object, member, optional } => {
                ExprKind::MethodCall { object, member, args, optional }
            }
            Callee::Variant { name, variant } => ExprKind::Variant { name, variant, args: Some(args) },
            Callee::Constructor { constructor, qualified } => {
                ExprKind::Construct { constructor, args, qualified }
            }
            Callee::Throw => ExprKind::Throw(args),
        };
        self.add(kind, lo)
    }

    pub(super) fn array(&mut self, lo: u32, first: usize) -> ExprId {
        let elements = drain(&mut self.scratch.elements, first);
        self.add(ExprKind::Array(elements), lo)
    }

    pub(super) fn dict(&mut self, lo: u32, first: usize) -> ExprId {
        let entries = drain(&mut self.scratch.entries, first);
        self.add(ExprKind::Dict(entries), lo)
    }

    pub(super) fn struct_value(&mut self, name: Name, first: usize) -> ExprId {
        let fields = drain(&mut self.scratch.fields, first);
        self.add(ExprKind::Struct { name, fields }, name.span.lo)
    }

    pub(super) fn interpolated(&mut self, lo: u32, first: usize) -> ExprId {
        let parts = drain(&mut self.scratch.parts, first);
        self.add(ExprKind::Interpolated(parts), lo)
    }
}

fn prefixed(op: Prefix, operand: ExprId) -> ExprKind {
    match op {
        Prefix::Neg => ExprKind::Unary { op: UnaryOp::Neg, operand },
        Prefix::Not => ExprKind::Unary { op: UnaryOp::Not, operand },
        Prefix::BitNot => ExprKind::Unary { op: UnaryOp::BitNot, operand },
        Prefix::RangeTo { inclusive } => ExprKind::Range { start: None, end: Some(operand), inclusive },
        Prefix::Await => ExprKind::Await(operand),
        Prefix::Yield => ExprKind::Yield(Some(operand)),
    }
}

/// Takes the parts from `first` on.
fn drain<T>(parts: &mut Vec<T>, first: usize) -> Box<[T]> {
    parts.drain(first.min(parts.len())..).collect()
}
