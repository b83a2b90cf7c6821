//! A Rust program with a Ruff script inside: a shop whose discounts are a script.
//!
//! The script asks for prices through a function of ours, and prints through the host we give it. We call its function
//! with values of Rust, and take the answer back as one.
#![forbid(unsafe_code)]

// ANCHOR: program
use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;

use ruff_natives::SystemHost;
use ruff_runtime::convert::{FromValue, IntoValue};
use ruff_runtime::engine::{Engine, Options};
use ruff_runtime::{Value, VmError};
use ruff_syntax::{Code, SourceFile};

/// The discounts. A real shop would read them from a file.
const SCRIPT: &str = r#"
func total(customer, basket) {
    mut cents := 0
    for item in basket {
        cents += price(item)
    }
    if customer.loyal && cents > 1000 {
        cents -= cents / 10
    }
    return {"name": customer.name, "cents": cents}
}

print("discounts loaded")
"#;

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options { keep_globals: true, ..Options::default() };
    let host = Box::new(SystemHost::new(Vec::new()));
    let mut engine = Engine::new(host, ruff_natives::registry(), options);

    engine.register("price", Some(1), |_cx, arguments| price(&arguments[0]));
    engine.run(Arc::new(SourceFile::new("discounts.ruff", SCRIPT)))?;

    let customer = dict([("name", "Ann".into_value()), ("loyal", true.into_value())]);
    let receipt = engine.call("total", &[customer.clone(), vec!["tea", "pot"].into_value()])?;
    let receipt = BTreeMap::<String, Value>::from_value(&receipt).ok_or("a receipt is a dict")?;
    let cents = receipt.get("cents").and_then(i64::from_value).ok_or("a receipt has cents")?;
    println!("Ann pays {}.{:02}", cents / 100, cents % 100);

    // An error of our function is an error of the script, which it could catch.
    if let Err(error) = engine.call("total", &[customer, vec!["unicorn"].into_value()]) {
        println!("{error}");
    }
    Ok(())
}

/// What the script calls: the price of an item in cents.
fn price(item: &Value) -> Result<Value, VmError> {
    match String::from_value(item).as_deref() {
        Some("tea") => Ok(Value::Int(450)),
        Some("pot") => Ok(Value::Int(2_300)),
        _ => Err(VmError::new(Code::ArgumentValue, "there is no such item")),
    }
}

fn dict<const N: usize>(entries: [(&str, Value); N]) -> Value {
    BTreeMap::from(entries.map(|(key, value)| (key.to_owned(), value))).into_value()
}
// ANCHOR_END: program

#[cfg(test)]
mod tests {
    #[test]
    fn the_example_does_what_it_says() {
        super::main().unwrap();
    }
}
