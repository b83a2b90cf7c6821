//! What is wrong with a TOML text, drawn with the line that it is in.

use std::ops::Range;

use crate::place::Place;

/// How many characters of a line are shown, and how many of them before the mistake if the line has more.
const SHOWN: usize = 80;
const BEFORE: usize = 30;

/// What is wrong with the bytes `at` of `text`. Of a long line the part around them is drawn.
pub(super) fn draw(text: &str, at: &Range<usize>, detail: &str) -> String {
    let place = Place::of(text, at.start);
    let line = first_line(text.get(place.line_start..).unwrap_or_default());
    let (lo, count) = (place.column - 1, line.chars().count());
    let hi = lo + first_line(text.get(at.clone()).unwrap_or_default()).chars().count().max(1);

    let from = if count <= SHOWN { 0 } else { lo.saturating_sub(BEFORE).min(count - SHOWN) };
    let to = from + SHOWN;
    let left = if from > 0 { "..." } else { "" };
    let right = if to < count { "..." } else { "" };
    let shown: String = line.chars().skip(from).take(SHOWN).map(visible).collect();
    let blanks = " ".repeat(left.len() + lo - from);
    // The end of the line may be wrong, which is behind all that is shown.
    let marks = "^".repeat(hi.min(to).saturating_sub(lo).max(1));

    let number = place.line.to_string();
    let gutter = " ".repeat(number.len());
    format!(
        "TOML parse error at line {number}, column {}\n\
         {gutter} |\n\
         {number} | {left}{shown}{right}\n\
         {gutter} | {blanks}{marks}\n\
         {detail}",
        place.column
    )
}

fn first_line(text: &str) -> &str {
    text.split(['\n', '\r']).next().unwrap_or_default()
}

/// Every character takes one column, and none moves the cursor.
fn visible(c: char) -> char {
    match c {
        '\t' => ' ',
        c if c.is_control() => '\u{fffd}',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_under_what_is_wrong() {
        let drawn = |text: &str, at| draw(text, &at, "detail");
        assert_eq!(
            drawn("\u{feff}é = 1\r\nb\0 =\té\n", 16..18),
            "TOML parse error at line 2, column 6\n  |\n2 | b\u{fffd} = é\n  |      ^\ndetail"
        );
        assert_eq!(drawn("ab", 0..9), "TOML parse error at line 1, column 1\n  |\n1 | ab\n  | ^\ndetail");
        assert_eq!(
            drawn("ab\ncd", 1..4),
            "TOML parse error at line 1, column 2\n  |\n1 | ab\n  |  ^\ndetail"
        );
        assert_eq!(drawn("ab\n", 2..2), "TOML parse error at line 1, column 3\n  |\n1 | ab\n  |   ^\ndetail");
        assert_eq!(
            drawn(&"\n".repeat(9), 9..9),
            "TOML parse error at line 10, column 1\n   |\n10 | \n   | ^\ndetail"
        );
    }

    #[test]
    fn of_a_long_line_the_part_around_the_mistake_is_shown() {
        let line: String = ('0'..='9').cycle().take(1_000_000).collect();
        let rows = |at: Range<usize>| {
            let drawn = draw(&line, &at, "");
            let rows: Vec<String> =
                drawn.lines().skip(2).map(|row| row.get(4..).unwrap().to_owned()).collect();
            rows
        };
        let ten = |times: usize| "0123456789".repeat(times);
        assert_eq!(rows(3..5), [format!("{}...", ten(8)), "   ^^".to_owned()]);
        assert_eq!(rows(0..1_000_000), [format!("{}...", ten(8)), "^".repeat(80)]);
        assert_eq!(rows(500_000..500_002), [format!("...{}...", ten(8)), format!("{}^^", " ".repeat(33))]);
        assert_eq!(rows(500_000..700_000)[1], format!("{}{}", " ".repeat(33), "^".repeat(50)));
        assert_eq!(rows(1_000_000..1_000_000), [format!("...{}", ten(8)), format!("{}^", " ".repeat(83))]);
    }
}
