//! Time.

use std::time::Duration;

use ruff_runtime::Value;
use ruff_runtime::native;
use ruff_runtime::native::{Cx, FiberCx, NativeResult, Whole};
use ruff_syntax::Code;

/// Whole seconds since the start of 1970, as a float.
///
/// ```ruff
/// type(now())                    # => "float"
/// ```
#[native(family = "time", needs = clock)]
fn now(cx: &mut Cx<'_>) -> f64 {
    cx.host().unix_millis().div_euclid(1000) as f64
}

/// Whole seconds since the start of 1970.
///
/// ```ruff
/// type(now_unix())               # => "int"
/// ```
#[native(family = "time", alias = "now_utc_seconds", needs = clock)]
fn now_unix(cx: &mut Cx<'_>) -> i64 {
    cx.host().unix_millis().div_euclid(1000)
}

/// Milliseconds since the start of 1970.
///
/// ```ruff
/// type(time())                   # => "int"
/// ```
#[native(family = "time", alias = "time", needs = clock)]
fn current_timestamp(cx: &mut Cx<'_>) -> i64 {
    cx.host().unix_millis()
}

/// Milliseconds since the program started, with a fraction. It never goes back, so differences measure time.
///
/// ```ruff
/// start := performance_now()
/// print(performance_now() - start)
/// ```
#[native(family = "time", needs = clock)]
fn performance_now(cx: &mut Cx<'_>) -> f64 {
    cx.host().uptime().as_nanos() as f64 / 1e6
}

/// Whole microseconds since the program started, as a float.
///
/// ```ruff
/// type(time_us())                # => "float"
/// ```
#[native(family = "time", needs = clock)]
fn time_us(cx: &mut Cx<'_>) -> f64 {
    cx.host().uptime().as_micros() as f64
}

/// Whole nanoseconds since the program started, as a float.
///
/// ```ruff
/// type(time_ns())                # => "float"
/// ```
#[native(family = "time", needs = clock)]
fn time_ns(cx: &mut Cx<'_>) -> f64 {
    cx.host().uptime().as_nanos() as f64
}

/// Waits that many milliseconds, without their fraction; gives 0. Other fibers go on meanwhile.
///
/// Fails with `sleep() requires non-negative milliseconds` for a negative number.
///
/// ```ruff
/// sleep(10)                      # => 0
/// ```
#[native(family = "time", needs = clock, waits, returns = "int")]
fn sleep(cx: &mut FiberCx<'_>, milliseconds: Whole) -> NativeResult<Value> {
    match u64::try_from(milliseconds.0).map(Duration::from_millis) {
        Ok(duration) if cx.is_alone() => {
            let slept = cx.host().sleep(duration);
            slept.map(|()| Value::Int(0)).map_err(|error| cx.host_error("Cannot wait", &error))
        }
        Ok(duration) => Ok(cx.after(duration, Value::Int(0))),
        Err(_) => {
            let message = format!("{}() requires non-negative milliseconds", cx.name());
            Err(cx.fail(Code::ArgumentValue, message))
        }
    }
}

/// From `start` to `end`: the difference, as a float.
///
/// ```ruff
/// elapsed(10, 25.5)              # => 15.5
/// ```
#[native(family = "time", pure)]
fn elapsed(start: f64, end: f64) -> f64 {
    end - start
}

/// A number of milliseconds with a suitable unit: seconds, milliseconds, microseconds or nanoseconds.
///
/// ```ruff
/// format_duration(1500)          # => "1.50s"
/// format_duration(0.25)          # => "250.00μs"
/// ```
#[native(family = "time", pure)]
fn format_duration(milliseconds: f64) -> String {
    let sign = if milliseconds < 0.0 { "-" } else { "" };
    match milliseconds.abs() {
        size if !size.is_finite() => format!("{milliseconds}ms"),
        size if size >= 1000.0 => format!("{sign}{:.2}s", size / 1000.0),
        size if size >= 1.0 => format!("{sign}{size:.2}ms"),
        size if size >= 0.001 => format!("{sign}{:.2}μs", size * 1000.0),
        size => format!("{sign}{:.0}ns", size * 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{call, message};

    #[test]
    fn durations() {
        let cases = [
            (1500.0, "1.50s"),
            (2.0, "2.00ms"),
            (0.25, "250.00μs"),
            (0.0005, "500ns"),
            (0.0, "0ns"),
            (-5.0, "-5.00ms"),
            (f64::INFINITY, "infms"),
            (f64::NAN, "NaNms"),
        ];
        for (milliseconds, text) in cases {
            assert_eq!(format_duration(milliseconds), text);
        }
    }

    #[test]
    fn nobody_waits_backwards() {
        assert_eq!(message(call(&SLEEP, vec![Value::Int(-1)])), "sleep() requires non-negative milliseconds");
    }
}
