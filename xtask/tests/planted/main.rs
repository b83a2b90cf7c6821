//! Proves that every gate can fail: plants faults in a small tree, one at a time, and sees that one gate finds it.
//!
//! The gates themselves run, as `cargo xtask release-check --root` runs them.
#![expect(clippy::disallowed_methods, reason = "the tree is a real one, and cargo runs in it")]

mod faults;
mod files;
mod tree;

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use faults::{FAULTS, Fault};
use libtest_mimic::{Arguments, Failed, Trial};
use tree::{Row, Tree};

fn main() -> ExitCode {
    let mut trials: Vec<Trial> = FAULTS
        .iter()
        .map(|fault| trial(format!("{}::{}", fault.gate, fault.name), move || find(fault)))
        .collect();
    trials.push(trial("no_fault".to_owned(), nothing));
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// A test that has the tree to itself. Two builds at once would take as long as two in a row.
fn trial(name: String, test: impl FnOnce() -> Result<(), Failed> + Send + 'static) -> Trial {
    static TURN: Mutex<()> = Mutex::new(());
    Trial::test(name, move || {
        let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        test()
    })
}

/// Plants the fault and sees that its gate, and only it, finds it. Another may say that it cannot look then.
fn find(fault: &Fault) -> Result<(), Failed> {
    let tree = Tree::new();
    (fault.plant)(&tree);
    let rows = tree.check();
    let others: Vec<String> = rows
        .iter()
        .filter(|row| row.gate != fault.gate && row.status == "failed")
        .map(Row::to_string)
        .collect();
    if !others.is_empty() {
        return Err(format!("found by others too: {}", others.join("; ")).into());
    }
    let row = rows.iter().find(|row| row.gate == fault.gate).ok_or("there is no such gate")?;
    let found = row.status == fault.status && row.detail.contains(fault.culprit);
    if found { Ok(()) } else { Err(format!("{row}, not {} with {}", fault.status, fault.culprit).into()) }
}

/// The tree without a fault passes every gate, and each gate has a fault that it finds.
fn nothing() -> Result<(), Failed> {
    let rows = Tree::new().check();
    let wrong: Vec<String> = rows.iter().filter(|row| row.status != "passed").map(Row::to_string).collect();
    if !wrong.is_empty() {
        return Err(wrong.join("; ").into());
    }
    let found: BTreeSet<&str> = FAULTS.iter().map(|fault| fault.gate).collect();
    let unproved: Vec<&str> =
        rows.iter().map(|row| row.gate.as_str()).filter(|gate| !found.contains(gate)).collect();
    if unproved.is_empty() { Ok(()) } else { Err(format!("no fault for {}", unproved.join(", ")).into()) }
}
