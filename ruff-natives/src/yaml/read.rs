//! From YAML text to values: the parser's events, put together with a stack of what is open.

use std::borrow::Cow;
use std::collections::HashMap;

use ruff_runtime::Value;
use ruff_runtime::heap::Ref;
use ruff_runtime::value::{Dict, Key};
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError};

use super::scalar;
use crate::data::{MAX_DEPTH, Unreadable};
use crate::place::Place;

/// How many times more nodes aliases may make of a text than it has, and how many they always may. Expanding costs no
/// memory here, since copies are shared; whoever walks the value would pay.
const EXPANSION: usize = 100;
const ALWAYS: usize = 10_000;

/// Characters of a key that a message shows.
const KEY_SHOWN: usize = 40;

/// How the parser's messages start whose place is not that of the mistake but the one where the scalar begins.
const BEGINNINGS: [&str; 2] = ["while scanning", "while parsing a quoted scalar"];

/// Why a text is no YAML.
enum Problem {
    /// Nested too deep.
    Depth,
    /// Anything else, and the number of the character where it is.
    Mistake { detail: Cow<'static, str>, at: usize },
}

impl Problem {
    fn at(place: Marker, detail: impl Into<Cow<'static, str>>) -> Problem {
        Problem::Mistake { detail: detail.into(), at: place.index() }
    }

    fn told(&self, text: &str) -> Unreadable {
        match self {
            Problem::Depth => Unreadable::Depth,
            Problem::Mistake { detail, at } => {
                // The parser has a line and a column too, but at the end of the text those of a line that is not there.
                let byte = text.char_indices().nth(*at).map_or(text.len(), |(byte, _)| byte);
                let of_beginning = BEGINNINGS.iter().any(|start| detail.starts_with(start));
                let detail =
                    if of_beginning { format!("{detail} in what begins") } else { detail.to_string() };
                Unreadable::at(Place::of(text, byte), &detail)
            }
        }
    }
}

impl From<ScanError> for Problem {
    fn from(error: ScanError) -> Problem {
        match error.info() {
            // Brackets inside of brackets are counted in one byte, before any of them is an event.
            "recursion limit exceeded" => Problem::Depth,
            detail => Problem::at(*error.marker(), detail.to_owned()),
        }
    }
}

/// The value of `text`.
pub(super) fn parse(text: &str) -> Result<Value, Unreadable> {
    // YAML has no such character, and the parser would take it for the end of the text.
    if let Some(at) = text.find('\0') {
        return Err(Unreadable::at(Place::of(text, at), "NUL is no character of a YAML text"));
    }
    document(text).map_err(|problem| problem.told(text))
}

fn document(text: &str) -> Result<Value, Problem> {
    let mut reader = Reader::default();
    let mut documents = 0;
    for event in Parser::new_from_str(text) {
        let (event, span) = event?;
        reader.nodes += 1;
        match event {
            Event::DocumentStart(_) => {
                documents += 1;
                if documents > 1 {
                    return Err(Problem::at(span.start, "expected one document, found another"));
                }
            }
            Event::Scalar(text, style, anchor, _) => reader.scalar(&text, style, anchor, span.start)?,
            Event::Alias(anchor) => reader.alias(anchor, span.start)?,
            Event::SequenceStart(anchor, _) => {
                reader.open(Contents::Items(Vec::new()), anchor, span.start)?
            }
            Event::MappingStart(anchor, _) => {
                reader.open(Contents::Entries(Dict::with_capacity(0), None), anchor, span.start)?;
            }
            Event::SequenceEnd | Event::MappingEnd => reader.close()?,
            _ => {}
        }
    }
    Ok(reader.root)
}

/// A sequence or mapping whose end is still to come.
struct Open {
    contents: Contents,
    anchor: usize,
    /// How many nodes had been counted before it.
    before: usize,
}

enum Contents {
    Items(Vec<Value>),
    /// The entries, and the key whose value comes next.
    Entries(Ref<Dict>, Option<Key>),
}

/// A node with an anchor, and how many nodes it consists of.
struct Anchored {
    value: Value,
    /// It as a key, if it can be one.
    key: Option<Key>,
    size: usize,
}

#[derive(Default)]
struct Reader {
    open: Vec<Open>,
    anchored: HashMap<usize, Anchored>,
    root: Value,
    /// Events so far.
    nodes: usize,
    /// Nodes that aliases stand for.
    expanded: usize,
}

impl Reader {
    fn scalar(&mut self, text: &str, style: ScalarStyle, anchor: usize, at: Marker) -> Result<(), Problem> {
        let is_plain = style == ScalarStyle::Plain;
        let value = if is_plain { scalar::value(text) } else { Some(Value::str(text)) };
        let value = value.ok_or_else(|| Problem::at(at, "number out of range, a text needs quotes"))?;
        let is_key = self.expects_key();
        let key = (is_key || anchor > 0)
            .then(|| if is_plain { scalar::key(text) } else { text.into() })
            .map(|text| Key::from(&*text));
        if anchor > 0 {
            self.anchored.insert(anchor, Anchored { value: value.clone(), key: key.clone(), size: 1 });
        }
        match key.filter(|_| is_key) {
            Some(key) => self.add_key(key, at),
            None => self.add(value),
        }
    }

    fn alias(&mut self, anchor: usize, at: Marker) -> Result<(), Problem> {
        let Some(anchored) = self.anchored.get(&anchor) else {
            return Err(Problem::at(at, "an alias stands inside of what it stands for"));
        };
        self.expanded = self.expanded.saturating_add(anchored.size);
        if self.expanded > ALWAYS && self.expanded / EXPANSION > self.nodes {
            return Err(Problem::at(at, "aliases expand to too many nodes"));
        }
        let (value, key) = (anchored.value.clone(), anchored.key.clone());
        if usize::from(value.depth()) + self.open.len() > MAX_DEPTH + 1 {
            return Err(Problem::Depth);
        }
        if self.expects_key() {
            return match key {
                Some(key) => self.add_key(key, at),
                None => Err(complex_key(at)),
            };
        }
        self.add(value)
    }

    fn open(&mut self, contents: Contents, anchor: usize, at: Marker) -> Result<(), Problem> {
        if self.expects_key() {
            return Err(complex_key(at));
        }
        if self.open.len() > MAX_DEPTH {
            return Err(Problem::Depth);
        }
        let before = self.nodes.saturating_add(self.expanded);
        self.open.push(Open { contents, anchor, before });
        Ok(())
    }

    fn close(&mut self) -> Result<(), Problem> {
        let Some(Open { contents, anchor, before }) = self.open.pop() else { return Ok(()) };
        let value = match contents {
            Contents::Items(items) => Value::array(items),
            Contents::Entries(dict, _) => Value::Dict(dict),
        };
        if anchor > 0 {
            let size = self.nodes.saturating_add(self.expanded).saturating_sub(before);
            self.anchored.insert(anchor, Anchored { value: value.clone(), key: None, size });
        }
        self.add(value)
    }

    fn expects_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { contents: Contents::Entries(_, None), .. }))
    }

    fn add_key(&mut self, key: Key, at: Marker) -> Result<(), Problem> {
        let Some(Open { contents: Contents::Entries(dict, next), .. }) = self.open.last_mut() else {
            return Ok(());
        };
        if dict.contains(&key) {
            return Err(Problem::at(at, duplicate_key(&key.to_string())));
        }
        *next = Some(key);
        Ok(())
    }

    fn add(&mut self, value: Value) -> Result<(), Problem> {
        // A scalar in the innermost container.
        if self.open.len() > MAX_DEPTH {
            return Err(Problem::Depth);
        }
        match self.open.last_mut().map(|open| &mut open.contents) {
            Some(Contents::Items(items)) => items.push(value),
            Some(Contents::Entries(dict, key)) => {
                if let Some(key) = key.take() {
                    dict.insert_key(key, value);
                }
            }
            None => self.root = value,
        }
        Ok(())
    }
}

#[cold]
fn duplicate_key(key: &str) -> String {
    match key.char_indices().nth(KEY_SHOWN) {
        Some((end, _)) => format!("duplicate key \"{}...\"", key.get(..end).unwrap_or_default()),
        None => format!("duplicate key \"{key}\""),
    }
}

#[cold]
fn complex_key(at: Marker) -> Problem {
    Problem::at(at, "keys of mappings are scalars")
}
