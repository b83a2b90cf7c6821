//! [`Manual`]: the manual page of a builtin, taken apart for everything that shows it.
//!
//! A page is the doc comment of its declaration: paragraphs, the first of which starts with a sentence that says it
//! all, and blocks of code. Sentences that start with `Fails` tell about errors.

use super::{NativeDef, Param, TypeWord};

/// A manual page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manual {
    /// The first sentence.
    pub summary: String,
    /// The paragraphs without what they say about errors, the first with its first sentence; each in one line.
    pub description: Vec<String>,
    /// The sentences about errors.
    pub errors: Vec<String>,
    /// The blocks of code.
    pub examples: Vec<Example>,
}

/// A block of code in a manual page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The words after the fence: `ruff`, `ruff,no_run`.
    pub info: String,
    /// Its lines; each may say behind it what it gives: `# => 3`, `# prints 3`, `# fails: message`.
    pub code: String,
}

impl Manual {
    /// Takes a doc comment apart.
    pub fn parse(doc: &str) -> Manual {
        let mut manual = Manual {
            summary: String::new(),
            description: Vec::new(),
            errors: Vec::new(),
            examples: Vec::new(),
        };
        let mut lines = doc.lines();
        let mut paragraph = String::new();
        while let Some(line) = lines.next() {
            if let Some(info) = line.strip_prefix("```") {
                manual.close(&mut paragraph);
                let code = lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n"));
                manual.examples.push(Example { info: info.to_owned(), code: code.collect() });
            } else if line.is_empty() {
                manual.close(&mut paragraph);
            } else {
                if !paragraph.is_empty() {
                    paragraph.push(' ');
                }
                paragraph.push_str(line);
            }
        }
        manual.close(&mut paragraph);
        manual.summary = manual.description.first().map_or("", |first| split_sentence(first).0).to_owned();
        manual
    }

    fn close(&mut self, paragraph: &mut String) {
        let text = std::mem::take(paragraph);
        let mut description = String::new();
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let (sentence, behind) = split_sentence(rest);
            if sentence.starts_with("Fails ") {
                self.errors.push(sentence.to_owned());
            } else {
                if !description.is_empty() {
                    description.push(' ');
                }
                description.push_str(sentence);
            }
            rest = behind;
        }
        if !description.is_empty() {
            self.description.push(description);
        }
    }
}

/// The first sentence of a paragraph, and the others. A full stop ends one if the next begins with a capital letter or
/// code, and never inside code.
fn split_sentence(paragraph: &str) -> (&str, &str) {
    let mut in_code = false;
    for (at, char) in paragraph.char_indices() {
        in_code ^= char == '`';
        if char != '.' || in_code {
            continue;
        }
        let (sentence, rest) = paragraph.split_at(at + 1);
        let begins = |rest: &str| rest.starts_with(|next: char| next.is_uppercase() || next == '`');
        if let Some(rest) = rest.strip_prefix(' ').filter(|rest| begins(rest)) {
            return (sentence, rest);
        }
    }
    (paragraph, "")
}

impl NativeDef {
    /// Its manual page.
    pub fn manual(&self) -> Manual {
        Manual::parse(self.doc)
    }

    /// The signature with types, as manuals show it: `repeat(value: string, count: number) -> string`. A builtin that
    /// is only a method shows what it is called on: `(iterable: array|iterator).collect() -> array`; one of a kind of
    /// values has its word in its name: `ArgParser.parse() -> dict`.
    pub fn typed_signature(&self, alias: u8) -> String {
        let params: Vec<String> = self.params.iter().map(Param::to_string).collect();
        let (receiver, params) = match params.split_first() {
            Some((_, others)) if self.on.is_some() => (String::new(), others),
            Some((receiver, others)) if !self.global => (format!("({receiver})."), others),
            _ => (String::new(), &params[..]),
        };
        format!("{receiver}{}({}) -> {}", self.name_at(alias), params.join(", "), self.returns)
    }
}

impl NativeDef {
    /// How it is called as a method: `value.repeat(count)`; `None` if it cannot be.
    pub fn method_signature(&self, alias: u8) -> Option<String> {
        let names: Vec<String> = self.params.iter().map(Param::marked_name).collect();
        let (receiver, others) = names.split_first().filter(|_| self.method)?;
        Some(format!("{receiver}.{}({})", self.name_at(alias), others.join(", ")))
    }
}

impl Param {
    /// Its name with the marks of signatures: `count?`, `...values`.
    pub fn marked_name(&self) -> String {
        match (self.variadic, self.optional) {
            (true, _) => format!("...{}", self.name),
            (false, true) => format!("{}?", self.name),
            (false, false) => self.name.to_owned(),
        }
    }
}

/// With its types, as signatures show it: `count?: number`, `...values: any`.
impl std::fmt::Display for Param {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words: Vec<&str> = self.types.iter().map(|word| TypeWord::word(*word)).collect();
        let types = if words.is_empty() { "any".to_owned() } else { words.join("|") };
        write!(f, "{}: {types}", self.marked_name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_taken_apart() {
        let doc = "Cuts at `a. B`, e.g. here. Then\nmore. Fails with `x`. `y` stays.\n\nFails if\nit must.\n\n```ruff\nf(1)\n\n\
                   f(2)\n```\n\nLast.\n```ruff,no_run\nf(3)\n```";
        let example = |info: &str, code: &str| Example { info: info.to_owned(), code: code.to_owned() };
        let expected = Manual {
            summary: "Cuts at `a. B`, e.g. here.".to_owned(),
            description: vec![
                "Cuts at `a. B`, e.g. here. Then more. `y` stays.".to_owned(),
                "Last.".to_owned(),
            ],
            errors: vec!["Fails with `x`.".to_owned(), "Fails if it must.".to_owned()],
            examples: vec![example("ruff", "f(1)\n\nf(2)\n"), example("ruff,no_run", "f(3)\n")],
        };
        assert_eq!(Manual::parse(doc), expected);
    }

    #[test]
    fn an_empty_page_is_empty() {
        let empty = Manual { summary: String::new(), description: vec![], errors: vec![], examples: vec![] };
        assert_eq!(Manual::parse(""), empty);
    }

    #[test]
    fn parameters_show_their_types() {
        let show = |types, optional, variadic| Param::new("x", types, optional, variadic).to_string();
        assert_eq!(show(&[], false, false), "x: any");
        assert_eq!(show(&[TypeWord::Array, TypeWord::Dict], true, false), "x?: array|dict");
        assert_eq!(show(&[TypeWord::Number], true, true), "...x: number");
    }
}
