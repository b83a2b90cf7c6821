//! Numbers of JSON text: floats written, digits read.

use std::fmt::Write;

use ruff_runtime::value::push_plain_float;

/// Adds the shortest form of a finite `float` that reads back: `2.0`, `0.1`, `1e+20`, `1.5e-7`.
pub(crate) fn push_float(out: &mut String, float: f64) {
    if push_plain_float(out, float) {
        if float.trunc() == float {
            out.push_str(".0");
        }
        return;
    }
    let size = float.abs();
    // Writing to a string cannot fail.
    if size == 0.0 || (1e-5..1e16).contains(&size) {
        let _ = write!(out, "{float}");
        if float.trunc() == float {
            out.push_str(".0");
        }
        return;
    }
    let start = out.len();
    let _ = write!(out, "{float:e}");
    let exponent = out.get(start..).and_then(|text| text.find('e')).map(|at| start + at + 1);
    if let Some(exponent) = exponent
        && !out.get(exponent..).is_some_and(|text| text.starts_with('-'))
    {
        out.insert(exponent, '+');
    }
}

/// The digits of a number, read from the left.
#[derive(Default)]
pub(super) struct Mantissa {
    number: u64,
    /// How many there were, without zeros at the front.
    significant: usize,
    /// How many there were.
    pub(super) count: usize,
}

impl Mantissa {
    #[inline]
    pub(super) fn push(&mut self, digit: u8) {
        self.number = self.number.wrapping_mul(10).wrapping_add(u64::from(digit.wrapping_sub(b'0')));
        self.significant += usize::from(self.number != 0);
        self.count += 1;
    }

    /// The int, if it is certain to have no more than 64 bits.
    #[inline]
    pub(super) fn exact(&self) -> Option<i64> {
        if self.significant <= 18 { i64::try_from(self.number).ok() } else { None }
    }

    /// The int divided by a power of ten, if one division gives the nearest float: both are exact then.
    #[inline]
    pub(super) fn over_power_of_ten(&self, power: usize) -> Option<f64> {
        const EXACT: u64 = 1 << 53;
        const POWERS: [f64; 16] =
            [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
        let power = POWERS.get(power)?;
        (self.significant <= 18 && self.number <= EXACT).then(|| self.number as f64 / power)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_read_back_and_look_like_floats() {
        let cases = [
            (2.0, "2.0"),
            (-0.0, "-0.0"),
            (0.1, "0.1"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (1e20, "1e+20"),
            (-1.25e300, "-1.25e+300"),
            (1e-5, "0.00001"),
            (1.5e-7, "1.5e-7"),
            (5e-324, "5e-324"),
        ];
        for (float, text) in cases {
            let mut out = String::new();
            push_float(&mut out, float);
            assert_eq!(out, text);
            assert_eq!(out.parse::<f64>().unwrap().to_bits(), float.to_bits());
        }
    }
}
