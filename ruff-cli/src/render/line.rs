//! The formats of one line a finding: `short` for people and editors, `github` for workflow annotations.

use ruff_syntax::Severity;

use super::Finding;
use super::finding::severity_word;
use super::look::{Look, Tint, clean};

/// `path:line:col: severity[CODE] message`.
pub(crate) fn short(finding: &Finding, look: Look) -> String {
    let mut out = String::new();
    if let (Some(file), Some(at)) = (finding.file(), finding.position()) {
        out.push_str(&format!("{}:{}:{}: ", clean(file), at.line, at.column));
    }
    look.paint(&mut out, Tint::Severity(finding.severity), severity_word(finding.severity));
    look.paint(&mut out, Tint::Bold, &format!("[{}]", finding.code));
    out.push(' ');
    out.push_str(&clean(&finding.message).replace('\n', " "));
    out.push('\n');
    out
}

/// `::error file=…,line=…,col=…::[CODE] message`.
pub(crate) fn github(finding: &Finding) -> String {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Hint => "notice",
    };
    let place = match (finding.file(), finding.position()) {
        (Some(file), Some(at)) => {
            format!(" file={},line={},col={}", escape(file, true), at.line, at.column)
        }
        _ => String::new(),
    };
    format!("::{command}{place}::[{}] {}\n", finding.code, escape(&finding.message, false))
}

/// Percent-encodes what would end a message or, in a property, the property.
fn escape(text: &str, is_property: bool) -> String {
    let text = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    if is_property { text.replace(':', "%3A").replace(',', "%2C") } else { text }
}
