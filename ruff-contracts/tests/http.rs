//! The system host's client, with a server on this machine: limits, connections, destinations, and servers that break every
//! rule. What programs see of it is in `corpus/natives/http`.
#![expect(clippy::disallowed_methods, reason = "some servers are made here")]
#![expect(clippy::expect_used, clippy::panic, reason = "a test whose world is not as it should be fails")]

use std::any::Any;
use std::io::{Read, Write};
use std::net::{Ipv6Addr, SocketAddr, TcpListener};
use std::thread;
use std::time::{Duration, Instant};

use ruff_contracts::fixture::Fixture;
use ruff_natives::{Destinations, Network, SystemHost};
use ruff_runtime::host::{Host, Operation, OperationId};
use ruff_runtime::http::{HttpProblem, HttpRequest, HttpResponse, HttpResult};

/// Longer than anything here may take.
const PATIENCE: Duration = Duration::from_secs(10);

fn host() -> SystemHost {
    SystemHost::with_network(Vec::new(), Network::direct())
}

/// Starts a request, which goes on.
fn start(host: &mut SystemHost, id: u64, request: HttpRequest) {
    let Operation::Running(sent) = host.http_later(request) else { panic!("it is over at once") };
    let driven = async move { Box::new(sent.await) as Box<dyn Any + Send> };
    host.drive(OperationId(id), Box::pin(driven));
}

/// Sends a request and waits for what comes of it.
fn send(host: &mut SystemHost, request: HttpRequest) -> HttpResult {
    let result = match host.http_later(request) {
        Operation::Done(result) => result,
        Operation::Running(sent) => {
            let driven = async move { Box::new(sent.await) as Box<dyn Any + Send> };
            host.drive(OperationId(0), Box::pin(driven));
            let until = host.uptime() + PATIENCE;
            // Nobody wakes a host without an engine.
            let result = loop {
                if let Some((_, result)) = host.wait(Some(host.uptime())) {
                    break result;
                }
                assert!(host.uptime() < until, "it does not end");
                thread::sleep(Duration::from_millis(1));
            };
            *result.downcast().expect("a result")
        }
    };
    result.expect("there is a network")
}

fn get(host: &mut SystemHost, url: &str) -> HttpResult {
    send(host, HttpRequest::new("GET", url))
}

fn body(result: HttpResult) -> String {
    String::from_utf8(result.expect("there is a response").body).expect("it is text")
}

fn problem(result: HttpResult) -> HttpProblem {
    result.expect_err("there is no response").problem
}

/// The headers that the fixture was sent, as JSON.
fn echoed(result: HttpResult) -> serde_json::Value {
    let asked: serde_json::Value = serde_json::from_str(&body(result)).expect("it is JSON");
    asked["headers"].clone()
}

/// Waits until the fixture has seen something.
fn sees(fixture: &Fixture, what: impl Fn(&Fixture) -> bool) -> bool {
    let start = Instant::now();
    while !what(fixture) && start.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(1));
    }
    what(fixture)
}

/// The URL of a server that answers one request with `reply`, whatever it was.
fn raw(reply: &'static [u8], address: impl Into<SocketAddr>) -> Option<String> {
    let listener = TcpListener::bind(address.into()).ok()?;
    let url = format!("http://{}", listener.local_addr().ok()?);
    thread::spawn(move || {
        let (mut stream, _) = listener.accept()?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut asked = Vec::new();
        let mut piece = [0; 1024];
        while !asked.windows(4).any(|end| end == b"\r\n\r\n") {
            match stream.read(&mut piece)? {
                0 => break,
                length => asked.extend_from_slice(&piece[..length]),
            }
        }
        stream.write_all(reply)
    });
    Some(url)
}

#[test]
fn a_slow_server_is_given_up() {
    let (fixture, mut host) = (Fixture::start().unwrap(), host());
    let mut request = HttpRequest::new("GET", &format!("{}/slow?ms=60000", fixture.url()));
    request.timeout = Duration::from_millis(30);
    let limit = request.timeout;
    assert_eq!(problem(send(&mut host, request)), HttpProblem::TimedOut(limit));
    assert!(sees(&fixture, |fixture| fixture.log().given_up == ["GET /slow?ms=60000"]));
    assert_eq!(body(get(&mut host, &format!("{}/ok", fixture.url()))), "hi");
}

#[test]
fn an_operation_that_is_given_up_closes_its_connection() {
    let (fixture, mut host) = (Fixture::start().unwrap(), host());
    let url = format!("{}/slow?ms=60000", fixture.url());
    for id in 1..=2 {
        start(&mut host, id, HttpRequest::new("POST", &url));
    }
    assert!(sees(&fixture, |fixture| fixture.log().requests.len() == 2));
    host.abandon(OperationId(1));
    assert!(sees(&fixture, |fixture| fixture.log().given_up.len() == 1));
    drop(host);
    assert!(sees(&fixture, |fixture| fixture.log().given_up.len() == 2));
}

#[test]
fn connections_are_used_again() {
    let (fixture, mut host) = (Fixture::start().unwrap(), host());
    for path in ["/ok", "/status/404", "/gzip", "/redirect"] {
        get(&mut host, &format!("{}{path}", fixture.url())).unwrap();
    }
    assert_eq!(fixture.log().connections, 1);
    let targets: Vec<String> = fixture.log().requests.into_iter().map(|request| request.target).collect();
    assert_eq!(targets, ["/ok", "/status/404", "/gzip", "/redirect", "/ok"]);
}

#[test]
fn a_limit_for_the_body_is_exact() {
    let (fixture, mut host) = (Fixture::start().unwrap(), host());
    for path in ["/big?bytes=", "/gzip?bytes="] {
        let mut request = HttpRequest::new("GET", &format!("{}{path}1000", fixture.url()));
        request.max_body = 1000;
        assert_eq!(send(&mut host, request.clone()).unwrap().body.len(), 1000);
        request.max_body = 999;
        assert_eq!(problem(send(&mut host, request)), HttpProblem::TooLarge { got: 1000, limit: 999 });
    }
}

#[test]
fn secrets_are_for_one_server() {
    let (here, there, mut host) = (Fixture::start().unwrap(), Fixture::start().unwrap(), host());
    let to = |server: &Fixture| {
        let mut request =
            HttpRequest::new("GET", &format!("{}/redirect?to={}/echo", here.url(), server.url()));
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        request.headers = vec![header("Authorization", "me"), header("Cookie", "a=1"), header("X-A", "a")];
        request
    };
    let kept = echoed(send(&mut host, to(&here)));
    assert_eq!(
        (&kept["authorization"], &kept["cookie"], &kept["x-a"]),
        (&"me".into(), &"a=1".into(), &"a".into())
    );
    let other = echoed(send(&mut host, to(&there)));
    assert!(other["authorization"].is_null() && other["cookie"].is_null(), "{other}");
    assert_eq!(other["x-a"], "a");
}

#[test]
fn name_and_password_of_a_url_become_a_header() {
    let (fixture, mut host) = (Fixture::start().unwrap(), host());
    let url = fixture.url().replace("http://", "http://me:p%40w@");
    let HttpResponse { url, body, .. } = get(&mut host, &format!("{url}/redirect?to=/echo")).unwrap();
    assert_eq!(url, format!("{}/echo", fixture.url()));
    let asked: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(asked["headers"]["authorization"], "Basic bWU6cEB3");
}

#[test]
fn private_destinations_are_refused_by_address() {
    let fixture = Fixture::start().unwrap();
    let network = Network { destinations: Destinations::Public, uses_proxies: true };
    let mut host = SystemHost::with_network(Vec::new(), network);
    let url = format!("{}/ok", fixture.url());
    let localhost = "127.0.0.1".parse().unwrap();
    assert_eq!(problem(get(&mut host, &url)), HttpProblem::Blocked(vec![localhost]));
    let by_name = problem(get(&mut host, &url.replace("127.0.0.1", "localhost")));
    assert!(matches!(&by_name, HttpProblem::Blocked(refused) if refused.contains(&localhost)), "{by_name:?}");
    // A name that is too long needs nobody to be asked.
    let nowhere = "a".repeat(64);
    let unresolved = problem(get(&mut host, &format!("http://{nowhere}:81/")));
    let destination = format!("{nowhere}:81");
    assert!(
        matches!(&unresolved, HttpProblem::Unresolved(name, _) if *name == destination),
        "{unresolved:?}"
    );
    assert_eq!(fixture.log().connections, 0);
}

#[test]
fn an_unknown_policy_lets_nothing_through() {
    let network = Network { destinations: Destinations::Unknown("some".to_owned()), uses_proxies: true };
    let mut host = SystemHost::with_network(Vec::new(), network);
    assert_eq!(problem(get(&mut host, "http://localhost/")), HttpProblem::Policy("some".to_owned()));
}

#[test]
fn ipv6_addresses_work() {
    // Not every machine has them.
    let Some(url) = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", (Ipv6Addr::LOCALHOST, 0)) else {
        return;
    };
    assert!(url.starts_with("http://[::1]:"), "{url}");
    assert_eq!(body(get(&mut host(), &url)), "hi");
}

#[test]
fn urls_in_every_spelling() {
    let (fixture, mut host) = (Fixture::start().unwrap(), host());
    let server = fixture.url().replace("http://", "");
    for url in [
        format!("HTTP://{server}/ok"),
        format!("http:{server}/ok"),
        format!("  ht\ntp:\\\\{server}\\x\\..\\ok "),
        format!("http://%ff:%00@{server}/ok?\u{1f600}\"<>|^`{{}}#\u{1f600}"),
    ] {
        assert_eq!(body(get(&mut host, &url)), "hi", "{url}");
    }
    for url in [
        "http://",
        "http:///",
        "http://[",
        "http://%",
        "http://a b/",
        "http://\0/",
        "http://127.0.0.1:70000",
        "//h",
    ] {
        let problem = problem(get(&mut host, url));
        assert!(matches!(problem, HttpProblem::Url(_)), "{url}: {problem:?}");
    }
    assert_eq!(problem(get(&mut host, "http://127.0.0.1:0/")), HttpProblem::Port);
    assert_eq!(problem(get(&mut host, "data:,x")), HttpProblem::Scheme("data".to_owned()));
    let long = format!("http://{server}/{}", "x".repeat(100_000));
    assert!(get(&mut host, &long).is_err(), "the fixture reads 64 KiB");
}

#[test]
fn methods_and_headers_that_cannot_be_sent() {
    let refused = |method: &str, headers: &[(&str, &str)]| {
        let mut request = HttpRequest::new(method, "http://127.0.0.1:1/");
        request.headers =
            headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        problem(send(&mut host(), request))
    };
    let told = |why: &str| HttpProblem::Request(why.to_owned());
    assert_eq!(refused("G T", &[]), told("invalid HTTP method 'G T'"));
    assert_eq!(refused("", &[]), told("invalid HTTP method ''"));
    assert_eq!(refused("GET", &[("", "x")]), told("invalid HTTP header name ''"));
    assert_eq!(refused("GET", &[("a\n", "x")]), told("invalid HTTP header name 'a\n'"));
    assert_eq!(refused("GET", &[("a", "x\0")]), told("invalid value of HTTP header 'a'"));
    let many: Vec<(String, &str)> = (0..70_000).map(|number| (format!("a{number}"), "")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    assert!(matches!(refused("GET", &many), HttpProblem::Request(why) if why.starts_with("no room")));
}

/// Whatever a server sends, there is a response or an error.
#[test]
fn servers_that_break_rules() {
    let anywhere = ([127, 0, 0, 1], 0);
    for reply in [
        &b""[..],
        b"\0\xff\xfe",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"HTTP/1.1 1000 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhi",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b",
        b"HTTP/1.1 100 Continue\r\n\r\n",
    ] {
        let result = get(&mut host(), &raw(reply, anywhere).unwrap());
        assert!(result.is_err(), "{:?}: {result:?}", String::from_utf8_lossy(reply));
    }
    for (reply, text) in [
        (&b"HTTP/1.0 200\r\n\r\nuntil the end"[..], "until the end"),
        (b"HTTP/1.1 302 Found\r\n\r\nnowhere", "nowhere"),
        (b"HTTP/1.1 302 Found\r\nLocation: \xff\r\n\r\nnowhere", "nowhere"),
        (b"HTTP/1.1 999 What\r\nContent-Length: 2\r\n\r\nhi and more", "hi"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nhi", "hi"),
    ] {
        assert_eq!(body(get(&mut host(), &raw(reply, anywhere).unwrap())), text);
    }
}

#[test]
fn a_server_without_tls_is_none_to_trust() {
    let fixture = Fixture::start().unwrap();
    let url = fixture.url().replace("http://", "https://");
    let problem = problem(get(&mut host(), &url));
    assert!(matches!(problem, HttpProblem::Exchange(_)), "{problem:?}");
}
