//! [`TimedHost`]: the outside world as an isolate sees it, with the time of its own [`Clock`].

use std::any::Any;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::Clock;
use crate::host::{Driven, FileStamp, Host, HostError, HostErrorKind, HostResult, Operation, OperationId};
use crate::http::{HttpRequest, HttpResult, HttpRoute, HttpTestServer};
use crate::interrupt::Interrupt;

/// A host whose time is that of a clock. All else is the other host's.
pub(crate) struct TimedHost {
    host: Box<dyn Host>,
    pub(crate) clock: Rc<Clock>,
    /// What it works on, which holds virtual time.
    running: BTreeSet<OperationId>,
    /// Until when it may wait, by the clock of the other host.
    limit: Option<Duration>,
    /// Until when it may wait, by its own clock.
    deadline: Option<Duration>,
}

impl TimedHost {
    /// `host` with a clock.
    pub(crate) fn new(host: Box<dyn Host>, clock: Clock) -> TimedHost {
        TimedHost::with(host, Rc::new(clock))
    }

    fn with(host: Box<dyn Host>, clock: Rc<Clock>) -> TimedHost {
        TimedHost { host, clock, running: BTreeSet::new(), limit: None, deadline: None }
    }

    /// One for another isolate on this thread, with the same clock.
    pub(crate) fn fork_with_clock(&mut self) -> TimedHost {
        TimedHost::with(self.host.fork(), self.clock.clone())
    }

    /// One for another isolate on this thread, with a clock of its own.
    pub(crate) fn fork_apart(&mut self) -> TimedHost {
        TimedHost::new(self.host.fork(), Clock::real())
    }

    /// Time since the process started, whatever the clock shows.
    pub(crate) fn real_uptime(&self) -> Duration {
        self.host.uptime()
    }

    /// Tells until when it may wait: until `limit` of real time, and until `deadline` by the clock.
    pub(crate) fn set_deadlines(&mut self, limit: Option<Duration>, deadline: Option<Duration>) {
        (self.limit, self.deadline) = (limit, deadline);
        self.tell_deadline();
    }

    fn tell_deadline(&mut self) {
        let deadline = self.deadline.and_then(|deadline| self.clock.on_host(deadline));
        self.host.set_deadline(self.limit.into_iter().chain(deadline).min());
    }

    /// Time is virtual from now on.
    pub(crate) fn begin_virtual_time(&mut self) {
        self.clock.begin_virtual(self.host.uptime());
        self.tell_deadline();
    }

    /// Ends what [`TimedHost::begin_virtual_time`] began.
    pub(crate) fn end_virtual_time(&mut self) {
        self.clock.end_virtual(self.host.uptime());
        self.tell_deadline();
    }

    /// Ends all that [`TimedHost::begin_virtual_time`] began, but not what the engine `is_wanted` to do.
    pub(crate) fn forget_virtual_time(&mut self, is_wanted: bool) {
        self.clock.forget_users(is_wanted, self.host.uptime());
        self.tell_deadline();
    }

    /// How far virtual time may jump on the way to `until`; `None` if it has to wait for something real.
    pub(crate) fn next_jump(&self, until: Option<Duration>) -> Option<Duration> {
        let is_free = self.clock.is_virtual() && !self.clock.is_held();
        until.into_iter().chain(self.deadline).min().filter(|_| is_free)
    }

    fn is_over(&mut self, id: OperationId) {
        if self.running.remove(&id) {
            self.clock.release(1);
        }
    }
}

impl Host for TimedHost {
    fn unix_millis(&self) -> i64 {
        self.clock.virtual_unix_millis().unwrap_or_else(|| self.host.unix_millis())
    }

    fn uptime(&self) -> Duration {
        self.clock.now(|| self.host.uptime())
    }

    fn sleep(&mut self, duration: Duration) -> HostResult<()> {
        if !self.clock.is_virtual() {
            return self.host.sleep(duration);
        }
        let until = self.uptime().saturating_add(duration);
        let is_cut_short = self.deadline.is_some_and(|deadline| deadline < until);
        self.clock.jump(self.deadline.map_or(until, |deadline| deadline.min(until)));
        if is_cut_short {
            let message = "interrupted".to_owned();
            return Err(HostError { kind: HostErrorKind::Interrupted, message });
        }
        Ok(())
    }

    fn drive(&mut self, id: OperationId, operation: Driven) {
        self.host.drive(id, operation);
        self.running.insert(id);
        self.clock.hold();
    }

    fn abandon(&mut self, id: OperationId) {
        self.host.abandon(id);
        self.is_over(id);
    }

    fn wait(&mut self, until: Option<Duration>) -> Option<(OperationId, Box<dyn Any + Send>)> {
        let until = match until {
            Some(until) if until <= self.uptime() => Some(self.host.uptime()),
            _ => match self.next_jump(until) {
                Some(next) => {
                    self.clock.jump(next);
                    return None;
                }
                None => until.and_then(|until| self.clock.on_host(until)),
            },
        };
        let done = self.host.wait(until);
        if let Some((id, _)) = &done {
            self.is_over(*id);
        }
        done
    }

    fn fork(&mut self) -> Box<dyn Host> {
        Box::new(self.fork_with_clock())
    }

    fn fork_for_thread(&mut self) -> Option<Box<dyn Host + Send>> {
        // Whatever shares virtual time shares a thread.
        if self.clock.is_virtual() { None } else { self.host.fork_for_thread() }
    }

    // All that follows is the other host's.

    fn write_stdout(&mut self, text: &str) -> HostResult<()> {
        self.host.write_stdout(text)
    }

    fn write_stderr(&mut self, text: &str) -> HostResult<()> {
        self.host.write_stderr(text)
    }

    fn flush(&mut self) -> HostResult<()> {
        self.host.flush()
    }

    fn is_at_line_start(&self) -> bool {
        self.host.is_at_line_start()
    }

    fn read_line(&mut self) -> HostResult<Option<String>> {
        self.host.read_line()
    }

    fn read(&mut self, path: &Path) -> HostResult<Vec<u8>> {
        self.host.read(path)
    }

    fn write(&mut self, path: &Path, bytes: &[u8]) -> HostResult<()> {
        self.host.write(path, bytes)
    }

    fn create(&mut self, path: &Path, bytes: &[u8]) -> HostResult<()> {
        self.host.create(path, bytes)
    }

    fn append(&mut self, path: &Path, bytes: &[u8]) -> HostResult<()> {
        self.host.append(path, bytes)
    }

    fn remove_file(&mut self, path: &Path) -> HostResult<()> {
        self.host.remove_file(path)
    }

    fn exists(&mut self, path: &Path) -> bool {
        self.host.exists(path)
    }

    fn stamp(&mut self, path: &Path) -> Option<FileStamp> {
        self.host.stamp(path)
    }

    fn canonical(&mut self, path: &Path) -> HostResult<PathBuf> {
        self.host.canonical(path)
    }

    fn args(&self) -> &[String] {
        self.host.args()
    }

    fn env(&self, name: &str) -> Option<String> {
        self.host.env(name)
    }

    fn set_interrupt(&mut self, interrupt: Interrupt) {
        self.host.set_interrupt(interrupt);
    }

    fn set_deadline(&mut self, deadline: Option<Duration>) {
        self.set_deadlines(None, deadline);
    }

    fn read_later(&mut self, path: &Path) -> Operation<Vec<u8>> {
        self.host.read_later(path)
    }

    fn write_later(&mut self, path: &Path, bytes: Vec<u8>) -> Operation<()> {
        self.host.write_later(path, bytes)
    }

    fn read_line_later(&mut self) -> Operation<Option<String>> {
        self.host.read_line_later()
    }

    fn http_later(&mut self, request: HttpRequest) -> Operation<HttpResult> {
        self.host.http_later(request)
    }

    fn test_server(&mut self, routes: Vec<HttpRoute>) -> HostResult<Arc<dyn HttpTestServer>> {
        self.host.test_server(routes)
    }

    fn random_bytes(&mut self, bytes: &mut [u8]) -> HostResult<()> {
        self.host.random_bytes(bytes)
    }

    fn random(&mut self) -> HostResult<u64> {
        self.host.random()
    }

    fn seed_random(&mut self, seed: Option<u64>) {
        self.host.seed_random(seed);
    }
}

impl Drop for TimedHost {
    fn drop(&mut self) {
        self.clock.release(self.running.len());
    }
}
