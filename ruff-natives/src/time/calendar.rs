//! Dates of the Gregorian calendar, in UTC.

use ruff_runtime::native;
use ruff_runtime::native::{Cx, NativeResult};
use ruff_syntax::Code;

const DAY: i64 = 86_400;
/// Years beyond this one, before or after 0, are refused.
const LAST_YEAR: i64 = 262_142;

/// The time in UTC, as `YYYY-MM-DDTHH:MM:SSZ`.
///
/// ```ruff
/// len(now_utc())                                     # => 20
/// ```
#[native(family = "time", needs = clock)]
fn now_utc(cx: &mut Cx<'_>) -> String {
    Moment::new(cx.host().unix_millis().div_euclid(1000)).format("YYYY-MM-DDTHH:mm:ssZ")
}

/// A time in seconds since the start of 1970, written as `format` says, in UTC. `YYYY`, `MM`, `DD`, `HH`, `mm` and
/// `ss` stand for year, month, day, hour, minute and second; everything else for itself.
///
/// Fails with `Invalid timestamp: value must be a finite number` for `NaN` and infinities. Fails with `Invalid
/// timestamp: value is out of supported range` for times more than 262,142 years before or after the year 0.
///
/// ```ruff
/// format_date(86399, "YYYY-MM-DD HH:mm:ss")          # => "1970-01-01 23:59:59"
/// ```
#[native(family = "time", pure)]
fn format_date(cx: &mut Cx<'_>, timestamp: f64, format: &str) -> NativeResult<String> {
    if !timestamp.is_finite() {
        return Err(cx.fail(Code::ArgumentValue, "Invalid timestamp: value must be a finite number"));
    }
    let limit = (LAST_YEAR * 366 * DAY) as f64;
    let moment = (timestamp.abs() < limit).then(|| Moment::new(timestamp.trunc() as i64));
    match moment.filter(|moment| moment.date.year.abs() <= LAST_YEAR) {
        Some(moment) => Ok(moment.format(format)),
        None => Err(cx.fail(Code::ArgumentValue, "Invalid timestamp: value is out of supported range")),
    }
}

/// The start of the day that `text` names, in seconds since the start of 1970, UTC. The only `format` is `YYYY-MM-DD`.
///
/// Fails with `parse_date failed: unsupported format '{format}' (expected 'YYYY-MM-DD')` for another format. Fails
/// with `parse_date failed: '{text}' does not match format 'YYYY-MM-DD' ({reason})` if `text` is no date in that
/// format.
///
/// ```ruff
/// parse_date("1970-01-02", "YYYY-MM-DD")             # => 86400.0
/// ```
#[native(family = "time", pure)]
fn parse_date(cx: &mut Cx<'_>, text: &str, format: &str) -> NativeResult<f64> {
    let name = cx.name();
    if format != "YYYY-MM-DD" {
        let message = format!("{name} failed: unsupported format '{format}' (expected 'YYYY-MM-DD')");
        return Err(cx.fail(Code::ArgumentValue, message));
    }
    match read_date(text) {
        Ok(date) => Ok((date.days() * DAY) as f64),
        Err(problem) => {
            let message = format!("{name} failed: '{text}' does not match format 'YYYY-MM-DD' ({problem})");
            Err(cx.fail(Code::Conversion, message))
        }
    }
}

/// A day.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Date {
    year: i64,
    /// From 1.
    month: i64,
    /// From 1.
    day: i64,
}

/// A second of a day.
struct Moment {
    date: Date,
    second: i64,
}

impl Date {
    /// The day that is `days` after the first of 1970.
    ///
    /// Years start in March here, so that the leap day is the last of its year; 400 of them have 146,097 days.
    fn new(days: i64) -> Date {
        let days = days + 719_468;
        let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * day_of_year + 2) / 153;
        let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
        let day = day_of_year - (153 * march_month + 2) / 5 + 1;
        Date { year: year_of_era + era * 400 + i64::from(month <= 2), month, day }
    }

    /// Days since the first of 1970: the inverse of [`Date::new`].
    fn days(self) -> i64 {
        let year = self.year - i64::from(self.month <= 2);
        let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let march_month = if self.month > 2 { self.month - 3 } else { self.month + 9 };
        let day_of_year = (153 * march_month + 2) / 5 + self.day - 1;
        era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
    }
}

impl Moment {
    fn new(seconds: i64) -> Moment {
        Moment { date: Date::new(seconds.div_euclid(DAY)), second: seconds.rem_euclid(DAY) }
    }

    fn format(&self, format: &str) -> String {
        let Date { year, month, day } = self.date;
        let (hour, minute, second) = (self.second / 3600, self.second / 60 % 60, self.second % 60);
        let fields =
            [("YYYY", year), ("MM", month), ("DD", day), ("HH", hour), ("mm", minute), ("ss", second)];
        let mut out = String::with_capacity(format.len() + 4);
        let mut rest = format;
        while let Some(char) = rest.chars().next() {
            let found = fields
                .iter()
                .find_map(|(word, number)| Some((word.len(), *number, rest.strip_prefix(word)?)));
            match found {
                Some((width, number, after)) => {
                    out.push_str(&format!("{number:0width$}"));
                    rest = after;
                }
                None => {
                    out.push(char);
                    rest = rest.get(char.len_utf8()..).unwrap_or_default();
                }
            }
        }
        out
    }
}

/// Why a text is no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum DateProblem {
    #[error("premature end of input")]
    Short,
    #[error("input contains invalid characters")]
    Invalid,
    #[error("trailing input")]
    Long,
    #[error("input is out of range")]
    Range,
}

fn read_date(text: &str) -> Result<Date, DateProblem> {
    let (year, rest) = read_number(text, 4)?;
    let (month, rest) = read_number(read_dash(rest)?, 2)?;
    let (day, rest) = read_number(read_dash(rest)?, 2)?;
    if !rest.is_empty() {
        return Err(DateProblem::Long);
    }
    let date = Date { year, month, day };
    // A day that the month does not have comes back as one of the next.
    if (1..=12).contains(&month) && Date::new(date.days()) == date {
        Ok(date)
    } else {
        Err(DateProblem::Range)
    }
}

fn read_number(text: &str, most: usize) -> Result<(i64, &str), DateProblem> {
    let digits = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at(digits);
    match number.parse() {
        Ok(number) => Ok((number, rest)),
        Err(_) if text.is_empty() => Err(DateProblem::Short),
        Err(_) => Err(DateProblem::Invalid),
    }
}

fn read_dash(text: &str) -> Result<&str, DateProblem> {
    text.strip_prefix('-').ok_or(if text.is_empty() { DateProblem::Short } else { DateProblem::Invalid })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{call, message, source};
    use ruff_runtime::Value;

    #[test]
    fn every_day_of_eight_centuries_comes_back() {
        let mut before = Date::new(-146_097);
        for days in -146_096..146_097 {
            let date = Date::new(days);
            assert_eq!(date.days(), days);
            let next = date.day == before.day + 1 || (date.day == 1 && before.day >= 28);
            assert!(next && (1..=12).contains(&date.month));
            before = date;
        }
    }

    #[test]
    fn dates_written() {
        let written =
            |seconds: f64, format| call(&FORMAT_DATE, vec![Value::Float(seconds), Value::str(format)]);
        assert_eq!(source(written(951_782_400.9, "YYYY-MM-DD HH:mm:ss")), "\"2000-02-29 00:00:00\"");
        assert_eq!(source(written(-1.0, "DD.MM.YYYY HH:mm:ss")), "\"31.12.1969 23:59:59\"");
        assert_eq!(source(written(0.0, "MMM ä YY")), "\"01M ä YY\"");
        assert_eq!(message(written(f64::NAN, "")), "Invalid timestamp: value must be a finite number");
        assert_eq!(message(written(1e15, "")), "Invalid timestamp: value is out of supported range");
    }

    #[test]
    fn dates_read() {
        let read = |text| call(&PARSE_DATE, vec![Value::str(text), Value::str("YYYY-MM-DD")]);
        assert_eq!(source(read("2024-2-29")), "1709164800.0");
        let problems = [
            ("2023-02-29", "input is out of range"),
            ("2023-13-01", "input is out of range"),
            ("2023-01", "premature end of input"),
            ("2023/01/01", "input contains invalid characters"),
            ("2023-01-01x", "trailing input"),
            ("2023-01-ä", "input contains invalid characters"),
        ];
        for (text, problem) in problems {
            let expected =
                format!("parse_date failed: '{text}' does not match format 'YYYY-MM-DD' ({problem})");
            assert_eq!(message(read(text)), expected);
        }
        let other = call(&PARSE_DATE, vec![Value::str(""), Value::str("DD")]);
        assert_eq!(message(other), "parse_date failed: unsupported format 'DD' (expected 'YYYY-MM-DD')");
    }
}
