//! The runner fails when it should. Most outcomes here are written by hand, so that no engine is needed.

use super::*;

fn program(source: &str) -> Program {
    Program::read(&Folder::single("area/case", source), None).unwrap()
}

fn mistakes(source: &str) -> String {
    Mistake::list(&Program::read(&Folder::single("area/case", source), None).unwrap_err())
}

fn report(code: &str, message: &str, line: u32) -> Report {
    Report {
        code: code.to_owned(),
        message: message.to_owned(),
        site: Some(Site { file: "case.ruff".to_owned(), line, column: 7 }),
        help: vec!["write 1".to_owned()],
        notes: Vec::new(),
        frames: vec![Frame { function: "f".to_owned(), line }, Frame { function: "g".to_owned(), line: 9 }],
        cause: None,
    }
}

fn printed(stdout: &str) -> Outcome {
    Outcome { stdout: stdout.to_owned(), ..Outcome::default() }
}

fn failed(status: i32, reports: &[Report]) -> Outcome {
    Outcome { status, reports: reports.to_vec(), ..Outcome::default() }
}

#[test]
fn right_output_passes() {
    let program = program("print(1)  # expect: 1\nprint()\n# expect:\n# expect: a b\n");
    assert_eq!(judge(&program, &printed("1\n\na b\n")), [""; 0]);
}

#[test]
fn wrong_output_shows_both_texts_and_the_place() {
    let program = program("print(1)  # expect: 1\nprint(2)  # expect: 2\n");
    let expected = "case.ruff:2: line 2 of stdout\n  expected: \"2\"\n  actual:   \"3\"";
    assert_eq!(judge(&program, &printed("1\n3\n")), [expected]);
    let expected = "case.ruff:2: line 2 of stdout\n  expected: \"2\"\n  actual:   nothing more";
    assert_eq!(judge(&program, &printed("1\n")), [expected]);
    let expected = "stdout goes on\n  expected: nothing more\n  actual:   \"4\"";
    assert_eq!(judge(&program, &printed("1\n2\n4\n")), [expected]);
    assert_eq!(judge(&program, &printed("1\n2")), ["stdout ends without a line end"]);
}

#[test]
fn silence_is_not_an_empty_line() {
    let silent = program("x := 1  # expect nothing\n");
    assert_eq!(judge(&silent, &printed("")), [""; 0]);
    assert_eq!(judge(&silent, &printed("\n")).len(), 1);
    assert_eq!(judge(&program("print()  # expect:\n"), &printed("")).len(), 1);
}

#[test]
fn a_missing_error_fails() {
    let program = program("print(1 / 0)  # expect error: RUFRUN012 Division by zero\n");
    let found = judge(&program, &printed(""));
    assert_eq!(found[0], "case.ruff:1: no such error\n  expected: RUFRUN012 Division by zero");
    assert_eq!(found[1], "exit status\n  expected: 4\n  actual:   0");
}

#[test]
fn the_right_error_passes() {
    let program = program("x := 1\n\n# expect error: RUFRUN012 Division…\n# exit: 4\n");
    assert_eq!(judge(&program, &failed(4, &[report("RUFRUN012", "Division by zero", 2)])), [""; 0]);
}

#[test]
fn code_message_line_and_column_of_an_error_count() {
    let program = program("x\n# expect error at 1:7: RUFRUN012 Division by zero\n");
    let right = report("RUFRUN012", "Division by zero", 1);
    assert_eq!(judge(&program, &failed(4, std::slice::from_ref(&right))), [""; 0]);
    let wrong = [
        Report { code: "RUFRUN001".to_owned(), ..right.clone() },
        Report { message: "Modulo by zero".to_owned(), ..right.clone() },
        Report { site: Some(Site { file: "case.ruff".to_owned(), line: 2, column: 7 }), ..right.clone() },
        Report { site: Some(Site { file: "case.ruff".to_owned(), line: 1, column: 8 }), ..right.clone() },
        Report { site: Some(Site { file: "m.ruff".to_owned(), line: 1, column: 7 }), ..right.clone() },
        Report { site: None, ..right },
    ];
    for report in wrong {
        assert_eq!(judge(&program, &failed(4, &[report])).len(), 1);
    }
}

#[test]
fn an_error_too_many_fails() {
    let program = program("print(1)  # expect: 1\n");
    let outcome =
        Outcome { stdout: "1\n".to_owned(), ..failed(4, &[report("RUFRUN012", "Division by zero", 1)]) };
    let found = judge(&program, &outcome);
    assert_eq!(found[0], "unexpected error\n  actual:   case.ruff:1:7: RUFRUN012 Division by zero");
    assert_eq!(found.len(), 2);
}

#[test]
fn syntax_errors_end_with_their_own_status() {
    let program = program("print(  # expect error: RUFPARSE002 Expected expression\n");
    let reports = [report("RUFPARSE002", "Expected expression", 1)];
    assert_eq!(judge(&program, &failed(3, &reports)), [""; 0]);
    assert_eq!(judge(&program, &failed(4, &reports)).len(), 1);
}

#[test]
fn details_of_an_error_count() {
    let source = "x  # expect error: RUFRUN001 a\n# expect help: write…\n# expect call stack: f (1), g (9)\n";
    assert_eq!(judge(&program(source), &failed(4, &[report("RUFRUN001", "a", 1)])), [""; 0]);
    let source = "x  # expect error: RUFRUN001 a\n# expect help: read 1\n# expect call stack: g (9), f (1)\n";
    assert_eq!(judge(&program(source), &failed(4, &[report("RUFRUN001", "a", 1)])).len(), 2);
    let source = "x  # expect error: RUFRUN001 a\n# expect cause: RUFRUN012 b\n";
    assert_eq!(judge(&program(source), &failed(4, &[report("RUFRUN001", "a", 1)])).len(), 1);
    let caused = Report { cause: Some(Box::new(report("RUFRUN012", "b", 3))), ..report("RUFRUN001", "a", 1) };
    assert_eq!(judge(&program(source), &failed(4, &[caused])), [""; 0]);
}

#[test]
fn the_status_counts() {
    let program = program("exit(3)\n# exit: 3\n");
    assert_eq!(judge(&program, &failed(3, &[])), [""; 0]);
    assert_eq!(judge(&program, &failed(4, &[])).len(), 1);
}

#[test]
fn the_time_counts_if_it_is_told() {
    let program = program("f()  # expect nothing\n# clock: 5\n");
    assert_eq!(judge(&program, &Outcome { clock: 5, ..Outcome::default() }), [""; 0]);
    let found = judge(&program, &Outcome { clock: 6, ..Outcome::default() });
    assert_eq!(found, ["clock at the end\n  expected: 5 ms\n  actual:   6 ms"]);
}

#[test]
fn programs_written_down_wrongly_do_not_run() {
    assert_eq!(
        mistakes("print(1)\n"),
        "area/case:0: the program expects nothing: write `# expect nothing` if that is meant"
    );
    assert_eq!(
        mistakes("# expect error: RUFRUN001 a\n"),
        "case.ruff:1: this error has no line: write `expect error at LINE: …`\narea/case:0: the program expects nothing: write `# expect nothing` if that is meant"
    );
    assert_eq!(
        mistakes("f()  # expect: 1\n# expect help: a\n"),
        "case.ruff:2: there is no `expect error` above"
    );
    assert_eq!(mistakes("# deny: clocks\nf()  # expect: 1\n"), "case.ruff:1: no capability is called clocks");
    assert_eq!(mistakes("f(«x»)  # expect: 1\n"), "case.ruff:0: «x» is not defined");
}

#[test]
fn directives_below_a_line_mean_that_line() {
    let program = program(
        "first()\nsecond()\n# expect: 1\n# expect error: RUFRUN001 a\n\n# other\n# expect error: RUFRUN001 b\n",
    );
    let lines: Vec<u32> = program.expected.errors.iter().map(|error| error.line).collect();
    assert_eq!(lines, [2, 6]);
}

#[test]
fn sidecars_speak_for_programs_that_cannot() {
    let folder = Folder {
        sidecar: Some(
            "expect error at 2: RUFLEX004 Unterminated block comment\nfuel: 7\nstdout:\na \n\n".to_owned(),
        ),
        ..Folder::single("area/case", "print(1)\r/* x")
    };
    let program = Program::read(&folder, None).unwrap();
    let error = &program.expected.errors[0];
    assert_eq!((error.file.as_str(), error.line, error.stated.as_str()), ("case.ruff", 2, "case.expect:1"));
    let lines: Vec<&str> = program.expected.stdout.iter().map(|line| line.text.as_str()).collect();
    assert_eq!((lines, program.settings.fuel), (vec!["a ", ""], 7));
}

#[test]
fn growth_tests_are_read_once_for_each_size() {
    let folder = Folder::single("area/case", "# growth: 50\nprint(len(range(«size»)))  # expect: «size»\n");
    assert_eq!(Program::read(&folder, None).unwrap().settings.growth, Some(50));
    let program = Program::read(&folder, Some(100)).unwrap();
    assert_eq!(program.expected.stdout[0].text, "100");
    assert!(program.source.contains("range(100)"));
}

#[test]
fn coverage_counts_names() {
    let names =
        ["checklist/errors/003_a", "checklist/errors/003_b", "checklist/modules/001_c", "errors/002_d"];
    let folders: Vec<Folder> = names.iter().map(|name| Folder::single(name, "")).collect();
    let coverage = coverage(&folders, 1..=3);
    assert_eq!(coverage.to_string(), "checklist rows covered: 2/3; missing: [2]; more than once: [3]");
    assert!(!coverage.is_complete());
}

#[test]
fn a_panic_of_the_engine_is_a_failure_with_its_words() {
    let result = on_small_stack("case", || -> () { panic!("broken") });
    assert_eq!(result, Err(Failure::Panic("broken".to_owned())));
}

#[test]
fn programs_that_are_not_as_they_say_fail() {
    let wrong = [
        "print(1)  # expect: 2",
        "print(1)  # expect nothing",
        "print(1)\n# expect: 1\n# expect: 2",
        "x := 1 / 1  # expect error: RUFRUN012 Division by zero",
        "x := 1\ny := 1 / 0\n# expect error at 1: RUFRUN012 Division by zero",
        "x := 1 / 0  # expect error: RUFRUN012 Modulo by zero",
        "x := 1 / 0  # expect error: RUFRUN005 Division by zero",
        "x := @  # expect error: RUFLEX001 Invalid character: '@'\n# exit: 4",
        "loop {}  # expect nothing",
        "# growth: 500\nfunc f(n) { mut a := []\nmut b := a\nfor i in n { b := a\na := push(a, i) }\nreturn len(a) + len(b) * 0 }\nprint(f(«size»))  # expect: «size»",
    ];
    for source in wrong {
        let source = source.replace("loop {}", "# fuel: 1000\nloop {}");
        assert!(check(&Folder::single("area/case", &source)).is_err(), "{source}");
    }
    assert_eq!(check(&Folder::single("area/case", "print(1)  # expect: 1")), Ok(()));
}
