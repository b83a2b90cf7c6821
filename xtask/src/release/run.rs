//! A run over one tree: where it lies, and how gates start commands in it.

use std::cell::{OnceCell, RefCell};
use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::Context as _;

use super::progress::Progress;
use crate::metadata::Metadata;

/// How often a running command is looked at.
const PAUSE: Duration = Duration::from_millis(20);

/// A run over the workspace at `root`.
pub(crate) struct Run {
    /// The root of the workspace that is looked at.
    pub(crate) root: PathBuf,
    /// Where cargo builds it.
    pub(crate) target: PathBuf,
    /// What cargo knows about it.
    pub(crate) metadata: Metadata,
    /// What the tests of most crates said; two gates ask.
    pub(crate) unit_tests: OnceCell<Finished>,
    /// What commands of this gate wrote that did not succeed.
    failed: RefCell<String>,
    progress: Progress,
}

/// A command that has ended.
pub(crate) struct Finished {
    /// Whether its status was that of success.
    pub(crate) success: bool,
    /// What it wrote, standard output and standard error together.
    pub(crate) text: String,
}

impl Run {
    pub(crate) fn new(root: &Path, progress: Progress) -> anyhow::Result<Run> {
        let metadata = Metadata::read(root)?;
        let target = metadata.target_directory.clone();
        fs::create_dir_all(target.join("release-check")).context("the target directory")?;
        let run = Run {
            root: root.to_path_buf(),
            target,
            metadata,
            unit_tests: OnceCell::new(),
            failed: RefCell::default(),
            progress,
        };
        fs::write(run.references(), "").context("the list of snapshots that tests refer to")?;
        Ok(run)
    }

    /// Where all that the commands of a gate write is kept.
    pub(crate) fn log(&self, gate: &str) -> PathBuf {
        self.target.join("release-check").join(format!("{gate}.log"))
    }

    /// The list of snapshots that tests have referred to in this run.
    pub(crate) fn references(&self) -> PathBuf {
        self.target.join("release-check/references")
    }

    /// Runs a command in the tree to its end, whatever that is.
    pub(crate) fn finish(&self, mut command: Command) -> anyhow::Result<Finished> {
        let path = self.log(self.progress.gate());
        let mut log = OpenOptions::new().create(true).append(true).open(&path)?;
        writeln!(log, "$ {command:?}")?;
        let start = log.metadata()?.len();
        let mut child = command
            .current_dir(&self.root)
            .env("CARGO_TERM_COLOR", "never")
            // A snapshot that differs is a failure here, never a file to be written.
            .env("INSTA_UPDATE", "no")
            .env("INSTA_SNAPSHOT_REFERENCES_FILE", self.references())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().to_string_lossy()))?;
        let mut written = File::open(&path)?;
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            self.progress.tick(&mut written);
            thread::sleep(PAUSE);
        };
        let mut bytes = Vec::new();
        written.seek(SeekFrom::Start(start))?;
        written.read_to_end(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if !status.success() {
            self.failed.borrow_mut().push_str(&text);
        }
        Ok(Finished { success: status.success(), text })
    }

    /// What commands wrote that did not succeed, since this was asked last.
    pub(super) fn take_failed(&self) -> String {
        self.failed.take()
    }

    pub(super) fn progress(&self) -> &Progress {
        &self.progress
    }
}

impl Finished {
    /// The lines that have something in them, without blanks around.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.lines().map(str::trim).filter(|line| !line.is_empty())
    }

    /// What `found` finds in the lines. A command that failed for no reason found is blamed on its last words.
    pub(crate) fn culprits(&self, found: impl Fn(&str) -> Option<String>) -> Vec<String> {
        let mut culprits: Vec<String> = self.lines().filter_map(found).collect();
        if !self.success && culprits.is_empty() {
            let error = self.lines().find(|line| line.starts_with("error"));
            culprits.extend(error.or(self.lines().last()).map(str::to_owned));
        }
        culprits.dedup();
        culprits
    }
}
