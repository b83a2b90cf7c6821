//! Long programs in few words: `# repeat NAME COUNT: TEXT` defines a piece of source that `«NAME»` stands for.

use super::directive::Directive;

/// What is wrong with a text that has `«` in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadTemplate {
    #[error("« without »")]
    Unclosed,
    #[error("«{0}» is not defined")]
    Undefined(String),
}

/// The name that growth tests put their size in.
pub(super) const SIZE: &str = "size";

/// `source` with every `«NAME»` replaced by its text, except in the lines that define them, so that no line moves
/// unless a text has line ends. `size` is what `«size»` stands for.
pub(super) fn expand(source: &str, size: Option<u64>) -> Result<String, BadTemplate> {
    if !source.contains('«') {
        return Ok(source.to_owned());
    }
    let mut pieces: Vec<(String, String)> =
        size.map(|size| (SIZE.to_owned(), size.to_string())).into_iter().collect();
    let mut expanded = String::new();
    for line in source.split_inclusive('\n') {
        if let Ok(Some((Directive::Repeat { name, count, text }, _))) = Directive::in_line(line) {
            pieces.push((name, repeat(&text, count)));
            expanded.push_str("#\n");
        } else {
            fill(&mut expanded, line, &pieces)?;
        }
    }
    Ok(expanded)
}

/// `text`, `count` times; `«i»` in it is its number.
fn repeat(text: &str, count: usize) -> String {
    if !text.contains("«i»") {
        return text.repeat(count);
    }
    (0..count).map(|i| text.replace("«i»", &i.to_string())).collect()
}

fn fill(out: &mut String, line: &str, pieces: &[(String, String)]) -> Result<(), BadTemplate> {
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('«') {
        let (name, after) = after.split_once('»').ok_or(BadTemplate::Unclosed)?;
        let (_, text) = pieces
            .iter()
            .rfind(|(known, _)| known == name)
            .ok_or_else(|| BadTemplate::Undefined(name.to_owned()))?;
        out.push_str(before);
        out.push_str(text);
        rest = after;
    }
    out.push_str(rest);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{BadTemplate, expand};

    #[test]
    fn names_stand_for_repeated_text() {
        let source = "# repeat open 3: (\n# repeat item 2: «i»,\nprint(«open»1, [«item»])\n";
        assert_eq!(expand(source, None).unwrap(), "#\n#\nprint((((1, [0,1,])\n");
    }

    #[test]
    fn growth_tests_have_a_size() {
        assert_eq!(expand("f(«size») # expect: «size»\n", Some(7)).unwrap(), "f(7) # expect: 7\n");
        assert_eq!(expand("f(«size»)\n", None), Err(BadTemplate::Undefined("size".to_owned())));
    }
}
