//! Operators on the bits of ints.

use ruff_syntax::ast::BinaryOp;

/// `lhs op rhs` for an operator on bits; `None` if it fails or is another operator.
#[inline(always)]
pub(crate) fn on_bits(op: BinaryOp, lhs: i64, rhs: i64) -> Option<i64> {
    match op {
        BinaryOp::BitAnd => Some(lhs & rhs),
        BinaryOp::BitOr => Some(lhs | rhs),
        BinaryOp::BitXor => Some(lhs ^ rhs),
        BinaryOp::Shl if (0..64).contains(&rhs) => Some(lhs << rhs),
        BinaryOp::Shr if (0..64).contains(&rhs) => Some(lhs >> rhs),
        _ => None,
    }
}
