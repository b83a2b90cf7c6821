//! What a program asks a web server, and what comes back: plain data between natives and the
//! [`Host`](crate::host::Host), which knows how to send it.

use std::net::IpAddr;
use std::time::Duration;

/// A request as a program means it. The host adds what every request has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// `GET`, `POST`, …
    pub method: String,
    /// Where to, as the program gave it.
    pub url: String,
    /// Names and values; of two of one name both are sent. They go before those that the host would add.
    pub headers: Vec<(String, String)>,
    /// `None` sends none, which is not the same as an empty one.
    pub body: Option<Vec<u8>>,
    /// How long the exchange may take, redirects and the body of the response included.
    pub timeout: Duration,
    /// Bytes that the body of the response may have, decompressed.
    pub max_body: usize,
}

impl HttpRequest {
    /// How long an exchange may take unless the program says otherwise.
    pub const TIMEOUT: Duration = Duration::from_secs(30);
    /// Bytes that the body of a response may have unless the program says otherwise.
    pub const MAX_BODY: usize = 8 << 20;

    /// A request with nothing but the usual limits.
    pub fn new(method: &str, url: &str) -> HttpRequest {
        HttpRequest {
            method: method.to_owned(),
            url: url.to_owned(),
            headers: Vec::new(),
            body: None,
            timeout: HttpRequest::TIMEOUT,
            max_body: HttpRequest::MAX_BODY,
        }
    }
}

/// A response that came whole, whatever its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpResponse {
    /// `200`, `404`, …
    pub status: u16,
    /// Where it came from, after redirects.
    pub url: String,
    /// Names in lower case, and values, in the order of the wire.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Decompressed.
    pub body: Vec<u8>,
}

/// A response, or why there is none.
pub type HttpResult = Result<HttpResponse, HttpError>;

/// A request that got no whole response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpError {
    /// What was asked last: the request's own, or where a redirect led. It may have secrets in it.
    pub url: String,
    /// The status of a response whose body is missing.
    pub status: Option<u16>,
    /// What the matter was.
    pub problem: HttpProblem,
}

/// Why there is no whole response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HttpProblem {
    /// That is no URL; why.
    Url(String),
    /// A URL that leads elsewhere than to a web server: its scheme.
    Scheme(String),
    /// There is no such port.
    Port,
    /// The method or a header cannot be sent; why. Values of headers are secrets and not told.
    Request(String),
    /// Private destinations are refused, and this one has such addresses, sorted.
    Blocked(Vec<IpAddr>),
    /// Where it leads could not be found out to be judged: the destination with its port, and why.
    Unresolved(String, String),
    /// The policy for destinations is none that exists.
    Policy(String),
    /// It could not be sent, or nothing sensible came back; why.
    Exchange(String),
    /// It took longer than this.
    TimedOut(Duration),
    /// Redirects led on and on.
    Redirects,
    /// The body breaks off or cannot be decompressed; why.
    Body(String),
    /// The body has more bytes than `limit`: so many, or more.
    TooLarge {
        /// Bytes, `limit + 1` where the server did not say.
        got: u64,
        /// Bytes.
        limit: usize,
    },
}

/// What a client sent to a web server for tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpReceived {
    /// `GET`, `POST`, …
    pub method: String,
    /// The path and what follows it.
    pub target: String,
    /// Names in lower case, and values, in the order of the wire.
    pub headers: Vec<(String, String)>,
    /// What came behind them.
    pub body: Vec<u8>,
}

/// What a web server for tests sends, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpReply {
    /// `200`, `404`, …
    pub status: u16,
    /// Names and values, besides the length.
    pub headers: Vec<(String, String)>,
    /// What follows them.
    pub body: Vec<u8>,
    /// How long it waits before.
    pub after: Duration,
    /// How the body ends.
    pub end: HttpEnd,
}

/// How a body ends that a web server for tests sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HttpEnd {
    /// As it should.
    Whole,
    /// A byte before it should.
    Cut,
    /// It is sent again and again.
    Never,
}

impl HttpReply {
    /// One with status 200 and nothing but a body.
    pub fn new(body: impl Into<Vec<u8>>) -> HttpReply {
        let (headers, after) = (Vec::new(), Duration::ZERO);
        HttpReply { status: 200, headers, body: body.into(), after, end: HttpEnd::Whole }
    }

    /// The same with one more header.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> HttpReply {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The same with another status.
    #[must_use]
    pub fn status(self, status: u16) -> HttpReply {
        HttpReply { status, ..self }
    }
}

/// What a web server for tests answers to some requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRoute {
    /// Of those with this method; `None` for any.
    pub method: Option<String>,
    /// And this path.
    pub path: String,
    /// That.
    pub reply: HttpReply,
}

/// A web server for tests, which runs until it is closed or the host that has started it is gone.
pub trait HttpTestServer: Send + Sync {
    /// Where it is, without a path: `http://127.0.0.1:PORT`.
    fn url(&self) -> String;
    /// What was asked so far, in the order of arrival; no more than it has room for.
    fn requests(&self) -> Vec<HttpReceived>;
    /// Ends it. Answers whether it ran.
    fn close(&self) -> bool;
}
