//! What is said about requests without a response.

use std::net::IpAddr;

use ruff_runtime::host::HostError;
use ruff_runtime::http::{HttpError, HttpProblem};
use ruff_runtime::value::{Dict, Key};
use ruff_runtime::{Value, VmError};
use ruff_syntax::Code;

use super::url::{broken_without_secrets, without_secrets};

/// The error of a program whose request failed. `surface` is what messages call it: `HTTP GET`.
pub(super) fn failed(surface: &str, error: &HttpError) -> VmError {
    let HttpError { url, status, problem } = error;
    let url = match problem {
        HttpProblem::Url(_) => broken_without_secrets(url),
        _ => without_secrets(url),
    };
    let is_policy =
        matches!(problem, HttpProblem::Blocked(_) | HttpProblem::Unresolved(..) | HttpProblem::Policy(_));
    let fields = [
        ("kind", Value::str(if is_policy { "NetworkPolicy" } else { "Network" })),
        ("status", status.map_or(Value::Null, |status| Value::Int(status.into()))),
        ("timeout", Value::Bool(matches!(problem, HttpProblem::TimedOut(_)))),
        ("url", Value::str(&url)),
    ];
    let mut failed = VmError::new(Code::HostOperation, message(surface, &url, problem));
    let fields = fields.map(|(name, value)| (Key::from(name), value));
    failed.fault_mut().thrown = Some(Value::Dict(Dict::from_entries(fields)));
    failed
}

/// The error of a program on a host that has no network, or is not able to reach it.
pub(super) fn host_failed(surface: &str, error: &HostError) -> VmError {
    VmError::new(Code::HostOperation, format!("{surface} failed: {error}"))
}

fn message(surface: &str, url: &str, problem: &HttpProblem) -> String {
    let why = match problem {
        HttpProblem::Blocked(addresses) => return blocked(surface, addresses),
        HttpProblem::Unresolved(destination, why) => {
            return format!("Failed to resolve network destination '{destination}': {why}");
        }
        HttpProblem::Policy(value) => {
            return format!(
                "Invalid RUFF_NET_DESTINATION_POLICY value '{value}'; expected one of: allow_all, deny_private"
            );
        }
        HttpProblem::Body(why) => return format!("Failed to read response body: {why}"),
        HttpProblem::Url(why) => format!("invalid URL '{url}': {why}"),
        HttpProblem::Scheme(scheme) => {
            format!("unsupported URL scheme '{scheme}'; expected http or https")
        }
        HttpProblem::Port => "destination port must be 1-65535".to_owned(),
        HttpProblem::Request(why) => format!("builder error: {why}"),
        HttpProblem::Exchange(why) => format!("error sending request for url ({url}): {why}"),
        HttpProblem::TimedOut(limit) => format!("request timed out after {}ms", limit.as_millis()),
        HttpProblem::Redirects => format!("error following redirect for url ({url}): too many redirects"),
        HttpProblem::TooLarge { got, limit } => {
            format!("response body exceeds maximum network body size ({got} bytes > {limit} bytes)")
        }
    };
    format!("{surface} failed: {why}")
}

fn blocked(surface: &str, addresses: &[IpAddr]) -> String {
    let addresses: Vec<String> = addresses.iter().map(IpAddr::to_string).collect();
    format!(
        "{surface} blocked by outbound destination policy 'deny_private' (resolved to blocked addresses: {}). Set \
         RUFF_ALLOW_PRIVATE_NETWORK_DESTINATIONS=1 to allow trusted local/private destinations.",
        addresses.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn each_problem_has_its_text() {
        let addresses = ["10.0.0.1", "::1"].map(|text| text.parse().unwrap()).to_vec();
        let why = || "why".to_owned();
        let sending = "error sending request for url (http://***@h/?token=***): why";
        let blocked = "HTTP GET blocked by outbound destination policy 'deny_private' (resolved to blocked addresses: \
                       10.0.0.1, ::1). Set RUFF_ALLOW_PRIVATE_NETWORK_DESTINATIONS=1 to allow trusted local/private \
                       destinations.";
        let policy =
            "Invalid RUFF_NET_DESTINATION_POLICY value 'why'; expected one of: allow_all, deny_private";
        let redirects = "error following redirect for url (http://***@h/?token=***): too many redirects";
        let too_large = "response body exceeds maximum network body size (9 bytes > 8 bytes)";
        for (problem, text) in [
            (HttpProblem::Url(why()), "invalid URL 'http://***@h/?token=***': why"),
            (HttpProblem::Scheme("ftp".into()), "unsupported URL scheme 'ftp'; expected http or https"),
            (HttpProblem::Port, "destination port must be 1-65535"),
            (HttpProblem::Request(why()), "builder error: why"),
            (HttpProblem::Exchange(why()), sending),
            (HttpProblem::TimedOut(Duration::from_secs(30)), "request timed out after 30000ms"),
            (HttpProblem::Redirects, redirects),
            (HttpProblem::TooLarge { got: 9, limit: 8 }, too_large),
            (HttpProblem::Blocked(addresses), blocked),
            (
                HttpProblem::Unresolved("h:80".into(), why()),
                "Failed to resolve network destination 'h:80': why",
            ),
            (HttpProblem::Policy(why()), policy),
            (HttpProblem::Body(why()), "Failed to read response body: why"),
        ] {
            let url = "http://me:pw@h/?token=t".to_owned();
            let error = failed("HTTP GET", &HttpError { url, status: None, problem });
            let message = error.fault().message.to_string();
            assert_eq!(message.strip_prefix("HTTP GET failed: ").unwrap_or(&message), text);
        }
    }

    #[test]
    fn programs_can_ask_what_happened() {
        let problem = HttpProblem::TimedOut(Duration::from_millis(5));
        let error = HttpError { url: "http://me@h/".to_owned(), status: Some(200), problem };
        let thrown = failed("HTTP GET", &error).fault().thrown.clone().unwrap();
        assert_eq!(
            ruff_runtime::value::source_text(&thrown),
            r#"{"kind": "Network", "status": 200, "timeout": true, "url": "http://***@h/"}"#
        );
    }
}
