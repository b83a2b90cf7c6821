//! Snapshots of findings: the source first, then how it is drawn.

use std::sync::Arc;

use insta::assert_snapshot;
use proptest::prelude::{prop_assert, proptest};
use ruff_runtime::RuntimeError;
use ruff_runtime::error::Frame;
use ruff_syntax::{Code, Diagnostic, Severity, SourceFile, Span};
use unicode_width::UnicodeWidthStr;

use super::{Finding, Look, full, json, line};

/// A source in which `<primary>`, `{secondary}` and `[another]` mark places, which are cut out.
struct Marked {
    file: Arc<SourceFile>,
    spans: [Span; 3],
}

fn marked(text: &str) -> Marked {
    let mut clean = String::new();
    let mut spans = [Span::default(); 3];
    for c in text.chars() {
        let at = u32::try_from(clean.len()).unwrap();
        match c {
            '⟨' => spans[0].lo = at,
            '⟩' => spans[0].hi = at,
            '⟪' => spans[1].lo = at,
            '⟫' => spans[1].hi = at,
            '⦃' => spans[2].lo = at,
            '⦄' => spans[2].hi = at,
            c => clean.push(c),
        }
    }
    Marked { file: Arc::new(SourceFile::new("src/main.ruff", clean)), spans }
}

impl Marked {
    /// An error at the primary place that says `here`.
    fn error(&self, here: &str) -> Diagnostic {
        Diagnostic::error(Code::ExpectedToken, "Something is wrong", self.spans[0]).labelled(here)
    }

    /// The source and the drawing of `diagnostic`.
    fn draw(&self, diagnostic: Diagnostic, look: Look) -> String {
        let drawn = full::render(&Finding::from_source(diagnostic, &self.file), look);
        format!("{}\n----------\n{drawn}", self.file.text())
    }
}

const NARROW: Look = Look { width: 60, ..Look::PLAIN };

#[test]
fn primary_and_secondary_labels_share_a_line() {
    let source = marked("let a := 1\nlet b := 2\nprint⟪(⟫add(1, 2)⟨⟩");
    let diagnostic = Diagnostic::error(
        Code::UnclosedDelimiter,
        "Expected ')' to close function call arguments but found end of input",
        source.spans[0],
    )
    .labelled("expected ')' here")
    .with_label(source.spans[1], "opened here")
    .with_help("add ')' after 2")
    .with_note("every '(' needs its ')'");
    assert_snapshot!(source.draw(diagnostic, Look::PLAIN));
}

#[test]
fn three_labels_hang_below_each_other() {
    let source = marked("⟪let⟫ total := ⟨compute⟩ + ⦃rest⦄");
    let diagnostic =
        source.error("this one").with_label(source.spans[1], "first").with_label(source.spans[2], "last");
    assert_snapshot!(source.draw(diagnostic, Look::PLAIN));
}

#[test]
fn labels_that_start_together_or_overlap_are_kept_apart() {
    let source = marked("⟪⟨call⟩(first, ⦃second⦄)⟫");
    let diagnostic = source
        .error("the callee")
        .with_label(source.spans[1], "the call")
        .with_label(source.spans[2], "an argument");
    assert_snapshot!(source.draw(diagnostic, Look::PLAIN));
}

#[test]
fn a_label_beside_the_line_needs_nothing_to_its_right() {
    let source = marked("⟪open ⟨middle⟩ and more⟫");
    let diagnostic = source.error("inner").with_label(source.spans[1], "");
    assert_snapshot!(source.draw(diagnostic, Look::PLAIN));
}

#[test]
fn far_lines_are_skipped_and_a_single_one_is_shown() {
    let source = marked("⟪one⟫\n2\n⦃three⦄\n4\n5\n6\n7\n8\n9\n⟨ten⟩");
    let diagnostic =
        source.error("here").with_label(source.spans[1], "there").with_label(source.spans[2], "");
    assert_snapshot!(source.draw(diagnostic, Look::PLAIN));
}

#[test]
fn a_span_over_several_lines_is_marked_at_both_ends() {
    let source = marked("x := ⟨map(items, func(item) {\n    return item\n        + 1\n})⟩\nprint(x)");
    assert_snapshot!(source.draw(source.error("all of this"), Look::PLAIN));
}

#[test]
fn a_span_with_its_line_end_stays_in_its_line() {
    let source = marked("a := ⟨\"text\r\n⟩b");
    assert_snapshot!(source.draw(source.error("not closed"), Look::PLAIN).replace('\r', "␍"));
}

#[test]
fn the_end_of_the_source_is_a_place() {
    let source = marked("func f() {\n⟨⟩");
    assert_snapshot!(source.draw(source.error("expected '}' here"), Look::PLAIN));
}

#[test]
fn tabs_and_wide_characters_keep_carets_in_place() {
    let source = marked("\t\"日本\" + ⟨é\u{301}x⟩\t+ ⟪y⟫");
    let diagnostic = source.error("narrow").with_label(source.spans[1], "after a tab");
    assert_snapshot!(source.draw(diagnostic, Look::PLAIN));
}

#[test]
fn characters_that_steer_terminals_are_not_printed() {
    let source = marked("x := \"\u{1b}[2J\u{202e}\" + ⟨y⟩");
    let drawn = source.draw(Diagnostic::error(Code::Thrown, "\u{1b}[31mred", source.spans[0]), Look::PLAIN);
    assert_snapshot!(drawn.split_once("----------\n").unwrap().1);
    let ascii = Look { unicode: false, ..Look::PLAIN };
    let drawn = source.draw(source.error(""), ascii);
    assert_snapshot!(drawn.split_once("----------\n").unwrap().1);
}

#[test]
fn a_byte_order_mark_is_no_column() {
    let source = marked("\u{feff}⟨x⟩ + 1");
    let drawn = source.draw(source.error(""), Look::PLAIN);
    assert_snapshot!(drawn.split_once("----------\n").unwrap().1);
}

#[test]
fn long_lines_are_shown_around_the_place() {
    let filler = "word ".repeat(30);
    let at_start = marked(&format!("⟨start⟩ {filler}"));
    let in_middle = marked(&format!("{filler}⟨middle⟩ {filler}"));
    let at_end = marked(&format!("{filler}⟨end⟩"));
    let far_apart = marked(&format!("⟪first⟫ {filler}⟨second⟩ {filler}"));
    let too_long = marked(&format!("{filler}⟨{filler}⟩{filler}"));
    let draw = |source: &Marked| {
        let diagnostic = source
            .error("here")
            .with_label(source.spans[1], if source.spans[1].hi > 0 { "there" } else { "" });
        let diagnostic = Diagnostic {
            secondary: diagnostic.secondary.into_iter().filter(|label| label.span.hi > 0).collect(),
            ..diagnostic
        };
        full::render(&Finding::from_source(diagnostic, &source.file), NARROW)
    };
    let drawn: Vec<String> = [at_start, in_middle, at_end, far_apart, too_long].iter().map(draw).collect();
    assert_snapshot!(drawn.join("\n"));
}

#[test]
fn wide_characters_are_not_cut_in_half() {
    let source = marked(&format!("{}⟨x⟩{}", "日本".repeat(30), "語".repeat(40)));
    let narrow = full::render(&Finding::from_source(source.error("here"), &source.file), NARROW);
    let odd = Look { width: 61, ..NARROW };
    let odd = full::render(&Finding::from_source(source.error("here"), &source.file), odd);
    assert_snapshot!(narrow + &odd);
}

#[test]
fn line_numbers_widen_the_gutter() {
    let source = marked(&format!("{}⟨x⟩", "\n".repeat(99)));
    let drawn = source.draw(source.error("").with_help("first line\nsecond line"), Look::PLAIN);
    assert_snapshot!(drawn.split_once("----------\n").unwrap().1);
}

#[test]
fn without_a_place_there_is_no_location() {
    let finding =
        Finding::error(Code::FileNotReadable, "Failed to read .ruff file 'x.ruff': gone").with_help("look");
    assert_snapshot!(full::render(&finding, Look::PLAIN));
}

#[test]
fn a_file_that_was_not_read_has_no_excerpt() {
    let source = marked("");
    let finding = Finding::from_source(source.error(""), &source.file);
    assert_snapshot!(full::render(&finding, Look::PLAIN));
}

#[test]
fn colours_follow_the_severity() {
    let source = marked("print(⟨x⟩, ⟪y⟫)");
    let look = Look { color: true, ..Look::PLAIN };
    let mut drawn = String::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Info, Severity::Hint] {
        let diagnostic = Diagnostic { severity, ..source.error("here").with_label(source.spans[1], "there") };
        drawn += &full::render(&Finding::from_source(diagnostic.with_help("think"), &source.file), look);
    }
    assert_snapshot!(drawn.replace('\u{1b}', "␛"));
}

fn runtime_error(source: &Marked, message: &str, frames: Vec<Frame>) -> RuntimeError {
    RuntimeError {
        code: Code::DivisionByZero,
        message: message.to_owned(),
        help: Vec::new(),
        location: Some((source.file.clone(), source.spans[0])),
        label: String::new(),
        secondary: Vec::new(),
        notes: Vec::new(),
        frames,
        omitted: None,
        awaits: Vec::new(),
        cause: None,
    }
}

fn frame(function: &str, line: u32) -> Frame {
    Frame { function: function.to_owned(), file: "src/m.ruff".to_owned(), line, column: 12 }
}

#[test]
fn runtime_errors_show_the_call_stack() {
    let source = marked("return ⟨a / b⟩");
    let error = runtime_error(&source, "Division by zero", vec![frame("divide", 7), frame("main", 2)]);
    assert_snapshot!(full::render(&Finding::from_runtime(error), Look::PLAIN));
}

#[test]
fn long_call_stacks_are_shortened() {
    let source = marked("⟨f⟩()");
    let same = vec![frame("f", 1); 246];
    let draw = |error| full::render(&Finding::from_runtime(error), Look::PLAIN);
    let drawn = [
        [vec![frame("leaf", 9)], same.clone(), vec![frame("main", 3)]].concat(),
        (1..=60).map(|line| frame("g", line)).collect(),
        vec![frame("few", 1); 10],
    ]
    .map(|frames| draw(runtime_error(&source, "Deep", frames)));
    assert_snapshot!(drawn.join("\n"));
    let omitted =
        |frames| draw(RuntimeError { omitted: Some((2, 9000)), ..runtime_error(&source, "Deeper", frames) });
    let all_same = vec![frame("f", 1), frame("f", 1), frame("f", 1), frame("main", 2)];
    let others = vec![frame("f", 1), frame("g", 1), frame("f", 1), frame("main", 2)];
    assert_snapshot!(omitted(all_same) + "\n" + &omitted(others));
}

#[test]
fn causes_follow_the_error() {
    let source = marked("throw(⟨wrapped⟩)");
    let innermost = runtime_error(&source, "Division by zero", vec![frame("divide", 7)]);
    let middle =
        RuntimeError { cause: Some(Box::new(innermost)), ..runtime_error(&source, "Could not load", vec![]) };
    let outer =
        RuntimeError { cause: Some(Box::new(middle)), ..runtime_error(&source, "Could not start", vec![]) };
    assert_snapshot!(full::render(&Finding::from_runtime(outer), Look::PLAIN));
}

#[test]
fn the_other_formats_take_a_line_each() {
    let source = marked("pirnt⟪(⟫⟨y⟩)");
    let diagnostic = Diagnostic::error(Code::UndefinedVariable, "Undefined variable: y", source.spans[0])
        .with_label(source.spans[1], "in this call")
        .with_help("Did you mean 'x'?")
        .with_note("100% sure,\nreally");
    let placed = Finding::from_source(diagnostic, &source.file);
    let homeless = Finding::error(Code::CommandLine, "two\nlines: 100%");
    let drawn = [&placed, &homeless].map(|finding| {
        [line::short(finding, Look::PLAIN), line::github(finding), json::line(finding)].concat()
    });
    assert_snapshot!(drawn.join("\n"));
}

proptest! {
    /// Spans may be wrong in every way, and sources hold anything: something is drawn, in lines of bounded width.
    #[test]
    fn nothing_upsets_the_drawing(
        text in "(\\PC|[\t\r\n 日\u{feff}\u{1b}]){0,80}",
        spans in proptest::array::uniform3((0u32..100, 0u32..100)),
        width in 60usize..100,
    ) {
        let file = Arc::new(SourceFile::new("any.ruff", text));
        let [primary, other, third] = spans.map(|(lo, hi)| Span { lo, hi });
        let diagnostic = Diagnostic::error(Code::Syntax, "Invalid statement", primary)
            .with_label(other, "there")
            .with_label(third, "");
        let finding = Finding::from_source(diagnostic, &file);
        let drawn = full::render(&finding, Look { width, ..Look::PLAIN });
        prop_assert!(drawn.starts_with("error[RUFPARSE001]: Invalid statement\n  "), "{}", drawn);
        prop_assert!(drawn.ends_with('\n'));
        // The words beside a mark may stick out.
        let widest = drawn.lines().map(UnicodeWidthStr::width).max().unwrap_or_default();
        prop_assert!(widest <= width + " there".len(), "{}", drawn);
        prop_assert!(!line::short(&finding, Look::PLAIN).is_empty() && !json::line(&finding).is_empty());
    }
}
