//! SIGINT and SIGTERM while a program runs.
#![expect(clippy::disallowed_methods, reason = "tests set their own scene")]
#![expect(clippy::unwrap_used, reason = "a test whose scene cannot be set fails")]
#![cfg(unix)]

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use crate::scene::Scene;

const SIGINT: i32 = 2;
const SIGTERM: i32 = 15;

/// A running program. It has written its first line to standard error.
struct Running {
    child: Child,
    stderr: BufReader<std::process::ChildStderr>,
    started: Instant,
    #[expect(dead_code, reason = "holds the files until the end")]
    scene: Scene,
}

impl Running {
    /// Starts a program that says `ready` on standard error.
    fn start(program: &str) -> Running {
        let mut scene = Scene::new();
        scene.file("a.ruff", program.as_bytes());
        let mut child = scene.command(&["a.ruff"]).spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let mut running = Running { child, stderr, started: Instant::now(), scene };
        running.wait_for("ready");
        running
    }

    /// Waits until the program says `line` on standard error.
    fn wait_for(&mut self, line: &str) {
        let mut said = String::new();
        self.stderr.read_line(&mut said).unwrap();
        assert_eq!(said.trim_end(), line);
        self.started = Instant::now();
    }

    fn send(&self, signal: i32) {
        let number = format!("-{signal}");
        let sent = Command::new("kill").args([&number, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// What it wrote to the two streams from then on, and the signal that ended it, which took less than `limit`.
    fn end(mut self, limit: Duration) -> (String, String, Option<i32>) {
        let (mut stdout, mut stderr) = (String::new(), String::new());
        self.child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
        self.stderr.read_to_string(&mut stderr).unwrap();
        let status = self.child.wait().unwrap();
        assert!(self.started.elapsed() < limit, "it took {:?}", self.started.elapsed());
        (stdout, stderr, status.signal())
    }
}

/// Far more than anything here takes, and less than what is to be cut short.
const SOON: Duration = Duration::from_secs(30);

fn said(stdout: &str, signal: i32) -> (String, String, Option<i32>) {
    (stdout.to_owned(), String::new(), Some(signal))
}

#[test]
fn what_cleaning_up_raises_is_told() {
    let running = Running::start(
        "try {\n    eprint(\"ready\")\n    sleep(60000)\n} finally {\n    throw(\"cannot close\")\n}\n",
    );
    running.send(SIGINT);
    let (_, stderr, signal) = running.end(SOON);
    assert_eq!(signal, Some(SIGINT));
    assert!(stderr.contains("Unhandled error in cleanup: cannot close"), "{stderr}");
}

#[test]
fn a_loop_is_interrupted() {
    let program = "print(\"out\")\ntry {\n    print(\"in\")\n    eprint(\"ready\")\n    loop { }\n} except e {\n    \
                   print(\"caught\")\n} finally {\n    print(\"clean\")\n}\nprint(\"after\")\n";
    for signal in [SIGINT, SIGTERM] {
        let running = Running::start(program);
        running.send(signal);
        assert_eq!(running.end(SOON), said("out\nin\nclean\n", signal));
    }
}

#[test]
fn waits_are_interrupted() {
    for wait in ["sleep(60000)", "input()", "map([1], func(n) { sleep(60000) })", "loop { sleep(1) }"] {
        let program =
            format!("try {{\n    eprint(\"ready\")\n    {wait}\n}} finally {{\n    print(\"clean\")\n}}\n");
        let running = Running::start(&program);
        running.send(SIGTERM);
        assert_eq!(running.end(SOON), said("clean\n", SIGTERM), "{wait}");
    }
}

#[test]
fn cleanup_takes_a_second_at_most() {
    for cleanup in ["loop { }", "sleep(60000)", "input()", "try { loop { } } finally { loop { } }"] {
        let program = format!(
            "try {{\n    eprint(\"ready\")\n    loop {{ }}\n}} finally {{\n    print(\"clean\")\n    {cleanup}\n    \
             print(\"never\")\n}}\n"
        );
        let running = Running::start(&program);
        running.send(SIGINT);
        assert_eq!(running.end(SOON), said("clean\n", SIGINT), "{cleanup}");
    }
}

#[test]
fn a_second_signal_ends_at_once() {
    let mut running = Running::start(
        "try {\n    eprint(\"ready\")\n    loop { }\n} finally {\n    eprint(\"clean\")\n    loop { }\n}\n",
    );
    running.send(SIGINT);
    running.wait_for("clean");
    running.send(SIGTERM);
    assert_eq!(running.end(Duration::from_millis(900)), said("", SIGTERM));
}

#[test]
fn exit_cleans_up_for_a_second_at_most() {
    for cleanup in ["loop { }", "sleep(60000)"] {
        let scene = Scene::new();
        let program = format!("try {{ exit(7) }} finally {{ print(\"clean\") {cleanup} }}");
        let outcome = scene.run(&["-e", &program]);
        assert_eq!((outcome.stdout.as_str(), outcome.status), ("clean\n", Some(7)), "{cleanup}");
    }
}
