//! [`Loopback`]: the network of [`TestHost`](crate::host::TestHost). It has two servers, each a name that stands for a port of
//! this machine: `http://fixture.test`, a [`Fixture`], and `http://refused.test`, where every connection is refused. Those that a
//! program starts are `http://server1.test` and so on.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use std::{io, thread};

use ruff_natives::{Network, SystemHost};
use ruff_runtime::host::{Driven, Host, HostError, HostErrorKind, HostResult, Operation, OperationId};
use ruff_runtime::http::{HttpReceived, HttpRequest, HttpResult, HttpRoute, HttpTestServer};
use ruff_runtime::interrupt::Interrupt;

use crate::fixture::Fixture;

/// The servers, as programs call them.
const SERVERS: [&str; 2] = ["http://fixture.test", "http://refused.test"];

/// How long an isolate waits before it looks whether others on its thread can go on.
const TURN: Duration = Duration::from_millis(1);

/// A network without a way out, as one isolate has it.
#[derive(Default)]
pub(crate) struct Loopback {
    common: Rc<Common>,
    interrupt: Option<Interrupt>,
    /// Sends the requests of the isolate, once there was one; nothing else is asked of it.
    system: Option<Box<dyn Host>>,
    running: BTreeSet<OperationId>,
}

/// What the isolates of a program have in common.
#[derive(Default)]
struct Common {
    /// Once there was a request.
    servers: RefCell<Option<Servers>>,
    /// Names and addresses of servers that programs have started.
    started: RefCell<Vec<(String, String)>>,
    /// Requests of all isolates that are not over.
    on_their_way: Cell<usize>,
}

/// A server that a program has started, with the name that it has there.
struct Named {
    name: String,
    server: Arc<dyn HttpTestServer>,
}

impl HttpTestServer for Named {
    fn url(&self) -> String {
        self.name.clone()
    }

    fn close(&self) -> bool {
        self.server.close()
    }

    fn requests(&self) -> Vec<HttpReceived> {
        let mut requests = self.server.requests();
        // The port is another each time.
        for (name, value) in requests.iter_mut().flat_map(|request| &mut request.headers) {
            if name == "host" {
                *value = self.name.trim_start_matches("http://").to_owned();
            }
        }
        requests
    }
}

struct Servers {
    /// Where they are.
    addresses: [String; 2],
    system: SystemHost,
    /// Ends with them.
    _fixture: Fixture,
}

impl Servers {
    fn start() -> io::Result<Servers> {
        let fixture = Fixture::start()?;
        let addresses = [fixture.url(), fixture.refusing_url()?];
        let system = SystemHost::with_network(Vec::new(), Network::direct());
        Ok(Servers { addresses, system, _fixture: fixture })
    }
}

impl Loopback {
    /// The same network for another isolate.
    pub(crate) fn fork(&self) -> Loopback {
        let common = self.common.clone();
        Loopback { common, interrupt: None, system: None, running: BTreeSet::new() }
    }

    pub(crate) fn set_interrupt(&mut self, interrupt: Interrupt) {
        self.interrupt = Some(interrupt);
    }

    /// Sends a request. What has no server is only sent if it has no destination either: the client says what is wrong.
    pub(crate) fn send(&mut self, mut request: HttpRequest) -> Operation<HttpResult> {
        let started = self.common.started.borrow().clone();
        let (system, addresses) = match self.connect() {
            Ok(connected) => connected,
            Err(error) => return refused(format!("cannot start a web server: {error}")),
        };
        let fixed = SERVERS.map(str::to_owned).into_iter().zip(addresses);
        let known: Vec<_> = fixed.chain(started).collect();
        let Some((name, address)) = known.into_iter().find(|(name, _)| is_at(&request.url, name)) else {
            if may_lead_out(&request.url) {
                return refused(format!("there is no network in tests but {}", SERVERS.join(" and ")));
            }
            return system.http_later(request);
        };
        request.url.replace_range(..name.len(), &address);
        let back = move |url: &mut String| {
            if url.starts_with(&address) {
                url.replace_range(..address.len(), &name);
            }
        };
        match system.http_later(request) {
            Operation::Done(result) => Operation::Done(result),
            Operation::Running(sent) => Operation::Running(Box::pin(async move {
                let mut result = sent.await?;
                match &mut result {
                    Ok(response) => back(&mut response.url),
                    Err(error) => back(&mut error.url),
                }
                Ok(result)
            })),
        }
    }

    /// Starts a server of the program's own.
    pub(crate) fn serve(&mut self, routes: Vec<HttpRoute>) -> HostResult<Arc<dyn HttpTestServer>> {
        let cannot = |error: io::Error| HostError { kind: HostErrorKind::Other, message: error.to_string() };
        let server = self.connect().map_err(cannot)?.0.test_server(routes)?;
        let mut started = self.common.started.borrow_mut();
        let name = format!("http://server{}.test", started.len() + 1);
        started.push((name.clone(), server.url()));
        Ok(Arc::new(Named { name, server }))
    }

    /// What sends requests, and where the servers are.
    fn connect(&mut self) -> io::Result<(&mut dyn Host, [String; 2])> {
        let servers = &mut *self.common.servers.borrow_mut();
        let started = servers.take().map_or_else(Servers::start, Ok)?;
        let servers = servers.insert(started);
        let system = self.system.get_or_insert_with(|| {
            let mut system = servers.system.fork();
            if let Some(interrupt) = &self.interrupt {
                system.set_interrupt(interrupt.clone());
            }
            system
        });
        Ok((&mut **system, servers.addresses.clone()))
    }

    pub(crate) fn drive(&mut self, id: OperationId, operation: Driven) {
        if let Some(system) = &mut self.system {
            system.drive(id, operation);
            self.running.insert(id);
            self.common.on_their_way.update(|count| count + 1);
        }
    }

    pub(crate) fn abandon(&mut self, id: OperationId) {
        if let Some(system) = &mut self.system {
            system.abandon(id);
        }
        self.is_over(id);
    }

    fn is_over(&mut self, id: OperationId) {
        if self.running.remove(&id) {
            self.common.on_their_way.update(|count| count.saturating_sub(1));
        }
    }

    /// Whether an isolate waits for something real, so that the clock runs.
    pub(crate) fn is_busy(&self) -> bool {
        self.common.on_their_way.get() > 0
    }

    /// Waits for the next answer, so long at most. Nobody tells this isolate about answers for others.
    pub(crate) fn wait(&mut self, most: Option<Duration>) -> Option<(OperationId, Box<dyn Any + Send>)> {
        let is_alone = self.common.on_their_way.get() == self.running.len();
        let most = if is_alone { most } else { Some(most.map_or(TURN, |most| most.min(TURN))) };
        let Some(system) = &mut self.system else {
            thread::sleep(most.unwrap_or_default());
            return None;
        };
        let until = most.map(|most| system.uptime().saturating_add(most));
        let done = system.wait(until)?;
        self.is_over(done.0);
        Some(done)
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        let running = self.running.len();
        self.common.on_their_way.update(|count| count.saturating_sub(running));
    }
}

/// Whether a URL leads to the server of that name.
fn is_at(url: &str, name: &str) -> bool {
    url.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
}

/// Whether a URL may be one of a web server. Parsers of URLs skip blanks and control characters in it.
fn may_lead_out(url: &str) -> bool {
    let letters: String = url.chars().filter(|letter| *letter > ' ').take(4).collect();
    letters.eq_ignore_ascii_case("http")
}

fn refused<T>(message: String) -> Operation<T> {
    Operation::Done(Err(HostError { kind: HostErrorKind::Denied, message }))
}
