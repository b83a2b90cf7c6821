//! Floats as JSON numbers.

use std::fmt::Write;

/// Adds the shortest form of a finite `float` that reads back: `2.0`, `0.1`, `1e+20`, `1.5e-7`.
pub(super) fn push_float(out: &mut String, float: f64) {
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
