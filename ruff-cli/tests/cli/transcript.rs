//! Files, and commands with what came out, as one text to compare.

use crate::scene::{Outcome, Scene};

/// A scene that writes down what happens in it.
pub(crate) struct Transcript {
    /// For what need not be shown.
    pub(crate) scene: Scene,
    text: String,
}

impl Transcript {
    pub(crate) fn new() -> Self {
        Transcript { scene: Scene::new(), text: String::new() }
    }

    /// Writes a file.
    pub(crate) fn file(&mut self, name: &str, text: &str) -> &mut Self {
        self.text += &format!("--- {name}\n{text}{}", line_end(text));
        self.scene.file(name, text.as_bytes());
        self
    }

    /// What the next commands read from standard input.
    pub(crate) fn input(&mut self, text: &str) -> &mut Self {
        self.text += &format!("--- standard input\n{text}{}", line_end(text));
        self.scene.input(text.as_bytes());
        self
    }

    /// An environment variable of the next commands.
    pub(crate) fn var(&mut self, name: &'static str, value: &'static str) -> &mut Self {
        self.text += &format!("--- {name}={value}\n");
        self.scene.vars.push((name, value));
        self
    }

    /// Runs `ruff` with these words, split at blanks.
    pub(crate) fn ruff(&mut self, words: &str) -> &mut Self {
        self.ruff_words(&words.split_whitespace().collect::<Vec<_>>())
    }

    /// Runs `ruff` with these words.
    pub(crate) fn ruff_words(&mut self, words: &[&str]) -> &mut Self {
        let Outcome { stdout, stderr, status } = self.scene.run(words);
        let shown: Vec<String> = words.iter().map(|word| quote(word)).collect();
        self.text += &format!("\n$ ruff {}\n{stdout}", shown.join(" "));
        if !stdout.is_empty() {
            self.text += line_end(&stdout);
        }
        if !stderr.is_empty() {
            self.text += &format!("--- stderr\n{stderr}");
        }
        if status != Some(0) {
            let status = status.map_or("killed".to_owned(), |status| status.to_string());
            self.text += &format!("--- status {status}\n");
        }
        self
    }

    /// What was written down.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

/// Makes a text that does not end with a line end stand out.
fn line_end(text: &str) -> &'static str {
    if text.is_empty() || text.ends_with('\n') { "" } else { "(no line end)\n" }
}

fn quote(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./=:,<>@".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) { word.to_owned() } else { format!("'{word}'") }
}
