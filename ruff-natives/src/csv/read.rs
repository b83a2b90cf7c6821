//! From CSV text to values.

use csv::ReaderBuilder;
use ruff_runtime::Value;
use ruff_runtime::value::{Dict, Key};

/// The records of `text` below the first.
pub(super) fn parse(text: &str) -> Result<Vec<Value>, csv::Error> {
    let mut reader = ReaderBuilder::new().from_reader(text.as_bytes());
    let keys: Vec<Key> = reader.headers()?.iter().map(Key::from).collect();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record?;
        let mut row = Dict::with_capacity(keys.len());
        for (key, field) in keys.iter().zip(&record) {
            row.insert_key(key.clone(), value(field));
        }
        rows.push(Value::Dict(row));
    }
    Ok(rows)
}

fn value(field: &str) -> Value {
    // No number begins with anything else, and the words for the numbers that are none do not count.
    let may_be_number = field.starts_with(|first: char| matches!(first, '0'..='9' | '+' | '-' | '.'))
        && field.ends_with(|last: char| matches!(last, '0'..='9' | '.'));
    if may_be_number {
        if let Ok(int) = field.parse() {
            return Value::Int(int);
        }
        if let Some(float) = field.parse().ok().filter(|float: &f64| float.is_finite()) {
            return Value::Float(float);
        }
    }
    Value::str(field)
}
