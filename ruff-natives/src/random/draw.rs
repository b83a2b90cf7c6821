//! From random bits to random numbers. Everything here is part of the promise that a seed always gives the same.

use ruff_runtime::VmError;
use ruff_runtime::host::HostError;
use ruff_runtime::native::{Cx, NativeResult, Number};

/// 64 random bits.
pub(super) fn bits(cx: &mut Cx<'_>) -> NativeResult<u64> {
    cx.host().random().map_err(|error| failed(cx, &error))
}

pub(super) fn failed(cx: &Cx<'_>, error: &HostError) -> VmError {
    cx.host_error("Cannot get random numbers", error)
}

/// A multiple of 2⁻⁵³ in [0, 1): the floats of that range that are equally far apart.
pub(super) fn unit(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

/// A number below `count`, which is not 0, each as likely as any other.
pub(super) fn below(cx: &mut Cx<'_>, count: u64) -> NativeResult<u64> {
    loop {
        if let Some(number) = scale(bits(cx)?, count) {
            return Ok(number);
        }
    }
}

/// `bits` scaled to a number below `count`; `None` for the few that would make some numbers more likely than others.
///
/// The method is Lemire's "Fast Random Integer Generation in an Interval" (2019).
fn scale(bits: u64, count: u64) -> Option<u64> {
    let product = u128::from(bits) * u128::from(count);
    let (number, rest) = ((product >> 64) as u64, product as u64);
    // 2⁶⁴ modulo `count`; dividing is rarely needed.
    let is_even = rest >= count || rest >= count.wrapping_neg() % count;
    is_even.then_some(number)
}

/// The seed that a number is: an int and a float of the same mathematical value are one.
pub(super) fn seed_of(number: Number) -> u64 {
    match number {
        Number::Int(int) => int.cast_unsigned(),
        Number::Float(float) => {
            let int = float as i64;
            if int as f64 == float && int != i64::MAX { int.cast_unsigned() } else { float.to_bits() }
        }
    }
}

/// A UUID of version 4 and the usual variant out of random bits.
pub(super) fn uuid(bits: u128) -> String {
    let version = bits & !(0xf << 76) | 4 << 76;
    let marked = version & !(0b11 << 62) | 0b10 << 62;
    let digits = format!("{marked:032x}");
    let mut text = String::with_capacity(36);
    for (at, digit) in digits.chars().enumerate() {
        if matches!(at, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_stay_below_one() {
        assert_eq!(unit(0), 0.0);
        assert_eq!(unit(u64::MAX), 1.0 - f64::EPSILON / 2.0);
        assert_eq!(unit(1 << 63), 0.5);
    }

    #[test]
    fn numbers_stay_below_their_count() {
        assert_eq!(scale(u64::MAX, 6), Some(5));
        assert_eq!(scale(0, 6), None);
        assert_eq!(scale(0, 4), Some(0));
        assert_eq!(scale(12345, 1), Some(0));
        assert_eq!(scale(u64::MAX, u64::MAX), Some(u64::MAX - 1));
    }

    #[test]
    fn seeds() {
        assert_eq!(seed_of(Number::Int(-1)), u64::MAX);
        assert_eq!(seed_of(Number::Float(42.0)), 42);
        assert_eq!(seed_of(Number::Float(0.5)), 0.5_f64.to_bits());
        assert_eq!(seed_of(Number::Float(1e300)), 1e300_f64.to_bits());
        assert_eq!(seed_of(Number::Float(f64::NAN)), f64::NAN.to_bits());
    }

    #[test]
    fn uuids_say_what_they_are() {
        assert_eq!(uuid(u128::MAX), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(uuid(0), "00000000-0000-4000-8000-000000000000");
    }
}
