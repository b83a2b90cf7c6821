//! Random numbers, choices and names.

mod draw;

use ruff_runtime::Value;
use ruff_runtime::family;
use ruff_runtime::native;
use ruff_runtime::native::{Cx, Family, NativeResult, Number, Whole};
use ruff_runtime::value::Array;
use ruff_syntax::Code;

use draw::{below, bits, seed_of, unit};

/// The builtins of this family.
pub(crate) static FAMILY: Family = family!("random": [
    self::CLEAR_RANDOM_SEED,
    self::RANDOM,
    self::RANDOM_CHOICE,
    self::RANDOM_ID,
    self::RANDOM_INT,
    self::SET_RANDOM_SEED,
    self::UUID_V4,
]);

/// What `random_id` consists of.
const ID_ALPHABET: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// A float from 0 up to but without 1, each of the possible ones as likely as any other.
///
/// ```ruff
/// r := random()
/// print(r >= 0 && r < 1)                     # prints true
/// ```
#[native(family = "random", needs = random)]
fn random(cx: &mut Cx<'_>) -> NativeResult<f64> {
    Ok(unit(bits(cx)?))
}

/// An int from `min` to `max`, both included, each as likely as any other. Floats lose their fraction.
///
/// Fails with `random_int() min must be <= max, got {min} and {max}` if it is not.
///
/// ```ruff
/// roll := random_int(1, 6)
/// print(roll >= 1 && roll <= 6)              # prints true
/// ```
#[native(family = "random", needs = random)]
fn random_int(cx: &mut Cx<'_>, min: Whole, max: Whole) -> NativeResult<i64> {
    if min.0 > max.0 {
        let message = format!("{}() min must be <= max, got {} and {}", cx.name(), min.0, max.0);
        return Err(cx.fail(Code::ArgumentValue, message));
    }
    let span = max.0.wrapping_sub(min.0).cast_unsigned();
    let offset = match span.checked_add(1) {
        Some(count) => below(cx, count)?,
        None => bits(cx)?,
    };
    Ok(min.0.wrapping_add(offset.cast_signed()))
}

/// An element of `values`, each as likely as any other; 0 if there is none.
///
/// ```ruff
/// random_choice([7])                         # => 7
/// random_choice([])                          # => 0
/// ```
#[native(family = "random", needs = random)]
fn random_choice(cx: &mut Cx<'_>, values: &Array) -> NativeResult<Value> {
    if values.is_empty() {
        return Ok(Value::Int(0));
    }
    let index = below(cx, values.len() as u64)?;
    Ok(usize::try_from(index).ok().and_then(|index| values.get(index)).cloned().unwrap_or_default())
}

/// A text of `length` characters from `a` to `z` and `0` to `9`.
///
/// Fails with `random_id() length must be >= 0, got {length}` for a negative length. Fails with `random_id() result
/// exceeds maximum size of 268435456 bytes` for a greater one.
///
/// ```ruff
/// len(random_id(12))                         # => 12
/// ```
#[native(family = "random", needs = random)]
fn random_id(cx: &mut Cx<'_>, length: i64) -> NativeResult<String> {
    let Ok(length) = usize::try_from(length) else {
        return Err(cx.bad_value("length", ">= 0", &Value::Int(length)));
    };
    cx.check_bytes(length)?;
    let mut id = String::with_capacity(length);
    for _ in 0..length {
        let at = below(cx, ID_ALPHABET.len() as u64)?;
        id.extend(
            usize::try_from(at).ok().and_then(|at| ID_ALPHABET.get(at)).map(|&letter| char::from(letter)),
        );
    }
    Ok(id)
}

/// A random UUID, version 4, in lower case. A seed does not change what it gives.
///
/// ```ruff
/// len(uuid_v4())                             # => 36
/// ```
#[native(family = "random", needs = random)]
fn uuid_v4(cx: &mut Cx<'_>) -> NativeResult<String> {
    let mut bytes = [0; 16];
    cx.host().random_bytes(&mut bytes).map_err(|error| draw::failed(cx, &error))?;
    Ok(draw::uuid(u128::from_be_bytes(bytes)))
}

/// Makes what `random`, `random_int`, `random_choice` and `random_id` give a sequence that `seed` determines, the same
/// on every machine and in every release of a major version.
///
/// ```ruff
/// set_random_seed(42)
/// a := random_int(1, 1000000)
/// set_random_seed(42)
/// print(a == random_int(1, 1000000))         # prints true
/// ```
#[native(family = "random", needs = random)]
fn set_random_seed(cx: &mut Cx<'_>, seed: Number) {
    cx.host().seed_random(Some(seed_of(seed)));
}

/// Ends the sequence that `set_random_seed` began: random numbers are unpredictable again.
///
/// ```ruff
/// clear_random_seed()
/// ```
#[native(family = "random", needs = random)]
fn clear_random_seed(cx: &mut Cx<'_>) {
    cx.host().seed_random(None);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{call, message};

    #[test]
    fn what_is_refused() {
        let int = |min, max| call(&RANDOM_INT, vec![min, max]);
        assert_eq!(
            message(int(Value::Int(5), Value::Int(1))),
            "random_int() min must be <= max, got 5 and 1"
        );
        assert_eq!(
            message(int(Value::Int(5), Value::Float(f64::NAN))),
            "random_int() requires a number argument for max, got float"
        );
        assert_eq!(
            message(call(&RANDOM_ID, vec![Value::Int(-1)])),
            "random_id() length must be >= 0, got -1"
        );
        assert_eq!(
            message(call(&RANDOM_ID, vec![Value::Int(i64::MAX)])),
            "random_id() result exceeds maximum size of 268435456 bytes"
        );
    }
}
