//! Requests that go on while the program does.

use ruff_runtime::Value;
use ruff_runtime::host::Effects;
use ruff_runtime::http::HttpRequest;
use ruff_runtime::native;
use ruff_runtime::native::{FiberCx, NativeResult};
use ruff_runtime::value::{Dict, text};
use ruff_syntax::Code;

use super::failure::{failed, host_failed};
use super::response;

/// A promise of what a web server answers to a GET request.
///
/// That is a dict with `status`, `ok` (whether it is 200 to 299), `body` as a string, `headers` by their names in lower case,
/// `header_list` with all of them as `[name, value]`, and the `url` that it came from, after at most 10 redirects. A status
/// such as 404 is an answer too. At most 256 requests are on their way at a time; more wait for their turn.
///
/// Fails where it is awaited, with `HTTP GET failed: {reason}`, if there is no answer, with
/// `HTTP GET failed: request timed out after {ms}ms` if it takes longer than 30 seconds, with
/// `HTTP GET failed: response body exceeds maximum network body size ({got} bytes > {limit} bytes)` for a body of more than
/// 8,388,608 bytes, and with `Failed to read response body: {reason}` if that breaks off. Fails where it is awaited, with
/// `HTTP GET blocked by outbound destination policy 'deny_private' (resolved to blocked addresses: {addresses}). Set
/// RUFF_ALLOW_PRIVATE_NETWORK_DESTINATIONS=1 to allow trusted local/private destinations.`, for a private address where
/// those are denied. Such errors have the fields `kind`, `url`, `timeout` and `status`.
///
/// ```ruff
/// response := await async_http_get("http://localhost:8080/health")
/// print(response["status"], response["headers"]["content-type"])
/// ```
#[native(family = "http", needs = net_client, returns = "promise")]
fn async_http_get(cx: &mut FiberCx<'_>, url: &str) -> Value {
    start(cx, HttpRequest::new("GET", url), "HTTP GET", Effects::Nothing)
}

/// A promise of what a web server answers to a POST request with `body`: a dict, or an error, as `async_http_get` says.
///
/// Values of `headers` are strings, numbers or bools. There is no `Content-Type` unless they have one; how long the body is
/// the server is always told. After a redirect with status 301, 302 or 303 the request goes on as GET, without body. A
/// program does not end before its POST requests are answered.
///
/// Fails with `async_http_post() header '{name}' must be a string` for other values. Fails where it is awaited, with
/// `HTTP POST failed: {reason}`, if there is no answer, with `HTTP POST failed: request timed out after {ms}ms` if it takes
/// longer than 30 seconds, with
/// `HTTP POST failed: response body exceeds maximum network body size ({got} bytes > {limit} bytes)` for a body of more than
/// 8,388,608 bytes, and with `Failed to read response body: {reason}` if that breaks off. Fails where it is awaited, with
/// `HTTP POST blocked by outbound destination policy 'deny_private' (resolved to blocked addresses: {addresses}). Set
/// RUFF_ALLOW_PRIVATE_NETWORK_DESTINATIONS=1 to allow trusted local/private destinations.`, for a private address where
/// those are denied.
///
/// ```ruff
/// note := to_json({"text": "hello"})
/// response := await async_http_post("http://localhost:8080/notes", note, {"Content-Type": "application/json"})
/// print(response["ok"])
/// ```
#[native(family = "http", needs = net_client, returns = "promise")]
fn async_http_post(
    cx: &mut FiberCx<'_>,
    url: &str,
    body: &str,
    headers: Option<&Dict>,
) -> NativeResult<Value> {
    let mut request = HttpRequest::new("POST", url);
    request.body = Some(body.as_bytes().to_vec());
    for (name, value) in headers.into_iter().flat_map(Dict::iter) {
        let name = name.to_str().to_string();
        let is_text = matches!(value, Value::Int(_) | Value::Float(_) | Value::Bool(_));
        if !is_text && value.as_str().is_none() {
            let message = format!("{}() header '{name}' must be a string", cx.name());
            return Err(cx.fail(Code::ArgumentType, message));
        }
        request.headers.push((name, text(value)));
    }
    Ok(start(cx, request, "HTTP POST", Effects::Abortable))
}

fn start(cx: &mut FiberCx<'_>, request: HttpRequest, surface: &'static str, effects: Effects) -> Value {
    let operation = cx.host().http_later(request);
    cx.start(operation, effects, move |result| match result {
        Ok(Ok(response)) => Ok(response::value(response)),
        Ok(Err(error)) => Err(failed(surface, &error)),
        Err(error) => Err(host_failed(surface, &error)),
    })
}
