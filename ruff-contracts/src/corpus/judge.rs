//! Compares what a program says about itself with what a run of it did.

use super::expectation::{ExpectedError, Line};
use super::outcome::{Outcome, Report, clip};
use super::program::Program;

/// Every difference, in words, with the place in the program that says otherwise.
pub fn judge(program: &Program, outcome: &Outcome) -> Vec<String> {
    let expected = &program.expected;
    let mut found = Vec::new();
    found.extend(output("stdout", &expected.stdout, &outcome.stdout));
    found.extend(output("stderr", &expected.stderr, &outcome.stderr));
    errors(&expected.errors, &outcome.reports, &mut found);
    let unfinished = outcome.unfinished.to_string();
    let expects = if expected.unfinished.is_empty() { "nothing" } else { &expected.unfinished };
    if outcome.has_ended && unfinished != expects {
        found.push(format!("what is left at its end\n  expected: {expects}\n  actual:   {unfinished}"));
    }
    if outcome.status != expected.status() {
        found.push(format!("exit status\n  expected: {}\n  actual:   {}", expected.status(), outcome.status));
    }
    if let Some(clock) = expected.clock.filter(|clock| *clock != outcome.clock) {
        found.push(format!("clock at the end\n  expected: {clock} ms\n  actual:   {} ms", outcome.clock));
    }
    found
}

/// The first line that differs; what comes after it usually differs too.
fn output(stream: &str, expected: &[Line], actual: &str) -> Option<String> {
    let ended = actual.strip_suffix('\n');
    let mut lines = ended.unwrap_or(actual).split('\n').filter(|_| !actual.is_empty());
    for (number, line) in (1..).zip(expected) {
        let actual = lines.next();
        if actual != Some(line.text.as_str()) {
            let actual = actual.map_or("nothing more".to_owned(), |text| format!("{:?}", clip(text)));
            let (text, stated) = (clip(&line.text), &line.stated);
            return Some(format!(
                "{stated}: line {number} of {stream}\n  expected: {text:?}\n  actual:   {actual}"
            ));
        }
    }
    if let Some(more) = lines.next() {
        return Some(format!("{stream} goes on\n  expected: nothing more\n  actual:   {:?}", clip(more)));
    }
    let is_cut = ended.is_none() && !actual.is_empty();
    is_cut.then(|| format!("{stream} ends without a line end"))
}

fn errors(expected: &[ExpectedError], actual: &[Report], found: &mut Vec<String>) {
    for (index, error) in expected.iter().enumerate() {
        let stated = &error.stated;
        match actual.get(index) {
            Some(report) => {
                found.extend(compare(error, report).into_iter().map(|text| format!("{stated}: {text}")))
            }
            None => {
                found.push(format!("{stated}: no such error\n  expected: {} {}", error.code, error.message.0))
            }
        }
    }
    let more = actual.get(expected.len()..).unwrap_or_default();
    found.extend(more.iter().map(|report| format!("unexpected error\n  actual:   {report}")));
}

fn compare(expected: &ExpectedError, report: &Report) -> Vec<String> {
    let mut found = Vec::new();
    let mut differ = |what: &str, expected: &str, actual: &str| {
        found.push(format!("{what}\n  expected: {expected}\n  actual:   {actual}"));
    };
    if report.code != expected.code || !expected.message.matches(&report.message) {
        let wanted = format!("{} {}", expected.code, expected.message.0);
        differ("error", &wanted, &format!("{} {}", report.code, report.message));
    }
    let (mut wanted, mut actual) = (format!("{}:{}", expected.file, expected.line), "unknown".to_owned());
    if let Some(site) = &report.site {
        actual = format!("{}:{}", site.file, site.line);
        if let Some(column) = expected.column {
            wanted = format!("{wanted}:{column}");
            actual = format!("{actual}:{}", site.column);
        }
    }
    if wanted != actual {
        differ("place of the error", &wanted, &actual);
    }
    for help in &expected.help {
        if !report.help.iter().any(|actual| help.matches(actual)) {
            differ("help", &help.0, &format!("{:?}", report.help));
        }
    }
    if let Some(stack) = &expected.call_stack
        && *stack != report.call_stack()
    {
        differ("call stack", stack, &report.call_stack());
    }
    if let Some((code, message)) = &expected.cause {
        let matches = |cause: &Report| cause.code == *code && message.matches(&cause.message);
        if !report.cause.as_deref().is_some_and(matches) {
            let actual = report.cause.as_deref().map_or("none".to_owned(), Report::to_string);
            differ("cause", &format!("{code} {}", message.0), &actual);
        }
    }
    found
}
