//! The [`Host`]: the only way from a running program to the outside world.
//!
//! `ruff-natives` holds the implementation over the operating system; tests and embedders bring their own. A native
//! reaches the host through its context, after the capability check.

use std::any::Any;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use crate::http::{HttpRequest, HttpResult, HttpRoute, HttpTestServer};
use crate::interrupt::Interrupt;

/// A failed operation of the host, with the operating system's own words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct HostError {
    /// What kind of failure.
    pub kind: HostErrorKind,
    /// What happened, in plain words: `No such file or directory (os error 2)`.
    pub message: String,
}

/// Kinds of host failures that programs and the engine tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostErrorKind {
    /// The file does not exist.
    NotFound,
    /// The operating system refused.
    Denied,
    /// The other end of a pipe is gone.
    BrokenPipe,
    /// The text is not UTF-8.
    NotUtf8,
    /// Something is there already.
    Exists,
    /// A wait ended before its time: the program was interrupted, or its deadline is reached.
    Interrupted,
    /// Anything else.
    Other,
}

/// The result of a host operation.
pub type HostResult<T> = Result<T, HostError>;

/// What a file was when it was read, to notice when it changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileStamp {
    /// Bytes.
    pub size: u64,
    /// Nanoseconds since the Unix epoch.
    pub modified: u128,
}

/// Something that the host does while the program goes on.
pub enum Operation<T> {
    /// It was over at once.
    Done(HostResult<T>),
    /// It goes on; [`Host::drive`] works on it.
    Running(Pin<Box<dyn Future<Output = HostResult<T>> + Send>>),
}

/// What an operation does to the world, and so what becomes of it when nobody waits for it any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effects {
    /// Nothing: it is given up when it is cancelled or the program ends.
    Nothing,
    /// Something that can be stopped: the program does not end before it is over, but it is given up when it is cancelled.
    Abortable,
    /// Something that must not be done by halves: it is over before the program ends, even if it is cancelled.
    Lasting,
}

/// An operation whose result only the one who started it can tell the type of.
pub type Driven = Pin<Box<dyn Future<Output = Box<dyn Any + Send>> + Send>>;

/// Names an operation that a host drives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperationId(pub u64);

/// The outside world of a program.
///
/// Paths are as the program gave them, relative to the working directory. Output is buffered by the host; it
/// flushes standard output before reading standard input and when asked to.
pub trait Host {
    /// Writes to standard output.
    fn write_stdout(&mut self, text: &str) -> HostResult<()>;
    /// Writes to standard error, after flushing standard output.
    fn write_stderr(&mut self, text: &str) -> HostResult<()>;
    /// Writes out what is buffered for standard output.
    fn flush(&mut self) -> HostResult<()>;
    /// Whether standard output ends with a line end, or is empty: what is written next begins a line.
    fn is_at_line_start(&self) -> bool {
        true
    }
    /// Reads one line of standard input without its line end; `None` at the end of input. Fails with
    /// [`HostErrorKind::Interrupted`] when waiting for it takes too long, see [`Host::set_deadline`].
    fn read_line(&mut self) -> HostResult<Option<String>>;

    /// Reads a whole file.
    fn read(&mut self, path: &Path) -> HostResult<Vec<u8>>;
    /// Replaces a file's contents; the file has either the old or the new contents whatever happens.
    fn write(&mut self, path: &Path, bytes: &[u8]) -> HostResult<()>;
    /// Makes a file; fails with [`HostErrorKind::Exists`] if anything is at that path. A host that can should do both
    /// in one step.
    fn create(&mut self, path: &Path, bytes: &[u8]) -> HostResult<()> {
        if self.exists(path) {
            return Err(HostError {
                kind: HostErrorKind::Exists,
                message: "File exists (os error 17)".to_owned(),
            });
        }
        self.write(path, bytes)
    }
    /// Adds to the end of a file, making it if needed.
    fn append(&mut self, path: &Path, bytes: &[u8]) -> HostResult<()>;
    /// Deletes a file.
    fn remove_file(&mut self, path: &Path) -> HostResult<()>;
    /// Whether anything is at that path.
    fn exists(&mut self, path: &Path) -> bool;
    /// Whether a file is at that path, and its stamp.
    fn stamp(&mut self, path: &Path) -> Option<FileStamp>;
    /// The path with links and `..` resolved, absolute.
    fn canonical(&mut self, path: &Path) -> HostResult<PathBuf>;

    /// The program's arguments.
    fn args(&self) -> &[String];
    /// An environment variable.
    fn env(&self, name: &str) -> Option<String>;

    /// Milliseconds since the Unix epoch.
    fn unix_millis(&self) -> i64;
    /// Time since the process started; never goes back.
    fn uptime(&self) -> Duration;
    /// Waits. Fails with [`HostErrorKind::Interrupted`] when it takes too long, see [`Host::set_deadline`].
    fn sleep(&mut self, duration: Duration) -> HostResult<()>;

    /// Tells once what ends the waits of the host early. One that never waits has no use for it.
    fn set_interrupt(&mut self, _interrupt: Interrupt) {}
    /// Tells until which uptime the host may wait for something. One that never waits has no use for it.
    fn set_deadline(&mut self, _deadline: Option<Duration>) {}

    /// As [`Host::read`], while the program goes on.
    fn read_later(&mut self, path: &Path) -> Operation<Vec<u8>> {
        Operation::Done(self.read(path))
    }
    /// As [`Host::write`], while the program goes on.
    fn write_later(&mut self, path: &Path, bytes: Vec<u8>) -> Operation<()> {
        Operation::Done(self.write(path, &bytes))
    }
    /// As [`Host::read_line`], while the program goes on.
    fn read_line_later(&mut self) -> Operation<Option<String>> {
        Operation::Done(self.read_line())
    }
    /// Sends a request and waits for the whole response, while the program goes on.
    fn http_later(&mut self, _request: HttpRequest) -> Operation<HttpResult> {
        Operation::Done(NoHost::refuse())
    }
    /// Starts a web server for a test, which only this machine can reach.
    fn test_server(&mut self, _routes: Vec<HttpRoute>) -> HostResult<Arc<dyn HttpTestServer>> {
        NoHost::refuse()
    }
    /// Works on an operation from now on. Only hosts that start operations that go on need it.
    fn drive(&mut self, _id: OperationId, _operation: Driven) {}
    /// Gives up an operation that it drives.
    fn abandon(&mut self, _id: OperationId) {}
    /// Waits for the next operation that is over, until [`Host::uptime`] reaches `until` at the latest. A time that has
    /// passed means not to wait; none, as long as it takes. Like all waits it may end early, see [`Host::set_deadline`].
    fn wait(&mut self, until: Option<Duration>) -> Option<(OperationId, Box<dyn Any + Send>)> {
        if let Some(left) = until.and_then(|until| until.checked_sub(self.uptime())) {
            // One that ends early is noticed by who waits.
            let _ = self.sleep(left);
        }
        None
    }

    /// A host over the same world, for another isolate on this thread.
    fn fork(&mut self) -> Box<dyn Host>;
    /// As [`Host::fork`], for another thread. `None` if the world is bound to its thread: all isolates run on this one then,
    /// when the program waits.
    fn fork_for_thread(&mut self) -> Option<Box<dyn Host + Send>> {
        None
    }

    /// Fills `bytes` with randomness that nobody can predict, whatever seed was set.
    fn random_bytes(&mut self, bytes: &mut [u8]) -> HostResult<()>;
    /// 64 random bits for `random` and its like, of a [`crate::random::Randomness`] that the host keeps.
    fn random(&mut self) -> HostResult<u64>;
    /// Starts the sequence of a seed, from which [`Host::random`] draws from now on; `None` ends it.
    fn seed_random(&mut self, seed: Option<u64>);
}

/// A host without a world: writes go nowhere, reads fail, time stands still. For programs that only compute.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoHost;

impl NoHost {
    fn refuse<T>() -> HostResult<T> {
        Err(HostError { kind: HostErrorKind::Denied, message: "there is no outside world here".to_owned() })
    }
}

impl Host for NoHost {
    fn write_stdout(&mut self, _text: &str) -> HostResult<()> {
        Ok(())
    }

    fn write_stderr(&mut self, _text: &str) -> HostResult<()> {
        Ok(())
    }

    fn flush(&mut self) -> HostResult<()> {
        Ok(())
    }

    fn read_line(&mut self) -> HostResult<Option<String>> {
        Ok(None)
    }

    fn read(&mut self, _path: &Path) -> HostResult<Vec<u8>> {
        NoHost::refuse()
    }

    fn write(&mut self, _path: &Path, _bytes: &[u8]) -> HostResult<()> {
        NoHost::refuse()
    }

    fn append(&mut self, _path: &Path, _bytes: &[u8]) -> HostResult<()> {
        NoHost::refuse()
    }

    fn remove_file(&mut self, _path: &Path) -> HostResult<()> {
        NoHost::refuse()
    }

    fn exists(&mut self, _path: &Path) -> bool {
        false
    }

    fn stamp(&mut self, _path: &Path) -> Option<FileStamp> {
        None
    }

    fn canonical(&mut self, _path: &Path) -> HostResult<PathBuf> {
        NoHost::refuse()
    }

    fn args(&self) -> &[String] {
        &[]
    }

    fn env(&self, _name: &str) -> Option<String> {
        None
    }

    fn unix_millis(&self) -> i64 {
        0
    }

    fn uptime(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&mut self, _duration: Duration) -> HostResult<()> {
        Ok(())
    }

    fn fork(&mut self) -> Box<dyn Host> {
        Box::new(NoHost)
    }

    fn random_bytes(&mut self, _bytes: &mut [u8]) -> HostResult<()> {
        NoHost::refuse()
    }

    fn random(&mut self) -> HostResult<u64> {
        NoHost::refuse()
    }

    fn seed_random(&mut self, _seed: Option<u64>) {}
}
