//! Operators with one and two operands beyond the dispatch loop's fast paths: mixed numbers, text, arrays,
//! overloads, and errors.

use ruff_syntax::Code;
use ruff_syntax::ast::BinaryOp;

use super::{Vm, VmResult};
use crate::bytecode::op::{BOUND, KILL_B, KILL_C, SWAP};
use crate::bytecode::{BinaryKind, Instr, Op};
use crate::error::VmError;
use crate::fiber::ReturnMode;
use crate::value::{Str, Value, check_depth, on_bits};

/// The struct method that overloads an operator.
pub(super) fn overload(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "op_add",
        BinaryOp::Sub => "op_sub",
        BinaryOp::Mul => "op_mul",
        BinaryOp::Div => "op_div",
        BinaryOp::Mod => "op_mod",
        BinaryOp::Pow => "op_pow",
        BinaryOp::Eq => "op_eq",
        BinaryOp::Ne => "op_ne",
        BinaryOp::Lt => "op_lt",
        BinaryOp::Le => "op_le",
        BinaryOp::Gt => "op_gt",
        BinaryOp::Ge => "op_ge",
        _ => "",
    }
}

/// The arithmetic operator of an instruction.
fn operator(instr: Instr) -> BinaryOp {
    match instr.op {
        Op::Operate => BinaryKind::decode(instr.kind),
        Op::Sub | Op::SubI | Op::SubK | Op::SubR => BinaryOp::Sub,
        Op::Mul | Op::MulI | Op::MulK => BinaryOp::Mul,
        Op::Div | Op::DivI | Op::DivK | Op::DivR => BinaryOp::Div,
        Op::Mod | Op::ModI | Op::ModK | Op::ModR => BinaryOp::Mod,
        _ => BinaryOp::Add,
    }
}

/// `lhs op rhs` on two ints.
fn int_arithmetic(op: BinaryOp, lhs: i64, rhs: i64) -> VmResult<Value> {
    let result = match op {
        BinaryOp::Add => lhs.checked_add(rhs),
        BinaryOp::Sub => lhs.checked_sub(rhs),
        BinaryOp::Mul => lhs.checked_mul(rhs),
        BinaryOp::Div if rhs == 0 => return Err(division_by_zero(op)),
        BinaryOp::Mod if rhs == 0 => return Err(division_by_zero(op)),
        BinaryOp::Div => lhs.checked_div(rhs),
        BinaryOp::Pow if rhs < 0 => return Ok(Value::Float((lhs as f64).powf(rhs as f64))),
        BinaryOp::Pow => int_power(lhs, rhs),
        BinaryOp::Shl | BinaryOp::Shr if !(0..64).contains(&rhs) => return Err(invalid_shift(op)),
        _ if is_on_bits(op) => on_bits(op, lhs, rhs),
        // The remainder of a division by -1 is 0, also where the quotient overflows.
        _ => Some(lhs.wrapping_rem(rhs)),
    };
    result.map(Value::Int).ok_or_else(|| {
        VmError::new(Code::IntegerOverflow, format!("Integer overflow: {lhs} {} {rhs}", op.sign()))
            .with_help("ints are 64 bits wide; use a float if the range matters more than exact digits")
    })
}

fn is_on_bits(op: BinaryOp) -> bool {
    use BinaryOp::{BitAnd, BitOr, BitXor, Shl, Shr};
    matches!(op, BitAnd | BitOr | BitXor | Shl | Shr)
}

/// `base ** exponent`, which is not negative; `None` if it does not fit.
fn int_power(base: i64, exponent: i64) -> Option<i64> {
    match u32::try_from(exponent) {
        Ok(exponent) => base.checked_pow(exponent),
        // Of the powers that large these alone fit.
        Err(_) => match base {
            0 | 1 => Some(base),
            -1 => Some(if exponent % 2 == 0 { 1 } else { -1 }),
            _ => None,
        },
    }
}

#[cold]
fn invalid_shift(op: BinaryOp) -> VmError {
    let message = format!("{} expects a shift amount between 0 and 63", op.sign());
    VmError::new(Code::ArgumentValue, message)
}

/// `lhs op rhs` on two numbers of which one at least is a float.
fn float_arithmetic(op: BinaryOp, lhs: f64, rhs: f64) -> VmResult<Value> {
    Ok(Value::Float(match op {
        BinaryOp::Add => lhs + rhs,
        BinaryOp::Sub => lhs - rhs,
        BinaryOp::Mul => lhs * rhs,
        BinaryOp::Div | BinaryOp::Mod if rhs == 0.0 => return Err(division_by_zero(op)),
        BinaryOp::Div => lhs / rhs,
        BinaryOp::Pow => lhs.powf(rhs),
        _ => lhs % rhs,
    }))
}

#[cold]
fn division_by_zero(op: BinaryOp) -> VmError {
    let message = if op == BinaryOp::Mod { "Modulo by zero" } else { "Division by zero" };
    VmError::new(Code::DivisionByZero, message)
}

/// `Invalid binary operation` for two values.
#[cold]
pub(super) fn invalid_binary(op: BinaryOp, lhs: &Value, rhs: &Value) -> VmError {
    let (left, right) = (lhs.type_name(), rhs.type_name());
    let error = VmError::new(
        Code::InvalidOperation,
        format!("Invalid binary operation: {left} {} {right}", op.sign()),
    );
    let is_text = |value: &Value| value.as_str().is_some();
    if op == BinaryOp::Add && (is_text(lhs) || is_text(rhs)) {
        return error.with_help("convert with to_string(…), or interpolate: \"${value}\"");
    }
    error
}

/// `lhs op rhs` without overloads. Text and arrays on the left are extended in place when nobody else owns them.
pub(super) fn arithmetic(op: BinaryOp, lhs: Value, rhs: Value) -> Result<Value, VmError> {
    match (lhs, rhs) {
        (Value::Int(lhs), Value::Int(rhs)) => int_arithmetic(op, lhs, rhs),
        (lhs @ (Value::Int(_) | Value::Float(_)), rhs @ (Value::Int(_) | Value::Float(_)))
            if is_on_bits(op) =>
        {
            Err(invalid_binary(op, &lhs, &rhs))
        }
        (Value::Int(lhs), Value::Float(rhs)) => float_arithmetic(op, lhs as f64, rhs),
        (Value::Float(lhs), Value::Int(rhs)) => float_arithmetic(op, lhs, rhs as f64),
        (Value::Float(lhs), Value::Float(rhs)) => float_arithmetic(op, lhs, rhs),
        (Value::Array(mut lhs), Value::Array(rhs)) if op == BinaryOp::Add => {
            lhs.check_room_for(rhs.len(), || "Array concatenation".to_owned())?;
            lhs.extend(rhs.iter().cloned());
            Ok(Value::Array(lhs))
        }
        (lhs, rhs) => match (lhs.as_str().is_some(), rhs.as_str()) {
            (true, Some(text)) if op == BinaryOp::Add => concatenate(lhs, text),
            _ => Err(invalid_binary(op, &lhs, &rhs)),
        },
    }
}

/// Whether `lhs + rhs` extends text or an array: then nothing can fail any more, and the left operand may be taken from
/// where it stands.
pub(super) fn extends(lhs: &Value, rhs: &Value) -> bool {
    match (lhs, rhs) {
        (Value::Array(lhs), Value::Array(rhs)) => lhs.has_room_for(rhs.len()),
        (lhs, rhs) => match (lhs.as_str(), rhs.as_str()) {
            (Some(lhs), Some(rhs)) => lhs.len() + rhs.len() <= crate::native::MAX_BYTES,
            _ => false,
        },
    }
}

/// As [`extends`] for a sum of any length.
pub(super) fn extends_by(lhs: &Value, operands: &[Value]) -> bool {
    if let Value::Array(_) = lhs {
        return operands.iter().all(|operand| matches!(operand, Value::Array(_)));
    }
    let mut len = lhs.as_str().map(str::len);
    for operand in operands {
        len = len.zip(operand.as_str()).map(|(len, text)| len + text.len());
    }
    len.is_some_and(|len| len <= crate::native::MAX_BYTES)
}

/// Whether an extended array may stand `levels` containers deep.
pub(super) fn check_extension(lhs: &Value, rhs: &Value, levels: u16) -> VmResult {
    check_depth(lhs.depth().max(rhs.depth()).saturating_add(levels), "extending an array")
}

fn concatenate(lhs: Value, rhs: &str) -> VmResult<Value> {
    let lhs = match lhs {
        Value::Short(text) => Str::Short(text),
        Value::Str(text) => Str::Heap(text),
        other => return Err(invalid_binary(BinaryOp::Add, &other, &Value::Null)),
    };
    if lhs.len() + rhs.len() > crate::native::MAX_BYTES {
        let limit = crate::native::MAX_BYTES;
        let message = format!("String concatenation result exceeds maximum size of {limit} bytes");
        return Err(VmError::new(Code::ArgumentValue, message));
    }
    Ok(Str::concat(lhs, rhs).into())
}

impl Vm {
    /// An arithmetic instruction whose operands are not two ints or two floats, or that fails.
    #[inline(never)]
    pub(super) fn binary(&mut self, instr: Instr) -> VmResult {
        if instr.op == Op::AddI && instr.kind & BOUND != 0 {
            self.check_bound(instr.b)?;
        }
        let op = operator(instr);
        // The left operand is taken whether it dies here or not, as nothing can fail.
        if self.extends_itself(instr) {
            let rhs = match instr.op {
                Op::AddK => self.constant(instr.c).clone(),
                _ => self.operand(instr, instr.c, KILL_C),
            };
            let lhs = self.take_reg(instr.b);
            let sum = arithmetic(op, lhs, rhs)?;
            self.set_reg(instr.a, sum);
            return Ok(());
        }
        let (lhs, rhs) = self.binary_operands(instr);
        if let Value::Struct(object) = &lhs
            && let Some(method) = object.shape().def().and_then(|def| def.operator(overload(op)))
        {
            return self.call_operator(method, lhs.clone(), Some(rhs), instr.a, ReturnMode::Plain);
        }
        let value = arithmetic(op, lhs, rhs)?;
        self.set_reg(instr.a, value);
        Ok(())
    }

    /// Whether an instruction is `s := s + t` and only extends what `s` holds.
    fn extends_itself(&self, instr: Instr) -> bool {
        instr.a == instr.b
            && match instr.op {
                Op::Add => instr.b != instr.c && extends(self.reg(instr.b), self.reg(instr.c)),
                Op::AddK => instr.kind & SWAP == 0 && extends(self.reg(instr.b), self.constant(instr.c)),
                _ => false,
            }
    }

    fn binary_operands(&mut self, instr: Instr) -> (Value, Value) {
        match instr.op {
            Op::AddI | Op::SubI | Op::MulI | Op::DivI | Op::ModI => {
                let number = Value::Int(i64::from(instr.imm_c()));
                let operand = self.operand(instr, instr.b, KILL_B);
                if instr.kind & SWAP != 0 && matches!(instr.op, Op::AddI | Op::MulI) {
                    (number, operand)
                } else {
                    (operand, number)
                }
            }
            Op::AddK | Op::SubK | Op::MulK | Op::DivK | Op::ModK => {
                let constant = self.constant(instr.c).clone();
                let operand = self.operand(instr, instr.b, KILL_B);
                if instr.kind & SWAP != 0 && matches!(instr.op, Op::AddK | Op::MulK) {
                    (constant, operand)
                } else {
                    (operand, constant)
                }
            }
            Op::SubR | Op::DivR | Op::ModR => {
                let constant = self.constant(instr.c).clone();
                (constant, self.operand(instr, instr.b, KILL_B))
            }
            _ => {
                // The same register twice: `x + x`.
                let rhs = if instr.b == instr.c {
                    self.reg(instr.c).clone()
                } else {
                    self.operand(instr, instr.c, KILL_C)
                };
                (self.operand(instr, instr.b, KILL_B), rhs)
            }
        }
    }

    /// `-x` and `!x` on anything but numbers and bools, and where they fail.
    #[inline(never)]
    pub(super) fn unary(&mut self, instr: Instr) -> VmResult {
        let (sign, name) = match instr.op {
            Op::Neg => ("-", "op_neg"),
            Op::BitNot => ("~", ""),
            _ => ("!", "op_not"),
        };
        let operand = self.operand(instr, instr.b, KILL_B);
        if let Value::Struct(object) = &operand
            && let Some(method) = object.shape().def().and_then(|def| def.operator(name))
        {
            return self.call_operator(method, operand.clone(), None, instr.a, ReturnMode::Plain);
        }
        if let (Op::Neg, Value::Int(int)) = (instr.op, &operand) {
            return Err(VmError::new(Code::IntegerOverflow, format!("Integer overflow: -({int})")));
        }
        let message = format!("Invalid unary operation: {sign} {}", operand.type_name());
        let error = VmError::new(Code::InvalidOperation, message);
        Err(if instr.op == Op::Not {
            error.with_help("'!' takes a bool; compare explicitly, or use !is_truthy(value)")
        } else {
            error
        })
    }
}
