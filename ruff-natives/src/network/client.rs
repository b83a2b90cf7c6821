//! [`Client`]: sends requests and keeps connections for the next ones.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING};
use reqwest::redirect::Policy;
use reqwest::{Method, Request, Url};
use ruff_runtime::http::{HttpError, HttpProblem, HttpRequest, HttpResult};
use tokio::sync::Semaphore;

use super::exchange::Exchange;
use super::{Destinations, Network, tls};

/// How long a connection may take to be made.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Idle connections to a server that are kept for more requests.
const IDLE: usize = 32;

/// How long they are kept.
const IDLE_TIME: Duration = Duration::from_secs(90);

/// Requests on their way at the same time. A process may open about a thousand files, and each needs a connection: more
/// of them would fail, instead of taking a little longer.
const AT_A_TIME: usize = 256;

/// What web servers are told who we are.
const USER_AGENT: &str = concat!("ruff/", env!("CARGO_PKG_VERSION"));

/// The client that all requests of a host share.
pub(crate) struct Client {
    pub(super) sender: reqwest::Client,
    pub(super) destinations: Destinations,
    pub(super) turns: Semaphore,
}

impl Client {
    /// A client without connections.
    pub(crate) fn new(network: &Network) -> Result<Client, HttpProblem> {
        let tls = tls::config().map_err(|error| HttpProblem::Exchange(error.to_string()))?;
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .user_agent(USER_AGENT)
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(IDLE_TIME)
            .pool_max_idle_per_host(IDLE)
            .dns_resolver(network.destinations.clone())
            // Each hop is looked at before it is taken.
            .redirect(Policy::none());
        if !network.uses_proxies || network.destinations != Destinations::All {
            builder = builder.no_proxy();
        }
        let sender = builder.build().map_err(|error| HttpProblem::Exchange(error.to_string()))?;
        Ok(Client { sender, destinations: network.destinations.clone(), turns: Semaphore::new(AT_A_TIME) })
    }

    /// What sending `request` is; nothing is sent before it is polled. Mistakes in the request are found here.
    pub(crate) fn exchange(
        self: &Arc<Self>,
        request: HttpRequest,
    ) -> Result<impl Future<Output = HttpResult> + Send + 'static, HttpError> {
        let HttpRequest { method, url, headers, body, timeout, max_body } = request;
        let request = self
            .request(&method, &url, &headers, body)
            .and_then(|request| self.destinations.check(request.url()).map(|()| request))
            .map_err(|problem| HttpError { url, status: None, problem })?;
        Ok(Exchange { client: self.clone(), request, timeout, max_body }.run())
    }

    fn request(
        &self,
        method: &str,
        url: &str,
        headers: &[(String, String)],
        body: Option<Vec<u8>>,
    ) -> Result<Request, HttpProblem> {
        let url = Url::parse(url).map_err(|error| HttpProblem::Url(error.to_string()))?;
        if !is_web(&url) {
            return Err(HttpProblem::Scheme(url.scheme().to_owned()));
        }
        let method = Method::from_bytes(method.as_bytes())
            .map_err(|_| HttpProblem::Request(format!("invalid HTTP method '{method}'")))?;
        let mut builder = self.sender.request(method, url).headers(header_map(headers)?);
        if let Some(body) = body {
            if body.is_empty() {
                // The sender only tells lengths of bodies that have one; some servers insist.
                builder = builder.header(CONTENT_LENGTH, 0);
            }
            builder = builder.body(body);
        }
        builder.build().map_err(|error| HttpProblem::Request(error.without_url().to_string()))
    }
}

/// Whether a URL leads to a web server.
pub(super) fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

fn header_map(headers: &[(String, String)]) -> Result<HeaderMap, HttpProblem> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let invalid = |what| HttpProblem::Request(format!("{what} '{name}'"));
        let header =
            HeaderName::from_bytes(name.as_bytes()).map_err(|_| invalid("invalid HTTP header name"))?;
        let value = HeaderValue::from_str(value).map_err(|_| invalid("invalid value of HTTP header"))?;
        // How long the body is we know ourselves; another length would be a lie that cuts requests apart.
        if header != CONTENT_LENGTH && header != TRANSFER_ENCODING {
            map.try_append(header, value).map_err(|_| invalid("no room for HTTP header"))?;
        }
    }
    Ok(map)
}
