//! [`Exchange`]: from a request to the whole response, redirects included, within its limits.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{
    AUTHORIZATION, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_LOCATION, CONTENT_TYPE,
    COOKIE, HeaderName, HeaderValue, LOCATION, PROXY_AUTHORIZATION,
};
use reqwest::{Method, Request, Response, StatusCode, Url};
use ruff_runtime::http::{HttpError, HttpProblem, HttpResponse, HttpResult};

use super::client::{CONNECT_TIMEOUT, Client, is_web};

/// How many redirects a request follows.
const REDIRECTS: usize = 10;

/// Headers for one server, which others must not see.
const SECRETS: [HeaderName; 3] = [AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION];

/// Headers about a body, which go with it.
const ABOUT_BODY: [HeaderName; 5] =
    [CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_LOCATION, CONTENT_TYPE];

/// A request on its way, and what it may cost.
pub(super) struct Exchange {
    pub(super) client: Arc<Client>,
    /// The program's, later what the redirects made of it.
    pub(super) request: Request,
    pub(super) timeout: Duration,
    pub(super) max_body: usize,
}

impl Exchange {
    /// Waits for its turn, then for the response.
    pub(super) async fn run(mut self) -> HttpResult {
        let (client, timeout) = (self.client.clone(), self.timeout);
        // Nobody closes it.
        let _turn = client.turns.acquire().await;
        let in_time = tokio::time::timeout(timeout, self.follow()).await;
        in_time.unwrap_or_else(|_| Err(self.failed(HttpProblem::TimedOut(timeout))))
    }

    /// The response at the end of all redirects.
    async fn follow(&mut self) -> HttpResult {
        for _ in 0..=REDIRECTS {
            let response = self.send().await?;
            match destination(&self.request, &response) {
                Some(next) => self.redirect(next, response.status()),
                None => return self.receive(response).await,
            }
        }
        Err(self.failed(HttpProblem::Redirects))
    }

    async fn send(&self) -> Result<Response, HttpError> {
        let Client { sender, destinations, .. } = &*self.client;
        destinations.check(self.request.url()).map_err(|problem| self.failed(problem))?;
        let request = self.request.try_clone();
        let stream = || self.failed(HttpProblem::Request("a stream cannot be sent again".to_owned()));
        let request = request.ok_or_else(stream)?;
        sender.execute(request).await.map_err(|error| {
            let refusal = destinations.refusal(&error, self.request.url());
            self.failed(refusal.unwrap_or_else(|| match error.is_timeout() {
                true => HttpProblem::TimedOut(CONNECT_TIMEOUT),
                false => HttpProblem::Exchange(reasons(&error)),
            }))
        })
    }

    fn redirect(&mut self, next: Url, status: StatusCode) {
        let is_elsewhere = next.origin() != self.request.url().origin();
        let method = self.request.method();
        let becomes_get = match status {
            StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND => *method == Method::POST,
            StatusCode::SEE_OTHER => *method != Method::HEAD,
            _ => false,
        };
        if becomes_get {
            *self.request.method_mut() = Method::GET;
            *self.request.body_mut() = None;
        }
        let headers = self.request.headers_mut();
        let secrets = SECRETS.iter().filter(|_| is_elsewhere);
        for name in ABOUT_BODY.iter().filter(|_| becomes_get).chain(secrets) {
            headers.remove(name);
        }
        *self.request.url_mut() = next;
    }

    async fn receive(&self, mut response: Response) -> HttpResult {
        let status = response.status().as_u16();
        let failed = |problem| HttpError { status: Some(status), ..self.failed(problem) };
        let too_large = |got| failed(HttpProblem::TooLarge { got, limit: self.max_body });
        let limit = self.max_body as u64;
        if let Some(length) = response.content_length().filter(|length| *length > limit) {
            return Err(too_large(length));
        }
        let mut body = Vec::new();
        loop {
            let piece = response.chunk().await.map_err(|error| failed(HttpProblem::Body(reasons(&error))))?;
            let Some(piece) = piece else { break };
            if piece.len() > self.max_body - body.len() {
                return Err(too_large(limit + 1));
            }
            body.extend_from_slice(&piece);
        }
        let header = |(name, value): (&HeaderName, &HeaderValue)| {
            (name.as_str().to_owned(), value.as_bytes().to_vec())
        };
        let headers = response.headers().iter().map(header).collect();
        Ok(HttpResponse { status, url: self.request.url().to_string(), headers, body })
    }

    fn failed(&self, problem: HttpProblem) -> HttpError {
        HttpError { url: self.request.url().to_string(), status: None, problem }
    }
}

/// Where `response` sends `request`, if it does and leads to a web server.
fn destination(request: &Request, response: &Response) -> Option<Url> {
    let is_redirect = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    let location = response.headers().get(LOCATION).filter(|_| is_redirect)?;
    let location = std::str::from_utf8(location.as_bytes()).ok()?;
    let mut next = request.url().join(location).ok().filter(is_web)?;
    // A server has no business to say who we are. URLs of web servers can have both removed.
    let _ = next.set_username("");
    let _ = next.set_password(None);
    Some(next)
}

/// Why sending or receiving failed. The outermost error would only say that it did.
fn reasons(error: &reqwest::Error) -> String {
    let sources = std::iter::successors(error.source(), |error| (*error).source());
    let mut reasons: Vec<String> = Vec::new();
    for reason in sources.map(ToString::to_string) {
        // Some say themselves what led to them.
        if !reasons.last().is_some_and(|last| last.ends_with(&reason)) {
            reasons.push(reason);
        }
    }
    if reasons.is_empty() { error.to_string() } else { reasons.join(": ") }
}
