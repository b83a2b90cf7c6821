//! [`TestHost`]: a world in memory. Output is captured, input is given, files are a map, the clock stands still
//! except for sleeping. Web servers are real, on this machine; while a program waits for them the clock runs.

use std::any::Any;
use std::cell::{Ref, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ruff_runtime::host::{
    Driven, FileStamp, Host, HostError, HostErrorKind, HostResult, Operation, OperationId,
};
use ruff_runtime::http::{HttpRequest, HttpResult, HttpRoute, HttpTestServer};
use ruff_runtime::interrupt::Interrupt;
use ruff_runtime::random::Randomness;

use crate::loopback::Loopback;

/// The working directory of every program; no directory of the machine has this name.
const WORKING_DIRECTORY: &str = "/corpus";

/// The time at which every program starts: 2025-01-01T00:00:00Z, in milliseconds since the Unix epoch.
const START_MILLIS: i64 = 1_735_689_600_000;

/// What a program finds when it starts.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// Lines of standard input, without line ends.
    pub stdin: Vec<String>,
    /// Path to contents, relative paths below the working directory.
    pub files: BTreeMap<PathBuf, Vec<u8>>,
    /// Symbolic links: path to target.
    pub links: BTreeMap<PathBuf, PathBuf>,
    /// The program's arguments.
    pub args: Vec<String>,
    /// Environment variables.
    pub env: BTreeMap<String, String>,
}

/// A host over a [`World`]. Clones share it, so that a test keeps one while the engine owns the other.
pub struct TestHost {
    args: Rc<[String]>,
    env: Rc<BTreeMap<String, String>>,
    state: Rc<RefCell<State>>,
    network: Loopback,
}

impl Clone for TestHost {
    fn clone(&self) -> TestHost {
        let TestHost { args, env, state, network } = self;
        let (args, env, state, network) = (args.clone(), env.clone(), state.clone(), network.fork());
        TestHost { args, env, state, network }
    }
}

#[derive(Debug)]
struct State {
    stdout: String,
    stderr: String,
    /// Both, in the order of writing.
    printed: String,
    stdin: VecDeque<String>,
    files: BTreeMap<PathBuf, StoredFile>,
    links: BTreeMap<PathBuf, PathBuf>,
    slept: Duration,
    writes: u128,
    randomness: Randomness,
    /// A sequence of its own, so that the same program always finds the same bytes.
    unpredictable: Randomness,
}

#[derive(Debug)]
struct StoredFile {
    bytes: Vec<u8>,
    modified: u128,
}

impl TestHost {
    /// A host over `world`.
    pub fn new(world: World) -> TestHost {
        let files =
            world.files.into_iter().map(|(path, bytes)| (absolute(&path), StoredFile { bytes, modified: 0 }));
        let links = world.links.iter().map(|(path, target)| (absolute(path), absolute(target)));
        let mut unpredictable = Randomness::default();
        unpredictable.seed(Some(0));
        TestHost {
            args: world.args.into(),
            env: Rc::new(world.env),
            state: Rc::new(RefCell::new(State {
                stdout: String::new(),
                stderr: String::new(),
                printed: String::new(),
                stdin: world.stdin.into(),
                files: files.collect(),
                links: links.collect(),
                slept: Duration::ZERO,
                writes: 0,
                randomness: Randomness::default(),
                unpredictable,
            })),
            network: Loopback::default(),
        }
    }

    /// What was written to standard output so far.
    pub fn stdout(&self) -> Ref<'_, str> {
        Ref::map(self.state.borrow(), |state| state.stdout.as_str())
    }

    /// What was written to standard error so far.
    pub fn stderr(&self) -> Ref<'_, str> {
        Ref::map(self.state.borrow(), |state| state.stderr.as_str())
    }

    /// Every file with its contents, by its path from the root.
    pub fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let state = self.state.borrow();
        state.files.iter().map(|(path, file)| (path.clone(), file.bytes.clone())).collect()
    }

    /// What was written to either, in the order of writing.
    pub fn printed(&self) -> String {
        self.state.borrow().printed.clone()
    }
}

/// `path` from the root, `.` and `..` resolved by name.
fn absolute(path: &Path) -> PathBuf {
    let mut whole = PathBuf::from(WORKING_DIRECTORY);
    for part in path.components() {
        match part {
            Component::RootDir => whole = PathBuf::from("/"),
            Component::ParentDir => {
                whole.pop();
            }
            Component::Normal(name) => whole.push(name),
            Component::CurDir | Component::Prefix(_) => {}
        }
    }
    whole
}

fn not_found() -> HostError {
    HostError { kind: HostErrorKind::NotFound, message: "No such file or directory (os error 2)".to_owned() }
}

impl State {
    /// The file that `path` leads to: links are followed, at most one a path, which is all that tests need.
    fn resolve(&self, path: &Path) -> PathBuf {
        let path = absolute(path);
        for (link, target) in &self.links {
            if let Ok(rest) = path.strip_prefix(link) {
                return if rest.as_os_str().is_empty() { target.clone() } else { target.join(rest) };
            }
        }
        path
    }

    fn is_directory(&self, path: &Path) -> bool {
        path == Path::new(WORKING_DIRECTORY)
            || self.files.keys().chain(self.links.keys()).any(|file| file != path && file.starts_with(path))
    }

    /// The contents of a file, for changing; made if there is none but its directory.
    fn file_mut(&mut self, path: &Path) -> HostResult<&mut Vec<u8>> {
        let path = self.resolve(path);
        if !path.parent().is_some_and(|directory| self.is_directory(directory)) {
            return Err(not_found());
        }
        self.writes += 1;
        let file = self.files.entry(path).or_insert(StoredFile { bytes: Vec::new(), modified: 0 });
        file.modified = self.writes;
        Ok(&mut file.bytes)
    }
}

impl Host for TestHost {
    fn write_stdout(&mut self, text: &str) -> HostResult<()> {
        let mut state = self.state.borrow_mut();
        state.stdout.push_str(text);
        state.printed.push_str(text);
        Ok(())
    }

    fn write_stderr(&mut self, text: &str) -> HostResult<()> {
        let mut state = self.state.borrow_mut();
        state.stderr.push_str(text);
        state.printed.push_str(text);
        Ok(())
    }

    fn flush(&mut self) -> HostResult<()> {
        Ok(())
    }

    fn read_line(&mut self) -> HostResult<Option<String>> {
        Ok(self.state.borrow_mut().stdin.pop_front())
    }

    fn read(&mut self, path: &Path) -> HostResult<Vec<u8>> {
        let state = self.state.borrow();
        state.files.get(&state.resolve(path)).map(|file| file.bytes.clone()).ok_or_else(not_found)
    }

    fn write(&mut self, path: &Path, bytes: &[u8]) -> HostResult<()> {
        *self.state.borrow_mut().file_mut(path)? = bytes.to_vec();
        Ok(())
    }

    fn append(&mut self, path: &Path, bytes: &[u8]) -> HostResult<()> {
        self.state.borrow_mut().file_mut(path)?.extend_from_slice(bytes);
        Ok(())
    }

    fn remove_file(&mut self, path: &Path) -> HostResult<()> {
        let mut state = self.state.borrow_mut();
        let path = absolute(path);
        let removed = state.links.remove(&path).is_some() || state.files.remove(&path).is_some();
        if removed { Ok(()) } else { Err(not_found()) }
    }

    fn exists(&mut self, path: &Path) -> bool {
        let state = self.state.borrow();
        let path = state.resolve(path);
        state.files.contains_key(&path) || state.is_directory(&path)
    }

    fn stamp(&mut self, path: &Path) -> Option<FileStamp> {
        let state = self.state.borrow();
        let file = state.files.get(&state.resolve(path))?;
        Some(FileStamp { size: file.bytes.len() as u64, modified: file.modified })
    }

    fn canonical(&mut self, path: &Path) -> HostResult<PathBuf> {
        let state = self.state.borrow();
        let path = state.resolve(path);
        let is_there = state.files.contains_key(&path) || state.is_directory(&path);
        if is_there { Ok(path) } else { Err(not_found()) }
    }

    fn args(&self) -> &[String] {
        &self.args
    }

    fn env(&self, name: &str) -> Option<String> {
        self.env.get(name).cloned()
    }

    fn unix_millis(&self) -> i64 {
        let slept = i64::try_from(self.state.borrow().slept.as_millis()).unwrap_or(i64::MAX);
        START_MILLIS.saturating_add(slept)
    }

    fn uptime(&self) -> Duration {
        self.state.borrow().slept
    }

    fn sleep(&mut self, duration: Duration) -> HostResult<()> {
        self.state.borrow_mut().slept += duration;
        Ok(())
    }

    fn set_interrupt(&mut self, interrupt: Interrupt) {
        self.network.set_interrupt(interrupt);
    }

    fn http_later(&mut self, request: HttpRequest) -> Operation<HttpResult> {
        self.network.send(request)
    }

    fn test_server(&mut self, routes: Vec<HttpRoute>) -> HostResult<Arc<dyn HttpTestServer>> {
        self.network.serve(routes)
    }

    fn drive(&mut self, id: OperationId, operation: Driven) {
        self.network.drive(id, operation);
    }

    fn abandon(&mut self, id: OperationId) {
        self.network.abandon(id);
    }

    fn wait(&mut self, until: Option<Duration>) -> Option<(OperationId, Box<dyn Any + Send>)> {
        let left = until.map(|until| until.saturating_sub(self.uptime()));
        if !self.network.is_busy() {
            self.state.borrow_mut().slept += left.unwrap_or_default();
            return None;
        }
        let began = Instant::now();
        let done = self.network.wait(left);
        self.state.borrow_mut().slept += began.elapsed();
        done
    }

    fn fork(&mut self) -> Box<dyn Host> {
        Box::new(self.clone())
    }

    fn random_bytes(&mut self, bytes: &mut [u8]) -> HostResult<()> {
        fill(&mut self.state.borrow_mut().unpredictable, bytes)
    }

    fn random(&mut self) -> HostResult<u64> {
        let State { randomness, unpredictable, .. } = &mut *self.state.borrow_mut();
        randomness.draw(|bytes| fill(unpredictable, bytes))
    }

    fn seed_random(&mut self, seed: Option<u64>) {
        self.state.borrow_mut().randomness.seed(seed);
    }
}

fn fill(sequence: &mut Randomness, bytes: &mut [u8]) -> HostResult<()> {
    for chunk in bytes.chunks_mut(8) {
        let number = sequence.draw(|_| Ok(()))?.to_le_bytes();
        chunk.iter_mut().zip(number).for_each(|(byte, random)| *byte = random);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host() -> TestHost {
        let world = World {
            files: BTreeMap::from([
                (PathBuf::from("src/m.ruff"), b"x := 1".to_vec()),
                ("/far/n".into(), Vec::new()),
            ]),
            links: BTreeMap::from([(PathBuf::from("n.ruff"), PathBuf::from("/far/n"))]),
            ..World::default()
        };
        TestHost::new(world)
    }

    #[test]
    fn relative_paths_start_at_the_working_directory() {
        let mut host = host();
        assert_eq!(
            host.canonical(Path::new("./src/../src/m.ruff")).unwrap(),
            Path::new("/corpus/src/m.ruff")
        );
        assert_eq!(host.canonical(Path::new("src")).unwrap(), Path::new("/corpus/src"));
        assert_eq!(host.canonical(Path::new("nowhere")).unwrap_err().kind, HostErrorKind::NotFound);
        assert!(!host.exists(Path::new("src/m")));
    }

    #[test]
    fn links_lead_elsewhere() {
        let mut host = host();
        assert_eq!(host.canonical(Path::new("n.ruff")).unwrap(), Path::new("/far/n"));
        host.append(Path::new("n.ruff"), b"a").unwrap();
        assert_eq!(host.read(Path::new("/far/n")).unwrap(), b"a");
    }

    #[test]
    fn each_write_changes_the_stamp() {
        let mut host = host();
        let path = Path::new("src/m.ruff");
        let before = host.stamp(path).unwrap();
        host.write(path, b"x := 2").unwrap();
        assert_eq!(host.stamp(path).unwrap().size, before.size);
        assert_ne!(host.stamp(path), Some(before));
        host.remove_file(path).unwrap();
        assert_eq!(host.stamp(path), None);
    }

    #[test]
    fn files_lie_in_directories() {
        let mut host = host();
        assert_eq!(host.write(Path::new("nowhere/a"), b"").unwrap_err().kind, HostErrorKind::NotFound);
        for path in ["a", "src/a", "/far/a"] {
            host.write(Path::new(path), b"").unwrap();
        }
    }

    #[test]
    fn time_passes_by_sleeping_alone() {
        let mut host = host();
        assert_eq!(host.unix_millis(), START_MILLIS);
        host.sleep(Duration::from_millis(5)).unwrap();
        assert_eq!((host.unix_millis(), host.uptime()), (START_MILLIS + 5, Duration::from_millis(5)));
    }

    #[test]
    fn clones_see_what_was_written() {
        let host = host();
        let mut engines = host.clone();
        engines.write_stdout("a").unwrap();
        engines.write_stderr("b").unwrap();
        engines.write_stdout("c").unwrap();
        assert_eq!((&*host.stdout(), &*host.stderr(), host.printed().as_str()), ("ac", "b", "abc"));
    }
}
