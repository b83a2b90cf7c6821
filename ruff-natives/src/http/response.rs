//! Responses as values.

use std::collections::BTreeMap;

use encoding_rs::{Encoding, UTF_8};
use ruff_runtime::Value;
use ruff_runtime::http::HttpResponse;
use ruff_runtime::value::{Dict, Key};

/// A response as programs see it.
pub(super) fn value(response: HttpResponse) -> Value {
    let HttpResponse { status, url, headers, body } = response;
    let headers: Vec<(String, String)> = headers
        .into_iter()
        .map(|(name, value)| (name, String::from_utf8_lossy(&value).into_owned()))
        .collect();
    let charset = headers.iter().find(|(name, _)| name == "content-type").and_then(|(_, kind)| charset(kind));
    // A mark at the beginning of the body prevails.
    let (body, ..) = charset.unwrap_or(UTF_8).decode(&body);
    let body = Value::str(&body);
    let pair = |(name, value): &(String, String)| Value::array(vec![Value::str(name), Value::str(value)]);
    let entries = [
        ("status", Value::Int(status.into())),
        ("ok", Value::Bool((200..300).contains(&status))),
        ("url", Value::string(url)),
        ("body", body),
        ("header_list", Value::array(headers.iter().map(pair).collect())),
        ("headers", joined(headers)),
    ];
    Value::Dict(Dict::from_entries(entries.map(|(name, value)| (Key::from(name), value))))
}

/// The encoding that a content type names, if it is one.
fn charset(content_type: &str) -> Option<&'static Encoding> {
    let parameters = content_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let (_, label) = parameters.into_iter().find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?;
    Encoding::for_label_no_replacement(label.trim().trim_matches(['"', '\'']).as_bytes())
}

/// Each name once. Values of one name are a list, except for cookies, which have commas in them.
fn joined(headers: Vec<(String, String)>) -> Value {
    let mut values: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in headers {
        let separator = if name == "set-cookie" { "\n" } else { ", " };
        values.entry(name).and_modify(|known| known.extend([separator, &value])).or_insert(value);
    }
    let entries = values.into_iter().map(|(name, value)| (Key::from(name.as_str()), Value::string(value)));
    Value::Dict(Dict::from_entries(entries))
}
