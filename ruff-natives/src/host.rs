//! [`SystemHost`]: the host over the operating system. The only place in the library that touches it.
#![expect(clippy::disallowed_methods, reason = "this is the host that everything else goes through")]

use std::any::Any;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ruff_runtime::host::{
    Driven, FileStamp, Host, HostError, HostErrorKind, HostResult, Operation, OperationId,
};
use ruff_runtime::http::{HttpError, HttpProblem, HttpRequest, HttpResult, HttpRoute, HttpTestServer};
use ruff_runtime::interrupt::Interrupt;
use ruff_runtime::random::Randomness;
use tokio::runtime::{self, Handle, Runtime};

use crate::driver::Driver;
use crate::fixture::Fixture;
use crate::network::{Client, Destinations, Network};
use crate::stdin::StandardInput;
use crate::stdout::StandardOutput;

/// The operating system as a host.
///
/// Standard output is collected in a buffer; on a terminal it is written out with every line.
pub struct SystemHost {
    common: Arc<Common>,
    /// What ends waiting early.
    interrupt: Option<Interrupt>,
    /// Until which uptime we may wait.
    deadline: Option<Duration>,
    randomness: Randomness,
    /// What works on operations that go on while the program does, once there was one.
    driver: Option<Driver>,
    /// They end with the isolate that has started them.
    test_servers: Vec<Arc<Fixture>>,
}

/// What the hosts of a program's isolates have in common.
struct Common {
    args: Vec<String>,
    /// Shared with operations that read.
    input: Arc<Mutex<StandardInput>>,
    output: Mutex<StandardOutput>,
    started: Instant,
    /// Temporary files made so far, for their names.
    temporaries: AtomicU64,
    /// The threads of operations, once there was one.
    runtime: OnceLock<Runtime>,
    network: Network,
    /// What sends requests, once there was one.
    client: OnceLock<Arc<Client>>,
}

impl SystemHost {
    /// A host for a program with these arguments, which starts now. It has the destinations that the environment says,
    /// all if it says nothing.
    pub fn new(args: Vec<String>) -> Self {
        SystemHost::with_usual_destinations(args, Destinations::All)
    }

    /// As [`SystemHost::new`], with other destinations where the environment says nothing.
    pub fn with_usual_destinations(args: Vec<String>, usual: Destinations) -> Self {
        SystemHost::with_network(args, Network::of_environment(|name| std::env::var(name).ok(), usual))
    }

    /// A host for a program with these arguments, which starts now and reaches the network like this.
    pub fn with_network(args: Vec<String>, network: Network) -> Self {
        SystemHost::with(Arc::new(Common {
            args,
            input: Arc::default(),
            output: Mutex::new(StandardOutput::new()),
            started: Instant::now(),
            temporaries: AtomicU64::new(0),
            runtime: OnceLock::new(),
            network,
            client: OnceLock::new(),
        }))
    }

    fn with(common: Arc<Common>) -> Self {
        let randomness = Randomness::default();
        let (driver, test_servers) = (None, Vec::new());
        SystemHost { common, interrupt: None, deadline: None, randomness, driver, test_servers }
    }

    fn output(&self) -> MutexGuard<'_, StandardOutput> {
        self.common.output.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until this thread is unparked or `until` is reached, or for no reason. Fails when waiting is to end.
    fn park(&self, until: Option<Duration>) -> HostResult<()> {
        let now = self.uptime();
        let is_over = self.deadline.is_some_and(|deadline| now >= deadline);
        if is_over || self.interrupt.as_ref().is_some_and(Interrupt::is_requested) {
            let message = "interrupted".to_owned();
            return Err(HostError { kind: HostErrorKind::Interrupted, message });
        }
        match self.deadline.into_iter().chain(until).min() {
            Some(end) => thread::park_timeout(end.saturating_sub(now)),
            None => thread::park(),
        }
        Ok(())
    }

    /// Starts `work` on a thread of its own, or does it at once if there can be none.
    fn later<T: Send + 'static>(
        &mut self,
        work: impl FnOnce() -> HostResult<T> + Send + 'static,
    ) -> Operation<T> {
        match self.driver() {
            Ok(driver) => Operation::Running(driver.block(work)),
            Err(_) => Operation::Done(work()),
        }
    }

    fn driver(&mut self) -> io::Result<&Driver> {
        let driver = match self.driver.take() {
            Some(driver) => driver,
            None => Driver::new(self.common.runtime()?, self.interrupt.clone()),
        };
        Ok(self.driver.insert(driver))
    }
}

impl Common {
    /// The threads of operations: one that waits for the outside world, and more for work that blocks.
    fn runtime(&self) -> io::Result<Handle> {
        if let Some(runtime) = self.runtime.get() {
            return Ok(runtime.handle().clone());
        }
        let made = runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        // Another isolate may have been faster.
        Ok(self.runtime.get_or_init(|| made).handle().clone())
    }

    /// The client of all requests.
    fn client(&self) -> Result<Arc<Client>, HttpProblem> {
        if let Some(client) = self.client.get() {
            return Ok(client.clone());
        }
        let made = Arc::new(Client::new(&self.network)?);
        // Another isolate may have been faster.
        Ok(self.client.get_or_init(|| made).clone())
    }

    /// A number for the name of a temporary file.
    fn next_temporary(&self) -> u64 {
        self.temporaries.fetch_add(1, Ordering::Relaxed)
    }
}

impl Drop for Common {
    fn drop(&mut self) {
        // Nobody waits for what still goes on.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Replaces the regular file at `path` by one with `bytes`: whoever looks sees the old or the new contents.
fn replace(path: &Path, permissions: fs::Permissions, bytes: &[u8], number: u64) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = path.with_file_name(format!(".{name}.{}.{number}.tmp", std::process::id()));
    let written = File::create_new(&temporary)
        .and_then(|mut file| file.write_all(bytes))
        .and_then(|()| fs::set_permissions(&temporary, permissions))
        .and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // The first error is the one to tell about; most likely there is nothing to remove.
        let _ = fs::remove_file(&temporary);
    }
    written
}

/// Makes a file hold `bytes`; the temporary file that may be needed has `number` in its name.
fn overwrite(path: &Path, bytes: &[u8], number: u64) -> io::Result<()> {
    // A link stays, and what it leads to is replaced.
    let Ok(target) = fs::canonicalize(path) else { return fs::write(path, bytes) };
    let found = fs::metadata(&target)?;
    if !found.is_file() {
        return fs::write(path, bytes);
    }
    match replace(&target, found.permissions(), bytes, number) {
        // A file may be writable where its directory is not.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => fs::write(path, bytes),
        other => other,
    }
}

impl Host for SystemHost {
    fn write_stdout(&mut self, text: &str) -> HostResult<()> {
        self.output().write(text)
    }

    fn write_stderr(&mut self, text: &str) -> HostResult<()> {
        self.flush()?;
        io::stderr().write_all(text.as_bytes()).map_err(host_error)
    }

    fn flush(&mut self) -> HostResult<()> {
        self.output().flush()
    }

    fn is_at_line_start(&self) -> bool {
        self.output().is_at_line_start()
    }

    fn read_line(&mut self) -> HostResult<Option<String>> {
        self.flush()?;
        read_line(&self.common.input, || self.park(None))
    }

    fn read(&mut self, path: &Path) -> HostResult<Vec<u8>> {
        fs::read(path).map_err(host_error)
    }

    fn write(&mut self, path: &Path, bytes: &[u8]) -> HostResult<()> {
        overwrite(path, bytes, self.common.next_temporary()).map_err(host_error)
    }

    fn create(&mut self, path: &Path, bytes: &[u8]) -> HostResult<()> {
        let mut file = File::create_new(path).map_err(host_error)?;
        file.write_all(bytes).map_err(|error| {
            // Nobody has use for half of it.
            let _ = fs::remove_file(path);
            host_error(error)
        })
    }

    fn append(&mut self, path: &Path, bytes: &[u8]) -> HostResult<()> {
        let file = OpenOptions::new().append(true).create(true).open(path);
        file.and_then(|mut file| file.write_all(bytes)).map_err(host_error)
    }

    fn remove_file(&mut self, path: &Path) -> HostResult<()> {
        if fs::symlink_metadata(path).is_ok_and(|found| found.is_dir()) {
            return Err(HostError { kind: HostErrorKind::Other, message: "path is a directory".to_owned() });
        }
        fs::remove_file(path).map_err(host_error)
    }

    fn exists(&mut self, path: &Path) -> bool {
        path.exists()
    }

    fn stamp(&mut self, path: &Path) -> Option<FileStamp> {
        let found = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
        let modified = found.modified().ok()?.duration_since(UNIX_EPOCH).unwrap_or_default();
        Some(FileStamp { size: found.len(), modified: modified.as_nanos() })
    }

    fn canonical(&mut self, path: &Path) -> HostResult<PathBuf> {
        fs::canonicalize(path).map_err(host_error)
    }

    fn args(&self) -> &[String] {
        &self.common.args
    }

    fn env(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn unix_millis(&self) -> i64 {
        let millis = |duration: Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => millis(since),
            Err(before) => -millis(before.duration()),
        }
    }

    fn uptime(&self) -> Duration {
        self.common.started.elapsed()
    }

    fn sleep(&mut self, duration: Duration) -> HostResult<()> {
        // Whoever waits with the program wants to see what it said. A failure comes up with the next output.
        let _ = self.flush();
        let until = self.uptime().saturating_add(duration);
        while self.uptime() < until {
            self.park(Some(until))?;
        }
        Ok(())
    }

    fn set_interrupt(&mut self, interrupt: Interrupt) {
        self.interrupt = Some(interrupt);
    }

    fn set_deadline(&mut self, deadline: Option<Duration>) {
        self.deadline = deadline;
    }

    fn read_later(&mut self, path: &Path) -> Operation<Vec<u8>> {
        let path = path.to_owned();
        self.later(move || fs::read(path).map_err(host_error))
    }

    fn write_later(&mut self, path: &Path, bytes: Vec<u8>) -> Operation<()> {
        let (path, number) = (path.to_owned(), self.common.next_temporary());
        self.later(move || overwrite(&path, &bytes, number).map_err(host_error))
    }

    fn read_line_later(&mut self) -> Operation<Option<String>> {
        // A failure comes up with the next output.
        let _ = self.flush();
        let input = self.common.input.clone();
        self.later(move || {
            read_line(&input, || {
                thread::park();
                Ok(())
            })
        })
    }

    fn http_later(&mut self, request: HttpRequest) -> Operation<HttpResult> {
        let exchange = match self.common.client() {
            Ok(client) => client.exchange(request),
            Err(problem) => Err(HttpError { url: request.url, status: None, problem }),
        };
        match exchange {
            Err(error) => Operation::Done(Ok(Err(error))),
            Ok(exchange) => match self.driver() {
                Ok(_) => Operation::Running(Box::pin(async move { Ok(exchange.await) })),
                Err(error) => Operation::Done(Err(host_error(error))),
            },
        }
    }

    fn test_server(&mut self, routes: Vec<HttpRoute>) -> HostResult<Arc<dyn HttpTestServer>> {
        let server = Arc::new(Fixture::with_routes(routes).map_err(host_error)?);
        self.test_servers.push(server.clone());
        Ok(server)
    }

    fn drive(&mut self, id: OperationId, operation: Driven) {
        if let Some(driver) = &mut self.driver {
            driver.drive(id, operation);
        }
    }

    fn abandon(&mut self, id: OperationId) {
        if let Some(driver) = &mut self.driver {
            driver.abandon(id);
        }
    }

    fn wait(&mut self, until: Option<Duration>) -> Option<(OperationId, Box<dyn Any + Send>)> {
        loop {
            if let Some(done) = self.driver.as_mut().and_then(Driver::next_done) {
                return Some(done);
            }
            let has_news = self.interrupt.as_ref().is_some_and(Interrupt::has_news);
            if has_news || until.is_some_and(|until| self.uptime() >= until) {
                return None;
            }
            // Whoever waits with the program wants to see what it said. A failure comes up with the next output.
            let _ = self.flush();
            if self.park(until).is_err() {
                return None;
            }
        }
    }

    fn fork(&mut self) -> Box<dyn Host> {
        Box::new(SystemHost::with(self.common.clone()))
    }

    fn fork_for_thread(&mut self) -> Option<Box<dyn Host + Send>> {
        Some(Box::new(SystemHost::with(self.common.clone())))
    }

    fn random_bytes(&mut self, bytes: &mut [u8]) -> HostResult<()> {
        system_random(bytes)
    }

    fn random(&mut self) -> HostResult<u64> {
        self.randomness.draw(system_random)
    }

    fn seed_random(&mut self, seed: Option<u64>) {
        self.randomness.seed(seed);
    }
}

impl Drop for SystemHost {
    fn drop(&mut self) {
        // There is nobody left to tell.
        let _ = self.flush();
        for server in &self.test_servers {
            server.close();
        }
    }
}

fn read_line(input: &Mutex<StandardInput>, wait: impl Fn() -> HostResult<()>) -> HostResult<Option<String>> {
    let mut line = input.lock().unwrap_or_else(PoisonError::into_inner).read_line(wait)?;
    if line.is_empty() {
        return Ok(None);
    }
    if line.ends_with(b"\n") {
        line.pop();
    }
    if line.ends_with(b"\r") {
        line.pop();
    }
    Ok(Some(String::from_utf8_lossy(&line).into_owned()))
}

fn system_random(bytes: &mut [u8]) -> HostResult<()> {
    getrandom::fill(bytes)
        .map_err(|error| HostError { kind: HostErrorKind::Other, message: error.to_string() })
}

/// An error of the operating system in the host's words.
pub(crate) fn host_error(error: io::Error) -> HostError {
    let kind = match error.kind() {
        io::ErrorKind::NotFound => HostErrorKind::NotFound,
        io::ErrorKind::PermissionDenied => HostErrorKind::Denied,
        io::ErrorKind::BrokenPipe => HostErrorKind::BrokenPipe,
        io::ErrorKind::AlreadyExists => HostErrorKind::Exists,
        _ => HostErrorKind::Other,
    };
    HostError { kind, message: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory of its own for one test, which goes with it.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("ruff-host-{name}-{}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Scratch(path)
        }

        fn file(&self, name: &str) -> PathBuf {
            self.0.join(name)
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn files_are_made_replaced_extended_and_removed() {
        let (scratch, mut host) = (Scratch::new("files"), SystemHost::new(Vec::new()));
        let file = scratch.file("a");
        assert!(!host.exists(&file) && host.stamp(&file).is_none());
        host.create(&file, b"one").unwrap();
        assert_eq!(host.create(&file, b"two").unwrap_err().kind, HostErrorKind::Exists);
        host.write(&file, b"two").unwrap();
        host.append(&file, b"three").unwrap();
        assert_eq!(host.read(&file).unwrap(), b"twothree");
        assert_eq!(host.stamp(&file).unwrap().size, 8);
        host.remove_file(&file).unwrap();
        assert_eq!(host.read(&file).unwrap_err().kind, HostErrorKind::NotFound);
        assert_eq!(fs::read_dir(&scratch.0).unwrap().count(), 0, "no temporary file is left");
    }

    #[test]
    fn directories_are_no_files() {
        let (scratch, mut host) = (Scratch::new("directories"), SystemHost::new(Vec::new()));
        assert!(host.exists(&scratch.0) && host.stamp(&scratch.0).is_none());
        assert_eq!(host.remove_file(&scratch.0).unwrap_err().message, "path is a directory");
        assert!(host.write(&scratch.0, b"x").is_err());
        assert_eq!(host.create(&scratch.0, b"x").unwrap_err().kind, HostErrorKind::Exists);
    }

    #[cfg(unix)]
    #[test]
    fn replacing_keeps_links_and_permissions() {
        use std::os::unix::fs::PermissionsExt;

        let (scratch, mut host) = (Scratch::new("links"), SystemHost::new(Vec::new()));
        let (file, link) = (scratch.file("a"), scratch.file("b"));
        fs::write(&file, "one").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        host.write(&link, b"two").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&file).unwrap(), b"two");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    }
}
