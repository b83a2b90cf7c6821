//! [`Fixture`]: the web server of a test, which does more to its clients than that of the library.

use std::io::{self, Write};
use std::ops::Deref;

use flate2::Compression;
use flate2::write::GzEncoder;
use ruff_natives::fixture::routes::{parameter, path};
use ruff_runtime::http::{HttpEnd, HttpReceived, HttpReply};

/// A web server that ends when it is dropped.
pub struct Fixture(ruff_natives::fixture::Fixture);

impl Fixture {
    /// Starts a server on a port of its own.
    pub fn start() -> io::Result<Fixture> {
        ruff_natives::fixture::Fixture::start(answer).map(Fixture)
    }
}

impl Deref for Fixture {
    type Target = ruff_natives::fixture::Fixture;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

/// A number of bytes that is a parameter.
fn bytes(request: &HttpReceived, usual: usize) -> usize {
    parameter(request, "bytes").and_then(|bytes| bytes.parse().ok()).unwrap_or(usual)
}

/// The answer to a request that every server does not answer alike.
fn answer(request: &HttpReceived) -> Option<HttpReply> {
    Some(match path(request) {
        "/loop" => HttpReply::new("").status(302).with("Location", "/loop"),
        "/latin1" => HttpReply::new(b"caf\xe9").with("Content-Type", "text/plain; charset=\"ISO-8859-1\""),
        "/bom" => {
            HttpReply::new(b"\xef\xbb\xbfcaf\xc3\xa9").with("Content-Type", "text/plain; charset=latin1")
        }
        "/utf16" => HttpReply::new(b"\xff\xfeh\0i\0"),
        "/big" => HttpReply::new(vec![b'x'; bytes(request, 0)]),
        "/endless" => HttpReply { end: HttpEnd::Never, ..HttpReply::new(vec![b'x'; 1 << 16]) },
        "/gzip" => gzip(bytes(request, 5), usize::MAX),
        "/gzip/cut" => gzip(1000, 20),
        "/gzip/none" => HttpReply::new("").status(204).with("Content-Encoding", "gzip"),
        "/gzip/not" => HttpReply::new("plain").with("Content-Encoding", "gzip"),
        "/headers" => HttpReply::new("")
            .with("X-Twice", "one")
            .with("X-Twice", "two")
            .with("Set-Cookie", "a=1; Expires=Wed, 01 Jan 2025 00:00:00 GMT")
            .with("Set-Cookie", "b=2")
            .with("X-Place", "Zürich"),
        path => return path.strip_prefix("/site/").map(site),
    })
}

/// So many letters compressed, of which so many bytes are sent.
fn gzip(bytes: usize, sent: usize) -> HttpReply {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    // A vector takes everything.
    let compressed = encoder.write_all(&vec![b'x'; bytes]).and_then(|()| encoder.finish());
    let mut compressed = compressed.unwrap_or_default();
    compressed.truncate(sent);
    HttpReply::new(compressed).with("Content-Encoding", "gzip")
}

/// A few pages that lead to each other, to others, and to none.
fn site(page: &str) -> HttpReply {
    let links: &[&str] = match page {
        "" => &["/site/about", "/site/guide", "/site/gone", "/redirect?to=/site/about", "/slow?ms=20"],
        "about" => &["/site/", "/site/guide"],
        "guide" => &["/site/about", "/status/500"],
        _ => return HttpReply::new("not found").status(404),
    };
    let link = |url: &&str| format!("<li><a href=\"{url}\">{url}</a></li>\n");
    let list: String = links.iter().map(link).collect();
    HttpReply::new(format!("<ul>\n{list}</ul>\n")).with("Content-Type", "text/html; charset=utf-8")
}
