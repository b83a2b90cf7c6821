//! What only tests have: web servers of their own.

use std::sync::Arc;
use std::time::Duration;

use ruff_runtime::http::{HttpEnd, HttpReceived, HttpReply, HttpRoute, HttpTestServer};
use ruff_runtime::native::{Cx, Family, NativeResult, Object, ObjectKind};
use ruff_runtime::value::{Dict, Handle, Key, source_text, text};
use ruff_runtime::{Value, VmError, family, native};
use ruff_syntax::Code;

/// The builtins of this family, which programs outside of tests do not have.
pub(crate) static FAMILY: Family = family!("testing": [
    self::TEST_HTTP_SERVER,
    self::__TEST_SERVER_CLOSE,
    self::__TEST_SERVER_REQUESTS,
    self::__TEST_SERVER_START,
    self::__TEST_SERVER_URL,
]);

static TEST_SERVER: ObjectKind = ObjectKind { type_name: "testserver", word: "TestServer" };

/// A server, which its host keeps until it is closed.
struct TestServer(Arc<dyn HttpTestServer>);

impl Object for TestServer {
    const KIND: &'static ObjectKind = &TEST_SERVER;
}

/// Starts a web server for a test, which only this machine can reach: a dict with its `url`, to which paths are added, and two
/// functions. `requests()` gives what it was asked so far, `close()` ends it and gives whether it ran. It ends by itself with the
/// test. Programs that are not tested have no such builtin.
///
/// `routes` says what it answers. The key is a path, or a method and a path, the value a body or a dict, which may hold
/// `status` (200 if nothing is said), `body` (a string or bytes), `headers` (a dict of strings), `delay_ms` (how long it waits
/// before it answers) and `cut` (whether the body breaks off before its end).
///
/// To all others it answers as every such server does: `/ok`, `/status/404`, `/redirect?to=/ok&status=302`, `/slow?ms=100`,
/// `/bytes` (no UTF-8), `/close` (breaks off), `/echo` (method, headers and body as JSON).
///
/// A request is a dict with `method`, `path`, `query`, `headers` and `body`. The first 10,000 are kept.
///
/// Fails with `test_http_server() route '{key}' must be a path or a method and a path`, `test_http_server() requires a
/// string or dict value for route '{key}', got {type}`, `test_http_server() unknown option '{name}' of route '{key}'`,
/// `test_http_server() requires {types} value for {name} of route '{key}', got {type}` or `test_http_server() {name} of route
/// '{key}' must be {condition}, got {value}` for a route that is none, with `Cannot start a web server: {reason}` if there can be
/// none.
///
/// ```ruff
/// server := test_http_server({"/hello": "hi", "POST /users": {"status": 201, "body": "made"}})
/// print((await async_http_get(server["url"] + "/hello")).body)       # prints hi
/// print((await async_http_post(server["url"] + "/users", "ann")).status)  # prints 201
/// print(map(server.requests(), func(r) { return r.path }))           # prints [/hello, /users]
/// print(server.close(), server.close())                              # prints true false
/// ```
#[native(family = "testing", needs = net_server, ruff = "prelude/test_http_server.ruff", returns = "dict")]
fn test_http_server(routes: &Dict);

/// Starts a server.
#[native(family = "testing", needs = net_server, returns = "any")]
fn __test_server_start(cx: &mut Cx<'_>, routes: &Dict) -> NativeResult<Value> {
    let mut wanted = Vec::new();
    for (key, value) in routes.iter() {
        wanted.push(route(cx, &key.to_string(), value)?);
    }
    let server = cx.host().test_server(wanted);
    let server = server.map_err(|error| cx.host_error("Cannot start a web server", &error))?;
    Ok(Value::Handle(Handle::new(TestServer(server))))
}

/// Where a server is.
#[native(family = "testing", returns = "string")]
fn __test_server_url(server: Value) -> String {
    of(&server).map(|server| server.url()).unwrap_or_default()
}

/// What a server was asked.
#[native(family = "testing", returns = "array")]
fn __test_server_requests(server: Value) -> Value {
    let requests = of(&server).map(|server| server.requests());
    Value::array(requests.unwrap_or_default().iter().map(request).collect())
}

/// Ends a server. Gives whether it ran.
#[native(family = "testing", returns = "bool")]
fn __test_server_close(server: Value) -> bool {
    of(&server).is_some_and(|server| server.close())
}

/// The server that only the builtin above has a handle of.
fn of(server: &Value) -> Option<&dyn HttpTestServer> {
    let Value::Handle(handle) = server else { return None };
    handle.get::<TestServer>().map(|server| &*server.0)
}

fn request(request: &HttpReceived) -> Value {
    let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
    let headers = request.headers.iter().map(|(name, value)| (Key::from(name.as_str()), Value::str(value)));
    let entries = [
        ("method", Value::str(&request.method)),
        ("path", Value::str(path)),
        ("query", Value::str(query)),
        ("headers", Value::Dict(Dict::from_entries(headers))),
        ("body", Value::str(&String::from_utf8_lossy(&request.body))),
    ];
    Value::Dict(Dict::from_entries(entries.map(|(name, value)| (Key::from(name), value))))
}

/// What one entry of the routes means.
fn route(cx: &Cx<'_>, key: &str, value: &Value) -> NativeResult<HttpRoute> {
    let (method, path) = match key.split_once(' ') {
        Some((method, path)) => (Some(method.to_owned()), path),
        None => (None, key),
    };
    if !path.starts_with('/') || method.as_ref().is_some_and(String::is_empty) {
        let message = format!("route '{key}' must be a path or a method and a path");
        let help = "write \"/users\" or \"POST /users\"";
        return Err(fail(cx, Code::ArgumentValue, &message).with_help(help));
    }
    let reply = match value {
        Value::Dict(options) => reply(cx, key, options)?,
        _ => match value.as_str() {
            Some(body) => HttpReply::new(body),
            None => {
                let got = value.type_name();
                let message = format!("requires a string or dict value for route '{key}', got {got}");
                return Err(fail(cx, Code::ArgumentType, &message));
            }
        },
    };
    Ok(HttpRoute { method, path: path.to_owned(), reply })
}

fn reply(cx: &Cx<'_>, key: &str, options: &Dict) -> NativeResult<HttpReply> {
    let mut reply = HttpReply::new("");
    for (option, value) in options.iter() {
        let option = option.to_string();
        let bad_type = |types: &str| {
            let got = value.type_name();
            let message = format!("requires {types} value for {option} of route '{key}', got {got}");
            fail(cx, Code::ArgumentType, &message)
        };
        let bad_value = |condition: &str| {
            let message =
                format!("{option} of route '{key}' must be {condition}, got {}", source_text(value));
            fail(cx, Code::ArgumentValue, &message)
        };
        match (option.as_str(), value) {
            ("status", Value::Int(status)) => {
                let status = u16::try_from(*status).ok().filter(|status| (200..1000).contains(status));
                reply.status = status.ok_or_else(|| bad_value("between 200 and 999"))?;
            }
            ("delay_ms", Value::Int(ms)) => {
                let ms = u64::try_from(*ms).map_err(|_| bad_value(">= 0"))?;
                reply.after = Duration::from_millis(ms);
            }
            ("cut", Value::Bool(is_cut)) => {
                reply.end = if *is_cut { HttpEnd::Cut } else { HttpEnd::Whole };
            }
            ("body", Value::Bytes(bytes)) => reply.body = bytes.to_vec(),
            ("body", _) => reply.body = value.as_str().ok_or_else(|| bad_type("a string or bytes"))?.into(),
            ("headers", Value::Dict(headers)) => {
                for (name, value) in headers.iter() {
                    let line = (name.to_string(), text(value));
                    if [&line.0, &line.1].iter().any(|part| part.contains(['\r', '\n'])) {
                        return Err(bad_value("without line ends"));
                    }
                    reply.headers.push(line);
                }
            }
            ("status" | "delay_ms", _) => return Err(bad_type("an int")),
            ("cut", _) => return Err(bad_type("a bool")),
            ("headers", _) => return Err(bad_type("a dict")),
            _ => {
                let message = format!("unknown option '{option}' of route '{key}'");
                let help = "options are status, body, headers, delay_ms, cut";
                return Err(fail(cx, Code::ArgumentValue, &message).with_help(help));
            }
        }
    }
    Ok(reply)
}

/// An error of the builtin that programs call.
fn fail(cx: &Cx<'_>, code: Code, message: &str) -> VmError {
    cx.fail(code, format!("{}() {message}", TEST_HTTP_SERVER.name))
}
