//! A directory with files, and `ruff` run in it.
#![expect(clippy::disallowed_methods, reason = "tests set their own scene")]
#![expect(clippy::unwrap_used, reason = "a test whose scene cannot be set fails")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A directory of its own, removed at the end.
pub(crate) struct Scene {
    dir: PathBuf,
    input: Vec<u8>,
    /// Environment variables of the next commands.
    pub(crate) vars: Vec<(&'static str, &'static str)>,
}

/// What a command did.
pub(crate) struct Outcome {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// The exit status; `None` when a signal ended it.
    pub(crate) status: Option<i32>,
}

impl Scene {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let dir = std::env::temp_dir().join(format!("ruff-cli-{}-{count}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        // The real path, since messages may show it.
        let dir = dir.canonicalize().unwrap();
        Scene { dir, input: Vec::new(), vars: Vec::new() }
    }

    /// The path of a file in the directory.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// Writes a file.
    pub(crate) fn file(&mut self, name: &str, bytes: &[u8]) -> &mut Self {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        self
    }

    /// What the next commands read from standard input.
    pub(crate) fn input(&mut self, bytes: &[u8]) -> &mut Self {
        self.input = bytes.to_vec();
        self
    }

    /// Runs `ruff` with these words.
    pub(crate) fn run(&self, words: &[&str]) -> Outcome {
        let mut child = self.command(words).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = self.input.clone();
        // On a thread of its own: a program that reads nothing must not block us, nor one that writes a lot.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        let text =
            |bytes| String::from_utf8(bytes).unwrap().replace(&self.dir.display().to_string(), "[DIR]");
        Outcome { stdout: text(output.stdout), stderr: text(output.stderr), status: output.status.code() }
    }

    /// The command for these words, not yet started.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = ruff_in(&self.dir);
        command.args(words).envs(self.vars.iter().copied());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

/// `ruff` in a directory, with an environment that does not depend on who runs the tests.
fn ruff_in(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ruff"));
    command.current_dir(dir).env_clear().env("LANG", "C.UTF-8");
    command
}
