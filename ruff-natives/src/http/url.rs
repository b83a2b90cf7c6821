//! What of a URL may be shown.

/// Keys of a query whose values are secrets.
const SECRETS: [&str; 9] =
    ["key", "api_key", "apikey", "token", "access_token", "secret", "password", "sig", "signature"];

const HIDDEN: &str = "***";

/// `url` without names, passwords and other secrets.
pub(super) fn without_secrets(url: &str) -> String {
    let start = authority(url);
    let end = url[start..].find(['/', '\\', '?', '#']).map_or(url.len(), |length| start + length);
    hide(url, start, end)
}

/// As [`without_secrets`], for a text that is no URL: nobody knows how far the password was meant to go.
pub(super) fn broken_without_secrets(url: &str) -> String {
    hide(url, authority(url), url.len())
}

/// Where the host begins, or who it is that asks it.
fn authority(url: &str) -> usize {
    let colon = url.find([':', '/', '?', '#']).filter(|at| url[*at..].starts_with(':'));
    let rest = &url[colon.map_or(0, |at| at + 1)..];
    url.len() - rest.trim_start_matches(['/', '\\']).len()
}

/// `url` without what is between `start` and the last `@` before `end`, and without values of secret keys behind that.
fn hide(url: &str, start: usize, end: usize) -> String {
    let (mut shown, rest) = match url[start..end].rfind('@') {
        Some(at) => (format!("{}{HIDDEN}", &url[..start]), &url[start + at..]),
        None => (String::new(), url),
    };
    for piece in rest.split_inclusive(['?', '&', '#']) {
        let value = piece.trim_end_matches(['?', '&', '#']);
        match value.split_once('=') {
            Some((key, _)) if SECRETS.iter().any(|secret| key.eq_ignore_ascii_case(secret)) => {
                shown.extend([key, "=", HIDDEN, &piece[value.len()..]]);
            }
            _ => shown.push_str(piece),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::{broken_without_secrets, without_secrets};

    #[test]
    fn names_and_passwords_are_hidden() {
        for (url, shown) in [
            ("http://h/a@b?x=1#y", "http://h/a@b?x=1#y"),
            ("http://me:pw@h:1/a@b", "http://***@h:1/a@b"),
            ("http:me@x@h", "http:***@h"),
            ("http:\\\\me@h\\b@c", "http:\\\\***@h\\b@c"),
            ("me@h", "***@h"),
            ("/a:b@c", "/***@c"),
            ("", ""),
            ("é:é@é", "é:***@é"),
        ] {
            assert_eq!(without_secrets(url), shown);
        }
    }

    #[test]
    fn values_of_secret_keys_are_hidden() {
        let url = "http://h/?a=1&Token=s=e&key=&sig=%20&secrets=5&key#password=a&b";
        let shown = "http://h/?a=1&Token=***&key=***&sig=***&secrets=5&key#password=***&b";
        assert_eq!(without_secrets(url), shown);
    }

    #[test]
    fn a_password_may_be_what_breaks_a_url() {
        let url = "http://me:p/w?x@h:70000/?key=s";
        assert_eq!(broken_without_secrets(url), "http://***@h:70000/?key=***");
        assert_eq!(broken_without_secrets("not a url"), "not a url");
    }
}
