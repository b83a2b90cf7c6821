//! Where requests may go, as flags and environment say. Only this machine is asked.
#![expect(clippy::disallowed_methods, reason = "the test is the server")]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread;

use insta::assert_snapshot;

use crate::scene::Scene;
use crate::transcript::Transcript;

/// Tells how a request ends; where it gets through, nobody listens.
const ASK: &str =
    "try { await async_http_get(\"http://127.0.0.1:1/\") } except e { print(e.message) print(e.kind) }";

#[test]
fn private_destinations() {
    let mut case = Transcript::new();
    case.ruff_words(&["--untrusted", "--allow-net-client", "-e", ASK]);
    case.ruff_words(&["--untrusted", "--allow-net", "-e", &ASK.replace("127.0.0.1", "[::1]")]);
    case.var("RUFF_NET_DESTINATION_POLICY", "deny_private");
    case.ruff_words(&["-e", &ASK.replace("127.0.0.1", "10.1")]);
    case.var("RUFF_NET_DESTINATION_POLICY", "some");
    case.ruff_words(&["-e", ASK]);
    assert_snapshot!(case.text());
}

#[test]
fn private_destinations_can_be_allowed() {
    let get_through = |vars: &[(&'static str, &'static str)], words: &[&str]| {
        let mut scene = Scene::new();
        scene.vars = vars.to_vec();
        let outcome = scene.run(&[words, &["-e", ASK]].concat());
        outcome.stdout.starts_with("HTTP GET failed: error sending")
    };
    let lifted = ("RUFF_ALLOW_PRIVATE_NETWORK_DESTINATIONS", "1");
    let untrusted = ["--untrusted", "--allow-net-client"];
    assert!(get_through(&[], &[]));
    assert!(get_through(&[], &["--untrusted", "--allow-all"]));
    assert!(get_through(&[lifted], &untrusted));
    assert!(get_through(&[("RUFF_NET_DESTINATION_POLICY", "allow_all")], &untrusted));
    assert!(get_through(&[("RUFF_NET_DESTINATION_POLICY", "strict"), lifted], &[]));
    assert!(!get_through(&[("RUFF_NET_DESTINATION_POLICY", "strict")], &[]));
}

#[test]
fn proxies_of_the_environment() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = format!("http://{}", listener.local_addr().unwrap());
    let asked = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut line = String::new();
        BufReader::new(&stream).read_line(&mut line).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi").unwrap();
        line
    });
    let scene = Scene::new();
    let program = "print((await async_http_get(\"http://behind.test/x\")).body)";
    let output = scene.command(&["-e", program]).env("HTTP_PROXY", proxy).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "hi\n");
    assert_eq!(asked.join().unwrap(), "GET http://behind.test/x HTTP/1.1\r\n");
}
